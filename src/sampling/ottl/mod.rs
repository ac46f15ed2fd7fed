//! Conditions and statements in the Collector's transformation language (OTTL), as a tree.

mod length;
mod parse;
mod span;
mod token;

pub use parse::{condition, statement};

/// A boolean expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All of these hold.
    All(Vec<Condition>),
    /// One of these holds.
    Any(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
    /// Two terms compare like this.
    Compare(Term, Comparison, Term),
    /// A call, a path or a literal that is true or false by itself.
    Term(Term),
}

/// How two terms are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl Comparison {
    /// The comparison that says the same with its sides exchanged.
    #[must_use]
    pub fn flipped(self) -> Self {
        match self {
            Comparison::Eq | Comparison::Ne => self,
            Comparison::Lt => Comparison::Gt,
            Comparison::Le => Comparison::Ge,
            Comparison::Gt => Comparison::Lt,
            Comparison::Ge => Comparison::Le,
        }
    }
}

/// Something that has a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// `nil`.
    Nil,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a point.
    Double(f64),
    /// Text.
    Text(String),
    /// Bytes, as written: `0x00ff`.
    Bytes(String),
    /// A named constant: `STATUS_CODE_ERROR`.
    Constant(String),
    /// A place in the telemetry: `resource.attributes["key"]`.
    Path(Path),
    /// A call: `IsMatch(name, "^GET")`.
    Call(Call),
    /// Arithmetic: left, one of `+ - * /`, right.
    Math(Box<Term>, char, Box<Term>),
}

/// A place in the telemetry.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Its dotted name.
    pub name: String,
    /// What stands in brackets behind it.
    pub keys: Vec<Term>,
}

impl Path {
    /// The one text in brackets, if that is what stands there.
    pub fn key(&self) -> Option<&str> {
        match self.keys.as_slice() {
            [Term::Text(key)] => Some(key),
            _ => None,
        }
    }
}

/// A call of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function.
    pub name: String,
    /// Its arguments, named ones by their place.
    pub arguments: Vec<Term>,
}

/// A statement: a call, perhaps only where a condition holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What is done.
    pub call: Call,
    /// Where it is done.
    pub when: Option<Condition>,
}

#[cfg(test)]
mod tests;
