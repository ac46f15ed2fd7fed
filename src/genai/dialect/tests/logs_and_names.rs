//! Log records of coding agents, canonical names, dialects of a user's own.

use super::super::vocabulary::Vocabulary;
use super::*;
use crate::otlp::LogRecord;

fn log(scope_name: &str, event: &str, attributes: &[(&str, NewValue)]) -> (Scope, LogRecord) {
    let mut builder = LogRecord::build()
        .times(5_000_000_000, 0)
        .attribute("event.name", event);
    for (key, value) in attributes {
        builder = builder.attribute(key, value.clone());
    }
    (scope(scope_name), builder.finish())
}

#[test]
fn coding_agents_are_read_from_their_logs() {
    let dialects = Dialects::builtin();
    let gemini = [
        ("model", s("gemini-2.5-pro")),
        ("input_token_count", i(1000)),
        ("output_token_count", i(20)),
        ("cached_content_token_count", i(600)),
        ("thoughts_token_count", i(30)),
        ("duration_ms", i(1500)),
        ("session.id", s("s1")),
    ];
    let (scope, record) = log("gemini-cli", "gemini_cli.api_response", &gemini);
    let logged = dialects.read_log(&scope, &record).expect("a call");
    assert_eq!(
        counts(logged.facts.usage),
        [Some(1000), Some(50), Some(600), None, Some(30)]
    );
    assert_eq!(logged.duration, Some(Duration::from_millis(1500)));
    assert_eq!(logged.facts.identity.session, Some("s1"));

    let claude = [
        ("model", s("claude-sonnet-4-5")),
        ("input_tokens", s("83")),
        ("output_tokens", s("71")),
        ("cache_read_tokens", s("2400")),
        ("cache_creation_tokens", s("0")),
        ("cost_usd", s("0.002034")),
    ];
    for event in ["claude_code.api_request", "api_request"] {
        let (scope, record) = log("com.anthropic.claude_code.events", event, &claude);
        let logged = dialects.read_log(&scope, &record).expect("a call");
        assert_eq!(
            counts(logged.facts.usage),
            [Some(2483), Some(71), Some(2400), Some(0), None]
        );
        assert_eq!(logged.facts.cost_reported, Some(0.002_034));
    }

    let codex = [
        ("event.kind", s("response.completed")),
        ("model", s("gpt-5-codex")),
        ("input_token_count", s("2100")),
        ("output_token_count", s("410")),
        ("cached_token_count", s("1536")),
        ("reasoning_token_count", s("320")),
    ];
    let (scope, record) = log("codex_cli_rs", "codex.sse_event", &codex);
    let logged = dialects.read_log(&scope, &record).expect("a call");
    assert_eq!(
        counts(logged.facts.usage),
        [Some(2100), Some(410), Some(1536), None, Some(320)]
    );
}

#[test]
fn a_log_record_that_repeats_a_span_is_no_call() {
    let attributes = [
        ("gen_ai.operation.name", s("chat")),
        ("gen_ai.usage.input_tokens", i(9)),
    ];
    let (scope, record) = log(
        "x",
        "gen_ai.client.inference.operation.details",
        &attributes,
    );
    assert_eq!(Dialects::builtin().read_log(&scope, &record), None);
}

#[test]
fn normalising_twice_is_normalising_once() {
    let dialects = Dialects::builtin();
    let scope = scope("opentelemetry.instrumentation.bedrock");
    let mut span = span(
        "chat nova",
        &[
            ("gen_ai.provider.name", s("aws.bedrock")),
            ("gen_ai.operation.name", s("chat")),
            ("gen_ai.usage.input_tokens", i(3000)),
            ("gen_ai.usage.output_tokens", i(44)),
            ("gen_ai.usage.cache_read_input_tokens", i(1000)),
        ],
    );
    let before = dialects.read(&scope, &span).expect("facts").usage;
    dialects
        .canonical(&scope, &span, Originals::Keep)
        .expect("edits")
        .apply(&mut span);
    assert_eq!(
        span.attribute("gen_ai.usage.input_tokens")
            .and_then(|v| v.as_int()),
        Some(4000)
    );
    assert_eq!(
        span.attribute("gen_ai.usage.cache_read.input_tokens")
            .and_then(|v| v.as_int()),
        Some(1000)
    );
    assert_eq!(
        span.attribute("gen_ai.usage.cache_read_input_tokens")
            .and_then(|v| v.as_int()),
        Some(1000)
    );
    let after = dialects.read(&scope, &span).expect("facts");
    assert_eq!(after.usage, before);
    assert_eq!(after.dialect, "openllmetry");
    assert!(dialects.canonical(&scope, &span, Originals::Keep).is_none());
}

