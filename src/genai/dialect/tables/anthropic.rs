//! The Anthropic SDK's own spans.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Name, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "anthropic_sdk",
    scopes: &[Scope::Under("com.anthropic.sdk")],
    rows: &[("anthropic.response.service_tier", C::TierServed)],
    names: &[
        Name::ThenTool("anthropic.custom_tool_use ", Class::Tool),
        Name::Is("anthropic.messages.tool_runner", Class::Aggregate),
    ],
    nearness: 2,
    ..Table::EMPTY
};
