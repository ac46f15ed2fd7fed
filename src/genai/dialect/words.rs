//! The words instrumentations use for what a span is, and for who served it.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::lexicon::Lexicon;
use crate::genai::facts::Class;

/// What a kind word means: the class, and the canonical operation.
pub(super) fn class_of(word: &str) -> Option<(Class, &'static str)> {
    if let Some(vercel) = word.strip_prefix("ai.") {
        return Some(class_of_vercel(vercel));
    }
    static KNOWN: LazyLock<Lexicon<(Class, &'static str)>> = LazyLock::new(|| {
        let row =
            |(spelling, class, operation): &(&'static str, _, _)| (*spelling, (*class, *operation));
        Lexicon::of(WORDS.iter().map(row))
    });
    let memory = || is_memory(word).then_some((Class::Other, ""));
    KNOWN.get_in_any_case(word).or_else(memory)
}

/// Conventions go on naming things that are done to a memory; none of them is a call of a model.
fn is_memory(word: &str) -> bool {
    let end = word.len().saturating_sub(MEMORY.len());
    word.get(end..)
        .is_some_and(|end| end.eq_ignore_ascii_case(MEMORY))
}

const MEMORY: &str = "_memory";

/// Vercel's operations: the innermost `do…` is the call, everything around it a sum.
fn class_of_vercel(operation: &str) -> (Class, &'static str) {
    // `operation.name` has the function's id behind a space.
    let operation = operation.split(' ').next().unwrap_or(operation);
    match operation.rsplit('.').next().unwrap_or(operation) {
        "doGenerate" | "doStream" => (Class::Llm, "chat"),
        "doEmbed" => (Class::Embedding, "embeddings"),
        "toolCall" => (Class::Tool, "execute_tool"),
        "doRerank" => (Class::Other, "retrieval"),
        _ => (Class::Aggregate, "invoke_agent"),
    }
}

/// Spelling, class, canonical operation. Spellings are compared without regard to case.
const WORDS: &[(&str, Class, &str)] = &[
    ("chat", Class::Llm, "chat"),
    ("llm", Class::Llm, "chat"),
    ("generate_content", Class::Llm, "generate_content"),
    ("text_completion", Class::Llm, "text_completion"),
    ("completion", Class::Llm, "text_completion"),
    ("generation", Class::Llm, "chat"),
    ("model", Class::Llm, "chat"),
    ("embedder", Class::Embedding, "embeddings"),
    ("flow", Class::Aggregate, "invoke_workflow"),
    ("chat_model", Class::Llm, "chat"),
    ("llm_call", Class::Llm, "chat"),
    ("call_llm", Class::Llm, "chat"),
    ("chat_streaming", Class::Llm, "chat"),
    ("completions", Class::Llm, "chat"),
    ("chat.completions", Class::Llm, "chat"),
    ("text.completions", Class::Llm, "text_completion"),
    ("response", Class::Llm, "chat"),
    ("responses", Class::Llm, "chat"),
    ("messages", Class::Llm, "chat"),
    ("embeddings", Class::Embedding, "embeddings"),
    ("embedding", Class::Embedding, "embeddings"),
    ("embed", Class::Embedding, "embeddings"),
    ("execute_tool", Class::Tool, "execute_tool"),
    ("tool", Class::Tool, "execute_tool"),
    ("tool_call", Class::Tool, "execute_tool"),
    ("tool.v2", Class::Tool, "execute_tool"),
    ("function", Class::Tool, "execute_tool"),
    ("invoke_agent", Class::Aggregate, "invoke_agent"),
    ("agent", Class::Aggregate, "invoke_agent"),
    ("create_agent", Class::Aggregate, "create_agent"),
    ("invoke_workflow", Class::Aggregate, "invoke_workflow"),
    ("workflow", Class::Aggregate, "invoke_workflow"),
    ("chain", Class::Aggregate, "invoke_workflow"),
    ("chat_client", Class::Aggregate, "invoke_workflow"),
    ("advisor", Class::Aggregate, "invoke_workflow"),
    ("agent_step", Class::Aggregate, "agent_step"),
    ("model_generation", Class::Aggregate, "agent_step"),
    (
        "execute_event_loop_cycle",
        Class::Aggregate,
        "execute_event_loop_cycle",
    ),
    ("execute_task", Class::Aggregate, "execute_task"),
    ("task", Class::Aggregate, "invoke_workflow"),
    ("plan", Class::Aggregate, "plan"),
    (
        "handle_conversation_turn",
        Class::Aggregate,
        "handle_conversation_turn",
    ),
    ("agent_handoff", Class::Noise, "handoff"),
    ("handoff", Class::Noise, "handoff"),
    ("retrieval", Class::Other, "retrieval"),
    ("retriever", Class::Other, "retrieval"),
    ("vectordb", Class::Other, "retrieval"),
    ("vector_store", Class::Other, "retrieval"),
    ("rerank", Class::Other, "retrieval"),
    ("reranker", Class::Other, "retrieval"),
    ("fetch_response", Class::Other, "fetch_response"),
    ("search_memory", Class::Other, "search_memory"),
    ("create_memory", Class::Other, "create_memory"),
    ("update_memory", Class::Other, "update_memory"),
    ("delete_memory", Class::Other, "delete_memory"),
    ("memory", Class::Other, ""),
    ("guardrail", Class::Other, ""),
    ("evaluator", Class::Other, ""),
    ("parser", Class::Other, ""),
    ("prompt", Class::Other, ""),
    ("span", Class::Other, ""),
    ("event", Class::Other, ""),
];

