//! `${env:NAME:-default}` in a configuration, and where each replaced byte came from.

use super::fault::Fault;

/// Looks an environment variable up.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The environment of this process.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
pub fn process_environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A text after substitution; offsets in it lead back to the text as written.
#[derive(Debug, Default)]
pub(super) struct Substituted {
    /// The text to parse.
    pub(super) text: String,
    /// (offset here, offset as written), ascending; between two rows the distance is kept.
    segments: Vec<(usize, usize)>,
}

impl Substituted {
    /// Where the byte at `offset` stands in the text as written.
    pub(super) fn written(&self, offset: usize) -> usize {
        let row = self.segments.partition_point(|(here, _)| *here <= offset);
        match row.checked_sub(1).and_then(|row| self.segments.get(row)) {
            Some((here, written)) => written + (offset - here),
            None => offset,
        }
    }
}

/// What a `$` may stand in: decides how a value must be escaped to stay one value.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Plain,
    Basic,
    Literal,
    Comment,
}

/// Replaces every `${env:NAME}` and `${env:NAME:-default}`; `$${` is a literal `${`.
pub(super) fn substitute(
    raw: &str,
    environment: Environment<'_>,
) -> (Substituted, Vec<(usize, Fault)>) {
    let mut done = Substituted::default();
    let mut faults = Vec::new();
    let mut inside = Inside::Plain;
    let mut at = 0;
    done.segments.push((0, 0));
    while let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) {
        if inside != Inside::Comment && rest.starts_with("$${") {
            done.text.push_str("${");
            at += 3;
            done.segments.push((done.text.len(), at));
        } else if inside != Inside::Comment && rest.starts_with("${env:") {
            let Some(end) = rest.find('}').filter(|end| !rest[..*end].contains('\n')) else {
                faults.push((
                    at,
                    Fault::new("`${env:` has no closing `}`", "close it on this line"),
                ));
                break;
            };
            match value(&rest[6..end], inside, environment) {
                Ok(value) => done.text.push_str(&value),
                Err(fault) => faults.push((at, fault)),
            }
            at += end + 1;
            done.segments.push((done.text.len(), at));
        } else {
            let step = rest.chars().next().map_or(1, char::len_utf8);
            let step = if inside == Inside::Basic && rest.starts_with('\\') {
                step + rest[step..].chars().next().map_or(0, char::len_utf8)
            } else {
                inside = after(inside, rest);
                step
            };
            done.text.push_str(&rest[..step]);
            at += step;
        }
    }
    (done, faults)
}

/// Where the reader stands after the first character of `rest`. Multi-line strings open and close
/// with three quotes, an odd number, so counting single quotes gives the right answer for them.
fn after(inside: Inside, rest: &str) -> Inside {
    match (inside, rest.as_bytes().first()) {
        (Inside::Plain, Some(b'"')) => Inside::Basic,
        (Inside::Plain, Some(b'\'')) => Inside::Literal,
        (Inside::Plain, Some(b'#')) => Inside::Comment,
        (Inside::Basic, Some(b'"'))
        | (Inside::Literal, Some(b'\''))
        | (Inside::Comment, Some(b'\n')) => Inside::Plain,
        _ => inside,
    }
}

fn value(spec: &str, inside: Inside, environment: Environment<'_>) -> Result<String, Fault> {
    let (name, default) = match spec.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (spec, None),
    };
    let good = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !good {
        return Err(Fault::new(
            format!("`{name}` is not the name of an environment variable"),
            "use letters, digits and `_`",
        ));
    }
    let value = environment(name)
        .filter(|value| !value.is_empty())
        .or(default.map(str::to_owned));
    let Some(value) = value else {
        return Err(Fault::new(
            format!("environment variable `{name}` is not set"),
            format!("set it, or give a default: `${{env:{name}:-value}}`"),
        ));
    };
    match inside {
        Inside::Basic => Ok(escape(&value)),
        Inside::Literal if value.contains(['\'', '\n']) => Err(Fault::new(
            format!("the value of `{name}` cannot stand in single quotes"),
            "use double quotes around it",
        )),
        Inside::Plain if value.contains(['\n', '\r', '#', '[', ']', '=']) => Err(Fault::new(
            format!("the value of `{name}` would change the shape of this file"),
            "put double quotes around the `${env:…}`",
        )),
        _ => Ok(value),
    }
}

fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.extend(format!("\\u{:04X}", u32::from(c)).chars()),
            c => out.push(c),
        }
    }
    out
}
