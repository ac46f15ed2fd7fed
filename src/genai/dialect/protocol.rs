//! The Model Context Protocol: the conventions, the SDK's own spans, FastMCP and ContextForge; and
//! the Anthropic SDK's own spans, which are written as near to the wire.

use super::concept::Concept as C;
use super::table::{Name, Scope, Table};
use crate::genai::facts::Class;

/// The protocol's conventions, and the names they give to spans.
pub(super) const MCP: Table = Table {
    name: "otel_mcp",
    scopes: &[
        Scope::Under("mcp-python-sdk"),
        Scope::Under("mcp-typescript-sdk"),
    ],
    markers: &["mcp.method.name"],
    rows: &[("rpc.system", C::RpcSystem), ("rpc.method", C::RpcMethod)],
    names: &[
        Name::ThenTool("tools/call ", Class::McpServer),
        Name::ThenTool("MCP send tools/call ", Class::McpClient),
        Name::Starts("MCP send ", Class::McpClient),
    ],
    nearness: 2,
    ..Table::EMPTY
};

/// FastMCP, client and server.
pub(super) const FASTMCP: Table = Table {
    name: "fastmcp",
    scopes: &[Scope::Is("fastmcp")],
    markers: &["fastmcp.server.name", "fastmcp.component.key"],
    rows: &[("fastmcp.server.name", C::McpServer)],
    own: &[("fastmcp.component.key", C::ToolName)],
    names: &[Name::ThenTool("tools/call ", Class::McpServer)],
    ..Table::EMPTY
};

/// IBM ContextForge. A failed tool keeps status OK and says `success=false`.
pub(super) const CONTEXTFORGE: Table = Table {
    name: "contextforge",
    scopes: &[Scope::Is("mcp-gateway")],
    markers: &[
        "contextforge.tool.id",
        "tool.gateway_id",
        "contextforge.gateway_id",
    ],
    rows: &[
        ("mcp.tool.name", C::ToolName),
        ("tool.gateway_id", C::McpServer),
        ("contextforge.gateway_id", C::McpServer),
    ],
    own: &[
        // The gateway puts its own name for the server before the tool's in `tool.name`.
        ("mcp.tool.name", C::ToolName),
        ("tool.name", C::ToolName),
        ("success", C::Success),
        ("upstream.response.success", C::Success),
        ("langfuse.observation.input", C::ToolArguments),
        ("langfuse.observation.output", C::ToolResult),
        ("correlation_id", C::Session),
        ("team.scope", C::Tenant),
        ("team.name", C::Tenant),
        ("team.id", C::Tenant),
    ],
    names: &[
        Name::Is("tool.invoke", Class::Tool),
        Name::Is("tool.lookup", Class::Tool),
        Name::Is("tool.gateway_call", Class::Tool),
        Name::Is("tool.post_process", Class::Tool),
        Name::Is("tool.list", Class::Other),
        Name::Is("mcp.client.initialize", Class::Other),
        Name::Starts("mcp.client.", Class::McpClient),
        Name::Is("llm.proxy", Class::Llm),
        Name::Is("llm.chat", Class::Aggregate),
    ],
    ..Table::EMPTY
};

/// The Anthropic SDK's own spans.
pub(super) const ANTHROPIC: Table = Table {
    name: "anthropic_sdk",
    scopes: &[Scope::Under("com.anthropic.sdk")],
    rows: &[("anthropic.response.service_tier", C::TierServed)],
    names: &[
        Name::ThenTool("anthropic.custom_tool_use ", Class::Tool),
        Name::Is("anthropic.messages.tool_runner", Class::Aggregate),
    ],
    nearness: 2,
    ..Table::EMPTY
};

/// The names of the founding documents, and ad-hoc ones seen in gateways.
pub(super) const FOUNDING: Table = Table {
    name: "founding",
    markers: &[
        "llm.usage.prompt_tokens",
        "llm.cost.usd",
        "mcp.cost_usd",
        "mcp.tool",
    ],
    rows: &[
        ("llm.usage.prompt_tokens", C::Input),
        ("llm.usage.completion_tokens", C::Output),
        ("gen_ai.token_count.request", C::Input),
        ("gen_ai.token_count.response", C::Output),
        ("mcp.token_count", C::Total),
        ("llm.cost.usd", C::Cost),
        ("mcp.cost_usd", C::Cost),
        ("llm.model", C::RequestModel),
        ("gen_ai.error", C::ErrorType),
        ("mcp.error", C::ErrorType),
        ("mcp.tool", C::ToolName),
        ("mcp.tool_input", C::ToolArguments),
        ("mcp.tool_output", C::ToolResult),
        ("mcp.server", C::McpServer),
        ("mcp.server.id", C::McpServer),
        ("mcp.session_id", C::McpSession),
        ("mcp.tenant.id", C::Tenant),
        ("mcp.user.id", C::User),
    ],
    ..Table::EMPTY
};
