//! OpenInference (Arize): `llm.*` counts, span kinds in capitals; also what smolagents writes.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Name, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "openinference",
    scopes: &[
        Scope::Under("openinference.instrumentation"),
        Scope::Under("@arizeai/openinference"),
    ],
    markers: &["openinference.span.kind"],
    rows: &[
        ("openinference.span.kind", C::SpanKind),
        ("llm.token_count.prompt", C::Input),
        ("llm.token_count.completion", C::Output),
        ("llm.token_count.total", C::Total),
        ("llm.token_count.prompt_details.cache_read", C::CacheRead),
        ("llm.token_count.prompt_details.cache_write", C::CacheWrite),
        ("llm.token_count.prompt_details.audio", C::InputAudio),
        ("llm.token_count.completion_details.reasoning", C::Reasoning),
        ("llm.token_count.completion_details.audio", C::OutputAudio),
        ("llm.provider", C::Provider),
        ("llm.system", C::Provider),
        ("llm.request.model_name", C::RequestModel),
        ("llm.response.model_name", C::ResponseModel),
        ("llm.model_name", C::ResponseModel),
        ("embedding.model_name", C::ResponseModel),
        ("reranker.model_name", C::ResponseModel),
        ("llm.finish_reason", C::FinishReason),
        ("llm.cost.total", C::Cost),
        ("llm.cost.prompt", C::CostInput),
        ("llm.cost.completion", C::CostOutput),
        ("tool.name", C::ToolName),
        ("tool_call.id", C::ToolCallId),
        ("agent.name", C::Agent),
        ("metadata", C::Metadata),
    ],
    own: &[
        ("tool.id", C::ToolCallId),
        ("input.value", C::ToolArguments),
        ("output.value", C::ToolResult),
        ("output.value", C::ResponseJson),
    ],
    names: &[Name::Starts("handoff to ", Class::Noise)],
    ..Table::EMPTY
};
