//! One line per event, to stderr: coloured, plain or JSON.

use std::io::IsTerminal;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

/// How a log line looks.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Coloured on a terminal, plain elsewhere.
    #[default]
    Auto,
    /// With ANSI colours.
    Color,
    /// Without colours.
    Plain,
    /// One JSON object a line.
    Json,
}

/// Sends every event at or above `filter` to stderr. A second call changes nothing.
/// Control characters in field values are escaped by the formatter, so that a sender cannot forge
/// lines.
pub fn install_log(filter: &str, style: LogFormat) -> Result<(), String> {
    let filter = EnvFilter::builder()
        .parse(filter)
        .map_err(|error| format!("`{filter}` is not a log filter: {error}"))?;
    let to_stderr = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let color = match style {
        LogFormat::Auto => std::io::stderr().is_terminal(),
        LogFormat::Color => true,
        LogFormat::Plain | LogFormat::Json => false,
    };
    let installed = match style {
        LogFormat::Json => to_stderr.json().flatten_event(true).try_init(),
        _ => to_stderr.with_ansi(color).with_target(false).try_init(),
    };
    installed.or(Ok(()))
}
