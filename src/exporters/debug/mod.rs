//! Prints what passes to standard error, for people who are looking.

mod show;

use std::io::Write;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{
    BoxFuture, ConfigError, Context, Delivered, Entry, ExportError, Exporter, ExporterConfig,
    Request,
};
use crate::config;

pub(super) const ENTRY: Entry = Entry::exporter::<Config>(
    "debug",
    "print a summary, or every item, to standard error",
    r#"detail = "summary""#,
);

/// How much is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Detail {
    /// One line per request.
    #[default]
    Summary,
    /// A line per item as well, with its attributes.
    Detailed,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// `summary` or `detailed`.
    detail: Detail,
    /// Most items printed of one request.
    max_items: usize,
    /// Waiting and batching.
    queue: config::Queue,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            detail: Detail::default(),
            max_items: 100,
            queue: config::Queue::default(),
        }
    }
}

impl ExporterConfig for Config {
    fn build(self, _: &mut Context) -> Result<Arc<dyn Exporter>, ConfigError> {
        let max_items = if self.detail == Detail::Detailed {
            self.max_items
        } else {
            0
        };
        Ok(Arc::new(Debug { max_items }))
    }

    fn queue(&self) -> config::Queue {
        self.queue.clone()
    }
}

struct Debug {
    max_items: usize,
}

impl Exporter for Debug {
    fn export(&self, request: Arc<Request>) -> BoxFuture<'_, Result<Delivered, ExportError>> {
        let text = show::request(&request, self.max_items);
        Box::pin(async move {
            let print = move || std::io::stderr().lock().write_all(text.as_bytes());
            let printed = tokio::task::spawn_blocking(print).await;
            match printed.map_err(std::io::Error::other).flatten() {
                Ok(()) => Ok(Delivered::default()),
                Err(fault) => Err(ExportError::Reject(format!("standard error: {fault}"))),
            }
        })
    }
}

#[cfg(test)]
mod tests;
