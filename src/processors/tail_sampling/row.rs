//! A row of the register of policies: a type's names, its settings and their schema.

use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::policy::Settings;

/// Reads a policy's own settings; the error is one sentence.
type Read = fn(Map<String, Value>) -> Result<Arc<dyn Settings>, String>;

/// A row of the register of policies.
pub(super) struct Row {
    /// The type's name.
    pub name: &'static str,
    /// What others call it.
    pub aliases: &'static [&'static str],
    /// One line for the reference.
    pub summary: &'static str,
    pub(super) read: Read,
    pub(super) schema: fn(&mut SchemaGenerator) -> Schema,
}

impl Row {
    /// Its summary with what others call it.
    pub(super) fn told(&self) -> String {
        let names: Vec<String> = self
            .aliases
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        match names.as_slice() {
            [] => self.summary.to_owned(),
            names => format!("{} Also known as {}.", self.summary, names.join(", ")),
        }
    }
}

/// Makes a row.
pub(super) const fn row<S: Settings + DeserializeOwned + JsonSchema + 'static>(
    name: &'static str,
    aliases: &'static [&'static str],
    summary: &'static str,
) -> Row {
    Row {
        name,
        aliases,
        summary,
        read: read::<S>,
        schema: S::json_schema,
    }
}

fn read<S: Settings + DeserializeOwned + 'static>(
    fields: Map<String, Value>,
) -> Result<Arc<dyn Settings>, String> {
    let settings = serde_json::from_value::<S>(Value::Object(fields));
    settings
        .map(|settings| Arc::new(settings) as Arc<dyn Settings>)
        .map_err(|why| why.to_string())
}
