//! Conditions in the transformation language, as conditions of ours.

use super::super::cursor::Cursor;
use super::super::draft::Draft;
use super::super::write::{Table, Value};
use crate::sampling::expression::Expression;
use crate::sampling::ottl;

/// Conditions on a span, one of which has to hold.
pub(super) fn span_conditions(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    let conditions = at.texts();
    let own = conditions.iter().filter_map(|at| condition_of(draft, at));
    let own = own.collect();
    or_also(own, out);
}

/// Conditions on an event of a span; they stand beside those on the span.
pub(super) fn event_conditions(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    let conditions = at.texts();
    let own = conditions
        .iter()
        .filter_map(|at| translated(draft, at, |condition| value_of(condition.on_event()?)));
    let own = own.collect();
    or_also(own, out);
}

/// Has one of these hold, or of those that are there already.
fn or_also(more: Vec<Value>, out: &mut Table) {
    let mut any = match out.get("conditions") {
        Some(Value::List(own)) => own.clone(),
        _ => Vec::new(),
    };
    let several = match any.as_slice() {
        [Value::Table(one)] => one.get("any").cloned(),
        _ => None,
    };
    if let Some(Value::List(several)) = several {
        any = several;
    }
    any.extend(more);
    let conditions = match any.len() {
        0 => return,
        1 => any,
        _ => {
            let mut either = Table::default();
            either.put("any", Value::List(any));
            vec![Value::Table(either)]
        }
    };
    out.put("conditions", Value::List(conditions));
}

/// A condition on a span in our words.
pub(super) fn condition_of(draft: &mut Draft, at: &Cursor<'_>) -> Option<Value> {
    translated(draft, at, expression)
}

fn translated(
    draft: &mut Draft,
    at: &Cursor<'_>,
    translate: impl Fn(&ottl::Condition) -> Result<Value, String>,
) -> Option<Value> {
    let text = draft.said(at);
    let read = ottl::condition(&text).and_then(|condition| translate(&condition));
    match read {
        Ok(value) => {
            draft.converted(at, "condition");
            Some(value)
        }
        Err(why) => {
            draft.missing(
                at,
                format!("`{text}`: {why} has no equivalent in a condition"),
            );
            None
        }
    }
}

/// A condition on a span as a value of ours.
pub(super) fn expression(condition: &ottl::Condition) -> Result<Value, String> {
    value_of(condition.on_span()?)
}

fn value_of(own: Expression) -> Result<Value, String> {
    let value = serde_json::to_value(own).map_err(|why| why.to_string())?;
    Ok(Value::of(&value))
}
