//! Finds how known keys begin, at the start of each part of a token.

use super::blocks::BLOCK;
use super::detector::{Kind, Scene};
use super::scout::Token;
use super::text;

/// A token in which so many keys seem to start is none.
pub(super) const STARTS_MAX: usize = 64;

type Find = fn(usize, &mut Scene<'_, '_>);

/// Prefixes by their first two bytes, five bits of each.
#[derive(Debug)]
pub(super) struct Prefixes {
    slots: Vec<Vec<(&'static str, Kind, Find)>>,
    /// One bit for each three bytes that may start a prefix, five bits of each.
    starts: Vec<u32>,
}

const SLOTS: usize = 1 << 10;

fn slot(first: u8, second: u8) -> usize {
    usize::from(first & 31) << 5 | usize::from(second & 31)
}

impl Default for Prefixes {
    fn default() -> Self {
        Self {
            slots: vec![Vec::new(); SLOTS],
            starts: vec![0; SLOTS],
        }
    }
}

impl Prefixes {
    pub(super) fn add(&mut self, prefix: &'static str, kind: Kind, find: Find) {
        if let [first, second, rest @ ..] = prefix.as_bytes() {
            let slot = slot(*first, *second);
            self.slots[slot].push((prefix, kind, find));
            let third = |third: &u8| 1 << (third & 31);
            self.starts[slot] |= rest.first().map_or(u32::MAX, third);
        }
    }

    /// Calls everybody whose prefix starts a part of a token.
    pub(super) fn each(&self, token: &Token, scene: &mut Scene<'_, '_>) {
        let bytes = scene.bytes;
        let mut looks = 0;
        if text::is_escape_letter(bytes, token.start) {
            looks += self.call(token.start + 1, scene);
        }
        let mut starts = token.words & !(token.words << 1);
        while starts != 0 && looks < STARTS_MAX {
            let at = token.start + starts.trailing_zeros() as usize;
            starts &= starts - 1;
            if at < token.end {
                looks += self.call(at, scene);
            }
        }
        // What is longer than the bits tell.
        let mut at = token.start + BLOCK;
        while at < token.end && looks < STARTS_MAX {
            if !text::before(bytes, at).is_ascii_alphanumeric() {
                looks += self.call(at, scene);
            }
            at = text::word_end(&bytes[..token.end], at) + 1;
        }
    }

    /// What may start a key starts here: how many detectors looked closer.
    #[inline]
    fn call(&self, at: usize, scene: &mut Scene<'_, '_>) -> usize {
        let bytes = scene.bytes;
        let [first, second, third] = [0, 1, 2].map(|step| text::byte(bytes, at + step));
        let slot = slot(first, second);
        if self.starts[slot] >> (third & 31) & 1 == 0 {
            return 0;
        }
        self.call_slot(slot, at, scene)
    }

    fn call_slot(&self, slot: usize, at: usize, scene: &mut Scene<'_, '_>) -> usize {
        let rest = scene.bytes.get(at..).unwrap_or_default();
        let mut looks = 0;
        for (prefix, kind, find) in &self.slots[slot] {
            if rest.starts_with(prefix.as_bytes()) {
                scene.detector = *kind;
                find(at, scene);
                looks += 1;
            }
        }
        looks
    }
}
