//! Writes one line for each finding into the audit file: when, where, which kind, never the value.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde::Serialize;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

use crate::component::Context;

/// Lines that may wait for the disk; more are counted and left out.
const WAITING_MAX: usize = 8192;

/// The workers' end of the audit file.
#[derive(Clone)]
pub(super) struct Audit {
    lines: mpsc::Sender<Line>,
    lost: Arc<AtomicU64>,
}

/// What is written of a finding.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    pub(super) time_unix_nano: u64,
    pub(super) signal: &'static str,
    pub(super) tenant: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) trace_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) span_id: String,
    pub(super) kind: String,
    pub(super) count: u64,
    /// Whether anything of it was treated; not in report mode, nor where the action is `report`.
    pub(super) changed: bool,
}

impl Audit {
    pub(super) fn write(&self, line: Line) {
        if self.lines.try_send(line).is_err() {
            self.lost.fetch_add(1, Relaxed);
        }
    }
}

/// Opens the audit file when the service runs; lines go to its end.
pub(super) fn open(path: PathBuf, context: &mut Context) -> Audit {
    let (lines, mut waiting) = mpsc::channel::<Line>(WAITING_MAX);
    let lost = Arc::new(AtomicU64::new(0));
    let missed = Arc::clone(&lost);
    context.run_beside(move |stop| {
        Box::pin(async move {
            loop {
                let line = tokio::select! {
                    line = waiting.recv() => line,
                    () = stop.cancelled() => waiting.try_recv().ok(),
                };
                let Some(line) = line else { break };
                let mut text = serde_json::to_string(&line).unwrap_or_default();
                while let Ok(next) = waiting.try_recv() {
                    text.push('\n');
                    text.push_str(&serde_json::to_string(&next).unwrap_or_default());
                    if text.len() > 1 << 16 {
                        break;
                    }
                }
                text.push('\n');
                append(&path, &text).await;
            }
            let missed = missed.load(Relaxed);
            if missed > 0 {
                tracing::warn!(missed, "audit lines that the disk was too slow for");
            }
        })
    });
    Audit { lines, lost }
}

async fn append(path: &PathBuf, text: &str) {
    let file = tokio::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .await;
    let written = match file {
        Ok(mut file) => match file.write_all(text.as_bytes()).await {
            Ok(()) => file.flush().await,
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    };
    if let Err(error) = written {
        tracing::warn!(%error, path = %path.display(), "cannot write the audit file");
    }
}
