//! Renames, deletes, inserts and sets attributes of spans and log records.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{
    Batch, ConfigError, Context, Entry, Maker, Next, Processor, ProcessorConfig, maker,
};
use crate::otlp::{NewValue, Record, RecordKind, Telemetry};

pub(super) const ENTRY: Entry = Entry::processor::<Config>(
    "attributes",
    "set, insert, rename and delete attributes of spans and log records",
    r#"rename = { "http.url" = "url.full" }
delete = ["internal.secret"]
insert = { "deployment.environment.name" = "production" }
set = { "team" = "agents" }"#,
);

/// Applied in this order: copy, rename, delete, insert, update, set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Config {
    /// Old name to new name; both have the value then, whatever the new name had before.
    pub(super) copy: BTreeMap<String, String>,
    /// Old name to new name; an attribute that already has the new name wins.
    pub(super) rename: BTreeMap<String, String>,
    /// Names to remove.
    pub(super) delete: Vec<String>,
    /// Values to give where the name is missing.
    pub(super) insert: BTreeMap<String, Plain>,
    /// Values to give where the name is there.
    pub(super) update: BTreeMap<String, Plain>,
    /// Values to give in any case.
    pub(super) set: BTreeMap<String, Plain>,
}

/// A value as TOML writes it: text, whole number, number or truth value.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Plain {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a point.
    Double(f64),
    /// Text.
    Text(String),
}

impl Plain {
    pub(super) fn value(&self) -> NewValue {
        match self {
            Plain::Bool(value) => NewValue::Bool(*value),
            Plain::Int(value) => NewValue::Int(*value),
            Plain::Double(value) => NewValue::Double(*value),
            Plain::Text(value) => NewValue::Str(value.clone()),
        }
    }
}

impl Config {
    /// The faults both this processor and `resource` may have.
    pub(super) fn faults(&self) -> Vec<ConfigError> {
        let both = |names: &'_ BTreeMap<String, String>| {
            names
                .iter()
                .all(|(old, new)| !old.is_empty() && !new.is_empty())
        };
        let given = |values: &BTreeMap<String, Plain>| values.keys().all(|name| !name.is_empty());
        let lists = [
            ("copy", both(&self.copy)),
            ("rename", both(&self.rename)),
            ("delete", self.delete.iter().all(|name| !name.is_empty())),
            ("insert", given(&self.insert)),
            ("update", given(&self.update)),
            ("set", given(&self.set)),
        ];
        lists
            .into_iter()
            .filter_map(|(key, good)| {
                ConfigError::unless(good, key, "an attribute name is empty").err()
            })
            .collect()
    }
}

impl ProcessorConfig for Config {
    fn check(&self) -> Vec<ConfigError> {
        self.faults()
    }

    fn build(self, _: &mut Context) -> Result<Maker, ConfigError> {
        Ok(maker(move |_| Attributes {
            config: self.clone(),
        }))
    }
}

struct Attributes {
    config: Config,
}

impl Processor for Attributes {
    fn process(&mut self, mut batch: Batch, next: &mut Next<'_>) {
        match &mut batch.telemetry {
            Telemetry::Traces(spans) => spans.for_each_mut(|_, span| edit(&self.config, span)),
            Telemetry::Logs(logs) => logs.for_each_mut(|_, log| edit(&self.config, log)),
            // A metric's attributes are its identity: changing them here would merge series.
            Telemetry::Metrics(_) => {}
        }
        next.send(batch);
    }
}

fn edit<K: RecordKind>(config: &Config, record: &mut Record<K>) {
    for (old, new) in &config.copy {
        if let Some(value) = record.attribute(old).map(NewValue::from) {
            record.set_attribute(new, value);
        }
    }
    for (old, new) in &config.rename {
        if record.attribute(new).is_some() {
            record.remove_attribute(old);
        } else {
            record.rename_attribute(old, new);
        }
    }
    for name in &config.delete {
        record.remove_attribute(name);
    }
    for (name, value) in &config.insert {
        if record.attribute(name).is_none() {
            record.set_attribute(name, value.value());
        }
    }
    for (name, value) in &config.update {
        if record.attribute(name).is_some() {
            record.set_attribute(name, value.value());
        }
    }
    for (name, value) in &config.set {
        record.set_attribute(name, value.value());
    }
}

#[cfg(test)]
mod tests;
