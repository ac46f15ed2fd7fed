//! Remembers past decisions, so that late spans meet the same fate as their trace.
//!
//! Small memories are exact lists in order of use. Large ones are as small as they can be: a
//! 16-way CLOCK for keeps, two generations of cuckoo filters for drops.

use super::cuckoo::Generations;
use super::lru::Lru;
use super::randomness::Randomness;
use super::threshold::Threshold;
use super::tracestate::Stamp;
use super::verdict::{Certainty, Trigger};
use super::way_clock::WayClock;

/// Up to this many entries an exact list costs less than half a megabyte.
const EXACT_MAX: usize = 4096;

/// What is remembered of a kept trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The decision's probability.
    pub certainty: Certainty,
    /// The randomness it was judged by.
    pub randomness: Randomness,
    /// Whether that randomness is written as `rv` on its spans.
    pub write_rv: bool,
    /// Whether its earlier spans are gone: kept only from some moment on.
    pub incomplete: bool,
    /// What made the decision fall.
    pub trigger: Trigger,
    /// Index of the policy's name; [`NO_POLICY`] if there is none.
    pub policy: u16,
}

/// No policy is credited.
pub const NO_POLICY: u16 = u16::MAX;

impl Kept {
    /// What a late span is stamped with.
    pub fn stamp(&self) -> Stamp {
        Stamp {
            threshold: self.certainty.threshold(),
            randomness: self.randomness,
            write_rv: self.write_rv,
        }
    }
}

/// [`Kept`] in 18 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// 56 bits of threshold; above them the flags.
    pub threshold: u64,
    /// 56 bits of randomness; above them the trigger.
    pub randomness: u64,
    /// Index of the policy's name.
    pub policy: u16,
}

const HIGH: u32 = 56;
const LOW: u64 = (1 << HIGH) - 1;
const UNKNOWN: u64 = 1;
const WRITE_RV: u64 = 2;
const INCOMPLETE: u64 = 4;

impl From<Kept> for Packed {
    fn from(kept: Kept) -> Self {
        let threshold = kept.certainty.threshold();
        let flags = [
            (threshold.is_none(), UNKNOWN),
            (kept.write_rv, WRITE_RV),
            (kept.incomplete, INCOMPLETE),
        ];
        let flags = flags
            .iter()
            .filter(|(set, _)| *set)
            .fold(0, |all, (_, flag)| all | flag);
        Packed {
            threshold: threshold.map_or(0, Threshold::bits) | flags << HIGH,
            randomness: kept.randomness.bits() | (kept.trigger as u64) << HIGH,
            policy: kept.policy,
        }
    }
}

impl From<Packed> for Kept {
    fn from(packed: Packed) -> Self {
        let flags = packed.threshold >> HIGH;
        let threshold = Threshold::from_bits(packed.threshold & LOW).unwrap_or_default();
        let trigger = (packed.randomness >> HIGH) as usize;
        Kept {
            certainty: match flags & UNKNOWN {
                0 => Certainty::Known(threshold),
                _ => Certainty::Unknown,
            },
            randomness: Randomness::from_bits(packed.randomness & LOW).unwrap_or_default(),
            write_rv: flags & WRITE_RV != 0,
            incomplete: flags & INCOMPLETE != 0,
            trigger: Trigger::ALL
                .get(trigger)
                .copied()
                .unwrap_or(Trigger::Deadline),
            policy: packed.policy,
        }
    }
}

/// The memory of kept traces.
#[derive(Debug)]
pub enum KeptMemory {
    /// Exact, in order of use.
    Exact(Lru<[u8; 16], Packed>),
    /// Sets of sixteen.
    Clock(WayClock),
}

impl KeptMemory {
    /// Whether it is in order of use, so that a use changes who is forgotten next.
    pub fn is_exact(&self) -> bool {
        matches!(self, KeptMemory::Exact(_))
    }

    /// Remembers the last `bound` traces; zero remembers nothing.
    pub fn new(bound: usize) -> Self {
        match bound {
            0..=EXACT_MAX => KeptMemory::Exact(Lru::new(bound)),
            _ => KeptMemory::Clock(WayClock::new(bound)),
        }
    }

    /// What is remembered; counts as a use.
    pub fn get(&mut self, id: &[u8; 16]) -> Option<Kept> {
        match self {
            KeptMemory::Exact(lru) => lru.get(id).map(|packed| (*packed).into()),
            KeptMemory::Clock(clock) => clock.get(id).map(Kept::from),
        }
    }

    /// Remembers a trace.
    pub fn insert(&mut self, id: [u8; 16], kept: Kept) {
        match self {
            KeptMemory::Exact(lru) => drop(lru.insert(id, kept.into())),
            KeptMemory::Clock(clock) => clock.insert(id, kept.into()),
        }
    }

    /// All entries, the least recently used first where that is known.
    pub fn entries(&self) -> Box<dyn Iterator<Item = ([u8; 16], Kept)> + '_> {
        match self {
            KeptMemory::Exact(lru) => Box::new(lru.iter().map(|(id, kept)| (*id, (*kept).into()))),
            KeptMemory::Clock(clock) => Box::new(clock.iter().map(|(id, kept)| (id, kept.into()))),
        }
    }
}

/// The memory of dropped traces.
#[derive(Debug)]
pub enum DroppedMemory {
    /// Exact, in order of use.
    Exact(Lru<[u8; 16], ()>),
    /// Fingerprints.
    Cuckoo(Box<Generations>),
}

impl DroppedMemory {
    /// Whether it is in order of use, so that a use changes who is forgotten next.
    pub fn is_exact(&self) -> bool {
        matches!(self, DroppedMemory::Exact(_))
    }

    /// All traces, the least recently used first, where whole ids are remembered.
    pub fn ids(&self) -> Option<Vec<[u8; 16]>> {
        match self {
            DroppedMemory::Exact(lru) => Some(lru.iter().map(|(id, ())| *id).collect()),
            DroppedMemory::Cuckoo(_) => None,
        }
    }

    /// Remembers the last `bound` traces; zero remembers nothing.
    pub fn new(bound: usize) -> Self {
        match bound {
            0..=EXACT_MAX => DroppedMemory::Exact(Lru::new(bound)),
            _ => DroppedMemory::Cuckoo(Box::new(Generations::new(bound))),
        }
    }

    /// Whether the trace was dropped; counts as a use.
    pub fn get(&mut self, id: &[u8; 16]) -> bool {
        match self {
            DroppedMemory::Exact(lru) => lru.get(id).is_some(),
            DroppedMemory::Cuckoo(filter) => filter.get(id),
        }
    }

    /// Remembers a trace.
    pub fn insert(&mut self, id: [u8; 16]) {
        match self {
            DroppedMemory::Exact(lru) => drop(lru.insert(id, ())),
            DroppedMemory::Cuckoo(filter) => filter.insert(&id),
        }
    }

    /// Forgets a trace that was brought back.
    pub fn remove(&mut self, id: &[u8; 16]) {
        match self {
            DroppedMemory::Exact(lru) => drop(lru.remove(id)),
            DroppedMemory::Cuckoo(filter) => filter.remove(id),
        }
    }
}
