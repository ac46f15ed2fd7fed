//! Agent frameworks that write the conventions with words of their own: Pydantic AI, Strands, ADK,
//! Microsoft Agent Framework, rig.

use super::concept::Concept as C;
use super::table::{Exclusive, Name, Scope, Table};
use crate::genai::facts::Class;

/// Pydantic AI and Logfire. `gen_ai.aggregated_usage.*` is left out on purpose: it is a sum.
pub(super) const PYDANTIC: Table = Table {
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

/// Strands Agents. Its time to the first token is an integer of milliseconds.
pub(super) const STRANDS: Table = Table {
    name: "strands",
    scopes: &[Scope::Under("strands.")],
    own: &[
        ("gen_ai.server.time_to_first_token", C::FirstChunkMs),
        ("tool.status", C::Level),
        ("gen_ai.tool.status", C::Level),
    ],
    names: &[
        Name::Is("Model invoke", Class::Llm),
        Name::ThenTool("Tool: ", Class::Tool),
        Name::Starts("Cycle ", Class::Aggregate),
        Name::Starts("execute_event_loop_cycle", Class::Aggregate),
    ],
    exclusive: &[
        Exclusive::Provider("aws.bedrock"),
        Exclusive::Provider("anthropic"),
    ],
    nearness: 0,
    ..Table::EMPTY
};

/// Google's Agent Development Kit.
pub(super) const ADK: Table = Table {
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

/// Microsoft Agent Framework.
pub(super) const AGENT_FRAMEWORK: Table = Table {
    name: "agent_framework",
    scopes: &[
        Scope::Under("agent_framework"),
        Scope::Under("Experimental.Microsoft.Agents"),
        Scope::Under("Experimental.Microsoft.Extensions.AI"),
        Scope::Under("Microsoft.Agents"),
        Scope::Under("Microsoft.SemanticKernel"),
    ],
    names: &[
        Name::Starts("workflow.run", Class::Aggregate),
        Name::Starts("executor.process", Class::Aggregate),
    ],
    exclusive: &[Exclusive::Provider("anthropic")],
    nearness: 0,
    ..Table::EMPTY
};

/// rig (Rust): counts are strings, the scope is the application's, `tracing` adds its own fields.
pub(super) const RIG: Table = Table {
    name: "rig",
    scopes: &[Scope::Under("rig::"), Scope::Is("rig")],
    rows: &[("gen_ai.usage.cached_tokens", C::CacheRead)],
    nearness: 0,
    ..Table::EMPTY
};
