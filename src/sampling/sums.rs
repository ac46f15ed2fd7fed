//! What a trace's figures come to at most, and amounts that policies hold them against.
//!
//! Most traces stay so far below any such amount that what roll-ups hide makes no difference.

use super::decimal::Decimal;
use super::rollup::{Figure, KINDS};

/// What each figure of a trace comes to at most: as if none were rolled up, and none below zero.
#[derive(Clone, Copy, Debug, Default)]
pub struct Most([f64; KINDS]);

/// What doubles may be wrong by when very many of them are added.
const MARGIN: f64 = 1.0 + 1e-6;

impl Most {
    /// Takes in one of a span's figures, none of which is negative here.
    #[inline]
    pub fn raise(&mut self, figure: Figure, amount: f64) {
        self.0[figure as usize] += amount;
    }

    /// No less than some figures together.
    #[inline]
    pub fn of(&self, figures: &[Figure]) -> f64 {
        let each = figures.iter().map(|figure| self.0[*figure as usize]);
        each.sum::<f64>() * MARGIN
    }
}

/// How high some figures together have to be at least.
#[derive(Clone, Copy, Debug)]
pub struct Height {
    /// Which figures count.
    counts: [bool; KINDS],
    least: f64,
}

impl Height {
    /// An amount that some figures together have to come to.
    pub fn of(figures: &[Figure], least: f64) -> Self {
        let mut counts = [false; KINDS];
        for figure in figures {
            counts[*figure as usize] = true;
        }
        Height { counts, least }
    }

    /// Whether a trace may have come so far.
    #[inline]
    pub fn is_within(&self, most: &Most) -> bool {
        let ([a, b, c], [cost, input, output]) = (self.counts, most.0);
        let one = |counts: bool, most: f64| if counts { most } else { 0.0 };
        (one(a, cost) + one(b, input) + one(c, output)) * MARGIN >= self.least
    }
}

/// An amount to come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    exactly: Decimal,
    about: f64,
}

impl Bar {
    /// An amount; not a number and infinities are none.
    pub fn of(amount: f64) -> Option<Self> {
        let exactly = Decimal::from_f64(amount)?;
        Some(Bar {
            exactly,
            about: amount,
        })
    }

    /// Whether a sum that is at most this may reach it.
    #[inline]
    pub fn is_within(&self, most: f64) -> bool {
        most >= self.about
    }

    /// Whether a sum reaches it.
    pub fn is_reached(&self, sum: Decimal) -> bool {
        sum >= self.exactly
    }
}
