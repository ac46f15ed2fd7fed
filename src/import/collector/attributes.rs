//! `attributes` and `resource`: lists of actions on attributes.

use super::super::cursor::Cursor;
use super::super::draft::{Draft, Placed};
use super::super::settings::plain;
use super::Component;
use super::edits::{Edit, tables};
use crate::otlp::Signal;

/// Actions without equivalent, and what to do.
const WITHOUT: &[(&str, &str)] = &[
    (
        "hash",
        "use `[processors.redact]` with `keys = [{ key = \"…\", action = \"hash\" }]`",
    ),
    (
        "extract",
        "nothing is taken out of a text here; let the sender write the attribute",
    ),
    ("convert", "values keep the type they came with"),
];

/// `attributes`.
pub(super) fn attributes(draft: &mut Draft, component: &Component<'_>) -> Vec<Placed> {
    edits_of(
        draft,
        component,
        "actions",
        "attributes",
        &[Signal::Traces, Signal::Logs],
    )
}

/// `resource`.
pub(super) fn resource(draft: &mut Draft, component: &Component<'_>) -> Vec<Placed> {
    edits_of(draft, component, "attributes", "resource", &Signal::ALL)
}

fn edits_of(
    draft: &mut Draft,
    component: &Component<'_>,
    list: &str,
    kind: &str,
    signals: &'static [Signal],
) -> Vec<Placed> {
    let mark = draft.mark();
    for (key, at) in component.at.entries() {
        match key {
            _ if key == list => {}
            "include" | "exclude" => {
                draft.missing(
                    &at,
                    "changes are made everywhere here, so this one is left out whole; \
                     give its pipeline a `filter` and name it there",
                );
                return Vec::new();
            }
            _ => draft.missing(&at, "Tollgate has no such setting"),
        }
    }
    let actions = component
        .at
        .get(list)
        .map(|at| at.items())
        .unwrap_or_default();
    let edits = actions
        .iter()
        .enumerate()
        .filter_map(|(index, action)| edit(draft, action, &actions, index));
    let edits: Vec<Edit> = edits.collect();
    place(draft, component, kind, mark, edits, signals)
}

/// Adds as many of ours as keep the order of the changes.
pub(super) fn place(
    draft: &mut Draft,
    component: &Component<'_>,
    kind: &str,
    mark: usize,
    edits: Vec<Edit>,
    signals: &'static [Signal],
) -> Vec<Placed> {
    let mut placed = Vec::new();
    let mut mark = mark;
    for table in tables(edits) {
        placed.push(component.becomes(draft, kind, mark, table, signals));
        mark = draft.mark();
    }
    placed
}

fn edit(draft: &mut Draft, action: &Cursor<'_>, all: &[Cursor<'_>], index: usize) -> Option<Edit> {
    let text = |name: &str| action.get(name).and_then(|at| at.text());
    let word = text("action").unwrap_or_default().to_ascii_lowercase();
    let Some(key) = text("key") else {
        let advice = "name the keys one by one; a pattern of keys has no equivalent";
        draft.missing(action, advice);
        return None;
    };
    if let Some((_, advice)) = WITHOUT.iter().find(|(own, _)| *own == word) {
        draft.missing(action, *advice);
        return None;
    }
    if word == "delete" {
        // One that makes a copy a move was said as a rename.
        let moved = all.iter().take(index).any(|other| is_copy_of(other, key));
        draft.converted(action, if moved { "rename" } else { "delete" });
        return (!moved).then(|| Edit::Delete(key.to_owned()));
    }
    if let Some(from) = text("from_attribute") {
        return copy(draft, action, &word, (from, key), all.get(index + 1..)?);
    }
    let value = action.get("value").and_then(|at| plain(draft, &at));
    match (word.as_str(), value) {
        ("insert", Some(value)) => {
            draft.converted(action, "insert");
            Some(Edit::Insert(key.to_owned(), value))
        }
        ("update", Some(value)) => {
            draft.converted(action, "update");
            Some(Edit::Update(key.to_owned(), value))
        }
        ("upsert", Some(value)) => {
            draft.converted(action, "set");
            Some(Edit::Set(key.to_owned(), value))
        }
        _ => {
            let advice = "only plain values and copies of attributes can be written";
            draft.missing(action, advice);
            None
        }
    }
}

fn is_copy_of(action: &Cursor<'_>, key: &str) -> bool {
    let text = |name: &str| action.get(name).and_then(|at| at.text());
    let word = text("action").unwrap_or_default();
    text("from_attribute") == Some(key) && matches!(word, "insert" | "upsert")
}

/// A copy is a rename where its origin is deleted afterwards.
fn copy(
    draft: &mut Draft,
    action: &Cursor<'_>,
    word: &str,
    (from, to): (&str, &str),
    later: &[Cursor<'_>],
) -> Option<Edit> {
    let moved = later.iter().any(|other| {
        let text = |name: &str| other.get(name).and_then(|at| at.text());
        text("key") == Some(from) && text("action") == Some("delete")
    });
    let (from, to) = (from.to_owned(), to.to_owned());
    match word {
        "insert" if moved => draft.converted(action, "rename"),
        "upsert" if moved => {
            draft.approximated(
                action,
                "a rename; where both are there, the value that had the new name wins",
            );
        }
        "upsert" => {
            draft.converted(action, "copy");
            return Some(Edit::Copy(from, to));
        }
        "insert" => {
            draft.approximated(action, "a copy; it replaces what has the new name already");
            return Some(Edit::Copy(from, to));
        }
        _ => {
            draft.missing(action, "nothing is copied only where the new name is there");
            return None;
        }
    }
    Some(Edit::Rename(from, to))
}
