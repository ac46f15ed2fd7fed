//! From what spans call a provider and a model to what the catalogue calls them.

use super::catalogue::{Catalogue, Hit, Miss, Query};
use super::names::lower_case;

/// Provider names that the catalogue does not know or, worse, takes for another provider.
const PROVIDERS: &[(&str, &str)] = &[
    ("az.ai.inference", "azure"),
    ("az.ai.openai", "azure"),
    ("azure openai", "azure"),
    ("azure.ai.inference", "azure"),
    ("azure.ai.openai", "azure"),
    ("azure_openai", "azure"),
    ("fireworks_ai", "fireworks"),
    ("gcp.gen_ai", "google"),
    ("mistralai", "mistral"),
    ("moonshot", "moonshotai"),
    ("together_ai", "together"),
    ("togetherai", "together"),
    ("x_ai", "x-ai"),
];

/// Vendors that Amazon Bedrock puts before a model's name; some instrumentations take them off.
const BEDROCK_VENDORS: &[&str] = &[
    "ai21",
    "amazon",
    "anthropic",
    "cohere",
    "deepseek",
    "meta",
    "mistral",
    "openai",
    "qwen",
    "writer",
];

/// Embedding models name no provider by themselves as `gpt-` does; these beginnings do.
const FAMILIES: &[(&str, &str)] = &[
    ("embed-", "cohere"),
    ("gemini-embedding", "google"),
    ("mistral-embed", "mistral"),
    ("text-embedding-3", "openai"),
    ("text-embedding-ada", "openai"),
];

/// How many leading `segment/`s of a model name are taken off in search of an entry.
const SEGMENTS_MAX: usize = 16;

/// What a provider's name in telemetry means in the catalogue, if it means something else.
pub(super) fn provider_alias(lower: &str) -> Option<&'static str> {
    let at = PROVIDERS
        .binary_search_by_key(&lower, |(name, _)| name)
        .ok()?;
    PROVIDERS.get(at).map(|(_, id)| *id)
}

/// Finds the entry for one spelling of a model: the name as it is, then without its leading
/// routing segments, one by one.
pub(super) fn find(catalogue: &Catalogue, query: Query<'_>) -> Result<Hit, Miss> {
    find_seeing(catalogue, query, |_, _| {})
}

/// The same, with every attempt shown to `see`.
pub(super) fn find_seeing(
    catalogue: &Catalogue,
    query: Query<'_>,
    mut see: impl FnMut(Query<'_>, Result<Hit, Miss>),
) -> Result<Hit, Miss> {
    let lower = query.provider.map(|provider| lower_case(provider.trim()));
    let named = lower.as_deref().filter(|name| !name.is_empty());
    let provider = named.map(|name| provider_alias(name).unwrap_or(name));
    let mut model = query.model.trim();
    let mut miss = Miss::Provider;
    for _ in 0..SEGMENTS_MAX {
        let attempt = Query {
            provider,
            model,
            ..query
        };
        let answer = find_as_is(catalogue, attempt);
        see(attempt, answer);
        match answer {
            Ok(hit) => return Ok(hit),
            // A provider that is known and lacks the model says more than one that is unknown.
            Err(Miss::Model) => miss = Miss::Model,
            Err(Miss::Provider) => {}
        }
        let Some((_, rest)) = model.split_once('/') else {
            break;
        };
        model = rest;
    }
    let found = elsewhere(
        catalogue,
        Query {
            provider,
            model,
            ..query
        },
        &mut see,
    );
    found.ok_or(miss)
}

/// What is left to try when a name led nowhere: the vendor that Bedrock would put before it, and
/// the provider of its family where none was named.
fn elsewhere(
    catalogue: &Catalogue,
    query: Query<'_>,
    mut see: impl FnMut(Query<'_>, Result<Hit, Miss>),
) -> Option<Hit> {
    let mut attempt = |provider: &str, model: &str| {
        let attempt = Query {
            provider: Some(provider),
            model,
            ..query
        };
        let answer = catalogue.find(attempt);
        see(attempt, answer);
        answer.ok()
    };
    let lower = lower_case(query.model);
    let is_bedrock = |name: &str| BEDROCK_NAMES.iter().any(|part| name.contains(part));
    let on_bedrock = query.provider.is_none_or(is_bedrock);
    if on_bedrock && has_bedrock_version(&lower) {
        if lower.contains('.') {
            return attempt("aws", &lower);
        }
        let with_vendor = |vendor: &&str| attempt("aws", &format!("{vendor}.{lower}"));
        return BEDROCK_VENDORS.iter().find_map(with_vendor);
    }
    let family = |(start, _): &&(&str, &str)| lower.starts_with(start);
    let (_, provider) = FAMILIES
        .iter()
        .find(family)
        .filter(|_| query.provider.is_none())?;
    attempt(provider, query.model)
}

/// What is part of every name of the provider that is Amazon Bedrock.
const BEDROCK_NAMES: &[&str] = &["aws", "bedrock", "amazon"];

/// Bedrock ends its models' names in `-v1:0`.
fn has_bedrock_version(model: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    model
        .rsplit_once(':')
        .and_then(|(head, minor)| Some((head.rsplit_once("-v")?.1, minor)))
        .is_some_and(|(major, minor)| is_number(major) && is_number(minor))
}

/// Without a provider the first segment may name one.
fn find_as_is(catalogue: &Catalogue, query: Query<'_>) -> Result<Hit, Miss> {
    catalogue.find(query).or_else(|miss| {
        if query.provider.is_some() || !query.model.contains('/') {
            return Err(miss);
        }
        let split = Query {
            provider: Some("litellm"),
            ..query
        };
        catalogue
            .find(split)
            .map_err(|second| if miss == Miss::Model { miss } else { second })
    })
}
