//! One pass over a text: signs, candidates, validators, overlaps.

use super::context::{Context, Memory};
use super::detector::{Detector, Found, Kind, Look, Number, Scene, Word};
use super::detectors;
use super::findings::Findings;
use super::groups;
use super::keys;
use super::known::Known;
use super::literals::Literals;
use super::options::{Faults, Options, Own};
use super::overlap;
use super::pairs::{self, Pair};
use super::scout::{self, Sign};
use super::text;

type Looks<F> = Vec<(Kind, F)>;
/// Looks with the topic that must stand before, as a bit; 0 for none.
type Near<F> = Vec<(Kind, u32, F)>;

/// The compiled detectors: built once, shared by all workers.
#[derive(Debug)]
pub struct Scanner {
    /// By the number of digits.
    numbers: Vec<Near<fn(&Number, &mut Scene<'_, '_>)>>,
    /// By the word's length.
    words: Vec<Near<fn(&Word, &mut Scene<'_, '_>)>>,
    chains: Looks<fn(&Word, &mut Scene<'_, '_>)>,
    ats: Looks<fn(usize, &mut Scene<'_, '_>)>,
    pairs: Looks<fn(&Pair, &mut Scene<'_, '_>)>,
    equals: Looks<fn(usize, &mut Scene<'_, '_>)>,
    tokens: Looks<fn(&Word, &mut Scene<'_, '_>)>,
    /// By the prefix's first two bytes.
    prefixes: Vec<Vec<(&'static str, Kind, fn(usize, &mut Scene<'_, '_>))>>,
    /// Literals in ASCII, and the others, which are not looked for in a text of ASCII.
    literals: [Literals<(Kind, fn(usize, &mut Scene<'_, '_>))>; 2],
    own: Own,
}

impl Scanner {
    /// Compiles the detectors and the user's own patterns.
    pub fn new(options: &Options) -> Result<Self, Faults> {
        let mut scanner = Self {
            numbers: vec![Vec::new(); groups::DIGITS_MAX + 1],
            words: vec![Vec::new(); WORD_MAX + 1],
            chains: Vec::new(),
            ats: Vec::new(),
            pairs: Vec::new(),
            equals: Vec::new(),
            tokens: Vec::new(),
            prefixes: vec![Vec::new(); PREFIX_SLOTS],
            literals: Default::default(),
            own: Own::compile(options)?,
        };
        for detector in detectors::ALL
            .iter()
            .filter(|detector| options.runs(detector.name))
        {
            for look in detector.looks {
                scanner.register(detector, look);
            }
        }
        for literals in &mut scanner.literals {
            literals.build();
        }
        Ok(scanner)
    }

    fn register(&mut self, detector: &'static Detector, look: &'static Look) {
        let kind = Kind::Known(detector);
        match *look {
            Look::Number(from, to, find) => enter(&mut self.numbers, from..=to, (kind, 0, find)),
            Look::NumberNear(topic, from, to, find) => {
                enter(&mut self.numbers, from..=to, (kind, topic.bit(), find));
            }
            Look::Word(from, to, find) => enter(&mut self.words, from..=to, (kind, 0, find)),
            Look::WordNear(topic, from, to, find) => {
                enter(&mut self.words, from..=to, (kind, topic.bit(), find));
            }
            Look::Chain(find) => self.chains.push((kind, find)),
            Look::At(find) => self.ats.push((kind, find)),
            Look::Token(find) => self.tokens.push((kind, find)),
            Look::Pair(find) => self.pairs.push((kind, find)),
            Look::Equals(find) => self.equals.push((kind, find)),
            Look::Prefix(prefixes, find) => {
                for prefix in prefixes {
                    self.prefixes[prefix_slot(prefix.as_bytes())].push((prefix, kind, find));
                }
            }
            Look::Literal(words, find) => {
                for word in words {
                    self.literals[usize::from(!word.is_ascii())].add(word, (kind, find));
                }
            }
        }
    }

    /// Finds what stands in `text`, the value of attribute `key` if there is one.
    pub fn scan(&self, key: Option<&str>, text: &str, findings: &mut Findings) {
        self.scan_by(key, text, findings, |key, bytes, memory, found| {
            self.look(key, bytes, memory, found);
        });
    }

