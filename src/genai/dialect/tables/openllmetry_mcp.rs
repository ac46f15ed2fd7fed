//! OpenLLMetry's MCP instrumentation: every message is a span, only those that name something are calls.

use super::openllmetry;
use crate::genai::dialect::table::{Name, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "openllmetry",
    scopes: &[
        Scope::Under("opentelemetry.instrumentation.mcp"),
        Scope::Under("@traceloop/instrumentation-mcp"),
    ],
    own: openllmetry::TABLE.own,
    names: &[
        Name::Is("ResponseStreamWriter", Class::Noise),
        Name::Is("RequestStreamWriter", Class::Noise),
        Name::ToolThen(".tool", Class::McpClient),
        Name::MethodThen(".mcp", Class::McpClient),
        Name::Is("mcp.server", Class::McpServer),
    ],
    ..Table::EMPTY
};
