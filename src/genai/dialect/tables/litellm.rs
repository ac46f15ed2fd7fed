//! LiteLLM's `otel` callback. Cached tokens stand only in a Python `repr`.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Name, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
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
