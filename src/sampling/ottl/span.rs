//! What a condition of the transformation language on a span is in our own words.

use super::length::{length, length_scale};
use super::{Call, Comparison, Condition, Path, Term};
use crate::sampling::expression::{As, CODES, Expression, Field, KINDS, Op, Operand, Place, regex};

/// What a path on a span leads to.
#[derive(Clone, Copy)]
enum Subject {
    Attribute(Place),
    /// Text of the span, its event or its scope.
    Text(Field),
    /// By number.
    Status,
    /// By number.
    Kind,
    /// By the Collector's word for it: `Server`.
    KindWord,
    /// Its being empty makes a root.
    Parent,
}

/// What a condition is about.
#[derive(Clone, Copy, PartialEq)]
enum About {
    Span,
    Event,
}

/// Paths of the scope, from a span or an event.
const SCOPE_PATHS: &[(&str, Subject)] = &[
    ("scope.name", Subject::Text(Field::ScopeName)),
    ("scope.version", Subject::Text(Field::ScopeVersion)),
    (
        "instrumentation_scope.name",
        Subject::Text(Field::ScopeName),
    ),
    (
        "instrumentation_scope.version",
        Subject::Text(Field::ScopeVersion),
    ),
];

/// Paths from an event; what has no `span.` in front is its own.
const EVENT_PATHS: &[(&str, Subject)] = &[
    ("attributes", Subject::Attribute(Place::Any)),
    ("spanevent.attributes", Subject::Attribute(Place::Any)),
    ("name", Subject::Text(Field::Name)),
    ("spanevent.name", Subject::Text(Field::Name)),
    ("span.name", Subject::Text(Field::SpanName)),
    ("span.attributes", Subject::Attribute(Place::Span)),
    ("resource.attributes", Subject::Attribute(Place::Resource)),
    ("span.status.code", Subject::Status),
    ("span.kind", Subject::Kind),
    ("span.kind.string", Subject::KindWord),
    ("span.parent_span_id", Subject::Parent),
];

/// Paths on a span, without the optional `span.` in front.
const PATHS: &[(&str, Subject)] = &[
    ("attributes", Subject::Attribute(Place::Span)),
    ("resource.attributes", Subject::Attribute(Place::Resource)),
    ("name", Subject::Text(Field::Name)),
    ("status.code", Subject::Status),
    ("kind", Subject::Kind),
    ("kind.string", Subject::KindWord),
    ("kind.deprecated_string", Subject::KindWord),
    ("parent_span_id", Subject::Parent),
    ("parent_span_id.string", Subject::Parent),
];

/// Functions that tell what an attribute is, and our words for it.
const TYPES: &[(&str, &str)] = &[
    ("IsString", "string"),
    ("IsInt", "int"),
    ("IsDouble", "double"),
    ("IsBool", "bool"),
];

/// Functions that make another value of an attribute.
const CONVERSIONS: &[(&str, As)] = &[
    ("Int", As::Int),
    ("Double", As::Double),
    ("String", As::String),
    ("Len", As::Length),
];

impl Condition {
    /// The same condition on a span in our own words; the error names the part that has none.
    pub fn on_span(&self) -> Result<Expression, String> {
        self.translate(About::Span)
    }

    /// A condition that holds for some event of a span, as a condition on the span.
    pub fn on_event(&self) -> Result<Expression, String> {
        Ok(Expression {
            event: Some(Box::new(self.translate(About::Event)?)),
            ..<_>::default()
        })
    }

    fn translate(&self, about: About) -> Result<Expression, String> {
        let several = |parts: &[Condition]| -> Result<Vec<_>, String> {
            parts.iter().map(|part| part.translate(about)).collect()
        };
        match self {
            Condition::All(parts) => Ok(Expression {
                all: Some(several(parts)?),
                ..<_>::default()
            }),
            Condition::Any(parts) => Ok(Expression {
                any: Some(several(parts)?),
                ..<_>::default()
            }),
            Condition::Not(part) => Ok(not(part.translate(about)?)),
            Condition::Compare(left, how, right) if is_literal(left) => {
                compare(about, right, how.flipped(), left)
            }
            Condition::Compare(left, how, right) => compare(about, left, *how, right),
            Condition::Term(Term::Call(call)) => call_alone(about, call),
            Condition::Term(path @ Term::Path(_)) => {
                compare(about, path, Comparison::Eq, &Term::Bool(true))
            }
            Condition::Term(_) => Err("a value alone is no condition on a span".to_owned()),
        }
    }
}

fn is_literal(term: &Term) -> bool {
    !matches!(term, Term::Path(_) | Term::Call(_) | Term::Math(..))
}

