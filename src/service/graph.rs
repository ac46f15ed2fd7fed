//! Names to components: builds each pipeline's parts and wires them.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Notify;

use super::plan::{Part, Plan, Registers};
use super::reload::{Reloader, Taker};
use super::settings::{Admin, Settings};
use super::spending::{self, Spend};
use crate::clock::Clock;
use crate::component::{
    Account, Background, Built, ConfigError, Context, Exporter, Ledger, Maker, Page, Receiver,
    Shelf,
};
use crate::config::{self, Document, Fault, OnFull};
use crate::meter::{Meter, SeriesLimits};
use crate::otlp::Signal;
use crate::pipeline::{
    Budget as Memory, Chain, ChainMaker, Door, Fanout, Queue, QueueHandle, Route, Worker,
};
use crate::spend::{Budget, Office};

/// A built service, ready to run.
pub struct Service {
    pub(super) settings: Settings,
    pub(super) admin: Admin,
    pub(super) clock: Clock,
    pub(super) meter: Arc<Meter>,
    pub(super) ledger: Arc<Ledger>,
    pub(super) budget: Arc<Memory>,
    pub(super) door: Arc<Door>,
    pub(super) workers: Vec<Worker>,
    pub(super) receivers: Vec<(String, Box<dyn Receiver>)>,
    pub(super) queues: Vec<QueueHandle>,
    pub(super) exporters: Vec<(String, Arc<dyn Exporter>)>,
    pub(super) metrics_out: Vec<Fanout>,
    pub(super) background: Vec<Background>,
    pub(super) pages: Vec<(String, Page)>,
    document: Arc<Document>,
    takers: Vec<Taker>,
}

impl Service {
    /// Builds everything; connects to nothing and listens nowhere yet. Must be called inside a
    /// tokio runtime, because queues start their tasks.
    pub fn build(plan: Plan, clock: Clock) -> Result<Service, Vec<Fault>> {
        let mut builder = Builder::new(&plan, clock);
        builder.keep_spend(&plan.spend, plan.budgets);
        let makers = builder.processors(plan.processors);
        let exporters = builder.exporters(plan.exporters);
        let receivers = builder.receivers(plan.receivers);
        if !builder.faults.is_empty() {
            return Err(builder.faults);
        }
        let mut ledger = Ledger::default();
        let queues = start_queues(&exporters, &plan.pipelines, clock, &mut ledger);
        let lanes = plan
            .pipelines
            .iter()
            .map(|one| lane(one, &makers, &queues))
            .collect::<Vec<_>>();
        let workers = builder.workers(&plan.pipelines, &lanes, &mut ledger);
        let budget = Memory::new(plan.settings.memory.bytes(), plan.settings.requests_max);
        let routes = plan
            .pipelines
            .iter()
            .zip(&lanes)
            .map(|(one, (_, fanout))| Route {
                signal: one.signal,
                fanout: fanout.clone(),
            })
            .collect::<Vec<_>>();
        let metrics = routes
            .iter()
            .filter(|route| route.signal == Signal::Metrics);
        Ok(Service {
            settings: plan.settings,
            admin: plan.admin,
            clock,
            meter: builder.meter,
            metrics_out: metrics.map(|route| route.fanout.clone()).collect(),
            door: Arc::new(Door::new(
                routes,
                Arc::clone(&budget),
                clock,
                refusals(&mut ledger),
            )),
            ledger: Arc::new(ledger),
            budget,
            workers,
            receivers,
            queues,
            exporters: exporters
                .into_iter()
                .map(|(name, made)| (name, made.exporter))
                .collect(),
            background: builder.background,
            pages: builder.pages,
            document: plan.document,
            takers: builder.takers,
        })
    }

    /// Every fault of a plan in what stands around its file: variables, keys, certificates, price
    /// lists. All parts are built and none of them is used.
    pub fn check(plan: Plan, clock: Clock) -> Vec<Fault> {
        let mut builder = Builder::new(&plan, clock);
        builder.rehearsal = true;
        builder.processors(plan.processors);
        builder.exporters(plan.exporters);
        builder.receivers(plan.receivers);
        builder.faults.sort_by(|a, b| a.place.cmp(&b.place));
        builder.faults
    }

