//! The semantic conventions for generative AI up to version 1.36.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::Table;

pub(in crate::genai::dialect) const TABLE: Table = Table {
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
