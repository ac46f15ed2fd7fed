//! Tells why something was found: detector, validator, context, and what it won against.

use std::io::Write;

use serde_json::{Value, json};

use crate::cli::output;
use crate::pii::{DETECTORS, Detector, Findings, Found, Kind, Scanner, Topic};

/// The reasons of one finding, for a row.
pub(super) fn why(found: &Found, text: &str, findings: &Findings, scanner: &Scanner) -> Value {
    let mut why = json!({"rule": found.rule});
    if let Kind::Known(detector) = found.kind {
        why["what"] = detector.what.into();
        why["validator"] = detector.validator.into();
        why["source"] = detector.source.into();
        why["gravity"] = detector.gravity.into();
        why["context"] = words(detector.context, text, found).into();
    }
    let lost: Vec<Value> = findings
        .lost()
        .iter()
        .filter(|lost| lost.winner == *found)
        .map(|lost| {
            let name = scanner.name(lost.loser.kind);
            json!({"type": name, "start": lost.loser.start, "end": lost.loser.end, "why": lost.why})
        })
        .collect();
    why["won_against"] = lost.into();
    why
}

/// The context words of the detector's topics that stand before the finding.
fn words(topics: &[Topic], text: &str, found: &Found) -> Vec<String> {
    crate::pii::context_before(text, found.start)
        .into_iter()
        .filter(|(topic, _)| topics.contains(topic))
        .map(|(topic, word)| format!("{word} ({topic:?})"))
        .collect()
}

/// A text, or a part of one with what stands before it.
pub(super) struct Text<'a> {
    pub(super) text: &'a str,
    /// So many bytes of it stand before the part.
    pub(super) before: usize,
    /// Where in the whole text the part starts.
    pub(super) at: u64,
}

impl<'a> Text<'a> {
    pub(super) fn whole(text: &'a str) -> Self {
        let (before, at) = (0, 0);
        Text { text, before, at }
    }

    /// Where in the whole text a place is; what begins before the part is told from the part on.
    fn place(&self, place: usize) -> u64 {
        self.at + place.saturating_sub(self.before) as u64
    }
}

/// The reasons of all findings of a text, for people.
pub(super) fn write(
    part: &Text<'_>,
    findings: &Findings,
    scanner: &Scanner,
    out: &mut impl Write,
) -> std::io::Result<()> {
    if findings.is_empty() {
        return writeln!(out, "nothing was found");
    }
    let text = part.text;
    for found in findings.iter() {
        let value = text.get(found.start..found.end).unwrap_or_default();
        let name = scanner.name(found.kind);
        let (start, end) = (part.place(found.start), part.place(found.end));
        writeln!(out, "{start}..{end} {name}: {value}")?;
        writeln!(out, "  because    {}", found.rule)?;
        if let Kind::Known(detector) = found.kind {
            writeln!(out, "  what       {}", detector.what)?;
            writeln!(out, "  checked    {}", detector.validator)?;
            writeln!(out, "  defined in {}", detector.source)?;
            let words = words(detector.context, text, found);
            if !words.is_empty() {
                writeln!(out, "  context    {}", words.join(", "))?;
            }
        }
        for lost in findings.lost().iter().filter(|lost| lost.winner == *found) {
            let value = text
                .get(lost.loser.start..lost.loser.end)
                .unwrap_or_default();
            let loser = scanner.name(lost.loser.kind);
            writeln!(out, "  instead of {loser} `{value}`: {}", lost.why)?;
        }
    }
    Ok(())
}

/// The catalogue of detectors.
pub(super) fn catalogue() {
    let mut table = comfy_table::Table::new();
    table.set_header(["DETECTOR", "WHAT", "CHECKED"]);
    for detector in DETECTORS {
        table.add_row([detector.name, detector.what, detector.validator]);
    }
    output::line(table);
}

/// The catalogue with its cases, as a page.
pub(super) fn page() -> String {
    let opening = "# The detectors\n\n\
        Made by `tollgate redact --detectors --markdown`; do not edit.\n\n\
        What is between « and » is found; ↵ stands for the end of a line. What holds for all detectors,\n\
        and what is not promised, is told in [privacy.md](privacy.md).\n";
    let sections = DETECTORS.iter().map(|detector| section(detector));
    std::iter::once(opening.to_owned())
        .chain(sections)
        .collect()
}

fn section(detector: &Detector) -> String {
    let (name, what) = (detector.name, sentence(detector.what));
    let (checked, source) = (detector.validator, detector.source);
    let found = shown("found", detector.finds, FOUND);
    let left_alone = shown("left alone", detector.ignores, LEFT_ALONE);
    format!(
        "\n## `{name}`\n\n{what}.\n\n- checked: {checked}\n- defined in: {source}\n{found}{left_alone}"
    )
}

/// So many cases of each kind are shown.
const FOUND: usize = 6;
const LEFT_ALONE: usize = 4;

fn shown(title: &str, cases: &[&str], most: usize) -> String {
    let lines = cases
        .iter()
        .take(most)
        .map(|case| format!("\n  - {}", code(case)));
    format!("- {title}:{}\n", lines.collect::<String>())
}

/// A case on one line, in as many backticks as it needs, its middle left out if it is long.
fn code(case: &str) -> String {
    const LONGEST: usize = 110;
    let letters: Vec<char> = case.replace('\n', "↵").chars().collect();
    let case: String = if letters.len() > LONGEST {
        let (head, tail) = (
            &letters[..LONGEST * 2 / 3],
            &letters[letters.len() - LONGEST / 3..],
        );
        head.iter().chain(&['…']).chain(tail).collect()
    } else {
        letters.into_iter().collect()
    };
    if case.contains('`') {
        format!("`` {case} ``")
    } else {
        format!("`{case}`")
    }
}

/// With its first letter large.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
