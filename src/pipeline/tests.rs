//! A chain conserves items, outlives a panic and never leaves a hole in its books; the door
//! admits by bytes and shards by trace.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;

use super::chain::Moment;
use super::*;
use crate::clock::{Clock, Now};
use crate::component::{
    Account, Batch, BoxFuture, Delivered, ExportError, Exporter, Intake, Maker, Next, Processor,
    Reason, Receipt, Request, maker,
};
use crate::config;
use crate::otlp::{self, Scope, Signal, Span, Telemetry};

/// Holds every second batch until `tick`, discards spans called `drop`, panics on `panic`.
#[derive(Default)]
struct Toy {
    held: Vec<Batch>,
    seen: u64,
}

impl Processor for Toy {
    fn process(&mut self, mut batch: Batch, next: &mut Next<'_>) {
        let Telemetry::Traces(spans) = &mut batch.telemetry else {
            return next.send(batch);
        };
        let removed = spans.retain(|_, span| {
            assert!(span.name() != "panic", "asked to");
            span.name() != "drop"
        });
        next.discard_items(removed, Reason::Filtered);
        self.seen += 1;
        if self.seen.is_multiple_of(2) {
            self.held.push(batch)
        } else {
            next.send(batch)
        }
    }

    fn tick(&mut self, next: &mut Next<'_>) {
        for batch in self.held.drain(..) {
            next.send(batch);
        }
    }

    fn drain(&mut self, next: &mut Next<'_>) {
        self.tick(next);
    }

    fn held(&self) -> u64 {
        self.held.iter().map(Batch::items).sum()
    }
}

fn traces(names: &[&str]) -> Telemetry {
    let spans = names.iter().enumerate().map(|(index, name)| {
        let id = u8::try_from(index + 1).unwrap_or(u8::MAX);
        Span::build()
            .trace_id([id; 16])
            .span_id([id; 8])
            .name(name)
            .finish()
    });
    let group = otlp::Group {
        scope: Arc::new(Scope::default()),
        records: spans.collect(),
    };
    Telemetry::Traces(otlp::Batch::new(vec![group]))
}

fn toys() -> Arc<ChainMaker> {
    let toy = || -> Arc<Maker> { Arc::new(maker(|_| Toy::default())) };
    Arc::new(ChainMaker {
        processors: vec![toy(), toy()],
    })
}

/// Pushes batches of spans by name, then ticks and drains; answers (passed, by the books).
fn run(batches: &[Vec<&str>]) -> (u64, crate::component::Tally) {
    let account = Arc::new(Account::default());
    let mut chain = Chain::new(0, toys(), Arc::clone(&account));
    let mut out = 0;
    let moment = Moment {
        now: Now::at_ms(1),
        pressure: 0.0,
    };
    for names in batches {
        chain.push(Batch::unpaid(traces(names)), moment, &mut |batch| {
            out += batch.items()
        });
        let tally = account.tally();
        assert_eq!(
            chain.held(),
            tally.held(),
            "between batches the books are exact"
        );
    }
    chain.tick(moment, &mut |batch| out += batch.items());
    chain.drain(moment, &mut |batch| out += batch.items());
    assert_eq!(0, chain.held());
    (out, account.tally())
}

#[test]
fn a_panic_costs_its_batch_and_nothing_else() {
    let (out, tally) = run(&[
        vec!["a"],
        vec!["b"],
        vec!["c", "panic", "drop"],
        vec!["d", "e"],
    ]);
    assert_eq!(4, out);
    assert_eq!(7, tally.received);
    assert_eq!(vec![(Reason::Panicked, 3)], tally.discarded);
    assert_eq!(0, tally.held());
}

proptest! {
    #[test]
    fn received_is_passed_and_discarded_and_held(
        batches in prop::collection::vec(
            prop::collection::vec(prop_oneof![4 => Just("keep"), 1 => Just("drop"), 1 => Just("panic")], 1..6),
            0..12,
        )
    ) {
        let (out, tally) = run(&batches);
        let sent = batches.iter().map(|batch| batch.len() as u64).sum::<u64>();
        prop_assert_eq!(sent, tally.received);
        prop_assert_eq!(out, tally.passed);
        prop_assert_eq!(sent, tally.passed + tally.discarded_total());
    }
}

