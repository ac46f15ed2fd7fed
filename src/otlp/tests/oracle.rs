//! The same requests as prost reads them: what the views are held against.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::{Exemplar, metric::Data};
use prost::Message;

use crate::otlp::Signal;

/// A request of any signal, decoded.
#[derive(Debug, PartialEq)]
pub(super) enum Request {
    Traces(ExportTraceServiceRequest),
    Metrics(ExportMetricsServiceRequest),
    Logs(ExportLogsServiceRequest),
}

impl Request {
    pub(super) fn decode(signal: Signal, body: &[u8]) -> Self {
        Self::try_decode(signal, body).unwrap()
    }

    pub(super) fn try_decode(signal: Signal, body: &[u8]) -> Result<Self, prost::DecodeError> {
        Ok(match signal {
            Signal::Traces => Request::Traces(Message::decode(body)?),
            Signal::Metrics => Request::Metrics(Message::decode(body)?),
            Signal::Logs => Request::Logs(Message::decode(body)?),
        })
    }

    pub(super) fn items(&self) -> usize {
        match self {
            Request::Traces(request) => {
                let scopes = request.resource_spans.iter().flat_map(|r| &r.scope_spans);
                scopes.map(|scope| scope.spans.len()).sum()
            }
            Request::Logs(request) => {
                let scopes = request.resource_logs.iter().flat_map(|r| &r.scope_logs);
                scopes.map(|scope| scope.log_records.len()).sum()
            }
            Request::Metrics(request) => {
                let scopes = request
                    .resource_metrics
                    .iter()
                    .flat_map(|r| &r.scope_metrics);
                let metrics = scopes.flat_map(|scope| &scope.metrics);
                metrics.map(|metric| points(metric.data.as_ref())).sum()
            }
        }
    }
}

fn points(data: Option<&Data>) -> usize {
    match data {
        Some(Data::Gauge(gauge)) => gauge.data_points.len(),
        Some(Data::Sum(sum)) => sum.data_points.len(),
        Some(Data::Histogram(histogram)) => histogram.data_points.len(),
        Some(Data::ExponentialHistogram(histogram)) => histogram.data_points.len(),
        Some(Data::Summary(summary)) => summary.data_points.len(),
        None => 0,
    }
}

impl Request {
    /// Without envelopes that hold nothing.
    pub(super) fn pruned(mut self) -> Self {
        match &mut self {
            Request::Traces(request) => request.resource_spans.retain_mut(|resource| {
                resource.scope_spans.retain(|scope| !scope.spans.is_empty());
                !resource.scope_spans.is_empty()
            }),
            Request::Logs(request) => request.resource_logs.retain_mut(|resource| {
                resource
                    .scope_logs
                    .retain(|scope| !scope.log_records.is_empty());
                !resource.scope_logs.is_empty()
            }),
            Request::Metrics(request) => request.resource_metrics.retain_mut(|resource| {
                resource
                    .scope_metrics
                    .retain(|scope| !scope.metrics.is_empty());
                !resource.scope_metrics.is_empty()
            }),
        }
        self
    }

    /// Without pointers of the wrong length.
    pub(super) fn cleared(mut self) -> Self {
        match &mut self {
            Request::Traces(request) => {
                let scopes = request
                    .resource_spans
                    .iter_mut()
                    .flat_map(|r| &mut r.scope_spans);
                for link in scopes
                    .flat_map(|s| &mut s.spans)
                    .flat_map(|span| &mut span.links)
                {
                    clear(&mut link.trace_id, &mut link.span_id);
                }
            }
            Request::Logs(request) => {
                let scopes = request
                    .resource_logs
                    .iter_mut()
                    .flat_map(|r| &mut r.scope_logs);
                for record in scopes.flat_map(|scope| &mut scope.log_records) {
                    clear(&mut record.trace_id, &mut record.span_id);
                }
            }
            Request::Metrics(request) => {
                let scopes = request
                    .resource_metrics
                    .iter_mut()
                    .flat_map(|r| &mut r.scope_metrics);
                for metric in scopes.flat_map(|scope| &mut scope.metrics) {
                    for exemplar in exemplars(metric.data.as_mut()) {
                        clear(&mut exemplar.trace_id, &mut exemplar.span_id);
                    }
                }
            }
        }
        self
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        match self {
            Request::Traces(request) => request.encode_to_vec(),
            Request::Metrics(request) => request.encode_to_vec(),
            Request::Logs(request) => request.encode_to_vec(),
        }
    }
}

fn exemplars(data: Option<&mut Data>) -> Vec<&mut Exemplar> {
    match data {
        Some(Data::Gauge(it)) => it
            .data_points
            .iter_mut()
            .flat_map(|p| &mut p.exemplars)
            .collect(),
        Some(Data::Sum(it)) => it
            .data_points
            .iter_mut()
            .flat_map(|p| &mut p.exemplars)
            .collect(),
        Some(Data::Histogram(it)) => it
            .data_points
            .iter_mut()
            .flat_map(|p| &mut p.exemplars)
            .collect(),
        Some(Data::ExponentialHistogram(it)) => it
            .data_points
            .iter_mut()
            .flat_map(|p| &mut p.exemplars)
            .collect(),
        Some(Data::Summary(_)) | None => Vec::new(),
    }
}

fn clear(trace_id: &mut Vec<u8>, span_id: &mut Vec<u8>) {
    if trace_id.len() != 16 {
        trace_id.clear();
    }
    if span_id.len() != 8 {
        span_id.clear();
    }
}
