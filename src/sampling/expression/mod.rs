//! Typed conditions over spans and traces: how they are written, and what they compile to.

mod asked;
mod bits;
mod check;
mod clauses;
mod convert;
mod event;
mod keys;
mod reading;
mod several;
mod sieve;
mod syntax;
mod test;

pub use bits::{Bits, Mask, Passed};
pub use check::{Check, compare};
pub use clauses::Screened;
pub use convert::{As, Type};
pub use event::EventTest;
pub use keys::Keys;
pub use reading::{Evaluation, Reading, Scalar, Slot, Slots};
pub use several::Several;
pub(crate) use syntax::regex;
pub use syntax::{Expression, Field, Op, Operand, Place, TraceField};
pub(crate) use test::{CODES, KINDS};
pub use test::{SpanTest, TraceFigures, TraceTest};

#[cfg(test)]
mod tests;
