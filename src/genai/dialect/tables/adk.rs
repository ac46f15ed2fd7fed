//! Google's Agent Development Kit.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Exclusive, Name, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "adk",
    scopes: &[Scope::Is("gcp.vertex.agent"), Scope::Under("google.adk")],
    markers: &[
        "gcp.vertex.agent.llm_request",
        "gcp.vertex.agent.invocation_id",
    ],
    rows: &[
        ("gen_ai.usage.experimental.reasoning_tokens", C::Reasoning),
        ("gcp.vertex.agent.session_id", C::Session),
        ("gcp.vertex.agent.tool_call_args", C::ToolArguments),
        ("gcp.vertex.agent.tool_response", C::ToolResult),
    ],
    own: &[("gcp.vertex.agent.llm_response", C::ResponseJson)],
    names: &[
        Name::Starts("call_llm", Class::Llm),
        Name::Starts("generate_content", Class::Llm),
        Name::Is("invocation", Class::Aggregate),
        Name::Starts("agent_run", Class::Aggregate),
        Name::Starts("execute_tool (merged", Class::Noise),
        Name::ThenTool("execute_tool ", Class::Tool),
    ],
    exclusive: &[Exclusive::Provider("anthropic")],
    nearness: 0,
    ..Table::EMPTY
};
