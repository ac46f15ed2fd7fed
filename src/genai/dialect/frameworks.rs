//! Agent frameworks that write the conventions with words of their own: Pydantic AI, Strands, ADK,
//! Microsoft Agent Framework, Mastra, rig, Genkit, Spring AI.

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

/// The OpenAI Agents SDK as Logfire tells it: what a span is stands in its name alone.
pub(super) const LOGFIRE_AGENTS: Table = Table {
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
        // Since it writes the conventions' name beside its old one, its input is inclusive.
        Exclusive::Spelling("aws.bedrock", "gen_ai.usage.cache_read_input_tokens"),
        Exclusive::Spelling("anthropic", "gen_ai.usage.cache_read_input_tokens"),
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

/// Microsoft Agent Framework.
pub(super) const AGENT_FRAMEWORK: Table = Table {
    name: "agent_framework",
    scopes: &[
        Scope::Under("agent_framework"),
        Scope::Under("Experimental.Microsoft.Agents"),
        Scope::Under("Experimental.Microsoft.Extensions.AI"),
        Scope::Under("Microsoft.Agents"),
        Scope::Under("Microsoft.SemanticKernel"),
        Scope::Under("semantic_kernel"),
    ],
    names: &[
        Name::Starts("workflow.run", Class::Aggregate),
        Name::Starts("executor.process", Class::Aggregate),
    ],
    exclusive: &[Exclusive::Provider("anthropic")],
    nearness: 0,
    ..Table::EMPTY
};

/// Mastra: the conventions, with lifetimes of cache writes spelled its own way.
pub(super) const MASTRA: Table = Table {
    name: "mastra",
    scopes: &[Scope::Under("@mastra/")],
    markers: &["mastra.span.type"],
    rows: &[
        (
            "gen_ai.usage.cache_creation.5m_input_tokens",
            C::CacheWrite5m,
        ),
        (
            "gen_ai.usage.cache_creation.1h_input_tokens",
            C::CacheWrite1h,
        ),
        ("gen_ai.usage.audio_input_tokens", C::InputAudio),
        ("gen_ai.usage.audio_output_tokens", C::OutputAudio),
        ("mastra.completion_start_time", C::FirstChunkAt),
        ("mastra.mcp_tool_call.server_name", C::McpServer),
        ("mastra.mcp_server_request.server_name", C::McpServer),
        ("mastra.metadata.sessionId", C::Session),
        ("mastra.metadata.userId", C::User),
        ("mastra.metadata.tenantId", C::Tenant),
        ("mastra.metadata.projectId", C::Project),
    ],
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

/// Genkit (JavaScript and Go): every action is a span, told apart by its subtype; tokens stand in
/// the JSON of the answer only.
pub(super) const GENKIT: Table = Table {
    name: "genkit",
    scopes: &[Scope::Under("genkit-tracer"), Scope::Under("genkit")],
    markers: &["genkit:name", "genkit:metadata:subtype"],
    own: &[
        ("genkit:metadata:subtype", C::VendorKind),
        ("genkit:type", C::VendorKind),
        ("genkit:name", C::ProviderAndModel),
        ("genkit:name", C::ToolName),
        ("genkit:input", C::ToolArguments),
        ("genkit:output", C::ToolResult),
        ("genkit:output", C::ResponseJson),
        ("genkit:sessionId", C::Session),
        ("genkit:state", C::Level),
    ],
    nearness: 0,
    ..Table::EMPTY
};

/// Spring AI, through Micrometer: every value is a text, and the scope is Spring's for whatever it
/// observes. The second call of a tool loop counts the first one's tokens again.
pub(super) const SPRING_AI: Table = Table {
    name: "spring_ai",
    markers: &["spring.ai.kind"],
    rows: &[
        ("spring.ai.kind", C::VendorKind),
        ("spring.ai.tool.definition.name", C::ToolName),
        ("spring.ai.tool.call.arguments", C::ToolArguments),
        ("spring.ai.tool.call.result", C::ToolResult),
        ("spring.ai.chat.client.conversation.id", C::Conversation),
    ],
    nearness: 0,
    ..Table::EMPTY
};
