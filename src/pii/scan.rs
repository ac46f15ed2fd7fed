//! One pass over a text: signs, candidates, validators, overlaps.

use super::blocks::{BLOCK, Block};
use super::calls::{FindWord, Near, Numbers, Words};
use super::context::Context;
use super::detector::{Detector, Found, Kind, Look, Scene, Word};
use super::detectors;
use super::findings::Findings;
use super::groups;
use super::keys;
use super::known::Known;
use super::labels;
use super::literals::Literals;
use super::memory::Memory;
use super::options::{Faults, Options};
use super::overlap;
use super::own::Own;
use super::pairs::{self, Pair};
use super::prefixes::Prefixes;
use super::scout::{self, Token, Visit};
use super::signs;
use super::text::{self, Mix};

type Looks<F> = Vec<(Kind, F)>;

/// A text as it is meant, and what stands where in it.
struct Text<'t> {
    bytes: &'t [u8],
    blocks: &'t [Block],
}

/// The compiled detectors: built once, shared by all workers.
#[derive(Debug)]
pub struct Scanner {
    numbers: Numbers,
    words: Words,
    prefixes: Prefixes,
    chains: Looks<FindWord>,
    ats: Looks<fn(usize, &mut Scene<'_, '_>)>,
    pairs: Looks<fn(&Pair, &mut Scene<'_, '_>)>,
    equals: Looks<fn(usize, &mut Scene<'_, '_>)>,
    /// All topics of which one must be spoken of before, and the looks, each with its own.
    tokens: (u32, Vec<(Kind, u32, FindWord)>),
    literals: Literals<(Kind, fn(usize, &mut Scene<'_, '_>))>,
    own: Own,
    /// Detectors that the user does not want; others may find what is theirs.
    off: Vec<&'static Detector>,
}

impl Scanner {
    /// Compiles the detectors and the user's own patterns.
    pub fn new(options: &Options) -> Result<Self, Faults> {
        let mut scanner = Self {
            numbers: Numbers::default(),
            words: Words::default(),
            prefixes: Prefixes::default(),
            chains: Vec::new(),
            ats: Vec::new(),
            pairs: Vec::new(),
            equals: Vec::new(),
            tokens: (0, Vec::new()),
            literals: Literals::default(),
            own: Own::compile(options)?,
            off: Vec::new(),
        };
        for detector in detectors::ALL {
            if !options.runs(detector.name) {
                scanner.off.push(detector);
                continue;
            }
            for look in detector.looks {
                scanner.register(detector, look);
            }
        }
        scanner.literals.build();
        Ok(scanner)
    }

    fn register(&mut self, detector: &'static Detector, look: &'static Look) {
        let kind = Kind::Known(detector);
        match *look {
            Look::Number(forms, find) => {
                self.numbers.add(kind, (Near::Whatever, None), forms, find);
            }
            Look::NumberNear(topic, forms, may, find) => {
                self.numbers
                    .add(kind, (Near::Next(topic), may), forms, find);
            }
            Look::NumberAfter(topic, forms, may, find) => {
                self.numbers
                    .add(kind, (Near::Before(topic), may), forms, find);
            }
            Look::Word(shapes, find) => self.words.add(kind, (Near::Whatever, None), shapes, find),
            Look::WordNear(topic, shapes, may, find) => {
                self.words.add(kind, (Near::Next(topic), may), shapes, find);
            }
            Look::Chain(find) => self.chains.push((kind, find)),
            Look::At(find) => self.ats.push((kind, find)),
            Look::TokenAfter(topic, find) => {
                let (topics, looks) = &mut self.tokens;
                *topics |= topic.bit();
                looks.push((kind, topic.bit(), find));
            }
            Look::Pair(find) => self.pairs.push((kind, find)),
            Look::Equals(find) => self.equals.push((kind, find)),
            Look::Prefix(prefixes, find) => {
                for prefix in prefixes {
                    self.prefixes.add(prefix, kind, find);
                }
            }
            Look::Literal(words, find) => {
                for word in words {
                    self.literals.add(word, (kind, find));
                }
            }
        }
    }

    /// Finds what stands in `text`, the value of attribute `key` if there is one.
    pub fn scan(&self, key: Option<&str>, text: &str, findings: &mut Findings) {
        if findings.start(text) {
            self.propose(key, text, findings);
            self.settle(key, text, findings);
        }
    }

