//! Span-attribute rows: a model call as an instrumentation wrote it.

use serde_json::{Value, json};

use super::super::super::usage::Usage;
use super::super::money::PicoUsd;
use super::super::pricer::{Call, Pricer, Source, Status};
use super::super::units::Amounts;
use super::strict::{agrees, amounts};
use super::{Row, Verdict, nanos};

/// Operations that repeat the tokens of the calls below them, or consume none.
const NOT_CALLS: &[&str] = &[
    "invoke_agent",
    "invoke_workflow",
    "create_agent",
    "plan",
    "execute_tool",
    "retrieval",
    "fetch_response",
];

const INPUT: &[&str] = &[
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.prompt_tokens",
    "llm.token_count.prompt",
];
const OUTPUT: &[&str] = &[
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
    "llm.token_count.completion",
];
const CACHE_READ: &[&str] = &[
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "llm.token_count.prompt_details.cache_read",
];
const CACHE_WRITE: &[&str] = &[
    "gen_ai.usage.cache_write.input_tokens",
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "llm.token_count.prompt_details.cache_write",
];
const REASONING: &[&str] = &[
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.reasoning_tokens",
    "llm.token_count.completion_details.reasoning",
];
const INPUT_AUDIO: &[&str] = &[
    "gen_ai.usage.audio.input_tokens",
    "llm.token_count.prompt_details.audio",
];
const OUTPUT_AUDIO: &[&str] = &[
    "gen_ai.usage.audio.output_tokens",
    "llm.token_count.completion_details.audio",
];

/// Prices a row through the same pricer that prices spans.
pub(super) fn check(pricer: &mut Pricer, row: &Row<'_>) -> Verdict {
    let expected = row.value.get("expected").cloned().unwrap_or_default();
    let (found, usage) = found(pricer, row);
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
        && super::super::units::each(expected.positive())
            .all(|unit| expected.get(unit) == found.get(unit))
}

fn found(pricer: &mut Pricer, row: &Row<'_>) -> (Value, Usage) {
    let attributes = row.value.get("attributes").cloned().unwrap_or_default();
    let text = |keys: &[&str]| -> Option<String> {
        keys.iter()
            .find_map(|key| attributes.get(*key)?.as_str().map(str::to_owned))
    };
    let operation = text(&["gen_ai.operation.name"]).unwrap_or_default();
    let kind = text(&["openinference.span.kind"]);
    let is_call = kind.is_none_or(|kind| ["LLM", "EMBEDDING"].contains(&kind.as_str()))
        && !NOT_CALLS.contains(&operation.as_str())
        && !operation.ends_with("_memory");
    if !is_call {
        return (json!({ "skip": "aggregate_operation" }), Usage::EMPTY);
    }
    let provider = text(&[
        "gen_ai.provider.name",
        "gen_ai.system",
        "llm.provider",
        "llm.system",
    ]);
    let usage = usage(
        &attributes,
        row.text("scope").unwrap_or(""),
        provider.as_deref(),
    );
    let models = [
        text(&["gen_ai.response.model"]),
        text(&["gen_ai.request.model"]),
        text(&["llm.model_name"]),
    ];
    let tier = text(&[
        "openai.response.service_tier",
        "openai.request.service_tier",
    ]);
    let context: Vec<(&str, &str)> = tier
        .iter()
        .map(|tier| ("service_tier", tier.as_str()))
        .collect();
    let from_provider = text(&["gen_ai.usage.cost.source"]).as_deref() == Some("provider");
    let cost = attributes
        .get("gen_ai.usage.cost.amount")
        .and_then(Value::as_f64);
    let call = Call {
        provider: provider.as_deref(),
        api_url: None,
        models: models.each_ref().map(Option::as_deref),
        start_unix_nanos: row.text("start_time").and_then(nanos).unwrap_or(0),
        context: &context,
        usage,
        reported: cost.filter(|_| from_provider).and_then(PicoUsd::from_f64),
    };
    let priced = pricer.price(&call);
    let bill = &priced.bill;
    let found = match (priced.status, priced.source, priced.entry) {
        (Status::NoUsage, ..) => json!({ "skip": "no_usage" }),
        (Status::Unpriced(_), ..) => json!({ "unpriced": "no_match" }),
        (_, Some(Source::Reported), _) => {
            json!({ "source": "provider", "total_price": bill.total })
        }
        (_, source, entry) => {
            let catalogue = &pricer.book().catalogue;
            json!({
                "source": source.map(Source::as_str),
                "matched_provider": entry.map(|hit| catalogue.provider_id(hit)),
                "model_provider": entry.map(|hit| catalogue.model_provider_id(hit)),
                "matched_model": entry.map(|hit| catalogue.model_id(hit)),
                "input_price": bill.input,
                "output_price": bill.output,
                "total_price": bill.total,
            })
        }
    };
    (found, usage)
}

fn usage(attributes: &Value, scope: &str, provider: Option<&str>) -> Usage {
    let count = |keys: &[&str]| keys.iter().find_map(|key| number(attributes.get(*key)?));
    let mut usage = Usage {
        input: count(INPUT),
        output: count(OUTPUT),
        cache_read: count(CACHE_READ),
        cache_write: count(CACHE_WRITE),
        reasoning: count(REASONING),
        input_audio: count(INPUT_AUDIO),
        output_audio: count(OUTPUT_AUDIO),
        ..Usage::EMPTY
    };
    let provider = provider.unwrap_or("");
    let exclusive = (scope.starts_with("openlit.")
        && ["anthropic", "aws.bedrock"].contains(&provider))
        || scope == "opentelemetry.instrumentation.bedrock";
    let cached = usage.cache_read.unwrap_or(0) + usage.cache_write.unwrap_or(0);
    if let Some(input) = usage.input
        && (exclusive || cached > input)
    {
        usage.input = Some(input + cached);
    }
    usage
}

/// A count as an integer, an integral double or a string of digits.
fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().or_else(|| {
            let double = number.as_f64()?;
            (double >= 0.0 && double.fract() == 0.0).then_some(double as u64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
