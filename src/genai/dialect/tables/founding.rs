//! The names of the founding documents, and ad-hoc ones seen in gateways.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::Table;

pub(in crate::genai::dialect) const TABLE: Table = Table {
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
