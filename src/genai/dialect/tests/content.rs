//! What models were told and said, from every place it is kept in.

use serde_json::{Value as Json, json};

use super::*;
use crate::otlp::LogRecord;

/// What `messages` writes on a span, parsed.
fn written(scope_name: &str, attributes: &[(&str, NewValue)], originals: Originals) -> Json {
    written_on(scope_name, span("chat", attributes), originals)
}

fn written_on(scope_name: &str, mut span: Span, originals: Originals) -> Json {
    let scope = scope(scope_name);
    let Some(edits) = Dialects::builtin().messages(&scope, &span, originals) else {
        return Json::Null;
    };
    edits.apply(&mut span);
    let names = [
        "input.messages",
        "output.messages",
        "system_instructions",
        "tool.definitions",
    ];
    let mut all = json!({});
    for name in names {
        let value = span.attribute(&format!("gen_ai.{name}"));
        if let Some(text) = value.and_then(|value| value.as_str()) {
            all[name] = serde_json::from_str(text).expect("JSON");
        }
    }
    all
}

fn text(role: &str, content: &str) -> Json {
    json!({"role": role, "parts": [{"type": "text", "content": content}]})
}

/// The same conversation, whoever wrote it: a question, a tool call, its answer, an answer.
fn conversation() -> Json {
    json!({
        "input.messages": [
            text("user", "weather?"),
            {"role": "assistant", "parts": [
                {"type": "tool_call", "id": "c1", "name": "weather", "arguments": {"city": "Paris"}},
            ]},
            {"role": "tool", "parts": [
                {"type": "tool_call_response", "id": "c1", "response": "sunny"},
            ]},
        ],
        "output.messages": [text("assistant", "It is sunny.")],
    })
}

fn check(scope_name: &str, attributes: &[(&str, NewValue)]) {
    let mut all = vec![("gen_ai.operation.name", s("chat"))];
    all.extend_from_slice(attributes);
    let mut found = written(scope_name, &all, Originals::Keep);
    if let Some(answer) = found["output.messages"]
        .get_mut(0)
        .and_then(Json::as_object_mut)
    {
        answer.remove("finish_reason");
    }
    assert_eq!(found, conversation(), "{scope_name}");
}

