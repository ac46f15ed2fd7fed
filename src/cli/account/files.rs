//! Reads captured OTLP payloads of any signal and encoding from files and folders.

use std::io::Read;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::otlp::{Limits, Signal, Telemetry};

/// What some programs put before UTF-8 text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A payload, unpacked, is never larger than this.
const PAYLOAD_BYTES_MAX: u64 = 1 << 30;

/// Calls `visit` with every payload of every file, in the order of the arguments.
pub(in crate::cli) fn each(
    paths: &[PathBuf],
    mut visit: impl FnMut(Telemetry),
) -> Result<(), String> {
    for path in paths {
        for file in expand(path)? {
            let bytes = bytes(&file)?;
            let payloads =
                parse(&file, &bytes).map_err(|why| format!("{}: {why}", file.display()))?;
            payloads.into_iter().for_each(&mut visit);
        }
    }
    Ok(())
}

/// The file's bytes, unpacked if it is a gzip file.
pub(in crate::cli) fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let fault = |error: std::io::Error| format!("{}: {error}", path.display());
    let raw = std::fs::read(path).map_err(fault)?;
    if !raw.starts_with(&[0x1f, 0x8b]) {
        return Ok(raw);
    }
    let mut unpacked = Vec::new();
    let decoder = flate2::read::MultiGzDecoder::new(raw.as_slice());
    decoder
        .take(PAYLOAD_BYTES_MAX + 1)
        .read_to_end(&mut unpacked)
        .map_err(fault)?;
    if unpacked.len() as u64 > PAYLOAD_BYTES_MAX {
        return Err(format!(
            "{}: more than {PAYLOAD_BYTES_MAX} bytes unpacked",
            path.display()
        ));
    }
    Ok(unpacked)
}

/// A folder stands for the payloads in it, by name; what has another ending is left alone.
fn expand(path: &Path) -> Result<Vec<PathBuf>, String> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let fault = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut inside = Vec::new();
    for entry in std::fs::read_dir(path).map_err(fault)? {
        inside.push(entry.map_err(fault)?.path());
    }
    inside.sort();
    let mut files = Vec::new();
    for path in inside {
        if path.is_dir() {
            files.extend(expand(&path)?);
        } else if is_payload(&path) {
            files.push(path);
        }
    }
    Ok(files)
}

fn is_payload(path: &Path) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().to_ascii_lowercase());
    let name = name.as_deref().unwrap_or("");
    let plain = name.strip_suffix(".gz").unwrap_or(name);
    let endings = [".pb", ".bin", ".json", ".jsonl", ".ndjson"];
    plain != "manifest.json" && endings.iter().any(|ending| plain.ends_with(ending))
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Vec<Telemetry>, String> {
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'{') && std::str::from_utf8(text).is_ok() {
        return json(text);
    }
    protobuf(path, bytes).map(|telemetry| vec![telemetry])
}

/// One object, or one object per line, as the file exporter writes them.
fn json(bytes: &[u8]) -> Result<Vec<Telemetry>, String> {
    let whole = json_payload(bytes);
    let lines: Vec<&[u8]> = bytes
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty())
        .collect();
    // Otherwise it is one object over several lines, with a fault of its own.
    let line_by_line = lines.len() > 1 && lines.iter().all(|line| line.ends_with(b"}"));
    if whole.is_ok() || !line_by_line {
        return whole;
    }
    let mut all = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        all.extend(json_payload(line).map_err(|why| format!("line {}: {why}", at + 1))?);
    }
    Ok(all)
}

/// The spans, records and points of one object, which mostly holds one kind of them.
fn json_payload(bytes: &[u8]) -> Result<Vec<Telemetry>, String> {
    let has = |name: &str| memchr::memmem::find(bytes, name.as_bytes()).is_some();
    let signals = [
        ("\"resourceSpans\"", Signal::Traces),
        ("\"resourceLogs\"", Signal::Logs),
        ("\"resourceMetrics\"", Signal::Metrics),
    ];
    let held: Vec<Signal> = signals
        .into_iter()
        .filter_map(|(name, signal)| has(name).then_some(signal))
        .collect();
    if held.is_empty() {
        return Err("neither spans, nor metrics, nor log records".to_owned());
    }
    let parse = |signal| {
        let parsed = Telemetry::parse_json(signal, bytes, &Limits::default());
        parsed
            .map(|parsed| parsed.telemetry)
            .map_err(|error| error.to_string())
    };
    held.into_iter().map(parse).collect()
}

/// The three requests share their envelope, so the name is asked first and every reading tried:
/// the right one is the one that rejects nothing.
fn protobuf(path: &Path, bytes: &[u8]) -> Result<Telemetry, String> {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut signals = Signal::ALL.to_vec();
    signals.sort_by_key(|signal| !name.contains(signal.name()));
    let mut best: Option<(u64, Telemetry)> = None;
    let mut fault = String::new();
    for signal in signals {
        match Telemetry::parse(signal, Bytes::copy_from_slice(bytes), &Limits::default()) {
            Ok(parsed) => {
                let rejected = parsed.rejected.items;
                if best.as_ref().is_none_or(|(least, _)| rejected < *least) {
                    best = Some((rejected, parsed.telemetry));
                }
                if rejected == 0 {
                    break;
                }
            }
            Err(error) if fault.is_empty() => fault = error.to_string(),
            Err(_) => {}
        }
    }
    best.map(|(_, telemetry)| telemetry).ok_or(fault)
}
