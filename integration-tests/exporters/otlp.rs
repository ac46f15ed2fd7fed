//! The OTLP exporter's retry table and manners, at a destination that follows a script.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tollgate::component::Reason;
use tonic_types::{ErrorDetails, StatusExt};

use super::fake::{Answer, Fake, Reply};
use super::rig::{Rig, eventually, spans};

const RETRYABLE_CODES: &[u32] = &[1, 4, 10, 11, 14, 15];
const RETRYABLE_STATUSES: &[u16] = &[429, 502, 503, 504];

fn table(protocol: &str, fake: &Fake) -> String {
    format!(
        "endpoint = \"http://{}\"\nprotocol = \"{protocol}\"",
        fake.address
    )
}

/// Answers `first` once and success ever after.
async fn after(first: Reply, protocol: &str) -> (Fake, Rig) {
    let good = if protocol == "grpc" {
        Reply::grpc(0)
    } else {
        Reply::http(200)
    };
    let fake = Fake::start(move |n| if n == 0 { first.clone() } else { good.clone() }).await;
    let rig = Rig::new("otlp", &table(protocol, &fake));
    rig.offer(spans(3, 8));
    (fake, rig)
}

async fn check_verdict(first: Reply, protocol: &str, retried: bool, what: &str) {
    let (fake, rig) = after(first, protocol).await;
    let (attempts, passed, discarded) = if retried {
        (2, 3, vec![])
    } else {
        (1, 0, vec![(Reason::PermanentError, 3)])
    };
    assert_eq!((passed, discarded), rig.settled().await, "{what}");
    assert_eq!(attempts, fake.seen().len(), "{what}");
}

#[tokio::test]
async fn every_grpc_code_follows_the_table() {
    for code in 1..=16 {
        let retried = RETRYABLE_CODES.contains(&code);
        check_verdict(Reply::grpc(code), "grpc", retried, &format!("code {code}")).await;
        let head = Reply::grpc_trailers_only(code);
        check_verdict(head, "grpc", retried, &format!("code {code} in the head")).await;
    }
    let (_fake, rig) = after(Reply::grpc(0), "grpc").await;
    assert_eq!((3, vec![]), rig.settled().await, "code 0 is success");
    check_verdict(Reply::grpc(17), "grpc", false, "a code that does not exist").await;
    check_verdict(
        Reply::grpc(u32::MAX),
        "grpc",
        false,
        "a code that cannot exist",
    )
    .await;
}

#[tokio::test]
async fn exhaustion_is_retried_only_if_the_destination_says_when() {
    let details = ErrorDetails::with_retry_info(Some(Duration::from_millis(50)));
    let status = tonic::Status::with_error_details(tonic::Code::ResourceExhausted, "busy", details);
    let details = ("grpc-status-details-bin", STANDARD.encode(status.details()));
    let told = Reply::grpc_with(8, vec![], std::slice::from_ref(&details));
    check_verdict(told, "grpc", true, "with RetryInfo").await;
    check_verdict(Reply::grpc(8), "grpc", false, "without").await;
    let junk = ("grpc-status-details-bin", "AAAA!!!!".to_owned());
    check_verdict(
        Reply::grpc_with(8, vec![], &[junk]),
        "grpc",
        false,
        "with junk",
    )
    .await;
    let empty = ("grpc-status-details-bin", String::new());
    check_verdict(
        Reply::grpc_with(14, vec![], &[empty]),
        "grpc",
        true,
        "unavailable",
    )
    .await;
}

