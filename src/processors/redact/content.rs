//! The attributes in which dialects keep prompts, answers, and what tools were given and answered.

use crate::otlp::{Attributes, Value};

/// Keys of content, exactly or by prefix with a final `*`.
const CONTENT: &[&str] = &[
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.system_instructions",
    "gen_ai.prompt*",
    "gen_ai.completion*",
    "gen_ai.tool.definitions",
    "llm.input_messages.*",
    "llm.output_messages.*",
    "llm.tools.*",
    "llm.request.functions.*",
    "genkit:input",
    "genkit:output",
    "llm.prompts*",
    "llm.prompt_template*",
    "input.value",
    "output.value",
    "ai.prompt*",
    "ai.response.text",
    "ai.response.object",
    "ai.response.toolCalls",
    "ai.response.messages",
    "events",
    "all_messages_events",
    "pydantic_ai.all_messages",
    "final_result",
    "request_data",
    "response_data",
    "traceloop.entity.input",
    "traceloop.entity.output",
    "langfuse.observation.input",
    "langfuse.observation.output",
    "langfuse.trace.input",
    "langfuse.trace.output",
    "mlflow.spanInputs",
    "mlflow.spanOutputs",
    "gcp.vertex.agent.llm_request",
    "gcp.vertex.agent.llm_response",
    "gcp.vertex.agent.data",
    "gen_ai.content.*",
    "metadata",
    "hidden_params",
    "retrieval.documents*",
    "embedding.text",
];

/// Keys of tool input and output, whatever the span.
const TOOL: &[&str] = &[
    "gen_ai.tool.call.arguments",
    "gen_ai.tool.call.result",
    "gen_ai.tool.input",
    "gen_ai.tool.output",
    "gen_ai.tool.message",
    "ai.toolCall.args",
    "ai.toolCall.result",
    "tool_arguments",
    "tool_response",
    "tool.parameters",
    "tool.input",
    "tool.output",
    "tool.args*",
    "tool.arguments",
    "tool.result",
    "mcp.tool.args*",
    "mcp.tool.arguments",
    "mcp.tool.result",
    "mcp.tool.input",
    "mcp.tool.output",
    "mcp.request.arguments",
    "mcp.request.argument.*",
    "mcp.response.value",
    "gcp.vertex.agent.tool_call_args",
    "gcp.vertex.agent.tool_response",
];

/// Keys that hold tool input and output on a span that is a tool's.
const TOOL_ON_TOOLS: &[&str] = &[
    "input.value",
    "output.value",
    "traceloop.entity.input",
    "traceloop.entity.output",
    "langfuse.observation.input",
    "langfuse.observation.output",
    "mlflow.spanInputs",
    "mlflow.spanOutputs",
    "gen_ai.input.messages",
    "gen_ai.output.messages",
];

/// What tells that a span is a tool's.
const TOOL_SPANS: &[(&str, &str)] = &[
    ("openinference.span.kind", "TOOL"),
    ("traceloop.span.kind", "tool"),
    ("langfuse.observation.type", "tool"),
    ("mlflow.spanType", "TOOL"),
    ("mlflow.spanType", "\"TOOL\""),
    ("gen_ai.operation.name", "execute_tool"),
];

/// Whether the attribute holds prompts, answers, or what a tool was given or answered.
pub(super) fn is_content(key: &str) -> bool {
    CONTENT.iter().chain(TOOL).any(|wanted| covers(wanted, key))
}

/// Whether the attribute holds what a tool was given or answered.
pub(super) fn is_tool_io(key: &str, tool_span: bool) -> bool {
    TOOL.iter().any(|wanted| covers(wanted, key)) || tool_span && TOOL_ON_TOOLS.contains(&key)
}

/// Whether the span is a tool's.
pub(super) fn is_tool(attributes: Attributes<'_>) -> bool {
    let says = |&(key, value): &(&str, &str)| {
        attributes
            .get(key)
            .and_then(|found: Value<'_>| found.as_str())
            == Some(value)
    };
    TOOL_SPANS.iter().any(says)
}

fn covers(wanted: &str, key: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(prefix) => key.starts_with(prefix),
        None => wanted == key,
    }
}
