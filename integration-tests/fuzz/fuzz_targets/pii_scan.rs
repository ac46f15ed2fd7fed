//! Any text under any key: the quick scan finds what the slow one finds, findings are apart and
//! between characters, the next text's do not depend on the last one's, and masked values are gone.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tollgate::pii::{Findings, Options, Scanner, mask};

static SCANNER: LazyLock<Scanner> =
    LazyLock::new(|| Scanner::new(&Options::default()).expect("the catalogue compiles"));

fuzz_target!(|input: &str| {
    let (key, text) = input.split_once('\n').unwrap_or(("", input));
    let key = Some(key).filter(|key| !key.is_empty());
    let (mut used, mut fresh) = (Findings::default(), Findings::default());
    SCANNER.scan(None, text, &mut used);
    SCANNER.scan(key, text, &mut used);
    SCANNER.scan(key, text, &mut fresh);
    let found = |findings: &Findings| findings.iter().copied().collect::<Vec<_>>();
    assert_eq!(found(&used), found(&fresh));
    SCANNER.scan_slowly(key, text, &mut fresh);
    assert_eq!(found(&used), found(&fresh));
    let mut end = 0;
    for found in used.iter() {
        assert!(end <= found.start && found.start < found.end);
        assert!(text.get(found.start..found.end).is_some());
        end = found.end;
    }
    // Inside of JSON there may be quotes around what takes a number's place.
    let bare = |text: &str| text.replace(['"', '\\'], "").len();
    let masked = mask(text, &used, None, |_, _, out| out.push('\u{0}'));
    let hidden: usize = used
        .iter()
        .map(|found| bare(&text[found.start..found.end]))
        .sum();
    assert_eq!(bare(&masked), bare(text) - hidden + used.len());
});
