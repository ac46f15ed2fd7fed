//! From a span to its facts: one pass over its attributes, then the words they hold.

use std::borrow::Cow;
use std::hash::BuildHasher;
use std::time::Duration;

use super::Dialects;
use super::concept::Concept as C;
use super::found::Found;
use super::table::{Exclusive, Name};
use super::tokens::{Reported, Rules, read_json, resolve};
use super::value::{count, extent, flag, json_id, json_number, json_of, label, number, text};
use super::vocabulary::DialectId;
use super::words::{class_of, provider};
use crate::genai::facts::{Class, Facts, Failure, Identity, Mcp, Tool};
use crate::genai::usage::Usage;
use crate::otlp::{Resource, Scope, Span, Value};

/// OTLP's span kinds that matter here.
const KIND_SERVER: i32 = 2;
const KIND_CLIENT: i32 = 3;

/// What a span's name told.
#[derive(Clone, Copy, Default)]
pub(super) struct Named<'a> {
    pub(super) class: Option<Class>,
    pub(super) tool: Option<&'a str>,
    pub(super) method: Option<&'a str>,
}

impl Dialects {
    /// What a span says; `None` if it says nothing about models, tools, agents or identity.
    ///
    /// `identity` of the resource is not mixed in: see [`Dialects::read_resource`].
    pub fn read<'a>(&self, scope: &'a Scope, span: &'a Span) -> Option<Facts<'a>> {
        self.read_found(scope, span).map(|(facts, _)| facts)
    }

    /// The facts, and the attributes they came from.
    pub(super) fn read_found<'a>(
        &self,
        scope: &'a Scope,
        span: &'a Span,
    ) -> Option<(Facts<'a>, Found<'a>)> {
        let by_scope = self.of_scope(scope.name());
        let found = Found::among(self, span.attributes(), by_scope)?;
        let named = self.named(found.dialect, span.name());
        let mut facts = Facts {
            nearness: 1,
            ..Facts::default()
        };
        if let Some(dialect) = found.dialect {
            facts.dialect = self.name(dialect);
            facts.nearness = self
                .custom(dialect)
                .map_or(Dialects::table(dialect).nearness, |_| 1);
        }
        if let Some(mark) = found.get(C::Mark).and_then(text) {
            facts.dialect = Cow::Borrowed(mark);
        }
        read_models(&found, &mut facts);
        facts.mcp = read_mcp(&found, named);
        self.classify(&found, named, span, &mut facts);
        facts.identity = read_identity(&found);
        if facts.class == Class::Other
            && facts.identity == Identity::default()
            && found.dialect.is_none()
        {
            return None;
        }
        if facts.class.is_model() || facts.class == Class::Aggregate {
            self.read_usage(&found, scope.name(), &mut facts);
            read_timing(&found, span, &mut facts);
        }
        if facts.class.is_tool() {
            facts.tool = read_tool(&found, named);
        }
        if facts.class != Class::Other || found.dialect.is_some() {
            facts.failure = read_failure(&found, span);
        }
        settle_models(&found, &mut facts);
        guess_call(&found, &mut facts);
        Some((facts, found))
    }

    /// Identity that is said once for a whole process, in the resource's attributes.
    pub fn read_resource<'a>(&self, resource: &'a Resource) -> Identity<'a> {
        Found::among(self, resource.attributes(), None)
            .map_or_else(Identity::default, |found| read_identity(&found))
    }

    /// The earlier of two dialects in the order of recognition; a user's come first.
    pub(super) fn earlier(&self, one: DialectId, other: DialectId) -> DialectId {
        let place = |id: DialectId| (self.custom(id).is_none(), id);
        if place(other) < place(one) {
            other
        } else {
            one
        }
    }

    pub(super) fn named<'a>(&self, dialect: Option<DialectId>, name: &'a str) -> Named<'a> {
        let of_dialect = dialect.map_or(&[] as &[Name], |id| Dialects::table(id).names);
        let general = super::protocol::MCP
            .names
            .iter()
            .chain(super::semconv::CURRENT.names);
        of_dialect
            .iter()
            .chain(general)
            .find_map(|rule| rule.apply(name))
            .unwrap_or_default()
    }

    /// The class by the protocol, then by the words of attributes, then by the name, then by guess.
    fn classify<'a>(
        &self,
        found: &Found<'a>,
        named: Named<'a>,
        span: &Span,
        facts: &mut Facts<'a>,
    ) {
        facts.certain = true;
        if matches!(named.class, Some(Class::Noise | Class::Transport)) {
            facts.class = named.class.unwrap_or_default();
            return;
        }
        let word = self.word(found);
        if let Some((_, operation)) = word {
            facts.operation = Cow::Borrowed(operation);
        }
        if facts.mcp.method.is_some() {
            facts.class = side_of(span, named);
            return;
        }
        // A tool's name in a span's name outranks a word such as `tool`: it also says the side.
        let by_name = named
            .class
            .filter(|class| class.is_tool() && named.tool.is_some());
        if let Some(class) = by_name.filter(|_| word.is_none_or(|(class, _)| class.is_tool())) {
            facts.class = class;
        } else if let Some((class, _)) = word {
            facts.class = class;
        } else if let Some(class) = named.class {
            facts.class = class;
        } else {
            facts.class = guess(found);
            facts.certain = facts.class == Class::Other;
        }
    }

    /// The best word for what the span is: Vercel's own first, as its outer spans carry the
    /// conventions' `chat` too.
    pub(super) fn word(&self, found: &Found<'_>) -> Option<(Class, &'static str)> {
        let custom = found.dialect.and_then(|id| self.custom(id));
        let of = |concept| {
            let word = found.get(concept).and_then(text)?;
            custom
                .and_then(|custom| custom.class_of(word))
                .or_else(|| class_of(word))
        };
        let vendor = found.get(C::VendorKind).and_then(text);
        if let Some(vercel) = vendor.filter(|word| word.starts_with("ai.")) {
            return class_of(vercel);
        }
        [C::Operation, C::SpanKind, C::VendorKind]
            .into_iter()
            .find_map(of)
    }

    /// Token counts and the cost the source worked out.
    pub(super) fn read_usage<'a>(&self, found: &Found<'a>, scope: &str, facts: &mut Facts<'a>) {
        let mut reported = Reported {
            counts: direct_counts(found),
            disjoint: false,
        };
        for json in found.all(C::UsageJson).filter_map(json_of) {
            read_json(&json, &mut reported);
        }
        let rules = self.rules(found, scope, facts.provider.as_deref(), facts.model());
        (facts.usage, facts.input_reported) = resolve(reported, rules);
        facts.cost_reported = read_cost(found);
    }

    fn rules(
        &self,
        found: &Found<'_>,
        scope: &str,
        provider: Option<&str>,
        model: Option<&str>,
    ) -> Rules {
        let settled = found.get(C::Mark).is_some();
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
            };
        }
        let table = Dialects::table(dialect);
        let provider = provider.or_else(|| model.and_then(provider_of_model));
        let cache_apart = table.exclusive.iter().any(|rule| match rule {
            Exclusive::ScopeHas(part) => scope.contains(part),
            Exclusive::Provider(name) => provider == Some(name),
            Exclusive::Always => true,
        });
        Rules {
            cache_apart,
            reasoning_apart: table.reasoning_apart,
            settled,
        }
    }
}

