//! Observability vendors with a dialect of their own: OpenLIT, Langfuse, Langtrace, MLflow, LiteLLM.

use super::concept::Concept as C;
use super::table::{Exclusive, Name, Scope, Table};
use crate::genai::facts::Class;

/// OpenLIT. A cost of 0 means that it did not know the model.
pub(super) const OPENLIT: Table = Table {
    name: "openlit",
    scopes: &[Scope::Under("openlit")],
    markers: &["gen_ai.usage.cost"],
    rows: &[
        ("gen_ai.usage.cost", C::Cost),
        ("gen_ai.client.token.usage", C::Total),
        (
            "gen_ai.usage.prompt_tokens_details.cache_read",
            C::CacheRead,
        ),
        (
            "gen_ai.usage.prompt_tokens_details.cache_write",
            C::CacheWrite,
        ),
        (
            "gen_ai.usage.completion_tokens_details.reasoning",
            C::Reasoning,
        ),
        ("gen_ai.tool.args", C::ToolArguments),
        ("gen_ai.application_name", C::Metadata),
    ],
    exclusive: &[
        Exclusive::Provider("anthropic"),
        Exclusive::Provider("aws.bedrock"),
    ],
    ..Table::EMPTY
};

/// Langfuse SDK. Others set `langfuse.*` on spans of their own, so the kind counts by scope only.
pub(super) const LANGFUSE: Table = Table {
    name: "langfuse",
    scopes: &[Scope::Under("langfuse")],
    rows: &[
        ("langfuse.observation.model.name", C::ResponseModel),
        ("langfuse.observation.usage_details", C::UsageJson),
        ("langfuse.observation.cost_details", C::CostJson),
        (
            "langfuse.observation.completion_start_time",
            C::FirstChunkAt,
        ),
        ("langfuse.session.id", C::Session),
        ("langfuse.user.id", C::User),
        ("langfuse.observation.metadata.tenant_id", C::Tenant),
        ("langfuse.observation.metadata.project_id", C::Project),
        ("langfuse.trace.metadata.tenant_id", C::Tenant),
        ("langfuse.trace.metadata.tenantId", C::Tenant),
        ("langfuse.trace.metadata.tenant", C::Tenant),
        ("langfuse.trace.metadata.tenant.id", C::Tenant),
        ("langfuse.trace.metadata.project_id", C::Project),
        ("langfuse.trace.metadata.projectId", C::Project),
        ("langfuse.trace.metadata", C::Metadata),
    ],
    own: &[
        ("langfuse.observation.type", C::VendorKind),
        ("langfuse.observation.level", C::Level),
        ("langfuse.observation.status_message", C::ErrorMessage),
        ("langfuse.observation.input", C::ToolArguments),
        ("langfuse.observation.output", C::ToolResult),
    ],
    nearness: 0,
    ..Table::EMPTY
};

/// Langtrace.
pub(super) const LANGTRACE: Table = Table {
    name: "langtrace",
    scopes: &[Scope::Under("langtrace")],
    markers: &["langtrace.service.name", "langtrace.sdk.name"],
    rows: &[
        ("langtrace.service.name", C::Provider),
        ("langtrace.service.type", C::VendorKind),
    ],
    exclusive: &[Exclusive::Provider("anthropic")],
    ..Table::EMPTY
};

/// LangSmith's OpenTelemetry export. Its `langsmith.trace.session_*` name a project of its own, not
/// a user's session.
pub(super) const LANGSMITH: Table = Table {
    name: "langsmith",
    scopes: &[Scope::Under("langsmith")],
    markers: &["langsmith.span.kind", "langsmith.trace.name"],
    rows: &[
        ("langsmith.span.kind", C::VendorKind),
        ("langsmith.usage_metadata", C::UsageJson),
        ("gen_ai.usage.input_token_details", C::UsageJson),
        ("gen_ai.usage.output_token_details", C::UsageJson),
        ("gen_ai.response.service_tier", C::TierServed),
        ("langsmith.request.streaming", C::Stream),
        ("langsmith.metadata.ls_provider", C::Provider),
        ("langsmith.metadata.ls_model_name", C::RequestModel),
        ("langsmith.metadata.session_id", C::Session),
        ("langsmith.metadata.thread_id", C::Conversation),
        ("langsmith.metadata.conversation_id", C::Conversation),
        ("langsmith.metadata.user_id", C::User),
        ("langsmith.metadata.tenant_id", C::Tenant),
        ("langsmith.metadata.project_id", C::Project),
    ],
    own: &[
        ("gen_ai.prompt", C::ToolArguments),
        ("gen_ai.completion", C::ToolResult),
        ("gen_ai.completion", C::ResponseJson),
    ],
    nearness: 0,
    ..Table::EMPTY
};

/// MLflow tracing: every value is JSON text, so a word arrives in quotes.
pub(super) const MLFLOW: Table = Table {
    name: "mlflow",
    scopes: &[Scope::Under("mlflow")],
    markers: &["mlflow.spanType"],
    rows: &[
        ("mlflow.spanType", C::VendorKind),
        ("mlflow.chat.tokenUsage", C::UsageJson),
        ("mlflow.llm.model", C::ResponseModel),
        ("mlflow.llm.provider", C::Provider),
        ("mlflow.llm.cost", C::CostJson),
        ("mlflow.trace.session", C::Session),
        ("mlflow.trace.user", C::User),
    ],
    own: &[
        ("model", C::RequestModel),
        ("mlflow.spanInputs", C::ToolArguments),
        ("mlflow.spanOutputs", C::ToolResult),
        ("mlflow.spanOutputs", C::ResponseJson),
    ],
    exclusive: &[Exclusive::Provider("anthropic")],
    nearness: 0,
    ..Table::EMPTY
};

/// LiteLLM's `otel` callback. Cached tokens stand only in a Python `repr`.
pub(super) const LITELLM: Table = Table {
    name: "litellm",
    scopes: &[Scope::Is("litellm")],
    markers: &["litellm.call_id", "litellm.provider.model"],
    rows: &[
        ("gen_ai.cost.total_cost", C::Cost),
        ("gen_ai.cost.input_cost", C::CostInput),
        ("gen_ai.cost.output_cost", C::CostOutput),
        ("litellm.provider.model", C::ProviderAndModel),
    ],
    own: &[
        ("metadata.usage_object", C::UsageJson),
        ("metadata.session_id", C::Session),
        ("metadata.user_api_key_user_id", C::User),
        ("metadata.user_api_key_end_user_id", C::User),
        ("llm.user", C::User),
        ("metadata.user_api_key_team_id", C::Tenant),
        ("metadata.team_id", C::Tenant),
        ("metadata.user_api_key_org_id", C::Tenant),
        ("metadata.user_api_key_project_id", C::Project),
        ("llm.openai.id", C::ResponseId),
        ("llm.anthropic.id", C::ResponseId),
        ("llm.azure.id", C::ResponseId),
        ("llm.bedrock.id", C::ResponseId),
        ("llm.vertex_ai.id", C::ResponseId),
        ("llm.gemini.id", C::ResponseId),
    ],
    names: &[
        Name::Is("raw_gen_ai_request", Class::Transport),
        Name::Is("litellm_request", Class::Llm),
        Name::Is("Received Proxy Server Request", Class::Other),
    ],
    ..Table::EMPTY
};
