//! Keeps, or inside `drop` vetoes, traces in which personal data was found upstream.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Policy, Settings};
use super::matching::Matching;
use crate::sampling::expression::{Check, Operand, Place, SpanTest};

/// Settings of `pii`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The attribute that says so: true, or a number above zero.
    #[serde(default = "attr")]
    attr: String,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let slot = builder.plan.keys.slot(&self.attr);
        let checks = [Check::Eq(Operand::Bool(true)), Check::Gt(Operand::Int(0))];
        let tests = checks.map(|check| SpanTest::Attribute(slot, Place::Any, check));
        Matching::boxed(builder, SpanTest::Any(tests.into()), false)
    }
}

fn attr() -> String {
    "tollgate.redaction.count".to_owned()
}
