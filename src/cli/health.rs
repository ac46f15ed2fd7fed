//! `tollgate health`: ask a running service whether it is ready.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use super::output;

/// A probe that takes longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The admin port of the service.
    #[arg(long, default_value = "127.0.0.1:8888", value_name = "ADDRESS")]
    admin: SocketAddr,
}

pub(super) fn run(args: Args) -> ExitCode {
    match ask(args.admin) {
        Ok(status) if status.contains(" 200 ") => {
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

/// The status line of `GET /readyz`.
fn ask(admin: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&admin, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer)?;
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}