fn not(part: Expression) -> Expression {
    Expression {
        not: Some(Box::new(part)),
        ..<_>::default()
    }
}

fn on_field(field: Field, op: Op, value: Operand) -> Expression {
    Expression {
        field: Some(field),
        op: Some(op),
        value: Some(value),
        ..<_>::default()
    }
}

/// Functions that are conditions by themselves.
fn call_alone(about: About, call: &Call) -> Result<Expression, String> {
    let pattern = |op: Op, make: fn(&str) -> String| match call.arguments.as_slice() {
        [Term::Path(path), Term::Text(text)] => {
            let value = make(text);
            if op == Op::Regex {
                regex(&value)?;
            }
            on_text(about, path, op, value)
        }
        _ => Err(format!("`{}` with these arguments", call.name)),
    };
    match call.name.as_str() {
        "IsRootSpan" => Ok(on_field(Field::IsRoot, Op::Eq, Operand::Bool(true))),
        "IsMatch" => pattern(Op::Regex, str::to_owned),
        "HasPrefix" => pattern(Op::StartsWith, str::to_owned),
        "HasSuffix" => pattern(Op::Regex, |text| format!("{}$", ::regex::escape(text))),
        name => match TYPES.iter().find(|(own, _)| *own == name) {
            Some((_, kind)) => {
                attribute_of(about, call, Op::Type, Operand::Str((*kind).to_owned()))
            }
            None => Err(format!("the function `{name}` is not understood")),
        },
    }
}

/// A condition on the attribute that is a call's only argument.
fn attribute_of(about: About, call: &Call, op: Op, value: Operand) -> Result<Expression, String> {
    if let [Term::Path(path)] = call.arguments.as_slice()
        && let Subject::Attribute(place) = subject(about, path)?
    {
        return attribute(path, place, op, Some(value));
    }
    Err(format!("`{}` with these arguments", call.name))
}

fn on_text(about: About, path: &Path, op: Op, value: String) -> Result<Expression, String> {
    match subject(about, path)? {
        Subject::Attribute(place) => attribute(path, place, op, Some(Operand::Str(value))),
        Subject::Text(field) => Ok(on_field(field, op, Operand::Str(value))),
        _ => Err(format!("a text match on `{}`", path.name)),
    }
}

fn subject(about: About, path: &Path) -> Result<Subject, String> {
    let whole = path.name.as_str();
    let (paths, name) = match about {
        About::Span => (PATHS, whole.strip_prefix("span.").unwrap_or(whole)),
        About::Event => (EVENT_PATHS, whole),
    };
    paths
        .iter()
        .chain(SCOPE_PATHS)
        .find(|(own, _)| *own == name)
        .map(|(_, subject)| *subject)
        .ok_or_else(|| format!("the path `{}`", path.name))
}

fn attribute(
    path: &Path,
    place: Place,
    op: Op,
    value: Option<Operand>,
) -> Result<Expression, String> {
    let key = path
        .key()
        .ok_or_else(|| format!("`{}` without exactly one key", path.name))?;
    Ok(Expression {
        attr: Some(key.to_owned()),
        scope: place,
        op: Some(op),
        value,
        ..<_>::default()
    })
}

fn compare(about: About, left: &Term, how: Comparison, right: &Term) -> Result<Expression, String> {
    if let Some(scale) = length_scale(left) {
        let bound = length(right, scale).ok_or("this comparison of a duration")?;
        return Ok(on_field(Field::DurationMs, op(how), Operand::Double(bound)));
    }
    if let Term::Call(call) = left {
        return compare_call(about, call, how, right);
    }
    let Term::Path(path) = left else {
        return Err("arithmetic".to_owned());
    };
    match subject(about, path)? {
        Subject::Attribute(place) => compare_attribute(path, place, how, right),
        Subject::Text(field) => match right {
            Term::Text(text) => Ok(on_field(field, op(how), Operand::Str(text.clone()))),
            _ => Err("a name compared with something other than a text".to_owned()),
        },
        Subject::Status => word(Field::Status, how, by_number(right, "STATUS_CODE_", CODES)),
        Subject::Kind => word(Field::Kind, how, by_number(right, "SPAN_KIND_", KINDS)),
        Subject::KindWord => word(Field::Kind, how, by_word(right)),
        Subject::Parent => {
            let none = match right {
                Term::Call(call) => matches!(
                    call.arguments.as_slice(),
                    [Term::Bytes(bytes)] if bytes.bytes().skip(2).all(|b| b == b'0')
                ),
                Term::Text(text) => text.is_empty(),
                _ => false,
            };
            let root = on_field(Field::IsRoot, Op::Eq, Operand::Bool(true));
            match how {
                Comparison::Eq if none => Ok(root),
                Comparison::Ne if none => Ok(not(root)),
                _ => Err("a comparison of parents other than with none".to_owned()),
            }
        }
    }
}

