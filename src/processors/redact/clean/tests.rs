//! What is remembered as clean: exact bytes, within a bound, and nothing that never comes again.

use super::*;

fn twice(clean: &mut Clean, bytes: &[u8]) {
    for _ in 0..2 {
        clean.learn(What::Attribute, bytes);
    }
}

fn id(number: u64) -> Vec<u8> {
    format!(
        "gen_ai.response.id chatcmpl-{:016x}",
        number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    )
    .into_bytes()
}

#[test]
fn what_came_by_twice_is_held_exactly_and_as_what_it_was() {
    let mut clean = Clean::default();
    clean.learn(What::Attribute, b"model gpt-4o");
    assert!(!clean.holds(What::Attribute, b"model gpt-4o"));
    clean.learn(What::Attribute, b"model gpt-4o");
    assert!(clean.holds(What::Attribute, b"model gpt-4o"));
    for (what, bytes) in [
        (What::Attribute, &b"model gpt-4O"[..]),
        (What::Attribute, b"model gpt-4"),
        (What::Attribute, b""),
        (What::Text, b"model gpt-4o"),
        (What::Resource, b"model gpt-4o"),
        (What::Scope, b"model gpt-4o"),
    ] {
        assert!(!clean.holds(what, bytes), "{what:?} {bytes:?}");
    }
}

#[test]
fn bytes_of_one_hash_cannot_pass_for_each_other() {
    let mut clean = Clean::default();
    let shelf = &mut clean.shelves[0];
    for _ in 0..2 {
        shelf.learn(7, What::Text, b"chat");
    }
    assert!(shelf.holds(7, What::Text, b"chat"));
    assert!(!shelf.holds(7, What::Text, b"4111 1111 1111 1111"));
    assert!(!shelf.holds(7, What::Attribute, b"chat"));
    for _ in 0..2 {
        shelf.learn(7, What::Text, b"tool");
        shelf.learn(7, What::Text, b"plan");
    }
    let both = [&b"tool"[..], b"plan"].map(|text| shelf.holds(7, What::Text, text));
    assert_eq!(
        1,
        both.iter().filter(|held| **held).count(),
        "beside the one used last"
    );
    assert!(shelf.holds(7, What::Text, b"chat"));
}

#[test]
fn memory_stays_within_its_bound_whatever_comes() {
    let mut clean = Clean::default();
    for number in 0..6_000 {
        let mut long = id(number);
        twice(&mut clean, &long);
        long.resize(128 - number as usize % 50, b'x');
        twice(&mut clean, &long);
        long.resize(4_096 - number as usize % 900, b'x');
        twice(&mut clean, &long);
        long.resize(5_000, b'x');
        twice(&mut clean, &long);
        assert!(
            !clean.holds(What::Attribute, &long),
            "longer than any shelf"
        );
    }
    let held = clean.held();
    assert!(
        (BYTES_MAX / 2..=BYTES_MAX).contains(&held),
        "{held} of {BYTES_MAX}"
    );
}

#[test]
fn what_never_comes_again_drives_nothing_out() {
    let mut clean = Clean::default();
    let names: Vec<Vec<u8>> = (0..200).map(|name| format!("tool-{name}").into()).collect();
    for name in &names {
        twice(&mut clean, name);
    }
    let held = names
        .iter()
        .filter(|name| clean.holds(What::Attribute, name));
    // Two may share a place with a third.
    assert!(held.count() > 190);
    let before: Vec<bool> = names
        .iter()
        .map(|name| clean.holds(What::Attribute, name))
        .collect();
    for number in 0..50_000 {
        clean.learn(What::Attribute, &id(number));
        assert!(!clean.holds(What::Attribute, &id(number)));
    }
    let after: Vec<bool> = names
        .iter()
        .map(|name| clean.holds(What::Attribute, name))
        .collect();
    assert_eq!(before, after);
}
