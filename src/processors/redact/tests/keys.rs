//! Sensitive keys of the user, rules by key and their spelling.

use super::*;

fn map(entries: &[(&str, NewValue)]) -> NewValue {
    let entries = entries.iter().cloned();
    NewValue::Map(
        entries
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

const FIELDS: &str = r#"sensitive_fields = ["customer.name", "address", "salary"]"#;

#[test]
fn all_below_a_sensitive_field_is_hidden_whatever_it_is() {
    let address = map(&[
        ("street", "Main Street".into()),
        ("floor", 4.into()),
        ("code", NewValue::Array(vec![90210.into(), "X".into()])),
        ("is_home", true.into()),
    ]);
    let json = spans(FIELDS, |span| {
        span.attribute("address", address.clone())
            .attribute(
                "customer",
                map(&[("name", "Jane Roe".into()), ("vip", true.into())]),
            )
            .attribute(
                "deep",
                map(&[("customer", map(&[("name", "Jane Roe".into())]))]),
            )
            .attribute("a.salary", NewValue::Double(5000.5))
            .attribute("hr.salary", 12)
            .attribute("floor", 4)
    });
    let absent = [
        "Main Street",
        "90210",
        "\"X\"",
        "Jane Roe",
        "5000.5",
        "\"12\"",
    ];
    check(
        &json,
        &[
            "[SENSITIVE_KEY]",
            r#"{"key":"vip","value":{"boolValue":true}}"#,
        ],
        &absent,
    );
    check(&json, &[r#"{"key":"floor","value":{"intValue":"4"}}"#], &[]);
    assert_eq!(9, json.matches("[SENSITIVE_KEY]").count(), "{json}");
}

#[test]
fn sensitive_fields_are_hidden_in_json_texts_and_log_bodies() {
    let arguments = r#"{"customer": {"name": "Jane Roe"}, "salary": 1200, "x": "kept"}"#;
    let json = spans(FIELDS, |span| {
        span.attribute("gen_ai.tool.call.arguments", arguments)
    });
    check(
        &json,
        &["kept", r#"\"name\": \"[SENSITIVE_KEY]\""#],
        &["Jane", "1200"],
    );

    let body = map(&[("customer", map(&[("name", "Jane Roe".into())]))]);
    let log = LogRecord::build().body(body).finish();
    let logs = Telemetry::Logs(otlp::Batch::new(vec![otlp::Group {
        scope: scope(),
        records: vec![log],
    }]));
    check(&run(FIELDS, logs).0, &["[SENSITIVE_KEY]"], &["Jane"]);
}

#[test]
fn a_finding_inside_a_sensitive_field_uncovers_nothing_of_the_rest() {
    let text = format!("Jane Roe {MAIL} sk-ant-api03-{}", "Ab3dEf1".repeat(12));
    let json = spans(FIELDS, |span| span.attribute("salary", text.as_str()));
    check(
        &json,
        &[r#""stringValue":"[SENSITIVE_KEY]""#],
        &["Jane", MAIL],
    );
}

#[test]
fn a_built_in_sensitive_key_covers_maps_in_the_middle() {
    let inner = map(&[("login", map(&[("password", map(&[("was", "ab".into())]))]))]);
    let json = spans("", |span| span.attribute("a", inner));
    check(&json, &["[PASSWORD]"], &["\"ab\""]);
}

#[test]
fn names_of_detectors_are_read_in_any_case() {
    let toml = r#"actions = { email = "mask" }
        keys = [{ key = "by.key", detector = "us_ssn", action = "hash" }]"#;
    let json = spans(toml, |span| {
        span.attribute("a", MAIL)
            .attribute("by.key", "ssn 219-09-9999")
    });
    check(&json, &["[US_SSN:"], &["[EMAIL]", MAIL]);
}

#[test]
fn rules_exceptions_and_ignored_keys_hold_for_the_attribute_and_for_inner_keys() {
    let toml = r#"ignored_keys = ["raw*"]
        exceptions = [{ detector = "EMAIL", key = "team" }]
        keys = [{ key = "mail", action = "hash" }]"#;
    let inner = map(&[("lead", MAIL.into())]);
    let json = spans(toml, |span| {
        span.attribute("raw.body", inner.clone())
            .attribute("team", inner.clone())
    });
    check(&json, &[MAIL], &["[EMAIL"]);
    let json = spans(toml, |span| {
        let both = map(&[("mail", MAIL.into()), ("lead", MAIL.into())]);
        span.attribute("user", both)
    });
    check(&json, &["[EMAIL:", "[EMAIL]"], &[MAIL]);
}

#[test]
fn detectors_that_are_off_find_nothing_by_a_key_either() {
    let json = spans(r#"without = ["PASSWORD"]"#, |span| {
        span.attribute("password", "hunter2")
    });
    check(&json, &["hunter2"], &["[PASSWORD]"]);
}

#[test]
fn a_pattern_that_looks_around_its_match_hides_it() {
    let toml = r#"mask_patterns = { '\B\d{4}' = "X" }"#;
    check(
        &spans(toml, |span| span.attribute("a", "a1234 b5678")),
        &["a[PATTERN_1] b[PATTERN_1]"],
        &["1234", "5678"],
    );
    check(
        &spans(r#"mask_patterns = { 'E-(\d)\d+' = "[$1]" }"#, |span| {
            span.attribute("a", "E-123")
        }),
        &["\"[1]\""],
        &["E-123"],
    );
}

#[test]
fn words_are_found_in_any_case_of_their_letters() {
    let toml = r#"words = { CITY = ["Zürich", "école"] }"#;
    let json = spans(toml, |span| {
        span.attribute("a", "ZÜRICH zürich ÉCOLE École xzürich")
    });
    check(&json, &["[CITY] [CITY] [CITY] [CITY] xzürich"], &[]);
}

#[test]
fn faults_name_the_entry_and_what_to_do() {
    #[track_caller]
    fn fault(toml: &str, key: &str, says: &str) {
        let config = toml::from_str::<Config>(toml).expect("is a configuration");
        let faults = config.check();
        assert!(
            faults.len() == 1 && faults[0].key == key && faults[0].message.contains(says),
            "{faults:?}"
        );
    }
    let pattern = |name: &str, pattern: &str, replacement: &str| {
        format!(
            "patterns = [{{ name = \"A\", pattern = \"a\" }}, {{ name = \"{name}\", pattern = '{pattern}', replacement = \"{replacement}\" }}]"
        )
    };
    fault(&pattern("B", "(x", ""), "patterns.1", "unclosed group");
    fault(
        &pattern("B", "x*", ""),
        "patterns.1",
        "matches the empty text",
    );
    fault(&pattern("", "x", ""), "patterns.1", "no name");
    fault(
        &pattern("B", "(x)(?<y>z)", "$1 $y $$9 $3"),
        "patterns.1",
        "no group `3`",
    );
    fault(
        "mask_patterns = { 'a.(' = 'x' }",
        "mask_patterns.a.(",
        "unclosed",
    );
    fault("allow = ['a', '[']", "allow.1", "unclosed");
    fault("without = ['EMIAL']", "without.0", "did you mean `EMAIL`");
    fault(
        "actions = { EMIAL = 'mask' }",
        "actions.EMIAL",
        "did you mean `EMAIL`",
    );
    fault("words = { A = [''] }", "words.A", "no word");
    fault(
        "exceptions = [{ detector = 'NOPE' }]",
        "exceptions.0.detector",
        "there is no detector",
    );
}
