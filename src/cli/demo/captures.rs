//! Real payloads of real instrumentations, bundled for the demo.

use crate::otlp::Signal::{self, Logs, Metrics, Traces};

/// One payload: which library wrote it, its signal and its bytes as they were sent.
pub(super) struct Capture {
    pub(super) from: &'static str,
    pub(super) signal: Signal,
    pub(super) body: &'static [u8],
}

/// Rows of captures that lie among the test fixtures.
macro_rules! captures {
    ($($from:literal $signal:ident $file:literal)+) => {
        &[$(Capture {
            from: $from,
            signal: $signal,
            body: include_bytes!(concat!("../../../integration-tests/fixtures/captures/", $file)),
        },)+]
    };
}

/// In the order they are sent.
pub(super) const ALL: &[Capture] = captures! {
    "Anthropic SDK" Traces "anthropic_sdk_native/01-traces.pb"
    "OpenLLMetry, OpenAI" Traces "openllmetry_openai/01-traces.pb"
    "OpenLLMetry, Bedrock" Traces "openllmetry_bedrock/01-traces.pb"
    "OpenInference, LangGraph" Traces "openinference_langgraph/01-traces.pb"
    "OpenTelemetry, OpenAI" Traces "otel_openai_v2/01-traces.pb"
    "OpenTelemetry, OpenAI" Logs "otel_openai_v2/02-logs.pb"
    "OpenTelemetry, OpenAI" Metrics "otel_openai_v2/03-metrics.pb"
    "Pydantic AI, Logfire" Traces "pydantic_ai_logfire/02-traces.pb"
    "Vercel AI SDK 6" Traces "vercel_ai_v6_generate/01-traces.pb"
    "MCP Python SDK" Traces "mcp_python_sdk_native_stdio/01-traces.pb"
    "MCP Python SDK" Traces "mcp_python_sdk_native_stdio/02-traces.pb"
    "OpenAI agents with FastMCP" Traces "mixed_openai_agents_fastmcp/01-traces.pb"
    "OpenAI agents with FastMCP" Traces "mixed_openai_agents_fastmcp/02-traces.pb"
    "OpenAI agents with FastMCP" Traces "mixed_openai_agents_fastmcp/03-traces.pb"
    "a tool that calls a model" Traces "mcp_tool_calls_llm/01-traces.pb"
    "a tool that calls a model" Traces "mcp_tool_calls_llm/02-traces.pb"
    "LiteLLM" Traces "litellm_otel/01-traces.pb"
    "plain application logs" Logs "plain_logs/02-logs.pb"
};
