//! A collector as a child process, and what the kernel says it used.

use std::fs;
use std::process::Stdio;

use tokio::process::{Child, Command};

use crate::Failure;

/// The unit of /proc/PID/stat (`USER_HZ`), the same on every Linux a user sees.
const TICKS_PER_SECOND: f64 = 100.0;

/// A running collector.
pub(crate) struct Collector {
    child: Child,
    pid: u32,
}

impl Collector {
    /// Starts a command line; the process dies with the driver.
    pub(crate) fn start(command: &[String]) -> Result<Self, Failure> {
        let (program, arguments) = command.split_first().ok_or("an empty command line")?;
        let child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{program}: {error}"))?;
        let pid = child.id().ok_or("the collector ended at once")?;
        Ok(Collector { child, pid })
    }

    /// An error where the process has ended.
    pub(crate) fn alive(&mut self) -> Result<(), Failure> {
        match self.child.try_wait()? {
            Some(status) => Err(format!("the collector ended: {status}").into()),
            None => Ok(()),
        }
    }

    /// CPU seconds used so far, user and system.
    pub(crate) fn cpu_seconds(&self) -> Result<f64, Failure> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        // Fields 14 and 15; the command name in field 2 may hold spaces, so count after it.
        let after_name = stat.rsplit_once(") ").ok_or("a strange /proc/PID/stat")?.1;
        let ticks = |index: usize| -> Result<f64, Failure> {
            Ok(after_name
                .split(' ')
                .nth(index)
                .ok_or("a short /proc/PID/stat")?
                .parse()?)
        };
        Ok((ticks(11)? + ticks(12)?) / TICKS_PER_SECOND)
    }

    /// Resident memory now (`VmRSS`) or at its peak (`VmHWM`), in MiB.
    pub(crate) fn memory_mib(&self, line: &str) -> Result<f64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let found = status
            .lines()
            .find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
        let kib = found
            .and_then(|text| text.trim().strip_suffix(" kB"))
            .ok_or("no such line")?;
        Ok(kib.parse::<f64>()? / 1024.0)
    }
}
