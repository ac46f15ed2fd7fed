//! Dropped traces by 32-bit fingerprint: two generations of cuckoo filters, about 4.3 bytes an id
//! each. A stranger is mistaken for a dropped trace once in some hundred million times.

use std::hash::{BuildHasher, RandomState};

const WAYS: usize = 4;
const KICKS_MAX: usize = 500;
/// How full a filter may become before the next generation starts.
const FILL: f64 = 0.93;

/// A set of ids that forgets the older half when it is full.
#[derive(Debug)]
pub struct Generations {
    current: Filter,
    previous: Filter,
    bound: usize,
    hasher: RandomState,
}

impl Generations {
    /// Remembers at least the last `bound` ids, and at most twice as many.
    pub fn new(bound: usize) -> Self {
        Generations {
            current: Filter::new(bound),
            previous: Filter::new(bound),
            bound: bound.max(1),
            hasher: RandomState::new(),
        }
    }

    /// Whether the id was added lately; counts as a use.
    pub fn get(&mut self, id: &[u8; 16]) -> bool {
        let mark = self.mark(id);
        if self.current.contains(mark) {
            return true;
        }
        let old = self.previous.contains(mark);
        if old {
            self.add(mark);
        }
        old
    }

    /// Adds an id.
    pub fn insert(&mut self, id: &[u8; 16]) {
        let mark = self.mark(id);
        if !self.current.contains(mark) {
            self.add(mark);
        }
    }

    /// Forgets an id.
    pub fn remove(&mut self, id: &[u8; 16]) {
        let mark = self.mark(id);
        self.current.remove(mark);
        self.previous.remove(mark);
    }

    fn add(&mut self, mark: Mark) {
        if self.current.len >= self.bound || !self.current.insert(mark) {
            std::mem::swap(&mut self.current, &mut self.previous);
            self.current.clear();
            // An empty filter takes anything.
            self.current.insert(mark);
        }
    }

    fn mark(&self, id: &[u8; 16]) -> Mark {
        let hash = self.hasher.hash_one(id);
        Mark {
            place: hash as u32,
            print: ((hash >> 32) as u32).max(1),
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    place: u32,
    /// Never zero, which is an empty way.
    print: u32,
}

#[derive(Debug)]
struct Filter {
    buckets: Vec<[u32; WAYS]>,
    len: usize,
    turn: usize,
}

impl Filter {
    fn new(bound: usize) -> Self {
        let buckets = (bound as f64 / FILL / WAYS as f64).ceil() as usize + 1;
        Filter {
            buckets: vec![[0; WAYS]; buckets],
            len: 0,
            turn: 0,
        }
    }

    fn clear(&mut self) {
        self.buckets.fill([0; WAYS]);
        self.len = 0;
    }

    fn contains(&self, mark: Mark) -> bool {
        let home = self.home(mark);
        self.has(home, mark.print) || self.has(self.other(home, mark.print), mark.print)
    }

    fn insert(&mut self, mark: Mark) -> bool {
        let home = self.home(mark);
        let other = self.other(home, mark.print);
        if self.put(home, mark.print) || self.put(other, mark.print) {
            self.len += 1;
            return true;
        }
        let (mut bucket, mut print) = (other, mark.print);
        for _ in 0..KICKS_MAX {
            self.turn = (self.turn + 1) % WAYS;
            let Some(way) = self
                .buckets
                .get_mut(bucket)
                .and_then(|ways| ways.get_mut(self.turn))
            else {
                return false;
            };
            std::mem::swap(way, &mut print);
            bucket = self.other(bucket, print);
            if self.put(bucket, print) {
                self.len += 1;
                return true;
            }
        }
        // The last one kicked out is forgotten: a generation ends early, by one.
        false
    }

    fn remove(&mut self, mark: Mark) {
        let home = self.home(mark);
        for bucket in [home, self.other(home, mark.print)] {
            let way = self
                .buckets
                .get_mut(bucket)
                .and_then(|ways| ways.iter_mut().find(|way| **way == mark.print));
            if let Some(way) = way {
                *way = 0;
                self.len = self.len.saturating_sub(1);
                return;
            }
        }
    }

    fn home(&self, mark: Mark) -> usize {
        scale(mark.place, self.buckets.len())
    }

    /// The other bucket of a fingerprint: a reflection, so that it leads back.
    fn other(&self, bucket: usize, print: u32) -> usize {
        let n = self.buckets.len();
        let sum = scale(print.wrapping_mul(0x9e37_79b1), n);
        (sum + n - bucket) % n
    }

    fn has(&self, bucket: usize, print: u32) -> bool {
        self.buckets
            .get(bucket)
            .is_some_and(|ways| ways.contains(&print))
    }

    fn put(&mut self, bucket: usize, print: u32) -> bool {
        let free = self
            .buckets
            .get_mut(bucket)
            .and_then(|ways| ways.iter_mut().find(|way| **way == 0));
        free.map(|way| *way = print).is_some()
    }
}

fn scale(word: u32, n: usize) -> usize {
    ((u64::from(word) * n as u64) >> 32) as usize
}
