//! Votes by one bit: whether some span has passed a test.

use super::super::policy::{Basis, Builder, Case, Policy, Vote};
use crate::sampling::expression::SpanTest;

/// Yes if some span has passed a test; the other way round if inverted.
pub(super) struct Matching {
    bit: u16,
    inverted: bool,
}

impl Matching {
    /// A policy that asks `test` of every span.
    pub(super) fn boxed(
        builder: &mut Builder<'_>,
        test: SpanTest,
        inverted: bool,
    ) -> Result<Box<dyn Policy>, String> {
        Ok(Box::new(Matching {
            bit: builder.plan.bit(test)?,
            inverted,
        }))
    }
}

impl Policy for Matching {
    fn vote(&self, case: &Case<'_>) -> Vote {
        Vote::sure(case.trace.mask.has(self.bit) != self.inverted)
    }

    fn monotone(&self) -> bool {
        !self.inverted
    }

    fn basis(&self) -> Basis {
        Basis::BITS
    }

    fn sure(&self) -> bool {
        true
    }

    fn inverted(&self) -> bool {
        self.inverted
    }
}
