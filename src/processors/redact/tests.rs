//! What the processor does to records: places, actions, marks, limits.

mod followed;
mod keys;
mod remembered;

use std::sync::Arc;

use super::config::Config;
use crate::clock::Now;
use crate::component::{Account, Batch, ConfigError, Context, Next, ProcessorConfig, Reason};
use crate::otlp::{self, LogRecord, Metric, NewValue, Resource, Scope, Span, Telemetry};

const MAIL: &str = "jane.doe@example.org";

/// What comes out of the processor, as OTLP/JSON, and how many items it discarded.
fn run(toml: &str, telemetry: Telemetry) -> (String, u64) {
    let mut context = Context::bare("redact");
    run_in(&mut context, toml, telemetry)
}

fn run_in(context: &mut Context, toml: &str, telemetry: Telemetry) -> (String, u64) {
    let config = toml::from_str::<Config>(toml).expect("is a configuration");
    assert_eq!(Vec::<ConfigError>::new(), config.check());
    let make = config.build(context).expect("builds");
    let account = Account::default();
    let mut json = String::new();
    let mut out = |batch: Batch| json = batch.telemetry.to_json();
    let mut next = Next::new(&mut [], &mut out, &account, Now::default(), 0.0);
    make(0).process(Batch::unpaid(telemetry), &mut next);
    let discarded = account.tally().discarded_total();
    (json, discarded)
}

fn scope() -> Arc<Scope> {
    let resource = [
        ("service.name", NewValue::from("agent")),
        ("tenant.id", NewValue::from("acme")),
    ];
    Arc::new(Scope::new(
        "test",
        "1.2.3.4",
        Arc::new(Resource::new(&resource)),
    ))
}

fn traces(span: Span) -> Telemetry {
    Telemetry::Traces(otlp::Batch::new(vec![otlp::Group {
        scope: scope(),
        records: vec![span],
    }]))
}

fn span() -> otlp::SpanBuilder {
    Span::build().trace_id([1; 16]).span_id([1; 8])
}

fn spans(toml: &str, build: impl FnOnce(otlp::SpanBuilder) -> otlp::SpanBuilder) -> String {
    run(toml, traces(build(span()).finish())).0
}

#[track_caller]
fn check(json: &str, present: &[&str], absent: &[&str]) {
    for text in present {
        assert!(json.contains(text), "{text} is not in {json}");
    }
    for text in absent {
        assert!(!json.contains(text), "{text} is in {json}");
    }
}

#[test]
fn every_text_of_a_span_is_masked() {
    let nested = NewValue::Map(vec![(
        "list".to_owned(),
        NewValue::Array(vec![NewValue::from(MAIL), NewValue::from(7)]),
    )]);
    let json = spans("", |span| {
        span.name(&format!("mail {MAIL}"))
            .status(2, &format!("could not reach {MAIL}"))
            .attribute("a", MAIL)
            .attribute("nested", nested)
            .attribute("bytes", NewValue::Bytes(format!("to {MAIL}").into_bytes()))
            .event(
                "exception",
                1,
                &[("exception.message", NewValue::from(MAIL))],
            )
            .link([2; 16], [2; 8], &[("who", NewValue::from(MAIL))])
    });
    check(
        &json,
        &[
            "mail [EMAIL]",
            "could not reach [EMAIL]",
            "tollgate.redaction.count",
        ],
        &[MAIL, "jane"],
    );
}

