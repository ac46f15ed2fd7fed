//! Kept traces by whole id: a 16-way set-associative map with one CLOCK per set, 35 bytes a slot.

use std::hash::{BuildHasher, RandomState};

use super::memory::Packed;

const WAYS: usize = 16;
/// Slots per remembered entry: at this fill a 16-way set keeps 97 % of the last N.
const ROOM: f64 = 1.25;
const EMPTY: [u8; 16] = [0; 16];

/// A bounded map from trace ids to packed decisions.
#[derive(Debug)]
pub struct WayClock {
    ids: Vec<[u8; 16]>,
    thresholds: Vec<u64>,
    randomness: Vec<u64>,
    policies: Vec<u16>,
    /// Per set: one bit per way that was used since the hand passed.
    used: Vec<u16>,
    hands: Vec<u8>,
    hasher: RandomState,
}

impl WayClock {
    /// Remembers about the last `bound` entries.
    pub fn new(bound: usize) -> Self {
        let sets = ((bound as f64 * ROOM / WAYS as f64).ceil() as usize).max(1);
        let slots = sets * WAYS;
        WayClock {
            ids: vec![EMPTY; slots],
            thresholds: vec![0; slots],
            randomness: vec![0; slots],
            policies: vec![0; slots],
            used: vec![0; sets],
            hands: vec![0; sets],
            hasher: RandomState::new(),
        }
    }

    /// What is remembered of a trace; counts as a use.
    pub fn get(&mut self, id: &[u8; 16]) -> Option<Packed> {
        let set = self.set(id);
        let way = self.find(set, id)?;
        if let Some(used) = self.used.get_mut(set) {
            *used |= 1 << way;
        }
        self.read(set * WAYS + way)
    }

    /// Remembers a trace; the first entry of its set that was not used lately makes room.
    pub fn insert(&mut self, id: [u8; 16], value: Packed) {
        let set = self.set(&id);
        let way = self.find(set, &id).or_else(|| self.find(set, &EMPTY));
        let way = way.unwrap_or_else(|| self.turn(set));
        let slot = set * WAYS + way;
        if let Some(own) = self.ids.get_mut(slot) {
            *own = id;
        }
        let Packed {
            threshold,
            randomness,
            policy,
        } = value;
        for (column, word) in [
            (&mut self.thresholds, threshold),
            (&mut self.randomness, randomness),
        ] {
            if let Some(cell) = column.get_mut(slot) {
                *cell = word;
            }
        }
        if let Some(cell) = self.policies.get_mut(slot) {
            *cell = policy;
        }
        if let Some(used) = self.used.get_mut(set) {
            *used |= 1 << way;
        }
    }

    /// All entries, in no order.
    pub fn iter(&self) -> impl Iterator<Item = ([u8; 16], Packed)> {
        self.ids
            .iter()
            .enumerate()
            .filter(|(_, id)| **id != EMPTY)
            .filter_map(|(slot, id)| self.read(slot).map(|value| (*id, value)))
    }

    fn read(&self, slot: usize) -> Option<Packed> {
        Some(Packed {
            threshold: *self.thresholds.get(slot)?,
            randomness: *self.randomness.get(slot)?,
            policy: *self.policies.get(slot)?,
        })
    }

    fn set(&self, id: &[u8; 16]) -> usize {
        let hash = self.hasher.hash_one(id);
        ((u128::from(hash) * self.used.len() as u128) >> 64) as usize
    }

    fn find(&self, set: usize, id: &[u8; 16]) -> Option<usize> {
        self.ids
            .get(set * WAYS..(set + 1) * WAYS)?
            .iter()
            .position(|own| own == id)
    }

    /// Turns the hand of a full set to the first way that was not used since it last passed.
    fn turn(&mut self, set: usize) -> usize {
        let (Some(hand), Some(used)) = (self.hands.get_mut(set), self.used.get_mut(set)) else {
            return 0;
        };
        while *used & 1 << *hand != 0 {
            *used &= !(1 << *hand);
            *hand = (*hand + 1) % WAYS as u8;
        }
        let way = usize::from(*hand);
        *hand = (*hand + 1) % WAYS as u8;
        way
    }
}
