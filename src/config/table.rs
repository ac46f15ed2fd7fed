//! One table of a configuration, read into a component's own type with every fault at once.

use std::ops::Range;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::document::Document;
use super::explain::explain;
use super::fault::{ConfigError, Fault, Place};

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
        let Some(table) = descend(tree.get_ref(), &self.path) else {
            return Vec::new();
        };
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
        Some(Table {
            document: Arc::clone(&self.document),
            path,
        })
    }

    /// A fault at the place of a dotted key of this table (the table itself if there is none).
    pub fn fault(&self, key: &str, message: impl Into<String>, remedy: impl Into<String>) -> Fault {
        Fault::new(message, remedy).at(self.place(key))
    }

    /// Where a dotted key of this table stands; the nearest enclosing table if it does not.
    pub fn place(&self, key: &str) -> Place {
        let tree = self.document.tree();
        let mut path = self.path.clone();
        path.extend(
            key.split('.')
                .filter(|part| !part.is_empty())
                .map(str::to_owned),
        );
        self.document.place(locate(&tree, &path))
    }

    /// Reads the table. Serde stops at its first fault; so each faulty entry is noted, taken out,
    /// and the rest is read again, until all faults are known.
    pub fn read<T: DeserializeOwned>(&self, check: impl Fn(&T) -> Vec<ConfigError>) -> Reading<T> {
        let tree = self.document.tree();
        let Some(table) = descend(tree.get_ref(), &self.path) else {
            return Err(vec![self.fault(
                "",
                "not a table",
                "write it as `[name]` with keys below",
            )]);
        };
        let mut faults = Vec::new();
        let mut taken: Vec<String> = Vec::new();
        let mut robbed: Vec<String> = Vec::new();
        let mut table = table.clone();
        let offset = locate(&tree, &self.path);
        while faults.len() < FAULTS_MAX {
            let whole = Spanned::new(offset..offset, table.clone());
            match T::deserialize(toml::de::Deserializer::from(whole)) {
                Ok(value) => {
                    faults.extend(self.complaints(check(&value), &robbed));
                    if faults.is_empty() {
                        return Ok(value);
                    }
                    break;
                }
                Err(error) => {
                    let span = error.span().unwrap_or(offset..offset);
                    let told = error.message().to_owned();
                    let way = find(&table, &span).map(|way| blame::<T>(&table, way, &told));
                    // What only misses because it was taken out is not a fault of the writer's.
                    let caused = told.strip_prefix("missing field `").is_some_and(|rest| {
                        taken
                            .iter()
                            .any(|key| rest.strip_suffix('`') == Some(key.as_str()))
                    });
                    let at = way
                        .as_ref()
                        .map_or(span.clone(), |way| take(&mut table, way, &span, &told));
                    if let Some(Step::Key(key)) = way.as_ref().and_then(|way| way.last()) {
                        taken.push(key.clone());
                    }
                    if let Some(Step::Key(key)) = way.as_ref().and_then(|way| way.first()) {
                        robbed.push(key.clone());
                    }
                    if !caused {
                        let key = way.as_ref().and_then(|way| key_of(way)).unwrap_or_default();
                        faults.push(explain(key, &told).at(self.document.place(at.start)));
                    }
                    if way.is_none() {
                        break;
                    }
                }
            }
        }
        faults.sort_by(|a, b| a.place.cmp(&b.place));
        Err(faults)
    }

    /// A check's complaints as faults. Where an entry was taken out, what is left may only lack it.
    fn complaints(&self, complaints: Vec<ConfigError>, robbed: &[String]) -> Vec<Fault> {
        let is_whole = |complaint: &ConfigError| {
            let top = complaint.key.split('.').next().unwrap_or_default();
            !robbed.iter().any(|key| key == top)
        };
        let complaints = complaints.into_iter().filter(is_whole);
        complaints
            .map(|complaint| self.fault(&complaint.key, complaint.message, ""))
            .collect()
    }
}

fn descend<'a, 'i>(table: &'a DeTable<'i>, path: &[String]) -> Option<&'a DeTable<'i>> {
    let Some((first, rest)) = path.split_first() else {
        return Some(table);
    };
    match table.get(first.as_str())?.get_ref() {
        DeValue::Table(inner) => descend(inner, rest),
        _ => None,
    }
}

/// The offset of the deepest part of `path` that exists. A number is a place in a list, and several
/// parts may be one key with dots in it.
fn locate(tree: &Spanned<DeTable<'_>>, path: &[String]) -> usize {
    let (mut table, mut list) = (Some(tree.get_ref()), None::<&DeArray<'_>>);
    let (mut offset, mut rest) = (0, path);
    while !rest.is_empty() {
        let (value, start, taken) = if let Some(list) = list {
            let Some(value) = rest[0]
                .parse()
                .ok()
                .and_then(|place: usize| list.get(place))
            else {
                break;
            };
            (value, value.span().start, 1)
        } else {
            let named = |n: usize| {
                let name = rest[..n].join(".");
                let mut entries = table?.iter();
                entries
                    .find(|(key, _)| key.get_ref() == &name)
                    .map(|found| (found, n))
            };
            let Some(((key, value), n)) = (1..=rest.len()).find_map(named) else {
                break;
            };
            (value, key.span().start, n)
        };
        (offset, rest) = (start, &rest[taken..]);
        (table, list) = match value.get_ref() {
            DeValue::Table(inner) => (Some(inner), None),
            DeValue::Array(inner) => (None, Some(inner)),
            _ => break,
        };
    }
    offset
}

/// One step down into a value.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Key(String),
    Index(usize),
}

