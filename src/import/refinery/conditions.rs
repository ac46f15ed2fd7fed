//! Conditions of Refinery's rules: a field or several, an operator, a value.

use super::super::cursor::Cursor;
use super::super::draft::{Draft, Shape};
use super::super::settings::{plain, scalar_text};
use super::super::write::{Table, Value};

/// How an operator is said here, and whether what it says is turned round.
const OPERATORS: &[(&str, &str, bool)] = &[
    ("=", "eq", false),
    ("!=", "ne", false),
    (">", "gt", false),
    (">=", "ge", false),
    ("<", "lt", false),
    ("<=", "le", false),
    ("exists", "exists", false),
    ("not-exists", "absent", false),
    ("contains", "contains", false),
    ("does-not-contain", "contains", true),
    ("starts-with", "starts_with", false),
    ("matches", "regex", false),
    ("in", "in", false),
    ("not-in", "in", true),
];

/// Fields that Honeycomb makes of a span's own, and ours for them.
const FIELDS: &[(&str, &str)] = &[
    ("name", "name"),
    ("duration_ms", "duration_ms"),
    ("kind", "kind"),
    ("span.kind", "kind"),
];

/// A condition in our words.
pub(super) fn condition(draft: &mut Draft, at: &Cursor<'_>) -> Option<Table> {
    let operator = at
        .get("Operator")
        .and_then(|at| at.text())
        .unwrap_or_default();
    if operator == "has-root-span" {
        draft.converted(at, "when");
        return Some(comparison(
            "trace",
            "has_root",
            "eq",
            at.get("Value").and_then(|at| plain(draft, &at)),
        ));
    }
    let Some((_, op, turned)) = OPERATORS.iter().find(|(theirs, ..)| *theirs == operator) else {
        draft.missing(at, format!("the operator `{operator}` has no equivalent"));
        return None;
    };
    let names = [at.get("Field"), at.get("Fields")];
    let names: Vec<_> = names.iter().flatten().flat_map(Cursor::texts).collect();
    let value = match at.get("Value") {
        Some(value) => Some(value_of(draft, at, &value)?),
        None => None,
    };
    let of = |name: &Cursor<'_>| field(name.text().unwrap_or_default(), op, value.clone());
    let mut each: Vec<_> = names.iter().map(of).collect();
    let mut own = match each.len() {
        0 => {
            draft.missing(at, "it names no field");
            return None;
        }
        1 => each.remove(0),
        // The first field that is there counts; without any, all of them are absent.
        _ => combined(if *op == "absent" { "all" } else { "any" }, each),
    };
    if *turned {
        own = inner("not", Value::Table(own));
        let of_root = |name: &Cursor<'_>| name.text().is_some_and(|name| name.starts_with("root."));
        if names.iter().any(of_root) {
            // What the root lacks, every other span lacks too.
            own = combined("all", vec![is_root(), own]);
        }
    }
    draft.converted(at, "when");
    Some(own)
}

/// A value of the type that is compared.
fn value_of(draft: &mut Draft, condition: &Cursor<'_>, at: &Cursor<'_>) -> Option<Value> {
    let datatype = condition
        .get("Datatype")
        .and_then(|at| at.text())
        .unwrap_or_default();
    let mut one = |at: &Cursor<'_>| match datatype {
        "int" => at.int().map(|value| Value::Raw(value.to_string())),
        "bool" => at.bool().map(|value| Value::Raw(value.to_string())),
        "string" => scalar_text(draft, at, Shape::Text),
        _ => plain(draft, at),
    };
    let items = at.items();
    let value = if items.is_empty() {
        one(at)
    } else {
        items
            .iter()
            .map(one)
            .collect::<Option<Vec<_>>>()
            .map(Value::List)
    };
    if value.is_none() {
        draft.missing(at, "its value cannot be read");
    }
    value
}

/// A comparison of a field by Honeycomb's name.
fn field(name: &str, op: &str, value: Option<Value>) -> Table {
    if name == "?.NUM_DESCENDANTS" {
        return comparison("trace", "spans", op, value);
    }
    let (name, root) = match name.strip_prefix("root.") {
        Some(bare) => (bare, true),
        None => (name, false),
    };
    let truth = |truth: bool| Some(Value::Raw(truth.to_string()));
    let own = match (name, op) {
        ("trace.parent_id", "exists") => comparison("field", "is_root", "eq", truth(false)),
        ("trace.parent_id", "absent") => comparison("field", "is_root", "eq", truth(true)),
        ("error", "exists" | "eq") => {
            comparison("field", "status", "eq", Some(Value::word("ERROR")))
        }
        _ => match FIELDS.iter().find(|(theirs, _)| *theirs == name) {
            Some((_, ours)) => comparison("field", ours, op, value),
            None if root => return with_scope(comparison("attr", name, op, value)),
            None => comparison("attr", name, op, value),
        },
    };
    if root {
        return combined("all", vec![is_root(), own]);
    }
    own
}

fn with_scope(mut attribute: Table) -> Table {
    attribute.put("scope", Value::word("root"));
    attribute
}

fn is_root() -> Table {
    comparison(
        "field",
        "is_root",
        "eq",
        Some(Value::Raw("true".to_owned())),
    )
}

fn comparison(what: &str, name: &str, op: &str, value: Option<Value>) -> Table {
    let mut table = Table::default();
    table.put(what, Value::word(name));
    table.put("op", Value::word(op));
    if let Some(value) = value.filter(|_| !matches!(op, "exists" | "absent")) {
        table.put("value", value);
    }
    table
}

fn combined(how: &str, parts: Vec<Table>) -> Table {
    inner(
        how,
        Value::List(parts.into_iter().map(Value::Table).collect()),
    )
}

fn inner(key: &str, value: Value) -> Table {
    let mut table = Table::default();
    table.put(key, value);
    table
}
