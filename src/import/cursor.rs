//! A place in a YAML tree that knows its way from the root.

use super::yaml::{Kind, Node};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    node: &'a Node,
    root: &'a Node,
    /// Dotted, from the root: `processors.batch.timeout`.
    pub(super) path: String,
    /// The line of its key, or of the value where it has none.
    pub(super) line: u64,
}

impl<'a> Cursor<'a> {
    /// The root of a tree.
    pub(super) fn root(node: &'a Node) -> Self {
        Cursor {
            node,
            root: node,
            path: String::new(),
            line: node.line,
        }
    }

    /// The value under a dotted path as a root of its own; itself if the path is empty.
    pub(super) fn below(&self, path: &str) -> Option<Cursor<'a>> {
        if path.is_empty() {
            return Some(self.clone());
        }
        self.get(path).map(|at| Cursor::root(at.node))
    }

    /// The root of this tree.
    pub(super) fn top(&self) -> Cursor<'a> {
        Cursor::root(self.root)
    }

    /// What the value is.
    pub(super) fn kind(&self) -> &'a Kind {
        &self.node.kind
    }

    /// The last part of its path.
    pub(super) fn key(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// The values of a map, each with its key.
    pub(super) fn entries(&self) -> Vec<(&'a str, Cursor<'a>)> {
        let Kind::Map(entries) = &self.node.kind else {
            return Vec::new();
        };
        let dot = if self.path.is_empty() { "" } else { "." };
        let cursor = |(line, key, node): &'a (u64, String, Node)| {
            let path = format!("{}{dot}{key}", self.path);
            let line = *line;
            let root = self.root;
            (
                key.as_str(),
                Cursor {
                    node,
                    root,
                    path,
                    line,
                },
            )
        };
        entries.iter().map(cursor).collect()
    }

    /// The values of a list.
    pub(super) fn items(&self) -> Vec<Cursor<'a>> {
        let Kind::List(items) = &self.node.kind else {
            return Vec::new();
        };
        let cursor = |(index, node): (usize, &'a Node)| Cursor {
            node,
            root: self.root,
            path: format!("{}[{index}]", self.path),
            line: node.line,
        };
        items.iter().enumerate().map(cursor).collect()
    }

    /// The value under a dotted path below, if there is one.
    pub(super) fn get(&self, below: &str) -> Option<Cursor<'a>> {
        below.split('.').try_fold(self.clone(), |at, key| {
            let found = at.entries().into_iter().find(|(own, _)| *own == key);
            found.map(|(_, cursor)| cursor)
        })
    }

    /// The value as text, if it is one.
    pub(super) fn text(&self) -> Option<&'a str> {
        match &self.node.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The texts of a list, or the one text that stands alone.
    pub(super) fn texts(&self) -> Vec<Cursor<'a>> {
        match self.kind() {
            Kind::Text(_) => vec![self.clone()],
            _ => self.items(),
        }
    }

    /// The value as a whole number; underscores between its digits are allowed.
    pub(super) fn int(&self) -> Option<i64> {
        match &self.node.kind {
            Kind::Int(value) => Some(*value),
            Kind::Double(value) if value.fract() == 0.0 && value.abs() < 1e15 => {
                Some(*value as i64)
            }
            Kind::Text(text) => text.replace('_', "").parse().ok(),
            _ => None,
        }
    }

    /// The value as a truth value, in any spelling of YAML.
    pub(super) fn bool(&self) -> Option<bool> {
        match &self.node.kind {
            Kind::Bool(value) => Some(*value),
            Kind::Text(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" => Some(true),
                "false" | "no" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }
}