#[test]
fn the_budget_refuses_beyond_its_bytes_and_takes_them_back() {
    let budget = Budget::new(100, 10);
    let first = budget.reserve(60).expect("fits");
    let busy = budget.reserve(60).expect_err("does not fit");
    assert!(busy.retry_after >= Duration::from_secs(1));
    assert_eq!(60, budget.bytes());
    drop(first);
    assert_eq!(0, budget.bytes());
    let all = (0..10)
        .map(|_| budget.reserve(1).expect("fits"))
        .collect::<Vec<_>>();
    assert!(budget.reserve(1).is_err(), "requests are bounded too");
    drop(all);
    assert_eq!(0, budget.requests());
}

/// Remembers what it was given.
#[derive(Default)]
struct Memory(Mutex<Vec<u64>>);

impl Exporter for Memory {
    fn export(&self, request: Arc<Request>) -> BoxFuture<'_, Result<Delivered, ExportError>> {
        self.0.lock().unwrap().push(request.items());
        Box::pin(async { Ok(Delivered::default()) })
    }
}

#[tokio::test(start_paused = true)]
async fn what_enters_the_door_leaves_by_every_exporter_and_returns_its_memory() {
    let clock = Clock::start();
    let memories = [Arc::new(Memory::default()), Arc::new(Memory::default())];
    let accounts = [Arc::new(Account::default()), Arc::new(Account::default())];
    let queues = memories.iter().zip(&accounts).map(|(memory, account)| {
        let exporter = Arc::clone(memory) as Arc<dyn Exporter>;
        Queue::start(
            "memory",
            &config::Queue::default(),
            exporter,
            Arc::clone(account),
            clock,
        )
    });
    let fanout = Fanout {
        queues: queues.collect(),
    };
    let budget = Budget::new(1 << 20, 100);
    let books = [Arc::new(Account::default()), Arc::new(Account::default())];
    let workers = books.iter().enumerate().map(|(index, account)| Worker {
        lanes: vec![(
            Chain::new(index, toys(), Arc::clone(account)),
            fanout.clone(),
        )],
    });
    let pulse = Pulse {
        clock,
        budget: Arc::clone(&budget),
    };
    let (threads, lanes) = Workers::start(workers.collect(), 100, &pulse).expect("threads start");
    let route = Route {
        signal: Signal::Traces,
        fanout: fanout.clone(),
    };
    let door = Door::new(vec![route], Arc::clone(&budget), clock, Vec::new());
    door.open(lanes);

    assert!(door.takes(Signal::Traces) && !door.takes(Signal::Logs));
    for _ in 0..20 {
        let receipt = door.admit(1000).expect("has room");
        door.offer(traces(&["a", "b", "drop", "c"]), receipt)
            .await
            .expect("is taken");
    }
    door.close();
    assert!(door.admit(1).is_err(), "a closed door admits nothing");
    drop(door);
    tokio::task::spawn_blocking(move || threads.join())
        .await
        .expect("joins");
    for queue in &fanout.queues {
        assert_eq!(0, queue.drain(Duration::from_secs(5)).await);
    }
    for (memory, account) in memories.iter().zip(&accounts) {
        assert_eq!(60, memory.0.lock().unwrap().iter().sum::<u64>());
        assert_eq!((60, 60), (account.tally().received, account.tally().passed));
    }
    let received = books
        .iter()
        .map(|book| book.tally().received)
        .collect::<Vec<_>>();
    assert_eq!(80, received.iter().sum::<u64>());
    assert!(
        received.iter().all(|items| *items > 0),
        "both workers had work: {received:?}"
    );
    assert_eq!(0, budget.bytes(), "every receipt came back");
}

#[test]
fn a_receipt_gives_back_once() {
    let count = Arc::new(Mutex::new(0));
    let inner = Arc::clone(&count);
    let receipt = Arc::new(Receipt::new(move || *inner.lock().unwrap() += 1));
    let other = Arc::clone(&receipt);
    drop(receipt);
    assert_eq!(0, *count.lock().unwrap());
    drop(other);
    assert_eq!(1, *count.lock().unwrap());
}
