//! Sends questions to the recogniser beside the pipeline, a few at a time, and returns answers.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use crossbeam_channel::Sender;
use http::{HeaderMap, Uri};
use rustls::ClientConfig;
use tokio::sync::{Semaphore, mpsc};

use super::Protocol;
use super::grpc::Grpc;
use super::http::Http;
use super::text::{Answer, Choice, Question};
use crate::component::Stop;

/// Questions that are on their way at the same time.
const IN_FLIGHT: usize = 8;
/// A longer answer is none.
pub(super) const ANSWER_MAX: usize = 8 << 20;

/// A question, and where its answer is waited for.
pub(super) struct Job {
    pub(super) question: Question,
    pub(super) answer: Sender<Result<Answer, Failure>>,
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

/// Where the recogniser listens, and what is said with every question.
pub(super) struct Endpoint {
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
}

/// What it speaks.
enum Way {
    Http(Http),
    Grpc(Grpc),
}

/// One recogniser, and how long it may take.
#[derive(Clone)]
pub(super) struct Client {
    host: Arc<str>,
    way: Arc<Way>,
    timeout: Duration,
    failing: Arc<AtomicBool>,
}

impl Client {
    pub(super) fn new(
        protocol: Protocol,
        endpoint: Endpoint,
        timeout: Duration,
        tls: ClientConfig,
    ) -> Self {
        Client {
            host: endpoint.uri.host().unwrap_or_default().into(),
            way: Arc::new(match protocol {
                Protocol::Http => Way::Http(Http::new(endpoint, tls)),
                Protocol::Grpc => Way::Grpc(Grpc::new(endpoint, tls)),
            }),
            timeout,
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
        let asked = tokio::time::timeout(self.timeout, self.ask(&job.question)).await;
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
                tracing::warn!(host = &*self.host, why, "the recogniser fails");
            }
            None if was_failing => {
                tracing::info!(host = &*self.host, "the recogniser answers again");
            }
            _ => {}
        }
        // Nobody waits any more if the batch was let go in the meantime.
        drop(job.answer.send(answer));
    }

    async fn ask(&self, question: &Question) -> Result<Answer, String> {
        match &*self.way {
            Way::Http(http) => http.ask(question).await,
            Way::Grpc(grpc) => grpc.ask(question).await,
        }
    }
}

/// What happened, and why, and why that.
pub(super) fn told(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    let mut words: Vec<String> = causes.map(ToString::to_string).collect();
    words.dedup();
    words.join(": ")
}