impl Name {
    fn apply(self, name: &str) -> Option<Named<'_>> {
        let class = |class| Named {
            class: Some(class),
            ..Named::default()
        };
        match self {
            Name::Is(known, of) => (name == known).then(|| class(of)),
            Name::Starts(start, of) => name.starts_with(start).then(|| class(of)),
            Name::ThenTool(start, of) => {
                let tool = name.strip_prefix(start).filter(|tool| !tool.is_empty());
                tool.map(|tool| Named {
                    tool: Some(tool),
                    ..class(of)
                })
            }
            Name::ToolThen(end, of) => {
                let tool = name.strip_suffix(end).filter(|tool| !tool.is_empty());
                tool.map(|tool| Named {
                    tool: Some(tool),
                    method: Some("tools/call"),
                    ..class(of)
                })
            }
            Name::MethodThen(end, of) => {
                let method = name.strip_suffix(end).filter(|method| !method.is_empty());
                method.map(|method| Named {
                    method: Some(method),
                    ..class(of)
                })
            }
        }
    }
}

/// Which side of the protocol wrote the span.
fn side_of(span: &Span, named: Named<'_>) -> Class {
    match (span.kind(), named.class) {
        (KIND_SERVER, _) => Class::McpServer,
        (KIND_CLIENT, _) | (_, Some(Class::McpClient)) => Class::McpClient,
        (_, Some(Class::McpServer)) if span.parent_span_id().is_none() => Class::McpServer,
        _ => Class::McpClient,
    }
}

