//! Tells when an agent calls the same tools over and over.

use std::hash::BuildHasher;

use super::index::{Index, push};

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
pub struct Calls(View);

#[derive(Clone, Debug)]
enum View {
    /// Calls anywhere: how often each was made.
    Counts(Counts),
    /// Calls in start order.
    Ordered(Ordered),
}

impl Calls {
    /// No calls yet.
    pub fn new(shape: Shape) -> Self {
        Calls(match shape {
            Shape::Anywhere => View::Counts(Counts::default()),
            Shape::Consecutive => View::Ordered(Ordered::up_to(1)),
            Shape::Cycle => View::Ordered(Ordered::up_to(PERIOD_MAX)),
        })
    }

    /// Takes in a call that started at `start`; equal calls have equal keys.
    pub fn add(&mut self, start: u64, key: u64) {
        match &mut self.0 {
            View::Counts(counts) => counts.add(key),
            View::Ordered(ordered) => ordered.add(start, key),
        }
    }

    /// The largest number of calls, or repetitions of a pattern, found.
    pub fn most(&self) -> u32 {
        match &self.0 {
            View::Counts(counts) => counts.most,
            View::Ordered(ordered) => ordered.runs.most,
        }
    }

    /// Memory beyond the struct itself, in bytes.
    pub fn bytes(&self) -> usize {
        match &self.0 {
            View::Counts(counts) => counts.calls.capacity() * 16 + counts.index.bytes(),
            View::Ordered(ordered) => ordered.calls.capacity() * 16,
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Counts {
    /// Keys of calls, and how often each was made.
    calls: Vec<(u64, u32)>,
    index: Index,
    most: u32,
}

impl Counts {
    fn add(&mut self, key: u64) {
        let of = |call: &(u64, u32)| call.0;
        let place = self.index.find(&self.calls, key, of);
        if place.is_none() {
            push(&mut self.calls, (key, 0));
            self.index.added(&self.calls, of);
        }
        let call = match place {
            Some(place) => self.calls.get_mut(place),
            None => self.calls.last_mut(),
        };
        if let Some((_, count)) = call {
            *count += 1;
            self.most = self.most.max(*count);
        }
    }
}

#[derive(Clone, Debug)]
struct Ordered {
    /// Starts and keys.
    calls: Vec<(u64, u64)>,
    runs: Runs,
    periods: u8,
}

impl Ordered {
    fn up_to(period: usize) -> Self {
        Ordered {
            calls: Vec::new(),
            runs: Runs::default(),
            periods: period as u8,
        }
    }

    fn add(&mut self, start: u64, key: u64) {
        if self.calls.len() >= ORDERED_MAX {
            self.calls.drain(..ORDERED_MAX / 2);
        }
        let place = self.calls.partition_point(|(earlier, _)| *earlier <= start);
        let last = place == self.calls.len();
        let periods = usize::from(self.periods);
        if last {
            push(&mut self.calls, (start, key));
            self.runs.extend(&self.calls, place, periods);
        } else {
            self.calls.insert(place, (start, key));
            let mut runs = Runs::default();
            (0..self.calls.len()).for_each(|place| runs.extend(&self.calls, place, periods));
            self.runs = runs;
        }
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
