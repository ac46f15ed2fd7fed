//! What a queue promises: delivered or accounted for, in order, bounded, and alone in its trouble.

use std::collections::VecDeque;

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::metrics::v1 as metrics_proto;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use tokio::time::Instant;

use super::*;
use crate::component::{BoxFuture, Delivered, ExportError, Request, Tally};
use crate::config::{OnFull, Size};
use crate::otlp::{Limits, Signal, Telemetry};

/// One attempt as the destination saw it.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    at_ms: u128,
    signal: Signal,
    items: u64,
}

/// What the destination does with an attempt; when the script is over it accepts.
#[derive(Clone)]
enum Act {
    Accept,
    Slow(u64),
    Hang,
    Partial(u64),
    Retry(Option<Duration>),
    Reject,
    TooLargeOver(u64),
    Panic,
}

struct Scripted {
    script: Mutex<VecDeque<Act>>,
    rest: Act,
    seen: Mutex<Vec<Seen>>,
    start: Instant,
}

impl Scripted {
    fn new(script: impl IntoIterator<Item = Act>, rest: Act) -> Arc<Self> {
        Arc::new(Scripted {
            script: Mutex::new(script.into_iter().collect()),
            rest,
            seen: Mutex::default(),
            start: Instant::now(),
        })
    }

    fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no panic inside").clone()
    }

    fn items(&self) -> Vec<u64> {
        self.seen().iter().map(|seen| seen.items).collect()
    }

    fn times(&self) -> Vec<u128> {
        self.seen().iter().map(|seen| seen.at_ms).collect()
    }
}

impl Exporter for Scripted {
    fn export(&self, request: Arc<Request>) -> BoxFuture<'_, Result<Delivered, ExportError>> {
        let items = request.items();
        let at_ms = self.start.elapsed().as_millis();
        self.seen.lock().expect("poison is a bug").push(Seen {
            at_ms,
            signal: request.signal,
            items,
        });
        let act = self.script.lock().expect("poison is a bug").pop_front();
        let act = act.unwrap_or_else(|| self.rest.clone());
        Box::pin(async move {
            let why = || "scripted".to_owned();
            match act {
                Act::Slow(ms) => {
                    tokio::time::sleep(Duration::from_millis(ms)).await;
                    Ok(Delivered::default())
                }
                Act::Hang => std::future::pending().await,
                Act::Partial(rejected) => Ok(Delivered {
                    rejected: vec![(Reason::PartialSuccess, rejected)],
                    message: why(),
                }),
                Act::Retry(after) => Err(ExportError::Retry { after, why: why() }),
                Act::Reject => Err(ExportError::Reject(why())),
                Act::TooLargeOver(limit) if items > limit => Err(ExportError::TooLarge(why())),
                Act::Accept | Act::TooLargeOver(_) => Ok(Delivered::default()),
                Act::Panic => panic!("scripted"),
            }
        })
    }
}

fn spans(count: usize) -> Arc<Batch> {
    let span = |at| Span {
        trace_id: vec![1; 16],
        span_id: vec![at as u8 + 1; 8],
        name: "x".repeat(64),
        ..Span::default()
    };
    let scope_spans = vec![ScopeSpans {
        spans: (0..count).map(span).collect(),
        ..ScopeSpans::default()
    }];
    let request = ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            scope_spans,
            ..ResourceSpans::default()
        }],
    };
    parse(Signal::Traces, request.encode_to_vec())
}

fn points(count: usize) -> Arc<Batch> {
    let metric = |at: usize| metrics_proto::Metric {
        name: format!("m{at}"),
        data: Some(metrics_proto::metric::Data::Gauge(metrics_proto::Gauge {
            data_points: vec![point(1)],
        })),
        ..metrics_proto::Metric::default()
    };
    one_scope((0..count).map(metric).collect())
}

fn point(at: u64) -> metrics_proto::NumberDataPoint {
    metrics_proto::NumberDataPoint {
        time_unix_nano: at,
        value: Some(metrics_proto::number_data_point::Value::AsInt(1)),
        ..metrics_proto::NumberDataPoint::default()
    }
}

