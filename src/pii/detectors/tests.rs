//! Each detector's own table of cases, through the whole scan.

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
