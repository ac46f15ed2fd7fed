//! Strict rows: a provider, a model, a time and a usage, priced by the catalogue alone.

use serde_json::{Map, Value, json};

use super::super::catalogue::{Catalogue, Miss, Query};
use super::super::units::{Amounts, Units};
use super::super::when::Moment;
use super::{Row, Verdict, nanos, same};

/// Prices a row by the strict rules.
pub(super) fn check(catalogue: &Catalogue, row: &Row<'_>) -> Verdict {
    let expected = row.value.get("expected").cloned().unwrap_or_default();
    let found = found(catalogue, row).unwrap_or_else(|fault| json!({ "error": fault }));
    if agrees(&expected, &found) {
        return Verdict::Passed;
    }
    Verdict::Failed {
        expected: expected.to_string(),
        found: found.to_string(),
    }
}

fn found(catalogue: &Catalogue, row: &Row<'_>) -> Result<Value, String> {
    let query = Query {
        provider: row.text("provider"),
        api_url: row.text("api_url"),
        model: row.text("model").ok_or("the row has no model")?,
    };
    let time = row
        .text("timestamp")
        .and_then(nanos)
        .ok_or("the row has no timestamp")?;
    let hit = match catalogue.find(query) {
        Ok(hit) => hit,
        Err(miss) => {
            let kind = if miss == Miss::Provider {
                "provider"
            } else {
                "model"
            };
            return Ok(json!({ "error": "no match", "kind": kind }));
        }
    };
    let context = pairs(row.value.get("context"));
    let prices = catalogue.prices(hit, Moment::from_unix_nanos(time), &context);
    let bill = match prices.bill(&amounts(row.value.get("usage"))?) {
        Ok(bill) => bill,
        Err(bad) => return Ok(json!({ "error": "invalid usage", "detail": bad.to_string() })),
    };
    Ok(json!({
        "matched_provider": catalogue.provider_id(hit),
        "model_provider": catalogue.model_provider_id(hit),
        "matched_model": catalogue.model_id(hit),
        "input_price": bill.input,
        "output_price": bill.output,
        "total_price": bill.total,
    }))
}

/// Every key the file names must agree, except the wording of an error.
pub(super) fn agrees(expected: &Value, found: &Value) -> bool {
    let Some(expected) = expected.as_object() else {
        return false;
    };
    !expected.is_empty()
        && expected
            .iter()
            .filter(|(key, _)| *key != "detail")
            .all(|(key, value)| {
                let found = found.get(key);
                match value.as_str().zip(found.and_then(Value::as_str)) {
                    Some((value, found)) if key.ends_with("_price") => {
                        super::PicoUsd::parse(found).is_some_and(|found| same(found, value))
                    }
                    _ => found == Some(value),
                }
            })
}

fn pairs(context: Option<&Value>) -> Vec<(&str, &str)> {
    let map: Option<&Map<String, Value>> = context.and_then(Value::as_object);
    let pairs = map.into_iter().flatten();
    pairs
        .filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
        .collect()
}

/// Counts by usage key; a key that is no unit is passed over.
pub(super) fn amounts(usage: Option<&Value>) -> Result<Amounts, String> {
    let mut amounts = Amounts::default();
    for (key, count) in usage.and_then(Value::as_object).into_iter().flatten() {
        let Some(unit) = Units::get().by_usage_key(key) else {
            continue;
        };
        if count.is_null() {
            continue;
        }
        let count = count
            .as_u64()
            .ok_or_else(|| format!("`{key}` is not a count"))?;
        amounts.set(unit, count);
    }
    Ok(amounts)
}
