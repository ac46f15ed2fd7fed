//! Pydantic AI and Logfire. `gen_ai.aggregated_usage.*` is left out on purpose: it is a sum.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Name, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "pydantic_ai",
    scopes: &[
        Scope::Under("pydantic-ai"),
        Scope::Under("pydantic_ai"),
        Scope::Under("logfire"),
    ],
    markers: &[
        "model_request_parameters",
        "pydantic_ai.all_messages",
        "logfire.msg",
    ],
    rows: &[
        ("gen_ai.usage.details.cache_read_tokens", C::CacheRead),
        ("gen_ai.usage.details.cached_tokens", C::CacheRead),
        ("gen_ai.usage.details.cache_read_input_tokens", C::CacheRead),
        (
            "gen_ai.usage.details.cache_creation_input_tokens",
            C::CacheWrite,
        ),
        ("gen_ai.usage.details.cache_write_tokens", C::CacheWrite),
        ("gen_ai.usage.details.reasoning_tokens", C::Reasoning),
        ("operation.cost", C::Cost),
    ],
    own: &[
        ("model_name", C::RequestModel),
        ("agent_name", C::Agent),
        ("tool_arguments", C::ToolArguments),
        ("tool_response", C::ToolResult),
    ],
    names: &[
        Name::Is("agent run", Class::Aggregate),
        Name::ThenTool("running tool: ", Class::Tool),
        Name::Is("running tools", Class::Other),
        Name::Is("running tool", Class::Tool),
        Name::Starts("chat ", Class::Llm),
    ],
    nearness: 0,
    ..Table::EMPTY
};
