//! Cuts a request that is too large into two, without copying a record.

use std::sync::Arc;

use crate::component::Request;
use crate::otlp::{self, Group, Item, Metric, Telemetry};

/// Two requests of about half the records each; `None` if there is only one item left.
pub(super) fn halves(request: &Request) -> Option<[Request; 2]> {
    let signal = request.signal;
    if let [only] = request.parts.as_slice() {
        let halves = match &only.telemetry {
            Telemetry::Traces(batch) => halve(batch)?.map(Telemetry::Traces),
            Telemetry::Metrics(batch) => halve(batch)
                .or_else(|| halve_points(batch))?
                .map(Telemetry::Metrics),
            Telemetry::Logs(batch) => halve(batch)?.map(Telemetry::Logs),
        };
        let part = |telemetry| Request {
            signal,
            parts: vec![Arc::new(only.split_off(telemetry))],
        };
        return Some(halves.map(part));
    }
    let (first, second) = request.parts.split_at(request.parts.len() / 2);
    Some([first, second].map(|parts| Request {
        signal,
        parts: parts.to_vec(),
    }))
}

fn halve<R: Item + Clone>(batch: &otlp::Batch<R>) -> Option<[otlp::Batch<R>; 2]> {
    let records: usize = batch.groups.iter().map(|group| group.records.len()).sum();
    let mut left = records / 2;
    if left == 0 {
        return None;
    }
    let mut halves = [Vec::new(), Vec::new()];
    for group in &batch.groups {
        let cut = left.min(group.records.len());
        left -= cut;
        let (first, second) = group.records.split_at(cut);
        for (groups, records) in halves.iter_mut().zip([first, second]) {
            if !records.is_empty() {
                groups.push(Group {
                    scope: Arc::clone(&group.scope),
                    records: records.to_vec(),
                });
            }
        }
    }
    Some(halves.map(otlp::Batch::new))
}

/// Halves the points of a metric that is alone.
fn halve_points(batch: &otlp::Batch<Metric>) -> Option<[otlp::Batch<Metric>; 2]> {
    let half = batch.items() / 2;
    if half == 0 {
        return None;
    }
    let part = |first: bool| {
        let mut part = batch.clone();
        for metric in part.groups.iter_mut().flat_map(|group| &mut group.records) {
            let mut at = 0;
            metric.retain_points(|_| {
                at += 1;
                (at <= half) == first
            });
        }
        part
    };
    Some([part(true), part(false)])
}
