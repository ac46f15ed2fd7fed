//! `transform`: statements that set and delete attributes; all others are listed.

use super::super::cursor::Cursor;
use super::super::draft::{Draft, Placed};
use super::super::write::Value;
use super::super::yaml::Kind;
use super::Component;
use super::attributes::place;
use super::edits::Edit;
use crate::otlp::Signal;
use crate::sampling::ottl::{Call, Comparison, Condition, Path, Term, statement};

/// Lists of statements, and the signals they are for.
const LISTS: &[(&str, &[Signal])] = &[
    ("trace_statements", &[Signal::Traces]),
    ("metric_statements", &[Signal::Metrics]),
    ("log_statements", &[Signal::Logs]),
];

/// Whose attributes a statement changes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Own,
    Resource,
}

/// Attributes by the context a statement is in and the path it says, and whose they are.
const ATTRIBUTES: &[(&str, &str, Whose)] = &[
    ("span", "attributes", Whose::Own),
    ("log", "attributes", Whose::Own),
    ("", "span.attributes", Whose::Own),
    ("", "log.attributes", Whose::Own),
    ("resource", "attributes", Whose::Resource),
    ("", "resource.attributes", Whose::Resource),
];

pub(super) fn transform(draft: &mut Draft, component: &Component<'_>) -> Vec<Placed> {
    let mut placed = Vec::new();
    for (key, at) in component.at.entries() {
        let Some((_, signals)) = LISTS.iter().find(|(list, _)| *list == key) else {
            match key {
                "error_mode" => draft.unneeded(&at, "what does not apply is passed over"),
                _ => draft.missing(&at, "Tollgate has no such setting"),
            }
            continue;
        };
        let mark = draft.mark();
        let (mut own, mut resource) = (Vec::new(), Vec::new());
        for (statement, context) in statements(draft, &at) {
            match edit(draft, &statement, &context) {
                Ok((Whose::Own, edit)) if *signals != [Signal::Metrics] => own.push(edit),
                Ok((Whose::Resource, edit)) => resource.push(edit),
                Ok(_) => draft.missing(&statement, "a metric's attributes are its identity"),
                Err(advice) => draft.missing(&statement, advice),
            }
        }
        placed.extend(place(draft, component, "resource", mark, resource, signals));
        placed.extend(place(
            draft,
            component,
            "attributes",
            draft.mark(),
            own,
            signals,
        ));
    }
    placed
}

/// The statements of a list, each with its context, which may be empty.
fn statements<'a>(draft: &mut Draft, list: &Cursor<'a>) -> Vec<(Cursor<'a>, String)> {
    let mut found = Vec::new();
    for item in list.items() {
        if let Kind::Text(_) = item.kind() {
            found.push((item, String::new()));
            continue;
        }
        if let Some(conditions) = item.get("conditions") {
            draft.missing(&conditions, "statements under conditions are left out");
            continue;
        }
        let context = item
            .get("context")
            .and_then(|at| at.text())
            .unwrap_or_default();
        let below = item
            .get("statements")
            .map(|at| at.items())
            .unwrap_or_default();
        found.extend(below.into_iter().map(|at| (at, context.to_owned())));
    }
    found
}

/// The change a statement makes; the error is what to do instead.
fn edit(draft: &mut Draft, at: &Cursor<'_>, context: &str) -> Result<(Whose, Edit), String> {
    let text = &draft.said(at);
    let read = statement(text).map_err(|why| format!("this statement cannot be read: {why}"))?;
    let Call { name, arguments } = &read.call;
    let (whose, edit) = match (name.as_str(), arguments.as_slice()) {
        ("set", [Term::Path(path), Term::Path(from)]) => {
            let (whose, new) = target(path, context).ok_or_else(|| beyond(text))?;
            let (origin, old) = target(from, context).ok_or_else(|| beyond(text))?;
            // Without a condition theirs fails where there is nothing to copy; ours passes over it.
            let fits = read.when.as_ref().is_none_or(|when| is_there(when, from));
            if origin != whose || !fits {
                return Err(beyond(text));
            }
            (whose, Edit::Copy(old, new))
        }
        ("set", [Term::Path(path), value]) => {
            let (whose, key) = target(path, context).ok_or_else(|| beyond(text))?;
            let value = literal(value).ok_or_else(|| beyond(text))?;
            match &read.when {
                None => (whose, Edit::Set(key, value)),
                Some(when) if is_missing(when, path) => (whose, Edit::Insert(key, value)),
                Some(_) => return Err(beyond(text)),
            }
        }
        ("delete_key", [Term::Path(path), Term::Text(key)]) if read.when.is_none() => {
            let whose = whose(path, context).filter(|_| path.keys.is_empty());
            (
                whose.ok_or_else(|| beyond(text))?,
                Edit::Delete(key.clone()),
            )
        }
        _ => return Err(beyond(text)),
    };
    draft.converted(
        at,
        if whose == Whose::Own {
            "attributes"
        } else {
            "resource"
        },
    );
    Ok((whose, edit))
}

fn beyond(text: &str) -> String {
    format!("`{text}`: attributes are set to plain values, copied and deleted, nothing else")
}

fn whose(path: &Path, context: &str) -> Option<Whose> {
    let row = ATTRIBUTES
        .iter()
        .find(|(own, name, _)| *name == path.name && (own.is_empty() || *own == context));
    // Where no context is given, a bare path means the record's own.
    let bare = (context.is_empty() && path.name == "attributes").then_some(Whose::Own);
    row.map(|(_, _, whose)| *whose).or(bare)
}

fn target(path: &Path, context: &str) -> Option<(Whose, String)> {
    Some((whose(path, context)?, path.key()?.to_owned()))
}

fn literal(term: &Term) -> Option<Value> {
    match term {
        Term::Text(text) => Some(Value::said(text)),
        Term::Int(value) => Some(Value::Raw(value.to_string())),
        Term::Double(value) => Some(Value::Raw(format!("{value:?}"))),
        Term::Bool(value) => Some(Value::Raw(value.to_string())),
        _ => None,
    }
}

/// Whether a condition says that what is copied is there.
fn is_there(when: &Condition, origin: &Path) -> bool {
    match when {
        Condition::Compare(Term::Path(path), Comparison::Ne, Term::Nil) => path == origin,
        _ => false,
    }
}

/// Whether a condition says that what is set is not there yet.
fn is_missing(when: &Condition, target: &Path) -> bool {
    match when {
        Condition::Compare(Term::Path(path), Comparison::Eq, Term::Nil) => path == target,
        _ => false,
    }
}
