//! OpenLIT. A cost of 0 means that it did not know the model.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Exclusive, Scope, Table};

pub(in crate::genai::dialect) const TABLE: Table = Table {
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
