//! Remembers long texts by their beginnings: a conversation that comes by again, longer by a turn, is
//! read on and not read again.
//!
//! What is held are places, kinds and digests, no text. Quick hashes only say where to look; that a text
//! begins with the very bytes that were read before is told by a keyed digest (BLAKE3), of which
//! nobody outside can find two that are equal. A text is read on under the key that it was read under.

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::quality::RandomState;

use crate::pii::{Beginning, Findings, Scanner};

/// Longer texts are remembered by digests, shorter ones byte for byte or not at all.
const LONG: usize = 4 << 10;
/// Texts may be read on from every so many bytes.
const STEP: usize = 2 << 10;
/// So many beginnings are held in two ranks: of each remainder of a hash the two used last.
const RANKS: usize = 512;
/// So many findings are held with them; with more, all is forgotten.
const FOUND_MAX: usize = 16 << 10;
/// So many traces of texts that came by once.
const TRACES: usize = 4096;
/// So many places before the last one are tried, where a table or a finding goes on over that.
const TRIES: usize = 3;

/// What one worker remembers under one policy.
#[derive(Debug)]
pub(super) struct Long {
    hasher: RandomState,
    secret: [u8; 32],
    /// Taken with the first long text that comes by twice.
    ranks: Vec<[Option<Held>; 2]>,
    n_found: usize,
    /// Of what never comes again nothing else is held.
    once: Vec<u32>,
    /// The beginnings of the text at hand, the shortest first, and last the whole of it.
    steps: Vec<Step>,
}

/// A beginning of the text at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    end: usize,
    /// It is all of the text.
    is_whole: bool,
    /// Of its bytes, and of the key.
    hash: u64,
}

#[derive(Debug)]
struct Held {
    step: Step,
    /// Of its bytes, and of the key.
    digest: [u8; 32],
    beginning: Beginning,
}

impl Default for Long {
    fn default() -> Self {
        let random = std::hash::RandomState::new();
        let mut secret = [0; 32];
        for (part, bytes) in secret.chunks_exact_mut(8).enumerate() {
            bytes.copy_from_slice(&random.hash_one(part).to_le_bytes());
        }
        Long {
            hasher: RandomState::default(),
            secret,
            ranks: Vec::new(),
            n_found: 0,
            once: Vec::new(),
            steps: Vec::new(),
        }
    }
}

impl Long {
    /// Finds what stands in a text; of a long one it reads what it did not read before.
    pub(super) fn scan(
        &mut self,
        scanner: &Scanner,
        (key, text): (Option<&str>, &str),
        findings: &mut Findings,
    ) {
        if text.len() <= LONG {
            return scanner.scan(key, text, findings);
        }
        self.measure(key, text);
        let known = self.known(key, text);
        let beginning = known.and_then(|step| self.held(step));
        let beginning = beginning.map(|held| &held.beginning);
        scanner.scan_on(key, text, beginning, findings);
        if self.came_before() {
            self.learn((key, text), known, findings);
        }
    }

    fn measure(&mut self, key: Option<&str>, text: &str) {
        let mut hasher = self.hasher.build_hasher();
        key.hash(&mut hasher);
        self.steps.clear();
        let parts = text.as_bytes().chunks_exact(STEP);
        let rest = parts.remainder();
        for (part, end) in parts.zip((STEP..).step_by(STEP)) {
            hasher.write(part);
            self.steps.push(Step {
                end,
                is_whole: false,
                hash: hasher.finish(),
            });
        }
        hasher.write(rest);
        self.steps.push(Step {
            end: text.len(),
            is_whole: true,
            hash: hasher.finish(),
        });
    }

    /// The longest beginning of the text at hand that is held.
    fn known(&self, key: Option<&str>, text: &str) -> Option<Step> {
        let mut steps = self.steps.iter().rev();
        let held = steps.find_map(|step| self.held(*step))?;
        let is_it = held.digest == self.digest(key, text, held.step.end);
        is_it.then_some(held.step)
    }

    /// Whether a text that begins like the one at hand came by before.
    fn came_before(&mut self) -> bool {
        let Some(first) = self.steps.first() else {
            return false;
        };
        if self.once.is_empty() {
            self.once.resize(TRACES, 0);
        }
        let trace = (first.hash >> 32) as u32;
        let at = first.hash as usize % TRACES;
        std::mem::replace(&mut self.once[at], trace) == trace
    }

    /// Keeps all of the text that was read last, and its longest beginning that it may be read on from.
    fn learn(
        &mut self,
        (key, text): (Option<&str>, &str),
        known: Option<Step>,
        findings: &Findings,
    ) {
        if known.is_some_and(|step| step.is_whole) {
            return;
        }
        let Some((whole, steps)) = self.steps.split_last() else {
            return;
        };
        let whole = findings.whole().map(|beginning| (*whole, beginning));
        let is_new = |step: &&Step| known.is_none_or(|known| known.end < step.end);
        let new = steps.iter().rev().take_while(is_new).take(TRIES);
        let longest = new
            .copied()
            .find_map(|step| Some((step, findings.beginning(text, step.end)?)));
        // What was held of the shorter text is of no use to the longer one.
        if longest.is_some()
            && let Some(known) = known
        {
            self.forget(known);
        }
        for (step, beginning) in whole.into_iter().chain(longest) {
            let digest = self.digest(key, text, step.end);
            self.hold(Held {
                step,
                digest,
                beginning,
            });
        }
    }

    fn held(&self, step: Step) -> Option<&Held> {
        let rank = self.ranks.get(step.hash as usize % RANKS)?;
        rank.iter().flatten().find(|held| held.step == step)
    }

    fn forget(&mut self, step: Step) {
        let rank = &mut self.ranks[step.hash as usize % RANKS];
        let held = rank
            .iter_mut()
            .filter_map(|slot| slot.take_if(|held| held.step == step));
        self.n_found -= held.map(|held| held.beginning.n_found()).sum::<usize>();
    }

    fn hold(&mut self, held: Held) {
        self.n_found += held.beginning.n_found();
        if self.n_found > FOUND_MAX {
            self.ranks.clear();
            self.n_found = held.beginning.n_found();
        }
        if self.ranks.is_empty() {
            self.ranks.resize_with(RANKS, Default::default);
        }
        let rank = &mut self.ranks[held.step.hash as usize % RANKS];
        rank.swap(0, 1);
        let last = rank[0].replace(held);
        self.n_found -= last.map_or(0, |last| last.beginning.n_found());
    }

    /// Of the first bytes of a text, which may end within a character, and of its key.
    fn digest(&self, key: Option<&str>, text: &str, end: usize) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.secret);
        hasher.update(&text.as_bytes()[..end]);
        hasher.update(&[u8::from(key.is_some())]);
        hasher.update(key.unwrap_or_default().as_bytes());
        *hasher.finalize().as_bytes()
    }
}

#[cfg(test)]
mod tests;
