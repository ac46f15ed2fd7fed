//! The configuration reference, printed from the components' own schemas.

use std::fmt::Write;

use schemars::SchemaGenerator;
use serde_json::{Map, Value};

use crate::component::Entry;
use crate::genai::dialect::Sources;
use crate::service::{Admin, BudgetTable, Registers, Settings, Spend};

/// Nested tables below this depth are only named.
const DEPTH_MAX: usize = 4;

/// The whole reference.
pub(super) fn markdown(registers: Registers) -> String {
    let mut out = String::from(
        "# Configuration reference\n\nMade by `tollgate components --markdown`; do not edit.\n",
    );
    table(
        &mut out,
        "service",
        "The process.",
        &mut SchemaGenerator::default(),
        SchemaGenerator::root_schema_for::<Settings>,
    );
    table(
        &mut out,
        "admin",
        "The admin port.",
        &mut SchemaGenerator::default(),
        SchemaGenerator::root_schema_for::<Admin>,
    );
    table(
        &mut out,
        "spend",
        "The spend ledger.",
        &mut SchemaGenerator::default(),
        SchemaGenerator::root_schema_for::<Spend>,
    );
    table(
        &mut out,
        "budgets.NAME",
        "A budget over the spend ledger.",
        &mut SchemaGenerator::default(),
        SchemaGenerator::root_schema_for::<BudgetTable>,
    );
    table(
        &mut out,
        "identity",
        "Where tenant, project, user, session, agent and conversation are looked for: lists of \
         attribute names, the first that says something wins. `\"default\"` stands for the places \
         the built-in dialects use; a list without it asks nowhere else. Names are asked on the \
         span and on its resource; the canonical name is always asked last.",
        &mut SchemaGenerator::default(),
        SchemaGenerator::root_schema_for::<Sources>,
    );
    for (kind, entries) in registers.kinds() {
        for entry in entries {
            out.push_str(&section(kind, entry));
        }
    }
    out
}

/// One component's part of it.
pub(super) fn section(kind: &str, entry: &Entry) -> String {
    let mut out = String::new();
    let title = format!("{kind}.{}", entry.name);
    table(
        &mut out,
        &title,
        entry.summary,
        &mut SchemaGenerator::default(),
        entry.schema,
    );
    // Writing to a string cannot fail.
    let _infallible = write!(
        out,
        "\nExample:\n\n```toml\n[{title}]\n{}\n```\n",
        entry.example.trim()
    );
    out
}

fn table<S: Into<Value>>(
    out: &mut String,
    title: &str,
    summary: &str,
    generator: &mut SchemaGenerator,
    schema: impl FnOnce(&mut SchemaGenerator) -> S,
) {
    let schema: Value = schema(generator).into();
    let mut definitions = generator.take_definitions(true);
    if let Some(Value::Object(own)) = schema.get("$defs") {
        definitions.extend(own.clone());
    }
    let _infallible = write!(out, "\n## `[{title}]`\n\n{summary}\n\n{HEAD}");
    let mut rows = Rows {
        out,
        definitions: &definitions,
        told: Map::new(),
        choices: Vec::new(),
    };
    rows.write("", &schema, 0);
    for (name, choice) in std::mem::take(&mut rows.choices) {
        rows.choice(&name, &choice);
    }
}

const HEAD: &str = "| key | type | default | meaning |\n|---|---|---|---|\n";

struct Rows<'a> {
    out: &'a mut String,
    definitions: &'a Map<String, Value>,
    /// Where each nested table was told of; it is told of once.
    told: Map<String, Value>,
    /// Lists and tables with one of some further tables, by a `type`.
    choices: Vec<(String, Value)>,
}

