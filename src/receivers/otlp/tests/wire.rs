//! Whole requests over real sockets.

use std::time::Duration;

use http::uri::PathAndQuery;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::Code;
use tonic::codec::CompressionEncoding::{Gzip, Zstd};
use tonic::transport::{Channel, Endpoint};
use tonic_types::StatusExt;

use super::rig::{BAD_ID, JSON, Memory, PROTOBUF, Rig, TRACES};
use crate::component::Reason;
use crate::otlp::Signal;

const ROOM: usize = 64 << 20;

async fn traces(rig: &Rig) -> TraceServiceClient<Channel> {
    TraceServiceClient::connect(format!("http://{}", rig.grpc))
        .await
        .unwrap()
}

fn request(bytes: &[u8]) -> ExportTraceServiceRequest {
    ExportTraceServiceRequest::decode(bytes).unwrap()
}

#[tokio::test]
async fn a_request_arrives_by_every_way_and_nothing_else_is_held() {
    let rig = Rig::start("", Memory::of(ROOM)).await;
    let mut client = traces(&rig).await;
    for answer in [
        client.export(request(TRACES)).await,
        client
            .clone()
            .send_compressed(Gzip)
            .export(request(TRACES))
            .await,
        client
            .clone()
            .send_compressed(Zstd)
            .export(request(TRACES))
            .await,
    ] {
        assert_eq!(answer.unwrap().into_inner().partial_success, None);
    }
    let answer = rig.post("/v1/traces", PROTOBUF, TRACES).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let answer = rig
        .post("/v1/traces", "Content-Type: application/json\r\n", JSON)
        .await;
    assert!(answer.ends_with("{}"), "{answer}");
    assert_eq!(
        rig.memory.items.load(std::sync::atomic::Ordering::SeqCst),
        5
    );
    rig.memory.held.lock().unwrap().clear();
    assert_eq!(rig.memory.free(), ROOM);
    rig.stop().await;
}

#[tokio::test]
async fn what_is_invalid_is_counted_once_and_told() {
    let rig = Rig::start("", Memory::of(ROOM)).await;
    let answer = traces(&rig)
        .await
        .export(request(BAD_ID))
        .await
        .unwrap()
        .into_inner();
    let partial = answer.partial_success.unwrap();
    assert_eq!(partial.rejected_spans, 1);
    assert!(!partial.error_message.is_empty());
    let refused = rig.memory.refused.lock().unwrap().clone();
    assert_eq!(refused, [(Signal::Traces, Reason::InvalidId, 1)]);
    rig.memory.held.lock().unwrap().clear();
    assert_eq!(rig.memory.free(), ROOM);
    rig.stop().await;
}

