//! What is read, what it becomes, and what is refused.

use serde_json::{Value, json};

use super::*;

#[track_caller]
fn check(text: &str, wanted: Value) {
    let own = condition(text).and_then(|condition| condition.on_span());
    let own = own.map(|own| serde_json::to_value(own).unwrap());
    assert_eq!(Ok(wanted), own, "{text}");
}

#[track_caller]
fn refused(text: &str, why: &str) {
    let own = condition(text).and_then(|condition| condition.on_span());
    assert_eq!(Err(why.to_owned()), own, "{text}");
}

#[test]
fn attributes_are_looked_for_where_the_path_says() {
    check(
        r#"attributes["a"] == "x""#,
        json!({"attr": "a", "op": "eq", "value": "x", "scope": "span"}),
    );
    check(
        r#"span.attributes["a"] >= 500"#,
        json!({"attr": "a", "op": "ge", "value": 500, "scope": "span"}),
    );
    check(
        r#"resource.attributes["service.name"] == "api""#,
        json!({"attr": "service.name", "op": "eq", "value": "api", "scope": "resource"}),
    );
    check(
        r#"1.5 < attributes["a"]"#,
        json!({"attr": "a", "op": "gt", "value": 1.5, "scope": "span"}),
    );
}

#[test]
fn what_is_missing_is_nil() {
    let exists = json!({"attr": "a", "op": "exists", "scope": "span"});
    check(r#"attributes["a"] != nil"#, exists);
    check(
        r#"attributes["a"] == nil"#,
        json!({"attr": "a", "op": "absent", "scope": "span"}),
    );
    check(
        r#"attributes["a"] != "x""#,
        json!({"not": {"attr": "a", "op": "eq", "value": "x", "scope": "span"}}),
    );
}

#[test]
fn fields_have_words_for_their_numbers() {
    let error = json!({"field": "status", "op": "eq", "value": "ERROR"});
    check("status.code == 2", error.clone());
    check("status.code == STATUS_CODE_ERROR", error);
    let server = json!({"field": "kind", "op": "eq", "value": "SERVER"});
    check("kind == SPAN_KIND_SERVER", server.clone());
    check(r#"kind.string == "Server""#, server);
    check(
        r#"name != "ping""#,
        json!({"field": "name", "op": "ne", "value": "ping"}),
    );
    let root = json!({"field": "is_root", "op": "eq", "value": true});
    check("IsRootSpan()", root.clone());
    check("IsRootSpan() == true", root.clone());
    check("parent_span_id == SpanID(0x0000000000000000)", root);
}

#[test]
fn lengths_are_milliseconds() {
    let long = json!({"field": "duration_ms", "op": "gt", "value": 5000.0});
    check(
        "(end_time_unix_nano - start_time_unix_nano) > 5000000000",
        long.clone(),
    );
    check(r#"end_time - start_time > Duration("5s")"#, long.clone());
    check("Milliseconds(end_time - start_time) > 5000", long);
}

#[test]
fn words_bind_as_in_the_original() {
    let name = |name: &str| json!({"field": "name", "op": "eq", "value": name});
    check(
        r#"name == "a" or name == "b" and name == "c""#,
        json!({"any": [name("a"), {"all": [name("b"), name("c")]}]}),
    );
    check(
        r#"not (name == "a" or name == "b")"#,
        json!({"not": {"any": [name("a"), name("b")]}}),
    );
    check(
        r#"IsMatch(name, "^GET \\d+$") and HasPrefix(attributes["u"], "/x")"#,
        json!({"all": [
            {"field": "name", "op": "regex", "value": r"^GET \d+$"},
            {"attr": "u", "op": "starts_with", "value": "/x", "scope": "span"},
        ]}),
    );
}

#[test]
fn what_has_no_words_of_ours_is_named() {
    refused(r#"status.message == "x""#, "the path `status.message`");
    refused(
        r#"attributes["a"]["b"] == 1"#,
        "`attributes` without exactly one key",
    );
    refused(
        r#"Hour(attributes["a"]) > 3"#,
        "a comparison with the function `Hour` is not understood",
    );
    refused("Len(name) > 3", "`Len` of `name`");
    refused(
        r#"IsList(attributes["a"])"#,
        "the function `IsList` is not understood",
    );
    refused(
        r#"ToLowerCase(name) == "X""#,
        "a comparison with the function `ToLowerCase` is not understood",
    );
    refused(r#"attributes["a"] =="#, "it ends too early");
    refused(r#"name == "open"#, "a text has no closing quote");
    refused(&"(".repeat(100), "nested more than 32 deep");
    refused(&"not ".repeat(100), "nested more than 32 deep");
}

#[test]
fn functions_that_can_be_said_are_said() {
    check(
        r#"ToLowerCase(attributes["a"]) != "x.y""#,
        json!({"not": {"attr": "a", "op": "regex", "value": r"(?i)^x\.y$", "scope": "span"}}),
    );
    check(
        r#"IsString(attributes["a"])"#,
        json!({"attr": "a", "op": "type", "value": "string", "scope": "span"}),
    );
    check(
        r#"IsBool(attributes["a"]) == true or IsInt(resource.attributes["b"])"#,
        json!({"any": [
            {"attr": "a", "op": "type", "value": "bool", "scope": "span"},
            {"attr": "b", "op": "type", "value": "int", "scope": "resource"},
        ]}),
    );
    check(
        r#"Len(attributes["a"]) > 3 and Double(attributes["b"]) != 0.5"#,
        json!({"all": [
            {"attr": "a", "op": "gt", "value": 3, "as": "length", "scope": "span"},
            {"not": {"attr": "b", "op": "eq", "value": 0.5, "as": "double", "scope": "span"}},
        ]}),
    );
    check(
        r#"Int(attributes["a"]) == nil and String(attributes["b"]) == "7""#,
        json!({"all": [
            {"attr": "a", "op": "absent", "as": "int", "scope": "span"},
            {"attr": "b", "op": "eq", "value": "7", "as": "string", "scope": "span"},
        ]}),
    );
    check(
        r#"scope.name == "agent" and instrumentation_scope.version != "1""#,
        json!({"all": [
            {"field": "scope_name", "op": "eq", "value": "agent"},
            {"field": "scope_version", "op": "ne", "value": "1"},
        ]}),
    );
}

#[test]
fn on_an_event_what_has_no_span_in_front_is_its_own() {
    let text = r#"name == "exception" and attributes["t"] != nil and span.attributes["a"] == 1"#;
    let own = condition(text).and_then(|condition| condition.on_event());
    let wanted = json!({"event": {"all": [
        {"field": "name", "op": "eq", "value": "exception"},
        {"attr": "t", "op": "exists"},
        {"attr": "a", "op": "eq", "value": 1, "scope": "span"},
    ]}});
    assert_eq!(wanted, serde_json::to_value(own.unwrap()).unwrap());
    let text = r#"span.name == "x" and scope.name == "agent" and Len(attributes["t"]) == 2"#;
    let own = condition(text).and_then(|condition| condition.on_event());
    let wanted = json!({"event": {"all": [
        {"field": "span_name", "op": "eq", "value": "x"},
        {"field": "scope_name", "op": "eq", "value": "agent"},
        {"attr": "t", "op": "eq", "value": 2, "as": "length"},
    ]}});
    assert_eq!(wanted, serde_json::to_value(own.unwrap()).unwrap());
    let other = condition("span.start_time == 1").and_then(|condition| condition.on_event());
    assert_eq!(Err("the path `span.start_time`".to_owned()), other);
}

#[test]
fn statements_are_calls_with_a_place() {
    let read = statement(r#"set(attributes["a"], "b") where attributes["a"] == nil"#).unwrap();
    assert_eq!("set", read.call.name);
    assert_eq!(2, read.call.arguments.len());
    assert!(read.when.is_some());
    let read = statement(r#"replace_pattern(name, pattern="x", replacement="y")"#).unwrap();
    assert_eq!(3, read.call.arguments.len());
    assert!(statement("attributes").is_err());
}
