//! Exporters on this machine: files behind a queue, and the scrape endpoint over a socket.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::time::Duration;

use tollgate::component::{Context, Reason, Stop};
use tollgate::otlp::{Limits, Signal, Telemetry};

use super::rig::{Rig, build, spans};

#[tokio::test]
async fn a_drained_file_holds_every_item() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("out.jsonl");
    let rig = Rig::new("file", &format!("path = {path:?}"));
    (0..10).for_each(|_| rig.offer(spans(7, 10)));
    assert_eq!(0, rig.drain().await);
    let text = std::fs::read_to_string(&path).expect("written");
    let items = |line: &str| {
        let read = Telemetry::parse_json(Signal::Traces, line.as_bytes(), &Limits::default());
        read.expect("strict OTLP/JSON").telemetry.items()
    };
    assert_eq!(70, text.lines().map(items).sum::<usize>());
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_tried_again_until_it_can() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("out.jsonl");
    symlink("/dev/full", &path).expect("linked");
    let rig = Rig::new("file", &format!("path = {path:?}"));
    rig.offer(spans(3, 10));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(3, rig.account.tally().held());
    std::fs::remove_file(&path).expect("removed");
    assert_eq!((3, vec![]), rig.settled().await);
}

#[tokio::test]
async fn a_file_that_can_never_be_written_is_given_up_with_its_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = format!("path = {:?}", folder.path());
    let rig = Rig::with("file", &table, |queue| {
        queue.max_age = tollgate::config::Duration::from_millis(100);
    });
    rig.offer(spans(3, 10));
    assert_eq!((0, vec![(Reason::MaxAge, 3)]), rig.settled().await);
}

/// The head and body of an answer on a connection of its own.
fn ask(address: SocketAddr, request: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(address).expect("listening");
    write!(
        stream,
        "{request}\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    .expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("answered");
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("a head");
    let body = answer.split_off(end + 4);
    (
        String::from_utf8(answer).expect("text").to_lowercase(),
        body,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scrape_endpoint_speaks_http_and_stops_when_told() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("bound");
    drop(free);
    let mut context = Context::bare("prometheus");
    let (_exporter, _) = build(
        "prometheus",
        &format!("listen = \"{address}\""),
        &mut context,
    );
    let stop = Stop::new();
    let serving = tokio::spawn((context.background.remove(0))(stop.clone()));
    let asking = move || {
        let (head, body) = ask(address, "GET /metrics HTTP/1.1");
        assert!(
            head.starts_with("http/1.1 200") && head.contains("text/plain; version=0.0.4"),
            "{head}"
        );
        assert!(body.is_empty());
        let open = "GET /metrics HTTP/1.1\r\nAccept: application/openmetrics-text";
        let (head, body) = ask(address, open);
        assert!(
            head.contains("application/openmetrics-text; version=1.0.0"),
            "{head}"
        );
        assert_eq!("# EOF\n", String::from_utf8_lossy(&body));
        let (head, body) = ask(address, &format!("{open}\r\nAccept-Encoding: gzip"));
        assert!(head.contains("content-encoding: gzip"), "{head}");
        let mut plain = String::new();
        flate2::read::GzDecoder::new(&*body)
            .read_to_string(&mut plain)
            .expect("gzip");
        assert_eq!("# EOF\n", plain);
        for (request, status) in [
            ("HEAD /metrics HTTP/1.1", "200"),
            ("GET /elsewhere HTTP/1.1", "404"),
            ("POST /metrics HTTP/1.1\r\nContent-Length: 0", "405"),
        ] {
            let (head, _) = ask(address, request);
            assert!(
                head.starts_with(&format!("http/1.1 {status}")),
                "{request}: {head}"
            );
        }
    };
    tokio::task::spawn_blocking(asking).await.expect("answered");
    stop.cancel();
    serving.await.expect("it ends");
    assert!(
        TcpStream::connect(address).is_err(),
        "the port is free again"
    );
}

#[tokio::test]
async fn a_taken_address_is_a_fault_at_start() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let table = format!("listen = \"{}\"", taken.local_addr().expect("bound"));
    let entry = tollgate::exporters::ALL
        .iter()
        .find(|entry| entry.name == "prometheus");
    let built = (entry.expect("registered").read)(&tollgate::config::Table::of(&table));
    let Ok(tollgate::component::Built::Exporter(make, _)) = built else {
        panic!("readable")
    };
    let fault = make(&mut Context::bare("prometheus"))
        .err()
        .expect("refused");
    assert_eq!("listen", fault.key);
}
