//! `tollgate run`: start the service, wait for a signal, leave with the accounts.

use std::process::ExitCode;
use std::sync::Arc;

use tokio::sync::Notify;

use super::load::{self, ConfigFlag};
use super::{LogFlags, output};
use crate::admin::Health;
use crate::clock::Clock;
use crate::component::Stop;
use crate::service::{Plan, Service, Summary};
use crate::telemetry;

/// Telemetry that had been accepted was not delivered.
const LOSS: u8 = 3;

#[derive(Debug, Default, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigFlag,
    /// Do not follow the configuration file; SIGHUP still has it read again.
    #[arg(long)]
    no_watch: bool,
}

pub(super) fn run(args: Args, log: &LogFlags) -> ExitCode {
    let plan = match args.config.plan() {
        Ok(plan) => plan,
        Err(faults) => {
            load::print(&faults);
            return ExitCode::FAILURE;
        }
    };
    let own = &plan.settings.log;
    let level = log.level.as_deref().unwrap_or(&own.level);
    if let Err(error) = telemetry::install_log(level, log.format.unwrap_or(own.format)) {
        output::note(error);
        return ExitCode::FAILURE;
    }
    for warning in &plan.warnings {
        tracing::warn!("{}", warning.line());
    }
    match start(plan, !args.no_watch) {
        Ok(summary) => {
            output::line(format_args!("tollgate stopped: {summary}"));
            if summary.lost() {
                ExitCode::from(LOSS)
            } else {
                ExitCode::SUCCESS
            }
        }
        Err(why) => {
            output::note(why);
            ExitCode::FAILURE
        }
    }
}

/// Builds the runtime and runs a plan until a signal.
fn start(plan: Plan, watch: bool) -> Result<Summary, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(runtime_threads())
        .thread_name("io")
        .build()
        .map_err(|error| format!("cannot start the runtime: {error}"))?;
    let metrics = telemetry::install_metrics()?;
    let file = plan.document.file().to_owned();
    let summary = runtime.block_on(async {
        let mut service = Service::build(plan, Clock::start()).map_err(|faults| {
            faults
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        })?;
        let stop = Stop::new();
        tokio::spawn(watch_signals(stop.clone()));
        let asked = Arc::new(Notify::new());
        let followed = service.follow(Arc::clone(&asked), watch);
        tokio::spawn(hear_hangups(asked, followed));
        tracing::info!(
            config = file,
            version = env!("CARGO_PKG_VERSION"),
            "tollgate starts"
        );
        service
            .run(stop, Health::with_metrics(metrics))
            .await
            .map_err(|error| error.to_string())
    });
    runtime.shutdown_background();
    summary
}

fn runtime_threads() -> usize {
    std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 8))
}

/// The first SIGTERM or SIGINT begins to leave in order; the second leaves at once.
async fn watch_signals(stop: Stop) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        tracing::error!("cannot listen for signals; stop the process with SIGKILL");
        return;
    };
    for second in [false, true] {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
        if second {
            output::note("second signal: leaving at once, what was not delivered is lost");
            leave_at_once();
        }
        tracing::info!("signal received: draining; a second one leaves at once");
        stop.cancel();
    }
}

/// Each SIGHUP asks for the configuration to be read again.
async fn hear_hangups(asked: Arc<Notify>, followed: bool) {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::hangup()) {
        Ok(mut hangup) => {
            while hangup.recv().await.is_some() {
                if followed {
                    asked.notify_one();
                } else {
                    tracing::warn!("SIGHUP: there is no configuration file to read again");
                }
            }
        }
        Err(error) => tracing::warn!(%error, "SIGHUP does not reload the configuration"),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a second signal must not wait for anything"
)]
fn leave_at_once() -> ! {
    std::process::exit(i32::from(LOSS))
}
