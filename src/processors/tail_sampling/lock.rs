//! A folder of files belongs to one sampler of one process at a time.

use std::fs::{File, OpenOptions};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// That nobody else writes into a folder, until this is let go of or the process ends.
pub(super) struct Lock(#[expect(dead_code, reason = "it is held, and not read")] File);

impl Lock {
    /// Takes a folder. The error is one sentence, for whom the folder belongs to somebody else;
    /// where there can be no lock, nothing can be written either, which is told when it is tried.
    pub(super) fn take(folder: &Path) -> Result<Option<Lock>, String> {
        let open = || {
            std::fs::create_dir_all(folder)?;
            let mut options = OpenOptions::new();
            options.create(true).truncate(false).write(true);
            options.open(folder.join("lock"))
        };
        let Ok(file) = open() else {
            return Ok(None);
        };
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Lock(file))),
            Err(Errno::WOULDBLOCK) => Err(format!(
                "{} is in use by another process or another `tail_sampling`; give each a folder \
                 of its own, or stop the other one first",
                folder.display()
            )),
            // Some file systems know no locks.
            Err(error) => {
                tracing::warn!(%error, folder = %folder.display(),
                    "the folder cannot be locked; make sure that nobody else uses it");
                Ok(None)
            }
        }
    }
}
