//! Cuts a text of the transformation language into words, literals and signs.

/// The smallest part that means something.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name or a dotted path, a keyword, a constant.
    Word(String),
    /// Text between double quotes.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number with a point.
    Double(f64),
    /// `0x…`, as written.
    Bytes(String),
    /// One of [`SIGNS`].
    Sign(&'static str),
}

/// Signs, those that begin like others first.
const SIGNS: &[&str] = &[
    "==", "!=", "<=", ">=", "<", ">", "(", ")", "[", "]", ",", "+", "-", "*", "/", "=",
];

/// The tokens of a text; the error is one sentence.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, used) = match first {
            '"' => quoted(rest)?,
            '0'..='9' => number(rest)?,
            c if c.is_alphabetic() || c == '_' => word(rest),
            _ => sign(rest)?,
        };
        tokens.push(token);
        rest = rest.get(used..).unwrap_or_default().trim_start();
    }
    Ok(tokens)
}

fn quoted(rest: &str) -> Result<(Token, usize), String> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((Token::Text(text), at + 1)),
            '\\' => match chars.next().map(|(_, c)| c) {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('r') => text.push('\r'),
                // A regular expression's own backslash, where one was forgotten.
                Some(c) if c.is_alphanumeric() => text.extend(['\\', c]),
                Some(c) => text.push(c),
                None => break,
            },
            c => text.push(c),
        }
    }
    Err("a text has no closing quote".to_owned())
}

fn number(rest: &str) -> Result<(Token, usize), String> {
    let end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
        .unwrap_or(rest.len());
    let written = rest.get(..end).unwrap_or_default();
    let token = if written.starts_with("0x") {
        Some(Token::Bytes(written.to_owned()))
    } else if let Ok(whole) = written.parse() {
        Some(Token::Int(whole))
    } else {
        written.parse().ok().map(Token::Double)
    };
    token
        .map(|token| (token, end))
        .ok_or_else(|| format!("`{written}` is not a number"))
}

fn word(rest: &str) -> (Token, usize) {
    let end = rest
        .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
        .unwrap_or(rest.len());
    (
        Token::Word(rest.get(..end).unwrap_or_default().to_owned()),
        end,
    )
}

fn sign(rest: &str) -> Result<(Token, usize), String> {
    SIGNS
        .iter()
        .find(|sign| rest.starts_with(**sign))
        .map(|sign| (Token::Sign(sign), sign.len()))
        .ok_or_else(|| {
            format!(
                "`{}` means nothing here",
                rest.chars().take(1).collect::<String>()
            )
        })
}