#[test]
fn attributes_spread_by_number_are_put_together() {
    let openinference = [
        ("llm.input_messages.0.message.role", s("user")),
        (
            "llm.input_messages.0.message.contents.0.message_content.type",
            s("text"),
        ),
        (
            "llm.input_messages.0.message.contents.0.message_content.text",
            s("weather?"),
        ),
        ("llm.input_messages.1.message.role", s("assistant")),
        (
            "llm.input_messages.1.message.tool_calls.0.tool_call.id",
            s("c1"),
        ),
        (
            "llm.input_messages.1.message.tool_calls.0.tool_call.function.name",
            s("weather"),
        ),
        (
            "llm.input_messages.1.message.tool_calls.0.tool_call.function.arguments",
            s(r#"{"city":"Paris"}"#),
        ),
        ("llm.input_messages.2.message.role", s("tool")),
        ("llm.input_messages.2.message.content", s("sunny")),
        ("llm.input_messages.2.message.tool_call_id", s("c1")),
        ("llm.output_messages.0.message.role", s("assistant")),
        ("llm.output_messages.0.message.content", s("It is sunny.")),
    ];
    check("openinference.instrumentation.openai", &openinference);
    let openllmetry = [
        ("gen_ai.prompt.0.role", s("user")),
        (
            "gen_ai.prompt.0.content",
            s(r#"[{"type": "text", "text": "weather?"}]"#),
        ),
        ("gen_ai.prompt.1.role", s("assistant")),
        ("gen_ai.prompt.1.tool_calls.0.id", s("c1")),
        ("gen_ai.prompt.1.tool_calls.0.name", s("weather")),
        (
            "gen_ai.prompt.1.tool_calls.0.arguments",
            s(r#"{"city":"Paris"}"#),
        ),
        ("gen_ai.prompt.2.role", s("tool")),
        ("gen_ai.prompt.2.content", s("sunny")),
        ("gen_ai.prompt.2.tool_call_id", s("c1")),
        ("gen_ai.completion.0.role", s("assistant")),
        ("gen_ai.completion.0.content", s("It is sunny.")),
        ("gen_ai.completion.0.finish_reason", s("stop")),
    ];
    check("opentelemetry.instrumentation.openai.v1", &openllmetry);
}

#[test]
fn every_vendors_json_comes_to_the_same_messages() {
    let openai = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"weather?"},
        {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function",
        "function":{"name":"weather","arguments":"{\"city\":\"Paris\"}"}}]},
        {"role":"tool","tool_call_id":"c1","content":"sunny"}]}"#;
    let answer = r#"{"id":"x","choices":[{"index":0,"finish_reason":"stop",
        "message":{"role":"assistant","content":"It is sunny."}}]}"#;
    for [asked, answered] in [
        ["langfuse.observation.input", "langfuse.observation.output"],
        ["mlflow.spanInputs", "mlflow.spanOutputs"],
        ["input.value", "output.value"],
        ["request_data", "response_data"],
        ["gen_ai.prompt", "gen_ai.completion"],
    ] {
        check("some.app", &[(asked, s(openai)), (answered, s(answer))]);
    }
    let anthropic = r#"{"messages":[{"role":"user","content":"weather?"},
        {"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"weather","input":{"city":"Paris"}}]},
        {"role":"tool","content":[{"type":"tool_result","tool_use_id":"c1","content":"sunny"}]}]}"#;
    let answer = r#"{"role":"assistant","content":[{"type":"text","text":"It is sunny."}],"stop_reason":"end_turn"}"#;
    check(
        "some.app",
        &[("input.value", s(anthropic)), ("output.value", s(answer))],
    );
    let google = r#"{"contents":[{"role":"user","parts":[{"text":"weather?"}]},
        {"role":"model","parts":[{"functionCall":{"id":"c1","name":"weather","args":{"city":"Paris"}}}]},
        {"role":"tool","parts":[{"functionResponse":{"id":"c1","response":"sunny"}}]}]}"#;
    let answer = r#"{"content":{"role":"model","parts":[{"text":"It is sunny."}]}}"#;
    check(
        "gcp.vertex.agent",
        &[
            ("gcp.vertex.agent.llm_request", s(google)),
            ("gcp.vertex.agent.llm_response", s(answer)),
        ],
    );
    let vercel = r#"[{"role":"user","content":[{"type":"text","text":"weather?"}]},
        {"role":"assistant","content":[{"type":"tool-call","toolCallId":"c1","toolName":"weather","input":{"city":"Paris"}}]},
        {"role":"tool","content":[{"type":"tool-result","toolCallId":"c1","output":"sunny"}]}]"#;
    check(
        "ai",
        &[
            ("ai.operationId", s("ai.generateText.doGenerate")),
            ("ai.prompt.messages", s(vercel)),
            ("ai.response.text", s("It is sunny.")),
        ],
    );
}

#[test]
fn span_events_are_messages_too() {
    let mut builder = Span::build()
        .name("chat")
        .attribute("gen_ai.operation.name", "chat");
    for (name, key, content) in [
        (
            "gen_ai.user.message",
            "content",
            r#"[{"text": "weather?"}]"#,
        ),
        (
            "gen_ai.assistant.message",
            "content",
            r#"[{"toolUse": {"toolUseId": "c1", "name": "weather", "input": {"city": "Paris"}}}]"#,
        ),
        (
            "gen_ai.tool.message",
            "content",
            r#"[{"type": "tool_result", "tool_use_id": "c1", "content": "sunny"}]"#,
        ),
        ("gen_ai.choice", "message", r#"[{"text": "It is sunny."}]"#),
    ] {
        builder = builder.event(name, 1, &[(key, s(content))]);
    }
    let found = written_on(
        "strands.telemetry.tracer",
        builder.finish(),
        Originals::Keep,
    );
    assert_eq!(found, conversation());
}

#[test]
fn instructions_and_tools_have_places_of_their_own() {
    let request = r#"{"system":"be brief","messages":[{"role":"user","content":"hi"}],
        "tools":[{"type":"function","function":{"name":"weather","parameters":{}}}]}"#;
    let attributes = [
        ("openinference.span.kind", s("LLM")),
        ("input.value", s(request)),
    ];
    let found = written("some.app", &attributes, Originals::Keep);
    let tool = json!({"type": "function", "name": "weather", "parameters": {}});
    assert_eq!(
        found["system_instructions"],
        json!([{"type": "text", "content": "be brief"}])
    );
    assert_eq!(found["tool.definitions"], json!([tool]));
}

