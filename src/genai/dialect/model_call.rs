//! The parts of a model call: who answered, how many tokens, at what cost, how soon.

use std::borrow::Cow;
use std::time::Duration;

use super::Dialects;
use super::answer;
use super::block::{Block, with_block};
use super::concept::Concept as C;
use super::found::Found;
use super::table::Exclusive;
use super::tokens::{Reported, Rules, read_json, resolve};
use super::value::{count, flag, is_no_count, number, text};
use super::words::provider;
use crate::genai::facts::{Class, Facts};
use crate::genai::pricing::PicoUsd;
use crate::genai::usage::Usage;
use crate::otlp::{Outline, Value};

impl Dialects {
    /// Token counts and the cost the source worked out.
    pub(super) fn read_usage<'a>(&self, found: &Found<'a>, scope: &str, facts: &mut Facts<'a>) {
        let mut reported = Reported {
            counts: direct_counts(found),
            fresh: found.get(C::InputFresh).and_then(count),
            ..Reported::default()
        };
        read_blocks(found, facts.class, &mut reported);
        let rules = if reported.has_parts() {
            self.rules(found, scope, facts)
        } else {
            Rules::default() // nothing that could be left out
        };
        (facts.usage, facts.input_reported) = resolve(reported, rules);
        facts.cost_reported = read_cost(found);
        facts.cost_billed = read_billed(found);
    }

    fn rules(&self, found: &Found<'_>, scope: &str, facts: &Facts<'_>) -> Rules {
        let (provider, model) = (facts.provider.as_deref(), facts.model());
        // Sums are left as they were found.
        let settled = facts.class.is_model() && found.get(C::Mark).is_some();
        let Some(dialect) = found.dialect else {
            return Rules {
                settled,
                ..Rules::default()
            };
        };
        if let Some(custom) = self.custom(dialect) {
            return Rules {
                cache_apart: custom.input_excludes_cache,
                reasoning_apart: custom.output_excludes_reasoning,
                settled,
                ..Rules::default()
            };
        }
        let table = Dialects::table(dialect);
        let provider = provider.or_else(|| model.and_then(provider_of_model));
        // Claude is served by Google through Anthropic's own API.
        let claude = model.is_some_and(|model| model.starts_with("claude"));
        let provider = match provider {
            Some("gcp.vertex_ai") if claude => Some("anthropic"),
            other => other,
        };
        let cache_apart = table.exclusive.iter().any(|rule| match rule {
            Exclusive::ScopeHas(part) => scope.contains(part),
            Exclusive::Provider(name) => provider == Some(name),
            Exclusive::Spelling(name, spelling) => {
                provider == Some(name)
                    && found
                        .spelling(C::CacheRead)
                        .map(|name| self.vocabulary.name(name))
                        == Some(*spelling)
            }
            Exclusive::Always => true,
        });
        Rules {
            cache_apart,
            reasoning_apart: table.reasoning_apart,
            thoughts_in_total: provider.is_some_and(|name| name.starts_with("gcp.")),
            settled,
        }
    }
}

/// Counts that stand in JSON, or in the JSON of the answer.
fn read_blocks(found: &Found<'_>, class: Class, reported: &mut Reported) {
    for value in found.all(C::UsageJson) {
        with_block(value, |block| read_json(block, reported));
    }
    // Even where every count is known, the provider's own block tells what the input leaves out.
    let answer = found.get(C::ResponseJson).and_then(|value| value.as_str());
    if let Some(answer) = answer.filter(|_| class.is_model()) {
        for block in answer::usage_blocks(answer) {
            read_json(&block, reported);
        }
    }
}

pub(super) fn read_models<'a>(found: &Found<'a>, facts: &mut Facts<'a>) {
    let named = |concept| found.text(concept);
    facts.provider = named(C::Provider)
        .and_then(provider)
        .or_else(|| worse_provider(found));
    facts.request_model = named(C::RequestModel);
    facts.response_model = named(C::ResponseModel);
    let both = named(C::ProviderAndModel).filter(|_| facts.class.is_model());
    if let Some((head, tail)) = both.and_then(|both| both.split_once('/')) {
        facts.provider = facts.provider.take().or_else(|| provider(head));
        facts.request_model = facts.request_model.or(Some(tail));
    } else {
        facts.request_model = facts.request_model.or(both);
    }
    if let Some(metadata) = found.get(C::Metadata).and_then(|value| value.as_str()) {
        let said = || provider(super::metadata::member(metadata, "ls_provider")?);
        facts.provider = facts.provider.take().or_else(said);
    }
    facts.service_tier = named(C::TierServed).or(named(C::TierRequested));
    facts.finish_reason = found.get(C::FinishReason).and_then(first_text);
}

/// The provider, where the best spelling names none: a framework's name in its place.
fn worse_provider<'a>(found: &Found<'a>) -> Option<Cow<'a, str>> {
    found.get(C::Provider)?;
    found
        .hits()
        .filter(|hit| hit.meaning.concept == C::Provider)
        .filter_map(|hit| Some((hit.meaning.rank, provider(text(hit.value.get())?)?)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, provider)| provider)
}

/// What only became clear once the class and the outcome were known.
pub(super) fn settle_models(facts: &mut Facts<'_>) {
    // OpenInference has one name for the model: after an error it is the one asked for.
    if facts.failure.is_some() && facts.request_model.is_none() && facts.usage.is_none() {
        facts.request_model = facts.response_model.take();
    }
}

