//! MCP by its semantic conventions, and the names they give to spans.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Name, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
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
