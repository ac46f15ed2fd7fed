//! Token counts as they were reported, and what they come to once it is known what includes what.

use serde_json::Value as Json;

use super::value::json_count;
use crate::genai::usage::Usage;

/// Counts as the source spelled them, before anything was added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reported {
    /// The counts, each meaning what the source means by it.
    pub(super) counts: Usage,
    /// Whether the spelling itself says that input leaves cached tokens out.
    pub(super) disjoint: bool,
}

/// What is known about what includes what, from the dialect's table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rules {
    /// Input leaves cached tokens out.
    pub(super) cache_apart: bool,
    /// Output leaves reasoning out.
    pub(super) reasoning_apart: bool,
    /// Nothing is to be concluded from the numbers: `normalize` has already done it.
    pub(super) settled: bool,
}

/// Inclusive counts, by the table first, then by what the numbers allow; `None` if nothing was said.
///
/// The second value is the source's own input count where it was not inclusive.
pub(super) fn resolve(reported: Reported, rules: Rules) -> (Option<Usage>, Option<u64>) {
    let mut usage = reported.counts;
    fill_write_parts(&mut usage);
    if usage.is_empty() {
        return (None, None);
    }
    if rules.settled {
        return (Some(usage), None);
    }
    let input = usage.input.unwrap_or(0);
    let output = usage.output.unwrap_or(0);
    let cached = usage
        .cache_read
        .unwrap_or(0)
        .saturating_add(usage.cache_write.unwrap_or(0));
    let reasoning = usage.reasoning.unwrap_or(0);
    let cache_apart = rules.cache_apart || reported.disjoint || cached > input || {
        let inclusive = input.saturating_add(output);
        // The total settles it only if the cache is what makes the difference.
        cached > 0 && usage.total == Some(inclusive.saturating_add(cached))
    };
    let reasoning_apart = rules.reasoning_apart || reasoning > output;
    let mut left_out = None;
    if cache_apart && cached > 0 {
        left_out = usage.input.or(Some(0));
        usage.input = Some(input.saturating_add(cached));
    }
    if reasoning_apart && reasoning > 0 {
        usage.output = Some(output.saturating_add(reasoning));
    }
    (Some(usage), left_out)
}

/// A split by lifetime implies the sum, where only the split was written.
fn fill_write_parts(usage: &mut Usage) {
    if usage.cache_write.is_none()
        && (usage.cache_write_5m.is_some() || usage.cache_write_1h.is_some())
    {
        let parts = usage
            .cache_write_5m
            .unwrap_or(0)
            .saturating_add(usage.cache_write_1h.unwrap_or(0));
        usage.cache_write = Some(parts);
    }
}

/// Fills what `known` lacks from counts in JSON, in any of the spellings of [`NAMES`].
pub(super) fn read_json(json: &Json, known: &mut Reported) {
    let Json::Object(_) = json else { return };
    // Vercel files a provider's own counts under the provider's name.
    if let Some(inner) = PROVIDERS.iter().find_map(|name| json.get(name)) {
        return read_details(inner, known);
    }
    let json = json
        .get("usage")
        .filter(|usage| usage.is_object())
        .unwrap_or(json);
    let had_input = known.counts.input.is_some();
    read_details(json, known);
    // Langfuse's plain keys are additive: `input` beside `input_cached_tokens`.
    let plain = json.get("input").is_some() && !had_input;
    // Anthropic's own block: `input_tokens` beside `cache_read_input_tokens`.
    let anthropic = !had_input
        && json.get("total_tokens").is_none()
        && json.get("input_tokens").is_some()
        && ANTHROPIC.iter().any(|name| json.get(name).is_some());
    if plain || anthropic {
        known.disjoint = true;
    }
    if plain && json.get("output").is_some() {
        let apart = json
            .get("output_reasoning_tokens")
            .or_else(|| json.get("output_reasoning"));
        let reasoning = apart.and_then(json_count).unwrap_or(0);
        known.counts.output = known
            .counts
            .output
            .map(|output| output.saturating_add(reasoning));
    }
}

