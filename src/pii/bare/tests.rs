//! JSON stays JSON, whatever is found in it and however it is hidden.

use std::fmt::Write;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::pii::{Findings, Options, Pseudonyms, Scanner, Style, is_sensitive, mask, write_mask};

static SCANNER: LazyLock<Scanner> = LazyLock::new(|| Scanner::new(&Options::default()).unwrap());

fn hidden(text: &str, style: &Style) -> String {
    let mut findings = Findings::default();
    SCANNER.scan(None, text, &mut findings);
    mask(text, &findings, None, |found, value, out| {
        write_mask(SCANNER.name(found.kind), value, style, out);
    })
}

#[track_caller]
fn check(text: &str, masked: &str) {
    assert_eq!(masked, hidden(text, &Style::Label));
}

#[test]
fn what_takes_the_place_of_a_number_is_a_string() {
    check(
        r#"{"ssn": 123456789, "n": 1}"#,
        r#"{"ssn": "[US_SSN]", "n": 1}"#,
    );
    check(
        r#"{"card": [4111111111111111, -5500000000000004]}"#,
        r#"{"card": ["[CREDIT_CARD]", "-[CREDIT_CARD]"]}"#,
    );
    check(
        r#"[["ssn", "n"], [123456789, 1]]"#,
        r#"[["ssn", "n"], ["[US_SSN]", 1]]"#,
    );
    check(
        "{\n\t\"ssn\":\n\t123456789\n}",
        "{\n\t\"ssn\":\n\t\"[US_SSN]\"\n}",
    );
}

#[test]
fn a_string_inside_of_a_string_has_its_quotes() {
    check(
        r#"{"body": "{\"ssn\": 123456789, \"p\": [4111111111111111]}"}"#,
        r#"{"body": "{\"ssn\": \"[US_SSN]\", \"p\": [\"[CREDIT_CARD]\"]}"}"#,
    );
    check(
        r#"["{\"a\":\"{\\\"ssn\\\":123456789}\"}"]"#,
        r#"["{\"a\":\"{\\\"ssn\\\":\\\"[US_SSN]\\\"}\"}"]"#,
    );
    check(
        r#"{"body": "{\u0022ssn\u0022: 123456789}"}"#,
        r#"{"body": "{\u0022ssn\u0022: \"[US_SSN]\"}"}"#,
    );
    check(
        r#"{"body": "{\n  \"ssn\":\n 123456789\n}"}"#,
        r#"{"body": "{\n  \"ssn\":\n \"[US_SSN]\"\n}"}"#,
    );
}

