//! Other products' configurations in our words: what converts, what only nearly does, what cannot.
//!
//! A configuration is read into a tree of nodes that know their lines. Tables of rows say
//! what each of its settings is called here; a row is a sentence, and what no row knows is reported.

mod collector;
mod cursor;
mod draft;
mod finding;
mod refinery;
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

/// Whose configuration it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The OpenTelemetry Collector's.
    Collector,
    /// The rules of Honeycomb's Refinery.
    Refinery,
}

/// Converts a configuration read from `file`. Unless it is said whose it is, its keys tell. The
/// error says why it cannot be read, with line and column.
pub fn convert(source: Option<Source>, file: &str, text: &str) -> Result<Imported, String> {
    let document = yaml::parse(text)?;
    let root = cursor::Cursor::root(&document);
    let told = match root.get("Samplers") {
        Some(_) => Source::Refinery,
        None => Source::Collector,
    };
    let mut draft = draft::Draft::default();
    match source.unwrap_or(told) {
        Source::Refinery if told == Source::Refinery => refinery::convert(&mut draft, &root),
        Source::Refinery => {
            return Err("these are no rules of Refinery: there are no `Samplers`".into());
        }
        Source::Collector => {
            let root = COLLECTOR_IN.iter().find_map(|path| {
                let at = root.below(path)?;
                at.get("service.pipelines").map(|_| at)
            });
            let root = root
                .ok_or("this is no configuration of a Collector: it has no `service.pipelines`")?;
            collector::convert(&mut draft, &root);
        }
    }
    Ok(draft.finish(file))
}

#[cfg(test)]
mod tests;
