//! Writes OTLP to files: JSON lines or length-prefixed protobuf, rotated and compressed.

mod encode;
mod rotation;
mod target;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::component::{
    BoxFuture, ConfigError, Context, Delivered, Entry, ExportError, Exporter, ExporterConfig,
    Request,
};
use crate::config;
use rotation::Rotation;
use target::Target;

pub(super) const ENTRY: Entry = Entry::exporter::<Config>(
    "file",
    "write OTLP/JSON lines or length-prefixed protobuf to rotated, compressed files",
    r#"path = "telemetry.jsonl"
rotation = { max_size = "64 MiB", keep = 3 }"#,
);

/// Stands for the signal's name in a path.
const SIGNAL: &str = "{signal}";

/// How requests are written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Format {
    /// One OTLP/JSON request per line.
    #[default]
    Json,
    /// Protobuf requests, each behind its length in four bytes, highest first.
    Protobuf,
}

/// How files are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Compression {
    /// Not at all.
    #[default]
    None,
    /// A gzip member per write; `zcat` reads the file as one.
    Gzip,
    /// A zstd frame per write; `zstdcat` reads the file as one.
    Zstd,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// The file, from the configuration's folder. `{signal}` becomes `traces`, `metrics` or `logs`;
    /// without it JSON lines of all signals share the file, and protobuf, whose messages do not say
    /// what they are, puts the signal before the extension.
    path: PathBuf,
    /// `json` (one OTLP/JSON request per line) or `protobuf` (length-prefixed).
    format: Format,
    /// `none`, `gzip` or `zstd`.
    compression: Compression,
    /// When a file is set aside and a new one begun.
    rotation: Rotation,
    /// Waiting, batching and retrying.
    queue: config::Queue,
}

impl ExporterConfig for Config {
    fn check(&self) -> Vec<ConfigError> {
        let named = self.path.file_name().is_some();
        let path = ConfigError::unless(named, "path", "name a file, such as \"telemetry.jsonl\"");
        path.err().into_iter().collect()
    }

    fn build(self, context: &mut Context) -> Result<Arc<dyn Exporter>, ConfigError> {
        let path = per_signal(&context.path(&self.path), self.format);
        Ok(Arc::new(File(Arc::new(Desk {
            path,
            format: self.format,
            compression: self.compression,
            rotation: self.rotation,
            clock: context.clock,
            targets: Mutex::default(),
        }))))
    }

    fn queue(&self) -> config::Queue {
        self.queue.clone()
    }
}

/// The path with its `{signal}`, which protobuf cannot do without.
fn per_signal(path: &Path, format: Format) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if format == Format::Json || name.contains(SIGNAL) {
        return path.to_owned();
    }
    let named = match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{SIGNAL}.{extension}"),
        None => format!("{name}.{SIGNAL}"),
    };
    path.with_file_name(named)
}

struct File(Arc<Desk>);

struct Desk {
    path: PathBuf,
    format: Format,
    compression: Compression,
    rotation: Rotation,
    clock: Clock,
    /// Open files by path. Only the blocking pool locks this.
    targets: Mutex<BTreeMap<PathBuf, Target>>,
}

impl Exporter for File {
    fn export(&self, request: Arc<Request>) -> BoxFuture<'_, Result<Delivered, ExportError>> {
        let desk = Arc::clone(&self.0);
        Box::pin(async move {
            let written = tokio::task::spawn_blocking(move || desk.write(&request)).await;
            // A disk that is full today may have room tomorrow; the queue knows when to give up.
            let failed = |why: String| ExportError::Retry { after: None, why };
            match written {
                Ok(Ok(())) => Ok(Delivered::default()),
                Ok(Err(fault)) => Err(failed(fault.to_string())),
                Err(fault) => Err(ExportError::Reject(format!("writing failed: {fault}"))),
            }
        })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        let desk = Arc::clone(&self.0);
        Box::pin(async move {
            let closed = tokio::task::spawn_blocking(move || desk.close()).await;
            if let Err(fault) = closed {
                tracing::error!(%fault, "closing files failed");
            }
        })
    }
}

impl Desk {
    fn write(&self, request: &Request) -> std::io::Result<()> {
        let block = encode::block(request, self.format, self.compression)?;
        let path = self
            .path
            .to_string_lossy()
            .replace(SIGNAL, request.signal.name());
        let path = PathBuf::from(path);
        let now = self.clock.now().unix_nanos;
        let mut targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        let target = match targets.remove(&path) {
            Some(target) => target,
            None => Target::open(&path, self.continues())?,
        };
        let mut target = rotation::rotated(target, block.len() as u64, &self.rotation, now)?;
        // On failure the target is forgotten, so that the next attempt opens it afresh.
        target.append(&block)?;
        targets.insert(path, target);
        Ok(())
    }

    /// Whether a torn last write can be recognised and contained, so that a file found on start may
    /// be continued.
    fn continues(&self) -> bool {
        self.format == Format::Json && self.compression == Compression::None
    }

    fn close(&self) {
        let mut targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        for (path, target) in std::mem::take(&mut *targets) {
            if let Err(fault) = target.sync() {
                tracing::warn!(path = %path.display(), %fault, "file may not have reached the disk");
            }
        }
    }
}

#[cfg(test)]
mod tests;
