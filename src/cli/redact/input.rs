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
    /// `{"id", "text", "key"?, "tenant"?}`.
    Row(Value),
    /// Captured telemetry.
    Otlp(Box<Telemetry>),
    /// Anything else.
    Text(String),
}

/// An input, taken apart.
#[derive(Default)]
pub(super) struct Input {
    pub(super) pieces: Vec<Piece>,
    /// The first line that is text among rows or telemetry, from 1.
    pub(super) odd_line: Option<usize>,
}

/// Reads an input; `path` helps to tell protobuf's signals apart.
pub(super) fn read(bytes: Vec<u8>, path: Option<&Path>) -> Result<Input, Error> {
    let name = path
        .map(|path| path.to_string_lossy().into_owned())
        .unwrap_or_default();
    let bytes = plain(bytes)?;
    let plain_name = Path::new(name.trim_end_matches(".gz"));
    if plain_name
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("pb"))
    {
        return protobuf(bytes, &name).map(|telemetry| Piece::Otlp(Box::new(telemetry)).into());
    }
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    // One object over many lines, as captures are written for people.
    if let Ok(object) = serde_json::from_str::<Value>(&text)
        && let Some(piece) = piece(object, &text)?
    {
        return Ok(piece.into());
    }
    let input = lines(&text, |_| true)?;
    if input.odd_line.is_none() {
        return Ok(input);
    }
    // Among other lines, an object with a text and no id is somebody's log.
    lines(&text, |row| row.get("id").is_some())
}

impl From<Piece> for Input {
    fn from(piece: Piece) -> Self {
        Input {
            pieces: vec![piece],
            odd_line: None,
        }
    }
}

/// Rows and telemetry, a line each. One bad line takes the keys from no other: lines that are
/// neither are texts, those that follow each other one, as a private key has many.
fn lines(text: &str, is_row: impl Fn(&Value) -> bool) -> Result<Input, Error> {
    let mut input = Input::default();
    let mut odd_lines = Vec::new();
    for (place, line) in text.split_inclusive('\n').enumerate() {
        let object = serde_json::from_str::<Value>(line).ok();
        let found = object.map(|object| piece(object, line)).transpose();
        match found.map_err(|why| Error::other(format!("line {}: {why}", place + 1)))? {
            Some(Some(piece)) if !matches!(&piece, Piece::Row(row) if !is_row(row)) => {
                input.pieces.push(piece);
            }
            _ => {
                if !line.trim().is_empty() {
                    odd_lines.push(place + 1);
                }
                match input.pieces.last_mut() {
                    Some(Piece::Text(text)) => text.push_str(line),
                    _ => input.pieces.push(Piece::Text(line.to_owned())),
                }
            }
        }
    }
    let is_text = |piece: &Piece| matches!(piece, Piece::Text(_));
    if input.pieces.iter().all(is_text) {
        return Ok(input);
    }
    // Blank lines between rows are nothing.
    input
        .pieces
        .retain(|piece| !matches!(piece, Piece::Text(text) if text.trim().is_empty()));
    input.odd_line = odd_lines.first().copied();
    Ok(input)
}

fn piece(object: Value, source: &str) -> Result<Option<Piece>, Error> {
    const SIGNALS: [(&str, &str, Signal); 3] = [
        ("resourceSpans", "resource_spans", Signal::Traces),
        ("resourceMetrics", "resource_metrics", Signal::Metrics),
        ("resourceLogs", "resource_logs", Signal::Logs),
    ];
    let has = |name: &str| object.get(name).is_some();
    let signal = SIGNALS
        .iter()
        .find(|(camel, snake, _)| has(camel) || has(snake));
    if let Some((_, _, signal)) = signal {
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
    Err(Error::other("it is no OTLP request"))
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
