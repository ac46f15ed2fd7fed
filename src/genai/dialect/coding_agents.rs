//! Coding agents that report in log records: Gemini CLI, Claude Code, Codex.

use super::concept::Concept as C;
use super::table::{Exclusive, Name, Scope, Table};
use crate::genai::facts::Class;

/// Gemini CLI. Cached tokens are inside the input, thoughts are outside the output.
pub(super) const GEMINI_CLI: Table = Table {
    name: "gemini_cli",
    scopes: &[Scope::Under("gemini-cli"), Scope::Under("gemini_cli")],
    own: &[
        ("model", C::RequestModel),
        ("model_name", C::RequestModel),
        ("input_token_count", C::Input),
        ("output_token_count", C::Output),
        ("cached_content_token_count", C::CacheRead),
        ("thoughts_token_count", C::Reasoning),
        ("total_token_count", C::Total),
        ("duration_ms", C::DurationMs),
        ("status_code", C::HttpStatus),
        ("error", C::ErrorMessage),
        ("error_type", C::ErrorType),
        ("error_message", C::ErrorMessage),
        ("function_name", C::ToolName),
        ("function_args", C::ToolArguments),
        ("content_length", C::ToolResultBytes),
        ("mcp_server_name", C::McpServer),
        ("success", C::Success),
        ("installation.id", C::User),
    ],
    reasoning_apart: true,
    ..Table::EMPTY
};

/// Claude Code. Its four token classes are disjoint, as in Anthropic's own API.
pub(super) const CLAUDE_CODE: Table = Table {
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

/// Codex. Counts as OpenAI does: cached inside the input, reasoning inside the output.
pub(super) const CODEX: Table = Table {
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
