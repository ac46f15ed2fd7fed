//! Behaviour of the dialects, one table of spans each.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::genai::facts::{Class, Facts};
use crate::genai::usage::Usage;
use crate::otlp::{NewValue, Resource, Scope, Span};

fn scope(name: &str) -> Scope {
    Scope::new(name, "1", Arc::new(Resource::new::<&str>(&[])))
}

fn span(name: &str, attributes: &[(&str, NewValue)]) -> Span {
    let mut builder = Span::build()
        .trace_id([1; 16])
        .span_id([2; 8])
        .name(name)
        .times(1_000, 9_000);
    for (key, value) in attributes {
        builder = builder.attribute(key, value.clone());
    }
    builder.finish()
}

fn s(text: &str) -> NewValue {
    NewValue::Str(text.to_owned())
}

fn i(number: i64) -> NewValue {
    NewValue::Int(number)
}

/// Reads a span and hands the facts to `check`.
fn facts_of<T>(
    scope_name: &str,
    name: &str,
    attributes: &[(&str, NewValue)],
    check: impl FnOnce(&Facts<'_>) -> T,
) -> T {
    let (scope, span) = (scope(scope_name), span(name, attributes));
    let dialects = Dialects::builtin();
    check(&dialects.read(&scope, &span).expect("facts"))
}

/// input, output, cache read, cache write, reasoning.
fn counts(usage: Option<Usage>) -> [Option<u64>; 5] {
    let usage = usage.unwrap_or_default();
    [
        usage.input,
        usage.output,
        usage.cache_read,
        usage.cache_write,
        usage.reasoning,
    ]
}

#[test]
fn every_dialect_is_recognised_by_its_scope() {
    let cases = [
        ("ai", "vercel"),
        ("gen_ai", "vercel7"),
        ("openinference.instrumentation.smolagents", "openinference"),
        ("langfuse-sdk", "langfuse"),
        ("mlflow.openai", "mlflow"),
        ("com.anthropic.sdk.python", "anthropic_sdk"),
        ("mcp-python-sdk", "otel_mcp"),
        ("fastmcp", "fastmcp"),
        ("mcp-gateway", "contextforge"),
        ("litellm", "litellm"),
        ("opentelemetry.instrumentation.openai.v1", "openllmetry"),
        ("opentelemetry.instrumentation.bedrock", "openllmetry"),
        ("@traceloop/instrumentation-openai", "openllmetry"),
        ("opentelemetry.instrumentation.openai_v2", "otel"),
        ("opentelemetry.util.genai.handler", "otel"),
        ("openlit.instrumentation.anthropic", "openlit"),
        ("pydantic-ai", "pydantic_ai"),
        ("logfire.openai", "pydantic_ai"),
        ("langtrace_python_sdk.openai", "langtrace"),
        ("strands.telemetry.tracer", "strands"),
        ("gcp.vertex.agent", "adk"),
        ("agent_framework", "agent_framework"),
    ];
    for (name, dialect) in cases {
        facts_of(
            name,
            "x",
            &[("gen_ai.operation.name", s("chat"))],
            |facts| {
                assert_eq!(facts.dialect, dialect, "{name}");
            },
        );
    }
}

#[test]
fn a_dialect_without_a_scope_is_recognised_by_what_only_it_writes() {
    let cases = [
        ("ai.operationId", "vercel"),
        ("openinference.span.kind", "openinference"),
        ("mlflow.spanType", "mlflow"),
        ("litellm.call_id", "litellm"),
        ("traceloop.span.kind", "openllmetry"),
        ("gen_ai.usage.cost", "openlit"),
        ("spring.ai.kind", "spring_ai"),
        ("langtrace.service.name", "langtrace"),
        ("mcp.method.name", "otel_mcp"),
        ("gen_ai.provider.name", "otel"),
        ("gen_ai.system", "otel_old"),
        ("llm.usage.prompt_tokens", "founding"),
    ];
    for (marker, dialect) in cases {
        let attributes = [("gen_ai.request.model", s("m")), (marker, s("x"))];
        facts_of("my-app", "x", &attributes, |facts| {
            assert_eq!(facts.dialect, dialect, "{marker}");
        });
    }
}

#[test]
fn a_span_that_names_nothing_of_ours_says_nothing() {
    let attributes = [
        ("http.request.method", s("GET")),
        ("http.response.status_code", i(500)),
        ("error.type", s("500")),
        ("success", NewValue::Bool(false)),
        ("model", s("T")),
        ("metadata", s("{\"tenant_id\": \"t\"}")),
    ];
    let (scope, span) = (scope("fastapi"), span("GET /", &attributes));
    assert_eq!(Dialects::builtin().read(&scope, &span), None);
}

#[test]
fn counts_arrive_in_every_type_and_mean_the_same() {
    let spellings = [
        i(12),
        NewValue::Double(12.0),
        s("12"),
        s(" 12 "),
        s("12.0"),
        s("\"12\""),
    ];
    for value in spellings {
        let attributes = [
            ("gen_ai.request.model", s("m")),
            ("gen_ai.usage.input_tokens", value.clone()),
        ];
        facts_of("", "chat", &attributes, |facts| {
            assert_eq!(counts(facts.usage)[0], Some(12), "{value:?}");
        });
    }
    for value in [
        NewValue::Empty,
        s(""),
        s("many"),
        i(-1),
        NewValue::Double(1.5),
    ] {
        let attributes = [
            ("gen_ai.operation.name", s("chat")),
            ("gen_ai.usage.input_tokens", value.clone()),
            ("gen_ai.usage.prompt_tokens", i(7)),
        ];
        facts_of("", "chat", &attributes, |facts| {
            let read = counts(facts.usage)[0];
            assert!(
                matches!(read, None | Some(7)),
                "{value:?} was read as {read:?}"
            );
        });
    }
}

#[test]
fn whether_input_includes_the_cache_is_decided_by_the_table_then_by_the_numbers() {
    let check =
        |scope_name: &str, provider: &str, given: [i64; 4], total: Option<i64>, input: u64| {
            let mut attributes = vec![
                ("gen_ai.operation.name", s("chat")),
                ("gen_ai.provider.name", s(provider)),
                ("gen_ai.usage.input_tokens", i(given[0])),
                ("gen_ai.usage.output_tokens", i(given[1])),
                ("gen_ai.usage.cache_read.input_tokens", i(given[2])),
                ("gen_ai.usage.cache_creation.input_tokens", i(given[3])),
            ];
            attributes.extend(total.map(|total| ("gen_ai.usage.total_tokens", i(total))));
            facts_of(scope_name, "chat", &attributes, |facts| {
                assert_eq!(
                    counts(facts.usage)[0],
                    Some(input),
                    "{scope_name} {provider} {given:?}"
                );
            });
        };
    // By the table, though the uncached part is the larger one.
    check(
        "opentelemetry.instrumentation.bedrock",
        "aws.bedrock",
        [3000, 44, 1000, 0],
        None,
        4000,
    );
    check(
        "openlit.instrumentation.anthropic",
        "anthropic",
        [3000, 44, 1000, 0],
        None,
        4000,
    );
    check(
        "openlit.instrumentation.openai",
        "openai",
        [3000, 44, 1000, 0],
        None,
        3000,
    );
    check(
        "opentelemetry.instrumentation.botocore.bedrock-runtime",
        "aws.bedrock",
        [9, 1, 3, 0],
        None,
        12,
    );
    // By the numbers: more from the cache than went in altogether.
    check("some.app", "anthropic", [83, 71, 2400, 0], None, 2483);
    check("some.app", "anthropic", [238, 96, 2400, 512], None, 3150);
    // By the total, which the cache alone explains.
    check(
        "some.app",
        "aws.bedrock",
        [3000, 44, 1000, 0],
        Some(4044),
        4000,
    );
    // Nothing speaks against the convention.
    check("some.app", "openai", [1210, 58, 1024, 0], Some(1268), 1210);
    check("some.app", "anthropic", [2480, 64, 0, 2400], None, 2480);
}

#[test]
fn each_vendors_spelling_of_usage_is_understood() {
    let check = |scope_name: &str, attributes: &[(&str, NewValue)], expected: [Option<u64>; 5]| {
        facts_of(scope_name, "call", attributes, |facts| {
            assert_eq!(counts(facts.usage), expected, "{scope_name} {attributes:?}");
        });
    };
    let openinference = [
        ("openinference.span.kind", s("LLM")),
        ("llm.token_count.prompt", i(1210)),
        ("llm.token_count.completion", i(58)),
        ("llm.token_count.prompt_details.cache_read", i(1024)),
        ("llm.token_count.completion_details.reasoning", i(8)),
    ];
    check(
        "x",
        &openinference,
        [Some(1210), Some(58), Some(1024), None, Some(8)],
    );
    let vercel = [
        ("ai.operationId", s("ai.generateText.doGenerate")),
        ("ai.usage.inputTokens", i(1502)),
        ("ai.usage.outputTokens", i(21)),
        ("ai.usage.cachedInputTokens", i(1280)),
    ];
    check(
        "ai",
        &vercel,
        [Some(1502), Some(21), Some(1280), None, None],
    );
    let vercel_anthropic = [
        ("ai.operationId", s("ai.streamText.doStream")),
        ("ai.usage.inputTokens", i(2500)),
        ("ai.usage.outputTokens", i(9)),
        (
            "ai.response.providerMetadata",
            s(r#"{"anthropic":{"cacheCreationInputTokens":2400}}"#),
        ),
    ];
    check(
        "ai",
        &vercel_anthropic,
        [Some(2500), Some(9), None, Some(2400), None],
    );
    let vercel_4 = [
        ("ai.operationId", s("ai.generateText.doGenerate")),
        ("ai.usage.promptTokens", i(64)),
        ("ai.usage.completionTokens", i(15)),
    ];
    check("ai", &vercel_4, [Some(64), Some(15), None, None, None]);
    let mlflow = [
        ("mlflow.spanType", s("\"CHAT_MODEL\"")),
        ("model", s("\"gpt-4o\"")),
        (
            "mlflow.chat.tokenUsage",
            s(r#"{"input_tokens": 30, "output_tokens": 4, "total_tokens": 34}"#),
        ),
    ];
    check(
        "mlflow.openai",
        &mlflow,
        [Some(30), Some(4), None, None, None],
    );
    let langfuse = [
        ("langfuse.observation.type", s("generation")),
        ("langfuse.observation.model.name", s("gpt-4o")),
        (
            "langfuse.observation.usage_details",
            s(
                r#"{"prompt_tokens":1210,"completion_tokens":58,"prompt_tokens_details":{"cached_tokens":1024}}"#,
            ),
        ),
    ];
    check(
        "langfuse-sdk",
        &langfuse,
        [Some(1210), Some(58), Some(1024), None, None],
    );
    let langfuse_plain = [
        ("langfuse.observation.type", s("generation")),
        (
            "langfuse.observation.usage_details",
            s(
                r#"{"input":186,"output":50,"input_cached_tokens":1024,"output_reasoning_tokens":8}"#,
            ),
        ),
    ];
    check(
        "langfuse-sdk",
        &langfuse_plain,
        [Some(1210), Some(58), Some(1024), None, Some(8)],
    );
    let litellm = [
        ("gen_ai.operation.name", s("chat")),
        ("gen_ai.usage.input_tokens", i(1210)),
        ("gen_ai.usage.output_tokens", i(58)),
        (
            "metadata.usage_object",
            s(
                "{'prompt_tokens': 1210, 'audio': None, 'it\\'s': True, 'prompt_tokens_details': {'cached_tokens': 1024}}",
            ),
        ),
    ];
    check(
        "litellm",
        &litellm,
        [Some(1210), Some(58), Some(1024), None, None],
    );
    let rig = [
        ("gen_ai.operation.name", s("chat")),
        ("gen_ai.provider.name", s("openai")),
        ("gen_ai.usage.input_tokens", s("96")),
        ("gen_ai.usage.output_tokens", s("14")),
        ("gen_ai.usage.cached_tokens", s("64")),
    ];
    check("my_app", &rig, [Some(96), Some(14), Some(64), None, None]);
    let founding = [
        ("llm.model", s("gpt-4")),
        ("llm.usage.prompt_tokens", i(5)),
        ("llm.usage.completion_tokens", i(6)),
    ];
    check("app", &founding, [Some(5), Some(6), None, None, None]);
}

#[test]
fn what_a_span_stands_for_is_read_from_whatever_word_it_uses() {
    let check = |scope_name: &str, name: &str, key: &str, word: &str, class: Class| {
        facts_of(scope_name, name, &[(key, s(word))], |facts| {
            assert_eq!(facts.class, class, "{scope_name} {name} {word}");
        });
    };
    let operation = "gen_ai.operation.name";
    check("", "x", operation, "generate_content", Class::Llm);
    check("", "x", operation, "embedding", Class::Embedding);
    check("gen_ai", "x", operation, "agent_step", Class::Aggregate);
    check(
        "strands.telemetry.tracer",
        "x",
        operation,
        "execute_event_loop_cycle",
        Class::Aggregate,
    );
    check("", "x", operation, "execute_task", Class::Aggregate);
    check("", "x", operation, "handoff", Class::Noise);
    check("", "x", operation, "retrieval", Class::Other);
    check("", "x", operation, "upsert_memory", Class::Other);
    check(
        "ai",
        "x",
        "ai.operationId",
        "ai.generateText",
        Class::Aggregate,
    );
    check(
        "ai",
        "x",
        "ai.operationId",
        "ai.embedMany.doEmbed",
        Class::Embedding,
    );
    check(
        "ai",
        "x",
        "operation.name",
        "ai.toolCall my-function",
        Class::Tool,
    );
    check(
        "",
        "x",
        "openinference.span.kind",
        "AGENT",
        Class::Aggregate,
    );
    check(
        "",
        "handoff to fx_agent",
        "openinference.span.kind",
        "TOOL",
        Class::Noise,
    );
    check("", "x", "mlflow.spanType", "\"TOOL\"", Class::Tool);
    check(
        "langfuse-sdk",
        "x",
        "langfuse.observation.type",
        "embedding",
        Class::Embedding,
    );
    check(
        "mcp-gateway",
        "tool.invoke",
        "langfuse.observation.type",
        "generation",
        Class::Tool,
    );
    check("", "x", "traceloop.span.kind", "workflow", Class::Aggregate);
    check(
        "litellm",
        "raw_gen_ai_request",
        "llm.openai.id",
        "chatcmpl-1",
        Class::Transport,
    );
    check(
        "pydantic-ai",
        "agent run",
        "model_name",
        "gpt-4o",
        Class::Aggregate,
    );
    check(
        "pydantic-ai",
        "running tool",
        "gen_ai.tool.name",
        "find",
        Class::Tool,
    );
    check(
        "opentelemetry.instrumentation.mcp.instrumentation",
        "ResponseStreamWriter",
        "mcp.request.id",
        "0",
        Class::Noise,
    );
}

#[test]
fn a_tools_name_is_found_in_attributes_and_in_span_names() {
    let check = |scope_name: &str, name: &str, attributes: &[(&str, NewValue)], tool: &str| {
        facts_of(scope_name, name, attributes, |facts| {
            assert!(facts.is_tool_call(), "{name}: {:?}", facts.class);
            assert_eq!(facts.tool.name, Some(tool), "{name}");
        });
    };
    let call = ("mcp.method.name", s("tools/call"));
    check(
        "mcp-python-sdk",
        "MCP send tools/call search",
        std::slice::from_ref(&call),
        "search",
    );
    check(
        "mcp-python-sdk",
        "tools/call search",
        std::slice::from_ref(&call),
        "search",
    );
    check(
        "fastmcp",
        "x",
        &[call, ("fastmcp.component.key", s("tool:reserve@2"))],
        "reserve",
    );
    let traceloop = [
        ("traceloop.span.kind", s("tool")),
        ("traceloop.entity.name", s("search")),
    ];
    check(
        "opentelemetry.instrumentation.mcp.instrumentation",
        "search.tool",
        &traceloop,
        "search",
    );
    check(
        "com.anthropic.sdk.python",
        "anthropic.custom_tool_use get",
        &[("gen_ai.operation.name", s("execute_tool"))],
        "get",
    );
    check(
        "",
        "execute_tool get",
        &[("gen_ai.operation.name", s("execute_tool"))],
        "get",
    );
    check(
        "mcp-gateway",
        "mcp.client.call",
        &[("mcp.tool.name", s("stock_level"))],
        "stock_level",
    );
    check(
        "ai",
        "ai.toolCall",
        &[
            ("ai.operationId", s("ai.toolCall")),
            ("ai.toolCall.name", s("hold")),
        ],
        "hold",
    );
}

#[test]
fn a_tool_span_that_names_no_tool_is_named_after_it() {
    let check = |scope_name: &str, name: &str, key: &str, word: &str, tool: &str| {
        facts_of(scope_name, name, &[(key, s(word))], |facts| {
            assert_eq!((facts.class, facts.tool.name), (Class::Tool, Some(tool)));
        });
    };
    check(
        "langfuse-sdk",
        "search",
        "langfuse.observation.type",
        "tool",
        "search",
    );
    check(
        "mlflow.langchain",
        "search",
        "mlflow.spanType",
        "\"TOOL\"",
        "search",
    );
    let agents = "opentelemetry.instrumentation.openai_agents";
    check(
        agents,
        "search.tool",
        "traceloop.span.kind",
        "tool",
        "search",
    );
}

#[test]
fn a_tool_named_on_a_chat_span_was_only_requested() {
    let attributes = [
        ("gen_ai.operation.name", s("chat")),
        ("gen_ai.tool.name", s("search")),
    ];
    facts_of(
        "openlit.instrumentation.openai",
        "chat",
        &attributes,
        |facts| {
            assert_eq!(facts.class, Class::Llm);
            assert_eq!(facts.tool.name, None);
        },
    );
}

#[test]
fn a_provider_is_never_a_framework_and_always_one_spelling() {
    let check = |key: &str, text: &str, provider: Option<&str>| {
        facts_of(
            "",
            "x",
            &[("gen_ai.operation.name", s("chat")), (key, s(text))],
            |facts| {
                assert_eq!(facts.provider.as_deref(), provider, "{text}");
            },
        );
    };
    check("gen_ai.system", "OpenAI", Some("openai"));
    check("gen_ai.system", "openai.chat", Some("openai"));
    check("ai.model.provider", "anthropic.messages", Some("anthropic"));
    check(
        "ai.model.provider",
        "google.generative-ai",
        Some("gcp.gemini"),
    );
    check("gen_ai.provider.name", "langgraph", None);
    check("gen_ai.provider.name", "strands-agents", None);
    check("gen_ai.system", "az.ai.openai", Some("azure.ai.openai"));
    check("gen_ai.system", "AWS", Some("aws.bedrock"));
    check("gen_ai.system", "my-own-host", Some("my-own-host"));
    check(
        "litellm.provider.model",
        "mistral/open-mixtral",
        Some("mistral_ai"),
    );
}

#[test]
fn a_failure_is_found_wherever_it_is_said() {
    let scope_and_attributes: &[(&str, &str, NewValue)] = &[
        ("mcp-gateway", "success", NewValue::Bool(false)),
        ("langfuse-sdk", "langfuse.observation.level", s("ERROR")),
        ("fastmcp", "error.type", s("tool_error")),
        ("mcp-python-sdk", "rpc.response.status_code", s("-32601")),
    ];
    for (scope_name, key, value) in scope_and_attributes {
        let attributes = [("gen_ai.tool.name", s("t")), (key, value.clone())];
        facts_of(scope_name, "tool.invoke", &attributes, |facts| {
            assert!(facts.failure.is_some(), "{key}");
        });
    }
}

#[test]
fn identity_is_read_from_every_place_it_hides_in() {
    let check =
        |scope_name: &str, key: &str, value: &str, read: fn(&Facts<'_>) -> Option<String>| {
            let attributes = [("gen_ai.operation.name", s("chat")), (key, s(value))];
            let found = facts_of(scope_name, "x", &attributes, read);
            assert_eq!(found.as_deref(), Some("v"), "{key}");
        };
    let tenant = |facts: &Facts<'_>| facts.identity.tenant.map(str::to_owned);
    let user = |facts: &Facts<'_>| facts.identity.user.map(str::to_owned);
    let session = |facts: &Facts<'_>| facts.identity.session.map(str::to_owned);
    let project = |facts: &Facts<'_>| facts.identity.project.map(str::to_owned);
    check("x", "metadata", r#"{"x": [1], "tenant_id": "v"}"#, tenant);
    check("x", "metadata", r#"{"a":{"project_id": "v"}}"#, project);
    check(
        "x",
        "traceloop.association.properties.tenantId",
        "v",
        tenant,
    );
    check("ai", "ai.telemetry.metadata.userId", "v", user);
    check(
        "langfuse-sdk",
        "langfuse.trace.metadata.tenant_id",
        "\"v\"",
        tenant,
    );
    check("litellm", "metadata.user_api_key_user_id", "v", user);
    check("mcp-gateway", "team.scope", "v", tenant);
    check("x", "langfuse.session.id", "v", session);
    check("x", "enduser.id", "v", user);
}

#[test]
fn the_first_chunk_is_a_time_whatever_the_unit() {
    let check = |scope_name: &str, key: &str, value: NewValue, ms: u64| {
        let attributes = [("gen_ai.operation.name", s("chat")), (key, value)];
        facts_of(scope_name, "chat", &attributes, |facts| {
            assert_eq!(facts.first_chunk, Some(Duration::from_millis(ms)), "{key}");
        });
    };
    check(
        "x",
        "gen_ai.response.time_to_first_chunk",
        NewValue::Double(0.25),
        250,
    );
    check(
        "openlit.x",
        "gen_ai.server.time_to_first_token",
        NewValue::Double(0.25),
        250,
    );
    check(
        "strands.telemetry.tracer",
        "gen_ai.server.time_to_first_token",
        i(250),
        250,
    );
    check(
        "ai",
        "ai.response.msToFirstChunk",
        NewValue::Double(250.0),
        250,
    );
}

mod answers;
mod content;
mod foreign;
mod identity;
mod logs_and_names;
mod shapes;

#[test]
fn a_gateways_own_name_for_a_tool_is_not_the_tools() {
    let attributes = [
        ("tool.name", s("inventory-stock-level")),
        ("mcp.tool.name", s("stock_level")),
        ("tool.gateway_id", s("g1")),
    ];
    facts_of("mcp-gateway", "tool.invoke", &attributes, |facts| {
        assert_eq!(facts.tool.name, Some("stock_level"));
        assert_eq!(facts.mcp.server, Some("g1"));
    });
}

#[test]
fn an_error_under_an_ad_hoc_name_is_a_failure() {
    let attributes = [("mcp.tool", s("search")), ("mcp.error", s("boom"))];
    facts_of("app", "call", &attributes, |facts| {
        let failure = facts.failure.as_ref().expect("a failure");
        assert_eq!(failure.kind, Some("boom"));
    });
}

#[test]
fn web_searches_are_counted_wherever_they_stand() {
    let usage =
        r#"{"input_tokens":10,"output_tokens":5,"server_tool_use":{"web_search_requests":2}}"#;
    for (name, value) in [
        ("gen_ai.usage.raw", s(usage)),
        ("tollgate.usage.web_searches", i(2)),
    ] {
        let attributes = [
            ("gen_ai.operation.name", s("chat")),
            ("gen_ai.request.model", s("claude-sonnet-4-5")),
            ("gen_ai.usage.input_tokens", i(10)),
            (name, value),
        ];
        facts_of("app", "chat", &attributes, |facts| {
            assert_eq!(facts.usage.expect("counts").web_searches, Some(2), "{name}");
        });
    }
}

#[test]
fn spring_ai_is_told_apart_by_its_own_kinds_and_says_none_for_nothing() {
    let kinds = [
        ("tool_call", Class::Tool),
        ("chat_client", Class::Aggregate),
        ("advisor", Class::Aggregate),
        ("vector_store", Class::Other),
    ];
    for (kind, class) in kinds {
        let attributes = [
            ("gen_ai.operation.name", s("framework")),
            ("gen_ai.system", s("spring_ai")),
            ("spring.ai.kind", s(kind)),
            ("spring.ai.tool.definition.name", s("weather")),
        ];
        facts_of("org.springframework.boot", "x", &attributes, |facts| {
            assert_eq!((facts.class, &facts.provider), (class, &None), "{kind}");
            let named = (class == Class::Tool).then_some("weather");
            assert_eq!(facts.tool.name, named);
        });
    }
    let attributes = [
        ("gen_ai.operation.name", s("chat")),
        ("gen_ai.system", s("openai")),
        ("gen_ai.request.model", s("gpt-4o")),
        ("gen_ai.response.model", s("none")),
    ];
    facts_of("org.springframework.boot", "chat", &attributes, |facts| {
        assert_eq!(facts.model(), Some("gpt-4o"));
    });
}
