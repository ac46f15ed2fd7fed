//! What the service lends a component while it is built.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Account, BoxFuture, Commit, Reload, Stop};
use crate::clock::Clock;
use crate::config::{Reading, Table};
use crate::meter::Meter;

/// Work that runs beside the pipeline until `stop`: a file watch, a webhook sender.
pub type Background = Box<dyn FnOnce(Stop) -> BoxFuture<'static, ()> + Send>;

/// What a component shows on the admin port, under `/debug/<name>`: called at each request.
pub type Page = Arc<dyn Fn() -> serde_json::Value + Send + Sync>;

/// What the service lends a component while it is built. Built once per instance, before any
/// worker starts; `background` collects what should run beside the pipeline.
pub struct Context {
    /// The instance's name in `pipelines.toml`: `cost`, `otlp/backup`.
    pub name: String,
    /// The folder relative paths in the configuration start from: where `pipelines.toml` lies.
    pub folder: PathBuf,
    /// How many workers will each own one processor of this instance.
    pub workers: usize,
    /// Where exact metrics of the traffic are kept and read.
    pub meter: Arc<Meter>,
    /// The process's clock, for background work only; a chain is told the time.
    pub clock: Clock,
    /// The exporter's own books (exporters only; unused elsewhere).
    pub account: Arc<Account>,
    /// Work to run beside the pipeline.
    pub background: Vec<Background>,
    /// What to show on the admin port.
    pub pages: Vec<(String, Page)>,
    /// What can be done with a new table while the service runs; nothing unless given.
    pub reload: Option<Reload>,
    /// Whether this is only a rehearsal: nothing may be written to disk.
    pub rehearsal: bool,
    /// What the instances of one service lend each other; see [`Context::share`].
    pub shelf: Shelf,
    /// Facts that processors behind this one need, in whichever pipeline.
    pub behind: Vec<&'static str>,
}

/// What the instances of one service lend each other while they are built: at most one of a type.
pub type Shelf = Arc<Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>>;

impl Context {
    /// A context with nothing around it, for tests and one-shot commands.
    pub fn bare(name: &str) -> Self {
        Context {
            name: name.to_owned(),
            folder: PathBuf::from("."),
            workers: 1,
            meter: Arc::new(Meter::default()),
            clock: Clock::start(),
            account: Arc::new(Account::default()),
            background: Vec::new(),
            pages: Vec::new(),
            reload: None,
            rehearsal: false,
            shelf: Shelf::default(),
            behind: Vec::new(),
        }
    }

    /// A path of the configuration, made absolute against the configuration's folder.
    pub fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    /// Runs `work` beside the pipeline until the service stops.
    pub fn run_beside(
        &mut self,
        work: impl FnOnce(Stop) -> BoxFuture<'static, ()> + Send + 'static,
    ) {
        self.background.push(Box::new(work));
    }

    /// Shows `page` on the admin port under `/debug/<name>`. The page must hold nothing personal.
    pub fn publish(
        &mut self,
        name: &str,
        page: impl Fn() -> serde_json::Value + Send + Sync + 'static,
    ) {
        self.pages.push((name.to_owned(), Arc::new(page)));
    }

    /// Has a new table taken into use while the service runs. `prepare` reads it and answers how it
    /// is put into use, or every fault in it; it is not called for changes of the keys in `restart`.
    pub fn reloads(
        &mut self,
        restart: &'static [&'static str],
        prepare: impl Fn(&Table) -> Reading<Commit> + Send + Sync + 'static,
    ) {
        self.reload = Some(Reload {
            restart,
            prepare: Box::new(prepare),
        });
    }

    /// Lends `thing` to the instances built after this one: the price book that `cost` keeps
    /// fresh is read by those that account for money. The latest of a type wins.
    pub fn share<T: Any + Send + Sync>(&self, thing: Arc<T>) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.insert(TypeId::of::<T>(), thing);
    }

    /// What an instance built before this one lent.
    pub fn shared<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        let shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf
            .get(&TypeId::of::<T>())
            .cloned()
            .and_then(|thing| thing.downcast().ok())
    }
}
