//! Looks for short pieces that, repeated, keep a scan busy: all that the scan knows by itself, with
//! signs before and behind.

use std::time::Duration;

use tollgate::pii::{DETECTORS, Findings, Options, Scanner, vocabulary};

use super::processor_time;

/// What stands behind a word, or before it.
const BEHIND: &[&str] = &[
    "", " ", ": ", ":", ">", "=", "(", "\"", "='", "1", "a", "\\", ": {", "\n", "/", "1 ", ": [[",
    "|", " 1", ":1", "=1", ",", ";", "\t", "é", "号", " is ", "\\n", "\",\"", "\":\"", "=a/",
    "=a;", "@", "@a.b",
];
const BEFORE: &[&str] = &["\n", ",", " ", "1", "\"", "\\\"", "|", "-", "1 ", "a", "("];
/// What stands behind a word that something stands before, too.
const BETWEEN: &[&str] = &["", ":", "=", "1", " "];

/// Each piece is repeated to so many bytes, and those that are slow then to so many more.
const SHORT: usize = 1 << 13;
const LONG: usize = 1 << 15;
/// Ten times slower than prose, and ten times slower than the corpus' clean texts: megabytes a second.
const BOUNDS: [f64; 2] = [16.0, 11.0];
/// So many of the slowest are shown.
const SHOWN: usize = 30;

struct Hunt {
    scanner: Scanner,
    findings: Findings,
}

pub(super) fn run() {
    let Ok(scanner) = Scanner::new(&Options::default()) else {
        return;
    };
    let findings = Findings::default();
    let mut hunt = Hunt { scanner, findings };
    let (mut n_pieces, mut slow) = (0, Vec::new());
    for piece in pieces() {
        n_pieces += 1;
        if hunt.rate(&piece, SHORT, 1) < BOUNDS[0] {
            slow.push((hunt.rate(&piece, LONG, 3), piece));
        }
    }
    slow.sort_by(|one, other| one.0.total_cmp(&other.0));
    for (rate, piece) in slow.iter().take(SHOWN) {
        eprintln!("{rate:>7.1} MB/s  {piece:?}");
    }
    let below = BOUNDS.map(|bound| slow.iter().filter(|(rate, _)| *rate < bound).count());
    let [ten, clean] = BOUNDS;
    eprintln!(
        "{n_pieces} pieces: {} below {ten} MB/s, {} below {clean}",
        below[0], below[1]
    );
}

/// Every word and every example, with every sign.
fn pieces() -> impl Iterator<Item = String> {
    let examples = DETECTORS
        .iter()
        .flat_map(|one| one.finds.iter().chain(one.ignores));
    let examples = examples.filter(|text| text.len() <= 40);
    let examples = examples.map(|text| text.replace(['«', '»'], ""));
    let mut words: Vec<String> = vocabulary().into_iter().chain(examples).collect();
    words.extend((0..100).map(|number| format!("{number:02}")));
    words.into_iter().flat_map(|word| {
        let behind = BEHIND.iter().map(|sign| format!("{word}{sign}"));
        let before = BEFORE.iter().flat_map(|first| {
            let behind = BETWEEN.iter();
            behind
                .map(|sign| format!("{first}{word}{sign}"))
                .collect::<Vec<_>>()
        });
        behind.chain(before).collect::<Vec<_>>()
    })
}

impl Hunt {
    /// Megabytes a second, in the best of so many rounds.
    fn rate(&mut self, piece: &str, length: usize, n_rounds: u32) -> f64 {
        let text = piece.repeat(length.div_ceil(piece.len()));
        let mut best = Duration::MAX;
        for _ in 0..n_rounds {
            let start = processor_time();
            self.scanner.scan(None, &text, &mut self.findings);
            best = best.min(processor_time().saturating_sub(start));
        }
        text.len() as f64 / best.as_secs_f64() / 1e6
    }
}
