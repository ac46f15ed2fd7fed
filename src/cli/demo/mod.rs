//! `tollgate demo`: the embedded defaults at work on real captures, in one command.

mod captures;
mod replay;
mod report;

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use super::{LogFlags, load, output};
use crate::admin::Health;
use crate::clock::Clock;
use crate::component::Stop;
use crate::config::{Document, process_environment};
use crate::service::{EMBEDDED, Plan, Registers, Service};
use crate::telemetry;

/// Longest time until the service is ready.
const READY: Duration = Duration::from_secs(10);

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Keep running afterwards, so that you can send your own telemetry; ends with Ctrl-C.
    #[arg(long)]
    stay: bool,
    /// Where the file output goes.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
}

/// The ports of the embedded defaults: the variable that moves one, its usual place, what it is.
const PORTS: &[(&str, u16, &str)] = &[
    ("TOLLGATE_GRPC_PORT", 4317, "OTLP gRPC"),
    ("TOLLGATE_HTTP_PORT", 4318, "OTLP HTTP"),
    ("TOLLGATE_PROMETHEUS_PORT", 9464, "Prometheus"),
    ("TOLLGATE_ADMIN_PORT", 8888, "admin"),
];

pub(super) fn run(args: Args, log: &LogFlags) -> ExitCode {
    let level = log.level.as_deref().unwrap_or("warn");
    if let Err(error) = telemetry::install_log(level, log.format.unwrap_or_default()) {
        output::note(error);
        return ExitCode::FAILURE;
    }
    let ports = choose_ports();
    let plan = match plan(&ports, &args.folder) {
        Ok(plan) => plan,
        Err(faults) => {
            load::print(&faults);
            return ExitCode::FAILURE;
        }
    };
    match play(plan, &ports, &args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            output::note(format_args!("the demo failed: {why}"));
            ExitCode::FAILURE
        }
    }
}

/// The usual ports, or free ones in place of those that are taken.
fn choose_ports() -> Vec<u16> {
    let free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok();
    let mut held = Vec::new();
    let mut ports = Vec::new();
    for (_, usual, what) in PORTS {
        let listener = free(*usual).or_else(|| free(0));
        let port = listener
            .as_ref()
            .and_then(|one| one.local_addr().ok())
            .map_or(*usual, |at| at.port());
        if port != *usual {
            output::note(format_args!(
                "port {usual} ({what}) is taken; the demo uses {port}"
            ));
        }
        held.extend(listener);
        ports.push(port);
    }
    ports
}

fn plan(ports: &[u16], folder: &Path) -> crate::config::Reading<Plan> {
    let chosen = |name: &str| {
        let index = PORTS
            .iter()
            .position(|(variable, _, _)| *variable == name)?;
        ports.get(index).map(ToString::to_string)
    };
    let environment = |name: &str| chosen(name).or_else(|| process_environment(name));
    let document = Document::parse(
        "embedded defaults",
        folder,
        EMBEDDED.to_owned(),
        &environment,
    )?;
    Plan::read(&document, Registers::all())
}

fn play(plan: Plan, ports: &[u16], args: &Args) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .build()
        .map_err(|error| error.to_string())?;
    let metrics = telemetry::install_metrics()?;
    let outcome = runtime.block_on(async {
        let service = Service::build(plan, Clock::start()).map_err(|faults| {
            faults
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        })?;
        let (meter, pages) = (service.meter(), service.pages());
        let (stop, health) = (Stop::new(), Health::with_metrics(metrics));
        let mut running = tokio::spawn(service.run(stop.clone(), health.clone()));
        tokio::select! {
            ended = &mut running => return Err(early(ended)),
            ready = tokio::time::timeout(READY, until_ready(&health)) => {
                ready.map_err(|_| "the service was not ready in time".to_owned())?;
            }
        }
        let sent = replay::run(ports.first().copied().unwrap_or(4317)).await?;
        if args.stay {
            report::stay(ports, &args.folder);
            tokio::signal::ctrl_c()
                .await
                .map_err(|error| error.to_string())?;
        }
        stop.cancel();
        let summary = running.await.map_err(|error| error.to_string())?;
        let summary = summary.map_err(|error| error.to_string())?;
        report::print(&report::Seen {
            sent,
            meter: Arc::clone(&meter),
            pages,
            summary,
            folder: args.folder.clone(),
            ports: ports.to_vec(),
        });
        Ok(())
    });
    runtime.shutdown_background();
    outcome
}

fn early(
    ended: Result<std::io::Result<crate::service::Summary>, tokio::task::JoinError>,
) -> String {
    match ended {
        Ok(Ok(_)) => "the service stopped before anything was sent".to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    }
}

async fn until_ready(health: &Health) {
    while !health.is_ready() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
