//! Other products' configurations in our words: what converts, what only nearly does, what cannot.
//!
//! A configuration is read into a tree of [`Node`](yaml)s that know their lines. Tables of rows say
//! what each of its settings is called here; a row is a sentence, and what no row knows is reported.

mod collector;
mod cursor;
mod draft;
mod finding;
mod settings;
mod text;
mod write;
mod yaml;

pub use finding::{Finding, Grade};

/// A converted configuration.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The new `pipelines.toml`.
    pub toml: String,
    /// What became of each setting, in the order of the file it was read from.
    pub findings: Vec<Finding>,
    /// Environment variables it needs, each with a value that would be accepted in its place.
    pub variables: Vec<(String, &'static str)>,
}

/// Where a configuration stands in a file: by itself, in the values of its Helm chart, in a resource
/// of its Kubernetes operator.
const COLLECTOR_IN: &[&str] = &["", "config", "spec.config"];

/// Converts a configuration of the OpenTelemetry Collector, read from `file`. The error says why
/// it cannot be read, with line and column.
pub fn collector(file: &str, text: &str) -> Result<Imported, String> {
    let document = yaml::parse(text)?;
    let root = cursor::Cursor::root(&document);
    let root = COLLECTOR_IN
        .iter()
        .find_map(|path| {
            root.below(path)
                .filter(|at| at.get("service.pipelines").is_some())
        })
        .ok_or("this is no Collector's configuration: it has no `service.pipelines`")?;
    let mut draft = draft::Draft::default();
    collector::convert(&mut draft, &root);
    Ok(draft.finish(file))
}
