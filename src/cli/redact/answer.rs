//! The answer to a row, as it is written.

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// What became of a row's text; members stand by the alphabet.
#[derive(Serialize)]
pub(super) struct Answer<'a> {
    /// What is removed with the text, if something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dropped: Option<&'static str>,
    pub(super) entities: Vec<Entity<'a>>,
    pub(super) id: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Shown::is_absent")]
    pub(super) text_redacted: Shown<'a>,
}

/// What is shown of the text.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Shown<'a> {
    /// Nothing is said of it: it is only reported on.
    Absent,
    /// `null`: the text is removed.
    Null,
    Text(&'a str),
}

impl Shown<'_> {
    fn is_absent(&self) -> bool {
        matches!(self, Shown::Absent)
    }
}

/// One finding, in bytes of UTF-8.
#[derive(Serialize)]
pub(super) struct Entity<'a> {
    pub(super) end: usize,
    pub(super) start: usize,
    #[serde(rename = "type")]
    pub(super) kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<Value>,
}
