//! What does it cost to look for everything at once, and what would plain expressions cost?
//!
//! `cargo bench --bench redact` prints for each kind of text how many megabytes a second one core
//! scans (the best of several rounds, processor time), then one `RegexSet` of plain patterns, the
//! plain patterns one after the other, those that know all words that the scan knows, and what each
//! look of each detector asks for as an expression of its own. Words name the kinds and the ways
//! (`scan`, `set`, `each`, `same`, `looks`);
//! `growth` alone prints how much more a byte of the worst texts costs in a text four times as long;
//! `hunt` looks for worse ones (some minutes); `turns` tells what the processor makes of conversations
//! that come by again, longer by a turn.
//!
//! For figures that do not depend on the machine's mood count instructions (`--tool=callgrind`) or
//! allocations (`--tool=dhat`) at two numbers of rounds and divide the difference:
//! `valgrind --tool=callgrind $bin rounds=3 scan corpus`.

#[path = "../captures.rs"]
mod captures;
mod hunt;
mod patterns;
#[path = "../processor.rs"]
mod processor;
mod texts;
mod turns;

use std::hint::black_box;
use std::time::Duration;

use regex::bytes::{Regex, RegexBuilder, RegexSet};
use rustix::time::{ClockId, clock_gettime};
use texts::Texts;
use tollgate::pii::{Findings, Options, Scanner};

/// The ways to run over texts.
const WAYS: [&str; 5] = ["scan", "set", "each", "same", "looks"];
/// Room for expressions of many words, so that none is slow for want of it.
const SIZE: usize = 64 << 20;
/// For each figure rounds are run for at least so long.
const LEAST: Duration = Duration::from_millis(300);

struct Bench {
    scanner: Scanner,
    set: RegexSet,
    each: Vec<Regex>,
    same: Vec<Regex>,
    looks: Vec<Regex>,
    findings: Findings,
}

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let rounds = |word: &String| word.strip_prefix("rounds=")?.parse::<u32>().ok();
    let n_rounds = words.iter().find_map(rounds);
    let (mut ways, kinds): (Vec<&str>, Vec<&str>) = words
        .iter()
        .filter(|word| rounds(word).is_none())
        .map(String::as_str)
        .partition(|word| WAYS.contains(word));
    if ways.is_empty() {
        ways = WAYS.to_vec();
    }
    if words.iter().any(|word| word == "turns") {
        return turns::run();
    }
    let mut bench = Bench::new();
    if words.iter().any(|word| word == "growth") {
        return bench.growth();
    }
    if words.iter().any(|word| word == "hunt") {
        return hunt::run();
    }
    for texts in texts::all() {
        let family = texts.name.split(' ').next().unwrap_or_default();
        let is_named = |kind: &&str| *kind == texts.name || *kind == family;
        if !kinds.is_empty() && !kinds.iter().any(is_named) {
            continue;
        }
        let figure = |way: &&str| match n_rounds {
            Some(rounds) => {
                let found: usize = (0..rounds).map(|_| bench.run(way, &texts)).sum();
                format!("{way} {found} found")
            }
            None => format!("{way} {:>7.1} MB/s", bench.rate(way, &texts)),
        };
        let figures: Vec<String> = ways.iter().map(figure).collect();
        let name = texts.name.escape_debug().to_string();
        eprintln!("{name:<20} {:>8} B  {}", texts.bytes(), figures.join("  "));
    }
}

impl Bench {
    #[expect(
        clippy::expect_used,
        reason = "a bench that cannot run has nothing to say"
    )]
    fn new() -> Self {
        let compiled = |patterns: Vec<String>| {
            let all = patterns.iter().map(|one| {
                let mut builder = RegexBuilder::new(one);
                builder.size_limit(SIZE).dfa_size_limit(SIZE).build()
            });
            all.collect::<Result<_, _>>().expect("they compile")
        };
        Bench {
            scanner: Scanner::new(&Options::default()).expect("the catalogue compiles"),
            set: RegexSet::new(patterns::plain()).expect("the patterns compile"),
            each: compiled(patterns::plain()),
            same: compiled(patterns::with_words()),
            looks: compiled(tollgate::pii::expressions()),
            findings: Findings::default(),
        }
    }

    /// Megabytes per second of processor time, in the best of several rounds.
    fn rate(&mut self, way: &str, texts: &Texts) -> f64 {
        self.run(way, texts);
        let (mut best, mut all) = (Duration::MAX, Duration::ZERO);
        while all < LEAST {
            let start = processor_time();
            black_box(self.run(way, texts));
            let took = processor_time().saturating_sub(start);
            best = best.min(took);
            all += took;
        }
        texts.bytes() as f64 / best.as_secs_f64() / 1e6
    }

    /// What a byte costs in a text of 256 KiB, as a multiple of what it costs in one of 64 KiB.
    fn growth(&mut self) {
        for (short, long) in texts::worst(1 << 16).zip(texts::worst(1 << 18)) {
            let (short, rate) = (self.rate("scan", &short), self.rate("scan", &long));
            let (name, times) = (long.name.escape_debug().to_string(), short / rate);
            eprintln!("{name:<20} {rate:>7.1} MB/s  a byte costs {times:.2} times as much");
        }
    }

    /// How much was found in all texts.
    fn run(&mut self, way: &str, texts: &Texts) -> usize {
        let Bench {
            scanner,
            set,
            each,
            same,
            looks,
            findings,
        } = self;
        let each = match way {
            "same" => same,
            "looks" => looks,
            _ => each,
        };
        let matches = |text: &[u8]| each.iter().map(|one| one.find_iter(text).count()).sum();
        let rows = texts.rows.iter();
        match way {
            "scan" => rows
                .map(|(key, text)| {
                    scanner.scan(key.as_deref(), text, findings);
                    findings.len()
                })
                .sum(),
            "set" => rows
                .map(|(_, text)| set.matches(text.as_bytes()).iter().count())
                .sum(),
            _ => rows
                .map(|(_, text)| -> usize { matches(text.as_bytes()) })
                .sum(),
        }
    }
}

/// The time this thread has run: others on the machine do not count.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
