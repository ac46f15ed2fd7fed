//! One open file: opened so that nothing else can be written to, and never left half written.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rustix::fs::{FlockOperation, OFlags, flock};

/// A file that is appended to, alone.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) path: PathBuf,
    file: File,
    /// Bytes of whole blocks in it.
    pub(super) length: u64,
    /// When it was begun, in nanoseconds since 1970.
    pub(super) begun: u64,
    /// It was found with something in it that cannot be continued safely.
    pub(super) stale: bool,
}

impl Target {
    /// Opens or creates the file: regular, no link of any kind, ours alone, readable by its owner.
    ///
    /// `continues` says whether lines may be added to what is already there.
    pub(super) fn open(path: &Path, continues: bool) -> io::Result<Self> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)?;
        }
        // Not blocking, or opening a pipe would wait for a reader. The standard library adds
        // close-on-exec.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .custom_flags(flags.bits().cast_signed())
            .open(path)?;
        let found = file.metadata()?;
        if !found.is_file() || found.nlink() != 1 {
            let why = format!("{} is not a regular file with one name", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|_| {
            let why = format!("{} is being written by another process", path.display());
            io::Error::new(io::ErrorKind::ResourceBusy, why)
        })?;
        let begun = found.created().or_else(|_| found.modified())?;
        let begun = begun
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_nanos();
        let mut target = Target {
            path: path.to_owned(),
            file,
            length: found.len(),
            begun: u64::try_from(begun).unwrap_or(u64::MAX),
            stale: !continues && found.len() > 0,
        };
        if continues {
            target.end_line()?;
        }
        Ok(target)
    }

    /// Writes a block wholly, or takes back what was written of it.
    pub(super) fn append(&mut self, block: &[u8]) -> io::Result<()> {
        if let Err(fault) = self.file.write_all(block) {
            self.file.set_len(self.length)?;
            return Err(fault);
        }
        self.length += block.len() as u64;
        Ok(())
    }

    /// Waits until the file is on the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// A crash may have left half a line; what follows must not become part of it.
    fn end_line(&mut self) -> io::Result<()> {
        if self.length == 0 {
            return Ok(());
        }
        let mut last = [0];
        self.file.seek(SeekFrom::End(-1))?;
        self.file.read_exact(&mut last)?;
        if last == *b"\n" {
            Ok(())
        } else {
            self.append(b"\n")
        }
    }
}