    /// The same, with every look tried at every place: the reference for the quick scan, of all
    /// detectors.
    #[cfg(any(test, fuzzing))]
    pub fn scan_slowly(&self, key: Option<&str>, text: &str, findings: &mut Findings) {
        if findings.start(text) {
            self.propose_by(key, text, findings, |key, text, _, found| {
                super::reference::look(key, (text.bytes, text.blocks), found);
            });
            self.settle(key, text, findings);
        }
    }

    /// Proposes what may stand in `text`; says whether anything in it was escaped.
    pub(super) fn propose(&self, key: Option<&str>, text: &str, findings: &mut Findings) -> bool {
        self.propose_by(key, text, findings, |key, text, memory, found| {
            self.look(key, text, memory, found);
        })
    }

    #[inline]
    fn propose_by(
        &self,
        key: Option<&str>,
        text: &str,
        findings: &mut Findings,
        look: impl Fn(&Known, &Text<'_>, &mut Memory, &mut Vec<Found>),
    ) -> bool {
        let known = findings.keys.known(key.unwrap_or_default());
        let (found, memory) = (&mut findings.found, &mut findings.memory);
        let (blocks, sieve) = (&mut findings.blocks, self.literals.sieve());
        let is_escaped = findings.decoded.read(text, blocks, sieve);
        let bytes = if is_escaped {
            findings.decoded.bytes()
        } else {
            text.as_bytes()
        };
        look(known, &Text { bytes, blocks }, memory, found);
        if is_escaped {
            for finding in found {
                (finding.start, finding.end) = findings.decoded.origin(finding.start, finding.end);
            }
        }
        is_escaped
    }

    /// Leaves of what was proposed, and of what the user looks for, what is to be reported.
    #[inline]
    pub(super) fn settle(&self, key: Option<&str>, text: &str, findings: &mut Findings) {
        findings.is_spotless = findings.found.is_empty() && self.own.is_idle();
        if !findings.is_spotless {
            self.resolve(key, text, findings);
        }
    }

    fn resolve(&self, key: Option<&str>, text: &str, findings: &mut Findings) {
        let mut found = std::mem::take(&mut findings.found);
        self.own.look(key, text, &mut found);
        found.retain(|finding| {
            !self.is_off(finding.kind)
                && finding.start < finding.end
                && text.is_char_boundary(finding.start)
                && text.is_char_boundary(finding.end)
                && !labels::stand_alone(text, finding.start..finding.end, |name| {
                    self.spelled(name) == Some(name)
                })
        });
        overlap::resolve(&mut found, findings.explain.then_some(&mut findings.lost));
        findings.is_spotless = self.own.pardon(key, text, &mut found);
        findings.found = found;
    }

    /// The name of a finding's kind, as in labels and reports.
    pub fn name(&self, kind: Kind) -> &str {
        self.own.name_of(kind)
    }

    /// What the user's pattern puts in the place of `value`, if it says so.
    pub fn replacement(&self, kind: Kind, value: &str) -> Option<String> {
        match kind {
            Kind::Own(index) => self.own.replacement(index, value),
            Kind::Known(_) | Kind::OwnKey => None,
        }
    }

    /// How the name of a detector of the catalogue, or of a pattern or list of the user, is spelled;
    /// none if there is none of that name.
    pub fn spelled(&self, name: &str) -> Option<&str> {
        let known = detectors::find(name).map(|detector| detector.name);
        known.or_else(|| self.own.spelled(name))
    }

    /// Whether all under this key is hidden because the user says so.
    pub fn covers(&self, key: &str) -> bool {
        self.own.covers(key)
    }

    /// Whether the user names sensitive keys.
    pub fn has_own_keys(&self) -> bool {
        self.own.has_keys()
    }

    /// Whether an option excuses a finding because of a key it stands under.
    pub fn excuses(&self, found: &Found, key: &str) -> bool {
        self.own.excuses_some() && self.own.excuses(found.kind, key)
    }

    fn is_off(&self, kind: Kind) -> bool {
        matches!(kind, Kind::Known(detector) if self.off.contains(&detector))
    }

    fn look<'t>(
        &self,
        key: &'t Known,
        text: &Text<'t>,
        memory: &'t mut Memory,
        found: &mut Vec<Found>,
    ) {
        let &Text { bytes, blocks } = text;
        let context = Context::new(bytes, blocks, key.words(), memory);
        let detector = Kind::Own(u16::MAX);
        let mut scene = Scene {
            bytes,
            context,
            found,
            detector,
            chain_end: 0,
            scheme_end: 0,
            last_key: (0, 0),
            cookies_end: 0,
            columns: None,
        };
        if let Some(meaning) = key.meaning {
            keys::look(meaning, &mut scene);
        }
        self.literals.each(bytes, blocks, |(kind, find), end| {
            scene.detector = *kind;
            find(end, &mut scene);
        });
        // Some of them asked for tables, which are followed from place to place.
        scene.context.rewind();
        let mut looks = Looking {
            scanner: self,
            scene: &mut scene,
        };
        scout::walk(bytes, blocks, &mut looks);
    }
}

