//! Claude Code. Its four token classes are disjoint, as in Anthropic's own API.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Exclusive, Name, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "claude_code",
    scopes: &[
        Scope::Under("com.anthropic.claude_code"),
        Scope::Under("claude_code"),
    ],
    own: &[
        ("model", C::RequestModel),
        ("input_tokens", C::Input),
        ("output_tokens", C::Output),
        ("cache_read_tokens", C::CacheRead),
        ("cache_creation_tokens", C::CacheWrite),
        ("cost_usd", C::Cost),
        ("duration_ms", C::DurationMs),
        ("ttft_ms", C::FirstChunkMs),
        ("request_id", C::ResponseId),
        ("status_code", C::HttpStatus),
        ("error", C::ErrorMessage),
        ("tool_name", C::ToolName),
        ("tool_parameters", C::ToolArguments),
        ("tool_input", C::ToolArguments),
        ("tool_result_size_bytes", C::ToolResultBytes),
        ("success", C::Success),
        ("user.account_uuid", C::User),
        ("organization.id", C::Tenant),
    ],
    // Its spans, where it writes any.
    names: &[
        Name::Is("claude_code.llm_request", Class::Llm),
        Name::Is("claude_code.interaction", Class::Aggregate),
        Name::Is("claude_code.tool", Class::Tool),
        Name::Starts("claude_code.tool.", Class::Other),
        Name::Is("claude_code.hook", Class::Other),
    ],
    exclusive: &[Exclusive::Always],
    ..Table::EMPTY
};