pub(super) fn read_response_id<'a>(found: &Found<'a>) -> Option<Cow<'a, str>> {
    found
        .text(C::ResponseId)
        .map(Cow::Borrowed)
        .or_else(|| answer::id(found.get(C::ResponseJson)?.as_str()?))
}

fn direct_counts(found: &Found<'_>) -> Usage {
    // A spelling that holds no count gives way to another one that does.
    let of = |concept| count(found.get(concept)?).or_else(|| found.all(concept).find_map(count));
    let usage = Usage {
        input: of(C::Input),
        output: of(C::Output),
        cache_read: of(C::CacheRead),
        cache_write: of(C::CacheWrite),
        cache_write_5m: of(C::CacheWrite5m),
        cache_write_1h: of(C::CacheWrite1h),
        reasoning: of(C::Reasoning),
        input_audio: of(C::InputAudio),
        output_audio: of(C::OutputAudio),
        web_searches: of(C::WebSearches),
        total: of(C::Total),
        ..Usage::EMPTY
    };
    let priced = [
        (C::Input, usage.input),
        (C::Output, usage.output),
        (C::CacheRead, usage.cache_read),
        (C::CacheWrite, usage.cache_write),
        (C::CacheWrite5m, usage.cache_write_5m),
        (C::CacheWrite1h, usage.cache_write_1h),
    ];
    let is_torn = |(concept, count): (C, Option<u64>)| {
        count.is_none() && found.get(concept).is_some_and(is_no_count)
    };
    Usage {
        // Alone, `-1` says that nothing is known.
        is_torn: !usage.is_empty() && priced.into_iter().any(is_torn),
        ..usage
    }
}

fn read_cost(found: &Found<'_>) -> Option<f64> {
    let of = |concept| found.get(concept).and_then(number);
    if let Some(total) = of(C::Cost) {
        return Some(total);
    }
    if let Some(cost) = found.get(C::CostJson) {
        let in_json = with_block(cost, |costs| {
            let member = |name: &str| costs.get(name).and_then(Block::number);
            let parts = [member("input"), member("output")];
            let sum = || {
                let some = parts.iter().any(Option::is_some);
                some.then(|| parts.iter().flatten().sum())
            };
            member("total")
                .or_else(|| member("total_cost"))
                .or_else(sum)
        });
        if let Some(cost) = in_json {
            return cost;
        }
    }
    match (of(C::CostInput), of(C::CostOutput)) {
        (None, None) => None,
        (input, output) => Some(input.unwrap_or(0.0) + output.unwrap_or(0.0)),
    }
}

/// What the provider itself billed, where the span says that it is that, in dollars.
fn read_billed(found: &Found<'_>) -> Option<PicoUsd> {
    let said = |concept| found.get(concept).and_then(|value| value.as_str());
    if said(C::CostSource) != Some("provider") {
        return None;
    }
    let currency = said(C::CostCurrency).unwrap_or("USD");
    if !currency.eq_ignore_ascii_case("USD") {
        return None;
    }
    match found.get(C::CostAmount)? {
        Value::Str(text) => PicoUsd::parse(text.trim()),
        value => PicoUsd::from_f64(value.as_f64()?),
    }
}

pub(super) fn read_timing<'a>(found: &Found<'a>, outline: &Outline<'a>, facts: &mut Facts<'a>) {
    let vendor = found.text(C::VendorKind).unwrap_or("");
    facts.stream = found
        .get(C::Stream)
        .and_then(flag)
        .or_else(|| vendor.starts_with("ai.stream").then_some(true));
    let in_attributes = first_chunk(found);
    facts.first_chunk = in_attributes.or_else(|| {
        let chunk = outline
            .events()
            .find(|event| FIRST_CHUNK_EVENTS.contains(&event.name()))?;
        let nanos = chunk
            .time_unix_nano()
            .checked_sub(outline.start_unix_nano)?;
        Some(Duration::from_nanos(nanos))
    });
    if facts.first_chunk.is_none() {
        facts.first_chunk = found.text(C::FirstChunkAt).and_then(|at| {
            let at: jiff::Timestamp = at.parse().ok()?;
            let nanos = u64::try_from(at.as_nanosecond()).ok()?;
            Some(Duration::from_nanos(
                nanos.checked_sub(outline.start_unix_nano)?,
            ))
        });
    }
}

pub(super) fn first_chunk(found: &Found<'_>) -> Option<Duration> {
    let seconds = match found.get(C::FirstChunkMs).and_then(number) {
        Some(ms) => ms / 1000.0,
        None => found.get(C::FirstChunk).and_then(number)?,
    };
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|time| !time.is_zero())
}

/// Span events that mark the first chunk of a streamed answer.
const FIRST_CHUNK_EVENTS: &[&str] = &[
    "First Token Stream Event",
    "ai.stream.firstChunk",
    "gen_ai.content.completion.chunk",
];

fn first_text(value: Value<'_>) -> Option<&str> {
    match value {
        Value::Array(items) => items.iter().find_map(text),
        other => text(other).map(|reason| reason.trim_matches(['[', ']', '"', '\''])),
    }
}

/// The provider a bare model id gives away.
fn provider_of_model(model: &str) -> Option<&'static str> {
    let bedrock = ["anthropic.", "amazon.", "meta.", "cohere.", "mistral."];
    let regional = ["us.", "eu.", "apac.", "global."];
    let rest = regional
        .iter()
        .find_map(|region| model.strip_prefix(region))
        .unwrap_or(model);
    if bedrock.iter().any(|vendor| rest.starts_with(vendor)) {
        Some("aws.bedrock")
    } else if rest.starts_with("claude") {
        Some("anthropic")
    } else {
        None
    }
}
