//! Another number of workers after a restart: each trace is where its later spans will come.

use std::path::Path;

use super::super::TailSampling;
use super::*;
use crate::component::shard;

/// All workers of a sampler.
struct Team {
    workers: Vec<TailSampling>,
    account: Account,
    left: Vec<u64>,
}

impl Team {
    fn start(text: &str, n: usize, now_ms: u64) -> Team {
        let sampler = Sampler::new(config(text), "tail_sampling", n).expect("a sampler");
        let mut team = Team {
            workers: (0..n).map(|worker| sampler.worker(worker)).collect(),
            account: Account::default(),
            left: Vec::new(),
        };
        team.tick(now_ms);
        team
    }

    fn call(
        &mut self,
        worker: usize,
        now_ms: u64,
        call: &mut dyn FnMut(&mut TailSampling, &mut Next<'_>),
    ) {
        let left = &mut self.left;
        let mut take = |load: Load| {
            if let Telemetry::Traces(batch) = load.telemetry {
                let spans = batch.groups.into_iter().flat_map(|group| group.records);
                left.extend(spans.map(|span| u64::from_be_bytes(span.span_id().0)));
            }
        };
        let mut next = Next::new(&mut [], &mut take, &self.account, Now::at_ms(now_ms), 0.0);
        call(&mut self.workers[worker], &mut next);
    }

    fn tick(&mut self, now_ms: u64) {
        for worker in 0..self.workers.len() {
            self.call(worker, now_ms, &mut |worker, next| worker.tick(next));
        }
    }

    /// Sends spans to whom they belong, one request each.
    fn send(&mut self, now_ms: u64, spans: Vec<Span>) {
        let n = self.workers.len();
        for span in spans {
            let worker = shard(&span.trace_id().0, n);
            let mut load = Some(Load::unpaid(of(vec![span])));
            self.call(worker, now_ms, &mut |worker, next| {
                worker.process(load.take().expect("once"), next);
            });
        }
    }

    /// The open traces and their spans; each lies with the worker it belongs to.
    fn open(&self) -> Vec<(u8, u64)> {
        let n = self.workers.len();
        let mut open = Vec::new();
        for (number, worker) in self.workers.iter().enumerate() {
            for (id, spans) in worker.open_traces() {
                assert_eq!(number, shard(&id, n), "trace {}", id[15]);
                open.push((id[15], spans));
            }
        }
        open.sort_unstable();
        open
    }
}

fn rules(folder: &Path) -> String {
    let times = "mode = \"fixed\"\nwait = \"10s\"\nafter_root = \"0s\"\nearly = false";
    let persist = format!("persist = {{ folder = {folder:?}, pending = true, decisions = true }}");
    format!("{times}\n{persist}\n{ERRORS}")
}

fn names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<String> = files
        .map(|file| file.file_name().into_string().expect("a name"))
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn whatever_the_number_of_workers_was_traces_go_on_where_their_spans_will_come() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = rules(folder.path());
    let mut three = Team::start(&text, 3, 0);
    three.send(0, (1..=20).map(|n| span(n, n, n % 2 == 0)).collect());
    three.send(5_000, (11..=60).map(|n| span(n, 100 + n, false)).collect());
    drop(three);

    let mut two = Team::start(&text, 2, 6_000);
    let expected = (1..=60).map(|n| (n, if (11..=20).contains(&n) { 2 } else { 1 }));
    assert_eq!(expected.collect::<Vec<(u8, u64)>>(), two.open());
    let named = |name: &String| name.starts_with("pending-2") || name.starts_with("decisions-2");
    assert!(
        !names(folder.path()).iter().any(named),
        "{:?}",
        names(folder.path())
    );
    // Deadlines are those of the arrivals.
    two.tick(9_999);
    assert!(two.left.is_empty());
    two.tick(10_000);
    assert_eq!(
        15,
        two.left.len(),
        "ten errors, five of them with two spans"
    );
    drop(two);

    let mut five = Team::start(&text, 5, 11_000);
    let expected = (21..=60).map(|n| (n, 1));
    assert_eq!(expected.collect::<Vec<(u8, u64)>>(), five.open());
    // Late spans meet the verdicts of workers that are gone.
    five.send(
        11_000,
        (1..=20).map(|n| span(n, 200 + n, n % 2 == 1)).collect(),
    );
    five.left.sort_unstable();
    assert_eq!(
        (1..=10).map(|n| 200 + 2 * n).collect::<Vec<u64>>(),
        five.left
    );
}

#[test]
fn a_handover_that_was_interrupted_is_completed() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = rules(folder.path());
    let mut three = Team::start(&text, 3, 0);
    three.send(0, (1..=30).map(|n| span(n, n, false)).collect());
    drop(three);
    let read = |name: &String| {
        (
            name.clone(),
            std::fs::read(folder.path().join(name)).expect("a file"),
        )
    };
    let before: Vec<_> = names(folder.path()).iter().map(read).collect();
    drop(Team::start(&text, 1, 1_000));
    let after: Vec<_> = names(folder.path()).iter().map(read).collect();
    // As if the process had ended after every step: so many old files were removed, then so many
    // new ones moved.
    let old: Vec<&String> = { before.iter().map(|(name, _)| name) }
        .filter(|name| !after.iter().any(|(new, _)| new == *name))
        .collect();
    assert_eq!(5, old.len(), "{old:?}: three of spans, two of decisions");
    for step in 0..=old.len() + after.len() {
        for name in names(folder.path()) {
            std::fs::remove_file(folder.path().join(name)).expect("removed");
        }
        let making = folder.path().join("handover");
        std::fs::create_dir(&making).expect("a folder");
        let list: String = old.iter().flat_map(|name| [name.as_str(), "\n"]).collect();
        std::fs::write(making.join("replaced"), list).expect("written");
        for (name, bytes) in &before {
            let gone = old
                .iter()
                .position(|own| *own == name)
                .is_some_and(|place| place < step);
            if !gone {
                std::fs::write(folder.path().join(name), bytes).expect("written");
            }
        }
        for (place, (name, bytes)) in after.iter().enumerate() {
            let moved = old.len() + place < step;
            let into = if moved { folder.path() } else { &making };
            std::fs::write(into.join(name), bytes).expect("written");
        }
        let one = Team::start(&text, 1, 1_000);
        let expected = (1..=30).map(|n| (n, 1));
        assert_eq!(
            expected.collect::<Vec<(u8, u64)>>(),
            one.open(),
            "after {step} steps"
        );
        assert!(!names(folder.path()).contains(&"handover".to_owned()));
        drop(one);
    }
}

#[test]
fn new_files_that_are_not_whole_do_not_count() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = rules(folder.path());
    let mut two = Team::start(&text, 2, 0);
    two.send(0, (1..=9).map(|n| span(n, n, false)).collect());
    drop(two);
    let making = folder.path().join("handover");
    std::fs::create_dir(&making).expect("a folder");
    std::fs::write(making.join("pending-0-1.log"), b"half").expect("written");
    let one = Team::start(&text, 1, 1_000);
    assert_eq!(
        (1..=9).map(|n| (n, 1)).collect::<Vec<(u8, u64)>>(),
        one.open()
    );
}
