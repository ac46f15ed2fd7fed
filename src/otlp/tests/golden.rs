//! Every recorded payload of real SDKs, in and out.

use std::io::Read as _;
use std::path::PathBuf;

use bytes::Bytes;
use prost::Message;
use serde_json::Value as Json;

use super::oracle::Request;
use crate::otlp::{Limits, Rejected, Signal, Telemetry};

/// A recorded payload, decompressed.
pub(super) struct Capture {
    pub(super) file: String,
    pub(super) signal: Signal,
    pub(super) json: bool,
    pub(super) body: Bytes,
}

pub(super) fn captures() -> Vec<Capture> {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("integration-tests/fixtures/captures");
    let manifest = std::fs::read(folder.join("manifest.json")).unwrap();
    let manifest: Json = serde_json::from_slice(&manifest).unwrap();
    let scenarios = manifest["scenarios"].as_array().unwrap();
    let files = scenarios
        .iter()
        .flat_map(|scenario| scenario["files"].as_array().unwrap());
    let read = |file: &Json| {
        let name = file["file"].as_str().unwrap();
        let mut body = std::fs::read(folder.join(name)).unwrap();
        if file["content_encoding"] == "gzip" {
            let packed = std::mem::take(&mut body);
            flate2::read::GzDecoder::new(&packed[..])
                .read_to_end(&mut body)
                .unwrap();
        }
        let signal = Signal::ALL
            .into_iter()
            .find(|signal| file["signal"] == signal.name());
        let json = file["content_type"]
            .as_str()
            .is_some_and(|kind| kind.contains("json"));
        Capture {
            file: name.to_owned(),
            signal: signal.unwrap(),
            json,
            body: body.into(),
        }
    };
    files.map(read).collect()
}

pub(super) fn wire(telemetry: &Telemetry) -> Bytes {
    let mut out = Vec::new();
    telemetry.encode(&mut out);
    assert_eq!(out.len(), telemetry.encoded_len());
    out.into()
}

#[test]
fn every_capture_comes_out_as_it_went_in() {
    let captures = captures();
    assert!(captures.len() > 50, "the recorded payloads are there");
    for capture in captures.iter().filter(|capture| !capture.json) {
        let parsed =
            Telemetry::parse(capture.signal, capture.body.clone(), &Limits::default()).unwrap();
        assert_eq!(parsed.rejected, Rejected::default(), "{}", capture.file);
        let theirs = Request::decode(capture.signal, &capture.body);
        assert_eq!(parsed.telemetry.items(), theirs.items(), "{}", capture.file);
        let out = wire(&parsed.telemetry);
        if out != capture.body {
            assert_eq!(
                Request::decode(capture.signal, &out),
                theirs,
                "{}",
                capture.file
            );
        }
    }
}

#[test]
fn every_capture_survives_json() {
    for capture in captures() {
        let limits = Limits::default();
        let parsed = if capture.json {
            Telemetry::parse_json(capture.signal, &capture.body, &limits)
        } else {
            Telemetry::parse(capture.signal, capture.body.clone(), &limits)
        };
        let parsed = parsed.unwrap().telemetry;
        let json = parsed.to_json();
        let again = Telemetry::parse_json(capture.signal, json.as_bytes(), &limits).unwrap();
        let theirs = Request::decode(capture.signal, &wire(&parsed));
        assert_eq!(
            Request::decode(capture.signal, &wire(&again.telemetry)),
            theirs,
            "{}",
            capture.file
        );
        assert_eq!(again.telemetry.to_json(), json, "{}", capture.file);
    }
}

#[test]
fn what_prost_writes_of_a_capture_reads_the_same() {
    for capture in captures().into_iter().filter(|capture| !capture.json) {
        let theirs = Request::decode(capture.signal, &capture.body);
        let bytes = Bytes::from(match &theirs {
            Request::Traces(request) => request.encode_to_vec(),
            Request::Metrics(request) => request.encode_to_vec(),
            Request::Logs(request) => request.encode_to_vec(),
        });
        let parsed = Telemetry::parse(capture.signal, bytes, &Limits::default()).unwrap();
        assert_eq!(
            Request::decode(capture.signal, &wire(&parsed.telemetry)),
            theirs
        );
    }
}
