//! Tells when an agent calls the same tools over and over.

use std::hash::BuildHasher;

use hashbrown::HashMap;

/// What counts as going round in circles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// The number of equal calls anywhere in the trace.
    #[default]
    Anywhere,
    /// The longest unbroken run of equal calls in start order.
    Consecutive,
    /// The most often repeated pattern of one to four calls, unbroken, in start order.
    Cycle,
}

/// The longest pattern a cycle may have.
pub const PERIOD_MAX: usize = 4;

/// Calls remembered in order per trace; beyond that the earliest are forgotten.
const ORDERED_MAX: usize = 16_384;

/// The tool calls of one trace, as one loop policy sees them.
#[derive(Clone, Debug)]
pub struct Calls {
    shape: Shape,
    counts: HashMap<u64, u32, foldhash::fast::RandomState>,
    ordered: Vec<(u64, u64)>,
    runs: Runs,
}

impl Calls {
    /// No calls yet.
    pub fn new(shape: Shape) -> Self {
        Calls {
            shape,
            counts: HashMap::default(),
            ordered: Vec::new(),
            runs: Runs::default(),
        }
    }

    /// Takes in a call that started at `start`; equal calls have equal keys.
    pub fn add(&mut self, start: u64, key: u64) {
        if self.shape == Shape::Anywhere {
            let count = self.counts.entry(key).or_default();
            *count += 1;
            self.runs.most = self.runs.most.max(*count);
            return;
        }
        if self.ordered.len() >= ORDERED_MAX {
            self.ordered.drain(..ORDERED_MAX / 2);
        }
        let place = self
            .ordered
            .partition_point(|(earlier, _)| *earlier <= start);
        let last = place == self.ordered.len();
        self.ordered.insert(place, (start, key));
        let periods = if self.shape == Shape::Cycle {
            PERIOD_MAX
        } else {
            1
        };
        if last {
            self.runs.extend(&self.ordered, place, periods);
        } else {
            let mut runs = Runs::default();
            (0..self.ordered.len()).for_each(|place| runs.extend(&self.ordered, place, periods));
            self.runs = runs;
        }
    }

    /// The largest number of calls, or repetitions of a pattern, found.
    pub fn most(&self) -> u32 {
        self.runs.most
    }

    /// Memory beyond the struct itself, in bytes.
    pub fn bytes(&self) -> usize {
        self.counts.capacity() * 17 + self.ordered.capacity() * 16
    }
}

/// For each period, how many calls up to the last one equal the call a period before.
#[derive(Clone, Copy, Debug, Default)]
struct Runs {
    equal: [u32; PERIOD_MAX],
    most: u32,
}

impl Runs {
    fn extend(&mut self, calls: &[(u64, u64)], place: usize, periods: usize) {
        let Some((_, key)) = calls.get(place) else {
            return;
        };
        for (period, equal) in (1..).zip(&mut self.equal).take(periods) {
            let before = place
                .checked_sub(period)
                .and_then(|before| calls.get(before));
            *equal = if before.is_some_and(|(_, earlier)| earlier == key) {
                *equal + 1
            } else {
                0
            };
            let length = *equal + period as u32;
            self.most = self.most.max(length / period as u32);
        }
    }
}

/// Makes keys of calls: by tool, and by arguments if asked; seeded, so strangers cannot collide them.
#[derive(Clone, Debug, Default)]
pub struct CallKeys(foldhash::quality::RandomState);

impl CallKeys {
    /// The key of a call.
    pub fn of(&self, tool: &str, arguments: Option<&str>) -> u64 {
        self.0.hash_one((tool, arguments))
    }
}