/// The looks of a scanner at the signs of one text.
struct Looking<'l, 't, 's> {
    scanner: &'l Scanner,
    scene: &'l mut Scene<'t, 's>,
}

impl Visit for Looking<'_, '_, '_> {
    fn cut(&mut self, token: &Token) {
        self.scanner.prefixes.each(token, self.scene);
    }

    /// A part of a chain, numbers that start with the word, or the word by itself.
    fn word(&mut self, word: Word, digits: u64) {
        let Self { scanner, scene } = self;
        let length = word.end - word.start;
        // All is told at once: nobody could foresee any of it.
        let may_chain = length <= 4 && word.end > scene.chain_end;
        if may_chain & signs::is_joined(scene.bytes, &word) {
            for (kind, find) in &scanner.chains {
                scene.detector = *kind;
                find(&word, scene);
            }
        }
        if digits.trailing_ones() as usize == length {
            groups::each(scene.bytes, &word, |number| {
                scanner.numbers.call(number, scene);
            });
        } else {
            scanner.words.call(&word, digits, scene);
        }
    }

    fn mark(&mut self, place: usize) {
        let Self { scanner, scene } = self;
        let sign = scene.bytes[place];
        if sign == b'@' {
            return call(&scanner.ats, place, scene);
        }
        if sign == b':' && scene.bytes[place..].starts_with(b"://") {
            scene.scheme_end = place + 3;
        }
        if let Some(pair) = pairs::read(scene.bytes, place) {
            for (kind, find) in &scanner.pairs {
                scene.detector = *kind;
                find(&pair, scene);
            }
        }
        if sign == b'=' {
            call(&scanner.equals, place, scene);
        }
    }

    /// Every part of a token may start with a known prefix.
    fn token(&mut self, mut token: Token) {
        let Self { scanner, scene } = self;
        let start = token.start;
        while token.end >= start + scout::TOKEN && scene.bytes[token.end - 1] == b'.' {
            token.end -= 1;
        }
        scanner.prefixes.each(&token, scene);
        let is_mixed = is_mixed(&token, scene.bytes);
        let end = token.end;
        let token = Word { start, end };
        let value = token.of(scene.bytes);
        let whole = signs::stands_alone(scene.bytes, &token);
        if whole && (!is_mixed || text::is_uuid(value)) {
            return;
        }
        let (topics, looks) = &scanner.tokens;
        let spoken = scene.context.spoken(*topics, start);
        if spoken == 0 || whole && !pairs::is_random(value) {
            return;
        }
        for (kind, topic, find) in looks {
            if topic & spoken != 0 {
                scene.detector = *kind;
                find(&token, scene);
            }
        }
    }
}

/// Whether a token that stands alone has what random ones have: of most this tells that they are
/// none.
fn is_mixed(token: &Token, bytes: &[u8]) -> bool {
    const LEAST: usize = 20;
    // What is longer than the bits tell.
    let rest = bytes.get(token.start + BLOCK..token.end);
    let rest = Mix::of(rest.unwrap_or_default());
    token.end - token.start >= LEAST
        && (token.digits as usize + rest.digit >= 2 || token.capitals as usize + rest.upper >= 4)
}

fn call(looks: &Looks<fn(usize, &mut Scene<'_, '_>)>, place: usize, scene: &mut Scene<'_, '_>) {
    for (kind, find) in looks {
        scene.detector = *kind;
        find(place, scene);
    }
}
