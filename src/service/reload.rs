//! Follows the configuration while the service runs: taken into use whole, or refused and said so.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use tokio::sync::Notify;

use super::plan::{Plan, Registers};
use super::settings::Follow;
use crate::clock::Clock;
use crate::component::{Background, Cause, Commit, Glance, Page, Reload, Watch};
use crate::config::{self, Document, Fault, Table, process_environment};

/// Somebody who takes new settings into use.
pub(super) struct Taker {
    section: &'static str,
    name: String,
    reload: Reload,
    /// Where the settings it uses stand.
    taken: Arc<Document>,
}

impl Taker {
    /// An instance that was built from a document.
    pub(super) fn new(
        section: &'static str,
        name: String,
        reload: Reload,
        document: &Arc<Document>,
    ) -> Self {
        Taker {
            section,
            name,
            reload,
            taken: Arc::clone(document),
        }
    }

    /// Whether a change is one that it takes while it runs.
    fn takes(&self, path: &config::Path) -> bool {
        let [section, name, key, ..] = path.as_slice() else {
            return false;
        };
        *section == self.section
            && *name == self.name
            && !self.reload.restart.contains(&key.as_str())
    }

    /// Whether it still runs in some pipeline after a restart.
    fn stays(&self, plan: &Plan) -> bool {
        let parts = match self.section {
            "receivers" => &plan.receivers,
            "processors" => &plan.processors,
            _ => &plan.exporters,
        };
        parts.iter().any(|part| part.name == self.name)
    }

    /// Its table in a document; empty if there is none.
    fn table(&self, document: &Arc<Document>) -> Table {
        let tables = document.root().table(self.section);
        let table = tables.and_then(|tables| tables.table(&self.name));
        table.unwrap_or_else(Table::empty)
    }
}

/// Tables that the running service does not read.
const UNREAD: &[&str] = &["tests"];

/// What came of a look at the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Outcome {
    /// It says what is in use.
    #[default]
    Unchanged,
    /// What it says is in use now.
    Applied,
    /// It differs only in what a restart changes.
    NeedsRestart,
    /// It has faults; what was in use still is.
    Refused(Vec<Fault>),
}

impl Outcome {
    fn label(&self) -> &'static str {
        match self {
            Outcome::Unchanged => "unchanged",
            Outcome::Applied => "applied",
            Outcome::NeedsRestart => "needs_restart",
            Outcome::Refused(_) => "refused",
        }
    }
}

/// Keeps what is in use in step with the file.
pub(super) struct Reloader {
    path: PathBuf,
    registers: Registers,
    takers: Vec<Taker>,
    /// What the service was built from.
    started: Arc<Document>,
    /// The last one without faults.
    latest: Arc<Document>,
    /// Faults that may be half a file, and not have been told yet.
    doubted: Option<Vec<Fault>>,
    shown: Arc<Mutex<Shown>>,
}

/// What the admin port and the metrics say.
#[derive(Clone, Debug, Default)]
struct Shown {
    loaded_unix: u64,
    applied: u64,
    /// The last one that was news.
    outcome: Outcome,
    /// Keys in use that differ from the file until a restart, with their places.
    restart: Vec<Fault>,
}

impl Shown {
    fn measure(&self) {
        metrics::gauge!("tollgate_config_restart_keys").set(self.restart.len() as f64);
        metrics::gauge!("tollgate_config_loaded_timestamp_seconds").set(self.loaded_unix as f64);
    }

    /// Whether somebody wants to hear of it.
    fn is_news(&self, outcome: &Outcome) -> bool {
        match outcome {
            Outcome::Applied => true,
            Outcome::Unchanged => matches!(self.outcome, Outcome::Refused(_)),
            Outcome::NeedsRestart | Outcome::Refused(_) => *outcome != self.outcome,
        }
    }
}

impl Reloader {
    /// `None` without a file that could be read again.
    pub(super) fn new(
        started: &Arc<Document>,
        takers: Vec<Taker>,
        registers: Registers,
    ) -> Option<Self> {
        let reloader = Reloader {
            path: started.path()?.to_owned(),
            registers,
            takers,
            started: Arc::clone(started),
            latest: Arc::clone(started),
            doubted: None,
            shown: Arc::default(),
        };
        Some(reloader)
    }

    /// The work beside the pipeline: looks when `asked`, and by itself as `settings` say.
    pub(super) fn start(
        mut self,
        settings: &Follow,
        clock: Clock,
        asked: Arc<Notify>,
    ) -> Background {
        let now = move || clock.now().unix_nanos / 1_000_000_000;
        self.show(|shown| {
            shown.loaded_unix = now();
            shown.measure();
        });
        let watch = Watch {
            files: vec![self.path.clone()],
            told: settings.watch,
            poll: settings.watch.then(|| settings.poll.get()),
        };
        let look = move |cause| self.look(cause, now());
        Box::new(move |stop| Box::pin(watch.follow(asked, stop, look)))
    }

    /// What is in use, for the admin port.
    pub(super) fn page(&self) -> Page {
        let (shown, file) = (Arc::clone(&self.shown), self.path.display().to_string());
        Arc::new(move || {
            let shown = shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let lines = |faults: &[Fault]| faults.iter().map(Fault::line).collect::<Vec<_>>();
            json!({
                "file": file,
                "loaded_unix_seconds": shown.loaded_unix,
                "reloads": shown.applied,
                "last_outcome": shown.outcome.label(),
                "refused": match &shown.outcome {
                    Outcome::Refused(faults) => lines(faults),
                    _ => Vec::new(),
                },
                "needs_restart": lines(&shown.restart),
            })
        })
    }

