//! Each detector's own table of cases, through the whole scan.

use crate::pii::detector::Look;
use crate::pii::words::{self, Topic};
use crate::pii::{Findings, Options, Scanner};

#[test]
fn every_detector_finds_its_cases_and_ignores_the_others() {
    let scanner = Scanner::new(&Options::default()).unwrap();
    let mut findings = Findings::default();
    let mut wrong = Vec::new();
    for detector in super::ALL {
        for case in detector.finds {
            let (text, start, end) = unmark(case);
            scanner.scan(None, &text, &mut findings);
            let found = findings.iter().any(|found| {
                scanner.name(found.kind) == detector.name
                    && (found.start, found.end) == (start, end)
            });
            if !found {
                wrong.push(format!(
                    "{} misses {case:?}: {:?}",
                    detector.name,
                    list(&scanner, &findings, &text)
                ));
            }
        }
        for case in detector.ignores {
            scanner.scan(None, case, &mut findings);
            if findings
                .iter()
                .any(|found| scanner.name(found.kind) == detector.name)
            {
                wrong.push(format!(
                    "{} finds {case:?}: {:?}",
                    detector.name,
                    list(&scanner, &findings, case)
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Words stand at the very start and end of texts as well.
#[test]
fn cases_that_are_cut_anywhere_are_read_to_their_end() {
    const STEP: usize = 7;
    let scanner = Scanner::new(&Options::default()).unwrap();
    let mut findings = Findings::default();
    for (place, detector) in super::ALL.iter().enumerate() {
        for (number, case) in detector.finds.iter().chain(detector.ignores).enumerate() {
            let text = case.replace(['«', '»'], "");
            let cuts = text
                .char_indices()
                .skip((place + number) % STEP)
                .step_by(STEP);
            for (cut, _) in cuts {
                for part in [&text[..cut], &text[cut..]] {
                    scanner.scan(None, part, &mut findings);
                    assert!(
                        findings
                            .iter()
                            .all(|found| part.get(found.start..found.end).is_some())
                    );
                }
            }
        }
    }
}

fn list<'t>(
    scanner: &Scanner,
    findings: &Findings,
    text: &'t str,
) -> Vec<(String, &'t str, &'static str)> {
    findings
        .iter()
        .map(|found| {
            (
                scanner.name(found.kind).to_string(),
                &text[found.start..found.end],
                found.rule,
            )
        })
        .collect()
}

fn unmark(case: &str) -> (String, usize, usize) {
    let start = case.find('«').expect("an opening mark");
    let end = case.find('»').expect("a closing mark") - '«'.len_utf8();
    (case.replace(['«', '»'], ""), start, end)
}

/// A number behind another one is not looked at where a word must stand near: the word cannot be
/// the other number.
#[test]
fn no_word_that_must_stand_near_ends_in_a_digit() {
    let near = super::ALL.iter().flat_map(|detector| detector.looks);
    let near = near.filter_map(|look| match look {
        Look::NumberNear(topic, ..) | Look::WordNear(topic, ..) => Some(*topic),
        _ => None,
    });
    let topics: Vec<Topic> = near.collect();
    let ends_in_digit = |word: &str| word.ends_with(|sign: char| sign.is_ascii_digit());
    let wrong: Vec<String> = words::words()
        .filter(|(topic, word)| topics.contains(topic) && ends_in_digit(word))
        .map(|(_, word)| word)
        .collect();
    assert_eq!(Vec::<String>::new(), wrong);
    assert!(topics.len() > 8);
}
