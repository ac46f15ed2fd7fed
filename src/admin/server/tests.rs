//! Which names a loopback port answers to.

use super::is_loopback_name;

#[test]
fn only_loopback_names_are_answered() {
    for good in [
        "localhost:8888",
        "127.0.0.1",
        "127.8.9.1:1",
        "[::1]:8888",
        "LOCALHOST",
    ] {
        assert!(is_loopback_name(good), "{good}");
    }
    for bad in [
        "evil.example:8888",
        "10.0.0.1:8888",
        "[2001:db8::1]:1",
        "localhost.evil.example",
    ] {
        assert!(!is_loopback_name(bad), "{bad}");
    }
}
