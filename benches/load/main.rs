//! Puts a collector under load and says what a span costs: CPU, memory, acknowledgement latency.
//!
//! `cargo bench --bench load -- run --config tollgate.toml -- ./target/release/tollgate run --config {config}`
//!
//! `{config}` becomes a copy of the configuration in which `{grpc}` is the port this driver sends to
//! and `{sink}` the port it receives on. Any collector that takes OTLP over gRPC can stand there.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

mod drive;
mod payload;
mod process;
mod proxy;
mod raw;
mod report;
mod sink;

/// Puts a collector under load and says what a span costs.
#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// What `cargo bench` adds.
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Load one collector and print its row.
    Run(Run),
    /// Be the baseline: take requests and pass their bytes on, unread.
    Proxy {
        /// Port to listen on.
        #[arg(long)]
        listen: u16,
        /// Port to pass requests on to.
        #[arg(long)]
        to: u16,
    },
}

/// One measurement.
#[derive(clap::Args)]
struct Run {
    /// Name of the row.
    #[arg(long, default_value = "collector")]
    name: String,
    /// The collector's configuration, with `{grpc}` and `{sink}` for ports.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Folder of captured OTLP trace requests (`*traces.pb`, looked for at any depth).
    #[arg(long, default_value = "integration-tests/fixtures/captures")]
    payload: PathBuf,
    /// Spans in a request.
    #[arg(long, default_value_t = 100)]
    spans: usize,
    /// Connections, each with one request in flight.
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// Spans per second over all connections; without it, as fast as the collector answers.
    #[arg(long)]
    rate: Option<f64>,
    /// Seconds of load before measuring starts.
    #[arg(long, default_value_t = 2.0)]
    warm_up: f64,
    /// Seconds measured.
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// Print JSON instead of a table row.
    #[arg(long)]
    json: bool,
    /// The collector's command line; `{config}`, `{grpc}` and `{sink}` are replaced. Without one,
    /// the baseline proxy is measured.
    #[arg(last = true)]
    command: Vec<String>,
}

impl Run {
    fn warm_up(&self) -> Duration {
        Duration::from_secs_f64(self.warm_up)
    }

    fn measured(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let done = runtime
        .map_err(Into::into)
        .and_then(|runtime| match Args::parse().command {
            Some(Command::Run(run)) => runtime.block_on(drive::run(&run)),
            Some(Command::Proxy { listen, to }) => runtime.block_on(proxy::serve(listen, to)),
            None => {
                eprintln!("nothing to load; try `cargo bench --bench load -- run --help`");
                Ok(())
            }
        });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whatever went wrong; a measurement has no one to recover.
type Failure = Box<dyn std::error::Error + Send + Sync>;