/// The class of a span nobody named: usage makes a model call, a tool's name a tool call.
fn guess(found: &Found<'_>) -> Class {
    let has = |concept| found.get(concept).is_some();
    let counted = [C::Input, C::Output, C::UsageJson].into_iter().any(has);
    let modelled = [C::RequestModel, C::ResponseModel, C::ProviderAndModel]
        .into_iter()
        .any(has);
    if counted && (modelled || has(C::Provider) || has(C::Output)) {
        Class::Llm
    } else if has(C::ToolName) && !modelled {
        Class::Tool
    } else {
        Class::Other
    }
}

pub(super) fn read_models<'a>(found: &Found<'a>, facts: &mut Facts<'a>) {
    let named = |concept| found.get(concept).and_then(text);
    facts.provider = found
        .hits()
        .filter(|hit| hit.meaning.concept == Some(C::Provider))
        .filter_map(|hit| Some((hit.meaning.rank, provider(text(hit.value)?)?)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, provider)| provider);
    facts.request_model = named(C::RequestModel);
    facts.response_model = named(C::ResponseModel);
    if let Some((head, tail)) = named(C::ProviderAndModel).and_then(|both| both.split_once('/')) {
        facts.provider = facts.provider.take().or_else(|| provider(head));
        facts.request_model = facts.request_model.or(Some(tail));
    } else {
        facts.request_model = facts.request_model.or(named(C::ProviderAndModel));
    }
    facts.service_tier = named(C::TierServed).or(named(C::TierRequested));
    facts.finish_reason = found.get(C::FinishReason).and_then(first_text);
}

/// What only became clear once the class and the outcome were known.
fn settle_models<'a>(found: &Found<'a>, facts: &mut Facts<'a>) {
    // OpenInference has one name for the model: after an error it is the one asked for.
    if facts.failure.is_some() && facts.request_model.is_none() && facts.usage.is_none() {
        facts.request_model = facts.response_model.take();
    }
    if facts.class.is_model() || facts.class == Class::Transport {
        facts.response_id = found
            .get(C::ResponseId)
            .and_then(text)
            .map(Cow::Borrowed)
            .or_else(|| json_id(found.get(C::ResponseJson)?.as_str()?));
    }
}

/// A cost or a word alone does not make a call: without model, usage and failure it is no call.
fn guess_call(found: &Found<'_>, facts: &mut Facts<'_>) {
    let silent = facts.usage.is_none() && facts.model().is_none() && facts.failure.is_none();
    if facts.class.is_model() && !facts.certain && silent && found.get(C::Cost).is_none() {
        facts.class = Class::Other;
    }
}

fn direct_counts(found: &Found<'_>) -> Usage {
    let of = |concept| found.get(concept).and_then(count);
    Usage {
        input: of(C::Input),
        output: of(C::Output),
        cache_read: of(C::CacheRead),
        cache_write: of(C::CacheWrite),
        cache_write_5m: of(C::CacheWrite5m),
        cache_write_1h: of(C::CacheWrite1h),
        reasoning: of(C::Reasoning),
        input_audio: of(C::InputAudio),
        output_audio: of(C::OutputAudio),
        total: of(C::Total),
        ..Usage::EMPTY
    }
}

pub(super) fn read_cost(found: &Found<'_>) -> Option<f64> {
    let of = |concept| found.get(concept).and_then(number);
    if let Some(total) = of(C::Cost) {
        return Some(total);
    }
    if let Some(json) = found.get(C::CostJson).and_then(json_of) {
        let member = |name: &str| json.get(name).and_then(json_number);
        let parts = [member("input"), member("output")];
        return member("total")
            .or_else(|| member("total_cost"))
            .or_else(|| {
                parts
                    .iter()
                    .any(Option::is_some)
                    .then(|| parts.iter().flatten().sum())
            });
    }
    match (of(C::CostInput), of(C::CostOutput)) {
        (None, None) => None,
        (input, output) => Some(input.unwrap_or(0.0) + output.unwrap_or(0.0)),
    }
}

