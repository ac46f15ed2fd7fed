//! What both protocols share once they know the signal: who may enter, and taking telemetry in.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use super::auth::Tokens;
use super::body::Filling;
use super::decompress::Coding;
use super::pace::Pace;
use super::refusal::{Kind, Refusal};
use super::status::Encoding;
use crate::component::{Busy, Intake, Reason, Receipt};
use crate::otlp::{Limits, ParseError, Parsed, RejectReason, Rejected, Signal, Telemetry};

/// Bodies up to this size are parsed where they arrive; larger ones beside the network.
const INLINE_MAX: usize = 1 << 20;

/// The door both protocols lead to.
pub(super) struct Door {
    /// The way in.
    pub(super) intake: Arc<dyn Intake>,
    /// Who may enter; anyone, if there are no tokens.
    pub(super) tokens: Option<Arc<Tokens>>,
    /// Bytes one request may have after decompression.
    pub(super) limit: usize,
    /// What one request may hold.
    pub(super) limits: Limits,
    /// How slowly a body may arrive.
    pub(super) pace: Pace,
    /// Large compressed bodies that may grow at once.
    pub(super) lanes: Semaphore,
    /// Requests that may be in service at once.
    pub(super) places: Arc<Semaphore>,
}

impl Door {
    /// Before anything is read: the token, the pipeline and a place.
    pub(super) fn enter(
        &self,
        signal: Signal,
        headers: &HeaderMap,
    ) -> Result<OwnedSemaphorePermit, Refusal> {
        if let Some(tokens) = &self.tokens {
            tokens.check(headers)?;
        }
        if !self.intake.takes(signal) {
            let message = format!("no pipeline takes {}", signal.name());
            return Err(Refusal::new(Kind::NotFound, message));
        }
        Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            let why = "too many requests are in service";
            Refusal::from(Busy {
                retry_after: Duration::ZERO,
                why,
            })
        })
    }

    /// Admission of a body, before it is read.
    pub(super) async fn admit(
        &self,
        coding: Coding,
        announced: Option<usize>,
    ) -> Result<Filling<'_>, Refusal> {
        Filling::admit(self.intake.as_ref(), self.limit, coding, announced).await
    }

    /// Parses the body and offers what is valid. Resolves when the sender may be told "yes".
    pub(super) async fn take(
        &self,
        signal: Signal,
        encoding: Encoding,
        (body, receipt): (Bytes, Receipt),
    ) -> Result<Rejected, Refusal> {
        let Parsed {
            telemetry,
            rejected,
        } = self.parse(signal, encoding, body).await?;
        if !telemetry.is_empty() {
            self.intake.offer(telemetry, receipt).await?;
        }
        for (reason, items) in &rejected.by {
            let reason = match reason {
                RejectReason::InvalidId => Reason::InvalidId,
                RejectReason::InvalidPoint => Reason::InvalidPoint,
            };
            self.intake.refused(signal, reason, *items);
        }
        Ok(rejected)
    }

    async fn parse(
        &self,
        signal: Signal,
        encoding: Encoding,
        body: Bytes,
    ) -> Result<Parsed, Refusal> {
        if body.len() <= INLINE_MAX {
            return Ok(parse(signal, encoding, body, &self.limits)?);
        }
        let limits = self.limits;
        let parsed = spawn_blocking(move || parse(signal, encoding, body, &limits)).await;
        match parsed {
            Ok(parsed) => Ok(parsed?),
            Err(_) => Err(Refusal::new(
                Kind::BadFraming,
                "the request could not be parsed",
            )),
        }
    }
}

fn parse(
    signal: Signal,
    encoding: Encoding,
    body: Bytes,
    limits: &Limits,
) -> Result<Parsed, ParseError> {
    match encoding {
        Encoding::Protobuf => Telemetry::parse(signal, body, limits),
        Encoding::Json => Telemetry::parse_json(signal, &body, limits),
    }
}
