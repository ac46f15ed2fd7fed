//! Reads conditions and statements of the transformation language into their tree.

use super::token::{Token, tokens};
use super::{Call, Comparison, Condition, Path, Statement, Term};

/// Parentheses, negations and calls inside of each other.
const DEPTH_MAX: usize = 32;

/// Reads a condition; the error is one sentence.
pub fn condition(text: &str) -> Result<Condition, String> {
    let mut reader = Reader::new(text)?;
    let condition = reader.any()?;
    reader.end()?;
    Ok(condition)
}

/// Reads a statement; the error is one sentence.
pub fn statement(text: &str) -> Result<Statement, String> {
    let mut reader = Reader::new(text)?;
    let Term::Call(call) = reader.primary()? else {
        return Err("a statement begins with a call".to_owned());
    };
    let when = if reader.word("where") {
        Some(reader.any()?)
    } else {
        None
    };
    reader.end()?;
    Ok(Statement { call, when })
}

const COMPARISONS: &[(&str, Comparison)] = &[
    ("==", Comparison::Eq),
    ("!=", Comparison::Ne),
    ("<", Comparison::Lt),
    ("<=", Comparison::Le),
    (">", Comparison::Gt),
    (">=", Comparison::Ge),
];

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Reader {
    fn new(text: &str) -> Result<Self, String> {
        Ok(Reader {
            tokens: tokens(text)?,
            at: 0,
            depth: 0,
        })
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(own)) if *own == sign);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(own)) if own == word);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.sign(sign) {
            Ok(())
        } else {
            Err(format!("`{sign}` is missing"))
        }
    }

    fn end(&self) -> Result<(), String> {
        match self.peek() {
            None => Ok(()),
            Some(token) => Err(format!("nothing was expected after {}", shown(token))),
        }
    }

    fn deeper<T>(&mut self, read: fn(&mut Self) -> Result<T, String>) -> Result<T, String> {
        if self.depth == DEPTH_MAX {
            return Err(format!("nested more than {DEPTH_MAX} deep"));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn any(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.all()?];
        while self.word("or") {
            parts.push(self.all()?);
        }
        Ok(single(parts, Condition::Any))
    }

    fn all(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.one()?];
        while self.word("and") {
            parts.push(self.one()?);
        }
        Ok(single(parts, Condition::All))
    }

    fn one(&mut self) -> Result<Condition, String> {
        if self.word("not") {
            return Ok(Condition::Not(Box::new(self.deeper(Self::one)?)));
        }
        if self.holds_condition() {
            self.at += 1;
            let inner = self.deeper(Self::any)?;
            self.expect(")")?;
            return Ok(inner);
        }
        let left = self.sum()?;
        let Some(comparison) = self.comparison() else {
            return Ok(Condition::Term(left));
        };
        Ok(Condition::Compare(left, comparison, self.sum()?))
    }

    /// Whether a parenthesis stands here that holds a condition: one that holds a term is
    /// followed by a comparison or by arithmetic.
    fn holds_condition(&self) -> bool {
        let mut open = 0_usize;
        let ahead = self.tokens.get(self.at..).unwrap_or_default();
        let close = ahead.iter().position(|token| {
            match token {
                Token::Sign("(") => open += 1,
                Token::Sign(")") => open = open.saturating_sub(1),
                _ => {}
            }
            open == 0
        });
        let behind = close.and_then(|close| ahead.get(close + 1));
        ahead.first() == Some(&Token::Sign("("))
            && !matches!(behind, Some(Token::Sign(sign)) if *sign != ")")
    }

    fn comparison(&mut self) -> Option<Comparison> {
        COMPARISONS
            .iter()
            .find(|(sign, _)| self.sign(sign))
            .map(|(_, comparison)| *comparison)
    }

    fn sum(&mut self) -> Result<Term, String> {
        self.chain(&["+", "-"], |reader| {
            reader.chain(&["*", "/"], Self::primary)
        })
    }

    fn chain(
        &mut self,
        signs: &[&'static str],
        read: fn(&mut Self) -> Result<Term, String>,
    ) -> Result<Term, String> {
        let mut left = read(self)?;
        while let Some(sign) = signs.iter().find(|sign| self.sign(sign)) {
            let sign = sign.chars().next().unwrap_or('+');
            left = Term::Math(Box::new(left), sign, Box::new(read(self)?));
        }
        Ok(left)
    }

    fn primary(&mut self) -> Result<Term, String> {
        if self.sign("(") {
            let inner = self.deeper(Self::sum)?;
            self.expect(")")?;
            return Ok(inner);
        }
        if self.sign("-") {
            return match self.deeper(Self::primary)? {
                Term::Int(n) => Ok(Term::Int(n.saturating_neg())),
                Term::Double(x) => Ok(Term::Double(-x)),
                _ => Err("only a number can be negative".to_owned()),
            };
        }
        let token = self.peek().cloned().ok_or("it ends too early")?;
        self.at += 1;
        match token {
            Token::Text(text) => Ok(Term::Text(text)),
            Token::Int(n) => Ok(Term::Int(n)),
            Token::Double(x) => Ok(Term::Double(x)),
            Token::Bytes(bytes) => Ok(Term::Bytes(bytes)),
            Token::Word(word) => self.named(word),
            Token::Sign(sign) => Err(format!("`{sign}` was not expected")),
        }
    }

    fn named(&mut self, name: String) -> Result<Term, String> {
        match name.as_str() {
            "nil" => return Ok(Term::Nil),
            "true" | "false" => return Ok(Term::Bool(name == "true")),
            _ => {}
        }
        if self.sign("(") {
            let arguments = self.deeper(|reader| reader.list(")"))?;
            return Ok(Term::Call(Call { name, arguments }));
        }
        if name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        {
            return Ok(Term::Constant(name));
        }
        let mut keys = Vec::new();
        while self.sign("[") {
            keys.push(self.deeper(Self::sum)?);
            self.expect("]")?;
        }
        Ok(Term::Path(Path { name, keys }))
    }

    /// Terms up to a closing sign; a name and `=` in front of one are skipped.
    fn list(&mut self, close: &str) -> Result<Vec<Term>, String> {
        let mut terms = Vec::new();
        while !self.sign(close) {
            if matches!(self.tokens.get(self.at + 1), Some(Token::Sign("="))) {
                self.at += 2;
            }
            terms.push(self.sum()?);
            if !self.sign(",") {
                self.expect(close)?;
                break;
            }
        }
        Ok(terms)
    }
}

fn single(mut parts: Vec<Condition>, several: fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            several(parts)
        }
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Word(word) => format!("`{word}`"),
        Token::Text(text) => format!("`\"{text}\"`"),
        Token::Int(n) => format!("`{n}`"),
        Token::Double(x) => format!("`{x}`"),
        Token::Bytes(bytes) => format!("`{bytes}`"),
        Token::Sign(sign) => format!("`{sign}`"),
    }
}
