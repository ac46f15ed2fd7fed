//! Which dialect a scope's name belongs to.

use std::borrow::Cow;

use super::lexicon::Lexicon;
use super::table::{Scope, Table};
use super::user::Custom;
use super::vocabulary::{DialectId, earlier};

/// The scope names of every dialect.
#[derive(Clone)]
pub(super) struct Scopes {
    exact: Lexicon<DialectId>,
    /// By first byte: beginnings of names, the earlier dialect first.
    beginnings: Vec<Vec<(Cow<'static, str>, DialectId)>>,
}

impl Scopes {
    pub(super) fn of(tables: &[&'static Table], custom: &[Custom]) -> Self {
        let mut scopes = Scopes {
            exact: Lexicon::default(),
            beginnings: vec![Vec::new(); 256],
        };
        for (index, custom) in custom.iter().enumerate() {
            let id = (tables.len() + index) as DialectId;
            for start in custom.scopes.iter().filter(|start| !start.is_empty()) {
                scopes.under(start.clone().into(), id);
            }
        }
        for (id, table) in tables.iter().enumerate() {
            for scope in table.scopes {
                match *scope {
                    Scope::Is(name) => {
                        scopes.exact.entry(name.into(), id as DialectId);
                    }
                    Scope::Under(start) => scopes.under(start.into(), id as DialectId),
                }
            }
        }
        scopes
    }

    fn under(&mut self, start: Cow<'static, str>, id: DialectId) {
        let first = start.as_bytes().first().copied().unwrap_or(0);
        if let Some(beginnings) = self.beginnings.get_mut(usize::from(first)) {
            beginnings.push((start, id));
        }
    }

    /// The earliest dialect a scope of this name belongs to.
    pub(super) fn dialect(&self, name: &str) -> Option<DialectId> {
        let first = name.as_bytes().first()?;
        let beginnings = self.beginnings.get(usize::from(*first))?;
        let begins = |(start, _): &&(Cow<'static, str>, DialectId)| name.starts_with(&**start);
        let under = beginnings.iter().find(begins).map(|(_, id)| *id);
        let exact = self.exact.get(name.as_bytes()).copied();
        match (exact, under) {
            (Some(exact), Some(under)) => Some(earlier(exact, under)),
            (one, other) => one.or(other),
        }
    }
}
