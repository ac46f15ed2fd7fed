//! What all workers of one sampler share without a lock: pinned sessions and spent budgets.
//!
//! Both are fixed tables of atomic words, probed over a few places; when all of them are taken the
//! stalest gives way. Two workers that claim a place in the same instant may both do so: the
//! figures then err by one trace, never by more.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering::AcqRel, Ordering::Acquire, Ordering::Release};

const PROBES: usize = 8;
const RING: usize = 4096;
const TAG_BITS: u32 = 16;
const TAG: u64 = (1 << TAG_BITS) - 1;

/// A session's name as a number that is never zero; seeded per process.
pub type SessionKey = u64;

/// Sessions whose later traces are kept, and the latest pins in order.
#[derive(Debug)]
pub struct Pins {
    places: Box<[Pin]>,
    ring: Box<[AtomicU64]>,
    next: AtomicU64,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Pin {
    session: AtomicU64,
    until_ms: AtomicU64,
}

impl Pins {
    /// Room for about `bound` pinned sessions.
    pub fn new(bound: usize) -> Self {
        Pins {
            places: cells(bound),
            ring: cells(RING),
            next: AtomicU64::new(0),
            hasher: RandomState::new(),
        }
    }

    /// The number of a session.
    pub fn key(&self, session: &str) -> SessionKey {
        self.hasher.hash_one(session).max(1)
    }

    /// Pins a session, or prolongs its pin.
    pub fn pin(&self, session: SessionKey, until_ms: u64) {
        let place = self.find(session).or_else(|| self.stalest(session));
        if let Some(place) = place {
            if place.session.swap(session, AcqRel) == session {
                place.until_ms.fetch_max(until_ms, AcqRel);
            } else {
                place.until_ms.store(until_ms, Release);
            }
        }
        let turn = self.next.fetch_add(1, AcqRel);
        if let Some(cell) = self.ring.get(turn as usize % RING) {
            cell.store(session & !TAG | turn & TAG, Release);
        }
    }

    /// Whether a session is pinned at this time.
    pub fn pinned(&self, session: SessionKey, now_ms: u64) -> bool {
        self.find(session)
            .is_some_and(|place| now_ms < place.until_ms.load(Acquire))
    }

    /// The sessions pinned since `cursor`, which moves on: how workers hear of each other's pins.
    /// The low bits are not part of the answer; compare with [`Pins::heard`].
    pub fn since(&self, cursor: &mut u64) -> Vec<SessionKey> {
        let next = self.next.load(Acquire);
        *cursor = (*cursor).max(next.saturating_sub(RING as u64));
        let mut sessions = Vec::new();
        while *cursor < next {
            let cell = self.ring.get(*cursor as usize % RING);
            let word = cell.map_or(0, |cell| cell.load(Acquire));
            if word & TAG != *cursor & TAG {
                break;
            }
            sessions.push(Pins::heard(word));
            *cursor += 1;
        }
        sessions
    }

    /// A session's number as [`Pins::since`] tells it.
    pub fn heard(session: SessionKey) -> SessionKey {
        session & !TAG
    }

    fn probe(&self, session: SessionKey) -> impl Iterator<Item = &Pin> {
        let places = self.places.len();
        let home = (session >> TAG_BITS) as usize;
        (0..PROBES.min(places)).filter_map(move |step| self.places.get((home + step) % places))
    }

    fn find(&self, session: SessionKey) -> Option<&Pin> {
        self.probe(session)
            .find(|place| place.session.load(Acquire) == session)
    }

    fn stalest(&self, session: SessionKey) -> Option<&Pin> {
        self.probe(session)
            .min_by_key(|place| place.until_ms.load(Acquire))
    }
}

/// How much each key has spent in its window.
#[derive(Debug)]
pub struct Spent {
    places: Box<[Purse]>,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Purse {
    /// Key and window, hashed.
    tag: AtomicU64,
    window: AtomicU64,
    used: AtomicU64,
}

impl Spent {
    /// Room for about `bound` keys at a time.
    pub fn new(bound: usize) -> Self {
        Spent {
            places: cells(bound),
            hasher: RandomState::new(),
        }
    }

    /// Takes `amount` from a key's `limit` for a window (a number that grows with time), all or
    /// nothing.
    pub fn take(&self, key: &str, window: u64, amount: u64, limit: u64) -> bool {
        let Some(purse) = self.purse(key, window) else {
            return amount <= limit;
        };
        let fits = |used: u64| used.checked_add(amount).filter(|after| *after <= limit);
        purse.used.fetch_update(AcqRel, Acquire, fits).is_ok()
    }

    fn purse(&self, key: &str, window: u64) -> Option<&Purse> {
        let tag = self.hasher.hash_one((key, window)).max(1);
        let places = self.places.len();
        let probe = || {
            (0..PROBES.min(places)).filter_map(|step| {
                self.places
                    .get((tag >> TAG_BITS) as usize % places.max(1) + step)
                    .or_else(|| self.places.get(step))
            })
        };
        if let Some(purse) = probe().find(|purse| purse.tag.load(Acquire) == tag) {
            return Some(purse);
        }
        let purse = probe().min_by_key(|purse| purse.window.load(Acquire))?;
        purse.tag.store(tag, Release);
        purse.window.store(window, Release);
        purse.used.store(0, Release);
        Some(purse)
    }
}

fn cells<T: Default>(n: usize) -> Box<[T]> {
    std::iter::repeat_with(T::default).take(n.max(1)).collect()
}
