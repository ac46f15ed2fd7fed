//! Sends questions to the recogniser beside the pipeline, a few at a time, and returns answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::ClientConfig;
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::text::{Answer, Choice, Question};
use crate::component::Stop;

/// Questions that are on their way at the same time.
const IN_FLIGHT: usize = 8;
/// A longer answer is none.
const ANSWER_MAX: usize = 8 << 20;

/// A question, and where its answer is waited for.
pub(super) struct Job {
    pub(super) question: Question,
    pub(super) answer: oneshot::Sender<Result<Answer, Failure>>,
}

/// Why there is no answer, as the metric's label says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    Timeout,
    Error,
    Full,
    TooLarge,
}

impl Failure {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Error => "error",
            Self::Full => "full",
            Self::TooLarge => "too_large",
        }
    }
}

/// Where the recogniser listens and how long it may take.
#[derive(Clone)]
pub(super) struct Client {
    endpoint: Uri,
    token: Option<Arc<str>>,
    timeout: Duration,
    http: legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    failing: Arc<AtomicBool>,
}

impl Client {
    pub(super) fn new(
        endpoint: Uri,
        token: Option<String>,
        timeout: Duration,
        tls: ClientConfig,
    ) -> Self {
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_all_versions()
            .build();
        Client {
            endpoint,
            token: token.map(Arc::from),
            timeout,
            http: legacy::Client::builder(TokioExecutor::new()).build(https),
            failing: Arc::default(),
        }
    }

    /// Answers questions until the service stops.
    pub(super) async fn run(self, mut jobs: mpsc::Receiver<Job>, stop: Stop) {
        let room = Arc::new(Semaphore::new(IN_FLIGHT));
        loop {
            let job = tokio::select! {
                () = stop.cancelled() => return,
                job = jobs.recv() => job,
            };
            let Some(job) = job else { return };
            // The semaphore is never closed.
            let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
                return;
            };
            let client = self.clone();
            tokio::spawn(async move {
                client.answer(job).await;
                drop(permit);
            });
        }
    }

    async fn answer(self, job: Job) {
        let asked = tokio::time::timeout(self.timeout, self.post(&job.question)).await;
        let (answer, why) = match asked {
            Ok(Ok(answer)) if Choice::accepts(&answer, &job.question) => (Ok(answer), None),
            Ok(Ok(_)) => (Err(Failure::Error), Some("answers other texts".to_owned())),
            Ok(Err(why)) => (Err(Failure::Error), Some(why)),
            Err(_) => (Err(Failure::Timeout), Some("no answer in time".to_owned())),
        };
        // Said when it begins and when it ends; how often is a matter of metrics.
        let was_failing = self.failing.swap(why.is_some(), Relaxed);
        match why {
            Some(why) if !was_failing => {
                tracing::warn!(host = self.endpoint.host(), why, "the recogniser fails");
            }
            None if was_failing => {
                tracing::info!(host = self.endpoint.host(), "the recogniser answers again");
            }
            _ => {}
        }
        // Nobody waits any more if the batch was let go in the meantime.
        drop(job.answer.send(answer));
    }

    async fn post(&self, question: &Question) -> Result<Answer, String> {
        let body = serde_json::to_vec(question).map_err(|error| error.to_string())?;
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(&self.endpoint)
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| error.to_string())?;
        let sent = self.http.request(request).await;
        let answer = sent.map_err(|error| error.to_string())?;
        if !answer.status().is_success() {
            return Err(format!("answered {}", answer.status()));
        }
        let body = Limited::new(answer.into_body(), ANSWER_MAX).collect().await;
        let body = body.map_err(|error| error.to_string())?.to_bytes();
        // The error of a parser may quote what it read.
        serde_json::from_slice(&body).map_err(|_| "the answer is not of the protocol".to_owned())
    }
}
