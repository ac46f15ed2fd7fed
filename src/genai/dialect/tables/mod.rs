//! The register of dialects: one file each, in the order of recognition.

mod adk;
mod agent_framework;
mod anthropic;
mod claude_code;
mod codex;
mod contextforge;
mod fastmcp;
mod founding;
mod gemini_cli;
mod genkit;
mod langfuse;
mod langsmith;
mod langtrace;
mod litellm;
mod logfire_agents;
mod mastra;
mod mcp;
mod mlflow;
mod openinference;
mod openlit;
mod openllmetry;
mod openllmetry_mcp;
mod pydantic;
mod rig;
mod semconv;
mod semconv_1_36;
mod spring_ai;
mod strands;
mod vercel_6;
mod vercel_7;

pub(super) use mcp::TABLE as MCP;
pub(super) use semconv::TABLE as SEMCONV;

use super::table::Table;

/// The register, in the order of recognition by attributes: the more particular before the general.
pub(super) const TABLES: &[&Table] = &[
    &vercel_6::TABLE,
    &openinference::TABLE,
    &langfuse::TABLE,
    &mlflow::TABLE,
    &anthropic::TABLE,
    &fastmcp::TABLE,
    &contextforge::TABLE,
    &litellm::TABLE,
    &openllmetry_mcp::TABLE,
    &openllmetry::TABLE,
    &openlit::TABLE,
    &logfire_agents::TABLE,
    &pydantic::TABLE,
    &langtrace::TABLE,
    &langsmith::TABLE,
    &strands::TABLE,
    &adk::TABLE,
    &agent_framework::TABLE,
    &rig::TABLE,
    &genkit::TABLE,
    &mastra::TABLE,
    &spring_ai::TABLE,
    &gemini_cli::TABLE,
    &claude_code::TABLE,
    &codex::TABLE,
    &founding::TABLE,
    &mcp::TABLE,
    &vercel_7::TABLE,
    &semconv::TABLE,
    &semconv_1_36::TABLE,
];