    /// Has the file it was built from followed while it runs: read again when `asked`, and by
    /// itself unless the settings or `watch` say otherwise. Says whether there is such a file.
    pub fn follow(&mut self, asked: Arc<Notify>, watch: bool) -> bool {
        let takers = std::mem::take(&mut self.takers);
        let Some(reloader) = Reloader::new(&self.document, takers, Registers::all()) else {
            return false;
        };
        let mut settings = self.settings.reload.clone();
        settings.watch &= watch;
        self.pages.push(("config".to_owned(), reloader.page()));
        self.background
            .push(reloader.start(&settings, self.clock, asked));
        true
    }

    /// The books, for whoever wants to read them while the service runs.
    pub fn ledger(&self) -> Arc<Ledger> {
        Arc::clone(&self.ledger)
    }

    /// What the components show on the admin port.
    pub fn pages(&self) -> Vec<(String, Page)> {
        self.pages.clone()
    }

    /// The exact metrics of the traffic.
    pub fn meter(&self) -> Arc<Meter> {
        Arc::clone(&self.meter)
    }
}

/// An exporter with the settings of its queue and its books.
struct Made {
    exporter: Arc<dyn Exporter>,
    queue: config::Queue,
    account: Arc<Account>,
}

/// Starts every exporter's queue, in their order.
fn start_queues(
    exporters: &[(String, Made)],
    pipelines: &[super::PipelinePlan],
    clock: Clock,
    ledger: &mut Ledger,
) -> Vec<QueueHandle> {
    let mut queues = Vec::new();
    for (name, made) in exporters {
        let lone = pipelines
            .iter()
            .any(|pipeline| pipeline.exporters == [name.clone()]);
        let default = if lone {
            OnFull::Backpressure
        } else {
            OnFull::DropOldest
        };
        let mut settings = made.queue.clone();
        settings.on_full.get_or_insert(default);
        ledger
            .exporters
            .push((name.clone(), Arc::clone(&made.account)));
        let (exporter, account) = (Arc::clone(&made.exporter), Arc::clone(&made.account));
        queues.push(Queue::start(name, &settings, exporter, account, clock));
    }
    queues
}

/// Books of what is refused at the door, by signal.
fn refusals(ledger: &mut Ledger) -> Vec<(Signal, Arc<Account>)> {
    let books = Signal::ALL
        .iter()
        .map(|signal| (*signal, Arc::new(Account::default())));
    let books = books.collect::<Vec<_>>();
    let named = books
        .iter()
        .map(|(signal, account)| (signal.name().to_owned(), Arc::clone(account)));
    ledger.refused = named.collect();
    books
}

/// What is shared while the parts are built.
struct Builder {
    document: Arc<Document>,
    clock: Clock,
    workers: usize,
    meter: Arc<Meter>,
    background: Vec<Background>,
    pages: Vec<(String, Page)>,
    takers: Vec<Taker>,
    shelf: Shelf,
    faults: Vec<Fault>,
    /// Nothing of it will run.
    rehearsal: bool,
}

/// That a part cannot be built, at the place of the key that is to blame.
pub(super) fn unbuilt(
    document: &Arc<Document>,
    section: &str,
    name: &str,
    error: &ConfigError,
) -> Fault {
    let message = format!("`{name}` cannot be built: {}", error.message);
    let tables = document.root().table(section);
    match tables.and_then(|tables| tables.table(name)) {
        Some(table) => table.fault(&error.key, message, ""),
        None => Fault::new(message, ""),
    }
}