impl Rows<'_> {
    fn write(&mut self, prefix: &str, schema: &Value, depth: usize) {
        let schema = self.resolve(schema);
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return;
        };
        for (key, property) in properties {
            let name = format!("{prefix}{key}");
            let target = self.resolve(property);
            let meaning = text(property, "description").or(text(&target, "description"));
            let default = property.get("default").filter(|value| !value.is_object());
            let default = default
                .map(|value| format!("`{value}`"))
                .unwrap_or_default();
            let kind = self.kind(property).replace('|', "\\|");
            let (inner, path) = match target.get("items") {
                Some(items) => (items, format!("{name}[]")),
                None => (property, name.clone()),
            };
            let known = self
                .definition(inner)
                .and_then(|inner| self.told.get(inner));
            let known = known
                .and_then(Value::as_str)
                .map(|told| format!(" As `{told}`."));
            let meaning = format!(
                "{}{}",
                meaning
                    .unwrap_or_default()
                    .replace('\n', " ")
                    .replace('|', "\\|"),
                known.as_deref().unwrap_or_default(),
            );
            let _infallible = writeln!(
                self.out,
                "| `{name}` | {kind} | {default} | {} |",
                meaning.trim()
            );
            if known.is_none() && depth < DEPTH_MAX {
                self.nested(&path, inner, depth);
            }
        }
    }

    /// The rows of a table inside the table, or of the tables of a list.
    fn nested(&mut self, path: &str, inner: &Value, depth: usize) {
        let target = self.resolve(inner);
        if target.get("properties").is_none() {
            return;
        }
        if let Some(definition) = self.definition(inner) {
            self.told.insert(definition.to_owned(), path.into());
        }
        if let Some(Value::Array(choices)) = target.get("anyOf") {
            let titled = choices
                .iter()
                .filter(|choice| text(choice, "title").is_some());
            self.choices
                .extend(titled.map(|choice| (path.to_owned(), choice.clone())));
        }
        self.write(&format!("{path}."), &target, depth + 1);
    }

    /// The table that a `type` adds.
    fn choice(&mut self, path: &str, choice: &Value) {
        let (title, summary) = (text(choice, "title"), text(choice, "description"));
        let (title, summary) = (title.unwrap_or_default(), summary.unwrap_or_default());
        let _infallible = write!(
            self.out,
            "\n### `{path}` with `type = \"{title}\"`\n\n{summary}\n"
        );
        let own = self.resolve(choice);
        match own.get("properties").and_then(Value::as_object) {
            Some(properties) if !properties.is_empty() => {
                let _infallible = write!(self.out, "\n{HEAD}");
                self.write("", choice, DEPTH_MAX - 1);
            }
            _ => {}
        }
    }

    /// The name of the definition that a schema refers to.
    fn definition<'s>(&self, schema: &'s Value) -> Option<&'s str> {
        let direct = schema.get("$ref").and_then(Value::as_str);
        let inner = schema
            .get("anyOf")
            .or(schema.get("allOf"))
            .and_then(Value::as_array);
        let inner = inner.and_then(|list| list.iter().find_map(|one| one.get("$ref")?.as_str()));
        let name = direct.or(inner).and_then(|path| path.rsplit('/').next());
        name.filter(|name| self.definitions.contains_key(*name))
    }

    fn resolve(&self, schema: &Value) -> Value {
        let definition = self
            .definition(schema)
            .and_then(|name| self.definitions.get(name));
        definition.unwrap_or(schema).clone()
    }

    fn kind(&self, schema: &Value) -> String {
        let target = self.resolve(schema);
        if let Some(names) = target.get("enum").and_then(Value::as_array) {
            return names
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(" | ");
        }
        if let Some(list) = target.get("oneOf").and_then(Value::as_array) {
            let names = list.iter().flat_map(names_of);
            let names = names.map(|name| format!("`{name}`"));
            return names.collect::<Vec<_>>().join(" | ");
        }
        if let Some(items) = target.get("items") {
            return format!("list of {}", self.kind(items));
        }
        if let Some(format) =
            text(&target, "format").filter(|name| ["duration", "size"].contains(name))
        {
            return format.to_owned();
        }
        match target.get("type") {
            Some(Value::String(name)) => name.clone(),
            Some(Value::Array(names)) => {
                let names = names
                    .iter()
                    .filter_map(Value::as_str)
                    .filter(|name| *name != "null");
                names.collect::<Vec<_>>().join(" | ")
            }
            _ => "table".to_owned(),
        }
    }
}

/// The words that one of several alternatives stands for.
fn names_of(one: &Value) -> Vec<&Value> {
    if let Some(Value::Array(names)) = one.get("enum") {
        return names.iter().collect();
    }
    let tagged = || {
        let mut members = one.get("properties")?.as_object()?.values();
        members.find_map(|member| member.get("const"))
    };
    one.get("const").or_else(tagged).into_iter().collect()
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}