fn read_details(json: &Json, known: &mut Reported) {
    for (path, slot) in NAMES {
        let place = slot(&mut known.counts);
        if place.is_some() {
            continue;
        }
        *place = path
            .iter()
            .try_fold(json, |json, step| json.get(step))
            .and_then(json_count);
    }
}

const PROVIDERS: &[&str] = &["openai", "anthropic", "google", "bedrock", "azure", "xai"];
const ANTHROPIC: &[&str] = &["cache_read_input_tokens", "cache_creation_input_tokens"];

type Slot = fn(&mut Usage) -> &mut Option<u64>;

const INPUT: Slot = |usage| &mut usage.input;
const OUTPUT: Slot = |usage| &mut usage.output;
const TOTAL: Slot = |usage| &mut usage.total;
const CACHE_READ: Slot = |usage| &mut usage.cache_read;
const CACHE_WRITE: Slot = |usage| &mut usage.cache_write;
const WRITE_5M: Slot = |usage| &mut usage.cache_write_5m;
const WRITE_1H: Slot = |usage| &mut usage.cache_write_1h;
const REASONING: Slot = |usage| &mut usage.reasoning;

/// Paths into a JSON usage block; the first that holds a count wins.
const NAMES: &[(&[&str], Slot)] = &[
    (&["prompt_tokens"], INPUT),
    (&["input_tokens"], INPUT),
    (&["input"], INPUT),
    (&["promptTokens"], INPUT),
    (&["inputTokens"], INPUT),
    (&["promptTokenCount"], INPUT),
    (&["completion_tokens"], OUTPUT),
    (&["output_tokens"], OUTPUT),
    (&["output"], OUTPUT),
    (&["completionTokens"], OUTPUT),
    (&["outputTokens"], OUTPUT),
    (&["candidatesTokenCount"], OUTPUT),
    (&["total_tokens"], TOTAL),
    (&["total"], TOTAL),
    (&["totalTokens"], TOTAL),
    (&["prompt_tokens_details", "cached_tokens"], CACHE_READ),
    (&["input_tokens_details", "cached_tokens"], CACHE_READ),
    (&["input_token_details", "cache_read"], CACHE_READ),
    (&["cache_read_input_tokens"], CACHE_READ),
    (&["input_cached_tokens"], CACHE_READ),
    (&["input_cache_read"], CACHE_READ),
    (&["cache_read"], CACHE_READ),
    (&["cached_tokens"], CACHE_READ),
    (&["cachedInputTokens"], CACHE_READ),
    (&["cacheReadInputTokens"], CACHE_READ),
    (&["cachedContentTokenCount"], CACHE_READ),
    (&["cachedPromptTokens"], CACHE_READ),
    (&["cache_write_input_tokens"], CACHE_WRITE),
    (&["cache_creation_input_tokens"], CACHE_WRITE),
    (&["input_cache_creation"], CACHE_WRITE),
    (&["input_token_details", "cache_creation"], CACHE_WRITE),
    (&["cache_write"], CACHE_WRITE),
    (&["cache_creation_tokens"], CACHE_WRITE),
    (&["cacheCreationInputTokens"], CACHE_WRITE),
    (&["cacheWriteInputTokens"], CACHE_WRITE),
    (&["cache_creation", "ephemeral_5m_input_tokens"], WRITE_5M),
    (&["cache_creation", "ephemeral_1h_input_tokens"], WRITE_1H),
    (
        &["completion_tokens_details", "reasoning_tokens"],
        REASONING,
    ),
    (&["output_tokens_details", "reasoning_tokens"], REASONING),
    (&["output_token_details", "reasoning"], REASONING),
    (&["output_reasoning_tokens"], REASONING),
    (&["output_reasoning"], REASONING),
    (&["reasoning_tokens"], REASONING),
    (&["reasoningTokens"], REASONING),
    (&["thoughtsTokenCount"], REASONING),
];