#[tokio::test]
async fn every_http_status_follows_the_table() {
    let sweep = (200..600).filter(|status| *status < 300 || *status % 10 < 7 || *status >= 500);
    for status in sweep {
        if (200..300).contains(&status) {
            let (fake, rig) = after(Reply::http(status), "http").await;
            assert_eq!((3, vec![]), rig.settled().await, "status {status}");
            assert_eq!(1, fake.seen().len());
            continue;
        }
        let retried = RETRYABLE_STATUSES.contains(&status);
        check_verdict(
            Reply::http(status),
            "http",
            retried,
            &format!("status {status}"),
        )
        .await;
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Fake::start(|_| Reply::http(200)).await;
    for status in [301, 302, 303, 307, 308] {
        let location = (
            "location",
            format!("http://{}/v1/traces", elsewhere.address),
        );
        let reply = Reply::Answer(Answer {
            status,
            headers: vec![location],
            ..Answer::default()
        });
        check_verdict(reply, "http", false, &format!("status {status}")).await;
    }
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn a_proxy_without_grpc_is_understood_by_its_http_status() {
    for (status, retried) in [
        (400, false),
        (401, false),
        (404, false),
        (429, true),
        (502, true),
        (503, true),
        (504, true),
        (500, false),
    ] {
        check_verdict(
            Reply::http(status),
            "grpc",
            retried,
            &format!("status {status}"),
        )
        .await;
    }
    check_verdict(
        Reply::http(200),
        "grpc",
        true,
        "200 and nothing more: the connection was cut",
    )
    .await;
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "an HTTP date is of the real day")]
async fn throttle_hints_are_waited_for() {
    // A date has whole seconds, so the wait is one second at least.
    let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(2));
    let hints = [
        (soon, 0.9),
        ("1".to_owned(), 1.0),
        ("-5".to_owned(), 0.0),
        ("junk".to_owned(), 0.0),
    ];
    for (hint, least) in hints {
        let reply = Answer {
            status: 503,
            headers: vec![("retry-after", hint.clone())],
            ..Answer::default()
        };
        let started = tokio::time::Instant::now();
        check_verdict(Reply::Answer(reply), "http", true, &hint).await;
        let waited = started.elapsed().as_secs_f64();
        assert!(
            (least..least + 3.0).contains(&waited),
            "{hint}: waited {waited} s"
        );
    }
}

#[tokio::test]
async fn partial_success_is_counted_and_not_repeated() {
    let partial = |rejected_spans| {
        let partial_success = Some(ExportTracePartialSuccess {
            rejected_spans,
            error_message: "two were bad".into(),
        });
        ExportTraceServiceResponse { partial_success }.encode_to_vec()
    };
    let framed = |message: Vec<u8>| [vec![0, 0, 0, 0, message.len() as u8], message].concat();
    for (rejected, discarded) in [
        (2, vec![(Reason::PartialSuccess, 2)]),
        (0, vec![]),
        (-7, vec![]),
    ] {
        let http = Reply::Answer(Answer {
            status: 200,
            body: partial(rejected),
            ..Answer::default()
        });
        let grpc = Reply::grpc_with(0, framed(partial(rejected)), &[]);
        for (reply, protocol) in [(http, "http"), (grpc, "grpc")] {
            let (fake, rig) = after(reply, protocol).await;
            let passed = 3 - discarded.iter().map(|(_, items)| items).sum::<u64>();
            assert_eq!(
                (passed, discarded.clone()),
                rig.settled().await,
                "{protocol} {rejected}"
            );
            assert_eq!(1, fake.seen().len());
        }
    }
}

#[tokio::test]
async fn a_success_with_an_unreadable_body_is_a_success() {
    let http = Reply::Answer(Answer {
        status: 200,
        body: b"<html>".to_vec(),
        ..Answer::default()
    });
    let compressed = Reply::grpc_with(0, vec![1, 0, 0, 0, 1, 7], &[]);
    for (reply, protocol) in [
        (http, "http"),
        (compressed, "grpc"),
        (Reply::grpc_with(0, vec![], &[]), "grpc"),
    ] {
        let (fake, rig) = after(reply, protocol).await;
        assert_eq!((3, vec![]), rig.settled().await);
        assert_eq!(1, fake.seen().len());
    }
}

