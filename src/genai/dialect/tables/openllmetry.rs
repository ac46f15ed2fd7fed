//! OpenLLMetry (Traceloop), its legacy names and its MCP instrumentation.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Exclusive, Name, Row, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "openllmetry",
    scopes: &[
        Scope::Under("opentelemetry.instrumentation.openai.v"),
        Scope::Is("opentelemetry.instrumentation.openai"),
        Scope::Is("opentelemetry.instrumentation.anthropic"),
        Scope::Is("opentelemetry.instrumentation.alephalpha"),
        Scope::Is("opentelemetry.instrumentation.transformers"),
        Scope::Is("opentelemetry.instrumentation.voyageai"),
        Scope::Is("opentelemetry.instrumentation.bedrock"),
        Scope::Is("opentelemetry.instrumentation.langchain"),
        Scope::Is("opentelemetry.instrumentation.llamaindex"),
        Scope::Is("opentelemetry.instrumentation.cohere"),
        Scope::Is("opentelemetry.instrumentation.groq"),
        Scope::Is("opentelemetry.instrumentation.mistralai"),
        Scope::Is("opentelemetry.instrumentation.ollama"),
        Scope::Is("opentelemetry.instrumentation.together"),
        Scope::Is("opentelemetry.instrumentation.replicate"),
        Scope::Is("opentelemetry.instrumentation.vertexai"),
        Scope::Is("opentelemetry.instrumentation.google_generativeai"),
        Scope::Is("opentelemetry.instrumentation.watsonx"),
        Scope::Is("opentelemetry.instrumentation.sagemaker"),
        Scope::Is("opentelemetry.instrumentation.crewai"),
        Scope::Is("opentelemetry.instrumentation.haystack"),
        Scope::Is("opentelemetry.instrumentation.openai_agents"),
        Scope::Is("opentelemetry.instrumentation.agno"),
        Scope::Is("opentelemetry.instrumentation.writer"),
        Scope::Under("@traceloop/"),
        Scope::Under("traceloop"),
    ],
    markers: &[
        "traceloop.span.kind",
        "traceloop.entity.name",
        "traceloop.workflow.name",
        "llm.usage.total_tokens",
    ],
    rows: &[
        ("traceloop.span.kind", C::VendorKind),
        ("llm.request.type", C::VendorKind),
        ("gen_ai.usage.total_tokens", C::Total),
        ("llm.usage.total_tokens", C::Total),
        ("gen_ai.usage.cache_read_input_tokens", C::CacheRead),
        ("gen_ai.usage.cache_creation_input_tokens", C::CacheWrite),
        ("gen_ai.usage.cache_write_input_tokens", C::CacheWrite),
        ("gen_ai.usage.reasoning_tokens", C::Reasoning),
        ("llm.usage.reasoning_tokens", C::Reasoning),
        ("gen_ai.is_streaming", C::Stream),
        ("llm.is_streaming", C::Stream),
        ("llm.request.model", C::RequestModel),
        ("llm.response.model", C::ResponseModel),
        ("llm.vendor", C::Provider),
        ("traceloop.association.properties.ls_provider", C::Provider),
        ("traceloop.association.properties.session_id", C::Session),
        ("traceloop.association.properties.sessionId", C::Session),
        ("traceloop.association.properties.user_id", C::User),
        ("traceloop.association.properties.userId", C::User),
        ("traceloop.association.properties.tenant_id", C::Tenant),
        ("traceloop.association.properties.tenantId", C::Tenant),
        ("traceloop.association.properties.project_id", C::Project),
        ("traceloop.association.properties.projectId", C::Project),
        (
            "traceloop.association.properties.conversation_id",
            C::Conversation,
        ),
        ("mcp.request.id", C::McpRequestId),
    ],
    own: OWN,
    names: &[Name::ToolThen(".tool", Class::Tool)],
    exclusive: &[
        Exclusive::ScopeHas(".bedrock"),
        Exclusive::ScopeHas("@traceloop/instrumentation-anthropic"),
        Exclusive::ScopeHas("@traceloop/instrumentation-bedrock"),
    ],
    ..Table::EMPTY
};

const OWN: &[Row] = &[
    ("traceloop.entity.input", C::ToolArguments),
    ("traceloop.entity.output", C::ToolResult),
    ("mcp.response.value", C::ToolResult),
    ("traceloop.entity.name", C::ToolName),
];