#[test]
fn marks_are_added_to_those_of_an_earlier_redaction() {
    let earlier = [
        ("EMAIL".to_owned(), 2.into()),
        ("PHONE".to_owned(), 1.into()),
    ];
    let marked = |text: &str| {
        spans("", |span| {
            span.attribute("a", text)
                .attribute("tollgate.redaction.count", 3)
                .attribute("tollgate.redaction.kinds", NewValue::Map(earlier.to_vec()))
        })
    };
    let kinds =
        r#"[{"key":"EMAIL","value":{"intValue":"3"}},{"key":"PHONE","value":{"intValue":"1"}}]"#;
    check(&marked(MAIL), &[r#"{"intValue":"4"}"#, kinds], &[MAIL]);
    check(
        &marked("[EMAIL] of [EMAIL]"),
        &[r#"{"intValue":"3"}"#],
        &[kinds],
    );
}

#[test]
fn clean_telemetry_passes_byte_for_byte() {
    let build = || {
        traces(
            span()
                .name("chat gpt-4o")
                .attribute("gen_ai.usage.input_tokens", 1200)
                .attribute("url", "https://example.org/a?b=1")
                .finish(),
        )
    };
    let before = build().to_json();
    assert_eq!((before, 0), run("", build()));
}

#[test]
fn bodies_and_metric_labels_are_masked() {
    let body = NewValue::Map(vec![(
        "message".into(),
        NewValue::from(format!("from {MAIL}")),
    )]);
    let log = LogRecord::build().body(body).finish();
    let logs = Telemetry::Logs(otlp::Batch::new(vec![otlp::Group {
        scope: scope(),
        records: vec![log],
    }]));
    check(&run("", logs).0, &["from [EMAIL]"], &[MAIL]);
    let metric = Metric::build("calls")
        .point(
            1,
            2,
            otlp::Number::Double(1.0),
            &[("user", NewValue::from(MAIL))],
        )
        .gauge();
    let metrics = Telemetry::Metrics(otlp::Batch::new(vec![otlp::Group {
        scope: scope(),
        records: vec![metric],
    }]));
    // The mark stands in the metric's metadata: a label of its points would make new series.
    let json = run("", metrics).0;
    let label = r#""attributes":[{"key":"user","value":{"stringValue":"[EMAIL]"}}]"#;
    check(&json, &[label, "tollgate.redaction.kinds"], &[MAIL]);
}

#[test]
fn whole_numbers_are_masked_wherever_their_key_speaks_of_persons() {
    let phone = || NewValue::from(4_915_120_776_584_i64);
    let map = |key: &str| NewValue::Map(vec![(key.to_owned(), phone())]);
    let list = NewValue::Map(vec![("phones".into(), NewValue::Array(vec![phone()]))]);
    let json = spans("", |span| {
        span.attribute("nested", map("phone_number"))
            .attribute("listed", list)
            .attribute("double.phone", 4_915_120_776_584.0)
            .attribute("password", map("x"))
            .attribute("gen_ai.usage.input_tokens", 491_512_077)
            .event("call", 1, &[("phone", phone())])
            .link([2; 16], [2; 8], &[("phone", phone())])
    });
    check(
        &json,
        &["[PHONE]", "[PASSWORD]", "491512077"],
        &["4915120776584"],
    );
    let log = LogRecord::build().body(map("phone")).finish();
    let group = otlp::Group {
        scope: scope(),
        records: vec![log],
    };
    let logs = Telemetry::Logs(otlp::Batch::new(vec![group]));
    check(&run("", logs).0, &["[PHONE]"], &["4915120776584"]);
}

#[test]
fn what_is_only_reported_is_counted_and_not_called_changed() {
    let json = spans("actions = { EMAIL = \"report\" }", |span| {
        span.attribute("a", MAIL)
    });
    check(&json, &[MAIL, "tollgate.redaction.count"], &[]);
}

#[test]
fn sensitive_keys_hide_whatever_stands_under_them() {
    let json = spans("sensitive_fields = [\"employee.number\"]", |span| {
        span.attribute("db.password", "correct horse")
            .attribute("api_key", "k")
            .attribute("hr.employee_number", "x-1")
            .attribute("customer.ssn", 212_091_234)
            .attribute("gen_ai.usage.input_tokens", 123_456_789)
            .attribute(
                "session_token",
                NewValue::Map(vec![("raw".into(), NewValue::from("abcdefg"))]),
            )
    });
    check(
        &json,
        &[
            "[PASSWORD]",
            "[GENERIC_SECRET]",
            "[SENSITIVE_KEY]",
            "[US_SSN]",
            "123456789",
        ],
        &["correct horse", "x-1", "212091234", "abcdefg"],
    );
}

#[test]
fn actions_are_chosen_by_key_then_by_kind() {
    let toml = r#"
        action = "label"
        actions = { CREDIT_CARD = "mask", PHONE = "drop_attribute", IPV4 = "report" }
        keys = [{ key = "user.*", action = "hash" }, { key = "note", detector = "EMAIL", action = "report" }]
    "#;
    let json = spans(toml, |span| {
        span.attribute("card", "4111 1111 1111 1111")
            .attribute("tel", "call +49 1512 0776584")
            .attribute("client", "192.0.2.17")
            .attribute("user.mail", MAIL)
            .attribute("note", MAIL)
    });
    check(
        &json,
        &[
            "**** **** **** 1111",
            "192.0.2.17",
            "[EMAIL:",
            "\"note\",\"value\":{\"stringValue\":\"jane.doe@example.org\"}",
        ],
        &["+49", "\"tel\""],
    );
}

#[test]
fn an_item_can_be_dropped_and_is_counted_as_redacted() {
    let telemetry = traces(
        span()
            .attribute(
                "x",
                "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----",
            )
            .finish(),
    );
    let (json, discarded) = run("actions = { PRIVATE_KEY = \"drop_item\" }", telemetry);
    assert_eq!(("", 1), (json.as_str(), discarded));
    assert_eq!("redacted", Reason::Redacted.label());
}

#[test]
fn report_mode_counts_and_changes_nothing() {
    let build = || traces(span().attribute("a", MAIL).finish());
    let mut context = Context::bare("redact");
    let before = build().to_json();
    assert_eq!(
        (before, 0),
        run_in(
            &mut context,
            "mode = \"report\"\nmax_attribute_length = 3",
            build()
        )
    );
    let families = context.meter.read();
    let reading = format!("{families:?}");
    check(&reading, &["EMAIL", "traces", "acme"], &[MAIL]);
}

#[test]
fn pseudonyms_are_stable_under_one_key_and_differ_under_another() {
    let folder = tempfile::tempdir().unwrap();
    let name = |key: &str, mail: &str| {
        std::fs::write(folder.path().join("key"), key).unwrap();
        let mut context = Context {
            folder: folder.path().to_owned(),
            ..Context::bare("redact")
        };
        let toml = "action = \"pseudonym\"\npseudonyms = { file = \"key\", generation = \"k1\" }";
        run_in(
            &mut context,
            toml,
            traces(span().attribute("a", mail).finish()),
        )
        .0
    };
    let first = name("0123456789abcdef", MAIL);
    check(&first, &["[EMAIL:k1."], &[MAIL]);
    assert_eq!(first, name("0123456789abcdef", MAIL));
    assert_ne!(first, name("0123456789abcdef", "john@example.org"));
    assert_ne!(first, name("fedcba9876543210", MAIL));
    // The file may name the generation of its key, so that a rotation needs no new configuration.
    check(&name("k2 fedcba9876543210", MAIL), &["[EMAIL:k2."], &[]);
    check(&name("a passphrase of words", MAIL), &["[EMAIL:k1."], &[]);
}

#[test]
fn tenants_share_no_pseudonyms() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("key"), "0123456789abcdef").unwrap();
    let name = |tenant: &str| {
        let mut context = Context {
            folder: folder.path().to_owned(),
            ..Context::bare("redact")
        };
        let toml = "action = \"pseudonym\"\npseudonyms = { file = \"key\" }";
        let span = span().attribute("tenant.id", tenant).attribute("a", MAIL);
        let (json, _) = run_in(&mut context, toml, traces(span.finish()));
        let start = json.find("[EMAIL:").unwrap();
        json[start..start + 24].to_owned()
    };
    assert_eq!(name("acme"), name("acme"));
    assert_ne!(name("acme"), name("globex"));
}

#[test]
fn lengths_are_cut_after_masking_and_never_through_a_finding_or_character() {
    let json = spans("max_attribute_length = 10", |span| {
        span.attribute("a", format!("12345 {MAIL} more"))
            .attribute("b", "ééééééééééééé")
            .attribute("gen_ai.input.messages", "x".repeat(12))
    });
    check(
        &json,
        &["\"12345 \"", "\"éééééééééé\"", "\"xxxxxxxxxx\""],
        &["jane", "[EM", "more"],
    );
    let json = spans("max_attribute_length = 4\nmax_content_length = 0", |span| {
        span.attribute("gen_ai.input.messages", "x".repeat(12))
            .attribute("c", "abcdef")
    });
    check(&json, &["\"xxxxxxxxxxxx\"", "\"abcd\""], &["abcde"]);
}

#[test]
fn bytes_are_cut_as_texts_are() {
    #[track_caller]
    fn check(bytes: &[u8], left: &[u8]) {
        let build = |bytes: &[u8]| span().attribute("b", NewValue::Bytes(bytes.to_vec()));
        let cut = spans("max_attribute_length = 10\nmark = false", |_| build(bytes));
        assert_eq!(traces(build(left).finish()).to_json(), cut);
    }
    check("ééééééééééééé".as_bytes(), "éééééééééé".as_bytes());
    check(format!("12345 {MAIL} more").as_bytes(), b"12345 ");
    check(b"0123456789", b"0123456789");
    // What is no text is cut where a text of as many signs would be, and stays what it was.
    check(
        b"\xff\xfe56\xe2\x82\xac\x80\xe2\x82x901234",
        b"\xff\xfe56\xe2\x82\xac\x80\xe2\x82x90",
    );
    let body = otlp::LogRecord::build().body(NewValue::Bytes(vec![b'x'; 12]));
    let logs = Telemetry::Logs(otlp::Batch::new(vec![otlp::Group {
        scope: scope(),
        records: vec![body.finish()],
    }]));
    let (json, _) = run("max_attribute_length = 3", logs);
    assert!(json.contains(r#""bytesValue":"eHh4""#), "{json}");
}

#[test]
fn tool_content_can_be_left_out() {
    let json = spans("include_tool_io = false", |span| {
        span.attribute("gen_ai.tool.call.arguments", "{}")
            .attribute("openinference.span.kind", "TOOL")
            .attribute("output.value", "rows")
            .attribute("gen_ai.tool.name", "search")
    });
    check(&json, &["search"], &["gen_ai.tool.call.arguments", "rows"]);
}

#[test]
fn exceptions_hold_for_their_tenant_and_key_only() {
    let toml = r#"exceptions = [
        { detector = "EMAIL", tenant = "acme", key = "team" },
        { detector = "EMAIL", tenant = "other" },
        { detector = "IPV4", key = "server.address" },
    ]"#;
    let json = spans(toml, |span| {
        span.attribute("team", "all@example.org")
            .attribute("a", MAIL)
            .attribute("server.address", "10.0.0.7")
            .attribute("b", "10.0.0.8")
    });
    check(&json, &["all@example.org", "10.0.0.7"], &[MAIL, "10.0.0.8"]);
}

#[test]
fn patterns_words_and_allowances_of_the_user_count() {
    let toml = r#"
        mask_patterns = { '\bEMP-(\d{2})\d{4}\b' = "[BADGE $1]" }
        patterns = [{ name = "PROJECT", pattern = "PRJ_[A-Z]+" }]
        words = { CUSTOMER = ["Globex Corporation"] }
        allow = ["support@example\\.org"]
    "#;
    let json = spans(toml, |span| {
        span.attribute(
            "a",
            "EMP-123456 on PRJ_X for globex corporation, support@example.org",
        )
    });
    check(
        &json,
        &["[BADGE 12] on [PROJECT] for [CUSTOMER], support@example.org"],
        &["3456"],
    );
}

#[test]
fn faults_are_told_all_at_once() {
    let toml = r#"
        actions = { EMIAL = "label", EMAIL = "pseudonym" }
        keys = [{ key = "a", detector = "NOPE", action = "hash" }]
    "#;
    let config = toml::from_str::<Config>(toml).unwrap();
    let faults: Vec<String> = config
        .check()
        .into_iter()
        .map(|fault| fault.message)
        .collect();
    assert_eq!(3, faults.len(), "{faults:?}");
    let config =
        toml::from_str::<Config>("patterns = [{ name = \"X\", pattern = \"(?=a)\" }]").unwrap();
    assert_eq!(1, config.check().len());
}
