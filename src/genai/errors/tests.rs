//! One row of the table each, by what real libraries write.

use super::*;

fn check(class: Class, kind: &str, message: &str, layer: &str, expected: &str) {
    let some = |text| Some(text).filter(|text: &&str| !text.is_empty());
    let failure = Failure {
        kind: some(kind),
        message: some(message),
        ..Failure::default()
    };
    let verdict = classify(class, &failure);
    assert_eq!(
        (verdict.layer.name(), verdict.class),
        (layer, expected),
        "{kind} {message}"
    );
}

#[test]
fn model_failures_are_told_apart() {
    let llm = Class::Llm;
    check(llm, "RateLimitError", "", "model", "rate_limit");
    check(
        llm,
        "<class 'openai.RateLimitError'>",
        "",
        "model",
        "rate_limit",
    );
    check(llm, "ThrottlingException", "", "model", "rate_limit");
    check(llm, "429", "", "model", "rate_limit");
    check(llm, "overloaded_error", "", "model", "model_unavailable");
    check(llm, "503", "", "model", "model_unavailable");
    check(
        llm,
        "anthropic.APIStatusError",
        "Error code: 529 - Overloaded",
        "model",
        "model_unavailable",
    );
    let refused = "service failed to complete the prompt: Error code: 400 - no";
    check(
        llm,
        "ClientException",
        refused,
        "model",
        "validation_failed",
    );
    check(
        llm,
        "",
        "Error code: 429 - slow down",
        "model",
        "rate_limit",
    );
    check(llm, "", "error code 4 of 9", "model", "other");
    check(llm, "AuthenticationError", "", "model", "auth");
    check(
        llm,
        "openai.BadRequestError",
        "invalid schema",
        "model",
        "validation_failed",
    );
    check(
        llm,
        "BadRequestError",
        "This model's maximum context length is 8192",
        "context",
        "context_overflow",
    );
    check(llm, "CancelledError", "", "coordination", "cancelled");
    check(llm, "SomethingNew", "", "model", "other");
}

#[test]
fn tool_failures_are_told_apart() {
    let tool = Class::Tool;
    check(
        tool,
        "tool_error",
        "Error calling tool 'reserve': not enough stock",
        "tool",
        "tool_error",
    );
    check(
        tool,
        "tool_error",
        "Unknown tool: missing_tool",
        "tool",
        "4xx",
    );
    check(tool, "TimeoutError", "", "tool", "timeout");
    check(tool, "500", "", "tool", "5xx");
    check(
        tool,
        "json.JSONDecodeError",
        "",
        "tool",
        "malformed_response",
    );
    check(Class::McpClient, "", "", "tool", "tool_error");
    let refused = Failure {
        rpc_status: Some(-32601),
        ..Failure::default()
    };
    assert_eq!(classify(Class::McpServer, &refused).class, "4xx");
}

#[test]
fn agents_fail_in_coordination() {
    check(
        Class::Aggregate,
        "asyncio.TimeoutError",
        "",
        "coordination",
        "timeout",
    );
    check(
        Class::Aggregate,
        "DeadlockDetected",
        "",
        "coordination",
        "deadlock",
    );
    check(Class::Aggregate, "ValueError", "", "coordination", "other");
}

#[test]
fn a_protocol_code_in_the_errors_type_and_a_status_in_words_are_codes() {
    let tool = Class::McpClient;
    check(tool, "-32001", "", "tool", "timeout");
    check(tool, "-32602", "", "tool", "4xx");
    check(tool, "-32603", "", "tool", "5xx");
    check(tool, "-32700", "", "tool", "malformed_response");
    let refused = "HTTP 429 - slow down";
    check(
        Class::Llm,
        "NonTransientAiException",
        refused,
        "model",
        "rate_limit",
    );
    check(Class::Llm, "", "see http://host/429", "model", "other");
}
