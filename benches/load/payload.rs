//! Requests made of captured spans: real shapes and texts, any number of spans, fresh ids each time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans};
use prost::Message;

use crate::Failure;

/// Different requests held ready.
const TEMPLATES: usize = 64;

/// Encoded requests and where their trace ids lie.
pub(crate) struct Payload {
    templates: Vec<Template>,
    made: AtomicU64,
}

struct Template {
    bytes: Vec<u8>,
    trace_ids: Vec<usize>,
}

impl Payload {
    /// Reads every trace capture below `folder` and deals its spans into requests.
    pub(crate) fn read(folder: &Path, spans: usize) -> Result<Self, Failure> {
        let mut captured = Vec::new();
        for file in captures(folder)? {
            let request = ExportTraceServiceRequest::decode(&*fs::read(&file)?)
                .map_err(|error| format!("{}: {error}", file.display()))?;
            captured.extend(request.resource_spans);
        }
        let pieces: Vec<ResourceSpans> = captured.into_iter().flat_map(single).collect();
        if pieces.is_empty() {
            return Err(format!("no trace captures below {}", folder.display()).into());
        }
        let mut endless = pieces.iter().cycle();
        let templates = (0..TEMPLATES)
            .map(|_| Template::of(endless.by_ref().take(spans)))
            .collect();
        Ok(Payload {
            templates,
            made: AtomicU64::new(0),
        })
    }

    /// The next request, its trace ids unlike those of any other.
    pub(crate) fn next(&self) -> Bytes {
        let number = self.made.fetch_add(1, Relaxed);
        let template = &self.templates[number as usize % TEMPLATES];
        let mut bytes = template.bytes.clone();
        for at in &template.trace_ids {
            for (byte, salt) in bytes[*at..at + 8]
                .iter_mut()
                .zip((number + 1).to_le_bytes())
            {
                *byte ^= salt;
            }
        }
        bytes.into()
    }

    /// Mean bytes of a request.
    pub(crate) fn mean_len(&self) -> usize {
        self.templates
            .iter()
            .map(|template| template.bytes.len())
            .sum::<usize>()
            / TEMPLATES
    }
}

impl Template {
    /// Neighbours from one resource and scope stand under one, as an SDK would send them.
    fn of<'a>(pieces: impl Iterator<Item = &'a ResourceSpans>) -> Self {
        let mut request = ExportTraceServiceRequest::default();
        for piece in pieces {
            match request.resource_spans.last_mut() {
                Some(last) if last.resource == piece.resource => merge(last, &piece.scope_spans),
                _ => request.resource_spans.push(piece.clone()),
            }
        }
        let bytes = request.encode_to_vec();
        let ids = spans(&request).map(|id| [&[0x0a, 16], id].concat());
        let mut trace_ids: Vec<usize> = ids
            .flat_map(|field| memchr::memmem::find_iter(&bytes, &field).collect::<Vec<_>>())
            .map(|at| at + 2)
            .collect();
        trace_ids.sort_unstable();
        trace_ids.dedup();
        Template { bytes, trace_ids }
    }
}

fn merge(into: &mut ResourceSpans, from: &[ScopeSpans]) {
    for scope in from {
        match into.scope_spans.last_mut() {
            Some(last) if last.scope == scope.scope => last.spans.extend_from_slice(&scope.spans),
            _ => into.scope_spans.push(scope.clone()),
        }
    }
}

fn spans(request: &ExportTraceServiceRequest) -> impl Iterator<Item = &[u8]> {
    let scopes = request
        .resource_spans
        .iter()
        .flat_map(|resource| &resource.scope_spans);
    scopes
        .flat_map(|scope| &scope.spans)
        .map(|span| &*span.trace_id)
}

/// Every span alone under its scope and resource.
fn single(resource: ResourceSpans) -> Vec<ResourceSpans> {
    let alone = |scope: &ScopeSpans, index: usize| ResourceSpans {
        scope_spans: vec![ScopeSpans {
            spans: vec![scope.spans[index].clone()],
            ..scope.clone()
        }],
        ..resource.clone()
    };
    let scopes = resource.scope_spans.iter();
    scopes
        .flat_map(|scope| (0..scope.spans.len()).map(move |n| alone(scope, n)))
        .collect()
}

fn captures(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(captures(&entry.path())?);
        } else if entry.file_name().to_string_lossy().ends_with("traces.pb") {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}
