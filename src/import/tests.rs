//! Texts, the order of changes, and what becomes of single settings.

use super::*;

/// A Collector with this processor between `otlp` and `debug`.
fn around(id: &str, settings: &str) -> Imported {
    let yaml = format!(
        "receivers: {{ otlp: {{ protocols: {{ grpc: {{}} }} }} }}\n\
         exporters: {{ debug: {{}} }}\n\
         processors:\n  {id}: {settings}\n\
         service: {{ pipelines: {{ traces: {{ receivers: [otlp], processors: [{id}], exporters: [debug] }} }} }}\n"
    );
    convert(None, "test.yaml", &yaml).unwrap()
}

#[track_caller]
fn check(id: &str, settings: &str, wanted: &[&str]) {
    let toml = around(id, settings).toml;
    for line in wanted {
        assert!(toml.contains(line), "{line}\nis not in\n{toml}");
    }
}

#[test]
fn variables_keep_their_defaults_and_dollars_their_meaning() {
    let check = |theirs: &str, ours: &str| assert_eq!(ours, text::quoted(theirs), "{theirs}");
    check("plain", r#""plain""#);
    check("${env:A}:${B}", r#""${env:A}:${env:B}""#);
    check("${A:-x y}", r#""${env:A:-x y}""#);
    check("^/a$$", r#""^/a$""#);
    check("cost: $5", r#""cost: $5""#);
    check("$${A}", r#""$${A}""#);
    check("${file:/x}", r#""$${file:/x}""#);
    check("a\"b\\c\nd", r#""a\"b\\c\nd""#);
    check("${open", r#""$${open""#);
}

#[test]
fn changes_of_one_key_keep_their_order() {
    let actions = "{ actions: [\
        { key: a, value: 1, action: upsert }, { key: b, action: delete }, \
        { key: a, action: delete }, { key: c, value: x, action: insert }, \
        { key: d, value: y, action: update }] }";
    check(
        "attributes",
        actions,
        &[
            "[processors.attributes]\nset = { a = 1 }\ndelete = [\"b\"]\n",
            "delete = [\"a\"]\ninsert = { c = \"x\" }\nupdate = { d = \"y\" }\n",
            "processors = [\"attributes\", \"attributes/attributes\"]",
        ],
    );
}

#[test]
fn a_copy_whose_origin_goes_is_a_rename() {
    let actions = "{ actions: [\
        { key: new, from_attribute: old, action: insert }, { key: old, action: delete }, \
        { key: twin, from_attribute: one, action: upsert }] }";
    check(
        "attributes",
        actions,
        &["rename = { old = \"new\" }", "copy = { one = \"twin\" }"],
    );
}

#[test]
fn conditions_become_rules_or_are_named() {
    let of = |condition: &str| format!("{{ traces: {{ span: ['{condition}'] }} }}");
    check(
        "filter",
        &of(r#"attributes["a"] == "x" and IsMatch(name, "^GET")"#),
        &[r#"{ signal = "traces", attributes = { a = "x" }, name = "^GET" },"#],
    );
    check(
        "filter",
        &of(r#"(name == "a" or name == "b") and attributes["n"] == 5"#),
        &[
            r#"{ signal = "traces", name = "^a$", attributes = { n = 5 } },"#,
            r#"{ signal = "traces", name = "^b$", attributes = { n = 5 } },"#,
        ],
    );
    check(
        "filter",
        &of(r#"attributes["n"] >= 500"#),
        &[r#"when = { attr = "n", op = "ge", scope = "span", value = 500 }"#],
    );
    let found = around("filter", &of("Len(events) > 3")).findings;
    let missing = found.iter().filter(|one| one.grade == Grade::NoEquivalent);
    assert_eq!(2, missing.count(), "{found:#?}");
}

#[test]
fn a_policy_is_left_out_whole_when_a_part_of_it_cannot_be_had() {
    let policies = "{ policies: [{ name: a, type: and, and: { and_sub_policy: [\
        { name: x, type: always_sample }, { name: y, type: unheard_of }] } }, \
        { name: b, type: always_sample }] }";
    let imported = around("tail_sampling", policies);
    assert!(
        !imported.toml.contains("type = \"and\""),
        "{}",
        imported.toml
    );
    assert!(imported.toml.contains("name = \"b\""), "{}", imported.toml);
    let paths = [
        "processors.tail_sampling.policies[0]",
        "processors.tail_sampling.policies[0].and.and_sub_policy[1]",
    ];
    for path in paths {
        let found = imported.findings.iter().find(|one| one.path == path);
        assert_eq!(
            Some(Grade::NoEquivalent),
            found.map(|one| one.grade),
            "{path}"
        );
    }
}

#[test]
fn names_that_would_meet_are_told_apart() {
    let yaml = "
receivers: { otlp: { protocols: { http: {} } } }
exporters: { otlp/x: { endpoint: \"a:4317\" }, otlphttp/x: { endpoint: \"https://b\" }, logging: {}, debug: {} }
service: { pipelines: { traces: { receivers: [otlp], exporters: [otlp/x, otlphttp/x, logging, debug] } } }
";
    let toml = convert(None, "test.yaml", yaml).unwrap().toml;
    let list = r#"exporters = ["otlp/x", "otlp/otlphttp", "debug", "debug/debug"]"#;
    assert!(toml.contains(list), "{toml}");
}

#[test]
fn what_is_somebody_elses_is_refused() {
    assert!(
        convert(None, "x", "a: 1")
            .unwrap_err()
            .contains("service.pipelines")
    );
    assert!(convert(Some(Source::Refinery), "x", "a: 1").is_err());
    assert!(convert(None, "x", "").is_err());
}
