//! The traces of every captured instrumentation, in the order of their names.

use std::io::Read;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use flate2::read::GzDecoder;
use tollgate::otlp::{Batch, Limits, Signal, Span, Telemetry};

/// Where the repository's tests keep what they read.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("integration-tests/fixtures")
}

/// What each file holds.
pub(crate) fn traces() -> impl Iterator<Item = Batch<Span>> {
    let mut files = Vec::new();
    list(&fixtures().join("captures"), &mut files);
    files.sort();
    files.into_iter().filter_map(|path| read(&path))
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(&path, files);
        } else if path.to_string_lossy().contains("traces") {
            files.push(path);
        }
    }
}

fn read(path: &Path) -> Option<Batch<Span>> {
    let bytes = std::fs::read(path).ok()?;
    let limits = Limits::default();
    let parsed = if path.extension().is_some_and(|ending| ending == "json") {
        Telemetry::parse_json(Signal::Traces, &bytes, &limits)
    } else {
        Telemetry::parse(Signal::Traces, Bytes::from(unpack(bytes)), &limits)
    };
    match parsed.ok()?.telemetry {
        Telemetry::Traces(spans) => Some(spans),
        _ => None,
    }
}

/// The bytes without gzip, if they are in it.
pub(crate) fn unpack(bytes: Vec<u8>) -> Vec<u8> {
    let mut plain = Vec::new();
    match GzDecoder::new(&*bytes).read_to_end(&mut plain) {
        Ok(_) => plain,
        Err(_) => bytes,
    }
}
