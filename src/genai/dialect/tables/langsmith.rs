//! LangSmith's OpenTelemetry export. Its `langsmith.trace.session_*` name a project of its own, not
//! a user's session.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Scope, Table};

pub(in crate::genai::dialect) const TABLE: Table = Table {
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
