//! `tollgate health`: ask a running service whether it is ready.

use std::net::SocketAddr;
use std::process::ExitCode;

use super::{ask, output};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The admin port of the service.
    #[arg(long, default_value = "127.0.0.1:8888", value_name = "ADDRESS")]
    admin: SocketAddr,
}

pub(super) fn run(args: Args) -> ExitCode {
    match ask::get(args.admin, "/readyz") {
        Ok((200, _)) => {
            output::line("ready");
            ExitCode::SUCCESS
        }
        Ok(_) => {
            output::line("not ready");
            ExitCode::FAILURE
        }
        Err(error) => {
            output::note(format_args!(
                "no service answers at {}: {error}",
                args.admin
            ));
            ExitCode::FAILURE
        }
    }
}
