//! What is remembered of long texts: the same findings, by the very bytes and key, within a bound.

use super::*;
use crate::pii::{Kind, Options};

struct Memory {
    long: Long,
    scanner: Scanner,
    findings: Findings,
}

impl Memory {
    fn new() -> Self {
        Memory {
            long: Long::default(),
            scanner: Scanner::new(&Options::default()).expect("the catalogue compiles"),
            findings: Findings::default(),
        }
    }

    /// Scans a text, and compares what is found with what a scan of all of it finds; answers how much
    /// of it was known.
    #[track_caller]
    fn scan(&mut self, key: Option<&str>, text: &str) -> usize {
        self.long.measure(key, text);
        let known = self.long.known(key, text).map_or(0, |step| step.end);
        self.long
            .scan(&self.scanner, (key, text), &mut self.findings);
        let mut plain = Findings::default();
        self.scanner.scan(key, text, &mut plain);
        assert_eq!(all(&plain), all(&self.findings));
        known
    }
}

fn all(findings: &Findings) -> Vec<(usize, usize, Kind)> {
    let found = findings.iter();
    found.map(|one| (one.start, one.end, one.kind)).collect()
}

/// The messages of a conversation of so many turns, each about a kilobyte long.
fn messages(turns: usize) -> String {
    let mut text = String::from("[");
    for turn in 0..turns {
        let words = format!("Then say hello to agent {turn}, and ask again. ").repeat(20);
        let mail = if turn % 3 == 0 {
            "jane@example.org"
        } else {
            "her"
        };
        let turn = format!("{{\"role\":\"user\",\"content\":\"{words} Mail {mail}.\"}},");
        text.push_str(&turn);
    }
    text + "]"
}

const KEY: Option<&str> = Some("gen_ai.input.messages");

#[test]
fn a_conversation_is_read_on() {
    let mut memory = Memory::new();
    let mut unknown = 0;
    for turn in 20..60 {
        let text = messages(turn);
        let known = memory.scan(KEY, &text);
        assert!(known <= text.len());
        unknown += text.len() - known;
    }
    // The first two are read whole, of each other one no more than a step and the new turn.
    assert!(unknown < 60 * 2 * STEP, "{unknown}");
    let text = messages(59);
    assert_eq!(text.len(), memory.scan(KEY, &text));
}

#[test]
fn a_step_may_end_within_a_character() {
    let mut memory = Memory::new();
    let text =
        "元気ですか。 jane@example.org。".repeat(20) + &"さようなら。また明日。".repeat(3000);
    let mut known = 0;
    for cut in [40_000, 40_001, 50_000, 60_002, 70_000] {
        known += memory.scan(None, &text[..text.floor_char_boundary(cut)]);
    }
    assert!(known > 100_000, "{known}");
}

#[test]
fn what_comes_by_once_leaves_no_more_than_a_trace() {
    let mut memory = Memory::new();
    for number in 0..50 {
        assert_eq!(0, memory.scan(KEY, &format!("{number}{}", messages(8))));
    }
    assert!(memory.long.ranks.is_empty());
}

#[test]
fn another_key_or_byte_is_another_text() {
    let mut memory = Memory::new();
    let text = messages(40);
    for _ in 0..2 {
        assert_eq!(0, memory.scan(KEY, &text));
    }
    assert_eq!(text.len(), memory.scan(KEY, &text));
    assert_eq!(0, memory.scan(None, &text));
    assert_eq!(0, memory.scan(Some(""), &text));
    assert_eq!(0, memory.scan(Some("password"), &text));
    let other = text.replacen("Then", "then", 1);
    assert_eq!(0, memory.scan(KEY, &other));
    let cut = &text[..text.len() - 1];
    assert!(memory.scan(KEY, cut) < cut.len());
}

#[test]
fn a_whole_text_is_no_beginning_of_a_longer_one() {
    let mut memory = Memory::new();
    let text = format!("{:1$}4111", "", 4 * STEP - 4);
    for _ in 0..2 {
        memory.scan(None, &text);
    }
    assert_eq!(4 * STEP, memory.scan(None, &text));
    // The number goes on, and is a card's.
    memory.scan(None, &format!("{text}111111111111 is the card"));
    assert_eq!(1, memory.findings.len());
}

#[test]
fn an_equal_hash_is_not_enough() {
    let mut memory = Memory::new();
    let text = messages(40);
    for _ in 0..2 {
        memory.scan(KEY, &text);
    }
    for held in memory.long.ranks.iter_mut().flatten().flatten() {
        held.digest[0] ^= 1;
    }
    assert_eq!(0, memory.scan(KEY, &text));
}

#[test]
fn what_is_held_has_a_bound() {
    let mut memory = Memory::new();
    let mails = "mail jane@example.org. ".repeat(200);
    for number in 0..300 {
        let text = format!("{number} {mails}");
        for _ in 0..2 {
            memory
                .long
                .scan(&memory.scanner, (KEY, &text), &mut memory.findings);
        }
        let held = memory.long.ranks.iter().flatten().flatten();
        let n_found = held.map(|held| held.beginning.n_found()).sum::<usize>();
        assert_eq!(n_found, memory.long.n_found);
        assert!(n_found <= FOUND_MAX);
    }
    assert!(memory.long.n_found > 0);
}
