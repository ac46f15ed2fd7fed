//! Discards spans, log records and metrics that match a rule, or that match none.

mod rule;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{
    Batch, ConfigError, Context, Entry, Maker, Next, Processor, ProcessorConfig, Reason, maker,
};
use crate::otlp::Telemetry;
use rule::{Compiled, Rule};

pub(super) const ENTRY: Entry = Entry::processor::<Config>(
    "filter",
    "discard spans, log records and metrics by name, attribute, severity or body",
    r#"drop = [
  { name = "^GET /health", attributes = { "service.name" = "gateway" } },
  { signal = "logs", severity_below = 9 },
]"#,
);

/// A record goes when a `drop` rule matches it, or when there are `keep` rules and none does.
/// What goes is counted as `filtered`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Rules for what to discard.
    drop: Vec<Rule>,
    /// Rules for what alone to keep; empty keeps everything not dropped.
    keep: Vec<Rule>,
}

impl ProcessorConfig for Config {
    fn check(&self) -> Vec<ConfigError> {
        let lists = [("drop", &self.drop), ("keep", &self.keep)];
        let rules = lists
            .iter()
            .flat_map(|(key, rules)| rules.iter().map(move |rule| (key, rule)));
        rules
            .filter_map(|(key, rule)| Some(ConfigError::at(*key, rule.compile().err()?)))
            .collect()
    }

    fn build(self, _: &mut Context) -> Result<Maker, ConfigError> {
        let compile = |key: &str, rules: &[Rule]| {
            let compiled = rules
                .iter()
                .map(Rule::compile)
                .collect::<Result<Arc<[_]>, _>>();
            compiled.map_err(|why| ConfigError::at(key, why))
        };
        let (drop, keep) = (compile("drop", &self.drop)?, compile("keep", &self.keep)?);
        Ok(maker(move |_| Filter {
            drop: Arc::clone(&drop),
            keep: Arc::clone(&keep),
        }))
    }
}

struct Filter {
    drop: Arc<[Compiled]>,
    keep: Arc<[Compiled]>,
}

impl Filter {
    fn keeps(&self, matches: impl Fn(&Compiled) -> bool) -> bool {
        !self.drop.iter().any(&matches) && (self.keep.is_empty() || self.keep.iter().any(&matches))
    }
}

impl Processor for Filter {
    fn process(&mut self, mut batch: Batch, next: &mut Next<'_>) {
        let removed = match &mut batch.telemetry {
            Telemetry::Traces(spans) => {
                spans.retain(|scope, span| self.keeps(|rule| rule.span(scope, span)))
            }
            Telemetry::Logs(logs) => {
                logs.retain(|scope, log| self.keeps(|rule| rule.log(scope, log)))
            }
            Telemetry::Metrics(metrics) => {
                metrics.retain(|scope, metric| self.keeps(|rule| rule.metric(scope, metric)))
            }
        };
        next.discard_items(removed, Reason::Filtered);
        next.send(batch);
    }
}

#[cfg(test)]
mod tests;
