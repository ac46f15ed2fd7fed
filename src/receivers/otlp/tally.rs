//! Counts requests by signal and outcome, for the machine's own metrics.

use super::refusal::Refusal;
use crate::otlp::{Rejected, Signal};

/// Counts the requests of one listener.
pub(super) struct Tally {
    /// The receiver's name: `otlp`, `otlp/second`.
    pub(super) receiver: String,
    /// `grpc` or `http`.
    pub(super) protocol: &'static str,
}

impl Tally {
    /// Counts one request.
    pub(super) fn count(&self, signal: Signal, outcome: &Result<Rejected, Refusal>) {
        let label = match outcome {
            Ok(rejected) if rejected.items > 0 => "partial",
            Ok(_) => "ok",
            Err(refusal) => refusal.kind.label(),
        };
        if let Err(refusal) = outcome {
            let (protocol, signal) = (self.protocol, signal.name());
            tracing::debug!(protocol, signal, why = %refusal.message, "request refused");
        }
        metrics::counter!(
            "tollgate_receiver_requests_total",
            "receiver" => self.receiver.clone(),
            "protocol" => self.protocol,
            "signal" => signal.name(),
            "outcome" => label,
        )
        .increment(1);
    }
}