#[test]
fn what_a_source_wrote_itself_stays_and_so_does_what_cannot_be_read() {
    let own = [
        ("openinference.span.kind", s("LLM")),
        ("gen_ai.input.messages", s("[]")),
        (
            "input.value",
            s(r#"{"messages":[{"role":"user","content":"hi"}]}"#),
        ),
    ];
    let scope = scope("some.app");
    let dialects = Dialects::builtin();
    assert!(
        dialects
            .messages(&scope, &span("chat", &own), Originals::Keep)
            .is_none()
    );
    let odd = [
        ("openinference.span.kind", s("LLM")),
        ("input.value", s(r#"{"x":1}"#)),
    ];
    assert!(
        dialects
            .messages(&scope, &span("chat", &odd), Originals::Keep)
            .is_none()
    );
    let tool = [
        ("openinference.span.kind", s("TOOL")),
        ("input.value", s("hi")),
    ];
    assert!(
        dialects
            .messages(&scope, &span("tool", &tool), Originals::Keep)
            .is_none()
    );
}

#[test]
fn originals_may_move_instead_of_being_copied() {
    let attributes = [
        ("openinference.span.kind", s("LLM")),
        ("llm.input_messages.0.message.role", s("user")),
        ("llm.input_messages.0.message.content", s("hi")),
    ];
    let (scope, mut span) = (scope("some.app"), span("chat", &attributes));
    let edits = Dialects::builtin().messages(&scope, &span, Originals::Remove);
    edits.expect("edits").apply(&mut span);
    assert_eq!(span.attribute("llm.input_messages.0.message.content"), None);
    assert!(span.attribute("gen_ai.input.messages").is_some());
    assert!(span.attribute("openinference.span.kind").is_some());
}

#[test]
fn a_log_record_that_is_a_message_says_so_in_attributes() {
    let check = |event: &str, body: NewValue, target: &str, expected: Json| {
        let builder = LogRecord::build().attribute("event.name", event).body(body);
        let mut record = builder.finish();
        let edits = Dialects::logged_message(&record).expect("edits");
        edits.apply(&mut record);
        let said = record.attribute(target).and_then(|value| value.as_str());
        let said: Json = serde_json::from_str(said.expect("a message")).expect("JSON");
        assert_eq!(said, json!([expected]), "{event}");
        assert!(Dialects::logged_message(&record).is_none(), "{event} again");
    };
    let map = |entries: &[(&str, NewValue)]| {
        let entries = entries
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()));
        NewValue::Map(entries.collect())
    };
    let user = map(&[("content", s("hi"))]);
    check(
        "gen_ai.user.message",
        user,
        "gen_ai.input.messages",
        text("user", "hi"),
    );
    let answer = map(&[("id", s("c1")), ("content", s("sunny"))]);
    let tool = json!({"role": "tool", "parts": [
        {"type": "tool_call_response", "id": "c1", "response": "sunny"},
    ]});
    check("gen_ai.tool.message", answer, "gen_ai.input.messages", tool);
    let message = map(&[("role", s("assistant")), ("content", s("done"))]);
    let choice = map(&[
        ("index", i(0)),
        ("finish_reason", s("stop")),
        ("message", message),
    ]);
    let mut said = text("assistant", "done");
    said["finish_reason"] = json!("stop");
    check("gen_ai.choice", choice, "gen_ai.output.messages", said);
}

#[test]
fn a_tools_events_say_what_it_was_given_and_answered() {
    let builder = Span::build()
        .name("execute_tool weather")
        .attribute("gen_ai.operation.name", "execute_tool")
        .event(
            "gen_ai.tool.message",
            1,
            &[("content", s(r#"{"city":"Paris"}"#))],
        )
        .event("gen_ai.choice", 2, &[("message", s("sunny"))]);
    let (scope, mut span) = (scope("strands.telemetry.tracer"), builder.finish());
    let edits = Dialects::builtin().messages(&scope, &span, Originals::Keep);
    edits.expect("edits").apply(&mut span);
    let said = |name: &str| {
        span.attribute(name)
            .and_then(|value| value.as_str().map(str::to_owned))
    };
    assert_eq!(
        said("gen_ai.tool.call.arguments").as_deref(),
        Some(r#"{"city":"Paris"}"#)
    );
    assert_eq!(said("gen_ai.tool.call.result").as_deref(), Some("sunny"));
}