#[test]
fn originals_can_be_removed_and_nothing_else_is() {
    let dialects = Dialects::builtin();
    let scope = scope("ai");
    let mut span = span(
        "ai.toolCall",
        &[
            ("ai.operationId", s("ai.toolCall")),
            ("ai.toolCall.name", s("hold")),
            ("ai.toolCall.args", s("{\"a\":1}")),
            ("my.own", i(1)),
        ],
    );
    dialects
        .canonical(&scope, &span, Originals::Remove)
        .expect("edits")
        .apply(&mut span);
    assert_eq!(
        span.attribute("gen_ai.tool.name").and_then(|v| v.as_str()),
        Some("hold")
    );
    assert_eq!(
        span.attribute("gen_ai.tool.call.arguments")
            .and_then(|v| v.as_str()),
        Some("{\"a\":1}")
    );
    assert_eq!(
        span.attribute("gen_ai.operation.name")
            .and_then(|v| v.as_str()),
        Some("execute_tool")
    );
    assert!(span.attribute("ai.toolCall.name").is_none());
    assert!(span.attribute("ai.toolCall.args").is_none());
    assert!(span.attribute("my.own").is_some());
}

#[test]
fn a_users_dialect_comes_before_the_built_in_ones() {
    let custom = Custom {
        name: "acme".into(),
        scopes: vec!["acme.".into()],
        aliases: [
            ("acme.in".to_owned(), "gen_ai.usage.input_tokens".to_owned()),
            (
                "acme.cached".to_owned(),
                "gen_ai.usage.cache_read.input_tokens".to_owned(),
            ),
            ("acme.what".to_owned(), "gen_ai.operation.name".to_owned()),
        ]
        .into(),
        operations: [("ask".to_owned(), "chat".to_owned())].into(),
        input_excludes_cache: true,
        ..Custom::default()
    };
    let dialects = Dialects::builtin()
        .with(vec![custom])
        .expect("a sound dialect");
    let scope = scope("acme.sdk");
    let span = span(
        "x",
        &[
            ("acme.what", s("ask")),
            ("acme.in", i(100)),
            ("acme.cached", i(20)),
        ],
    );
    let facts = dialects.read(&scope, &span).expect("facts");
    assert_eq!((&*facts.dialect, facts.class), ("acme", Class::Llm));
    assert_eq!(counts(facts.usage)[0], Some(120));
}

#[test]
fn a_users_dialect_that_cannot_work_is_refused() {
    let unknown = Custom {
        name: "x".into(),
        scopes: vec!["x".into()],
        aliases: [("a".to_owned(), "gen_ai.usage.imput_tokens".to_owned())].into(),
        ..Custom::default()
    };
    assert!(Dialects::builtin().with(vec![unknown]).is_err());
    assert!(
        Dialects::builtin()
            .with(vec![Custom {
                name: "x".into(),
                ..Custom::default()
            }])
            .is_err()
    );
}

#[test]
fn no_name_has_two_meanings_on_one_span() {
    let vocabulary = Vocabulary::of(TABLES);
    for name in vocabulary.names() {
        let known = vocabulary.find(name.as_bytes()).expect("a name").1;
        let mut general: Vec<_> = known
            .meanings
            .iter()
            .filter(|meaning| meaning.only.is_none())
            .map(|meaning| meaning.concept)
            .collect();
        general.dedup();
        assert!(general.len() <= 1, "{name} means {general:?}");
    }
}

#[test]
fn a_record_that_repeats_a_span_is_no_call_of_its_own() {
    let dialects = Dialects::builtin();
    let attributes = [
        ("gen_ai.provider.name", s("gcp.gemini")),
        ("gen_ai.usage.input_tokens", i(228)),
        ("gen_ai.usage.output_tokens", i(61)),
        ("gen_ai.usage.reasoning.output_tokens", i(41)),
    ];
    let event = "gen_ai.client.inference.operation.details";
    let (scope, record) = log("gcp.vertex.agent", event, &attributes);
    assert!(dialects.read_log(&scope, &record).is_none());
    let repeated = dialects.read_repeated(&scope, &record).expect("a call");
    assert!(repeated.facts.repeats_span);
    assert_eq!(repeated.facts.class, Class::Llm);
    assert_eq!(
        counts(repeated.facts.usage),
        [Some(228), Some(61), None, None, Some(41)]
    );
    // What was said, and nothing counted.
    let (scope, record) = log("gcp.vertex.agent", event, &attributes[..1]);
    assert!(dialects.read_repeated(&scope, &record).is_none());
}

#[test]
fn an_attempt_that_was_refused_is_a_call_and_one_that_was_answered_is_not() {
    let dialects = Dialects::builtin();
    let refused = |status: &str| {
        let attributes = [
            ("model", s("gpt-5-codex")),
            ("http.response.status_code", s(status)),
        ];
        let (scope, record) = log("codex_otel.log_only", "codex.api_request", &attributes);
        let logged = dialects.read_log(&scope, &record)?;
        logged.facts.failure?.http_status
    };
    assert_eq!(refused("429"), Some(429));
    assert_eq!(refused("200"), None);
}

#[test]
fn a_piece_of_a_stream_that_names_a_tool_is_no_tool_call() {
    let tool = [("tool_name", s("exec_command"))];
    facts_of("codex_exec", "handle_responses", &tool, |facts| {
        assert_eq!(facts.class, Class::Aggregate);
    });
    facts_of("codex_exec", "exec_command", &tool, |facts| {
        assert_eq!(
            (facts.class, facts.tool.name),
            (Class::Tool, Some("exec_command"))
        );
    });
}