fn one_scope(metrics: Vec<metrics_proto::Metric>) -> Arc<Batch> {
    let scope_metrics = vec![metrics_proto::ScopeMetrics {
        metrics,
        ..metrics_proto::ScopeMetrics::default()
    }];
    let request = ExportMetricsServiceRequest {
        resource_metrics: vec![metrics_proto::ResourceMetrics {
            scope_metrics,
            ..metrics_proto::ResourceMetrics::default()
        }],
    };
    parse(Signal::Metrics, request.encode_to_vec())
}

fn parse(signal: Signal, body: Vec<u8>) -> Arc<Batch> {
    let parsed = Telemetry::parse(signal, Bytes::from(body), &Limits::default()).expect("valid");
    Arc::new(Batch::unpaid(parsed.telemetry))
}

/// Leaves at once, one request at a time, so that scripts read in order.
fn plain() -> config::Queue {
    config::Queue {
        batch_timeout: config::Duration::from_millis(0),
        concurrency: 1,
        ..config::Queue::default()
    }
}

struct House {
    queue: QueueHandle,
    exporter: Arc<Scripted>,
    account: Arc<Account>,
    clock: Clock,
}

impl House {
    fn new(settings: &config::Queue, script: impl IntoIterator<Item = Act>, rest: Act) -> Self {
        // The queue's jitter is drawn on this very thread: the same every time.
        fastrand::seed(7);
        let exporter = Scripted::new(script, rest);
        let account = Arc::new(Account::default());
        let clock = Clock::start();
        let queue = Queue::start(
            "test",
            settings,
            exporter.clone(),
            Arc::clone(&account),
            clock,
        );
        House {
            queue,
            exporter,
            account,
            clock,
        }
    }

    async fn drain(&self, within_ms: u64) -> u64 {
        let undelivered = self
            .queue
            .drain(self.clock.now().mono + Duration::from_millis(within_ms))
            .await;
        assert_eq!(
            0,
            self.account.tally().held(),
            "received = passed + discarded"
        );
        undelivered
    }

    fn tally(&self) -> (u64, Vec<(Reason, u64)>) {
        let Tally {
            passed, discarded, ..
        } = self.account.tally();
        (passed, discarded)
    }
}

