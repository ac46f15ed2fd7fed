//! The current semantic conventions. The canonical names themselves come from `concept`.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Exclusive, Name, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
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
