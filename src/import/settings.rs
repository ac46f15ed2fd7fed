//! Tables that say what a setting is called here, and their application to a part of a tree.

use std::time::Duration;

use super::cursor::Cursor;
use super::draft::{Draft, Shape};
use super::write::{Table, Value};
use super::yaml::Kind;
use crate::units;

/// A conversion of its own.
pub(super) type Own = fn(&mut Draft, &Cursor<'_>, &mut Table);

/// What becomes of a setting.
#[derive(Clone, Copy)]
pub(super) enum How {
    /// The same text, meant like this.
    Text(&'static str, Shape),
    /// The same list of texts.
    Texts(&'static str),
    /// The same number.
    Number(&'static str),
    /// The same truth value.
    Bool(&'static str),
    /// The same duration.
    Duration(&'static str),
    /// A number of these: "B", "MiB".
    Unit(&'static str, &'static str),
    /// One of these words, and what it is here.
    Word(&'static str, &'static [(&'static str, &'static str)]),
    /// Something else; the conversion notes what it finds.
    Own(Own),
    /// It is there without being asked for.
    Unneeded(&'static str),
    /// It cannot be had; this is what to do.
    Missing(&'static str),
}

/// A setting of theirs, as a dotted path below its component, and what becomes of it.
pub(super) type Row = (&'static str, How);

/// What is said of a setting that no row knows.
const UNKNOWN: &str = "Tollgate has no such setting";

/// Converts every setting below `at` by its row; reports those that have none.
pub(super) fn convert(draft: &mut Draft, at: &Cursor<'_>, rows: &[Row], out: &mut Table) {
    below(draft, at, "", rows, out);
}

fn below(draft: &mut Draft, at: &Cursor<'_>, prefix: &str, rows: &[Row], out: &mut Table) {
    for (key, child) in at.entries() {
        let path = format!("{prefix}{key}");
        let inner = format!("{path}.");
        if let Some((_, how)) = rows.iter().find(|(own, _)| *own == path) {
            apply(draft, &child, *how, out);
        } else if !rows.iter().any(|(own, _)| own.starts_with(&inner)) {
            draft.missing(&child, UNKNOWN);
        } else {
            below(draft, &child, &inner, rows, out);
        }
    }
}

fn apply(draft: &mut Draft, at: &Cursor<'_>, how: How, out: &mut Table) {
    let (name, value) = match how {
        How::Own(own) => return own(draft, at, out),
        How::Unneeded(why) => return draft.unneeded(at, why),
        How::Missing(advice) => return draft.missing(at, advice),
        _ if *at.kind() == Kind::Null => return,
        How::Text(name, shape) => (name, scalar_text(draft, at, shape)),
        How::Texts(name) => (name, texts(draft, at)),
        How::Number(name) => (name, number(draft, at)),
        How::Bool(name) => (name, truth(draft, at)),
        How::Duration(name) => (name, duration(draft, at)),
        How::Unit(name, unit) => (name, unit_value(draft, at, unit)),
        How::Word(name, words) => (name, word(at, words)),
    };
    match value {
        Some(value) => {
            let replaced = out.set(name, value.clone());
            if replaced.is_some_and(|old| old != value) {
                let note =
                    format!("`{name}` was set before; there is one for all, this one counts");
                return draft.approximated(at, note);
            }
            draft.converted(at, name);
        }
        None => draft.missing(
            at,
            format!("its value cannot be read; set `{name}` by hand"),
        ),
    }
}

/// A text, whatever YAML took it for.
pub(super) fn scalar_text(draft: &mut Draft, at: &Cursor<'_>, shape: Shape) -> Option<Value> {
    match at.kind() {
        // An address without a host is every address.
        Kind::Text(text) if shape == Shape::Address && text.starts_with(':') => {
            Some(draft.text(&format!("0.0.0.0{text}"), shape))
        }
        Kind::Text(text) => Some(draft.text(text, shape)),
        Kind::Int(value) => Some(Value::word(&value.to_string())),
        Kind::Double(value) => Some(Value::word(&value.to_string())),
        Kind::Bool(value) => Some(Value::word(&value.to_string())),
        _ => None,
    }
}

/// A list of texts.
pub(super) fn texts(draft: &mut Draft, at: &Cursor<'_>) -> Option<Value> {
    let items: Option<Vec<_>> = at
        .texts()
        .iter()
        .map(|item| scalar_text(draft, item, Shape::Text))
        .collect();
    items.map(Value::List)
}

/// A number, or the variable that holds one.
pub(super) fn number(draft: &mut Draft, at: &Cursor<'_>) -> Option<Value> {
    match at.kind() {
        Kind::Double(value) if value.is_finite() => Some(Value::Raw(format!("{value:?}"))),
        Kind::Text(text) if text.contains("${") => draft.bare(text, Shape::Number),
        _ => at.int().map(|value| Value::Raw(value.to_string())),
    }
}

/// A truth value, or the variable that holds one.
pub(super) fn truth(draft: &mut Draft, at: &Cursor<'_>) -> Option<Value> {
    match at.text() {
        Some(text) if text.contains("${") => draft.bare(text, Shape::Bool),
        _ => at.bool().map(|value| Value::Raw(value.to_string())),
    }
}

/// A plain value of any type, as an attribute has it.
pub(super) fn plain(draft: &mut Draft, at: &Cursor<'_>) -> Option<Value> {
    match at.kind() {
        Kind::Text(text) => Some(draft.text(text, Shape::Text)),
        Kind::Bool(value) => Some(Value::Raw(value.to_string())),
        _ => number(draft, at),
    }
}

/// A duration in Go's spelling, in ours.
pub(super) fn duration(draft: &mut Draft, at: &Cursor<'_>) -> Option<Value> {
    match at.kind() {
        Kind::Text(text) if text.contains("${") => Some(draft.text(text, Shape::Duration)),
        Kind::Text(text) => units::go_duration(text).map(written),
        Kind::Int(nanos) => u64::try_from(*nanos)
            .ok()
            .map(Duration::from_nanos)
            .map(written),
        _ => None,
    }
}

/// A duration as we write it.
pub(super) fn written(length: Duration) -> Value {
    Value::word(&if length.is_zero() {
        "0s".to_owned()
    } else {
        units::Duration(length).to_string()
    })
}

fn unit_value(draft: &mut Draft, at: &Cursor<'_>, unit: &str) -> Option<Value> {
    match at.text() {
        Some(text) if text.contains("${") => {
            Some(draft.text(&format!("{text} {unit}"), Shape::Number))
        }
        _ => at
            .int()
            .map(|value| Value::word(&format!("{value} {unit}"))),
    }
}

fn word(at: &Cursor<'_>, words: &[(&str, &str)]) -> Option<Value> {
    let written = at.text()?.to_ascii_lowercase();
    let row = words.iter().find(|(theirs, _)| *theirs == written);
    row.map(|(_, ours)| Value::word(ours))
}