/// What a function yields, held against a truth value; or a text in lower case against another.
fn compare_call(
    about: About,
    call: &Call,
    how: Comparison,
    right: &Term,
) -> Result<Expression, String> {
    if let Some((_, read_as)) = CONVERSIONS.iter().find(|(own, _)| *own == call.name) {
        return compare_converted(about, call, *read_as, how, right);
    }
    let (part, wanted) = match (call.name.as_str(), call.arguments.as_slice(), right) {
        ("ToLowerCase", [Term::Path(path)], Term::Text(text)) if *text == text.to_lowercase() => {
            let value = format!("(?i)^{}$", ::regex::escape(text));
            (on_text(about, path, Op::Regex, value)?, true)
        }
        (_, _, Term::Bool(wanted)) => (call_alone(about, call)?, *wanted),
        _ => {
            return Err(format!(
                "a comparison with the function `{}` is not understood",
                call.name
            ));
        }
    };
    match how {
        Comparison::Eq => Ok(if wanted { part } else { not(part) }),
        Comparison::Ne => Ok(if wanted { not(part) } else { part }),
        _ => Err(format!(
            "a comparison with the function `{}` is not understood",
            call.name
        )),
    }
}

/// An attribute, as a function converts it, held against a literal.
fn compare_converted(
    about: About,
    call: &Call,
    read_as: As,
    how: Comparison,
    right: &Term,
) -> Result<Expression, String> {
    let [Term::Path(path)] = call.arguments.as_slice() else {
        return Err(format!("`{}` with these arguments", call.name));
    };
    let Subject::Attribute(place) = subject(about, path)? else {
        return Err(format!("`{}` of `{}`", call.name, path.name));
    };
    let mut part = compare_attribute(path, place, how, right)?;
    match part.not.as_deref_mut() {
        Some(inner) => inner.read_as = Some(read_as),
        None => part.read_as = Some(read_as),
    }
    Ok(part)
}

/// A missing attribute is `nil`, which differs from every value and is in no order with any.
fn compare_attribute(
    path: &Path,
    place: Place,
    how: Comparison,
    right: &Term,
) -> Result<Expression, String> {
    let value = match (right, how) {
        (Term::Nil, Comparison::Eq) => return attribute(path, place, Op::Absent, None),
        (Term::Nil, Comparison::Ne) => return attribute(path, place, Op::Exists, None),
        (Term::Bool(value), _) => Operand::Bool(*value),
        (Term::Int(value), _) => Operand::Int(*value),
        (Term::Double(value), _) => Operand::Double(*value),
        (Term::Text(value), _) => Operand::Str(value.clone()),
        _ => return Err(format!("this comparison of `{}`", path.name)),
    };
    if how == Comparison::Ne {
        return Ok(not(attribute(path, place, Op::Eq, Some(value))?));
    }
    attribute(path, place, op(how), Some(value))
}

fn op(how: Comparison) -> Op {
    match how {
        Comparison::Eq => Op::Eq,
        Comparison::Ne => Op::Ne,
        Comparison::Lt => Op::Lt,
        Comparison::Le => Op::Le,
        Comparison::Gt => Op::Gt,
        Comparison::Ge => Op::Ge,
    }
}

fn word(field: Field, how: Comparison, value: Option<&str>) -> Result<Expression, String> {
    match (how, value) {
        (Comparison::Eq | Comparison::Ne, Some(value)) => {
            Ok(on_field(field, op(how), Operand::Str(value.to_owned())))
        }
        _ => Err("a status or kind compared other than with one of its constants".to_owned()),
    }
}

fn by_number(term: &Term, prefix: &str, words: &'static [&'static str]) -> Option<&'static str> {
    match term {
        Term::Int(n) => words.get(usize::try_from(*n).ok()?).copied(),
        Term::Constant(name) => {
            let name = name.strip_prefix(prefix)?;
            words.iter().find(|word| **word == name).copied()
        }
        _ => None,
    }
}

fn by_word(term: &Term) -> Option<&'static str> {
    let Term::Text(text) = term else { return None };
    let upper = text.to_ascii_uppercase();
    let name = upper.strip_prefix("SPAN_KIND_").unwrap_or(&upper);
    KINDS.iter().find(|word| **word == name).copied()
}
