//! `redaction`: patterns of values and keys to mask.

use super::super::cursor::Cursor;
use super::super::draft::{Draft, Placed};
use super::super::settings::{How, Row, convert};
use super::super::text::said;
use super::super::write::{Table, Value};
use super::Component;
use crate::otlp::Signal;
use crate::sampling::expression::regex;

const ROWS: &[Row] = &[
    (
        "allow_all_keys",
        How::Own(|draft, at, _| match at.bool() {
            Some(true) => draft.unneeded(at, "all keys pass unless something is found under them"),
            _ => draft.missing(at, NOT_BY_DEFAULT),
        }),
    ),
    ("allowed_keys", How::Missing(NOT_BY_DEFAULT)),
    ("ignored_keys", How::Texts("ignored_keys")),
    (
        "ignored_key_patterns",
        How::Missing("name the keys, or their beginnings: `ignored_keys = [\"app.*\"]`"),
    ),
    ("allowed_values", How::Texts("allow")),
    ("blocked_values", How::Own(blocked_values)),
    ("blocked_key_patterns", How::Own(blocked_keys)),
    (
        "redact_all_types",
        How::Unneeded("every text is looked into, wherever it stands"),
    ),
    (
        "hash_function",
        How::Missing("`action = \"hash\"` hashes what our detectors find; patterns are replaced"),
    ),
    (
        "url_sanitizer",
        How::Missing("give `mask_patterns` a pattern for the changing parts"),
    ),
    (
        "db_sanitizer",
        How::Missing("give `mask_patterns` a pattern for literals"),
    ),
    (
        "summary",
        How::Own(|draft, at, out| {
            let mark = at.text() != Some("silent");
            out.set("mark", Value::Raw(mark.to_string()));
            draft.approximated(at, "`mark` writes counts and kinds, never keys");
        }),
    ),
];

const NOT_BY_DEFAULT: &str = "attributes are not removed for being unknown; name what must go in `keys` or in `attributes.delete`";
/// What replaces a value, as there.
const MASK: &str = "****";

/// Keys are found by a pattern there and by their parts here.
const ANYTHING: &[&str] = &["^", "$", ".*", "(?i)"];

pub(super) fn redaction(draft: &mut Draft, component: &Component<'_>) -> Vec<Placed> {
    let (mark, mut table) = (draft.mark(), Table::default());
    convert(draft, &component.at, ROWS, &mut table);
    draft.approximated(
        &component.at,
        "Tollgate's own detectors run as well; `detectors` and `without` choose among them",
    );
    vec![component.becomes(draft, "redact", mark, table, &Signal::ALL)]
}

fn blocked_values(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    for pattern in at.texts() {
        let written = pattern.text().unwrap_or_default();
        match regex(&said(written)) {
            Ok(_) => {
                out.put_at(&["mask_patterns", &said(written)], Value::word(MASK));
                draft.converted(&pattern, "mask_patterns");
            }
            Err(why) => draft.missing(&pattern, why),
        }
    }
}

fn blocked_keys(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    let mut fields = Vec::new();
    for pattern in at.texts() {
        let written = pattern.text().unwrap_or_default();
        let bare = ANYTHING
            .iter()
            .fold(written.to_owned(), |text, any| text.replace(any, ""));
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if !bare.is_empty() && bare.replace("\\.", ".").chars().all(plain) {
            fields.push(Value::word(&bare.replace("\\.", ".")));
            draft.approximated(&pattern, "`sensitive_fields` compares whole parts of a key");
        } else {
            draft.missing(&pattern, "name the keys in `sensitive_fields` or `keys`");
        }
    }
    if !fields.is_empty() {
        out.set("sensitive_fields", Value::List(fields));
    }
}