#[tokio::test]
async fn an_endless_answer_is_cut_off_and_counted() {
    for protocol in ["http", "grpc"] {
        check_verdict(Reply::Endless, protocol, false, protocol).await;
    }
}

#[tokio::test]
async fn a_cut_connection_means_the_same_request_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let reply = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    let attempts = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&attempts);
    // Every attempt gets one byte more of the answer before the connection is cut.
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = vec![0; 4096];
            while stream.read(&mut head).await.is_ok_and(|n| n == head.len()) {}
            let bytes = counted.fetch_add(1, Ordering::SeqCst);
            let part = &reply.as_bytes()[..bytes.min(reply.len())];
            stream
                .write_all(part)
                .await
                .expect("the client is still there");
        }
    });
    let table = format!("endpoint = \"http://{address}\"\nprotocol = \"http\"");
    let rig = Rig::with("otlp", &table, |queue| {
        queue.retry_max = queue.retry_initial;
    });
    rig.offer(spans(3, 8));
    assert_eq!((3, vec![]), rig.settled().await);
    assert_eq!(
        reply.len() + 1,
        attempts.load(Ordering::SeqCst),
        "one per byte, then success"
    );
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    for (protocol, good) in [("grpc", Reply::grpc(0)), ("http", Reply::http(200))] {
        let fake = Fake::start(move |_| good.clone()).await;
        let rig = Rig::with("otlp", &table(protocol, &fake), |queue| {
            queue.batch_items = 1;
            queue.concurrency = 1;
        });
        for _ in 0..10 {
            rig.offer(spans(1, 8));
        }
        assert_eq!((10, vec![]), rig.settled().await);
        assert_eq!((10, 1), (fake.seen().len(), fake.accepted()), "{protocol}");
    }
}

#[tokio::test]
async fn bodies_carry_what_their_headers_say() {
    for compression in ["none", "gzip", "zstd"] {
        for protocol in ["grpc", "http"] {
            let good = if protocol == "grpc" {
                Reply::grpc(0)
            } else {
                Reply::http(200)
            };
            let fake = Fake::start(move |_| good.clone()).await;
            let table = format!(
                "{}\ncompression = \"{compression}\"\nheaders = {{ x-key = \"s3cret\" }}",
                table(protocol, &fake)
            );
            let rig = Rig::new("otlp", &table);
            // Large enough for the blocking pool as well.
            rig.offer(spans(100, 2_000));
            assert_eq!((100, vec![]), rig.settled().await);
            let got = fake.seen().remove(0);
            assert_eq!("s3cret", got.headers["x-key"]);
            let (path, kind, encoding, message) = match protocol {
                "grpc" => {
                    let (frame, message) = got.body.split_at(5);
                    assert_eq!(u8::from(compression != "none"), frame[0]);
                    assert_eq!(
                        message.len(),
                        u32::from_be_bytes([frame[1], frame[2], frame[3], frame[4]]) as usize
                    );
                    let path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
                    (path, "application/grpc", "grpc-encoding", message)
                }
                _ => (
                    "/v1/traces",
                    "application/x-protobuf",
                    "content-encoding",
                    &got.body[..],
                ),
            };
            assert_eq!(path, got.path);
            assert_eq!(kind, got.headers["content-type"]);
            let plain = match got
                .headers
                .get(encoding)
                .map(|value| value.to_str().expect("text"))
            {
                None => message.to_vec(),
                Some("gzip") => {
                    let mut plain = Vec::new();
                    flate2::read::GzDecoder::new(message)
                        .read_to_end(&mut plain)
                        .expect("gzip");
                    plain
                }
                Some(other) => {
                    assert_eq!("zstd", other);
                    zstd::decode_all(message).expect("zstd")
                }
            };
            let request = ExportTraceServiceRequest::decode(&*plain).expect("an OTLP request");
            assert_eq!(
                100,
                request
                    .resource_spans
                    .iter()
                    .flat_map(|r| &r.scope_spans)
                    .map(|s| s.spans.len())
                    .sum::<usize>()
            );
        }
    }
}