    /// The same, with every look tried at every place: the reference for the quick scan, of all
    /// detectors.
    #[cfg(any(test, fuzzing))]
    pub fn scan_slowly(&self, key: Option<&str>, text: &str, findings: &mut Findings) {
        self.scan_by(key, text, findings, |key, bytes, _, found| {
            super::reference::look(key, bytes, found);
        });
    }

    fn scan_by(
        &self,
        key: Option<&str>,
        text: &str,
        findings: &mut Findings,
        look: impl Fn(&Known, &[u8], &mut Memory, &mut Vec<Found>),
    ) {
        findings.found.clear();
        findings.lost.clear();
        if text.is_empty() {
            return;
        }
        let known = findings.keys.known(key.unwrap_or_default());
        let mut found = std::mem::take(&mut findings.found);
        if findings.decoded.read(text) {
            let bytes = findings.decoded.bytes();
            look(known, bytes, &mut findings.memory, &mut found);
            for finding in &mut found {
                (finding.start, finding.end) = findings.decoded.origin(finding.start, finding.end);
            }
        } else {
            look(known, text.as_bytes(), &mut findings.memory, &mut found);
        }
        self.own.look(key, text, &mut found);
        found.retain(|finding| {
            finding.start < finding.end
                && text.is_char_boundary(finding.start)
                && text.is_char_boundary(finding.end)
        });
        overlap::resolve(&mut found, findings.explain.then_some(&mut findings.lost));
        findings.is_spotless = self.own.pardon(key, text, &mut found);
        findings.found = found;
    }

    /// The name of a finding's kind, as in labels and reports.
    pub fn name(&self, kind: Kind) -> &str {
        match kind {
            Kind::Known(detector) => detector.name,
            Kind::Own(index) => self.own.name(index),
        }
    }

    /// What the user's pattern puts in the place of `value`, if it says so.
    pub fn replacement(&self, kind: Kind, value: &str) -> Option<String> {
        match kind {
            Kind::Known(_) => None,
            Kind::Own(index) => self.own.replacement(index, value),
        }
    }

    /// Whether `name` is a detector of the catalogue or a pattern or list of the user.
    pub fn knows(&self, name: &str) -> bool {
        detectors::find(name).is_some() || self.own.knows(name)
    }

    fn look<'t>(
        &self,
        key: &'t Known,
        bytes: &'t [u8],
        memory: &'t mut Memory,
        found: &mut Vec<Found>,
    ) {
        let context = Context::new(bytes, key.words(), memory);
        let detector = Kind::Own(u16::MAX);
        let mut scene = Scene {
            bytes,
            context,
            found,
            detector,
            chain_end: 0,
            scheme_end: 0,
        };
        if let Some(meaning) = key.meaning {
            keys::look(meaning, &mut scene);
        }
        let others = if bytes.is_ascii() { 1 } else { 2 };
        for literals in &self.literals[..others] {
            literals.each(bytes, |(kind, find), end| {
                scene.detector = *kind;
                find(end, &mut scene);
            });
        }
        let mut floor = 0;
        scout::walk(bytes, |sign, place| match sign {
            Sign::Digit => {
                floor = self.digits(place, floor, &mut scene);
                floor
            }
            Sign::Mark => {
                self.mark(place, &mut scene);
                0
            }
            Sign::Token => {
                self.token(place, &mut scene);
                0
            }
        });
        self.cut_token(&mut scene);
    }

    /// A digit: the word around it, then the numbers that start with it. Returns the word's end.
    fn digits(&self, place: usize, floor: usize, scene: &mut Scene<'_, '_>) -> usize {
        let start = text::word_start(scene.bytes, place, floor);
        let end = text::word_end(scene.bytes, place);
        let word = Word { start, end };
        if end - start <= 4 && end > scene.chain_end {
            let (left, right) = (
                text::before(scene.bytes, start),
                text::byte(scene.bytes, end),
            );
            if matches!(left, b':' | b'-' | b'.') || matches!(right, b':' | b'-' | b'.') {
                for (kind, find) in &self.chains {
                    scene.detector = *kind;
                    find(&word, scene);
                }
            }
        }
        if start == place && scene.bytes[start..end].iter().all(u8::is_ascii_digit) {
            groups::each(scene.bytes, &word, |number| {
                for (kind, topic, find) in &self.numbers[usize::from(number.total)] {
                    if *topic == 0 || scene.context.speaks_of(*topic, number.start) {
                        scene.detector = *kind;
                        find(number, scene);
                    }
                }
            });
        } else if let Some(looks) = self.words.get(end - start) {
            for (kind, topic, find) in looks {
                if *topic == 0 || scene.context.speaks_of(*topic, start) {
                    scene.detector = *kind;
                    find(&word, scene);
                }
            }
        }
        end
    }

