//! Gemini CLI. Cached tokens are inside the input, thoughts are outside the output.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Scope, Table};

pub(in crate::genai::dialect) const TABLE: Table = Table {
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