fn read_timing<'a>(found: &Found<'a>, span: &'a Span, facts: &mut Facts<'a>) {
    let vendor = found.get(C::VendorKind).and_then(text).unwrap_or("");
    facts.stream = found
        .get(C::Stream)
        .and_then(flag)
        .or_else(|| vendor.starts_with("ai.stream").then_some(true));
    let in_attributes = first_chunk(found);
    facts.first_chunk = in_attributes.or_else(|| {
        let chunk = span
            .events()
            .find(|event| FIRST_CHUNK_EVENTS.contains(&event.name()))?;
        let nanos = chunk.time_unix_nano().checked_sub(span.start_unix_nano())?;
        Some(Duration::from_nanos(nanos))
    });
    if facts.first_chunk.is_none() {
        facts.first_chunk = found.get(C::FirstChunkAt).and_then(text).and_then(|at| {
            let at: jiff::Timestamp = at.parse().ok()?;
            let nanos = u64::try_from(at.as_nanosecond()).ok()?;
            Some(Duration::from_nanos(
                nanos.checked_sub(span.start_unix_nano())?,
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

pub(super) fn read_tool<'a>(found: &Found<'a>, named: Named<'a>) -> Tool<'a> {
    let arguments = found.get(C::ToolArguments);
    Tool {
        name: found
            .get(C::ToolName)
            .and_then(text)
            .map(component)
            .or(named.tool),
        call_id: found.get(C::ToolCallId).and_then(text),
        arguments_bytes: arguments.map(extent),
        result_bytes: found
            .get(C::ToolResultBytes)
            .and_then(count)
            .or_else(|| found.get(C::ToolResult).map(extent)),
        arguments_hash: arguments.and_then(|value| value.as_str()).map(hash_of),
    }
}

/// FastMCP's server writes `tool:NAME@VERSION`.
fn component(name: &str) -> &str {
    match name.strip_prefix("tool:") {
        Some(rest) => rest.split('@').next().unwrap_or(rest),
        None => name,
    }
}

fn hash_of(text: &str) -> u64 {
    static HASHER: std::sync::LazyLock<foldhash::fast::RandomState> =
        std::sync::LazyLock::new(foldhash::fast::RandomState::default);
    HASHER.hash_one(text)
}

pub(super) fn read_mcp<'a>(found: &Found<'a>, named: Named<'a>) -> Mcp<'a> {
    let of = |concept| found.get(concept).and_then(text);
    let rpc = of(C::RpcSystem)
        .filter(|system| *system == "mcp")
        .and_then(|_| of(C::RpcMethod));
    Mcp {
        method: of(C::McpMethod).or(rpc).or(named.method),
        session: of(C::McpSession),
        request_id: found.get(C::McpRequestId).and_then(label),
        server: of(C::McpServer),
        protocol: of(C::McpProtocol),
    }
}

pub(super) fn read_identity<'a>(found: &Found<'a>) -> Identity<'a> {
    let of = |concept| found.get(concept).and_then(text);
    let mut identity = Identity {
        session: of(C::Session),
        user: of(C::User),
        tenant: of(C::Tenant),
        project: of(C::Project),
        agent: of(C::Agent),
        conversation: of(C::Conversation),
    };
    let metadata = found.get(C::Metadata).and_then(|value| value.as_str());
    if let Some(metadata) = metadata.filter(|metadata| metadata.trim_start().starts_with('{')) {
        super::metadata::fill(metadata, &mut identity);
    }
    identity
}

/// How it failed: the status first, then what tools say whose span stays OK.
fn read_failure<'a>(found: &Found<'a>, span: &'a Span) -> Option<Failure<'a>> {
    let status = span.status();
    let exception = || {
        let event = span
            .events()
            .filter(|event| event.name() == "exception")
            .last()?;
        let get = |key| event.attributes().get(key).and_then(|value| text(value));
        Some((get("exception.type"), get("exception.message")))
    };
    let error = found.get(C::ErrorType).and_then(text);
    let unsuccessful = found
        .all(C::Success)
        .any(|value| flag(value) == Some(false));
    let level = found
        .get(C::Level)
        .and_then(text)
        .is_some_and(|level| level.eq_ignore_ascii_case("error"));
    let rpc_status = found.get(C::RpcStatus).and_then(|value| match value {
        Value::Int(code) => Some(code),
        other => text(other)?.parse().ok(),
    });
    // rig leaves the status alone and says it in the name of an event.
    let by_event = || {
        span.events()
            .any(|event| event.name().to_ascii_lowercase().starts_with("error"))
    };
    let failed = status.is_error()
        || error.is_some()
        || unsuccessful
        || level
        || rpc_status.is_some_and(|code| code < 0)
        || (status.code == 0 && by_event());
    if !failed {
        return None;
    }
    let (kind, said) = exception().unwrap_or_default();
    let message = Some(status.message).filter(|message| !message.is_empty());
    Some(Failure {
        kind: error.or(kind),
        message: message
            .or(found.get(C::ErrorMessage).and_then(text))
            .or(said),
        http_status: found
            .get(C::HttpStatus)
            .and_then(count)
            .and_then(|code| u16::try_from(code).ok()),
        rpc_status,
    })
}

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
