//! What a provider's own block of counts proves, wherever an instrumentation keeps it.

use super::*;

/// input, output, cache read, cache write, reasoning of a span of this scope.
fn check(scope_name: &str, attributes: &[(&str, NewValue)], expected: [Option<u64>; 5]) {
    facts_of(scope_name, "call", attributes, |facts| {
        assert_eq!(counts(facts.usage), expected, "{scope_name} {attributes:?}");
    });
}

/// A call as the Vercel SDK writes it: counts, and the provider's metadata.
fn vercel<'a>(provider: &str, input: i64, output: i64, metadata: &str) -> [(&'a str, NewValue); 5] {
    [
        ("ai.operationId", s("ai.generateText.doGenerate")),
        ("ai.model.provider", s(provider)),
        ("ai.usage.promptTokens", i(input)),
        ("ai.usage.completionTokens", i(output)),
        ("ai.response.providerMetadata", s(metadata)),
    ]
}

#[test]
fn a_providers_block_decides_whether_a_count_leaves_the_cache_out() {
    let anthropic = r#"{"anthropic":{"usage":{"input_tokens":988,"output_tokens":104,
        "cache_creation_input_tokens":318,"cache_read_input_tokens":20}}}"#;
    let full = [Some(1326), Some(104), Some(20), Some(318), None];
    check(
        "ai",
        &vercel("anthropic.messages", 988, 104, anthropic),
        full,
    );
    check(
        "ai",
        &vercel("anthropic.messages", 1326, 104, anthropic),
        full,
    );
    // A block that counts something else tells of another call.
    let other = [Some(500), Some(9), None, None, None];
    check(
        "ai",
        &vercel("anthropic.messages", 500, 9, anthropic),
        other,
    );
}

#[test]
fn a_providers_block_decides_whether_a_count_leaves_thoughts_out() {
    let google = r#"{"google":{"groundingMetadata":null,"usageMetadata":{"promptTokenCount":1408,
        "candidatesTokenCount":78,"thoughtsTokenCount":44,"cachedContentTokenCount":9}}}"#;
    let full = [Some(1408), Some(122), Some(9), None, Some(44)];
    check(
        "ai",
        &vercel("google.generative-ai", 1408, 78, google),
        full,
    );
    check(
        "ai",
        &vercel("google.generative-ai", 1408, 122, google),
        full,
    );
}

#[test]
fn without_a_block_the_table_decides() {
    let metadata = r#"{"anthropic":{"cacheCreationInputTokens":0,"cacheReadInputTokens":275}}"#;
    check(
        "ai",
        &vercel("anthropic.messages", 1048, 7, metadata),
        [Some(1323), Some(7), Some(275), Some(0), None],
    );
    let mut fresh = vercel("anthropic.messages", 1323, 7, metadata).to_vec();
    fresh.push(("ai.usage.inputTokenDetails.noCacheTokens", i(1048)));
    check(
        "ai",
        &fresh,
        [Some(1323), Some(7), Some(275), Some(0), None],
    );
}

#[test]
fn a_total_tells_what_was_left_out_of_the_parts() {
    let base = [
        ("gen_ai.operation.name", s("chat")),
        ("gen_ai.usage.input_tokens", i(1000)),
        ("gen_ai.usage.output_tokens", i(90)),
        ("gen_ai.usage.cache_read.input_tokens", i(300)),
        ("gen_ai.usage.reasoning.output_tokens", i(40)),
    ];
    for (total, input, output) in [
        (1090, 1000, 90),
        (1390, 1300, 90),
        (1130, 1000, 130),
        (1430, 1300, 130),
    ] {
        let mut attributes = base.to_vec();
        attributes.push(("gen_ai.usage.total_tokens", i(total)));
        check(
            "some.app",
            &attributes,
            [Some(input), Some(output), Some(300), None, Some(40)],
        );
    }
}

#[test]
fn a_recorded_answer_fills_what_the_attributes_lack() {
    let langchain = r#"{"generations":[[{"text":"the \"usage\": none","message":{"kwargs":{"id":"msg-6",
        "usage_metadata":{"input_tokens":1102,"output_tokens":68,"total_tokens":1170,
        "input_token_details":{"cache_creation":306,"cache_read":0}},
        "response_metadata":{"usage":{"input_tokens":796,"cache_creation_input_tokens":306}}}}}]],
        "llmOutput":{"id":"msg-6"}}"#;
    let attributes = [
        ("openinference.span.kind", s("LLM")),
        ("llm.model_name", s("claude-sonnet-4-5")),
        ("llm.token_count.prompt", i(1102)),
        ("llm.token_count.completion", i(68)),
        ("metadata", s(r#"{"ls_provider":"anthropic"}"#)),
        ("output.value", s(langchain)),
    ];
    check(
        "@arizeai/openinference-instrumentation-langchain",
        &attributes,
        [Some(1102), Some(68), Some(0), Some(306), None],
    );
    facts_of(
        "openinference.instrumentation.langchain",
        "ChatAnthropic",
        &attributes,
        |facts| {
            assert_eq!(facts.response_id.as_deref(), Some("msg-6"));
            assert_eq!(facts.provider.as_deref(), Some("anthropic"));
        },
    );
}

#[test]
fn genkit_counts_only_in_its_answers() {
    let answer = r#"{"finishReason":"stop","message":{"role":"model","content":[]},
        "usage":{"inputTokens":1204,"outputTokens":86,"totalTokens":1290},
        "raw":{"id":"chatcmpl-12","usage":{"prompt_tokens":1204,"completion_tokens":86,
        "total_tokens":1290,"prompt_tokens_details":{"cached_tokens":7},
        "completion_tokens_details":{"reasoning_tokens":32}}}}"#;
    let attributes = [
        ("genkit:type", s("action")),
        ("genkit:metadata:subtype", s("model")),
        ("genkit:name", s("openai/gpt-4o")),
        ("genkit:output", s(answer)),
    ];
    check(
        "genkit-tracer",
        &attributes,
        [Some(1204), Some(86), Some(7), None, Some(32)],
    );
    facts_of("genkit-tracer", "openai/gpt-4o", &attributes, |facts| {
        assert_eq!(facts.provider.as_deref(), Some("openai"));
        assert_eq!(facts.request_model, Some("gpt-4o"));
    });
}
