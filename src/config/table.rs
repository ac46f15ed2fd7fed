//! One table of a configuration, read into a component's own type with every fault at once.

use std::ops::Range;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::document::Document;
use super::fault::{ConfigError, Fault, Place, nearest};

/// A value, or every fault that kept it from being read.
pub type Reading<T> = Result<T, Vec<Fault>>;

/// Faults after which reading one table stops.
const FAULTS_MAX: usize = 50;

/// One table of a configuration file.
#[derive(Clone, Debug)]
pub struct Table {
    document: Arc<Document>,
    path: Vec<String>,
}

impl Table {
    pub(super) fn new(document: Arc<Document>, path: Vec<String>) -> Self {
        Table { document, path }
    }

    /// A table with nothing in it: a component that is used without settings.
    pub fn empty() -> Self {
        Table::of("")
    }

    /// A table from a text that is known to be TOML: examples and defaults of our own.
    pub fn of(text: &str) -> Self {
        let parsed = Document::parse("example", ".".as_ref(), text.to_owned(), &|_| None);
        match parsed {
            Ok(document) => document.root(),
            Err(faults) => {
                debug_assert!(false, "not TOML: {faults:?}");
                Table::empty()
            }
        }
    }

    /// The file this table stands in.
    pub fn document(&self) -> &Arc<Document> {
        &self.document
    }

    /// The keys of this table, in file order of their spans.
    pub fn keys(&self) -> Vec<String> {
        let tree = self.document.tree();
        let Some(table) = descend(tree.get_ref(), &self.path) else { return Vec::new() };
        let mut keys = table
            .iter()
            .map(|(key, _)| (key.span().start, key.get_ref().to_string()))
            .collect::<Vec<_>>();
        keys.sort();
        keys.into_iter().map(|(_, key)| key).collect()
    }

    /// The table under `key`, if there is one.
    pub fn table(&self, key: &str) -> Option<Table> {
        let mut path = self.path.clone();
        path.push(key.to_owned());
        let tree = self.document.tree();
        descend(tree.get_ref(), &path)?;
        Some(Table { document: Arc::clone(&self.document), path })
    }

    /// A fault at the place of a dotted key of this table (the table itself if there is none).
    pub fn fault(&self, key: &str, message: impl Into<String>, remedy: impl Into<String>) -> Fault {
        Fault::new(message, remedy).at(self.place(key))
    }

    /// Where a dotted key of this table stands; the nearest enclosing table if it does not.
    pub fn place(&self, key: &str) -> Place {
        let tree = self.document.tree();
        let mut path = self.path.clone();
        path.extend(key.split('.').filter(|part| !part.is_empty()).map(str::to_owned));
        self.document.place(locate(&tree, &path))
    }

    /// Reads the table. Serde stops at its first fault; so each faulty entry is noted, taken out,
    /// and the rest is read again, until all faults are known.
    pub fn read<T: DeserializeOwned>(
        &self,
        check: impl Fn(&T) -> Vec<ConfigError>,
    ) -> Reading<T> {
        let tree = self.document.tree();
        let Some(table) = descend(tree.get_ref(), &self.path) else {
            return Err(vec![self.fault("", "not a table", "write it as `[name]` with keys below")]);
        };
        let mut faults = Vec::new();
        let mut table = table.clone();
        let offset = locate(&tree, &self.path);
        while faults.len() < FAULTS_MAX {
            let whole = Spanned::new(offset..offset, table.clone());
            match T::deserialize(toml::de::Deserializer::from(whole)) {
                Ok(value) => {
                    faults.extend(check(&value).into_iter().map(|complaint| {
                        self.fault(&complaint.key, complaint.message, "")
                    }));
                    return if faults.is_empty() { Ok(value) } else { Err(faults) };
                }
                Err(error) => {
                    let span = error.span().unwrap_or(offset..offset);
                    let known = error.message().to_owned();
                    let removed = remove(&mut table, &span, &known);
                    let caused = removed.is_none() && known.starts_with("missing field");
                    if !(caused && !faults.is_empty()) {
                        let at = removed.clone().unwrap_or(span);
                        faults.push(explain(&known).at(self.document.place(at.start)));
                    }
                    if removed.is_none() {
                        break;
                    }
                }
            }
        }
        Err(faults)
    }
}

