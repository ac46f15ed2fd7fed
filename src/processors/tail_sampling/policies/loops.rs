//! Keeps traces in which an agent goes round in circles.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::plan::LoopSpec;
use super::super::policy::{Basis, Builder, Case, Policy, Settings, Vote};
use crate::sampling::loops::Shape;

/// Settings of `loops`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// More calls, or repetitions of a pattern, than this.
    max_calls: u32,
    /// Only calls with the same arguments are equal.
    #[serde(default)]
    same_args: bool,
    /// Only unbroken runs count, in start order.
    #[serde(default)]
    consecutive: bool,
    /// Unbroken repetitions of a pattern of up to four calls count, in start order.
    #[serde(default)]
    cycle: bool,
    /// Only calls of these tools; all if empty.
    #[serde(default)]
    tools: Vec<String>,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let is_call = builder.plan.tool_call(&self.tools);
        let is_call = builder.plan.bits.screen(is_call);
        let tool = builder.plan.keys.slot("gen_ai.tool.name");
        let keys = &mut builder.plan.keys;
        let arguments = { self.same_args }.then(|| keys.slot("gen_ai.tool.call.arguments"));
        let shape = match (self.cycle, self.consecutive) {
            (true, _) => Shape::Cycle,
            (false, true) => Shape::Consecutive,
            (false, false) => Shape::Anywhere,
        };
        // So many calls are no loop, whatever they are.
        let place = builder.plan.count(is_call, Basis::CALLS, self.max_calls);
        builder.plan.loops.push(LoopSpec {
            shape,
            tool,
            arguments,
            place,
        });
        let index = builder.plan.loops.len() - 1;
        Ok(Box::new(Loops {
            index,
            max: self.max_calls,
        }))
    }
}

struct Loops {
    index: usize,
    max: u32,
}

impl Policy for Loops {
    fn vote(&self, case: &Case<'_>) -> Vote {
        Vote::sure(case.calls_exceed(self.index, self.max))
    }

    /// A call that comes late may have begun in the middle of a run, and break it; but an agent that
    /// goes round in circles is to be seen while it does, and its trace stays worth keeping.
    fn monotone(&self) -> bool {
        true
    }

    fn basis(&self) -> Basis {
        Basis::CALLS
    }
}
