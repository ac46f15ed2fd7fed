//! What an answer that was recorded as JSON text says of itself, without parsing the rest of it.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::value::json_id;

/// The blocks of token counts inside an answer: a framework's own beside the provider's.
///
/// An answer is what the model said, so a member only counts where its name is no part of a text.
pub(super) fn usage_blocks(answer: &str) -> impl Iterator<Item = Json> {
    let answer = bounded(answer).unwrap_or_default();
    let of_name = move |name| members(answer, name).filter(Json::is_object);
    USAGE.iter().copied().flat_map(of_name).take(BLOCKS_MAX)
}

/// The provider's id of the answer: its own `id`, or the one a framework wrapped up with it.
pub(super) fn id(answer: &str) -> Option<Cow<'_, str>> {
    json_id(answer).or_else(|| {
        let answer = bounded(answer)?;
        let wrapped = |name| text(members(answer, name).next()?.get("id")?);
        WRAPPERS.iter().copied().find_map(wrapped).map(Cow::Owned)
    })
}

fn text(json: &Json) -> Option<String> {
    // LangChain numbers its own runs where it has no id of the provider's.
    let own = |id: &&str| !id.is_empty() && !id.starts_with("run-") && !id.starts_with("lc_");
    json.as_str().filter(own).map(str::to_owned)
}

/// Names of usage blocks: LangChain's, Google's, everybody's.
const USAGE: &[&str] = &["\"usage_metadata\"", "\"usageMetadata\"", "\"usage\""];
/// Where LangChain keeps the answer's id.
const WRAPPERS: &[&str] = &[
    "\"llmOutput\"",
    "\"llm_output\"",
    "\"response_metadata\"",
    "\"kwargs\"",
];
/// More blocks of one answer are not read.
const BLOCKS_MAX: usize = 4;
/// Longer answers are not searched.
const ANSWER_BYTES_MAX: usize = 256 << 10;

fn bounded(answer: &str) -> Option<&str> {
    let looks = answer.trim_start().starts_with(['{', '[']);
    (looks && answer.len() <= ANSWER_BYTES_MAX).then_some(answer)
}

/// The values of all members of this (quoted) name.
fn members<'a>(json: &'a str, name: &'static str) -> impl Iterator<Item = Json> + use<'a> {
    let places = json.match_indices(name);
    places.filter_map(move |(at, _)| {
        let in_a_text = json.get(..at)?.ends_with('\\');
        let rest = json.get(at + name.len()..).filter(|_| !in_a_text)?;
        let value = rest.trim_start().strip_prefix(':')?;
        let mut values = serde_json::Deserializer::from_str(value).into_iter::<Json>();
        values.next()?.ok()
    })
}
