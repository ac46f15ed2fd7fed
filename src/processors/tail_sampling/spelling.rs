//! How others write a policy, turned into how it is written here.

use serde_json::{Map, Value};

/// Samplers that have a type of ours for each of their algorithms.
const ALGORITHMS: &[(&str, &str, &str)] = &[
    ("adaptive_percentage", "ema", "ema_dynamic"),
    ("adaptive_throughput", "ema", "ema_throughput"),
    ("adaptive_throughput", "windowed", "windowed_throughput"),
];

/// Rewrites a policy in place; the error is one sentence.
pub(super) fn translate(fields: &mut Map<String, Value>) -> Result<(), String> {
    match fields.remove("sampler") {
        Some(Value::Object(sampler)) => rule(fields, sampler),
        Some(_) => Err("`sampler` is a table".to_owned()),
        None => {
            unnest(fields);
            Ok(())
        }
    }
}

/// The Collector's `tail_sampling` nests a policy's settings in a table named like its type.
fn unnest(fields: &mut Map<String, Value>) {
    let kind = fields.get("type").and_then(Value::as_str);
    let Some(kind) = kind.map(str::to_owned) else {
        return;
    };
    if let Some(Value::Object(nested)) = fields.get_mut(&kind).map(Value::take) {
        fields.remove(&kind);
        fields.extend(nested);
    }
}

/// A rule of `adaptive_tail_sampling`: conditions, and a sampler that decides where they hold.
fn rule(fields: &mut Map<String, Value>, mut sampler: Map<String, Value>) -> Result<(), String> {
    let mut word = |key: &str| match sampler.remove(key) {
        Some(Value::String(word)) => Some(word),
        _ => None,
    };
    let kind = word("type").ok_or("`sampler` has no `type`")?;
    let algorithm = word("algorithm").unwrap_or_else(|| "ema".to_owned());
    let ours = ALGORITHMS
        .iter()
        .find(|(own, how, _)| *own == kind && *how == algorithm);
    if kind.starts_with("adaptive") {
        let (_, _, ours) = ours.ok_or(format!("`{kind}` has no algorithm `{algorithm}`"))?;
        fields.insert("type".to_owned(), (*ours).into());
        sampler.entry("count_spans").or_insert(Value::Bool(true));
    } else {
        fields.insert("type".to_owned(), kind.into());
    }
    if let Some(conditions) = fields.remove("conditions") {
        fields.insert("when".to_owned(), conditions);
    }
    fields.extend(sampler);
    Ok(())
}

/// The key in `span.attributes["key"]`; anything else is a key already.
pub(super) fn key(field: &str) -> &str {
    let inner = field.split_once("attributes[\"");
    inner
        .and_then(|(_, rest)| rest.strip_suffix("\"]"))
        .unwrap_or(field)
}
