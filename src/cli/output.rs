//! Writes to standard output and error; a closed pipe ends quietly.

use std::fmt::Display;
use std::io::Write;

/// Writes a line for people or scripts to standard output.
pub(super) fn line(text: impl Display) {
    // A reader that went away (`| head`) is no fault of ours.
    let _gone = writeln!(std::io::stdout().lock(), "{text}");
}

/// Writes a fault or a note to standard error.
pub(super) fn note(text: impl Display) {
    let _gone = writeln!(std::io::stderr().lock(), "{text}");
}
