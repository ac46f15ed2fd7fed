//! Changes of attributes in the order they are made, as tables that keep that order.

use std::collections::BTreeSet;

use super::super::write::{Table, Value};

/// One change of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Edit {
    /// The old name and the new one.
    Rename(String, String),
    /// The old name and the new one, which both have the value then.
    Copy(String, String),
    /// Gone.
    Delete(String),
    /// A value where there is none.
    Insert(String, Value),
    /// A value where there is one.
    Update(String, Value),
    /// A value in any case.
    Set(String, Value),
}

impl Edit {
    fn keys(&self) -> Vec<&String> {
        match self {
            Edit::Rename(old, new) | Edit::Copy(old, new) => vec![old, new],
            Edit::Delete(key) | Edit::Insert(key, _) | Edit::Update(key, _) | Edit::Set(key, _) => {
                vec![key]
            }
        }
    }

    fn write(self, table: &mut Table) {
        match self {
            Edit::Rename(old, new) => {
                table.put_at(&["rename", &old], Value::word(&new));
            }
            Edit::Copy(old, new) => {
                table.put_at(&["copy", &old], Value::word(&new));
            }
            Edit::Delete(key) => match table.0.iter_mut().find(|(own, _)| own == "delete") {
                Some((_, Value::List(keys))) => keys.push(Value::word(&key)),
                _ => {
                    table.put("delete", Value::words([key.as_str()]));
                }
            },
            Edit::Insert(key, value) => {
                table.put_at(&["insert", &key], value);
            }
            Edit::Update(key, value) => {
                table.put_at(&["update", &key], value);
            }
            Edit::Set(key, value) => {
                table.put_at(&["set", &key], value);
            }
        }
    }
}

/// Tables that make these changes one after the other. A processor of ours works in an order of
/// its own, so a key that is changed again begins a new one.
pub(super) fn tables(edits: Vec<Edit>) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut touched: BTreeSet<String> = BTreeSet::new();
    for edit in edits {
        let again = edit.keys().into_iter().any(|key| touched.contains(key));
        if again || tables.is_empty() {
            touched.clear();
            tables.push(Table::default());
        }
        touched.extend(edit.keys().into_iter().cloned());
        if let Some(table) = tables.last_mut() {
            edit.write(table);
        }
    }
    tables
}
