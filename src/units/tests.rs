//! What counts as a duration or a size.

use super::*;

#[track_caller]
fn size(text: &str, bytes: u64) {
    assert_eq!(Ok(Size(bytes)), text.parse::<Size>(), "{text}");
}

#[test]
fn sizes_take_decimal_and_binary_units() {
    size("64 MiB", 64 << 20);
    size("64mib", 64 << 20);
    size("1.5 KiB", 1536);
    size("2 kB", 2000);
    size("17", 17);
    assert!("lots".parse::<Size>().is_err());
    assert!("-1 MiB".parse::<Size>().is_err());
    assert!("99999999999 TiB".parse::<Size>().is_err());
}

#[test]
fn sizes_are_printed_in_the_largest_unit_that_divides_them() {
    assert_eq!("64 MiB", Size::mib(64).to_string());
    assert_eq!("1000 B", Size(1000).to_string());
}

#[test]
fn durations_need_a_unit() {
    assert_eq!(Ok(Duration::from_millis(250)), "250ms".parse());
    assert_eq!(Ok(Duration::from_secs(14_400)), "4h".parse());
    assert!("30".parse::<Duration>().is_err());
    let faults = toml::from_str::<std::collections::HashMap<String, Duration>>("wait = 30");
    assert!(faults.unwrap_err().to_string().contains("no unit"));
}

#[test]
fn durations_are_printed_in_the_largest_unit_that_divides_them() {
    for text in ["400d", "90s", "5m", "250ms", "4h"] {
        assert_eq!(text, text.parse::<Duration>().expect("reads").to_string());
    }
    assert_eq!("0s", Duration::default().to_string());
}

#[test]
fn durations_of_go_are_understood() {
    let check = |text: &str, ms: Option<u64>| {
        assert_eq!(
            ms.map(StdDuration::from_millis),
            go_duration(text),
            "{text}"
        );
    };
    check("30s", Some(30_000));
    check("1h30m", Some(5_400_000));
    check("1.5s", Some(1_500));
    check("250ms", Some(250));
    check("5m", Some(300_000));
    check("0", Some(0));
    check("5000000", Some(5));
    check("", None);
    check("soon", None);
    check("10 apples", None);
}
