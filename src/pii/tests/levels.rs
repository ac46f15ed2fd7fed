//! Context words and findings with all registers of the processor: each must read the same.

use super::*;

/// What is found at each level of registers, the widest first.
fn at_every_level<T>(mut read: impl FnMut() -> T) -> Vec<(String, T)> {
    let levels = level::every().into_iter();
    let read = levels.map(|level| (format!("{level:?}"), level::at(level, &mut read)));
    read.collect()
}

/// What is found under a key and what gave way; nothing is left of an earlier text.
fn scanned(key: Option<&str>, text: &str) -> (Vec<Found>, Vec<Lost>) {
    let mut findings = Findings::explained();
    SCANNER.scan(key, text, &mut findings);
    (findings.iter().copied().collect(), findings.lost().to_vec())
}

#[track_caller]
fn check(key: Option<&str>, text: &str) {
    let found = at_every_level(|| scanned(key, text));
    for (level, other) in &found {
        assert_eq!(found[0].1, *other, "{level} and {}: {text:?}", found[0].0);
    }
}

#[test]
fn the_cases_of_every_detector_are_found_alike_with_all_registers() {
    let mut document = String::new();
    for detector in DETECTORS {
        for (place, case) in detector.finds.iter().chain(detector.ignores).enumerate() {
            let case = case.replace(['«', '»'], "");
            check(None, &case);
            check(Some("user.password"), &case);
            // At another place of its block.
            let moved = " ".repeat(place % blocks::BLOCK) + &case;
            check(Some("note"), &moved);
            document.push_str(&case);
            document.push_str(". ");
        }
    }
    check(None, &document);
    assert!(!scanned(None, &document).0.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_text_is_scanned_alike_with_all_registers(text in pieces(), any in any::<String>()) {
        let mut slow = Findings::default();
        for text in [text, any] {
            SCANNER.scan_slowly(Some("note"), &text, &mut slow);
            let slow: Vec<Found> = slow.iter().copied().collect();
            for (level, (found, _)) in at_every_level(|| scanned(Some("note"), &text)) {
                prop_assert_eq!(&slow, &found, "{}", level);
            }
        }
    }

    #[test]
    fn context_words_are_read_alike_with_all_registers(text in pieces()) {
        let order = |word: &context::Word| (word.start, word.end, word.topic.bit());
        let mut slow = Vec::new();
        for at in 0..text.len() {
            reader::READER.words_slowly(text.as_bytes(), at, |word| slow.push(word));
        }
        slow.sort_by_key(order);
        let read = at_every_level(|| context_words(&text));
        let noted = |marks: &marks::Marks| -> Vec<u32> {
            let blocks = 0..text.len().div_ceil(blocks::BLOCK);
            let places = blocks.map(|index| blocks::BLOCK * index);
            places.map(|base| marks.between(base, base + blocks::BLOCK)).collect()
        };
        let widest = noted(&read[0].1.0);
        for (level, (marks, mut words)) in read {
            words.sort_by_key(order);
            prop_assert_eq!(&slow, &words, "{}", level);
            prop_assert_eq!(&widest, &noted(&marks), "{}", level);
        }
    }
}