#[tokio::test]
async fn a_request_over_the_limit_is_split_and_a_single_span_over_it_is_counted() {
    let fake = Fake::start(|_| Reply::grpc(0)).await;
    let table = format!("{}\nmax_request = \"1 MiB\"", table("grpc", &fake));
    let rig = Rig::with("otlp", &table, |queue| {
        queue.batch_bytes = tollgate::config::Size::mib(64);
    });
    rig.offer(spans(30, 100_000));
    assert_eq!((30, vec![]), rig.settled().await);
    let seen = fake.seen();
    assert!(
        seen.len() >= 3 && seen.iter().all(|got| got.body.len() <= 1 << 20),
        "{}",
        seen.len()
    );
    rig.offer(spans(1, 2 << 20));
    assert_eq!((30, vec![(Reason::ItemTooLarge, 1)]), rig.settled().await);
}

#[tokio::test]
async fn a_size_limit_told_as_out_of_range_is_not_repeated_for_ever() {
    let words = "Error,%20decoded%20message%20length%20too%20large:%20found%209%20bytes".to_owned();
    let fake = Fake::start(move |n| match n {
        0 => Reply::grpc_with(11, vec![], &[("grpc-message", words.clone())]),
        _ => Reply::grpc(0),
    })
    .await;
    let rig = Rig::new("otlp", &table("grpc", &fake));
    rig.offer(spans(4, 8));
    assert_eq!((4, vec![]), rig.settled().await);
    assert_eq!(3, fake.seen().len(), "once whole, twice half");
}

#[tokio::test]
async fn a_destination_that_comes_back_gets_everything() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let table = format!("endpoint = \"http://{address}\"\nprotocol = \"http\"");
    let rig = Rig::with("otlp", &table, |queue| queue.batch_items = 1);
    (0..20).for_each(|_| rig.offer(spans(2, 8)));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(40, rig.account.tally().held());
    let listener = TcpListener::bind(address).await.expect("still free");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = vec![0; 4096];
                while stream.read(&mut buffer).await.is_ok_and(|n| n > 0) {
                    let reply = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                    stream
                        .write_all(reply)
                        .await
                        .expect("the client is still there");
                }
            });
        }
    });
    assert_eq!((40, vec![]), rig.settled().await);
}

#[tokio::test]
async fn a_dead_destination_does_not_slow_its_neighbour() {
    let dead = Fake::start(|_| Reply::Hang).await;
    let alive = Fake::start(|_| Reply::grpc(0)).await;
    let [dead_rig, alive_rig] = [&dead, &alive]
        .map(|fake| Rig::with("otlp", &table("grpc", fake), |queue| queue.batch_items = 1));
    let batch = spans(5, 100);
    for _ in 0..200 {
        dead_rig.offer(batch.clone());
        alive_rig.offer(batch.clone());
    }
    assert_eq!((1_000, vec![]), alive_rig.settled().await);
    assert_eq!(1_000, dead_rig.account.tally().held());
    let now = dead_rig.context.clock.now().mono;
    assert_eq!(
        1_000,
        dead_rig.queue.drain(now + Duration::from_millis(50)).await
    );
    assert_eq!(0, dead_rig.account.tally().held());
}

#[tokio::test]
async fn many_requests_are_in_flight_at_a_distant_destination() {
    let fake = Fake::start(|_| Reply::Hang).await;
    let rig = Rig::with("otlp", &table("grpc", &fake), |queue| {
        queue.batch_items = 1;
        queue.concurrency = 6;
    });
    (0..20).for_each(|_| rig.offer(spans(1, 8)));
    eventually(|| fake.seen().len() == 6).await;
    assert_eq!(1, fake.accepted(), "on one connection");
}
