//! Langfuse SDK. Others set `langfuse.*` on spans of their own, so the kind counts by scope only.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Scope, Table};

pub(in crate::genai::dialect) const TABLE: Table = Table {
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
