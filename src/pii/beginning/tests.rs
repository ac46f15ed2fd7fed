//! A text that is read on gives what it gives when it is read whole, whatever followed the beginning
//! when that was kept.

use std::sync::LazyLock;

use super::*;
use crate::pii::options::Options;
use crate::pii::{Kind, detectors};

static SCANNER: LazyLock<Scanner> =
    LazyLock::new(|| Scanner::new(&Options::default()).expect("the catalogue compiles"));

fn found(findings: &Findings) -> Vec<(usize, usize, Kind)> {
    let found = findings.iter();
    found.map(|one| (one.start, one.end, one.kind)).collect()
}

/// What may be kept of the first bytes of a text with another end.
fn kept(text: &str, end: usize, other: &str) -> Option<Beginning> {
    let text = format!("{}{other}", &text[..text.floor_char_boundary(end)]);
    let mut findings = Findings::default();
    SCANNER.scan_on(None, &text, None, &mut findings);
    findings.beginning(&text, end.min(text.len()))
}

/// Reads the text on and whole; says in how many bytes something was looked for.
#[track_caller]
fn check(text: &str, beginning: &Beginning) -> usize {
    let (mut whole, mut on) = (Findings::default(), Findings::default());
    SCANNER.scan(None, text, &mut whole);
    SCANNER.scan_on(None, text, Some(beginning), &mut on);
    assert_eq!(found(&whole), found(&on), "{text}");
    text.len() - on.course.from
}

/// Cases of all detectors in an order that follows from the seed, as they stand in conversations.
fn conversation(mut seed: u64, length: usize) -> String {
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 11) as usize % below
    };
    let cases = detectors::ALL.iter();
    let cases: Vec<&str> = cases
        .flat_map(|detector| detector.finds.iter().chain(detector.ignores).copied())
        .collect();
    let joints = [
        "\n",
        " ",
        "\\n",
        "\"},{\"role\":\"user\",\"content\":\"",
        ", ",
        "%0A",
        "\t",
    ];
    let joint = joints[next(joints.len())];
    let mut text = String::new();
    while text.len() < length {
        text.push_str(&cases[next(cases.len())].replace(['«', '»'], ""));
        text.push_str(joint);
        if next(2) == 0 {
            text.push_str(&"and so it goes on ".repeat(next(20)));
        }
    }
    text
}

#[test]
fn what_is_read_on_is_what_is_read_whole() {
    let mut tried = 0;
    for seed in 1..24 {
        let text = conversation(seed * 7919, 24_000);
        for end in [Beginning::SHORTEST, 18_000, 20_500] {
            let other = conversation(seed, 300);
            if let Some(beginning) = kept(&text, end, &other) {
                assert!(check(&text, &beginning) < text.len());
                tried += 1;
            }
        }
    }
    assert!(tried > 30, "{tried}");
}

#[test]
fn a_turn_of_a_conversation_is_read_with_little_before_it() {
    let text = format!(
        "{}\"my mail is jane@example.org\"",
        "say hello, agent; ".repeat(4000)
    );
    let end = text.len() - 100;
    let beginning = kept(&text, end, "").expect("it is kept");
    let read = check(&text, &beginning);
    assert!(read <= AHEAD + BACK + 100, "{read}");
}

#[test]
fn what_is_kept_grows_with_the_text() {
    let mut text = String::new();
    let (mut findings, mut known, mut read) = (Findings::default(), None, 0);
    for turn in 0..30 {
        let mail = format!("turn {turn}: mail jane{turn}@example.org. ");
        text.push_str(&mail);
        text.push_str(&"Then say hello, agent, and ask again. ".repeat(30));
        SCANNER.scan_on(None, &text, known.as_ref(), &mut findings);
        read += text.len() - findings.course.from;
        let mut whole = Findings::default();
        SCANNER.scan(None, &text, &mut whole);
        assert_eq!(turn + 1, whole.len());
        assert_eq!(found(&whole), found(&findings));
        known = findings.beginning(&text, text.len()).or(known);
    }
    assert!(read < 17 * text.len(), "{read} of {}", text.len());
}

#[test]
fn with_too_much_in_it_nothing_is_kept() {
    let text = "say hello to jane@example.org, agent; ".repeat(800);
    assert!(kept(&text, text.len(), "").is_none());
    let text = "say hello to jane(at)example(dot), agent; ".repeat(800);
    assert!(kept(&text, text.len(), "").is_some());
}

#[test]
fn nothing_is_kept_of_a_table_whose_head_is_far() {
    let plain = "nothing is said here and nothing is asked\n".repeat(300);
    let note = "a note of many bytes so that few rows make a table long ".repeat(4);
    for (head, row) in [
        ("note,name,password\n", "@,bob,hunter#x\n"),
        ("| note | cvv |\n|----|-----|\n", "| @ | 097 |\n"),
        ("note\\tpassword\\n", "@\\thunter#x\\n"),
        ("INSERT INTO t (note, cvv) VALUES ", "('@', '097'),\n"),
        (
            "{\"columns\": [\"note\", \"cvv\"], \"rows\": [[\"0\", \"097\"],",
            "[\"@\", \"097\"],",
        ),
    ] {
        let rows = row.replace('@', &note).repeat(90);
        let text = format!("{head}{rows}");
        assert!(text.len() >= Beginning::SHORTEST);
        assert!(kept(&text, text.len(), "").is_none(), "{head}");
        let text = format!("{plain}{text}");
        let end = plain.len() + AHEAD;
        if let Some(beginning) = kept(&text, end - 100, "") {
            check(&text, &beginning);
        }
        // Behind the table it is.
        let text = format!("{head}{rows}]]);\n\n{plain}");
        let beginning = kept(&text, text.len(), "");
        check(&text, &beginning.expect(head));
    }
}

#[test]
fn nothing_is_kept_within_a_finding() {
    let key = "M7tDU1NdNte11uHmEyTkk2kd1oJpRvbiDQv5imL+uN\n".repeat(400);
    let text = format!("-----BEGIN PRIVATE KEY-----\n{key}");
    assert!(kept(&text, text.len(), "").is_none());
}

#[test]
fn a_key_that_means_a_secret_keeps_nothing() {
    let text = "say hello, agent; ".repeat(2000);
    let mut findings = Findings::default();
    SCANNER.scan_on(Some("prompt"), &text, None, &mut findings);
    assert!(findings.beginning(&text, text.len()).is_some());
    SCANNER.scan_on(Some("password"), &text, None, &mut findings);
    assert!(findings.beginning(&text, text.len()).is_none());
}

#[test]
fn wide_spaces_are_read_as_behind_an_escape_far_before() {
    let plain = "say hello, agent; ".repeat(1200);
    let text = format!("\\u0061 {plain}");
    let beginning = kept(&text, text.len(), "").expect("it is kept");
    let text = format!("{text}My card: 4111\u{3000}1111\u{3000}1111\u{3000}1111");
    assert_eq!(text.len(), check(&text, &beginning));
}

#[test]
fn the_very_same_text_is_not_read_at_all() {
    let text = format!(
        "mail jane@example.org, {}",
        "say hello, agent; ".repeat(300)
    );
    let mut findings = Findings::default();
    SCANNER.scan_on(None, &text, None, &mut findings);
    let whole = findings.whole().expect("it is kept");
    assert_eq!(0, check(&text, &whole));
}
