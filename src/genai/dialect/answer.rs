//! What an answer that was recorded as JSON text says of itself, without parsing the rest of it.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::{self, Finder};
use serde::Deserialize;

use super::block::Block;
use super::value::json_id;

/// The blocks of token counts inside an answer: a framework's own beside the provider's.
///
/// An answer is what the model said, so a member only counts where its name is no part of a text.
pub(super) fn usage_blocks(answer: &str) -> Vec<Block<'_>> {
    static BEGINNING: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\"usage"));
    let answer = bounded(answer).unwrap_or_default();
    let places: Vec<usize> = BEGINNING.find_iter(answer.as_bytes()).collect();
    let of_name = |name| {
        places
            .iter()
            .filter_map(move |at| Block::leading(object(answer, *at, name)?))
    };
    let blocks = USAGE.iter().copied().flat_map(of_name);
    blocks.take(BLOCKS_MAX).collect()
}

/// The provider's id of the answer: its own `id`, or the one a framework wrapped up with it.
pub(super) fn id(answer: &str) -> Option<Cow<'_, str>> {
    json_id(answer).or_else(|| {
        let answer = bounded(answer)?;
        let first = |name| {
            let mut places = memmem::find_iter(answer.as_bytes(), name);
            places.find_map(|at| member::<Wrapper<'_>>(answer, at, name))
        };
        WRAPPERS.iter().find_map(|name| first(name)?.own_id())
    })
}

/// What a framework wrapped up with an answer.
#[derive(Deserialize)]
struct Wrapper<'a> {
    #[serde(borrow, default)]
    id: Option<Cow<'a, str>>,
}

impl<'a> Wrapper<'a> {
    fn own_id(self) -> Option<Cow<'a, str>> {
        // LangChain numbers its own runs where it has no id of the provider's.
        let own =
            |id: &Cow<'_, str>| !id.is_empty() && !id.starts_with("run-") && !id.starts_with("lc_");
        self.id.filter(own)
    }
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

/// The object that is the value of the member whose (quoted) name begins there.
fn member<'a, T: Deserialize<'a>>(json: &'a str, at: usize, name: &str) -> Option<T> {
    let object = object(json, at, name)?;
    let mut values = serde_json::Deserializer::from_str(object).into_iter();
    values.next()?.ok()
}

/// Where that object begins.
fn object<'a>(json: &'a str, at: usize, name: &str) -> Option<&'a str> {
    let rest = json.get(at..)?.strip_prefix(name)?;
    if json.get(..at)?.ends_with('\\') {
        return None; // inside a text
    }
    let value = rest.trim_start().strip_prefix(':')?.trim_start();
    value.starts_with('{').then_some(value)
}
