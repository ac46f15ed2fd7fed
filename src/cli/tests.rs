//! The command line is well formed.

use clap::CommandFactory;

use super::Cli;

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}