impl Builder {
    fn new(plan: &Plan, clock: Clock) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let asked = plan.settings.workers;
        let shelf = Shelf::default();
        super::dialects::lend(&shelf, &plan.identity);
        Builder {
            document: Arc::clone(&plan.document),
            clock,
            workers: if asked == 0 { cores } else { asked },
            meter: Arc::new(Meter::new(clock.now().unix_nanos, SeriesLimits::default())),
            background: Vec::new(),
            pages: Vec::new(),
            takers: Vec::new(),
            shelf,
            faults: Vec::new(),
            rehearsal: false,
        }
    }

    fn each<T>(
        &mut self,
        section: &'static str,
        parts: Vec<Part>,
        build: impl Fn(Built, &mut Context) -> Result<T, ConfigError>,
    ) -> Vec<(String, T)> {
        let mut done = Vec::new();
        for part in parts {
            let mut context = Context {
                folder: self.document.folder().to_owned(),
                workers: self.workers,
                meter: Arc::clone(&self.meter),
                clock: self.clock,
                shelf: self.shelf.clone(),
                rehearsal: self.rehearsal,
                behind: part.behind,
                ..Context::bare(&part.name)
            };
            match build(part.built, &mut context) {
                Ok(thing) => done.push((part.name, thing)),
                Err(error) => {
                    let fault = unbuilt(&self.document, section, &part.name, &error);
                    self.faults.push(fault);
                }
            }
            self.background.append(&mut context.background);
            self.pages.append(&mut context.pages);
            let taker = |reload| Taker::new(section, context.name, reload, &self.document);
            self.takers.extend(context.reload.map(taker));
        }
        done
    }

    fn processors(&mut self, parts: Vec<Part>) -> HashMap<String, Arc<Maker>> {
        let made = self.each("processors", parts, |built, context| match built {
            Built::Processor(build, _) => build(context).map(Arc::new),
            _ => Err(wrong_kind()),
        });
        made.into_iter().collect()
    }

    fn exporters(&mut self, parts: Vec<Part>) -> Vec<(String, Made)> {
        self.each("exporters", parts, |built, context| match built {
            Built::Exporter(build, queue) => {
                let account = Arc::clone(&context.account);
                Ok(Made {
                    exporter: build(context)?,
                    queue: *queue,
                    account,
                })
            }
            _ => Err(wrong_kind()),
        })
    }

    fn receivers(&mut self, parts: Vec<Part>) -> Vec<(String, Box<dyn Receiver>)> {
        self.each("receivers", parts, |built, context| match built {
            Built::Receiver(build) => build(context),
            _ => Err(wrong_kind()),
        })
    }

    /// Opens the spend ledger, and lends its mailboxes to whoever counts money.
    fn keep_spend(&mut self, spend: &Spend, budgets: Vec<Budget>) {
        if spend.path.as_os_str().is_empty() {
            return;
        }
        let office = Arc::new(Office::default());
        match spending::keep(
            spend,
            budgets,
            self.document.folder(),
            Arc::clone(&office),
            self.clock,
        ) {
            Ok((work, page)) => {
                self.background.push(work);
                self.pages.push(("spend".to_owned(), page));
                let context = Context {
                    shelf: self.shelf.clone(),
                    ..Context::bare("spend")
                };
                context.share(office);
            }
            Err(fault) => self.faults.push(fault),
        }
    }

    /// Every worker owns one chain of every pipeline, each with its own books.
    fn workers(
        &self,
        pipelines: &[super::PipelinePlan],
        lanes: &[(Arc<ChainMaker>, Fanout)],
        ledger: &mut Ledger,
    ) -> Vec<Worker> {
        let mut workers = Vec::new();
        for index in 0..self.workers {
            let mut own = Vec::new();
            for (pipeline, (maker, fanout)) in pipelines.iter().zip(lanes) {
                let account = Arc::new(Account::default());
                ledger
                    .pipelines
                    .push((pipeline.name.clone(), Arc::clone(&account)));
                own.push((
                    Chain::new(index, Arc::clone(maker), account),
                    fanout.clone(),
                ));
            }
            workers.push(Worker { lanes: own });
        }
        workers
    }
}

fn lane(
    pipeline: &super::PipelinePlan,
    makers: &HashMap<String, Arc<Maker>>,
    queues: &[QueueHandle],
) -> (Arc<ChainMaker>, Fanout) {
    let processors = pipeline
        .processors
        .iter()
        .filter_map(|name| makers.get(name).cloned());
    let mine = pipeline.exporters.iter();
    let queues = mine.filter_map(|name| queues.iter().find(|queue| queue.name() == name).cloned());
    (
        Arc::new(ChainMaker {
            processors: processors.collect(),
        }),
        Fanout {
            queues: queues.collect(),
        },
    )
}

fn wrong_kind() -> ConfigError {
    ConfigError::at("", "a register holds a row of another kind")
}
