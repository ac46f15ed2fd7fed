//! Runs a configuration's chain on a virtual clock: for unit tests beside it, and for replays.

use std::sync::Arc;

use super::graph::unbuilt;
use super::plan::{Part, Plan, Registers};
use crate::clock::Now;
use crate::component::{Account, Batch, Built, Context, Page, Shelf, TICK, Tally};
use crate::config::{Document, Fault};
use crate::otlp::Telemetry;
use crate::pipeline::{Chain, ChainMaker, Moment};

const TICK_MS: u64 = TICK.as_millis() as u64;

/// Refuses processors that would not be run: a document without pipelines does not say where in the
/// chain they stand.
fn outside(document: &Arc<Document>, chain: &[&str]) -> Result<(), Vec<Fault>> {
    let Some(tables) = document.root().table("processors") else {
        return Ok(());
    };
    let fault = |name: &String| {
        let message = format!(
            "`processors.{name}` is not in the chain {}",
            chain.join(", ")
        );
        tables.fault(
            name,
            message,
            "add a pipeline that names it, such as `[pipelines.traces]`",
        )
    };
    let strangers = tables.keys().into_iter();
    let strangers = strangers.filter(|name| !chain.contains(&name.as_str()));
    let faults: Vec<_> = strangers.map(|name| fault(&name)).collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

/// One chain with a clock that only moves when it is told to. Nothing is listened to, sent or kept.
pub struct Rehearsal {
    chain: Chain,
    account: Arc<Account>,
    now_ms: u64,
    out: Vec<Telemetry>,
    pages: Vec<(String, Page)>,
}

impl Rehearsal {
    /// The chain of a pipeline of a document. A document without pipelines is taken as a set of
    /// processors to try: those named in `chain`, with the settings it has for them.
    pub fn build(
        document: &Arc<Document>,
        pipeline: &str,
        chain: &[&str],
    ) -> Result<Self, Vec<Fault>> {
        let registers = Registers::all();
        if document.root().table("pipelines").is_none() {
            outside(document, chain)?;
            return Self::of(document, Plan::chain(document, registers, chain)?);
        }
        Self::of_plan(document, &Plan::read(document, registers)?, pipeline)
    }

    /// The chain of a pipeline of a plan that was read from this document.
    pub fn of_plan(
        document: &Arc<Document>,
        plan: &Plan,
        pipeline: &str,
    ) -> Result<Self, Vec<Fault>> {
        let Some(wanted) = plan.pipelines.iter().find(|one| one.name == pipeline) else {
            let names = plan
                .pipelines
                .iter()
                .map(|one| one.name.as_str())
                .collect::<Vec<_>>();
            let remedy = format!("there are: {}", names.join(", "));
            return Err(vec![Fault::new(
                format!("there is no pipeline `{pipeline}`"),
                remedy,
            )]);
        };
        let names = wanted
            .processors
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>();
        let parts = Plan::chain(document, Registers::all(), &names)?;
        Self::of(document, parts)
    }

    fn of(document: &Arc<Document>, parts: Vec<Part>) -> Result<Self, Vec<Fault>> {
        let shelf = Shelf::default();
        super::dialects::lend(&shelf, &super::dialects::identity(&document.root())?);
        let (mut makers, mut pages, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        for part in parts {
            let mut context = Context {
                folder: document.folder().to_owned(),
                shelf: shelf.clone(),
                rehearsal: true,
                behind: part.behind,
                ..Context::bare(&part.name)
            };
            let Built::Processor(build, _) = part.built else {
                continue;
            };
            match build(&mut context) {
                Ok(maker) => makers.push(Arc::new(maker)),
                Err(error) => faults.push(unbuilt(document, "processors", &part.name, &error)),
            }
            pages.append(&mut context.pages);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let account = Arc::new(Account::default());
        let maker = Arc::new(ChainMaker { processors: makers });
        let chain = Chain::new(0, maker, Arc::clone(&account));
        Ok(Rehearsal {
            chain,
            account,
            now_ms: 0,
            out: Vec::new(),
            pages,
        })
    }

    /// Sets the clock without telling anyone; for the start.
    pub fn start_at(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
    }

    /// Sends telemetry in at the present time.
    pub fn send(&mut self, telemetry: Telemetry) {
        let (moment, out) = (self.moment(), &mut self.out);
        self.chain
            .push(Batch::unpaid(telemetry), moment, &mut |batch| {
                out.push(batch.telemetry)
            });
    }

    /// Lets time pass. While nothing is held, the hands jump.
    pub fn until(&mut self, now_ms: u64) {
        while self.now_ms < now_ms {
            let step = if self.chain.held() == 0 {
                u64::MAX
            } else {
                TICK_MS
            };
            self.now_ms = self.now_ms.saturating_add(step).min(now_ms);
            self.tick();
        }
    }

    /// Lets time pass until nothing is held, but no longer than until `limit_ms`.
    pub fn until_empty(&mut self, limit_ms: u64) {
        while self.chain.held() > 0 && self.now_ms < limit_ms {
            self.until(self.now_ms.saturating_add(TICK_MS));
        }
    }

    /// Has everything held let go.
    pub fn drain(&mut self) {
        let (moment, out) = (self.moment(), &mut self.out);
        self.chain
            .drain(moment, &mut |batch| out.push(batch.telemetry));
    }

    /// What has come out since this was last asked.
    pub fn take_out(&mut self) -> Vec<Telemetry> {
        std::mem::take(&mut self.out)
    }

    /// The books so far.
    pub fn tally(&self) -> Tally {
        self.account.tally()
    }

    /// What the processors show.
    pub fn pages(&self) -> &[(String, Page)] {
        &self.pages
    }

    fn tick(&mut self) {
        let (moment, out) = (self.moment(), &mut self.out);
        self.chain
            .tick(moment, &mut |batch| out.push(batch.telemetry));
    }

    fn moment(&self) -> Moment {
        Moment {
            now: Now::at_ms(self.now_ms),
            pressure: 0.0,
        }
    }
}
