//! Shows on a terminal how far a long run is.

use std::fmt::Write;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Duration;

use indicatif::{HumanBytes, HumanDuration, ProgressBar, ProgressState, ProgressStyle};

use super::source::Watch;

/// What takes no longer needs no bar.
const LONG: Duration = Duration::from_secs(1);

/// A bar on standard error, once it is worth it.
pub(super) struct Bar {
    watch: Watch,
    began: Duration,
    /// Bytes of all inputs, if that is known.
    total: Option<u64>,
    is_wanted: bool,
    shown: Option<ProgressBar>,
}

impl Bar {
    /// A bar for files, or for standard input. Rows on the same terminal would run through it.
    pub(super) fn new(files: &[PathBuf], watch: &Watch) -> Self {
        let is_wanted = std::io::stderr().is_terminal() && !std::io::stdout().is_terminal();
        Bar {
            began: watch.clock.now().mono,
            watch: watch.clone(),
            total: if is_wanted { total(files) } else { None },
            is_wanted,
            shown: None,
        }
    }

    /// Shows how far the reading is.
    pub(super) fn show(&mut self) {
        if !self.is_wanted {
            return;
        }
        if let Some(bar) = &self.shown {
            return bar.set_position(self.watch.position.load(Ordering::Relaxed));
        }
        let took = self.watch.clock.now().mono.saturating_sub(self.began);
        if took >= LONG {
            let bar = bar(self.total, took);
            bar.set_position(self.watch.position.load(Ordering::Relaxed));
            self.shown = Some(bar);
        }
    }

    /// Writes something to standard error beside the bar.
    pub(super) fn aside(&self, write: impl FnOnce()) {
        match &self.shown {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}

/// A bar where the end is known, and a counter where it is not.
fn bar(total: Option<u64>, took: Duration) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (
            ProgressBar::new(total),
            "redacting {bar:32} {bytes}/{total_bytes}  {rate}  {left} left",
        ),
        None => (
            ProgressBar::no_length(),
            "redacting {spinner} {bytes}  {rate}",
        ),
    };
    let style = ProgressStyle::with_template(template);
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    // The bar comes late: its own estimate would take all that was read before for the work of a moment.
    let style = style
        .with_key("rate", |state: &ProgressState, out: &mut dyn Write| {
            write!(out, "{}/s", HumanBytes(rate(state) as u64)).unwrap_or_default();
        })
        .with_key("left", |state: &ProgressState, out: &mut dyn Write| {
            let bytes = state.len().unwrap_or_default().saturating_sub(state.pos());
            let left = Duration::try_from_secs_f64(bytes as f64 / rate(state));
            write!(out, "{}", HumanDuration(left.unwrap_or_default())).unwrap_or_default();
        });
    bar.set_style(style);
    bar.with_elapsed(took)
}

/// Bytes a second since the start.
fn rate(state: &ProgressState) -> f64 {
    state.pos() as f64 / state.elapsed().as_secs_f64()
}

/// The bytes of files, if all of them are plain ones.
fn total(files: &[PathBuf]) -> Option<u64> {
    if files.is_empty() {
        let input = super::source::standard_input().ok()?.metadata().ok()?;
        return input.is_file().then_some(input.len());
    }
    let sizes = files.iter().map(|path| {
        let data = std::fs::metadata(path).ok()?;
        data.is_file().then_some(data.len())
    });
    sizes.sum()
}