#[test]
fn json_in_prose_and_json_that_was_cut_are_json_too() {
    check(
        r#"tool said {"ssn": 123456789} at last"#,
        r#"tool said {"ssn": "[US_SSN]"} at last"#,
    );
    check(
        r#"[{"ssn": 123456789}, {"na"#,
        r#"[{"ssn": "[US_SSN]"}, {"na"#,
    );
    check(r#"{"ssn": 123456789"#, r#"{"ssn": "[US_SSN]""#);
}

#[test]
fn prose_gets_no_quotes() {
    check(
        "my card: 4111111111111111, thanks",
        "my card: [CREDIT_CARD], thanks",
    );
    check(
        "see [4111111111111111 of mine]",
        "see [[CREDIT_CARD] of mine]",
    );
    check("4111111111111111", "[CREDIT_CARD]");
    check(
        r#"{"a": "ssn: 123456789, ok"}"#,
        r#"{"a": "ssn: [US_SSN], ok"}"#,
    );
}

#[test]
fn what_is_json_as_it_is_gets_no_quotes() {
    let text = r#"{"card": 4111111111111111}"#;
    assert_eq!(text, hidden(text, &Style::Keep));
    let zero = hidden(text, &Style::Text("0".to_owned()));
    assert_eq!(r#"{"card": 0}"#, zero);
}

fn name() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &[
        "ssn",
        "card",
        "phone",
        "birth_date",
        "password",
        "pin",
        "email",
        "iban",
        "cvv",
        "name",
        "value",
        "n",
        "otp",
        "tax_id",
        "ip",
        "api_key",
        "a \"b\"",
        "é",
    ];
    prop::sample::select(NAMES).prop_map(str::to_owned)
}

fn scalar() -> impl Strategy<Value = Value> {
    let values = [
        json!(123_456_789),
        json!(-123_456_789),
        json!(4_111_111_111_111_111_u64),
        json!(-4_111_111_111_111_111_i64),
        json!(14_155_552_671_u64),
        json!(19_840_321),
        json!(1234),
        json!(4_155_552_671.5),
        json!(1.234_567_89e8),
        json!(true),
        json!(null),
        json!("123-45-6789"),
        json!("4111 1111 1111 1111"),
        json!("\"jane@example.org\"\n\\jane@example.org\\"),
        json!("é jané@example.org \u{7} 😀"),
        json!("hunter2!\\\"x"),
        json!("-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA1234\n-----END PRIVATE KEY-----\n"),
        json!("Bearer abc\"def.ghi-jkl/mno+pqr=="),
        json!("https://jane:s3cr\\et@example.org/?q=\"1\""),
        json!("password = \"a\\nb\" and ssn: 123456789, ["),
        json!("DE89 3704 0044 0532 0130 00"),
        json!("see {\"ssn\": 123456789"),
    ];
    prop::sample::select(values.to_vec())
}

/// Written close together, apart, or with escapes for all that is not ASCII.
fn written(value: &Value, way: u8) -> String {
    match way {
        0 => return value.to_string(),
        1 => return serde_json::to_string_pretty(value).unwrap(),
        _ => {}
    }
    let mut out = String::new();
    for unit in value.to_string().encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() && byte != b'@' => out.push(byte.into()),
            _ => write!(out, "\\u{unit:04x}").unwrap(),
        }
    }
    out
}

/// An object or a list of things.
fn container(inner: impl Strategy<Value = Value> + Clone) -> impl Strategy<Value = Value> {
    let members = prop::collection::vec((name(), inner.clone()), 1..5);
    prop_oneof![
        prop::collection::vec(inner, 1..5).prop_map(Value::Array),
        members.prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
    ]
}

fn document() -> impl Strategy<Value = Value> {
    let inner = scalar().prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            container(inner.clone()),
            (inner, 0..3_u8).prop_map(|(value, way)| Value::String(written(&value, way))),
        ]
    });
    container(inner)
}

/// What was JSON inside of a string is so still, unless a key says that the whole string is secret.
fn still_json(before: &Value, after: &Value) -> Result<(), String> {
    match (before, after) {
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => before
            .iter()
            .zip(after)
            .try_for_each(|(before, after)| still_json(before, after)),
        (Value::Object(before), Value::Object(after)) if before.len() == after.len() => before
            .iter()
            .zip(after.values())
            .filter(|((key, _), _)| !is_sensitive(key))
            .try_for_each(|((_, before), after)| still_json(before, after)),
        (Value::String(before), Value::String(after)) => match serde_json::from_str(before) {
            Ok(before @ (Value::Object(_) | Value::Array(_))) => serde_json::from_str(after)
                .map_err(|error| format!("{error}: {after}"))
                .and_then(|after| still_json(&before, &after)),
            _ => Ok(()),
        },
        (Value::Array(_) | Value::Object(_), _) => Err(format!("{after} was another shape")),
        _ => Ok(()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn json_stays_json(document in document(), way in 0..3_u8) {
        let text = written(&document, way);
        let pseudonyms = Style::Pseudonym(Pseudonyms::new(b"0123456789abcdef", "k1"));
        for style in [Style::Label, Style::LastFour(4), Style::Hash, pseudonyms] {
            let masked = hidden(&text, &style);
            let after = serde_json::from_str::<Value>(&masked);
            let after = after.map_err(|error| TestCaseError::fail(format!("{error}: {masked}")))?;
            if let Err(why) = still_json(&document, &after) {
                prop_assert!(false, "{why}");
            }
        }
    }
}
