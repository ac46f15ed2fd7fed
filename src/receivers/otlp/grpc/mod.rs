//! OTLP over gRPC: unary calls framed here, because the usual server reads before it asks.

mod answer;
pub(super) mod deadline;
mod frame;
mod health;

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header};
use hyper::body::Incoming;
use tokio::time::timeout;

use self::answer::Answer;
use super::crowd::InService;
use super::decompress::Coding;
use super::door::Door;
use super::pace::Stream;
use super::refusal::{Kind, Refusal};
use super::reply;
use super::status::Encoding;
use super::tally::Tally;
use crate::component::{Receipt, Stop};
use crate::otlp::{Rejected, Signal};

/// The gRPC side of the receiver.
pub(super) struct Grpc {
    /// Where telemetry goes.
    pub(super) door: Arc<Door>,
    /// Resolves when the receiver stops serving.
    pub(super) stop: Stop,
    /// Counts its requests.
    pub(super) tally: Tally,
}

/// What a path asks for.
#[derive(Clone, Copy)]
enum Call {
    Export(Signal),
    HealthCheck,
    HealthWatch,
}

/// Every method served. Reflection and profiles are not.
const CALLS: &[(&str, Call)] = &[
    (
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        Call::Export(Signal::Traces),
    ),
    (
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        Call::Export(Signal::Metrics),
    ),
    (
        "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        Call::Export(Signal::Logs),
    ),
    ("/grpc.health.v1.Health/Check", Call::HealthCheck),
    ("/grpc.health.v1.Health/Watch", Call::HealthWatch),
];

impl Grpc {
    /// Answers one call.
    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
        in_service: InService,
    ) -> Response<Answer> {
        let (head, body) = request.into_parts();
        if !is_grpc(&head.headers) {
            return answer::not_grpc();
        }
        let call = CALLS
            .iter()
            .find(|(path, _)| *path == head.uri.path())
            .map(|(_, call)| *call);
        let body = Stream::new(body, self.door.pace);
        let answered = match call {
            _ if head.method != Method::POST => Err(Refusal::new(
                Kind::WrongMethod,
                "gRPC calls are POST requests",
            )),
            Some(Call::Export(signal)) => self.export(signal, &head.headers, body).await,
            Some(Call::HealthCheck) => health::check(body).await,
            Some(Call::HealthWatch) => health::watch(body, self.stop.clone(), in_service).await,
            None => Err(Refusal::new(Kind::NotFound, "unknown service or method")),
        };
        answered.unwrap_or_else(|refusal| answer::refused(&refusal))
    }

    async fn export(
        &self,
        signal: Signal,
        headers: &HeaderMap,
        body: Stream,
    ) -> Result<Response<Answer>, Refusal> {
        let outcome = self.take(signal, headers, body).await;
        self.tally.count(signal, &outcome);
        let message = reply::body(signal, &outcome?, Encoding::Protobuf);
        Ok(answer::message(&message))
    }

    async fn take(
        &self,
        signal: Signal,
        headers: &HeaderMap,
        body: Stream,
    ) -> Result<Rejected, Refusal> {
        let _place = self.door.enter(signal, headers)?;
        let coding = coding(headers)?;
        let reading = self.read(coding, body);
        let message = match deadline::of(headers)? {
            None => reading.await?,
            Some(time) => timeout(time, reading).await.map_err(|_| {
                Refusal::new(
                    Kind::Deadline,
                    "the deadline passed before the request was read",
                )
            })??,
        };
        self.door.take(signal, Encoding::Protobuf, message).await
    }

    async fn read(&self, coding: Coding, mut body: Stream) -> Result<(Bytes, Receipt), Refusal> {
        let prefix = frame::prefix(&mut body).await?;
        let filling = self
            .door
            .admit(prefix.flag.coding(coding)?, Some(prefix.len))
            .await?;
        let filling = frame::message(&mut body, prefix, filling).await?;
        filling.finish(&self.door.lanes).await
    }
}

fn is_grpc(headers: &HeaderMap) -> bool {
    let value = headers
        .get(header::CONTENT_TYPE)
        .map(http::HeaderValue::as_bytes);
    let rest = value.and_then(|value| value.strip_prefix(b"application/grpc"));
    rest.is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';')))
}

/// The coding of compressed messages. Only known ones are taken, so that each message says
/// with its own flag whether it is compressed.
fn coding(headers: &HeaderMap) -> Result<Coding, Refusal> {
    let Some(value) = headers.get("grpc-encoding") else {
        return Ok(Coding::Identity);
    };
    let known = value.to_str().ok().and_then(Coding::named);
    known.ok_or_else(|| {
        Refusal::new(
            Kind::UnknownCoding,
            "grpc-encoding may be identity, gzip or zstd",
        )
    })
}
