//! Renames, deletes, inserts and sets attributes of resources, once per resource.

use schemars::JsonSchema;
use serde::Deserialize;

use super::attributes::Config as Edits;
use crate::component::{
    Batch, ConfigError, Context, Entry, Maker, Next, Processor, ProcessorConfig, maker,
};
use crate::otlp::{NewValue, Resource, Telemetry};

pub(super) const ENTRY: Entry = Entry::processor::<Config>(
    "resource",
    "set, insert, rename and delete attributes of resources, in all signals",
    r#"delete = ["process.command_args"]
insert = { "service.namespace" = "agents" }"#,
);

/// The keys of `attributes`, applied to resources.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(transparent)]
struct Config(Edits);

impl ProcessorConfig for Config {
    fn check(&self) -> Vec<ConfigError> {
        self.0.faults()
    }

    fn build(self, _: &mut Context) -> Result<Maker, ConfigError> {
        Ok(maker(move |_| Resources {
            edits: self.0.clone(),
        }))
    }
}

struct Resources {
    edits: Edits,
}

impl Processor for Resources {
    fn process(&mut self, mut batch: Batch, next: &mut Next<'_>) {
        let edit = |resource: &mut Resource| edit(&self.edits, resource);
        match &mut batch.telemetry {
            Telemetry::Traces(spans) => spans.edit_resources(edit),
            Telemetry::Logs(logs) => logs.edit_resources(edit),
            Telemetry::Metrics(metrics) => metrics.edit_resources(edit),
        }
        next.send(batch);
    }
}

fn edit(edits: &Edits, resource: &mut Resource) {
    for (old, new) in &edits.copy {
        if let Some(value) = resource.attribute(old).map(NewValue::from) {
            resource.set_attribute(new, value);
        }
    }
    for (old, new) in &edits.rename {
        let Some(value) = resource.attribute(old).map(NewValue::from) else {
            continue;
        };
        if resource.attribute(new).is_none() {
            resource.set_attribute(new, value);
        }
        resource.remove_attribute(old);
    }
    for name in &edits.delete {
        resource.remove_attribute(name);
    }
    for (name, value) in &edits.insert {
        if resource.attribute(name).is_none() {
            resource.set_attribute(name, value.value());
        }
    }
    for (name, value) in &edits.update {
        if resource.attribute(name).is_some() {
            resource.set_attribute(name, value.value());
        }
    }
    for (name, value) in &edits.set {
        resource.set_attribute(name, value.value());
    }
}
