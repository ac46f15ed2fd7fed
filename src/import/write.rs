//! Tables in the order they were made, and how they are written down as TOML.

use std::fmt::Write;

use super::text::{key, literal, quoted};

/// Longest table that is written on one line.
const INLINE_MAX: usize = 90;

/// A value of TOML.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// As it stands: a number, a truth value, a text with its quotes.
    Raw(String),
    /// A list.
    List(Vec<Value>),
    /// A table.
    Table(Table),
}

impl Value {
    /// A text of our own.
    pub(super) fn word(text: &str) -> Self {
        Value::Raw(literal(text))
    }

    /// A text as [`text::said`](super::text::said) gives it.
    pub(super) fn said(text: &str) -> Self {
        Value::Raw(quoted(&text.replace("$$", "$$$$")))
    }

    /// A list of texts of our own.
    pub(super) fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Value::List(texts.into_iter().map(Value::word).collect())
    }

    /// What serde made of something of ours, with texts as [`Value::said`] takes them.
    pub(super) fn of(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::String(text) => Value::said(text),
            serde_json::Value::Array(items) => Value::List(items.iter().map(Value::of).collect()),
            serde_json::Value::Object(map) => Value::Table(Table(
                map.iter()
                    .map(|(key, value)| (key.clone(), Value::of(value)))
                    .collect(),
            )),
            other => Value::Raw(other.to_string()),
        }
    }

    fn inline(&self) -> String {
        match self {
            Value::Raw(raw) => raw.clone(),
            Value::List(items) => {
                let items: Vec<_> = items.iter().map(Value::inline).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Table(table) if table.0.is_empty() => "{}".to_owned(),
            Value::Table(table) => {
                let entry =
                    |(name, value): &(String, Value)| format!("{} = {}", key(name), value.inline());
                let entries: Vec<_> = table.0.iter().map(entry).collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }

    fn holds_tables(&self) -> bool {
        matches!(self, Value::List(items) if items.iter().any(|item| matches!(item, Value::Table(_))))
    }
}

/// Keys and values, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Table(pub(super) Vec<(String, Value)>);

impl Table {
    /// Whether nothing is set.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value under a key of this table.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        let mut entries = self.0.iter();
        entries.find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// Sets the value under a dotted path, making tables on the way; answers the one it replaces.
    pub(super) fn set(&mut self, path: &str, value: Value) -> Option<Value> {
        self.put_at(&path.split('.').collect::<Vec<_>>(), value)
    }

    /// Sets the value under keys that may have dots in them.
    pub(super) fn put_at(&mut self, path: &[&str], value: Value) -> Option<Value> {
        match path {
            [] => None,
            [key] => self.put(key, value),
            [first, rest @ ..] => {
                let mut inner = self.take(first);
                let replaced = inner.put_at(rest, value);
                self.put(first, Value::Table(inner));
                replaced
            }
        }
    }

    /// Lays another table over this one, inner tables too.
    pub(super) fn merge(&mut self, other: Table) {
        for (key, value) in other.0 {
            let value = match value {
                Value::Table(over) => {
                    let mut inner = self.take(&key);
                    inner.merge(over);
                    Value::Table(inner)
                }
                value => value,
            };
            self.put(&key, value);
        }
    }

    /// The table under a key, leaving an empty one; an empty one if there is none.
    fn take(&mut self, name: &str) -> Table {
        let entry = self.0.iter_mut().find(|(own, _)| own == name);
        match entry {
            Some((_, Value::Table(table))) => std::mem::take(table),
            _ => Table::default(),
        }
    }

    /// Sets a value under a key that may have dots in it.
    pub(super) fn put(&mut self, name: &str, value: Value) -> Option<Value> {
        if let Some((_, own)) = self.0.iter_mut().find(|(own, _)| own == name) {
            return Some(std::mem::replace(own, value));
        }
        self.0.push((name.to_owned(), value));
        None
    }

    /// Writes it under a header: values first, then the tables that do not fit on a line.
    pub(super) fn write(&self, header: &str, out: &mut String) {
        let own: Vec<_> = self.0.iter().filter(|(_, value)| !spreads(value)).collect();
        if !own.is_empty() || self.0.is_empty() {
            let _infallible = writeln!(out, "[{header}]");
        }
        for (name, value) in own {
            let _infallible = if value.holds_tables() {
                writeln!(out, "{} = [\n{}]", key(name), lines(value))
            } else {
                writeln!(out, "{} = {}", key(name), value.inline())
            };
        }
        for (name, value) in self.0.iter().filter(|(_, value)| spreads(value)) {
            if let Value::Table(table) = value {
                if !out.ends_with("\n\n")
                    && out.ends_with('\n')
                    && !self.0.iter().all(|(_, v)| spreads(v))
                {
                    out.push('\n');
                }
                table.write(&format!("{header}.{}", key(name)), out);
            }
        }
    }
}

/// Whether a value gets a header of its own.
fn spreads(value: &Value) -> bool {
    matches!(value, Value::Table(_)) && value.inline().len() > INLINE_MAX
}

/// The items of a list, one to a line.
fn lines(value: &Value) -> String {
    let Value::List(items) = value else {
        return String::new();
    };
    let lines: Vec<_> = items.iter().map(Value::inline).collect();
    format!("  {},\n", lines.join(",\n  "))
}
