//! Refusals, replies and settings, word for word.

use std::collections::BTreeSet;
use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use prost::Message;
use secrecy::SecretString;
use tonic_types::pb;

use super::super::auth::Tokens;
use super::super::refusal::{Kind, Refusal};
use super::super::settings::Config;
use super::super::status::{self, Encoding};
use super::super::{grpc, reply};
use crate::component::Busy;
use crate::config::Table;
use crate::otlp::{Rejected, Signal};

/// What OTLP tells senders to try again (specification 1.11.0).
const RETRYABLE_GRPC: &[u8] = &[1, 4, 10, 11, 14, 15];
const RETRYABLE_HTTP: &[u16] = &[429, 502, 503, 504];

#[test]
fn only_what_may_pass_later_is_retryable() {
    for kind in Kind::ALL {
        let passes_later = matches!(kind, Kind::Busy);
        // Slow, late and gone senders were cut off; their data is not to blame.
        let was_cut_off = matches!(kind, Kind::Slow | Kind::Deadline | Kind::Gone);
        let grpc = RETRYABLE_GRPC.contains(&kind.grpc());
        let http = RETRYABLE_HTTP.contains(&kind.http().as_u16());
        assert_eq!(grpc, passes_later || was_cut_off, "{kind:?}");
        assert_eq!(http, passes_later, "{kind:?}");
    }
}

#[test]
fn busy_says_when_to_come_back_and_never_the_same_twice() {
    let busy = || Busy {
        retry_after: Duration::from_millis(1),
        why: "full",
    };
    let refusals = (0..20).map(|_| Refusal::from(busy())).collect::<Vec<_>>();
    let waits = refusals.iter().map(|refusal| refusal.retry_after.unwrap());
    let waits = waits.collect::<BTreeSet<_>>();
    assert!(waits.len() > 10, "{waits:?}");
    assert!(
        waits
            .iter()
            .all(|wait| (1.0..=5.0).contains(&wait.as_secs_f64())),
        "{waits:?}"
    );
    let status = pb::Status::decode(status::body(&refusals[0], Encoding::Protobuf)).unwrap();
    assert_eq!((status.code, status.message.as_str()), (14, "full"));
    let info = pb::RetryInfo::decode(status.details[0].value.as_slice()).unwrap();
    assert!(info.retry_delay.unwrap().seconds >= 1);
    assert!(status::details_bin(&refusals[0]).is_some());
}

#[test]
fn what_is_too_large_never_says_when_to_come_back() {
    let refusal = Refusal::too_large(5);
    let status = pb::Status::decode(status::body(&refusal, Encoding::Protobuf)).unwrap();
    assert_eq!((status.code, status.details.len()), (8, 0));
    assert_eq!(status::details_bin(&refusal), None);
}

#[test]
fn bad_data_names_its_violation_in_both_encodings() {
    let refusal = Refusal::new(Kind::BadData, "cut at byte 7");
    let status = pb::Status::decode(status::body(&refusal, Encoding::Protobuf)).unwrap();
    let violations = pb::BadRequest::decode(status.details[0].value.as_slice()).unwrap();
    assert_eq!(violations.field_violations[0].description, "cut at byte 7");
    let json = status::body(&refusal, Encoding::Json);
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["code"], 3);
    assert_eq!(
        json["details"][0]["fieldViolations"][0]["description"],
        "cut at byte 7"
    );
}

#[test]
fn long_messages_are_cut_between_characters() {
    let refusal = Refusal::new(Kind::BadData, "é".repeat(100_000));
    for encoding in [Encoding::Protobuf, Encoding::Json] {
        assert!(status::body(&refusal, encoding).len() < 10_000);
    }
    assert_eq!(status::short(&"é".repeat(3000)).len(), 4096);
    assert_eq!(status::short(&format!("a{}", "é".repeat(3000))).len(), 4095);
}

