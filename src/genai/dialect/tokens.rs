//! Token counts as they were reported, and what they come to once it is known what includes what.

use std::sync::LazyLock;

use super::block::Block;
use super::lexicon::Lexicon;
use crate::genai::usage::Usage;

/// Counts as the source spelled them, before anything was added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reported {
    /// The counts, each meaning what the source means by it.
    pub(super) counts: Usage,
    /// Input tokens that no cache was involved in, where the source says so.
    pub(super) fresh: Option<u64>,
    /// Whether input is known to leave cached tokens out: said by the numbers, above any table.
    pub(super) cache_apart: Option<bool>,
    /// Whether output is known to leave reasoning out.
    pub(super) reasoning_apart: Option<bool>,
}

/// What is known about what includes what, from the dialect's table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rules {
    /// Input leaves cached tokens out.
    pub(super) cache_apart: bool,
    /// Output leaves reasoning out.
    pub(super) reasoning_apart: bool,
    /// The provider counts thoughts beside the answer, and in the total: what the total exceeds
    /// its parts by are thoughts that the instrumentation forgot.
    pub(super) thoughts_in_total: bool,
    /// Nothing is to be concluded from the numbers: `normalize` has already done it.
    pub(super) settled: bool,
}

impl Reported {
    /// Whether anything was counted that input or output may leave out, or a total that may tell.
    pub(super) fn has_parts(&self) -> bool {
        let counts = &self.counts;
        let parts = [
            counts.cache_read,
            counts.cache_write,
            counts.cache_write_5m,
            counts.cache_write_1h,
            counts.reasoning,
        ];
        counts.total.is_some() || parts.iter().flatten().any(|part| *part > 0)
    }
}

/// Inclusive counts: by what the numbers prove, else by the table, else by what they suggest;
/// `None` if nothing was said.
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
    let cached = cached(&usage);
    let beyond = usage
        .total
        .and_then(|total| total.checked_sub(input.saturating_add(output)))
        .filter(|beyond| *beyond > 0);
    if rules.thoughts_in_total && usage.input.is_some() && beyond != Some(cached) {
        usage.reasoning = usage.reasoning.or(beyond);
    }
    let reasoning = usage.reasoning.unwrap_or(0);
    // A total settles it only if the part in question is what makes the difference.
    let both = cached.saturating_add(reasoning);
    let by_parts = |part: u64| part > 0 && (beyond == Some(part) || beyond == Some(both));
    let cache_apart = reported
        .cache_apart
        .or_else(|| part_apart(usage.input?, reported.fresh?, cached))
        .unwrap_or_else(|| rules.cache_apart || cached > input || by_parts(cached));
    let reasoning_apart = reported
        .reasoning_apart
        .unwrap_or_else(|| rules.reasoning_apart || reasoning > output || by_parts(reasoning));
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

fn cached(usage: &Usage) -> u64 {
    let read = usage.cache_read.unwrap_or(0);
    read.saturating_add(usage.cache_write.unwrap_or(0))
}

