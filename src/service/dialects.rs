//! How a configuration wants attributes to be read: `[identity]`, and dialects of a user's own.

use std::sync::Arc;

use serde::Deserialize;

use crate::component::{Context, Shelf};
use crate::config::{ConfigError, Reading, Table};
use crate::genai::dialect::{Custom, Dialects, Sources};

/// Reads `[identity]`.
pub(super) fn identity(root: &Table) -> Reading<Sources> {
    let fault = |(key, why): (String, &str)| ConfigError::at(key, why);
    let table = root.table("identity").unwrap_or_else(Table::empty);
    table.read(|sources: &Sources| sources.faults().into_iter().map(fault).collect())
}

/// Lends the components of a service the dialects that ask for identity where it says.
pub(super) fn lend(shelf: &Shelf, identity: &Sources) {
    let context = Context {
        shelf: shelf.clone(),
        ..Context::bare("service")
    };
    context.share(Arc::new(Dialects::builtin().asking(identity)));
}

/// What is read of a `normalize` by those who only want its dialects.
#[derive(Default, Deserialize)]
struct Normalize {
    #[serde(default)]
    dialects: Vec<Custom>,
}

/// How a configuration's pipelines read attributes, for verbs that run none of them.
pub fn dialects(root: &Table) -> Reading<Dialects> {
    let mut dialects = Dialects::builtin().asking(&identity(root)?);
    let processors = root.table("processors").unwrap_or_else(Table::empty);
    for name in processors.keys() {
        let table = processors.table(&name);
        let Some(table) = table.filter(|_| name.split('/').next() == Some("normalize")) else {
            continue;
        };
        let normalize: Normalize = table.read(|_| Vec::new())?;
        dialects = dialects.with(normalize.dialects).map_err(|fault| {
            let message = format!("dialects.{}: {}", fault.key, fault.why);
            vec![processors.fault(&name, message, "see `tollgate check`")]
        })?;
    }
    Ok(dialects)
}
