//! OpenLLMetry's MCP instrumentation: every message is a span, only those that name something are calls.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Name, Row, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "openllmetry",
    scopes: &[
        Scope::Under("opentelemetry.instrumentation.mcp"),
        Scope::Under("@traceloop/instrumentation-mcp"),
    ],
    own: OWN,
    names: &[
        Name::Is("ResponseStreamWriter", Class::Noise),
        Name::Is("RequestStreamWriter", Class::Noise),
        Name::ToolThen(".tool", Class::McpClient),
        Name::MethodThen(".mcp", Class::McpClient),
        Name::Is("mcp.server", Class::McpServer),
    ],
    ..Table::EMPTY
};

const OWN: &[Row] = &[
    ("traceloop.entity.input", C::ToolArguments),
    ("traceloop.entity.output", C::ToolResult),
    ("mcp.response.value", C::ToolResult),
    ("traceloop.entity.name", C::ToolName),
];
