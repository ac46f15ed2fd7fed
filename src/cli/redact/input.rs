//! Tells rows, OTLP and plain texts apart, and reads them.

use std::io::{Error, Read};
use std::path::Path;

use bytes::Bytes;
use flate2::read::GzDecoder;
use serde_json::Value;

use crate::otlp::{Limits, Signal, Telemetry};

/// More than this does not come out of a compressed file.
const PLAIN_MAX: u64 = 4 << 30;

/// One thing to redact.
pub(super) enum Piece {
    /// `{"id", "text", "key"?}`.
    Row(Value),
    /// Captured telemetry.
    Otlp(Box<Telemetry>),
    /// Anything else.
    Text(String),
}

/// The pieces of an input; `path` helps to tell protobuf's signals apart.
pub(super) fn pieces(bytes: Vec<u8>, path: Option<&Path>) -> Result<Vec<Piece>, Error> {
    let name = path
        .map(|path| path.to_string_lossy().into_owned())
        .unwrap_or_default();
    let bytes = plain(bytes)?;
    let plain_name = Path::new(name.trim_end_matches(".gz"));
    if plain_name
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("pb"))
    {
        return protobuf(bytes, &name).map(|telemetry| vec![Piece::Otlp(Box::new(telemetry))]);
    }
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    // One object over many lines, as captures are written for people.
    if let Ok(object) = serde_json::from_str::<Value>(&text)
        && let Some(piece) = piece(object, &text)?
    {
        return Ok(vec![piece]);
    }
    let mut pieces = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let object = serde_json::from_str::<Value>(line).ok();
        match object
            .map(|object| piece(object, line))
            .transpose()?
            .flatten()
        {
            Some(piece) => pieces.push(piece),
            None => return Ok(vec![Piece::Text(text)]),
        }
    }
    Ok(pieces)
}

fn piece(object: Value, source: &str) -> Result<Option<Piece>, Error> {
    const SIGNALS: [(&str, Signal); 3] = [
        ("resourceSpans", Signal::Traces),
        ("resourceMetrics", Signal::Metrics),
        ("resourceLogs", Signal::Logs),
    ];
    let snake = ["resource_spans", "resource_metrics", "resource_logs"];
    let signal = SIGNALS
        .iter()
        .zip(snake)
        .find(|((camel, _), snake)| object.get(camel).is_some() || object.get(snake).is_some());
    if let Some(((_, signal), _)) = signal {
        let parsed = Telemetry::parse_json(*signal, source.as_bytes(), &Limits::default());
        let parsed = parsed.map_err(|error| Error::other(error.to_string()))?;
        return Ok(Some(Piece::Otlp(Box::new(parsed.telemetry))));
    }
    let is_row = object.get("text").is_some_and(Value::is_string);
    Ok(is_row.then_some(Piece::Row(object)))
}

fn protobuf(bytes: Vec<u8>, name: &str) -> Result<Telemetry, Error> {
    let named = Signal::ALL
        .iter()
        .filter(|signal| name.contains(signal.name()));
    let others = Signal::ALL
        .iter()
        .filter(|signal| !name.contains(signal.name()));
    let body = Bytes::from(bytes);
    for signal in named.chain(others) {
        if let Ok(parsed) = Telemetry::parse(*signal, body.clone(), &Limits::default())
            && (parsed.telemetry.items() > 0 || body.is_empty())
        {
            return Ok(parsed.telemetry);
        }
    }
    Err(Error::other(format!("{name} is no OTLP request")))
}

fn plain(bytes: Vec<u8>) -> Result<Vec<u8>, Error> {
    if !bytes.starts_with(&[0x1F, 0x8B]) {
        return Ok(bytes);
    }
    let mut plain = Vec::new();
    GzDecoder::new(&*bytes)
        .take(PLAIN_MAX)
        .read_to_end(&mut plain)?;
    Ok(plain)
}
