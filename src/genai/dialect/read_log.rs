//! From a log record to its facts, for the agents that report usage nowhere else.

use std::borrow::Cow;
use std::time::Duration;

use super::Dialects;
use super::classify::Named;
use super::concept::Concept as C;
use super::found::Found;
use super::model_call::{first_chunk, read_models};
use super::tool_call::{read_identity, read_mcp, read_tool};
use super::value::{count, flag, number};
use crate::genai::facts::{Class, Facts, Failure};
use crate::otlp::{LogRecord, Scope};

/// What a log event stands for.
struct Event {
    /// The event's name, or its end behind the dialect's own prefix.
    name: &'static str,
    /// The dialect it belongs to.
    dialect: &'static str,
    class: Class,
    /// Whether the event reports a failure by being there.
    failed: bool,
}

/// Events of the coding agents. Everything else an agent logs is no call.
const EVENTS: &[Event] = &[
    event("gemini_cli.api_response", "gemini_cli", Class::Llm, false),
    event("gemini_cli.api_error", "gemini_cli", Class::Llm, true),
    event("gemini_cli.tool_call", "gemini_cli", Class::Tool, false),
    event("claude_code.api_request", "claude_code", Class::Llm, false),
    event("claude_code.api_error", "claude_code", Class::Llm, true),
    event("claude_code.tool_result", "claude_code", Class::Tool, false),
    event("codex.sse_event", "codex", Class::Llm, false),
    // Its counts come with the stream; alone it tells of attempts that failed.
    event("codex.api_request", "codex", Class::Llm, false),
    event("codex.tool_result", "codex", Class::Tool, false),
];

/// The event of the conventions that repeats its span: messages and counts.
const REPEATS: &str = "gen_ai.client.inference.operation.details";

const fn event(name: &'static str, dialect: &'static str, class: Class, failed: bool) -> Event {
    Event {
        name,
        dialect,
        class,
        failed,
    }
}

/// A call found in a log record.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged<'a> {
    /// What it says.
    pub facts: Facts<'a>,
    /// How long the call took; the record itself was written when it ended.
    pub duration: Option<Duration>,
}

impl Dialects {
    /// The call a log record reports; `None` for records that report none.
    ///
    /// Records that repeat a span report none, as the span is the account: see
    /// [`Dialects::read_repeated`].
    pub fn read_log<'a>(&self, scope: &'a Scope, record: &'a LogRecord) -> Option<Logged<'a>> {
        self.read_log_found(scope, record).map(|(logged, _)| logged)
    }

    /// The call of a record that repeats what its span says, for those who hold both.
    pub fn read_repeated<'a>(&self, scope: &'a Scope, record: &'a LogRecord) -> Option<Logged<'a>> {
        let attribute = || record.attribute("event.name")?.as_str();
        if record.event_name() != REPEATS && attribute() != Some(REPEATS) {
            return None;
        }
        let by_scope = self.scopes.dialect(scope.name());
        let found = Found::among(self, record.attributes(), by_scope)?;
        let (class, operation) = self.word(&found).unwrap_or((Class::Llm, "chat"));
        let mut facts = Facts {
            dialect: found.dialect.map_or("".into(), |id| self.name(id)),
            scope: scope.name(),
            class,
            certain: true,
            nearness: 1,
            operation: Cow::Borrowed(operation),
            repeats_span: true,
            ..Facts::default()
        };
        read_models(&found, &mut facts);
        facts.identity = read_identity(&found, self.in_metadata);
        facts.failure = read_failure(&found, false);
        self.read_usage(&found, scope.name(), &mut facts);
        facts.priced = found.is_priced();
        facts.response_id = found.text(C::ResponseId).map(Cow::Borrowed);
        let duration = None;
        (class.is_model() && facts.usage.is_some()).then_some(Logged { facts, duration })
    }

    /// The call, and the attributes it was read from.
    pub(super) fn read_log_found<'a>(
        &self,
        scope: &'a Scope,
        record: &'a LogRecord,
    ) -> Option<(Logged<'a>, Found<'a>)> {
        let event = event_of(scope, record)?;
        let id = super::TABLES
            .iter()
            .position(|table| table.name == event.dialect)?;
        let found = Found::among(self, record.attributes(), Some(id as u8))?;
        let mut facts = Facts {
            dialect: Cow::Borrowed(event.dialect),
            scope: scope.name(),
            class: event.class,
            certain: true,
            nearness: 1,
            ..Facts::default()
        };
        read_models(&found, &mut facts);
        facts.priced = found.is_priced();
        facts.identity = read_identity(&found, self.in_metadata);
        facts.failure = read_failure(&found, event.failed);
        if event.class == Class::Tool {
            facts.operation = Cow::Borrowed("execute_tool");
            facts.mcp = read_mcp(&found, Named::default());
            facts.tool = read_tool(&found, Named::default());
        } else {
            facts.operation = Cow::Borrowed("chat");
            facts.provider = facts
                .provider
                .or_else(|| vendor(event.dialect).map(Cow::Borrowed));
            self.read_usage(&found, scope.name(), &mut facts);
            facts.first_chunk = first_chunk(&found);
            facts.response_id = found.text(C::ResponseId).map(Cow::Borrowed);
            if facts.usage.is_none() && !event.failed && facts.failure.is_none() {
                return None; // a stream's event without the final counts
            }
        }
        let ms = found.get(C::DurationMs).and_then(number);
        let duration = ms.and_then(|ms| Duration::try_from_secs_f64(ms / 1000.0).ok());
        Some((Logged { facts, duration }, found))
    }
}

/// The provider an agent calls when it names none.
fn vendor(dialect: &str) -> Option<&'static str> {
    match dialect {
        "gemini_cli" => Some("gcp.gemini"),
        "claude_code" => Some("anthropic"),
        "codex" => Some("openai"),
        _ => None,
    }
}

/// The event, by `event_name`, by the attribute `event.name`, or by a body that is only its name.
fn event_of(scope: &Scope, record: &LogRecord) -> Option<&'static Event> {
    let by_name = |name: &str| EVENTS.iter().find(|event| event.name == name);
    let attribute = || {
        record
            .attribute("event.name")
            .and_then(|value| value.as_str())
    };
    let body = || record.body().and_then(|body| body.as_str());
    if let Some(event) = by_name(record.event_name()) {
        return Some(event);
    }
    let name = attribute();
    if let Some(event) = name.and_then(by_name).or_else(|| body().and_then(by_name)) {
        return Some(event);
    }
    // Claude Code leaves its prefix out of `event.name`; its scope has it.
    let short = name?;
    EVENTS.iter().find(|event| {
        let end = event
            .name
            .strip_prefix(event.dialect)
            .and_then(|rest| rest.strip_prefix('.'));
        end == Some(short) && scope.name().replace('-', "_").contains(event.dialect)
    })
}

fn read_failure<'a>(found: &Found<'a>, failed: bool) -> Option<Failure<'a>> {
    let unsuccessful = found.get(C::Success).and_then(flag) == Some(false);
    let message = found.text(C::ErrorMessage);
    let kind = found.text(C::ErrorType);
    let http_status = found.get(C::HttpStatus).and_then(count);
    let http_status = http_status.and_then(|code| u16::try_from(code).ok());
    let refused = http_status.is_some_and(|code| code >= 400);
    if !(failed || unsuccessful || refused || kind.is_some()) {
        return None;
    }
    Some(Failure {
        kind,
        message,
        http_status,
        rpc_status: None,
    })
}
