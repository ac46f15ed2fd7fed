//! Sums of a trace's figures, worked out once somebody has to know them exactly.
//!
//! Policies ask whether a sum has come to some amount, and most traces stay so far below it that
//! what roll-ups hide makes no difference. Until it does, spans are only noted down.

use std::cell::OnceCell;

use super::decimal::Decimal;
use super::rollup::{
    Amount, Figure, Figures, Id, KINDS, PACKED_MAX, Rollup, pack, packed_len, unpack,
};

/// The running sums of one trace; see [`Rollup`] for what is summed.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// What the figures come to at most: as if none were rolled up, and none below zero.
    at_most: [f64; KINDS],
    /// The parent of the last span in the notes.
    parent: Id,
    /// Spans in order of arrival: their figures as [`pack`] has them, id, and parent unless the
    /// first byte tells.
    notes: Vec<u8>,
    /// The same once somebody had to know; then the notes end.
    exact: OnceCell<Box<Rollup>>,
}

/// In the first byte of a note: the parent is that of the note before.
const SAME_PARENT: u8 = 1 << 7;
/// Notes begin with room for two spans or three, and grow by as much and a quarter.
const NOTES: usize = 64;
/// Bytes of an id.
const ID: usize = size_of::<Id>();

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
}

/// What doubles may be wrong by when very many of them are added.
const MARGIN: f64 = 1.0 + 1e-6;

impl Sums {
    /// Takes in one span; `parent` is zero for a root. Says whether it has a figure.
    #[inline]
    pub fn add(&mut self, id: Id, parent: Id, figures: &Figures) -> bool {
        let [cost, input, output] = figures;
        let has = self.raise(Figure::Cost, *cost)
            | self.raise(Figure::Input, *input)
            | self.raise(Figure::Output, *output);
        if let Some(exact) = self.exact.get_mut() {
            self.notes = Vec::new();
            return exact.add(id, parent, figures);
        }
        self.note(id, parent, figures);
        has
    }

    #[inline]
    fn raise(&mut self, figure: Figure, amount: Amount) -> bool {
        if amount.exists() {
            self.at_most[figure as usize] += amount.as_f64().max(0.0);
        }
        amount.exists()
    }

    /// The sum of one figure over the spans that have no descendant with it.
    pub fn sum(&self, figure: Figure) -> Decimal {
        self.exact().sum(figure)
    }

    /// No less than some figures together.
    #[inline]
    pub fn at_most(&self, figures: &[Figure]) -> f64 {
        let each = figures.iter().map(|figure| self.at_most[*figure as usize]);
        each.sum::<f64>() * MARGIN
    }

    /// Whether some figures together come to an amount.
    #[inline]
    pub fn reach(&self, figures: &[Figure], bar: &Bar) -> bool {
        self.at_most(figures) >= bar.about && {
            let each = figures.iter().map(|figure| self.sum(*figure));
            each.sum::<Decimal>() >= bar.exactly
        }
    }

    /// Memory beyond the struct itself, in bytes.
    pub fn bytes(&self) -> usize {
        let exact = self.exact.get();
        let exact = exact.map_or(0, |exact| size_of::<Rollup>() + exact.bytes());
        self.notes.capacity() + exact
    }

    #[inline]
    fn note(&mut self, id: Id, parent: Id, figures: &Figures) {
        let mut bytes = [0; PACKED_MAX + 2 * ID];
        let mut len = pack(figures, &mut bytes);
        let mut put = |id: Id| {
            if let Some(to) = bytes.get_mut(len..).and_then(<[u8]>::first_chunk_mut) {
                *to = id.to_le_bytes();
            }
            len += ID;
        };
        put(id);
        if parent == self.parent {
            bytes[0] |= SAME_PARENT;
        } else {
            put(parent);
        }
        self.parent = parent;
        let bytes = bytes.get(..len).unwrap_or_default();
        if self.notes.capacity() - self.notes.len() < len {
            self.notes.reserve_exact(self.notes.len() / 4 + NOTES);
        }
        self.notes.extend_from_slice(bytes);
    }

    fn exact(&self) -> &Rollup {
        self.exact.get_or_init(|| {
            let mut exact = Box::<Rollup>::default();
            let rest = &self.notes;
            let notes = Notes { rest, parent: 0 };
            for (id, parent, figures) in notes {
                exact.add(id, parent, &figures);
            }
            exact
        })
    }
}

/// Reads notes.
struct Notes<'a> {
    rest: &'a [u8],
    parent: Id,
}

impl Iterator for Notes<'_> {
    type Item = (Id, Id, Figures);

    fn next(&mut self) -> Option<Self::Item> {
        let head = *self.rest.first()?;
        let figures = unpack(self.rest);
        self.rest = self.rest.get(packed_len(head)..)?;
        let id = self.id()?;
        if head & SAME_PARENT == 0 {
            self.parent = self.id()?;
        }
        Some((id, self.parent, figures))
    }
}

impl Notes<'_> {
    fn id(&mut self) -> Option<Id> {
        let (id, rest) = self.rest.split_first_chunk::<ID>()?;
        self.rest = rest;
        Some(Id::from_le_bytes(*id))
    }
}
