//! Many open traces: whether a span costs more among them, and how late decisions fall.

use std::fmt::Write;
use std::thread::sleep;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tollgate::clock::{Clock, Now};

use crate::cost::look;
use crate::lags::{Both, clear, listen};
use crate::memory::resident_bytes;
use crate::sampler::{Bench, TICK_MS};
use crate::traffic::{SPANS, Traffic};

/// Traces of one KiB.
const SPANS_PER_TRACE: u64 = 2;
/// On the virtual clock, from the first span of a trace to its decision.
const WAIT_MS: u64 = 10_000;
/// Requests over which cost is measured.
const MEASURED: u64 = 6000;
/// Part of what one thread can do that arrives while lag is measured.
const LOAD: f64 = 0.8;
const LAG_SECONDS: f64 = 10.0;

/// Cost on a virtual clock, then lag on the real one, for each number of open traces.
pub(crate) fn run(numbers: &[u64]) -> String {
    let lags = listen();
    let traffic = Traffic::new(SPANS_PER_TRACE);
    let mut out = format!(
        "traces of {SPANS_PER_TRACE} spans and {} bytes, {SPANS} spans a request; alone, making and \
         walking a request costs {} ns a span\n",
        traffic.trace_bytes(),
        walk(&traffic),
    );
    out +=
        "open | CPU ns a span | spans/s | ms at p50, p99, max: decision lag | tick lag | RSS MiB\n";
    for open in numbers {
        let (nanos, wall) = steady(&traffic, *open);
        // On a busy machine a thread gets less than a core.
        let per_second = LOAD * 1e9 / wall;
        clear(&lags);
        let (traces, resident) = paced(&traffic, *open, per_second, &lags);
        let [decisions, ticks] = &lags;
        let [decisions, ticks] =
            [decisions, ticks].map(|lags| [0.5, 0.99, 1.0].map(|share| lags.quantile(share)));
        let mib = resident >> 20;
        writeln!(
            out,
            "{traces} | {nanos:.0} | {per_second:.0} | {decisions:?} | {ticks:?} | {mib}"
        )
        .ok();
    }
    out
}

/// Nanoseconds of CPU for a span that is only made and looked at.
fn walk(traffic: &Traffic) -> u64 {
    let began = cpu();
    for round in 0..MEASURED / 10 {
        look(&traffic.request(round));
    }
    cpu().saturating_sub(began).as_nanos() as u64 / (MEASURED / 10 * SPANS)
}

/// Nanoseconds for a span, of CPU and of time, while so many traces are open and as many are decided
/// as arrive.
fn steady(traffic: &Traffic, open: u64) -> (f64, f64) {
    let clock = Clock::start();
    let mut bench = Bench::waiting(WAIT_MS);
    let fill = open / traffic.opened();
    let mut ticked = 0;
    let mut began = (Duration::ZERO, Duration::ZERO);
    for round in 0..fill + MEASURED {
        if round == fill + MEASURED / 10 {
            began = (cpu(), clock.now().mono);
        }
        let now = Now::at_ms(1 + round * WAIT_MS / fill.max(1));
        bench.send(traffic.request(round), now);
        if now.mono.as_millis() as u64 >= ticked + TICK_MS {
            ticked = now.mono.as_millis() as u64;
            bench.tick(now);
        }
    }
    let spans = ((MEASURED - MEASURED / 10) * SPANS) as f64;
    let each = |took: Duration| took.as_nanos() as f64 / spans;
    (
        each(cpu().saturating_sub(began.0)),
        each(clock.now().mono.saturating_sub(began.1)),
    )
}

/// Arrivals at a pace on the real clock, decided when their time has come; says how many traces
/// were open in the end, and the resident memory.
#[expect(clippy::disallowed_methods, reason = "arrivals have a pace")]
fn paced(traffic: &Traffic, open: u64, spans_per_second: f64, lags: &Both) -> (usize, u64) {
    let clock = Clock::start();
    let per_second = spans_per_second / SPANS as f64;
    let wait_ms = (open as f64 / (per_second * traffic.opened() as f64) * 1000.0) as u64;
    let mut bench = Bench::waiting(wait_ms.max(1));
    let filled = Duration::from_millis(2 * wait_ms);
    let end = filled + Duration::from_secs_f64(LAG_SECONDS);
    let (mut round, mut ticked, mut measuring) = (0, Duration::ZERO, false);
    loop {
        let now = clock.now();
        if now.mono >= end {
            return (bench.open(), resident_bytes());
        }
        if now.mono >= filled && !measuring {
            measuring = true;
            clear(lags);
        }
        if now.mono >= Duration::from_secs_f64(round as f64 / per_second) {
            bench.send(traffic.request(round), now);
            round += 1;
        } else {
            sleep(Duration::from_micros(200));
        }
        if now.mono.saturating_sub(ticked) >= Duration::from_millis(TICK_MS) {
            ticked = now.mono;
            bench.tick(now);
        }
    }
}

/// CPU this thread has used.
fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
