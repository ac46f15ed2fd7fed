//! IBM ContextForge. A failed tool keeps status OK and says `success=false`.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Name, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
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