/// The key at or above the end of a way.
fn key_of(way: &[Step]) -> Option<&str> {
    way.iter().rev().find_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Index(_) => None,
    })
}

/// The way to the entry that an error points at: an error on an unknown field points at the key,
/// one on a value at the value.
fn find(table: &DeTable<'_>, span: &Range<usize>) -> Option<Vec<Step>> {
    table.iter().find_map(|(key, value)| {
        let here = Step::Key(key.get_ref().to_string());
        if key.span() == *span || value.span() == *span {
            return Some(vec![here]);
        }
        let below = find_below(value.get_ref(), span)?;
        Some([here].into_iter().chain(below).collect())
    })
}

fn find_below(value: &DeValue<'_>, span: &Range<usize>) -> Option<Vec<Step>> {
    match value {
        DeValue::Table(inner) => find(inner, span),
        DeValue::Array(items) => items.iter().enumerate().find_map(|(index, item)| {
            let here = Step::Index(index);
            if item.span() == *span {
                return Some(vec![here]);
            }
            let below = find_below(item.get_ref(), span)?;
            Some([here].into_iter().chain(below).collect())
        }),
        _ => None,
    }
}

/// The array at the end of a way, if that is what stands there.
fn array_at<'a, 'i>(table: &'a mut DeTable<'i>, way: &[Step]) -> Option<&'a mut DeArray<'i>> {
    let (Step::Key(first), rest) = way.split_first()? else {
        return None;
    };
    let mut value = table.get_mut(first.as_str())?.get_mut();
    for step in rest {
        value = match (step, value) {
            (Step::Key(key), DeValue::Table(inner)) => inner.get_mut(key.as_str())?.get_mut(),
            (Step::Index(index), DeValue::Array(items)) => items.get_mut(*index)?.get_mut(),
            _ => return None,
        };
    }
    match value {
        DeValue::Array(items) => Some(items),
        _ => None,
    }
}

/// Inside a tagged enum serde has lost the place and blames the whole array. The item to blame is
/// the one that gives the same complaint when it stands alone.
fn blame<T: DeserializeOwned>(
    table: &DeTable<'_>,
    mut way: Vec<Step>,
    complaint: &str,
) -> Vec<Step> {
    let count = array_at(&mut table.clone(), &way).map_or(0, |items| items.len());
    for index in 0..count {
        let mut alone = table.clone();
        let Some(items) = array_at(&mut alone, &way) else {
            break;
        };
        *items = items.iter().skip(index).take(1).cloned().collect();
        let whole = Spanned::new(0..0, alone);
        let told = T::deserialize(toml::de::Deserializer::from(whole)).err();
        if told.is_some_and(|error| error.message() == complaint) {
            way.push(Step::Index(index));
            break;
        }
    }
    way
}

/// Takes out what stands at the end of the way; answers where its fault should be shown: at the
/// field a message names, if it lies inside, otherwise at the entry.
fn take(table: &mut DeTable<'_>, way: &[Step], span: &Range<usize>, message: &str) -> Range<usize> {
    let place = |value: &Spanned<DeValue<'_>>| {
        named_field(message)
            .and_then(|field| find_key(value.get_ref(), &field))
            .unwrap_or(value.span())
    };
    match way.split_last() {
        Some((Step::Index(index), above)) => {
            let Some(items) = array_at(table, above) else {
                return span.clone();
            };
            let at = items.get(*index).map_or(span.clone(), place);
            let rest = items.iter().enumerate().filter(|(other, _)| other != index);
            *items = rest.map(|(_, item)| item.clone()).collect();
            at
        }
        Some((Step::Key(key), above)) => {
            let Some(parent) = table_at(table, above) else {
                return span.clone();
            };
            let key_span = parent
                .iter()
                .find(|(name, _)| name.get_ref() == key)
                .map(|(k, _)| k.span());
            let value = parent.remove(key.as_str());
            if key_span.as_ref() == Some(span) {
                return span.clone();
            }
            value.as_ref().map_or(span.clone(), place)
        }
        None => span.clone(),
    }
}

fn table_at<'a, 'i>(table: &'a mut DeTable<'i>, way: &[Step]) -> Option<&'a mut DeTable<'i>> {
    let Some((first, rest)) = way.split_first() else {
        return Some(table);
    };
    let Step::Key(first) = first else { return None };
    let mut value = table.get_mut(first.as_str())?.get_mut();
    for step in rest {
        value = match (step, value) {
            (Step::Key(key), DeValue::Table(inner)) => inner.get_mut(key.as_str())?.get_mut(),
            (Step::Index(index), DeValue::Array(items)) => items.get_mut(*index)?.get_mut(),
            _ => return None,
        };
    }
    match value {
        DeValue::Table(inner) => Some(inner),
        _ => None,
    }
}

fn find_key(value: &DeValue<'_>, field: &str) -> Option<Range<usize>> {
    match value {
        DeValue::Table(inner) => inner.iter().find_map(|(key, value)| {
            if key.get_ref() == field {
                Some(key.span())
            } else {
                find_key(value.get_ref(), field)
            }
        }),
        DeValue::Array(items) => items
            .iter()
            .find_map(|item| find_key(item.get_ref(), field)),
        _ => None,
    }
}

fn named_field(message: &str) -> Option<String> {
    let rest = message.strip_prefix("unknown field `")?;
    Some(rest.split('`').next()?.to_owned())
}
