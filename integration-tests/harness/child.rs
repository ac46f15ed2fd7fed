//! A child process that does not outlive its owner.

use std::process::{Child, Command, ExitStatus};

/// A running process; dropping it ends it.
pub(super) struct Running(Child);

impl Running {
    #[track_caller]
    pub(super) fn start(command: &mut Command) -> Self {
        Running(
            command
                .spawn()
                .unwrap_or_else(|error| panic!("{command:?}: {error}")),
        )
    }

    pub(super) fn id(&self) -> u32 {
        self.0.id()
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        self.0.kill().and_then(|()| self.0.wait()).ok();
    }
}
