//! FastMCP, client and server.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Name, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "fastmcp",
    scopes: &[Scope::Is("fastmcp")],
    markers: &["fastmcp.server.name", "fastmcp.component.key"],
    rows: &[("fastmcp.server.name", C::McpServer)],
    own: &[("fastmcp.component.key", C::ToolName)],
    names: &[Name::ThenTool("tools/call ", Class::McpServer)],
    ..Table::EMPTY
};