#[tokio::test]
async fn a_full_house_says_when_to_come_back_before_it_reads() {
    let rig = Rig::start("", Memory::of(0)).await;
    let status = traces(&rig)
        .await
        .export(request(TRACES))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    let wait = status
        .get_details_retry_info()
        .unwrap()
        .retry_delay
        .unwrap();
    assert!((1..=5).contains(&wait.as_secs()), "{wait:?}");

    let head = "POST /v1/traces HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    // The body never comes: the answer does not wait for it, nor does it ask for it.
    for more in [
        "Content-Length: 100\r\n",
        "Content-Length: 100\r\nExpect: 100-continue\r\n",
    ] {
        let mut stream = TcpStream::connect(rig.http).await.unwrap();
        let head = format!("{head}{PROTOBUF}{more}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 1000];
        let len = stream.read(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer[..len]).to_lowercase();
        assert!(answer.starts_with("http/1.1 503"), "{answer}");
        assert!(answer.contains("retry-after: "), "{answer}");
    }
    rig.stop().await;
}

#[tokio::test]
async fn permission_to_send_follows_admission() {
    let rig = Rig::start("", Memory::of(ROOM)).await;
    let mut stream = TcpStream::connect(rig.http).await.unwrap();
    let head = format!(
        "POST /v1/traces HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n{PROTOBUF}Content-Length: {}\r\n\r\n",
        TRACES.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut go = [0; 25];
    stream.read_exact(&mut go).await.unwrap();
    assert_eq!(&go, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(TRACES).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    rig.stop().await;
}

#[tokio::test]
async fn over_the_limit_is_final_on_both_ways() {
    let rig = Rig::start("limits.request = 1000", Memory::of(ROOM)).await;
    let mut large = request(TRACES);
    large.resource_spans[0].schema_url = "x".repeat(2000);
    for client in [traces(&rig).await, traces(&rig).await.send_compressed(Gzip)] {
        let status = client.clone().export(large.clone()).await.unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert!(status.get_details_retry_info().is_none());
    }
    let answer = rig
        .post("/v1/traces", PROTOBUF, &large.encode_to_vec())
        .await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    rig.stop().await;
}

#[tokio::test]
async fn a_signal_without_a_pipeline_is_said_to_have_none() {
    let rig = Rig::start("", Memory::of(ROOM)).await;
    let address = format!("http://{}", rig.grpc);
    let mut metrics = MetricsServiceClient::connect(address.clone())
        .await
        .unwrap();
    let status = metrics
        .export(ExportMetricsServiceRequest::default())
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    let answer = rig.post("/v1/metrics", PROTOBUF, b"").await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    let mut logs = LogsServiceClient::connect(address).await.unwrap();
    logs.export(ExportLogsServiceRequest::default())
        .await
        .unwrap();
    rig.stop().await;
}

#[tokio::test]
async fn a_token_is_asked_for_before_anything_else() {
    let rig = Rig::start("auth.tokens = [\"s3cret\"]", Memory::of(ROOM)).await;
    let answer = rig.post("/v1/traces", PROTOBUF, TRACES).await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(answer.contains("www-authenticate: Bearer"), "{answer}");
    let token = format!("{PROTOBUF}Authorization: Bearer s3cret\r\n");
    let answer = rig.post("/v1/traces", &token, TRACES).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let mut client = traces(&rig).await;
    let status = client.export(request(TRACES)).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    let mut known = tonic::Request::new(request(TRACES));
    known
        .metadata_mut()
        .insert("authorization", "Bearer s3cret".parse().unwrap());
    client.export(known).await.unwrap();
    rig.stop().await;
}

#[tokio::test]
async fn a_slow_body_is_cut_off() {
    let settings = "timeouts.body = \"50ms\"\ntimeouts.body_rate = \"1 MB\"";
    let rig = Rig::start(settings, Memory::of(ROOM)).await;
    let head = format!(
        "POST /v1/traces HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{PROTOBUF}Content-Length: 100\r\n\r\n\x0a"
    );
    let answer = rig.say(head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert_eq!(rig.memory.free(), ROOM);
    rig.stop().await;
}

#[tokio::test]
async fn many_streams_of_many_connections_are_served_side_by_side() {
    let rig = Rig::start("", Memory::of(ROOM)).await;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let client = traces(&rig).await;
        for _ in 0..100 {
            let mut client = client.clone();
            calls.spawn(async move { client.export(request(TRACES)).await.is_ok() });
        }
    }
    assert!(calls.join_all().await.into_iter().all(|ok| ok));
    assert_eq!(
        rig.memory.items.load(std::sync::atomic::Ordering::SeqCst),
        400
    );
    rig.stop().await;
}

/// `HealthCheckRequest` and `HealthCheckResponse`.
#[derive(Clone, PartialEq, prost::Message)]
struct Ask {
    #[prost(string, tag = "1")]
    service: String,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Health {
    #[prost(int32, tag = "1")]
    status: i32,
}

async fn health_client(rig: &Rig) -> tonic::client::Grpc<Channel> {
    let address = format!("http://{}", rig.grpc);
    let channel = Endpoint::from_shared(address)
        .unwrap()
        .connect()
        .await
        .unwrap();
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.unwrap();
    client
}

fn ask(service: &str) -> tonic::Request<Ask> {
    tonic::Request::new(Ask {
        service: service.to_owned(),
    })
}

type Codec = tonic_prost::ProstCodec<Ask, Health>;

#[tokio::test]
async fn health_is_told_and_watched() {
    let rig = Rig::start("auth.tokens = [\"s3cret\"]", Memory::of(0)).await;
    let check = PathAndQuery::from_static("/grpc.health.v1.Health/Check");
    for (service, status) in [("", Some(1)), ("nobody", None)] {
        let mut client = health_client(&rig).await;
        let answer = client
            .unary(ask(service), check.clone(), Codec::default())
            .await;
        let told = answer.map(|answer| answer.into_inner().status);
        assert_eq!(told.as_ref().ok(), status.as_ref());
        assert!(told.is_ok() || told.unwrap_err().code() == Code::NotFound);
    }
    let watch = PathAndQuery::from_static("/grpc.health.v1.Health/Watch");
    let mut client = health_client(&rig).await;
    let answer = client
        .server_streaming(ask(""), watch, Codec::default())
        .await;
    let mut stream = answer.unwrap().into_inner();
    assert_eq!(stream.message().await.unwrap().unwrap().status, 1);
    rig.stop.cancel();
    assert_eq!(stream.message().await.unwrap().unwrap().status, 2);
    assert_eq!(stream.message().await.unwrap(), None);
    rig.stop().await;
}

#[tokio::test]
async fn whoever_is_in_service_at_the_stop_is_answered() {
    let rig = Rig::start("", Memory::of(ROOM)).await;
    let mut stream = TcpStream::connect(rig.http).await.unwrap();
    let head = format!(
        "POST /v1/traces HTTP/1.1\r\nHost: x\r\n{PROTOBUF}Content-Length: {}\r\n\r\n",
        TRACES.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&TRACES[..10]).await.unwrap();
    while rig.memory.asked.load(std::sync::atomic::Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let stopping = tokio::spawn(rig.stop());
    stream.write_all(&TRACES[10..]).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    tokio::time::timeout(Duration::from_secs(5), stopping)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn what_hyper_refuses_by_itself_still_carries_a_status() {
    let rig = Rig::start("", Memory::of(ROOM)).await;
    let long = format!("X: {}\r\n", "a".repeat(100_000));
    for (media, starts) in [
        ("application/json", "{"),
        ("application/x-protobuf", "\u{8}\u{8}"),
    ] {
        let media = format!("Content-Type: {media}\r\n");
        let answer = rig.post("/v1/traces", &format!("{media}{long}"), b"").await;
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
        assert!(
            answer.to_lowercase().contains(media.to_lowercase().trim()),
            "{answer}"
        );
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(body.starts_with(starts), "{answer}");
    }
    rig.stop().await;
}

#[tokio::test]
async fn a_page_may_send_if_its_origin_is_named_and_no_other() {
    let settings = "cors.allowed_origins = [\"https://*.example.com\"]\n\
                    cors.allowed_headers = [\"x-team\"]\n\
                    auth.tokens = [\"secret\"]";
    let rig = Rig::start(settings, Memory::of(ROOM)).await;
    let preflight = |origin: &str| {
        format!(
            "OPTIONS /v1/traces HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: {origin}\r\n\
             Access-Control-Request-Method: POST\r\n\
             Access-Control-Request-Headers: content-type,x-team\r\n\r\n"
        )
    };
    let named = rig
        .say(preflight("https://app.example.com").as_bytes())
        .await;
    for line in [
        "HTTP/1.1 200 OK\r\n",
        "access-control-allow-origin: https://app.example.com\r\n",
        "access-control-allow-methods: POST\r\n",
        "access-control-allow-headers: content-type,content-encoding,authorization,x-team\r\n",
        "access-control-max-age: 600\r\n",
    ] {
        assert!(named.contains(line), "{line}{named}");
    }
    let stranger = rig.say(preflight("https://evil.org").as_bytes()).await;
    assert!(!stranger.contains("allow-origin"), "{stranger}");

    let head = format!("{PROTOBUF}Origin: https://app.example.com\r\n");
    let refused = rig.post("/v1/traces", &head, TRACES).await;
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
    assert!(refused.contains("access-control-allow-origin: https://app.example.com"));
    let head = format!("{head}Authorization: Bearer secret\r\n");
    let taken = rig.post("/v1/traces", &head, TRACES).await;
    assert!(taken.starts_with("HTTP/1.1 200"), "{taken}");
    assert!(taken.contains("access-control-allow-origin: https://app.example.com"));
    rig.stop().await;
}

#[tokio::test]
async fn without_the_table_browsers_are_told_nothing() {
    let rig = Rig::start("", Memory::of(ROOM)).await;
    let head = format!("{PROTOBUF}Origin: https://app.example.com\r\n");
    let taken = rig.post("/v1/traces", &head, TRACES).await;
    assert!(taken.starts_with("HTTP/1.1 200"), "{taken}");
    assert!(!taken.contains("access-control"), "{taken}");
    rig.stop().await;
}