#[track_caller]
fn check_reply(items: u64, message: &str, protobuf: &[u8], json: &str) {
    let rejected = Rejected {
        items,
        message: message.to_owned(),
        by: Vec::new(),
    };
    assert_eq!(
        reply::body(Signal::Logs, &rejected, Encoding::Protobuf),
        protobuf
    );
    assert_eq!(reply::body(Signal::Logs, &rejected, Encoding::Json), json);
}

#[test]
fn partial_success_is_set_only_when_there_is_something_to_say() {
    check_reply(0, "", b"", "{}");
    check_reply(
        3,
        "x",
        b"\x0a\x05\x08\x03\x12\x01x",
        r#"{"partialSuccess":{"errorMessage":"x","rejectedLogRecords":"3"}}"#,
    );
    check_reply(
        0,
        "hm",
        b"\x0a\x04\x12\x02hm",
        r#"{"partialSuccess":{"errorMessage":"hm","rejectedLogRecords":"0"}}"#,
    );
}

#[track_caller]
fn check_deadline(value: &str, expected: Option<Duration>) {
    let mut headers = HeaderMap::new();
    headers.insert("grpc-timeout", HeaderValue::from_str(value).unwrap());
    assert_eq!(
        grpc::deadline::of(&headers).ok().flatten(),
        expected,
        "{value}"
    );
}

#[test]
fn deadlines_are_read_as_grpc_writes_them() {
    check_deadline("10S", Some(Duration::from_secs(10)));
    check_deadline("2H", Some(Duration::from_hours(2)));
    check_deadline("99999999H", Some(Duration::from_hours(99_999_999)));
    check_deadline("250m", Some(Duration::from_millis(250)));
    check_deadline("0n", Some(Duration::ZERO));
    for broken in ["", "S", "10", "abc", "999999999S", "-1S", "1 S", "10s"] {
        check_deadline(broken, None);
    }
    assert_eq!(grpc::deadline::of(&HeaderMap::new()).unwrap(), None);
}

#[track_caller]
fn check_token(authorization: Option<&str>, passes: bool) {
    let tokens = Tokens::new(&[SecretString::from("s3cret"), SecretString::from("other")]);
    let mut headers = HeaderMap::new();
    if let Some(value) = authorization {
        headers.insert("authorization", HeaderValue::from_str(value).unwrap());
    }
    assert_eq!(tokens.check(&headers).is_ok(), passes, "{authorization:?}");
}

#[test]
fn only_whole_known_tokens_pass() {
    check_token(Some("Bearer s3cret"), true);
    check_token(Some("bearer  other "), true);
    for wrong in [
        "Bearer s3cre",
        "Bearer s3crett",
        "Bearer ",
        "Bearer",
        "s3cret",
        "Basic s3cret",
    ] {
        check_token(Some(wrong), false);
    }
    check_token(None, false);
}

#[track_caller]
fn check_settings(settings: &str, faulty: &[&str]) {
    let faults = match Table::of(settings).read(Config::faults) {
        Ok(_) => Vec::new(),
        Err(faults) => faults,
    };
    assert_eq!(faults.len(), faulty.len(), "{settings}: {faults:?}");
    for (fault, word) in faults.iter().zip(faulty) {
        assert!(fault.to_string().contains(word), "{settings}: {fault}");
    }
}

#[test]
fn every_fault_of_the_settings_is_told() {
    check_settings("", &[]);
    check_settings("grpc = \"\"", &[]);
    check_settings("grpc = \"[::1]:4317\"\nhttp = \"localhost:0\"", &[]);
    check_settings("grpc = \"\"\nhttp = \"\"", &["nothing would be received"]);
    check_settings("grpc = \"4317\"", &["host:port"]);
    check_settings(
        "paths.traces = \"v1\"\nlimits.items = 0",
        &["starts with", "more than zero"],
    );
    check_settings("[auth]", &["needs `tokens`"]);
    check_settings("adress = \"x\"", &["adress"]);
}

#[test]
fn tokens_stay_out_of_what_is_printed() {
    let config = Table::of("auth.tokens = [\"canary\"]")
        .read(Config::faults)
        .unwrap();
    assert!(!format!("{config:?}").contains("canary"));
}
