//! The account of one trace: every model call once, every tool call once, every amount somewhere.
//!
//! Spans are added in any order, each with its facts and its price; [`Account::settle`] then decides
//! what each of them is. A model call nested in a model call is one call; an aggregate is never
//! priced beside its leaves; the three spans of one tool call are one call; identity comes down from
//! the ancestors, across processes; and each picodollar goes to exactly one of direct, induced, own.

mod assemble;
mod attribution;
mod books;
mod calls;
mod claims;
mod identity;
mod kept;
mod logged;
mod origins;
mod settlement;
mod share;
mod tools;
mod totals;
mod tree;
mod twins;

pub use books::Books;
pub use claims::Claims;
pub use kept::{Owned, SpanFacts};
pub use origins::{Origin, Origins};
pub use settlement::{
    Attributed, Fate, Fault, ModelCall, Reason, Settlement, ToolCall, Totals, Wasted,
};

use crate::otlp::TraceId;
use kept::Kept;
use tree::Tree;

/// How much of a trace an account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All that is known of it.
    Whole,
    /// What came after calls of it had been settled for good: no aggregate stands for calls here,
    /// as they may have been among those.
    Rest,
}

/// What has arrived of one trace.
#[derive(Debug, Default)]
pub struct Account {
    kept: Vec<Kept>,
}

impl Account {
    /// Takes one span in.
    pub fn add(&mut self, span: SpanFacts<'_>) {
        self.kept.push(Kept::of(span));
    }

    /// Spans taken in.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether nothing was taken in.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// What all of it comes to, whatever the order it arrived in.
    pub fn settle(&mut self, trace: TraceId) -> Settlement {
        self.settle_ours(trace, Extent::Whole, |_| true)
    }

    /// What all of it comes to without the calls that another trace counts: `is_ours` is asked for
    /// each response id. Nothing made from such a call holds its money: no tool, no sum.
    pub fn settle_ours(
        &mut self,
        trace: TraceId,
        extent: Extent,
        mut is_ours: impl FnMut(&str) -> bool,
    ) -> Settlement {
        self.sort();
        let tree = Tree::of(&self.kept);
        let mut found = calls::find(&self.kept, &tree);
        let kept = &self.kept;
        found.give_up(|_, call| {
            if call.estimated && extent == Extent::Rest {
                return Some(Reason::SumOfCalls);
            }
            // Each is asked for, since each names this call wherever else it is told of.
            let names = calls::names(kept, call);
            let others = names.iter().filter(|name| !is_ours(name)).count();
            (others > 0).then_some(Reason::OtherTrace)
        });
        self.conclude(trace, &tree, found)
    }

    fn sort(&mut self) {
        self.kept.sort_by_key(|span| (span.start, span.span));
        // A payload sent again, or exported twice, tells of the same spans and records.
        self.kept.dedup_by(|again, first| {
            let same = if again.from_log {
                again.is_same_record(first)
            } else {
                again.span == first.span && !first.from_log
            };
            if same && again.fullness() > first.fullness() {
                std::mem::swap(again, first);
            }
            same
        });
    }

    fn conclude(&self, trace: TraceId, tree: &Tree, found: calls::Found) -> Settlement {
        let tools = tools::collapse(&self.kept, tree);
        let identities = identity::inherit(&self.kept, tree);
        let mut settlement = assemble::assemble(trace, &self.kept, tree, found, tools, &identities);
        attribution::attribute(&self.kept, tree, &mut settlement);
        settlement.sum_up();
        settlement
    }
}

#[cfg(test)]
mod tests;
