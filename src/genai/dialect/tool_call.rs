//! The parts of a tool call: the tool, the protocol, how it failed, and whose it was.

use std::hash::BuildHasher;

use super::classify::Named;
use super::concept::Concept as C;
use super::found::Found;
use super::sources::InMetadata;
use super::value::{count, extent, flag, label, text};
use crate::genai::facts::{Failure, Identity, Mcp, Tool};
use crate::otlp::{Outline, Value};

pub(super) fn read_tool<'a>(found: &Found<'a>, named: Named<'a>) -> Tool<'a> {
    let arguments = found.get(C::ToolArguments);
    Tool {
        name: found.text(C::ToolName).map(component).or(named.tool),
        call_id: found.text(C::ToolCallId),
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
    let of = |concept| found.text(concept);
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

pub(super) fn read_identity<'a>(found: &Found<'a>, asked: InMetadata) -> Identity<'a> {
    let of = |concept| found.text(concept);
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
        super::metadata::fill(metadata, asked, &mut identity);
    }
    identity
}

/// How it failed: the status first, then what tools say whose span stays OK.
pub(super) fn read_failure<'a>(found: &Found<'a>, outline: &Outline<'a>) -> Option<Failure<'a>> {
    let status = outline.status();
    let exception = || {
        let event = outline
            .events()
            .filter(|event| event.name() == "exception")
            .last()?;
        let get = |key| event.attributes().get(key).and_then(|value| text(value));
        Some((get("exception.type"), get("exception.message")))
    };
    let error = found.text(C::ErrorType);
    let unsuccessful = found
        .all(C::Success)
        .any(|value| flag(value) == Some(false));
    let level = found
        .text(C::Level)
        .is_some_and(|level| level.eq_ignore_ascii_case("error"));
    let rpc_status = found.get(C::RpcStatus).and_then(|value| match value {
        Value::Int(code) => Some(code),
        other => text(other)?.parse().ok(),
    });
    // rig leaves the status alone and says it in the name of an event.
    let by_event = || {
        let head = |name: &str| {
            name.as_bytes()
                .get(..5)
                .is_some_and(|head| head.eq_ignore_ascii_case(b"error"))
        };
        outline.events().any(|event| head(event.name()))
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
        message: message.or(found.text(C::ErrorMessage)).or(said),
        http_status: found
            .get(C::HttpStatus)
            .and_then(count)
            .and_then(|code| u16::try_from(code).ok()),
        rpc_status,
    })
}
