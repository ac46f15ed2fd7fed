//! Follows the price files while the service runs: read, judged, swapped whole or not at all.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::sources::{Loaded, Sources};
use crate::clock::Clock;
use crate::component::{Cause, ConfigError, Context, Glance, Stop, Watch};
use crate::config;
use crate::genai::pricing::{Book, Bounds, Diff, Release};

/// How files are followed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Refresh {
    /// Be told by the operating system when a file changes.
    watch: bool,
    /// Look at the files' contents this often as well: notifications get lost.
    poll: config::Duration,
    /// A larger file is refused.
    pub(super) max_bytes: config::Size,
    /// A price may become this many times larger or smaller.
    max_price_jump: u32,
    /// This share of the models may disappear or lose a price.
    max_removed: f64,
    /// Take a new file in spite of faults, jumps and deletions.
    pub(super) force: bool,
}

impl Default for Refresh {
    fn default() -> Self {
        let bounds = Bounds::default();
        Refresh {
            watch: true,
            poll: config::Duration::from_secs(10),
            max_bytes: config::Size(16 * 1024 * 1024),
            max_price_jump: bounds.price_jump_max,
            max_removed: bounds.removed_max,
            force: false,
        }
    }
}

impl Refresh {
    pub(super) fn faults(&self) -> Vec<ConfigError> {
        let share = (0.0..=1.0).contains(&self.max_removed);
        let faults = [
            ConfigError::unless(share, "refresh.max_removed", "must lie between 0 and 1"),
            ConfigError::unless(
                self.poll.as_ms() >= 100,
                "refresh.poll",
                "must be at least 100ms",
            ),
            ConfigError::unless(
                self.max_price_jump > 1,
                "refresh.max_price_jump",
                "must be above 1",
            ),
        ];
        faults.into_iter().filter_map(Result::err).collect()
    }
}

/// Keeps the book up to date.
pub(super) struct Keeper {
    processor: String,
    sources: Sources,
    book: Arc<ArcSwap<Book>>,
    state: Arc<Mutex<State>>,
    /// The release that the metrics name.
    shown: Option<Release>,
}

/// What is known of the files.
#[derive(Clone, Debug, Default)]
struct State {
    /// Of the bytes the book was read from.
    hash: Arc<str>,
    /// Of the bytes that were looked at last, good or bad.
    seen: Arc<str>,
    loaded_unix: u64,
    refused: Option<String>,
}

/// What came of a look at the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing new.
    Unchanged,
    /// A new book is in use.
    Swapped,
    /// The new files are not to be believed; the book stays.
    Refused,
    /// The files cannot be read; the book stays.
    Unreadable,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Outcome::Unchanged => "unchanged",
            Outcome::Swapped => "swapped",
            Outcome::Refused => "refused",
            Outcome::Unreadable => "unreadable",
        }
    }
}

impl Keeper {
    pub(super) fn new(
        processor: &str,
        sources: Sources,
        loaded: &Loaded,
        book: Arc<ArcSwap<Book>>,
    ) -> Self {
        let (hash, seen) = (Arc::clone(&loaded.hash), Arc::clone(&loaded.hash));
        let state = State {
            hash,
            seen,
            ..State::default()
        };
        let state = Arc::new(Mutex::new(state));
        Keeper {
            processor: processor.to_owned(),
            sources,
            book,
            state,
            shown: None,
        }
    }

    /// Shows the catalogue on the admin port and follows its files beside the pipeline.
    pub(super) fn start(mut self, context: &mut Context) {
        let clock = context.clock;
        self.loaded(clock.now().unix_nanos / 1_000_000_000);
        let (book, state) = (Arc::clone(&self.book), Arc::clone(&self.state));
        context.publish(&context.name.clone(), move || page(&book.load(), &state));
        if self.sources.paths().next().is_some() {
            context.run_beside(move |stop| Box::pin(self.run(clock, stop)));
        }
    }

    async fn run(mut self, clock: Clock, stop: Stop) {
        let settings = &self.sources.settings;
        let watch = Watch {
            files: self.sources.paths().map(Path::to_owned).collect(),
            told: settings.watch,
            poll: Some(settings.poll.get()),
        };
        let look = move |_: Cause| {
            self.look(clock.now().unix_nanos / 1_000_000_000);
            Glance::Done
        };
        watch.follow(Arc::default(), stop, look).await;
    }

