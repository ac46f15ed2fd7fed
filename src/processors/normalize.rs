//! Brings every GenAI and MCP dialect to the names of the semantic conventions.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{
    Batch, ConfigError, Context, Entry, Facts, Maker, Next, Processor, ProcessorConfig, maker,
};
use crate::genai::dialect::{Custom, Dialects, Originals};
use crate::otlp::Telemetry;

pub(super) const ENTRY: Entry = Entry::processor::<Config>(
    "normalize",
    "bring every GenAI and MCP dialect to the names of the semantic conventions",
    r#"originals = "keep"

[[dialects]]
name = "acme"
scopes = ["acme.llm"]
aliases = { "acme.prompt_size" = "gen_ai.usage.input_tokens", "acme.what" = "gen_ai.operation.name" }
operations = { "ask" = "chat" }"#,
);

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Whether attributes under other names stay beside the canonical ones they became.
    originals: Kept,
    /// Whether the messages of model calls are brought to `gen_ai.input.messages` and its like.
    messages: Messages,
    /// Dialects of your own; they are recognised before the built-in ones.
    dialects: Vec<Custom>,
}

/// What happens to attributes that were brought to canonical names.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Kept {
    /// They stay.
    #[default]
    Keep,
    /// They are removed.
    Remove,
}

/// What happens to prompts and answers that stand in other places and forms.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Messages {
    /// They stay where they are. Content is most of a span's bytes: bringing it over doubles them
    /// (unless `originals = "remove"`), and few backends read it.
    #[default]
    Leave,
    /// They are brought to the form and the names of the conventions.
    Canonical,
}

impl ProcessorConfig for Config {
    fn check(&self) -> Vec<ConfigError> {
        let faults = self
            .dialects
            .iter()
            .enumerate()
            .flat_map(|(index, dialect)| {
                let place = move |key: String| format!("dialects.{index}.{key}");
                dialect
                    .faults()
                    .into_iter()
                    .map(move |fault| ConfigError::at(place(fault.key), fault.why))
            });
        faults.collect()
    }

    fn build(self, context: &mut Context) -> Result<Maker, ConfigError> {
        let dialects = super::dialects(context)
            .with(self.dialects)
            .map_err(|fault| ConfigError::at(format!("dialects.{}", fault.key), fault.why))?;
        let dialects = Arc::new(dialects);
        context.share(Arc::clone(&dialects));
        let originals = match self.originals {
            Kept::Keep => Originals::Keep,
            Kept::Remove => Originals::Remove,
        };
        let messages = self.messages == Messages::Canonical;
        Ok(maker(move |_| Normalize {
            dialects: Arc::clone(&dialects),
            originals,
            messages,
        }))
    }

    fn facts(&self) -> Facts {
        Facts {
            needs: Vec::new(),
            gives: vec!["canonical"],
            ..Facts::default()
        }
    }
}

struct Normalize {
    dialects: Arc<Dialects>,
    originals: Originals,
    messages: bool,
}

impl Processor for Normalize {
    fn process(&mut self, mut batch: Batch, next: &mut Next<'_>) {
        let Normalize {
            dialects,
            originals,
            messages,
        } = self;
        match &mut batch.telemetry {
            Telemetry::Traces(spans) => spans.for_each_mut(|scope, span| {
                if *messages && let Some(edits) = dialects.messages(scope, span, *originals) {
                    edits.apply(span);
                }
                dialects.make_canonical(scope, span, *originals);
            }),
            Telemetry::Logs(logs) => logs.for_each_mut(|scope, record| {
                if *messages && let Some(edits) = Dialects::logged_message(record) {
                    edits.apply(record);
                }
                if let Some(edits) = dialects.canonical_log(scope, record, *originals) {
                    edits.apply(record);
                }
            }),
            // Metrics of the same calls are never added to what spans say, so nobody reads them.
            Telemetry::Metrics(_) => {}
        }
        next.send(batch);
    }
}

#[cfg(test)]
mod tests;
