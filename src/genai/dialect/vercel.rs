//! Vercel AI SDK: `ai.*` names of versions 3 to 6, and version 7, which writes the conventions.

use super::concept::Concept as C;
use super::table::{Exclusive, Scope, Table};

pub(super) const UP_TO_6: Table = Table {
    name: "vercel",
    scopes: &[Scope::Is("ai")],
    markers: &["ai.operationId", "ai.model.id", "ai.toolCall.name"],
    rows: &[
        ("ai.operationId", C::VendorKind),
        ("ai.usage.inputTokens", C::Input),
        ("ai.usage.promptTokens", C::Input),
        ("ai.usage.tokens", C::Input),
        ("ai.usage.outputTokens", C::Output),
        ("ai.usage.completionTokens", C::Output),
        ("ai.usage.totalTokens", C::Total),
        ("ai.usage.cachedInputTokens", C::CacheRead),
        ("ai.usage.inputTokenDetails.cacheReadTokens", C::CacheRead),
        ("ai.usage.inputTokenDetails.cacheWriteTokens", C::CacheWrite),
        ("ai.usage.inputTokenDetails.noCacheTokens", C::InputFresh),
        ("ai.usage.reasoningTokens", C::Reasoning),
        ("ai.usage.outputTokenDetails.reasoningTokens", C::Reasoning),
        ("ai.response.providerMetadata", C::UsageJson),
        ("ai.model.provider", C::Provider),
        ("ai.model.id", C::RequestModel),
        ("ai.response.model", C::ResponseModel),
        ("ai.response.id", C::ResponseId),
        ("ai.response.finishReason", C::FinishReason),
        ("ai.response.msToFirstChunk", C::FirstChunkMs),
        ("ai.toolCall.name", C::ToolName),
        ("ai.toolCall.id", C::ToolCallId),
        ("ai.toolCall.args", C::ToolArguments),
        ("ai.toolCall.result", C::ToolResult),
        ("ai.telemetry.metadata.sessionId", C::Session),
        ("ai.telemetry.metadata.session_id", C::Session),
        ("ai.telemetry.metadata.userId", C::User),
        ("ai.telemetry.metadata.user_id", C::User),
        ("ai.telemetry.metadata.tenantId", C::Tenant),
        ("ai.telemetry.metadata.tenant_id", C::Tenant),
        ("ai.telemetry.metadata.projectId", C::Project),
        ("ai.telemetry.metadata.project_id", C::Project),
        ("ai.telemetry.metadata.conversationId", C::Conversation),
        ("ai.telemetry.metadata.threadId", C::Conversation),
        ("ai.telemetry.functionId", C::Agent),
        ("metadata.sessionId", C::Session),
        ("metadata.threadId", C::Conversation),
        ("metadata.userId", C::User),
        ("metadata.tenantId", C::Tenant),
        ("metadata.projectId", C::Project),
    ],
    own: &[("operation.name", C::VendorKind)],
    // Versions 3 to 5 pass on what the provider counts; version 6 says what no cache was part of.
    exclusive: &[
        Exclusive::Provider("anthropic"),
        Exclusive::Provider("aws.bedrock"),
    ],
    nearness: 0,
    ..Table::EMPTY
};

pub(super) const FROM_7: Table = Table {
    name: "vercel7",
    scopes: &[Scope::Is("gen_ai")],
    nearness: 0,
    ..Table::EMPTY
};
