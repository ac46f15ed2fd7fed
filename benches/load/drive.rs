//! One measurement from start to row: start the collector, warm up, load, read the kernel's books.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};
use tonic::transport::{Channel, Endpoint};

use crate::payload::Payload;
use crate::process::Collector;
use crate::report::{Report, percentile_ms};
use crate::sink::Sink;
use crate::{Failure, Run, raw};

/// How long a collector may take to start, and to pass on what it holds at the end.
const PATIENCE: Duration = Duration::from_secs(30);

/// Measures one collector and prints the result.
pub(crate) async fn run(run: &Run) -> Result<(), Failure> {
    let payload = Arc::new(Payload::read(&run.payload, run.spans)?);
    let (sink, sink_port) = Sink::start().await?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let folder = tempfile::tempdir()?;
    let command = command_line(run, folder.path(), port, sink_port)?;

    let started = Instant::now();
    let mut collector = Collector::start(&command)?;
    let idle_mib = wait_until_listening(&mut collector, port).await?;
    let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{port}"))?.tcp_nodelay(true);
    raw::send(endpoint.connect().await?, payload.next()).await?;
    let ready = started.elapsed();

    let begin = Instant::now() + run.warm_up();
    let end = begin + run.measured();
    let mut senders = JoinSet::new();
    for number in 0..run.connections {
        let sender = Sender {
            channel: endpoint.connect().await?,
            payload: Arc::clone(&payload),
            pace: run
                .rate
                .map(|rate| Duration::from_secs_f64((run.connections * run.spans) as f64 / rate)),
            offset: number as f64 / run.connections as f64,
        };
        senders.spawn(sender.send(begin, end));
    }
    sleep_until(begin).await;
    let cpu_before = collector.cpu_seconds()?;
    sleep_until(end).await;
    collector.alive()?;
    let cpu = collector.cpu_seconds()? - cpu_before;
    let tally = senders
        .join_all()
        .await
        .into_iter()
        .fold(Tally::default(), Tally::and);

    let sent = (tally.requests_in_all + 1) * run.spans as u64;
    wait_until_out(&sink, sent).await;
    let peak_mib = collector.memory_mib("VmHWM")?;
    let report = tally.report(run, cpu, sent, sink.spans(), &payload);
    let report = Report {
        idle_mib,
        peak_mib,
        ready_ms: ready.as_secs_f64() * 1e3,
        ..report
    };
    let text = if run.json {
        serde_json::to_string(&report)?
    } else {
        report.row()
    };
    writeln!(std::io::stdout().lock(), "{text}")?;
    Ok(())
}

/// The command with ports and a filled-in configuration; without a command, the baseline.
fn command_line(
    run: &Run,
    folder: &std::path::Path,
    port: u16,
    sink: u16,
) -> Result<Vec<String>, Failure> {
    let fill = |text: &str| {
        text.replace("{grpc}", &port.to_string())
            .replace("{sink}", &sink.to_string())
            .replace("{folder}", &folder.display().to_string())
    };
    let mut config = String::new();
    if let Some(template) = &run.config {
        let name = template
            .file_name()
            .ok_or("the configuration is not a file")?;
        let filled = folder.join(name);
        let text = fs::read_to_string(template)
            .map_err(|error| format!("{}: {error}", template.display()))?;
        fs::write(&filled, fill(&text))?;
        config = filled.display().to_string();
    }
    if run.command.is_empty() {
        let me = std::env::current_exe()?.display().to_string();
        let words = [&me, "proxy", "--listen", "{grpc}", "--to", "{sink}"];
        return Ok(words.iter().map(|word| fill(word)).collect());
    }
    Ok(run
        .command
        .iter()
        .map(|word| fill(&word.replace("{config}", &config)))
        .collect())
}

/// Returns the idle memory of a collector that has just begun to listen.
async fn wait_until_listening(collector: &mut Collector, port: u16) -> Result<f64, Failure> {
    let until = Instant::now() + PATIENCE;
    while tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .is_err()
    {
        collector.alive()?;
        if Instant::now() > until {
            return Err("the collector does not listen on {grpc}".into());
        }
        sleep(Duration::from_millis(1)).await;
    }
    collector.memory_mib("VmRSS")
}

/// Waits until everything that was acknowledged came out, or until nothing has come for a while.
async fn wait_until_out(sink: &Sink, sent: u64) {
    let mut last = (sink.spans(), Instant::now());
    while sink.spans() < sent && last.1.elapsed() < PATIENCE / 10 {
        sleep(Duration::from_millis(20)).await;
        if sink.spans() != last.0 {
            last = (sink.spans(), Instant::now());
        }
    }
}

/// One connection with one request in flight.
struct Sender {
    channel: Channel,
    payload: Arc<Payload>,
    /// Time between requests; without it, the next follows the answer.
    pace: Option<Duration>,
    /// Where in the first interval this connection begins, so that they do not march in step.
    offset: f64,
}

impl Sender {
    async fn send(self, begin: Instant, end: Instant) -> Tally {
        let mut tally = Tally::default();
        let mut due = Instant::now() + self.pace.unwrap_or_default().mul_f64(self.offset);
        while due < end {
            // A request that is late is still measured from when it was due.
            sleep_until(due).await;
            let answer = raw::send(self.channel.clone(), self.payload.next()).await;
            let now = Instant::now();
            let measured = (begin..end).contains(&now);
            match answer {
                Ok(()) => {
                    tally.requests_in_all += 1;
                    if measured {
                        tally.times.push(now - due);
                    }
                }
                Err(_) => tally.refused += u64::from(measured),
            }
            due = self.pace.map_or(now, |pace| due + pace);
        }
        tally
    }
}

/// What a sender saw.
#[derive(Default)]
struct Tally {
    /// Acknowledgement times of the requests answered while measuring.
    times: Vec<Duration>,
    refused: u64,
    requests_in_all: u64,
}

impl Tally {
    fn and(mut self, other: Tally) -> Tally {
        self.times.extend(other.times);
        self.refused += other.refused;
        self.requests_in_all += other.requests_in_all;
        self
    }

    fn report(mut self, run: &Run, cpu: f64, sent: u64, out: u64, payload: &Payload) -> Report {
        self.times.sort_unstable();
        let spans = (self.times.len() * run.spans) as f64;
        Report {
            name: run.name.clone(),
            spans_per_second: spans / run.seconds,
            cpu_seconds_per_million_spans: cpu / spans * 1e6,
            idle_mib: 0.0,
            peak_mib: 0.0,
            ready_ms: 0.0,
            ack_p50_ms: percentile_ms(&self.times, 0.5),
            ack_p99_ms: percentile_ms(&self.times, 0.99),
            ack_max_ms: percentile_ms(&self.times, 1.0),
            refused: self.refused,
            spans_in: sent,
            spans_out: out,
            span_bytes: payload.mean_len() as f64 / run.spans as f64,
        }
    }
}