/// A provider in canonical words; `None` for frameworks and empty texts.
pub(in crate::genai) fn provider(text: &str) -> Option<Cow<'_, str>> {
    static KNOWN: LazyLock<Lexicon<Option<&'static str>>> = LazyLock::new(|| {
        let no_providers = NOT_PROVIDERS.iter().map(|name| (*name, None));
        let providers = PROVIDERS.iter().map(|(name, of)| (*name, Some(*of)));
        Lexicon::of(no_providers.chain(providers))
    });
    if let Some(known) = KNOWN.get_in_any_case(text) {
        return known.map(Cow::Borrowed);
    }
    let lower = if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    };
    // `openai.chat`, `anthropic.messages`, `azure.responses`: the API follows the provider.
    match lower.rsplit_once('.').filter(|(_, api)| APIS.contains(api)) {
        Some((head, _)) => provider(head).map(|head| Cow::Owned(head.into_owned())),
        None => Some(lower),
    }
}

/// Frameworks, which instrumentations put where the provider belongs.
const NOT_PROVIDERS: &[&str] = &[
    "",
    "langchain",
    "langgraph",
    "llamaindex",
    "llama_index",
    "strands-agents",
    "strands",
    "microsoft.agent_framework",
    "crewai",
    "autogen",
    "haystack",
    "openai_agents",
    "pydantic_ai",
    "smolagents",
    "dspy",
    "agno",
    "litellm",
    "spring_ai",
    "unknown",
    "_other",
];

const APIS: &[&str] = &[
    "chat",
    "messages",
    "responses",
    "completion",
    "completions",
    "embedding",
    "embeddings",
    "generative-ai",
    "image",
    "speech",
    "transcription",
];

/// Spellings of providers, and semconv's name for each.
const PROVIDERS: &[(&str, &str)] = &[
    ("openai", "openai"),
    ("anthropic", "anthropic"),
    ("gemini", "gcp.gemini"),
    ("google", "gcp.gemini"),
    ("google_genai", "gcp.gemini"),
    ("google-genai", "gcp.gemini"),
    ("google_generativeai", "gcp.gemini"),
    ("google.generative-ai", "gcp.gemini"),
    ("google_ai_studio", "gcp.gemini"),
    ("gcp.gemini", "gcp.gemini"),
    ("vertexai", "gcp.vertex_ai"),
    ("vertex_ai", "gcp.vertex_ai"),
    ("google_vertexai", "gcp.vertex_ai"),
    ("google.vertex", "gcp.vertex_ai"),
    ("google-vertex", "gcp.vertex_ai"),
    ("gcp.vertex.agent", "gcp.vertex_ai"),
    ("vertex.anthropic", "gcp.vertex_ai"),
    ("googlevertex", "gcp.vertex_ai"),
    ("googlevertex.anthropic", "gcp.vertex_ai"),
    ("googleai", "gcp.gemini"),
    ("gcp.vertex_ai", "gcp.vertex_ai"),
    ("aws", "aws.bedrock"),
    ("bedrock", "aws.bedrock"),
    ("amazon", "aws.bedrock"),
    ("amazon_bedrock", "aws.bedrock"),
    ("amazon-bedrock", "aws.bedrock"),
    ("aws_bedrock", "aws.bedrock"),
    ("bedrock_converse", "aws.bedrock"),
    ("aws.bedrock", "aws.bedrock"),
    ("azure", "azure.ai.openai"),
    ("azure_openai", "azure.ai.openai"),
    ("azure-openai", "azure.ai.openai"),
    ("azure openai", "azure.ai.openai"),
    ("az.ai.openai", "azure.ai.openai"),
    ("azure.ai.openai", "azure.ai.openai"),
    ("az.ai.inference", "azure.ai.inference"),
    ("azure_ai", "azure.ai.inference"),
    ("azure.ai.inference", "azure.ai.inference"),
    ("xai", "x_ai"),
    ("x-ai", "x_ai"),
    ("x_ai", "x_ai"),
    ("grok", "x_ai"),
    ("mistralai", "mistral_ai"),
    ("mistral", "mistral_ai"),
    ("mistral_ai", "mistral_ai"),
    ("watsonx", "ibm.watsonx.ai"),
    ("ibm.watsonx.ai", "ibm.watsonx.ai"),
    ("togetherai", "together"),
    ("together_ai", "together"),
    ("fireworks_ai", "fireworks"),
    ("moonshot", "moonshotai"),
];
