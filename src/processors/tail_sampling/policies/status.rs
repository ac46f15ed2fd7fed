//! Keeps traces with a span of some status.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::policy::{Builder, Policy, Settings};
use super::matching::Matching;
use crate::sampling::expression::{Check, Field, Operand, SpanTest};

/// Settings of `status`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// `ERROR`, `OK`, `UNSET`.
    #[serde(alias = "status_codes")]
    codes: Vec<Code>,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let codes = self
            .codes
            .iter()
            .map(|code| Operand::Str(code.word().to_owned()));
        let test = SpanTest::Field(Field::Status, Check::In(codes.collect()));
        Matching::boxed(builder, test, false)
    }
}

/// A span's status.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum Code {
    Unset,
    Ok,
    Error,
}

impl Code {
    fn word(self) -> &'static str {
        match self {
            Code::Unset => "UNSET",
            Code::Ok => "OK",
            Code::Error => "ERROR",
        }
    }
}
