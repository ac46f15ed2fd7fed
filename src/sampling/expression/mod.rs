//! Typed conditions over spans and traces: how they are written, and what they compile to.

mod check;
mod event;
mod reading;
mod syntax;
mod test;

pub use check::{Check, compare};
pub use event::EventTest;
pub use reading::{Evaluation, Keys, Reading, Scalar, Slot, Slots};
pub(crate) use syntax::regex;
pub use syntax::{Expression, Field, Op, Operand, Place, TraceField};
pub use test::{Bits, Mask, Screened, SpanTest, TraceFigures, TraceTest};
pub(crate) use test::{CODES, KINDS};
