//! How long a span took, as the transformation language has it.

use super::{Path, Term};

/// Functions that turn a length of time into a number, and that number's milliseconds.
const LENGTHS: &[(&str, f64)] = &[
    ("Nanoseconds", 1e-6),
    ("Microseconds", 1e-3),
    ("Milliseconds", 1.0),
    ("Seconds", 1e3),
    ("Minutes", 6e4),
    ("Hours", 3.6e6),
];

/// The milliseconds that one unit of this term's number is, if the term is a span's length.
pub(super) fn length_scale(term: &Term) -> Option<f64> {
    match term {
        Term::Math(end, '-', start) => match (&**end, &**start) {
            (Term::Path(end), Term::Path(start)) => {
                let named = |path: &Path, name: &str| {
                    let own = path.name.strip_prefix("span.").unwrap_or(&path.name);
                    own.strip_suffix("_unix_nano").unwrap_or(own) == name
                };
                (named(end, "end_time") && named(start, "start_time")).then_some(1e-6)
            }
            _ => None,
        },
        Term::Call(call) => {
            let (_, scale) = LENGTHS.iter().find(|(name, _)| *name == call.name)?;
            let inner = call.arguments.first()?;
            length_scale(inner).map(|_| *scale)
        }
        _ => None,
    }
}

/// A literal of so many of these units, in milliseconds.
pub(super) fn length(term: &Term, scale: f64) -> Option<f64> {
    match term {
        Term::Int(n) => Some(*n as f64 * scale),
        Term::Double(x) => Some(*x * scale),
        Term::Call(call) if call.name == "Duration" => match call.arguments.as_slice() {
            [Term::Text(text)] => Some(crate::units::go_duration(text)?.as_secs_f64() * 1e3),
            _ => None,
        },
        _ => None,
    }
}
