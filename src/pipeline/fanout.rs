//! Door 2, sync to async: one `Arc` for each exporter's queue, never a copy.

use std::sync::Arc;

use super::queue::QueueHandle;
use crate::component::Batch;

/// The exporters of one pipeline.
#[derive(Clone, Default)]
pub struct Fanout {
    /// Their queues, in the order of `pipelines.toml`.
    pub queues: Vec<QueueHandle>,
}

impl Fanout {
    /// Hands the batch to every queue. A full one applies its own policy and delays nobody.
    pub fn send(&self, mut batch: Batch) {
        batch.telemetry.forget_notes(); // they would wait with the batch, and no budget counts them
        let batch = Arc::new(batch);
        for queue in &self.queues {
            queue.offer(Arc::clone(&batch));
        }
    }

    /// Whether every exporter that pushes back has room for so many bytes.
    pub fn has_room(&self, bytes: usize) -> bool {
        self.queues.iter().all(|queue| queue.room(bytes))
    }

    /// How full the fullest queue is, 0 to 1.
    pub fn fill(&self) -> f64 {
        self.queues
            .iter()
            .map(QueueHandle::fill)
            .fold(0.0, f64::max)
    }
}
