//! Codex. Counts as OpenAI does: cached inside the input, reasoning inside the output.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Name, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "codex",
    scopes: &[Scope::Under("codex")],
    rows: &[
        ("codex.usage.reasoning_output_tokens", C::Reasoning),
        ("codex.usage.total_tokens", C::Total),
    ],
    own: &[
        ("model", C::RequestModel),
        ("slug", C::RequestModel),
        ("event.kind", C::VendorKind),
        ("input_token_count", C::Input),
        ("output_token_count", C::Output),
        ("cached_token_count", C::CacheRead),
        ("cache_write_token_count", C::CacheWrite),
        ("ttft_ms", C::FirstChunkMs),
        ("reasoning_token_count", C::Reasoning),
        ("tool_token_count", C::Total),
        ("duration_ms", C::DurationMs),
        ("tool_name", C::ToolName),
        ("call_id", C::ToolCallId),
        ("arguments", C::ToolArguments),
        ("output", C::ToolResult),
        ("success", C::Success),
        ("user.account_id", C::User),
    ],
    // Each piece of a stream is such a span: one counts its tokens, others name a tool it asks for.
    names: &[Name::Is("handle_responses", Class::Aggregate)],
    ..Table::EMPTY
};
