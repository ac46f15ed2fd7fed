//! OpenTelemetry GenAI conventions, current and old: the names every other dialect is brought to.

use super::concept::Concept as C;
use super::table::{Exclusive, Name, Scope, Table};
use crate::genai::facts::Class;

/// The current conventions. The canonical names themselves come from [`super::concept`].
pub(super) const CURRENT: Table = Table {
    name: "otel",
    scopes: &[
        Scope::Under("opentelemetry.util.genai"),
        Scope::Under("opentelemetry.instrumentation.openai_v2"),
        Scope::Under("opentelemetry.instrumentation.openai_agents_v2"),
        Scope::Under("opentelemetry.instrumentation.google_genai"),
        Scope::Under("opentelemetry.instrumentation.botocore"),
        Scope::Under("opentelemetry.instrumentation.genai"),
        Scope::Under("@opentelemetry/instrumentation-openai"),
        Scope::Under("@opentelemetry/instrumentation-aws-sdk"),
    ],
    markers: &["gen_ai.provider.name"],
    rows: &[
        ("gen_ai.usage.cache_creation.input_tokens", C::CacheWrite),
        ("gen_ai.usage.audio.input_tokens", C::InputAudio),
        ("gen_ai.usage.audio.output_tokens", C::OutputAudio),
        ("gen_ai.usage.raw", C::UsageJson),
        ("gen_ai.usage.cost.amount", C::CostAmount),
        ("gen_ai.usage.cost.currency", C::CostCurrency),
        ("gen_ai.usage.cost.source", C::CostSource),
        ("gen_ai.openai.response.service_tier", C::TierServed),
        ("gen_ai.openai.request.service_tier", C::TierRequested),
        ("gen_ai.agent.id", C::Agent),
        ("http.response.status_code", C::HttpStatus),
        ("http.status_code", C::HttpStatus),
        ("error.message", C::ErrorMessage),
        ("event.name", C::EventName),
        ("conversation.id", C::Conversation),
        ("enduser.id", C::User),
        ("user.email", C::User),
        ("tenant_id", C::Tenant),
        ("project_id", C::Project),
    ],
    names: &[
        Name::ThenTool("execute_tool ", Class::Tool),
        Name::Starts("invoke_agent", Class::Aggregate),
        Name::Starts("create_agent", Class::Aggregate),
    ],
    exclusive: &[
        Exclusive::ScopeHas("botocore"),
        Exclusive::ScopeHas("instrumentation-aws-sdk"),
    ],
    ..Table::EMPTY
};

/// The conventions up to 1.36.
pub(super) const OLD: Table = Table {
    name: "otel_old",
    markers: &["gen_ai.system", "gen_ai.operation.name"],
    rows: &[
        ("gen_ai.system", C::Provider),
        ("gen_ai.usage.prompt_tokens", C::Input),
        ("gen_ai.usage.completion_tokens", C::Output),
        ("gen_ai.server.time_to_first_token", C::FirstChunk),
        ("gen_ai.response.finish_reason", C::FinishReason),
    ],
    ..Table::EMPTY
};