    /// Looks at the files once; a book is swapped whole or stays.
    pub(super) fn look(&mut self, now_unix: u64) -> Outcome {
        let outcome = self.judge(now_unix);
        metrics::counter!(
            "tollgate_price_catalogue_refreshes_total",
            "processor" => self.processor.clone(),
            "result" => outcome.as_str()
        )
        .increment(1);
        let loaded = self.lock(|state| state.loaded_unix);
        self.gauge(
            "tollgate_price_catalogue_age_seconds",
            now_unix.saturating_sub(loaded) as f64,
        );
        outcome
    }

    fn judge(&mut self, now_unix: u64) -> Outcome {
        let files = match self.sources.read() {
            Ok(files) => files,
            Err(fault) => return self.refuse("unreadable".into(), fault, Outcome::Unreadable),
        };
        let seen = Arc::clone(&files.hash);
        let (current, last) = self.lock(|state| (state.hash.clone(), state.seen.clone()));
        if seen == current {
            self.lock(|state| (state.seen, state.refused) = (current, None));
            return Outcome::Unchanged;
        }
        if seen == last {
            return Outcome::Unchanged;
        }
        let read = self.sources.parse(files);
        match read.and_then(|loaded| self.believe(&loaded).map(|()| loaded)) {
            Ok(loaded) => {
                self.swap(loaded, now_unix);
                Outcome::Swapped
            }
            Err(fault) => self.refuse(seen, fault, Outcome::Refused),
        }
    }

    /// Refuses what looks like a mistake, unless it is forced.
    fn believe(&self, loaded: &Loaded) -> Result<(), String> {
        let settings = &self.sources.settings;
        let bounds = Bounds {
            price_jump_max: settings.max_price_jump,
            removed_max: settings.max_removed,
        };
        let diff = Diff::between(&self.book.load().catalogue, &loaded.catalogue);
        let suspicions = diff.suspicions(&bounds);
        if suspicions.is_empty() || settings.force {
            Ok(())
        } else {
            Err(suspicions.to_string())
        }
    }

    fn swap(&mut self, loaded: Loaded, now_unix: u64) {
        let old = self.book.load_full();
        let Loaded { catalogue, hash } = loaded;
        self.book.store(Arc::new(Book {
            catalogue,
            ..Book::clone(&old)
        }));
        self.lock(|state| {
            *state = State {
                seen: Arc::clone(&hash),
                hash,
                ..State::default()
            };
        });
        self.loaded(now_unix);
        let release = self.book.load().catalogue.release().clone();
        tracing::info!(processor = %self.processor, catalogue = %release.name, hash = %release.hash, "new prices are in use");
    }

    fn refuse(&self, seen: Arc<str>, fault: String, outcome: Outcome) -> Outcome {
        let again = self.lock(|state| {
            let again = state.refused.as_ref() == Some(&fault);
            (state.seen, state.refused) = (seen, Some(fault.clone()));
            again
        });
        if !again {
            tracing::warn!(processor = %self.processor, %fault, "new prices were refused; the old ones stay");
        }
        outcome
    }

    /// Tells the metrics which catalogue is in use.
    fn loaded(&mut self, now_unix: u64) {
        self.lock(|state| state.loaded_unix = now_unix);
        let release = self.book.load().catalogue.release().clone();
        let models = self.book.load().catalogue.len();
        self.gauge("tollgate_price_catalogue_models", models as f64);
        self.gauge(
            "tollgate_price_catalogue_loaded_timestamp_seconds",
            now_unix as f64,
        );
        if let Some(before) = self.shown.replace(release.clone()) {
            self.info(&before).set(0.0);
        }
        self.info(&release).set(1.0);
    }

    fn info(&self, release: &Release) -> metrics::Gauge {
        metrics::gauge!(
            "tollgate_price_catalogue_info",
            "processor" => self.processor.clone(),
            "version" => release.name.to_string(),
            "hash" => release.hash.to_string()
        )
    }

    fn gauge(&self, name: &'static str, value: f64) {
        metrics::gauge!(name, "processor" => self.processor.clone()).set(value);
    }

    fn lock<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn page(book: &Book, state: &Mutex<State>) -> serde_json::Value {
    let state = state.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let release = book.catalogue.release();
    json!({
        "catalogue": &*release.name,
        "hash": &*release.hash,
        "models": book.catalogue.len(),
        "loaded_unix_seconds": state.loaded_unix,
        "refused": state.refused,
    })
}
