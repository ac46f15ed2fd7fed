//! Splits telemetry over workers: spans and logs by trace, the rest by resource.

use crate::component::{shard, shard_of};
use crate::otlp::{Resource, Telemetry};

/// The parts for each worker, by index; a part may be empty. One worker takes all as it is.
pub(super) fn split(telemetry: Telemetry, workers: usize) -> Vec<Telemetry> {
    if workers <= 1 {
        return vec![telemetry];
    }
    match telemetry {
        Telemetry::Traces(batch) => {
            let parts = batch.split_by(|_, span| shard(&span.trace_id().0, workers), workers);
            parts.into_iter().map(Telemetry::Traces).collect()
        }
        Telemetry::Logs(batch) => {
            let choose = |resource: &Resource, trace: Option<_>| match trace {
                Some(crate::otlp::TraceId(id)) => shard(&id, workers),
                None => of_resource(resource, workers),
            };
            let parts = batch.split_by(
                |scope, log| choose(scope.resource(), log.trace_id()),
                workers,
            );
            parts.into_iter().map(Telemetry::Logs).collect()
        }
        Telemetry::Metrics(batch) => {
            let parts = batch.split_by(|scope, _| of_resource(scope.resource(), workers), workers);
            parts.into_iter().map(Telemetry::Metrics).collect()
        }
    }
}

/// Metrics of one resource stay on one worker, so that their points stay in order.
fn of_resource(resource: &Resource, workers: usize) -> usize {
    let parts = resource.attributes().into_iter().flat_map(|(key, value)| {
        let value = value.as_str().unwrap_or_default();
        [key.as_bytes(), value.as_bytes()]
    });
    shard_of(parts, workers)
}
