//! Follows files beside the pipeline: told of changes by the operating system, and polled.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{Event, Watcher as _};
use tokio::sync::Notify;

use super::Stop;

/// Files that are followed.
pub struct Watch {
    /// The files. What is watched are their folders: editors replace files, Kubernetes links.
    pub files: Vec<PathBuf>,
    /// Whether the operating system is asked to tell of changes.
    pub told: bool,
    /// How often the files are looked at as well, since what is told gets lost; never unless given.
    pub poll: Option<Duration>,
}

/// What made it time for a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Somebody asked for it.
    Asked,
    /// Something may have changed.
    Changed,
}

/// What came of a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glance {
    /// That was all.
    Done,
    /// Look again in a moment: somebody may be in the middle of writing.
    Again,
}

/// Whoever writes a file is given this long to finish.
const SETTLE: Duration = Duration::from_millis(50);
/// How long until the second look at what seemed half written.
const AGAIN: Duration = Duration::from_millis(500);

impl Watch {
    /// Calls `look`, on a thread that may block, whenever a file may have changed or `asked` is
    /// notified; until `stop`.
    pub async fn follow(
        self,
        asked: Arc<Notify>,
        stop: Stop,
        mut look: impl FnMut(Cause) -> Glance + Send + 'static,
    ) {
        let changed = Arc::new(Notify::new());
        let _watching = self.told.then(|| self.listen(&changed));
        let mut poll = tokio::time::interval(self.poll.unwrap_or(Duration::MAX));
        let mut glance = Glance::Done;
        loop {
            let again = tokio::time::sleep(AGAIN);
            let cause = tokio::select! {
                () = stop.cancelled() => return,
                () = asked.notified() => Cause::Asked,
                () = changed.notified() => {
                    tokio::time::sleep(SETTLE).await;
                    Cause::Changed
                }
                () = again, if glance == Glance::Again => Cause::Changed,
                _ = poll.tick(), if self.poll.is_some() => Cause::Changed,
            };
            let looked = tokio::task::spawn_blocking(move || (look(cause), look));
            (glance, look) = match looked.await {
                Ok(looked) => looked,
                Err(error) => {
                    let files = &self.files;
                    return tracing::error!(%error, ?files, "these files are no longer followed");
                }
            };
        }
    }

    fn listen(&self, changed: &Arc<Notify>) -> Option<notify::RecommendedWatcher> {
        let (changed, files) = (Arc::clone(changed), self.files.clone());
        let tell = move |event: notify::Result<Event>| {
            if event.map_or(true, |event| concerns(&event, &files)) {
                changed.notify_one();
            }
        };
        let watching = notify::recommended_watcher(tell).and_then(|mut watcher| {
            for folder in self.files.iter().map(|file| folder(file)) {
                watcher.watch(folder, notify::RecursiveMode::NonRecursive)?;
            }
            Ok(watcher)
        });
        let files = &self.files;
        watching
            .map_err(|error| tracing::warn!(%error, ?files, "files are not watched, only polled"))
            .ok()
    }
}

fn folder(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Whether an event may mean other contents. To be told of one's own reading would be to read for
/// ever; and a link to one of the files may be exchanged under any name.
fn concerns(event: &Event, files: &[PathBuf]) -> bool {
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write))
        | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_)) => {
            event.paths.iter().any(|path| {
                files
                    .iter()
                    .any(|file| file.file_name() == path.file_name())
            })
        }
        EventKind::Access(_) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests;