fn descend<'a, 'i>(table: &'a DeTable<'i>, path: &[String]) -> Option<&'a DeTable<'i>> {
    let Some((first, rest)) = path.split_first() else { return Some(table) };
    match table.get(first.as_str())?.get_ref() {
        DeValue::Table(inner) => descend(inner, rest),
        _ => None,
    }
}

/// The offset of the deepest part of `path` that exists.
fn locate(tree: &Spanned<DeTable<'_>>, path: &[String]) -> usize {
    let mut table = tree.get_ref();
    let mut offset = 0;
    for part in path {
        let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref() == part) else { break };
        offset = key.span().start;
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            _ => break,
        }
    }
    offset
}

/// Takes out the entry that an error points at; answers where it stood. An error on an unknown
/// field points at the key, one on a value at the value; inside an untagged or tagged enum serde
/// has lost the place, so the field named by the message is looked for.
fn remove(table: &mut DeTable<'_>, span: &Range<usize>, message: &str) -> Option<Range<usize>> {
    let hit = table.iter().find_map(|(key, value)| {
        let here = key.span() == *span || value.span() == *span;
        here.then(|| (key.get_ref().to_string(), if key.span() == *span { key.span() } else { value.span() }))
    });
    if let Some((key, at)) = hit {
        let named = named_field(message).filter(|_| at != *span || !message.starts_with("unknown field"));
        let place = named.and_then(|field| find_key(table.get(key.as_str())?.get_ref(), &field));
        table.remove(key.as_str());
        return Some(place.unwrap_or(at));
    }
    for (_, value) in table.iter_mut() {
        if let Some(at) = remove_below(value, span, message) {
            return Some(at);
        }
    }
    None
}

fn remove_below(
    value: &mut Spanned<DeValue<'_>>,
    span: &Range<usize>,
    message: &str,
) -> Option<Range<usize>> {
    match value.get_mut() {
        DeValue::Table(inner) => remove(inner, span, message),
        DeValue::Array(items) => {
            let hit = items.iter().position(|item| item.span() == *span);
            if let Some(index) = hit {
                let item = items.get(index)?;
                let place = named_field(message).and_then(|field| find_key(item.get_ref(), &field));
                let at = place.unwrap_or(item.span());
                items.remove(index);
                return Some(at);
            }
            items.iter_mut().find_map(|item| remove_below(item, span, message))
        }
        _ => None,
    }
}

fn find_key(value: &DeValue<'_>, field: &str) -> Option<Range<usize>> {
    match value {
        DeValue::Table(inner) => inner.iter().find_map(|(key, value)| {
            if key.get_ref() == field { Some(key.span()) } else { find_key(value.get_ref(), field) }
        }),
        DeValue::Array(items) => items.iter().find_map(|item| find_key(item.get_ref(), field)),
        _ => None,
    }
}

fn named_field(message: &str) -> Option<String> {
    let rest = message.strip_prefix("unknown field `")?;
    Some(rest.split('`').next()?.to_owned())
}

/// Turns serde's words into ours, with a remedy.
fn explain(message: &str) -> Fault {
    let names = message.split('`').skip(1).step_by(2).collect::<Vec<_>>();
    for (start, noun) in [("unknown field `", "key"), ("unknown variant `", "value")] {
        let Some((written, accepted)) = names.split_first().filter(|_| message.starts_with(start)) else {
            continue;
        };
        let guess = nearest(written, accepted.iter().copied());
        let list = accepted.join(", ");
        let remedy = match guess {
            Some(guess) => format!("did you mean `{guess}`? accepted: {list}"),
            None if list.is_empty() => "remove it; nothing is accepted here".to_owned(),
            None => format!("accepted: {list}"),
        };
        return Fault::new(format!("unknown {noun} `{written}`"), remedy);
    }
    if let Some(field) = message.strip_prefix("missing field ") {
        return Fault::new(format!("missing key {field}"), format!("add {field}"));
    }
    Fault::new(message.replace('\n', ", "), "")
}
