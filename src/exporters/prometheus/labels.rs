//! Label sets: clean, unique, sorted, escaped.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::names;
use crate::otlp::{Attributes, Value};

/// How deep nested values are written out.
const DEPTH_MAX: usize = 8;

/// Label pairs on their way into a series' identity.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    /// By label name: values by the key they came from, so that clashes join in key order.
    pairs: BTreeMap<String, BTreeMap<String, String>>,
}

impl Labels {
    /// Adds a label whose name is ours and clean.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            let own = BTreeMap::from([(String::new(), value.to_owned())]);
            self.pairs.insert(name.to_owned(), own);
        }
    }

    /// Adds an attribute. One that cleans to a name in `reserved` is set apart as `exported_…`.
    pub(super) fn attribute(&mut self, key: &str, value: &Value<'_>, reserved: &[&str]) {
        let mut name = names::label(key);
        if reserved.contains(&name.as_str()) {
            name.insert_str(0, "exported_");
        }
        let value = text(value);
        if !value.is_empty() {
            self.pairs
                .entry(name)
                .or_default()
                .insert(key.to_owned(), value);
        }
    }

    /// Adds every attribute, names prefixed.
    pub(super) fn attributes(
        &mut self,
        prefix: &str,
        attributes: Attributes<'_>,
        reserved: &[&str],
    ) {
        for (key, value) in attributes {
            if prefix.is_empty() {
                self.attribute(key, &value, reserved);
            } else {
                self.attribute(&format!("{prefix}{key}"), &value, reserved);
            }
        }
    }

    /// `a="x",b="y"`: sorted and escaped, without braces.
    pub(super) fn render(&self) -> String {
        let mut out = String::new();
        for (name, values) in &self.pairs {
            if !out.is_empty() {
                out.push(',');
            }
            out.push_str(name);
            out.push_str("=\"");
            for (at, value) in values.values().enumerate() {
                if at > 0 {
                    out.push(';');
                }
                escape(&mut out, value);
            }
            out.push('"');
        }
        out
    }
}

/// Appends a label value with what the format cannot carry escaped.
pub(super) fn escape(out: &mut String, value: &str) {
    for c in value.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
}

/// A value as a label: strings as they are, the rest as JSON writes it.
fn text(value: &Value<'_>) -> String {
    match value {
        Value::Str(text) => (*text).to_owned(),
        other => {
            let mut out = String::new();
            json(&mut out, other, 0);
            out
        }
    }
}

fn json(out: &mut String, value: &Value<'_>, depth: usize) {
    match value {
        Value::Empty => {}
        Value::Bool(value) => out.push_str(&value.to_string()),
        Value::Int(value) => out.push_str(&value.to_string()),
        Value::Double(value) => out.push_str(&value.to_string()),
        Value::Str(text) => quote(out, text),
        Value::Bytes(bytes) if depth == 0 => out.push_str(&STANDARD.encode(bytes)),
        Value::Bytes(bytes) => quote(out, &STANDARD.encode(bytes)),
        Value::Array(_) | Value::Map(_) if depth >= DEPTH_MAX => quote(out, "…"),
        Value::Array(array) => {
            sequence(out, ['[', ']'], array.iter(), |out, item| {
                json(out, &item, depth + 1);
            });
        }
        Value::Map(map) => sequence(out, ['{', '}'], map.iter(), |out, (key, value)| {
            quote(out, key);
            out.push(':');
            json(out, &value, depth + 1);
        }),
    }
}

fn quote(out: &mut String, text: &str) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

fn sequence<T>(
    out: &mut String,
    [open, close]: [char; 2],
    items: impl Iterator<Item = T>,
    mut each: impl FnMut(&mut String, T),
) {
    out.push(open);
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push(',');
        }
        each(out, item);
    }
    out.push(close);
}
