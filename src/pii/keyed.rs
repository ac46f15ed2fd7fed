//! Keeps things by numbers of eight bytes, so that one look finds what belongs to a number.

use std::ops::Range;

use super::gate::hash;

/// One thing for each of some numbers. Every number has a slot that no other of them has: which one, its
/// hash says together with a seed that the numbers of some hashes share.
#[derive(Debug)]
pub(super) struct Slots<T> {
    seeds: Vec<u16>,
    slots: Vec<(u64, T)>,
    /// So many bits of a hash choose a slot.
    bits: u32,
}

/// So many bits of a hash choose a seed: few, so that the seeds stay in the nearest cache.
const SEEDS: u32 = 10;
/// The number of a slot that is free, which is nobody's.
const FREE: u64 = u64::MAX;

impl<T: Clone + Default> Slots<T> {
    /// Keeps what belongs to numbers of which no two are the same.
    pub(super) fn of(all: &[(u64, T)]) -> Self {
        let mut buckets = vec![Vec::new(); 1 << SEEDS];
        for one in all {
            buckets[hash(one.0, SEEDS)].push(one);
        }
        let mut order: Vec<usize> = (0..buckets.len()).collect();
        order.sort_by_key(|bucket| std::cmp::Reverse(buckets[*bucket].len()));
        let least = all.len().next_power_of_two().ilog2() + 1;
        let fitted = (least..).find_map(|bits| Self::fitted(&buckets, &order, bits));
        fitted.unwrap_or_else(|| Self::free(least))
    }

    fn free(bits: u32) -> Self {
        Self {
            seeds: vec![0; 1 << SEEDS],
            slots: vec![(FREE, T::default()); 1 << bits],
            bits,
        }
    }

    /// The numbers in slots, if seeds are found by which there are enough.
    fn fitted(buckets: &[Vec<&(u64, T)>], order: &[usize], bits: u32) -> Option<Self> {
        let mut fitted = Self::free(bits);
        for &bucket in order {
            let all = &buckets[bucket];
            let places = |seed: u16| all.iter().map(move |(key, _)| place(*key, seed, bits));
            let fits = |seed: &u16| {
                places(*seed).enumerate().all(|(count, place)| {
                    fitted.slots[place].0 == FREE
                        && places(*seed).take(count).all(|other| other != place)
                })
            };
            let seed = (0..=u16::MAX).find(fits)?;
            fitted.seeds[bucket] = seed;
            for (one, place) in all.iter().zip(places(seed)) {
                fitted.slots[place] = (*one).clone();
            }
        }
        Some(fitted)
    }

    /// What belongs to the number, if anything does.
    #[inline]
    pub(super) fn get(&self, key: u64) -> Option<&T> {
        let seed = self.seeds[hash(key, SEEDS)];
        let (known, one) = &self.slots[place(key, seed, self.bits)];
        (*known == key).then_some(one)
    }
}

/// The slot of a number by a seed.
#[inline]
fn place(key: u64, seed: u16, bits: u32) -> usize {
    const SPREAD: u64 = 0xD6E8_FEB8_6659_FD93;
    hash(key ^ u64::from(seed).wrapping_mul(SPREAD), bits)
}

/// Things of which several may belong to one number.
#[derive(Debug)]
pub(super) struct Keyed<T> {
    all: Vec<(u64, T)>,
    parts: Slots<Range<u16>>,
}

impl<T> Keyed<T> {
    /// Keeps those of one number in the order in which they come.
    pub(super) fn of(mut all: Vec<(u64, T)>) -> Self {
        all.sort_by_key(|(key, _)| *key);
        let mut parts = Vec::new();
        let mut first = 0;
        for part in all.chunk_by(|one, other| one.0 == other.0) {
            let end = first + part.len() as u16;
            parts.push((part[0].0, first..end));
            first = end;
        }
        let parts = Slots::of(&parts);
        Self { all, parts }
    }

    /// What belongs to the number.
    #[inline]
    pub(super) fn get(&self, key: u64) -> impl Iterator<Item = &T> {
        self.part(key).iter().map(|(_, one)| one)
    }

    /// The same, with the number.
    #[inline]
    pub(super) fn part(&self, key: u64) -> &[(u64, T)] {
        let part = self.parts.get(key).cloned().unwrap_or_default();
        let all = self.all.get(usize::from(part.start)..usize::from(part.end));
        all.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_own_and_no_other_has_any() {
        let key = |one: u64| one * one * 0x1_0001 + one;
        for count in [0, 1, 2, 700, 9_000] {
            let all = (0..count)
                .map(|one| (key(one), one as u16))
                .collect::<Vec<_>>();
            let slots = Slots::of(&all);
            assert!((0..count).all(|one| slots.get(key(one)) == Some(&(one as u16))));
            assert!((0..count).all(|one| slots.get(key(one) + 1).is_none() || one == 0));
        }
    }

    #[test]
    fn several_of_one_number_stay_in_order() {
        let keyed = Keyed::of(vec![(7, 'a'), (5, 'b'), (7, 'c'), (7, 'a')]);
        let of = |key| keyed.get(key).collect::<String>();
        assert_eq!([of(7), of(5), of(6)], ["aca", "b", ""]);
    }
}
