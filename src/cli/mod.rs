//! The command line: one file per verb.

mod account;
mod ask;
mod check;
mod components;
mod demo;
mod health;
mod import;
mod load;
mod output;
mod prices;
mod redact;
mod reference;
mod replay;
mod run;
mod spend;
mod test;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::telemetry::LogFormat;

/// The one process between an agent's SDKs and its backends: it prices, redacts and tail-samples
/// OpenTelemetry on its way.
#[derive(Debug, Parser)]
#[command(
    name = "tollgate",
    version,
    max_term_width = 100,
    arg_required_else_help = false
)]
#[command(
    after_help = "Without a verb, tollgate runs. Without --config, it uses ./pipelines.toml \
if there is one, and embedded defaults otherwise.\n\n\
Exit codes: 0 all is well, 1 it could not start or a check failed, 2 the command line is wrong, \
3 it stopped with telemetry it had accepted and not delivered."
)]
struct Cli {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    run: run::Args,
    /// How log lines look; overrides `[service.log] format`.
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<LogFormat>,
    /// Lowest log level, or a filter such as `info,tollgate::receivers=debug`.
    #[arg(long, global = true, value_name = "FILTER")]
    log_level: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Start the service (the default).
    Run(run::Args),
    /// Audit captured OTLP payloads: what was counted, what it cost, what was set aside.
    Account(account::Args),
    /// Validate a configuration and say every fault in it at once.
    Check(check::Args),
    /// List every receiver, processor and exporter, or explain one.
    Components(components::Args),
    /// Watch it at work: start on embedded defaults, replay real captures, print what they cost.
    Demo(demo::Args),
    /// Look into the price catalogue, audit it, bring it up to date.
    Prices(prices::Args),
    /// Try the redaction of a configuration on rows, texts and captured telemetry.
    Redact(redact::Args),
    /// Who spent what: by model, tool, tenant, project, user or agent.
    Spend(spend::Args),
    /// Try a configuration on captured traffic: what it keeps, changes, saves and misses.
    Replay(replay::Args),
    /// Run the unit tests written beside a configuration (`[[tests]]`).
    Test(test::Args),
    /// Turn a configuration of the OpenTelemetry Collector, or Refinery's rules, into `pipelines.toml`.
    Import(import::Args),
    /// Ask a running service whether it is ready (for container health checks).
    Health(health::Args),
}

/// What the command line says of logs; it beats the configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct LogFlags {
    /// `--log-format`.
    pub(crate) format: Option<LogFormat>,
    /// `--log-level`.
    pub(crate) level: Option<String>,
}

/// What the service itself takes says nothing to a verb that stands behind it: `tollgate -c FILE check`.
fn refuse_misplaced(matches: &ArgMatches) {
    let Some(verb) = matches.subcommand_name() else {
        return;
    };
    let is_typed = |id: &&str| matches.value_source(id) == Some(ValueSource::CommandLine);
    if let Some(id) = ["config", "no_watch"].into_iter().find(is_typed) {
        let flag = id.replace('_', "-");
        let what = format!("`--{flag}` belongs behind the verb: `tollgate {verb} --{flag} …`");
        let error = Cli::command().error(ErrorKind::ArgumentConflict, what);
        error.exit();
    }
}

/// Parses the command line and does what it says.
pub fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    refuse_misplaced(&matches);
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let log = LogFlags {
        format: cli.log_format,
        level: cli.log_level,
    };
    match cli.verb.unwrap_or(Verb::Run(cli.run)) {
        Verb::Run(args) => run::run(args, &log),
        Verb::Account(args) => account::run(args),
        Verb::Check(args) => check::run(args),
        Verb::Components(args) => components::run(args),
        Verb::Demo(args) => demo::run(args, &log),
        Verb::Prices(args) => prices::run(args),
        Verb::Redact(args) => redact::run(args),
        Verb::Spend(args) => spend::run(args),
        Verb::Replay(args) => replay::run(args),
        Verb::Test(args) => test::run(args),
        Verb::Import(args) => import::run(args),
        Verb::Health(args) => health::run(args),
    }
}

#[cfg(test)]
mod tests;