/// Whether `whole` leaves `part` out, given what is left of it without; `None` if neither adds up.
fn part_apart(whole: u64, without: u64, part: u64) -> Option<bool> {
    if part == 0 {
        None
    } else if whole == without {
        Some(true)
    } else {
        (whole.checked_sub(without) == Some(part)).then_some(false)
    }
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
///
/// A block in a provider's own shape also proves what the counts already known leave out: those of
/// an input that equals Anthropic's `input_tokens` have no cached tokens in them. One that counts
/// another input than the one known tells of another call.
pub(super) fn read_json(json: &Block<'_>, known: &mut Reported) {
    let Some(json) = usage_block(json) else {
        return;
    };
    let mut block = Usage::EMPTY;
    for (path, slot) in likely_names(json) {
        let place = slot(&mut block);
        if place.is_none() {
            let leaf = path.iter().try_fold(json, |json, step| json.get(step));
            *place = leaf.and_then(Block::count);
        }
    }
    fill_write_parts(&mut block);
    let shape = Shape::of(json);
    let (cached, reasoning) = (cached(&block), block.reasoning.unwrap_or(0));
    if let (Some(input), Some(own)) = (known.counts.input, block.input)
        && input != own
        && input.abs_diff(own) != cached
    {
        return; // a block inside an answer that tells of something else
    }
    known.cache_apart = known.cache_apart.or_else(|| {
        let (own, apart) = (block.input?, shape.cache_apart?);
        proven(known.counts.input, own, cached, apart)
    });
    known.reasoning_apart = known.reasoning_apart.or_else(|| {
        let (own, apart) = (block.output?, shape.reasoning_apart?);
        proven(known.counts.output, own, reasoning, apart)
    });
    fill(&mut known.counts, &block);
}

/// The rows of [`NAMES`] that begin with a key the block has, in their order.
fn likely_names(
    block: &Block<'_>,
) -> impl Iterator<Item = &'static (&'static [&'static str], Slot)> {
    const { assert!(NAMES.len() <= u128::BITS as usize, "a row has a bit") };
    static ROWS: LazyLock<Lexicon<u128>> = LazyLock::new(|| {
        let mut rows = Lexicon::default();
        for (row, (path, _)) in NAMES.iter().enumerate() {
            if let Some(bits) = path
                .first()
                .and_then(|key| rows.entry((*key).into(), 0_u128))
            {
                *bits |= 1 << row;
            }
        }
        rows
    });
    let members = block.members().iter();
    let rows = members.filter_map(|(key, _)| ROWS.get(key.as_bytes()));
    let mut likely = rows.fold(0, |all, bits| all | bits);
    std::iter::from_fn(move || {
        let row = likely.trailing_zeros();
        likely &= likely.wrapping_sub(1);
        NAMES.get(row as usize)
    })
}

/// Whether a count leaves `part` out, where a block says `own` for it and is known to do so or not.
fn proven(count: Option<u64>, own: u64, part: u64, apart: bool) -> Option<bool> {
    let Some(count) = count else {
        return Some(apart); // the block's own count is the one that will be taken
    };
    let without = if apart { own } else { own.checked_sub(part)? };
    part_apart(count, without, part)
}

/// Vercel files a provider's own counts under the provider's name, providers file them under
/// `usage`, Google under `usageMetadata`.
fn usage_block<'b, 'j>(json: &'b Block<'j>) -> Option<&'b Block<'j>> {
    let json = PROVIDERS
        .iter()
        .find_map(|name| json.get(name))
        .unwrap_or(json);
    let inner = ["usage", "usageMetadata"]
        .iter()
        .filter_map(|name| json.get(name))
        .find(|inner| inner.is_object());
    Some(inner.unwrap_or(json)).filter(|block| block.is_object())
}

/// What the spelling of a block says about what includes what; `None` where it says nothing.
struct Shape {
    cache_apart: Option<bool>,
    reasoning_apart: Option<bool>,
}

impl Shape {
    fn of(json: &Block<'_>) -> Self {
        let has = |name: &str| json.get(name).is_some();
        // OpenAI's chat and responses, LangChain.
        let inclusive = [
            "prompt_tokens",
            "input_tokens_details",
            "input_token_details",
        ];
        let (cache_apart, reasoning_apart) = if inclusive.into_iter().any(has) {
            (Some(false), None)
        } else if ANTHROPIC.iter().any(|name| has(name)) && !has("total_tokens") {
            (Some(true), None)
        } else if has("promptTokenCount") || has("prompt_token_count") {
            (Some(false), Some(true)) // Google
        } else if has("input") {
            (Some(true), Some(true)) // Langfuse's plain keys are additive
        } else {
            (None, None)
        };
        Shape {
            cache_apart,
            reasoning_apart,
        }
    }
}

const PROVIDERS: &[&str] = &[
    "openai",
    "anthropic",
    "google",
    "vertex",
    "bedrock",
    "azure",
    "xai",
];
const ANTHROPIC: &[&str] = &["cache_read_input_tokens", "cache_creation_input_tokens"];

fn fill(known: &mut Usage, block: &Usage) {
    for slot in SLOTS {
        let mut block = *block;
        let said = *slot(&mut block);
        let place = slot(known);
        *place = place.or(said);
    }
}

type Slot = fn(&mut Usage) -> &mut Option<u64>;

const INPUT: Slot = |usage| &mut usage.input;
const OUTPUT: Slot = |usage| &mut usage.output;
const TOTAL: Slot = |usage| &mut usage.total;
const CACHE_READ: Slot = |usage| &mut usage.cache_read;
const CACHE_WRITE: Slot = |usage| &mut usage.cache_write;
const WRITE_5M: Slot = |usage| &mut usage.cache_write_5m;
const WRITE_1H: Slot = |usage| &mut usage.cache_write_1h;
const REASONING: Slot = |usage| &mut usage.reasoning;
const SEARCHES: Slot = |usage| &mut usage.web_searches;
const SLOTS: &[Slot] = &[
    INPUT,
    OUTPUT,
    TOTAL,
    CACHE_READ,
    CACHE_WRITE,
    WRITE_5M,
    WRITE_1H,
    REASONING,
    SEARCHES,
];

/// Paths into a JSON usage block; the first that holds a count wins.
const NAMES: &[(&[&str], Slot)] = &[
    (&["prompt_tokens"], INPUT),
    (&["input_tokens"], INPUT),
    (&["input"], INPUT),
    (&["promptTokens"], INPUT),
    (&["inputTokens"], INPUT),
    (&["promptTokenCount"], INPUT),
    (&["prompt_token_count"], INPUT),
    (&["completion_tokens"], OUTPUT),
    (&["output_tokens"], OUTPUT),
    (&["output"], OUTPUT),
    (&["completionTokens"], OUTPUT),
    (&["outputTokens"], OUTPUT),
    (&["candidatesTokenCount"], OUTPUT),
    (&["candidates_token_count"], OUTPUT),
    (&["total_tokens"], TOTAL),
    (&["total"], TOTAL),
    (&["totalTokens"], TOTAL),
    (&["totalTokenCount"], TOTAL),
    (&["total_token_count"], TOTAL),
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
    (&["cachedContentTokens"], CACHE_READ),
    (&["cached_content_token_count"], CACHE_READ),
    (&["cache_write_input_tokens"], CACHE_WRITE),
    (&["cache_creation_input_tokens"], CACHE_WRITE),
    (&["input_cache_creation"], CACHE_WRITE),
    (&["input_token_details", "cache_creation"], CACHE_WRITE),
    (&["cache_write"], CACHE_WRITE),
    (&["cache_creation"], CACHE_WRITE),
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
    (&["thoughtsTokens"], REASONING),
    (&["thoughts_token_count"], REASONING),
    (&["reasoning"], REASONING),
    (&["server_tool_use", "web_search_requests"], SEARCHES),
];
