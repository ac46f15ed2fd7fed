//! Reads one line: a row, telemetry, or neither.

use std::borrow::Cow;
use std::fmt;

use serde::de::{IgnoredAny, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::otlp::Signal;

/// What a line is.
#[derive(Debug)]
pub(super) enum Line {
    /// `{"id", "text", "key"?, "tenant"?}`.
    Row(Row),
    /// An OTLP request.
    Otlp(Signal),
    /// Anything else.
    Other,
}

/// A text to redact, as an attribute of its key and tenant.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Goes back as it came.
    pub(super) id: Option<Box<RawValue>>,
    pub(super) text: String,
    pub(super) key: Option<String>,
    pub(super) tenant: Option<String>,
}

impl Row {
    /// Bytes it holds in memory.
    pub(super) fn bytes(&self) -> usize {
        let word = |word: &Option<String>| word.as_ref().map_or(0, String::len);
        let id = self.id.as_ref().map_or(0, |id| id.get().len());
        size_of::<Row>() + self.text.len() + word(&self.key) + word(&self.tenant) + id
    }
}

/// Reads an object; a line has one, and a document over many lines is one.
pub(super) fn read(text: &str) -> Line {
    if !text.trim_start().starts_with('{') {
        return Line::Other;
    }
    match serde_json::from_str::<Members<'_>>(text) {
        Ok(members) => members.line(),
        // A member that stands twice, or holds what its name does not promise.
        Err(error) if error.is_data() => {
            serde_json::from_str(text).map_or(Line::Other, |object| unusual(&object))
        }
        Err(_) => Line::Other,
    }
}

/// The members that matter, borrowed from the line where they have no escapes.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Members<'a> {
    #[serde(borrow, deserialize_with = "given")]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Word<'a>,
    #[serde(borrow)]
    key: Word<'a>,
    #[serde(borrow)]
    tenant: Word<'a>,
    #[serde(alias = "resourceSpans")]
    resource_spans: Given,
    #[serde(alias = "resourceMetrics")]
    resource_metrics: Given,
    #[serde(alias = "resourceLogs")]
    resource_logs: Given,
}

impl Members<'_> {
    fn line(self) -> Line {
        let signals = [
            (self.resource_spans, Signal::Traces),
            (self.resource_metrics, Signal::Metrics),
            (self.resource_logs, Signal::Logs),
        ];
        if let Some((_, signal)) = signals.into_iter().find(|(given, _)| given.0) {
            return Line::Otlp(signal);
        }
        let Some(text) = self.text.0 else {
            return Line::Other;
        };
        Line::Row(Row {
            id: self.id.map(plain),
            text: text.into_owned(),
            key: self.key.0.map(Cow::into_owned),
            tenant: self.tenant.0.map(Cow::into_owned),
        })
    }
}

/// Reads an object that is not as rows usually are: the last of equal members counts, and one of
/// another type is none.
fn unusual(object: &Value) -> Line {
    let has = |names: [&str; 2]| names.iter().any(|name| object.get(name).is_some());
    let word = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    let given = |names| Given(has(names));
    let members = Members {
        resource_spans: given(["resourceSpans", "resource_spans"]),
        resource_metrics: given(["resourceMetrics", "resource_metrics"]),
        resource_logs: given(["resourceLogs", "resource_logs"]),
        text: Word(word("text").map(Cow::Owned)),
        key: Word(word("key").map(Cow::Owned)),
        tenant: Word(word("tenant").map(Cow::Owned)),
        id: None,
    };
    match members.line() {
        Line::Row(row) => Line::Row(Row {
            id: object.get("id").and_then(|id| to_raw_value(id).ok()),
            ..row
        }),
        line => line,
    }
}

/// An identifier in its plainest form, on one line: without escapes it has no other.
fn plain(id: &RawValue) -> Box<RawValue> {
    let text = id.get();
    let is_plain_string = text.starts_with('"') && !text.contains('\\');
    let is_plain_number = text.len() < 19 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain_string || is_plain_number {
        return id.to_owned();
    }
    let value = serde_json::from_str::<Value>(text);
    value
        .and_then(|value| to_raw_value(&value))
        .unwrap_or_else(|_| id.to_owned())
}

/// `null` is an identifier too.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Whether a member is there, whatever it holds.
#[derive(Clone, Copy, Default)]
struct Given(bool);

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Given(true))
    }
}

/// A string, borrowed if it has no escapes.
#[derive(Default)]
struct Word<'a>(Option<Cow<'a, str>>);

impl<'de: 'a, 'a> Deserialize<'de> for Word<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Letters)
    }
}

struct Letters;

impl<'de> Visitor<'de> for Letters {
    type Value = Word<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, word: &'de str) -> Result<Word<'de>, E> {
        Ok(Word(Some(Cow::Borrowed(word))))
    }

    fn visit_str<E>(self, word: &str) -> Result<Word<'de>, E> {
        Ok(Word(Some(Cow::Owned(word.to_owned()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn row(text: &str) -> Row {
        match read(text) {
            Line::Row(row) => row,
            other => panic!("{text} is {other:?}"),
        }
    }

    #[test]
    fn a_row_has_its_members() {
        let row = row(r#"{"text":"a \"b\" é","id":7,"more":[1,{}],"key":"k","tenant":"t"}"#);
        assert_eq!("a \"b\" é", row.text);
        assert_eq!(Some("7"), row.id.as_deref().map(RawValue::get));
        assert_eq!(
            (Some("k"), Some("t")),
            (row.key.as_deref(), row.tenant.as_deref())
        );
    }

    #[test]
    fn identifiers_go_back_as_a_reader_of_json_sees_them() {
        let check = |given: &str, kept: &str| {
            let row = row(&format!("{{\"id\":{given},\"text\":\"\"}}"));
            let id = row.id.expect("an id");
            assert_eq!(kept, id.get());
        };
        check("null", "null");
        check(r#""s1""#, r#""s1""#);
        check(r#""\u00e9""#, r#""é""#);
        check("[ 1,\n 2 ]", "[1,2]");
        check("-1.50", "-1.5");
        assert!(row(r#"{"text":""}"#).id.is_none());
    }

    #[test]
    fn unusual_members_are_read_as_before() {
        let twice = row(r#"{"id":1,"text":"a","text":"b","id":{"b":1,"a":2}}"#);
        assert_eq!("b", twice.text);
        assert_eq!(
            Some(r#"{"a":2,"b":1}"#),
            twice.id.as_deref().map(RawValue::get)
        );
        assert!(row(r#"{"id":1,"text":"a","key":5}"#).key.is_none());
        assert!(matches!(read(r#"{"id":1,"text":5}"#), Line::Other));
    }

    #[test]
    fn telemetry_is_told_by_its_first_member() {
        for (text, signal) in [
            (r#"{"resourceSpans":[]}"#, Signal::Traces),
            (r#"{"resource_metrics":null,"text":"a"}"#, Signal::Metrics),
            (r#" {"id":1,"key":5,"resourceLogs":[]}"#, Signal::Logs),
        ] {
            assert!(
                matches!(read(text), Line::Otlp(found) if found == signal),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_such_object_is_text() {
        for text in [
            "",
            "a",
            "[]",
            "{",
            "{}",
            "{\"id\":1}",
            "{\"id\":1,\"text\":\"a\"",
            "{} {}",
        ] {
            assert!(matches!(read(text), Line::Other), "{text}");
        }
    }
}
