//! What was measured, as a table row or as JSON.

use std::time::Duration;

use serde::Serialize;

/// One measurement.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) name: String,
    /// Spans acknowledged while measuring, per second.
    pub(crate) spans_per_second: f64,
    /// CPU seconds of the collector per million spans acknowledged.
    pub(crate) cpu_seconds_per_million_spans: f64,
    /// Resident memory before the first span, MiB.
    pub(crate) idle_mib: f64,
    /// Highest resident memory, MiB.
    pub(crate) peak_mib: f64,
    /// From start to the first acknowledged request, milliseconds.
    pub(crate) ready_ms: f64,
    /// Acknowledgement latency in milliseconds: median, 99th percentile, worst.
    pub(crate) ack_p50_ms: f64,
    pub(crate) ack_p99_ms: f64,
    pub(crate) ack_max_ms: f64,
    /// Requests refused while measuring.
    pub(crate) refused: u64,
    /// Spans acknowledged in all, and spans that came out before the drain ended.
    pub(crate) spans_in: u64,
    pub(crate) spans_out: u64,
    /// Mean bytes of a span as sent.
    pub(crate) span_bytes: f64,
}

impl Report {
    /// A row of the table in `benches/README.md`, under its header.
    pub(crate) fn row(&self) -> String {
        let Report {
            name,
            spans_per_second,
            cpu_seconds_per_million_spans: cpu,
            ..
        } = self;
        format!(
            "| collector | CPU s per million spans | spans/s | idle MiB | peak MiB | ready ms | ack p50 / p99 / max ms | refused | in | out |\n\
             | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n\
             | {name} | {cpu:.2} | {spans_per_second:.0} | {:.1} | {:.1} | {:.0} | {:.2} / {:.2} / {:.1} | {} | {} | {} |",
            self.idle_mib,
            self.peak_mib,
            self.ready_ms,
            self.ack_p50_ms,
            self.ack_p99_ms,
            self.ack_max_ms,
            self.refused,
            self.spans_in,
            self.spans_out,
        )
    }
}

/// The value below which that share of sorted times lies, in milliseconds.
pub(crate) fn percentile_ms(sorted: &[Duration], share: f64) -> f64 {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted
        .get(rank.saturating_sub(1))
        .map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
}