    /// `@`, or the sign of a pair.
    fn mark(&self, place: usize, scene: &mut Scene<'_, '_>) {
        let sign = scene.bytes[place];
        if sign == b':' && scene.bytes[place..].starts_with(b"://") {
            scene.scheme_end = place + 3;
        }
        if sign == b'@' {
            return call(&self.ats, place, scene);
        }
        if let Some(pair) = pairs::read(scene.bytes, place) {
            for (kind, find) in &self.pairs {
                scene.detector = *kind;
                find(&pair, scene);
            }
        }
        if sign == b'=' {
            call(&self.equals, place, scene);
        }
    }

    /// A token: every part of it may start with a known prefix.
    fn token(&self, place: usize, scene: &mut Scene<'_, '_>) {
        let start = place + 1 - scout::TOKEN;
        let mut end = text::span_end(scene.bytes, place, |&byte| scout::is_token(byte));
        while end > place && scene.bytes[end - 1] == b'.' {
            end -= 1;
        }
        self.parts(start, end, scene);
        for (kind, find) in &self.tokens {
            scene.detector = *kind;
            find(&Word { start, end }, scene);
        }
    }

    fn parts(&self, start: usize, end: usize, scene: &mut Scene<'_, '_>) {
        let bytes = scene.bytes;
        let mut looks = 0;
        if text::is_escape_letter(bytes, start) {
            looks += self.part(start + 1, scene);
        }
        let mut at = start;
        while at < end && looks < STARTS_MAX {
            looks += self.part(at, scene);
            at = text::word_end(&bytes[..end], at) + 1;
        }
    }

    /// What may start a key starts here: how many detectors looked closer.
    fn part(&self, at: usize, scene: &mut Scene<'_, '_>) -> usize {
        let rest = scene.bytes.get(at..).unwrap_or_default();
        let mut looks = 0;
        for (prefix, kind, find) in &self.prefixes[prefix_slot(rest)] {
            if rest.starts_with(prefix.as_bytes()) {
                scene.detector = *kind;
                find(at, scene);
                looks += 1;
            }
        }
        looks
    }

    /// A token that the end of the text cut before its sixteenth character.
    fn cut_token(&self, scene: &mut Scene<'_, '_>) {
        let end = scene.bytes.len();
        let floor = end.saturating_sub(scout::TOKEN);
        let start = text::span_start(scene.bytes, end, floor, |&byte| scout::is_token(byte));
        if end - start < scout::TOKEN && start > 0 {
            self.parts(start, end, scene);
        }
    }
}

/// Enters a look under every size from the range.
fn enter<T: Clone>(table: &mut [Vec<T>], sizes: std::ops::RangeInclusive<u8>, look: T) {
    for size in sizes {
        if let Some(looks) = table.get_mut(usize::from(size)) {
            looks.push(look.clone());
        }
    }
}

/// Prefixes are kept by their first two bytes, five bits of each.
const PREFIX_SLOTS: usize = 1 << 10;

fn prefix_slot(text: &[u8]) -> usize {
    match text {
        [first, second, ..] => usize::from(first & 31) << 5 | usize::from(second & 31),
        _ => 0,
    }
}

/// A token in which so many keys seem to start is none.
pub(super) const STARTS_MAX: usize = 64;

/// Longer words of letters and digits are nobody's identity number.
const WORD_MAX: usize = 64;

fn call(looks: &Looks<fn(usize, &mut Scene<'_, '_>)>, place: usize, scene: &mut Scene<'_, '_>) {
    for (kind, find) in looks {
        scene.detector = *kind;
        find(place, scene);
    }
}