    /// Looks at the file once.
    pub(super) fn look(&mut self, cause: Cause, now_unix: u64) -> Glance {
        let (outcome, restart) = match self.take() {
            Ok(taken) => taken,
            Err(faults) if cause == Cause::Changed && self.doubted.as_ref() != Some(&faults) => {
                self.doubted = Some(faults);
                return Glance::Again;
            }
            Err(faults) => (Outcome::Refused(faults), None),
        };
        if !matches!(outcome, Outcome::Refused(_)) {
            self.doubted = None;
        }
        let news = self.show(|shown| {
            let restart = restart.filter(|restart| *restart != shown.restart);
            let news = restart.is_some() || shown.is_news(&outcome);
            if outcome == Outcome::Applied {
                (shown.loaded_unix, shown.applied) = (now_unix, shown.applied + 1);
            }
            if let Some(restart) = restart {
                shown.restart = restart;
            }
            if news {
                shown.outcome = outcome.clone();
            }
            shown.measure();
            news
        });
        if news || cause == Cause::Asked {
            self.tell(&outcome);
        }
        Glance::Done
    }

    /// Reads the file and takes it into use, whole or not at all. Answers also what would need a
    /// restart.
    fn take(&mut self) -> Result<(Outcome, Option<Vec<Fault>>), Vec<Fault>> {
        let document = Document::open(&self.path, &process_environment)?;
        if document.reads_like(&self.latest) {
            return Ok((Outcome::Unchanged, None));
        }
        let plan = Plan::read(&document, self.registers)?;
        let commits = self.prepare(&document, &plan)?;
        let restart = self.restart(&document, &plan);
        let outcome = match (commits.is_empty(), restart.is_empty()) {
            (false, _) => Outcome::Applied,
            (true, false) => Outcome::NeedsRestart,
            (true, true) => Outcome::Unchanged,
        };
        for commit in commits {
            commit();
        }
        for warning in &plan.warnings {
            tracing::warn!("{}", warning.line());
        }
        self.latest = document;
        Ok((outcome, Some(restart)))
    }

    /// Gets everybody ready whose table says something new. Whoever leaves with a restart keeps its
    /// settings until then.
    fn prepare(
        &mut self,
        document: &Arc<Document>,
        plan: &Plan,
    ) -> Result<Vec<Commit>, Vec<Fault>> {
        let (mut commits, mut faults) = (Vec::new(), Vec::new());
        for taker in self.takers.iter().filter(|taker| taker.stays(plan)) {
            let changes = config::changes(&taker.taken, document);
            if !changes.iter().any(|path| taker.takes(path)) {
                continue;
            }
            match (taker.reload.prepare)(&taker.table(document)) {
                Ok(commit) => commits.push(commit),
                Err(more) => faults.extend(more),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        for taker in self.takers.iter_mut().filter(|taker| taker.stays(plan)) {
            taker.taken = Arc::clone(document);
        }
        Ok(commits)
    }

    /// What differs from what the service was built from, and is not taken by anybody.
    fn restart(&self, document: &Arc<Document>, plan: &Plan) -> Vec<Fault> {
        let unread = |path: &config::Path| path.first().is_some_and(|top| UNREAD.contains(&&**top));
        let taken = |path: &config::Path| {
            let mut staying = self.takers.iter().filter(|taker| taker.stays(plan));
            staying.any(|taker| taker.takes(path))
        };
        let changes = config::changes(&self.started, document);
        let left = changes
            .iter()
            .filter(|path| !unread(path) && !taken(path))
            .map(|path| {
                let key = path.join(".");
                let message = format!("`{key}` has changed and needs a restart");
                let remedy = "restart to use it; what was in use still is";
                document.root().fault(&key, message, remedy).warn()
            });
        left.collect()
    }

    /// Says what came of a look.
    fn tell(&self, outcome: &Outcome) {
        let Shown { restart, .. } = self.show(|shown| shown.clone());
        metrics::counter!("tollgate_config_reloads_total", "outcome" => outcome.label())
            .increment(1);
        let file = self.path.display();
        match outcome {
            Outcome::Unchanged => tracing::info!(%file, "the configuration is as it was"),
            Outcome::Applied if restart.is_empty() => {
                tracing::info!(%file, "the new configuration is in use");
            }
            Outcome::Applied => {
                tracing::info!(%file, "the new configuration is in use, but for what needs a restart");
            }
            Outcome::NeedsRestart => {
                tracing::warn!(%file, "the configuration has changed; nothing of it can be used before a restart");
            }
            Outcome::Refused(faults) => {
                for fault in faults {
                    tracing::error!("{}", fault.line());
                }
                tracing::error!(%file, faults = faults.len(), "the new configuration is refused; the old one stays in use");
            }
        }
        for fault in &restart {
            tracing::warn!("{}", fault.line());
        }
    }

    fn show<T>(&self, show: impl FnOnce(&mut Shown) -> T) -> T {
        show(&mut self.shown.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
