//! The OpenAI Agents SDK as Logfire tells it: what a span is stands in its name alone.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Name, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "logfire_agents",
    scopes: &[Scope::Under("logfire.openai_agents")],
    own: &[
        ("name", C::ToolName),
        ("input", C::ToolArguments),
        ("output", C::ToolResult),
    ],
    names: &[
        Name::Starts("Responses API", Class::Llm),
        Name::Starts("Chat completion", Class::Llm),
        Name::Starts("Agent run", Class::Aggregate),
        Name::Starts("Function: ", Class::Tool),
        Name::Starts("Handoff", Class::Noise),
        Name::Starts("", Class::Other),
    ],
    nearness: 0,
    ..Table::EMPTY
};
