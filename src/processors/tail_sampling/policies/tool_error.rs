//! Keeps traces in which tools failed.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Basis, Builder, Case, Policy, Settings, Vote};
use crate::sampling::expression::{Check, Field, Operand, Place, SpanTest};

/// Settings of `tool_error`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// So many failed calls at least.
    #[serde(default = "one")]
    min_count: u32,
    /// Only calls of these tools; all if empty.
    #[serde(default)]
    tools: Vec<String>,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let is_call = builder.plan.tool_call(&self.tools);
        let error_type = builder.plan.keys.slot("error.type");
        let text = |text: &str| Operand::Str(text.to_owned());
        let failed = SpanTest::Any(vec![
            SpanTest::Field(Field::Status, Check::Eq(text("ERROR"))),
            SpanTest::All(vec![
                SpanTest::Attribute(error_type, Place::Span, Check::Exists),
                SpanTest::Attribute(error_type, Place::Span, Check::Ne(text(""))),
            ]),
        ]);
        let failed_call = SpanTest::All(vec![is_call, failed]);
        let failed_call = builder.plan.bits.screen(failed_call);
        let enough = self.min_count.saturating_sub(1);
        let counter = builder.plan.count(failed_call, Basis::COUNTS, enough);
        Ok(Box::new(ToolError {
            counter,
            min: self.min_count,
        }))
    }
}

fn one() -> u32 {
    1
}

struct ToolError {
    counter: usize,
    min: u32,
}

impl Policy for ToolError {
    fn vote(&self, case: &Case<'_>) -> Vote {
        Vote::sure(case.trace.count(self.counter) >= self.min)
    }

    fn monotone(&self) -> bool {
        true
    }

    fn basis(&self) -> Basis {
        Basis::COUNTS.or_first(self.min == 0)
    }
}
