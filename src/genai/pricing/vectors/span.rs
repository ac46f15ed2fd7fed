//! Span-attribute rows: a model call as an instrumentation wrote it, read as any span is.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::super::call::Reading;
use super::super::super::dialect::Dialects;
use super::super::super::usage::Usage;
use super::super::pricer::{Believe, Priced, Pricer, Source, Status};
use super::super::units::{Amounts, each};
use super::strict::{agrees, amounts};
use super::{Row, Verdict, nanos};
use crate::otlp::{NewValue, Resource, Scope, Span};

/// Prices a row through the same reader and pricer that price spans.
pub(super) fn check(dialects: &Dialects, pricer: &mut Pricer, row: &Row<'_>) -> Verdict {
    let expected = row.value.get("expected").cloned().unwrap_or_default();
    let (found, usage) = found(dialects, pricer, row);
    let same_usage = expected
        .get("usage")
        .is_none_or(|expected| agrees_on_usage(expected, &usage));
    let mut wanted = expected.clone();
    if let Some(wanted) = wanted.as_object_mut() {
        wanted.remove("usage");
    }
    if same_usage && agrees(&wanted, &found) {
        return Verdict::Passed;
    }
    Verdict::Failed {
        expected: expected.to_string(),
        found: format!("{found} {usage:?}"),
    }
}

fn agrees_on_usage(expected: &Value, usage: &Usage) -> bool {
    let (Ok(expected), found) = (amounts(Some(expected)), Amounts::from(usage)) else {
        return false;
    };
    expected.positive() == found.positive()
        && each(expected.positive()).all(|unit| expected.get(unit) == found.get(unit))
}

fn found(dialects: &Dialects, pricer: &mut Pricer, row: &Row<'_>) -> (Value, Usage) {
    let (scope, span) = (scope(row), span(row));
    let Some(facts) = dialects.read(&scope, &span) else {
        return (json!({ "skip": "no_call" }), Usage::EMPTY);
    };
    if !facts.class.is_model() {
        return (json!({ "skip": "aggregate_operation" }), Usage::EMPTY);
    }
    let reading = Reading::of(&facts, &span, Believe::Provider);
    let priced = pricer.price(&reading.call());
    (
        as_json(pricer, &priced),
        facts.usage.unwrap_or(Usage::EMPTY),
    )
}

fn scope(row: &Row<'_>) -> Scope {
    let resource = Arc::new(Resource::new::<&str>(&[]));
    Scope::new(row.text("scope").unwrap_or(""), "", resource)
}

fn span(row: &Row<'_>) -> Span {
    let start = row.text("start_time").and_then(nanos).unwrap_or(0);
    let mut span = Span::build().times(start, start);
    let attributes = row.value.get("attributes").and_then(Value::as_object);
    for (key, value) in attributes.into_iter().flatten() {
        span = span.attribute(key, attribute(value));
    }
    span.finish()
}

fn attribute(value: &Value) -> NewValue {
    match value {
        Value::Bool(value) => NewValue::Bool(*value),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => NewValue::Int(whole),
            None => NewValue::Double(number.as_f64().unwrap_or(0.0)),
        },
        Value::String(text) => NewValue::Str(text.clone()),
        Value::Array(items) => NewValue::Array(items.iter().map(attribute).collect()),
        other => NewValue::Str(other.to_string()),
    }
}

fn as_json(pricer: &Pricer, priced: &Priced) -> Value {
    let (catalogue, bill) = (&pricer.book().catalogue, &priced.bill);
    match (priced.status, priced.source, priced.entry) {
        (Status::NoUsage, ..) => json!({ "skip": "no_usage" }),
        (Status::Unpriced(_), ..) => json!({ "unpriced": "no_match" }),
        (_, Some(Source::Reported), _) => {
            json!({ "source": "provider", "total_price": bill.total })
        }
        (_, source, entry) => json!({
            "source": source.map(Source::as_str),
            "matched_provider": entry.map(|hit| catalogue.provider_id(hit)),
            "model_provider": entry.map(|hit| catalogue.model_provider_id(hit)),
            "matched_model": entry.map(|hit| catalogue.model_id(hit)),
            "input_price": bill.input,
            "output_price": bill.output,
            "total_price": bill.total,
        }),
    }
}
