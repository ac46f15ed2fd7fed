//! Mastra: the conventions, with lifetimes of cache writes spelled its own way.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Scope, Table};

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "mastra",
    scopes: &[Scope::Under("@mastra/")],
    markers: &["mastra.span.type"],
    rows: &[
        (
            "gen_ai.usage.cache_creation.5m_input_tokens",
            C::CacheWrite5m,
        ),
        (
            "gen_ai.usage.cache_creation.1h_input_tokens",
            C::CacheWrite1h,
        ),
        ("gen_ai.usage.audio_input_tokens", C::InputAudio),
        ("gen_ai.usage.audio_output_tokens", C::OutputAudio),
        ("mastra.completion_start_time", C::FirstChunkAt),
        ("mastra.mcp_tool_call.server_name", C::McpServer),
        ("mastra.mcp_server_request.server_name", C::McpServer),
        ("mastra.metadata.sessionId", C::Session),
        ("mastra.metadata.userId", C::User),
        ("mastra.metadata.tenantId", C::Tenant),
        ("mastra.metadata.projectId", C::Project),
    ],
    nearness: 0,
    ..Table::EMPTY
};
