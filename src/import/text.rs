//! Texts of the Collector's configuration as TOML: escaped, with `${…}` in our spelling.

use std::fmt::Write;

/// A part of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part<'a> {
    /// Itself.
    Plain(String),
    /// An environment variable, perhaps with a default.
    Variable(&'a str, Option<&'a str>),
    /// Something else between `${` and `}`: a file, an address.
    Other(&'a str),
}

/// The parts of a text: `$$` is a dollar, `${env:NAME:-default}` and `${NAME}` are variables.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        plain.push_str(rest.get(..dollar).unwrap_or_default());
        rest = rest.get(dollar + 1..).unwrap_or_default();
        let inside = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        if let Some(after) = rest.strip_prefix('$') {
            plain.push('$');
            rest = after;
        } else if let Some((inside, after)) = inside {
            if !plain.is_empty() {
                parts.push(Part::Plain(std::mem::take(&mut plain)));
            }
            parts.push(variable(inside));
            rest = after;
        } else {
            plain.push('$');
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() || parts.is_empty() {
        parts.push(Part::Plain(plain));
    }
    parts
}

fn variable(inside: &str) -> Part<'_> {
    let spec = inside.strip_prefix("env:").unwrap_or(inside);
    let (name, default) = match spec.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (spec, None),
    };
    let good = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if good {
        Part::Variable(name, default)
    } else {
        Part::Other(inside)
    }
}

/// The text between double quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", inside(text))
}

/// The text as it stands inside of quotes, variables in our spelling.
pub(super) fn inside(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            Part::Plain(plain) => escape(&plain, &mut out),
            Part::Other(other) => escape(&format!("${{{other}}}"), &mut out),
            Part::Variable(name, default) => out.push_str(&ours(name, default)),
        }
    }
    out
}

/// The text itself, with its variables in our spelling.
pub(super) fn said(text: &str) -> String {
    let part = |part| match part {
        Part::Plain(plain) => plain,
        Part::Other(other) => format!("${{{other}}}"),
        Part::Variable(name, default) => ours(name, default),
    };
    parts(text).into_iter().map(part).collect()
}

fn ours(name: &str, default: Option<&str>) -> String {
    match default {
        Some(default) => format!("${{env:{name}:-{default}}}"),
        None => format!("${{env:{name}}}"),
    }
}

/// A text of our own, in which nothing is a variable, between double quotes.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::from("\"");
    escape(text, &mut out);
    out.push('"');
    out
}

fn escape(text: &str, out: &mut String) {
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // What reads like a variable to us and is none.
            '$' if rest.peek() == Some(&'{') => out.push_str("$$"),
            c if c.is_control() => {
                // Writing to a string cannot fail.
                let _infallible = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
}

/// A key of a TOML table.
pub(super) fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(bare) {
        name.to_owned()
    } else {
        literal(name)
    }
}
