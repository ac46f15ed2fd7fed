//! What an open trace takes of resident memory, against its bytes on the wire.

use std::fmt::Write;
use std::fs;

use tollgate::clock::Now;

use crate::sampler::Bench;
use crate::traffic::Traffic;

/// So many open traces of so many spans, about which nothing is decided.
pub(crate) fn run(traces: u64, spans_per_trace: u64) -> String {
    let traffic = Traffic::new(spans_per_trace);
    let mut bench = Bench::waiting(86_400_000);
    // What is made once is not a trace's.
    bench.send(traffic.request(0), Now::at_ms(1));
    let before = resident_bytes();
    for round in 1..=traces.div_ceil(traffic.opened()) {
        bench.send(traffic.request(round), Now::at_ms(1 + round / 8));
    }
    let used = resident_bytes().saturating_sub(before);
    let (traces, wire) = (bench.open() as u64, traffic.trace_bytes());
    let mut out = format!("{traces} open traces of {spans_per_trace} spans\n");
    writeln!(out, "wire     {wire} bytes per trace").ok();
    writeln!(out, "resident {} bytes per trace", used / traces).ok();
    let counted = bench.counted_bytes() / traces;
    writeln!(out, "counted  {counted} (by the byte budget)").ok();
    let allowed = wire as f64 * 1.15 + 256.0;
    write!(out, "aim      {allowed:.0} (1.15 times the wire + 256)").ok();
    out
}

/// Resident memory of this process.
pub(crate) fn resident_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or_default() * 1024
}
