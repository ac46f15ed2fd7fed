//! The pure parts: endpoints, headers, hints. What goes over a wire is in the integration tests.

use std::time::Duration;

use super::endpoint::Endpoint;
use super::headers::{Headers, mask, percent_decoded};
use super::{ENTRY, answer};
use crate::clock::Now;
use crate::component::ExportError;
use crate::config::Table;

#[test]
fn plain_text_leaves_this_machine_only_when_asked() {
    let check = |text: &str, insecure: bool, address: Result<&str, &str>| {
        let got = Endpoint::parse(text, insecure)
            .map(|at| at.at("/v1/logs").expect("an address").to_string());
        match (address, got) {
            (Ok(expected), Ok(got)) => assert_eq!(expected, got),
            (Err(part), Err(fault)) => assert!(fault.contains(part), "{text}: {fault}"),
            (expected, got) => panic!("{text}: {expected:?} but {got:?}"),
        }
    };
    check(
        "http://127.0.0.1:4317",
        false,
        Ok("http://127.0.0.1:4317/v1/logs"),
    );
    check(
        "http://127.9.9.9:4317",
        false,
        Ok("http://127.9.9.9:4317/v1/logs"),
    );
    check(
        "http://localhost:4318/",
        false,
        Ok("http://localhost:4318/v1/logs"),
    );
    check("http://[::1]:4318", false, Ok("http://[::1]:4318/v1/logs"));
    check("localhost:4317", false, Ok("http://localhost:4317/v1/logs"));
    check(
        "collector:4317",
        false,
        Ok("https://collector:4317/v1/logs"),
    );
    check("collector:4317", true, Ok("http://collector:4317/v1/logs"));
    check(
        "https://collector/base/path/",
        false,
        Ok("https://collector/base/path/v1/logs"),
    );
    check(
        "http://collector:4317",
        true,
        Ok("http://collector:4317/v1/logs"),
    );
    check("http://collector:4317", false, Err("insecure = true"));
    check(
        "http://127.0.0.1.evil.example:4317",
        false,
        Err("insecure = true"),
    );
    check(
        "http://localhost@evil.example:4317",
        false,
        Err("credentials"),
    );
    check("ftp://collector", false, Err("ftp://"));
    check("http://localhost?x=1", false, Err("query"));
    check("", false, Err("not an endpoint"));
    check("http://", false, Err("not an endpoint"));
    check("not a host", false, Err("not an endpoint"));
}

#[test]
fn headers_are_read_from_a_table_or_a_text() {
    let check = |text: &str, expected: Result<&[(&str, &str)], &str>| {
        let headers = Headers::Text(text.to_owned().into());
        let got = headers.map().map(|map| {
            map.iter()
                .map(|(k, v)| (k.to_string(), v.to_str().unwrap_or("").to_owned()))
                .collect::<Vec<_>>()
        });
        let expected = expected.map(|pairs| {
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect::<Vec<_>>()
        });
        assert_eq!(expected.map_err(str::to_owned), got, "{text}");
    };
    check("", Ok(&[]));
    check("api-key=abc", Ok(&[("api-key", "abc")]));
    check(" A=b , c=d%20e,, ", Ok(&[("a", "b"), ("c", "d e")]));
    check(
        "authorization=Basic%20YTpi==",
        Ok(&[("authorization", "Basic YTpi==")]),
    );
    check(
        "nonsense",
        Err("a header without `=`; write `key=value,other=value`"),
    );
    check("a b=c", Err("`a b` is not a header name"));
    check(
        "a=%0d%0a",
        Err("the value of `a` has characters a header cannot carry"),
    );
}

#[test]
fn secrets_never_show() {
    let text = r#"headers = { authorization = "Bearer hunter2secret", x = "ab" }
        endpoint = "http://127.0.0.1:1""#;
    let headers: Headers =
        Headers::Text("authorization=Bearer hunter2secret,x=ab".to_owned().into());
    assert!(!format!("{headers:?}").contains("hunter2"));
    let map = headers.map().expect("valid");
    assert!(!format!("{map:?}").contains("hunter2"));
    let said = mask(
        ExportError::Reject("bad token hunter2secret, about x".into()),
        &map,
    );
    assert_eq!(
        ExportError::Reject("bad token [masked], about x".into()),
        said
    );
    let long = mask(ExportError::Reject("ä".repeat(9_999)), &map);
    assert_eq!(512, long.to_string().len());
    assert!((ENTRY.read)(&Table::of(text)).is_ok());
}

#[test]
fn faults_in_the_table_are_named_all_at_once() {
    let text = r#"endpoint = "http://elsewhere:4317"
        headers = "oops"
        tls = { cert = "a.pem" }"#;
    let faults = (ENTRY.read)(&Table::of(text)).err().unwrap_or_default();
    assert_eq!(3, faults.len(), "{faults:?}");
    assert!((ENTRY.read)(&Table::of(ENTRY.example)).is_ok());
    assert!((ENTRY.read)(&Table::empty()).is_ok());
}

#[test]
fn throttle_hints_are_seconds_or_dates() {
    let now = Now {
        mono: Duration::ZERO,
        unix_nanos: 1_700_000_000_500_000_000,
    };
    let check = |value: &str, hint: Option<Duration>| {
        assert_eq!(hint, answer::retry_after(value, now), "{value}");
    };
    check("0", Some(Duration::ZERO));
    check(" 30 ", Some(Duration::from_secs(30)));
    check(
        "1000000000000",
        Some(Duration::from_secs(1_000_000_000_000)),
    );
    check(
        "99999999999999999999999999",
        Some(Duration::from_secs(u64::MAX)),
    );
    check("-5", None);
    check("1.5", None);
    check("soon", None);
    check("", None);
    // One minute after `now`, in the three spellings of the standard.
    check(
        "Tue, 14 Nov 2023 22:14:20 GMT",
        Some(Duration::from_millis(59_500)),
    );
    check(
        "Tuesday, 14-Nov-23 22:14:20 GMT",
        Some(Duration::from_millis(59_500)),
    );
    check(
        "Tue Nov 14 22:14:20 2023",
        Some(Duration::from_millis(59_500)),
    );
    check("Thu, 01 Jan 1970 00:00:00 GMT", Some(Duration::ZERO));
    check("Fri, 99 Nov 2023 22:14:20 GMT", None);
}

#[test]
fn percent_escapes_are_undone_and_broken_ones_kept() {
    let check = |text: &str, plain: &str| assert_eq!(plain, percent_decoded(text));
    check("no escape", "no escape");
    check("100%25 sure", "100% sure");
    check("%e2%82%ac", "€");
    check("%", "%");
    check("%2", "%2");
    check("%zz", "%zz");
    check("%ff", "\u{fffd}");
}
