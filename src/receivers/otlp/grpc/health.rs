//! `grpc.health.v1`: serving until the stop, for probes and load balancers.

use http::Response;
use prost::Message;

use super::super::body::Filling;
use super::super::crowd::InService;
use super::super::decompress::Coding;
use super::super::pace::Stream;
use super::super::refusal::{Kind, Refusal};
use super::answer::{self, Answer};
use super::frame;
use crate::component::Stop;

/// `HealthCheckRequest`.
#[derive(Clone, PartialEq, prost::Message)]
struct Request {
    #[prost(string, tag = "1")]
    service: String,
}

/// `HealthCheckResponse`.
#[derive(Clone, Copy, PartialEq, prost::Message)]
struct Health {
    #[prost(int32, tag = "1")]
    status: i32,
}

const SERVING: i32 = 1;
const NOT_SERVING: i32 = 2;
const SERVICE_UNKNOWN: i32 = 3;

/// Services with a health of their own; the empty name is the whole server.
const SERVICES: &[&str] = &[
    "",
    "opentelemetry.proto.collector.trace.v1.TraceService",
    "opentelemetry.proto.collector.metrics.v1.MetricsService",
    "opentelemetry.proto.collector.logs.v1.LogsService",
];

/// Longest request for a health.
const REQUEST_MAX: usize = 1024;

/// The health of a service at this moment.
pub(super) async fn check(body: Stream) -> Result<Response<Answer>, Refusal> {
    if !is_known(body).await? {
        return Err(Refusal::new(Kind::UnknownService, "no such service"));
    }
    Ok(answer::message(&encoded(SERVING)))
}

/// The health of a service now, and again when it changes. A watcher counts as being in service,
/// so its connection does not make room for others.
pub(super) async fn watch(
    body: Stream,
    stop: Stop,
    in_service: InService,
) -> Result<Response<Answer>, Refusal> {
    let first = if is_known(body).await? {
        SERVING
    } else {
        SERVICE_UNKNOWN
    };
    let last = Box::pin(async move {
        stop.cancelled().await;
        drop(in_service);
        encoded(NOT_SERVING)
    });
    Ok(answer::stream(&encoded(first), last))
}

async fn is_known(mut body: Stream) -> Result<bool, Refusal> {
    let prefix = frame::prefix(&mut body).await?;
    let coding = prefix.flag.coding(Coding::Identity)?;
    let filling = Filling::unpaid(REQUEST_MAX, coding, Some(prefix.len))?;
    let message = frame::message(&mut body, prefix, filling)
        .await?
        .into_plain();
    let request =
        Request::decode(message).map_err(|error| Refusal::new(Kind::BadData, error.to_string()))?;
    Ok(SERVICES.contains(&request.service.as_str()))
}

fn encoded(status: i32) -> Vec<u8> {
    Health { status }.encode_to_vec()
}