async fn ms(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

#[tokio::test(start_paused = true)]
async fn batches_wait_for_company_until_the_timeout() {
    let settings = config::Queue {
        batch_items: 100,
        batch_timeout: config::Duration::from_millis(200),
        ..plain()
    };
    let house = House::new(&settings, [], Act::Accept);
    house.queue.offer(spans(3));
    ms(100).await;
    house.queue.offer(spans(4));
    ms(50).await;
    assert!(house.exporter.seen().is_empty());
    ms(60).await;
    assert_eq!(vec![7], house.exporter.items());
    assert_eq!(0, house.drain(1_000).await);
    assert_eq!((7, vec![]), house.tally());
}

#[tokio::test(start_paused = true)]
async fn a_full_batch_leaves_at_once() {
    let settings = config::Queue {
        batch_items: 10,
        batch_timeout: config::Duration::from_secs(60),
        ..plain()
    };
    let house = House::new(&settings, [], Act::Accept);
    (0..5).for_each(|_| house.queue.offer(spans(4)));
    ms(1).await;
    assert_eq!(
        vec![12],
        house.exporter.items(),
        "the rest waits for company"
    );
    house.drain(1_000).await;
    assert_eq!(vec![12, 8], house.exporter.items());
}

#[tokio::test(start_paused = true)]
async fn signals_never_share_a_request() {
    let house = House::new(&plain(), [], Act::Accept);
    house.queue.offer(spans(2));
    house.queue.offer(points(3));
    house.drain(1_000).await;
    let signals: Vec<_> = house
        .exporter
        .seen()
        .into_iter()
        .map(|seen| (seen.signal, seen.items))
        .collect();
    assert_eq!(vec![(Signal::Traces, 2), (Signal::Metrics, 3)], signals);
}

#[tokio::test(start_paused = true)]
async fn a_request_over_the_batch_limit_is_split() {
    let one = spans(1).telemetry.encoded_len();
    let settings = config::Queue {
        batch_bytes: Size(one as u64 * 3),
        ..plain()
    };
    let house = House::new(&settings, [], Act::Accept);
    house.queue.offer(spans(8));
    house.drain(1_000).await;
    let items = house.exporter.items();
    assert_eq!(8, items.iter().sum::<u64>());
    assert!(items.iter().all(|items| *items <= 4), "{items:?}");
    assert_eq!((8, vec![]), house.tally());
}

#[tokio::test(start_paused = true)]
async fn what_a_destination_finds_too_large_is_split_down_to_single_items() {
    let house = House::new(&plain(), [], Act::TooLargeOver(2));
    house.queue.offer(spans(7));
    house.drain(1_000).await;
    assert_eq!((7, vec![]), house.tally());
    let house = House::new(&plain(), [], Act::TooLargeOver(0));
    house.queue.offer(spans(5));
    house.drain(1_000).await;
    assert_eq!((0, vec![(Reason::ItemTooLarge, 5)]), house.tally());
}

#[tokio::test(start_paused = true)]
async fn even_one_metric_is_split_by_its_points() {
    let metric = metrics_proto::Metric {
        name: "m".into(),
        data: Some(metrics_proto::metric::Data::Gauge(metrics_proto::Gauge {
            data_points: (1..=7).map(point).collect(),
        })),
        ..metrics_proto::Metric::default()
    };
    let house = House::new(&plain(), [], Act::TooLargeOver(2));
    house.queue.offer(one_scope(vec![metric]));
    house.drain(1_000).await;
    assert_eq!((7, vec![]), house.tally());
    assert!(
        house.exporter.items().ends_with(&[2]),
        "{:?}",
        house.exporter.items()
    );
}

#[tokio::test(start_paused = true)]
async fn a_refusal_for_good_is_counted_and_not_repeated() {
    let house = House::new(&plain(), [Act::Reject], Act::Accept);
    house.queue.offer(spans(5));
    house.drain(1_000).await;
    assert_eq!(vec![5], house.exporter.items());
    assert_eq!((0, vec![(Reason::PermanentError, 5)]), house.tally());
}

#[tokio::test(start_paused = true)]
async fn partial_success_is_counted_and_never_repeated() {
    let house = House::new(&plain(), [Act::Partial(2), Act::Partial(99)], Act::Accept);
    house.queue.offer(spans(5));
    ms(10).await;
    house.queue.offer(spans(3));
    house.drain(1_000).await;
    assert_eq!(vec![5, 3], house.exporter.items());
    assert_eq!(
        (3, vec![(Reason::PartialSuccess, 5)]),
        house.tally(),
        "never more than was sent"
    );
}

#[tokio::test(start_paused = true)]
async fn the_same_request_is_tried_until_it_is_taken() {
    let house = House::new(&plain(), vec![Act::Retry(None); 6], Act::Accept);
    house.queue.offer(spans(5));
    ms(120_000).await;
    assert_eq!(vec![5; 7], house.exporter.items());
    assert_eq!((5, vec![]), house.tally());
}

#[tokio::test(start_paused = true)]
async fn a_throttle_hint_is_a_minimum_and_has_a_maximum() {
    let settings = config::Queue {
        max_age: config::Duration::from_secs(3_600),
        ..plain()
    };
    for (hint, least, most) in [(7, 7, 9), (0, 0, 2), (1_000_000_000_000, 300, 302)] {
        let hint = Some(Duration::from_secs(hint));
        let house = House::new(&settings, [Act::Retry(hint)], Act::Accept);
        house.queue.offer(spans(1));
        ms(400_000).await;
        let waited = house.exporter.times()[1] / 1_000;
        assert!(
            (least..=most).contains(&waited),
            "{hint:?} waited {waited} s"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_destination_is_given_up_on_after_the_timeout_and_tried_again() {
    let settings = config::Queue {
        timeout: config::Duration::from_secs(10),
        ..plain()
    };
    let house = House::new(&settings, [Act::Hang], Act::Accept);
    house.queue.offer(spans(1));
    ms(30_000).await;
    let times = house.exporter.times();
    assert_eq!(2, times.len());
    assert!(times[1] >= 10_000, "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_too_old_is_discarded_with_its_reason() {
    let settings = config::Queue {
        max_age: config::Duration::from_secs(60),
        ..plain()
    };
    let house = House::new(&settings, [], Act::Retry(None));
    house.queue.offer(spans(5));
    ms(61_000).await;
    assert_eq!((0, vec![(Reason::MaxAge, 5)]), house.tally());
    assert!(
        (0.0..0.01).contains(&house.queue.fill()),
        "its bytes are free again"
    );
}

#[tokio::test(start_paused = true)]
async fn after_an_outage_one_request_tries_before_the_others() {
    let settings = config::Queue {
        concurrency: 8,
        batch_items: 1,
        ..plain()
    };
    let house = House::new(&settings, [], Act::Retry(None));
    (0..8).for_each(|_| house.queue.offer(spans(1)));
    ms(100_000).await;
    let attempts = house.exporter.seen().len();
    // Eight at first; then one probe per pause of up to 30 s, never eight again.
    assert!((9..40).contains(&attempts), "{attempts} attempts");
    let mut tail = house.exporter.times().split_off(8);
    tail.dedup();
    assert_eq!(attempts - 8, tail.len(), "probes go alone");
}

#[tokio::test(start_paused = true)]
async fn a_hint_holds_every_request_of_the_exporter() {
    let settings = config::Queue {
        concurrency: 4,
        batch_items: 1,
        ..plain()
    };
    let house = House::new(
        &settings,
        [Act::Retry(Some(Duration::from_secs(20)))],
        Act::Accept,
    );
    house.queue.offer(spans(1));
    ms(1_000).await;
    (0..3).for_each(|_| house.queue.offer(spans(1)));
    ms(18_000).await;
    assert_eq!(1, house.exporter.seen().len());
    ms(5_000).await;
    assert_eq!((4, vec![]), house.tally());
}

#[tokio::test(start_paused = true)]
async fn metrics_go_one_request_at_a_time_and_traces_side_by_side() {
    let settings = config::Queue {
        concurrency: 4,
        batch_items: 1,
        ..plain()
    };
    let house = House::new(&settings, [], Act::Slow(100));
    (1..=3).for_each(|count| house.queue.offer(points(count)));
    (0..3).for_each(|_| house.queue.offer(spans(1)));
    house.drain(10_000).await;
    let of = |signal| {
        let seen = house.exporter.seen();
        seen.iter()
            .filter(|seen| seen.signal == signal)
            .map(|seen| (seen.at_ms, seen.items))
            .collect::<Vec<_>>()
    };
    let metrics = of(Signal::Metrics);
    assert_eq!(
        vec![1, 2, 3],
        metrics.iter().map(|seen| seen.1).collect::<Vec<_>>(),
        "in order"
    );
    assert!(
        metrics.windows(2).all(|pair| pair[1].0 >= pair[0].0 + 100),
        "{metrics:?}"
    );
    assert_eq!(
        of(Signal::Traces)[0].0,
        of(Signal::Traces)[2].0,
        "three at once"
    );
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_follows_its_policy() {
    let batch = spans(4).telemetry.encoded_len() + BATCH_OVERHEAD;
    let check = async |policy, passed: u64, discarded: &[(Reason, u64)]| {
        let settings = config::Queue {
            max_bytes: Size(batch as u64 * 3),
            batch_items: 1,
            on_full: Some(policy),
            ..plain()
        };
        // The first one is in flight until the house closes, two fit beside it.
        let house = House::new(&settings, [Act::Slow(1_000)], Act::Accept);
        house.queue.offer(spans(4));
        ms(1).await;
        (0..4).for_each(|_| house.queue.offer(spans(4)));
        assert_eq!(policy != OnFull::Backpressure, house.queue.room(1));
        house.drain(10_000).await;
        assert_eq!((passed, discarded.to_vec()), house.tally(), "{policy:?}");
        assert!(house.queue.room(batch));
    };
    check(OnFull::Backpressure, 20, &[]).await;
    check(OnFull::DropOldest, 12, &[(Reason::DropOldest, 8)]).await;
    check(OnFull::DropNewest, 12, &[(Reason::QueueFull, 8)]).await;
}

#[tokio::test(start_paused = true)]
async fn a_dead_exporter_does_not_slow_its_neighbour() {
    let settings = config::Queue {
        batch_items: 1,
        ..plain()
    };
    let dead = House::new(&settings, [], Act::Hang);
    let alive = House::new(&settings, [], Act::Slow(10));
    for _ in 0..50 {
        let batch = spans(2);
        dead.queue.offer(Arc::clone(&batch));
        alive.queue.offer(batch);
    }
    ms(510).await;
    assert_eq!((100, vec![]), alive.tally());
    assert_eq!(100, dead.drain(100).await);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_counts_what_is_left() {
    let settings = config::Queue {
        batch_items: 1,
        ..plain()
    };
    let house = House::new(&settings, [Act::Accept], Act::Hang);
    (0..4).for_each(|_| house.queue.offer(spans(3)));
    ms(5).await;
    assert_eq!(9, house.drain(500).await);
    assert_eq!((3, vec![(Reason::ShutdownDeadline, 9)]), house.tally());
    house.queue.offer(spans(2));
    assert_eq!(
        (
            3,
            vec![(Reason::Shutdown, 2), (Reason::ShutdownDeadline, 9)]
        ),
        house.tally()
    );
}

#[tokio::test(start_paused = true)]
async fn closing_tries_once_more_at_once() {
    let long = Some(Duration::from_secs(250));
    let house = House::new(&plain(), [Act::Retry(long)], Act::Accept);
    house.queue.offer(spans(3));
    ms(1_000).await;
    assert_eq!(0, house.drain(500).await);
    assert_eq!((3, vec![]), house.tally());
}

#[tokio::test(start_paused = true)]
async fn a_panicking_exporter_costs_its_request_only() {
    let settings = config::Queue {
        batch_items: 1,
        ..plain()
    };
    let house = House::new(&settings, [Act::Panic], Act::Accept);
    house.queue.offer(spans(3));
    house.queue.offer(spans(2));
    house.drain(1_000).await;
    assert_eq!((2, vec![(Reason::Panicked, 3)]), house.tally());
}

#[tokio::test(start_paused = true)]
async fn a_receipt_is_given_back_when_the_request_is_done() {
    let given_back = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let flag = Arc::clone(&given_back);
    let receipt = crate::component::Receipt::new(move || {
        flag.store(true, std::sync::atomic::Ordering::SeqCst);
    });
    let batch = Arc::into_inner(spans(1)).expect("the only holder");
    let house = House::new(&plain(), [], Act::Slow(100));
    house.queue.offer(Arc::new(Batch {
        receipts: vec![Arc::new(receipt)],
        ..batch
    }));
    ms(50).await;
    assert!(!given_back.load(std::sync::atomic::Ordering::SeqCst));
    ms(60).await;
    assert!(given_back.load(std::sync::atomic::Ordering::SeqCst));
}

#[test]
fn pauses_double_with_full_jitter_up_to_the_cap() {
    let settings = config::Queue::default();
    let check = |attempt, random, ms| {
        let got = backoff::pause(&settings, attempt, None, random);
        assert_eq!(
            Duration::from_millis(ms),
            got,
            "attempt {attempt}, random {random}"
        );
    };
    check(0, 1.0, 1_000);
    check(0, 0.5, 500);
    check(3, 1.0, 8_000);
    check(5, 1.0, 30_000);
    check(4_000_000_000, 1.0, 30_000);
    check(7, 0.0, 0);
    let mean = (0..1_000)
        .map(|n| backoff::pause(&settings, 9, None, f64::from(n) / 1_000.0))
        .sum::<Duration>();
    assert!(
        (14_500..15_500).contains(&(mean / 1_000).as_millis()),
        "uniform over 0..30 s"
    );
}

#[test]
fn retries_are_at_most_a_fifth_of_the_traffic() {
    let budget = backoff::Budget::new();
    let now = Duration::from_secs(1_000);
    while budget.withdraw(now) {}
    let granted = (0..10_000)
        .filter(|_| {
            budget.deposit();
            budget.withdraw(now)
        })
        .count();
    assert_eq!(2_000, granted);
}

#[test]
fn the_same_complaint_is_heard_once_a_minute() {
    let whisper = whisper::Whisper::default();
    let at = Duration::from_secs;
    assert_eq!(Some(("a b".into(), 0)), whisper.say("a\nb", at(0)));
    assert_eq!(None, whisper.say("a\nb", at(59)));
    assert_eq!(Some(("a b".into(), 1)), whisper.say("a\nb", at(60)));
    assert_eq!(
        512,
        whisper
            .say(&"x".repeat(10_000), at(60))
            .map_or(0, |said| said.0.len())
    );
    let heard = (0..10_000)
        .filter(|n| whisper.say(&n.to_string(), at(61)).is_some())
        .count();
    assert_eq!(
        62, heard,
        "a destination that never says the same twice is bounded too"
    );
}
