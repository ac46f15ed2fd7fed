//! What one span or log record says about a model call, a tool call or an agent, in one language.

mod carried;

use std::borrow::Cow;
use std::time::Duration;

use super::pricing::PicoUsd;
use super::usage::Usage;

pub use carried::Carried;

/// What a span stands for, before the rest of its trace is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Class {
    /// One call of a generating model: priced.
    Llm,
    /// One call of an embedding model: priced.
    Embedding,
    /// An agent, a workflow, a step: repeats what its children used, never priced beside them.
    Aggregate,
    /// The execution of a tool, as the agent sees it.
    Tool,
    /// A request of the Model Context Protocol, as its sender sees it.
    McpClient,
    /// A request of the Model Context Protocol, as its receiver sees it.
    McpServer,
    /// Carries a call over a network; knows no usage of its own.
    Transport,
    /// Looks like one of the above and is not (a handoff, a stream writer).
    Noise,
    /// Anything else; may still carry identity.
    #[default]
    Other,
}

impl Class {
    /// One call of a model, generating or embedding.
    pub fn is_model(self) -> bool {
        matches!(self, Class::Llm | Class::Embedding)
    }

    /// One view of a tool call or protocol request.
    pub fn is_tool(self) -> bool {
        matches!(self, Class::Tool | Class::McpClient | Class::McpServer)
    }

    /// The word for reports.
    pub fn name(self) -> &'static str {
        match self {
            Class::Llm => "llm",
            Class::Embedding => "embedding",
            Class::Aggregate => "aggregate",
            Class::Tool => "tool",
            Class::McpClient => "mcp_client",
            Class::McpServer => "mcp_server",
            Class::Transport => "transport",
            Class::Noise => "noise",
            Class::Other => "other",
        }
    }
}

/// Everything read from one span or log record. Texts are borrowed from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts<'a> {
    /// The dialect's name in the register (`openllmetry`), or a user's own.
    pub dialect: Cow<'a, str>,
    /// The instrumentation that wrote it: the name of its scope.
    pub scope: &'a str,
    /// What the span stands for.
    pub class: Class,
    /// Whether `class` was said, rather than guessed from the presence of token counts.
    pub certain: bool,
    /// How near the instrumentation sits to the wire: a client library is nearer than a framework.
    pub nearness: u8,
    /// The operation in canonical words (`gen_ai.operation.name`), empty if none was named.
    pub operation: Cow<'a, str>,
    /// The provider in canonical words (`gen_ai.provider.name`); never a framework.
    pub provider: Option<Cow<'a, str>>,
    /// `gen_ai.request.model`
    pub request_model: Option<&'a str>,
    /// `gen_ai.response.model`
    pub response_model: Option<&'a str>,
    /// `gen_ai.response.id`
    pub response_id: Option<Cow<'a, str>>,
    /// Token counts, inclusive; `None` if the source said nothing.
    pub usage: Option<Usage>,
    /// The source's own input count, where it left cached tokens out and `usage` adds them.
    pub input_reported: Option<u64>,
    /// The cost in USD the source had already worked out; 0 with tokens means it did not know.
    pub cost_reported: Option<f64>,
    /// What the provider itself billed, where the source says that it is that.
    pub cost_billed: Option<PicoUsd>,
    /// Whether it was read from a log record that repeats its span: it counts where no span does.
    pub repeats_span: bool,
    /// Whether it carries one of the attributes that a pricing [writes](super::call::WRITTEN).
    pub priced: bool,
    /// The tier the provider served, else the one asked for (`priority`, `flex`, `batch`).
    pub service_tier: Option<&'a str>,
    /// Whether the answer was streamed.
    pub stream: Option<bool>,
    /// From request to first chunk (`gen_ai.response.time_to_first_chunk`).
    pub first_chunk: Option<Duration>,
    /// `gen_ai.response.finish_reasons`, the first of them.
    pub finish_reason: Option<&'a str>,
    /// The tool, on spans of tools and of the protocol.
    pub tool: Tool<'a>,
    /// The protocol request.
    pub mcp: Mcp<'a>,
    /// How it failed, if it did.
    pub failure: Option<Failure<'a>>,
    /// Whose call it was.
    pub identity: Identity<'a>,
}

/// The tool of a tool span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tool<'a> {
    /// `gen_ai.tool.name`; a gateway may have put a prefix before it.
    pub name: Option<&'a str>,
    /// `gen_ai.tool.call.id`
    pub call_id: Option<&'a str>,
    /// Bytes of the arguments, if they were recorded.
    pub arguments_bytes: Option<u64>,
    /// Bytes of the result, if it was recorded.
    pub result_bytes: Option<u64>,
    /// A hash of the arguments' bytes: equal for a repeated call. Stable within a process only.
    pub arguments_hash: Option<u64>,
}

/// The Model Context Protocol side of a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mcp<'a> {
    /// `mcp.method.name`
    pub method: Option<&'a str>,
    /// `mcp.session.id`; may be new on every request, so never a user's session.
    pub session: Option<&'a str>,
    /// `jsonrpc.request.id`
    pub request_id: Option<Cow<'a, str>>,
    /// The server's own name (`mcp.server.name`).
    pub server: Option<&'a str>,
    /// `mcp.protocol.version`
    pub protocol: Option<&'a str>,
}

/// What is known of an error, for [`super::errors::classify`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure<'a> {
    /// `error.type`, else the type of the exception event.
    pub kind: Option<&'a str>,
    /// The status message, else the exception's.
    pub message: Option<&'a str>,
    /// The HTTP status of the answer.
    pub http_status: Option<u16>,
    /// The JSON-RPC error code.
    pub rpc_status: Option<i64>,
}

/// Whose call it was; each part may be missing and inherited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity<'a> {
    /// `session.id`
    pub session: Option<&'a str>,
    /// `user.id`
    pub user: Option<&'a str>,
    /// `tenant.id`
    pub tenant: Option<&'a str>,
    /// `project.id`
    pub project: Option<&'a str>,
    /// `gen_ai.agent.name`
    pub agent: Option<&'a str>,
    /// `gen_ai.conversation.id`
    pub conversation: Option<&'a str>,
}

impl<'a> Facts<'a> {
    /// Whether it tells what a price is made from: what a call used, or what it cost.
    pub fn tells_price(&self) -> bool {
        self.usage.is_some() || self.cost_billed.is_some() || self.cost_reported.is_some()
    }

    /// The model to price and to report: the response's, else the request's.
    pub fn model(&self) -> Option<&'a str> {
        self.response_model.or(self.request_model)
    }

    /// Whether the span is one view of a tool call (and not another protocol request).
    pub fn is_tool_call(&self) -> bool {
        match self.class {
            Class::Tool => true,
            Class::McpClient | Class::McpServer => {
                matches!(self.mcp.method, Some("tools/call") | None) && self.tool.name.is_some()
            }
            _ => false,
        }
    }
}
