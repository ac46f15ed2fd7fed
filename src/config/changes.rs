//! What differs between two configurations: the keys, not the spelling.

use std::sync::Arc;

use toml::{Table, Value};

use super::document::Document;

/// Where a value stands: the keys from the top down.
pub type Path = Vec<String>;

/// The keys whose values differ, in alphabetical order; of a table only what differs in it, and one
/// that is not there is empty. Spelling, order and comments are no difference.
pub fn changes(old: &Arc<Document>, new: &Arc<Document>) -> Vec<Path> {
    let mut found = Vec::new();
    between(&old.values(), &new.values(), &mut Path::new(), &mut found);
    found
}

fn between(old: &Table, new: &Table, here: &mut Path, found: &mut Vec<Path>) {
    let only_new = new.keys().filter(|key| !old.contains_key(*key));
    let mut keys: Vec<&String> = old.keys().chain(only_new).collect();
    keys.sort();
    for key in keys {
        here.push(key.clone());
        let none = Table::new();
        match (old.get(key), new.get(key)) {
            (Some(Value::Table(old)), Some(Value::Table(new))) => between(old, new, here, found),
            (Some(Value::Table(old)), None) => between(old, &none, here, found),
            (None, Some(Value::Table(new))) => between(&none, new, here, found),
            (old, new) if old != new => found.push(here.clone()),
            _ => {}
        }
        here.pop();
    }
}
