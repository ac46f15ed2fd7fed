//! What travels: telemetry with the receipts that pay for its memory.

use std::sync::Arc;

use crate::otlp::{Signal, Telemetry};

/// Proof that memory was reserved at the door. Dropping the last holder returns it.
///
/// Only the intake makes receipts, so memory is bounded by one number. A later durable door adds
/// its log position here: a log entry is forgotten when its receipt is.
pub struct Receipt {
    give_back: Option<Box<dyn FnOnce() + Send + Sync>>,
}

impl Receipt {
    /// A receipt that calls `give_back` once, when its last holder lets go.
    pub fn new(give_back: impl FnOnce() + Send + Sync + 'static) -> Self {
        Receipt {
            give_back: Some(Box::new(give_back)),
        }
    }

    /// A receipt that holds nothing: for tests, replays and what the service makes itself.
    pub fn free() -> Self {
        Receipt { give_back: None }
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        if let Some(give_back) = self.give_back.take() {
            give_back();
        }
    }
}

impl std::fmt::Debug for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Receipt")
    }
}

/// What travels through a chain. Moved, never cloned.
#[derive(Debug)]
pub struct Batch {
    /// The data, of one signal.
    pub telemetry: Telemetry,
    /// Plural: a split batch shares its receipt, a gathered one holds many.
    pub receipts: Vec<Arc<Receipt>>,
}

impl Batch {
    /// A batch nobody paid for: what a processor gathered into its own bounded memory, or made.
    pub fn unpaid(telemetry: Telemetry) -> Self {
        Batch {
            telemetry,
            receipts: Vec::new(),
        }
    }

    /// Another batch under the same receipts.
    #[must_use]
    pub fn split_off(&self, telemetry: Telemetry) -> Self {
        Batch {
            telemetry,
            receipts: self.receipts.clone(),
        }
    }

    /// Spans, log records or data points in it.
    pub fn items(&self) -> u64 {
        self.telemetry.items() as u64
    }
}

/// What an exporter is given: parts of one signal that leave as one request.
///
/// The parts are shared with the other exporters; encoding one after the other is a valid OTLP
/// request, because a request is nothing but its repeated first field.
#[derive(Debug)]
pub struct Request {
    /// The signal of every part.
    pub signal: Signal,
    /// Never empty.
    pub parts: Vec<Arc<Batch>>,
}

impl Request {
    /// Spans, log records or data points in all parts.
    pub fn items(&self) -> u64 {
        self.parts.iter().map(|part| part.items()).sum()
    }

    /// Bytes of the protobuf request.
    pub fn encoded_len(&self) -> usize {
        self.parts
            .iter()
            .map(|part| part.telemetry.encoded_len())
            .sum()
    }

    /// Appends the protobuf request (`Export*ServiceRequest`).
    pub fn encode(&self, out: &mut Vec<u8>) {
        for part in &self.parts {
            part.telemetry.encode(out);
        }
    }
}
