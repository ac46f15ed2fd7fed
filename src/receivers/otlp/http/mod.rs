//! OTLP over HTTP: protobuf and JSON, with a Status in the sender's own encoding on every refusal.

mod answer;
mod last_words;
mod linger;
mod media;

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response, header};
use http_body::Body;
use http_body_util::Full;
use hyper::body::Incoming;
use tower_http::cors::CorsLayer;

use super::crowd::InService;
use super::door::Door;
use super::pace::Stream;
use super::refusal::{Kind, Refusal};
use super::status::Encoding;
use super::tally::Tally;
use crate::otlp::{Rejected, Signal};

pub(super) use self::last_words::LastWords;

/// The HTTP side of the receiver.
pub(super) struct Http {
    /// Where telemetry goes.
    pub(super) door: Arc<Door>,
    /// Paths by signal.
    pub(super) paths: Vec<(String, Signal)>,
    /// Counts its requests.
    pub(super) tally: Tally,
    /// Answers browsers that ask whether a page may send.
    pub(super) cors: Option<CorsLayer>,
}

impl Http {
    /// Answers one request.
    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
        _in_service: InService,
    ) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let encoding = media::encoding(&head.headers);
        let announced = body.size_hint().exact();
        let mut body = Stream::new(body, self.door.pace);
        let taken = match self.route(&head) {
            Err(refusal) => Err(refusal),
            Ok(signal) => {
                let outcome = self
                    .take(signal, &head, encoding, &mut body, announced)
                    .await;
                self.tally.count(signal, &outcome);
                outcome.map(|rejected| (signal, rejected))
            }
        };
        // A sender of neither encoding is most likely a person.
        let encoding = encoding.unwrap_or(Encoding::Json);
        match taken {
            Ok((signal, rejected)) => answer::taken(signal, &rejected, encoding),
            Err(refusal) => {
                linger::after_refusal(&head, body, self.door.limit);
                answer::refused(&refusal, encoding)
            }
        }
    }

    fn route(&self, head: &Parts) -> Result<Signal, Refusal> {
        let path = head.uri.path();
        let path = path.strip_suffix('/').unwrap_or(path);
        let known = self.paths.iter().find(|(known, _)| known == path);
        let (_, signal) =
            known.ok_or_else(|| Refusal::new(Kind::NotFound, "no such path; try /v1/traces"))?;
        if head.method != Method::POST {
            return Err(Refusal::new(
                Kind::WrongMethod,
                "telemetry is sent with POST",
            ));
        }
        Ok(*signal)
    }

    async fn take(
        &self,
        signal: Signal,
        head: &Parts,
        encoding: Option<Encoding>,
        body: &mut Stream,
        announced: Option<u64>,
    ) -> Result<Rejected, Refusal> {
        let _place = self.door.enter(signal, &head.headers)?;
        let encoding = encoding.ok_or_else(|| {
            let message = "Content-Type must be application/x-protobuf or application/json";
            Refusal::new(Kind::UnknownMedia, message)
        })?;
        let coding = media::coding(&head.headers)?;
        let announced = announced.map(|len| usize::try_from(len).unwrap_or(usize::MAX));
        let mut filling = self.door.admit(coding, announced).await?;
        while let Some(chunk) = body.next().await? {
            filling.pour(&chunk).await?;
        }
        let whole = filling.finish(&self.door.lanes).await?;
        self.door.take(signal, encoding, whole).await
    }
}

/// Whether the sender waits for permission before it sends its body.
fn expects_continue(head: &Parts) -> bool {
    head.headers.contains_key(header::EXPECT)
}
