//! Asks an external recogniser about chosen texts, and hides what it finds.

mod client;
mod grpc;
mod http;
mod text;

use std::collections::VecDeque;
use std::time::Duration;

use ::http::header::{AUTHORIZATION, HeaderValue};
use ::http::{HeaderMap, Uri};
use crossbeam_channel::{Receiver, RecvTimeoutError, TryRecvError, bounded};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::component::{
    Batch, ConfigError, Context, Entry, Maker, Next, Processor, ProcessorConfig, Trust, maker,
};
use crate::config::process_environment;
use crate::meter::{Counter, Definition, Series};
use crate::units;
use client::{Client, Endpoint, Failure, Job};
use text::{Answer, Choice};

pub(super) const ENTRY: Entry = Entry::processor::<Config>(
    "recognize",
    "ask an external recogniser of names and addresses about chosen texts",
    r#"endpoint = "http://127.0.0.1:5002/recognize"
keys = ["gen_ai.input.messages", "gen_ai.output.messages", "body"]
timeout = "2s"
on_failure = "closed""#,
);

/// What needs a language model is found by one, outside of the process. Put it behind `redact`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Where the recogniser listens: `http://` or `https://`; with `grpc` without a path.
    endpoint: String,
    /// What it speaks: `http` (a POST of JSON), or `grpc` (`tollgate.recognize.v1.Recognizer`).
    protocol: Protocol,
    /// Attributes whose texts are sent, exactly or by prefix with a final `*`; `body` stands for the
    /// bodies of log records. Nothing else leaves.
    keys: Vec<String>,
    /// How long a batch waits for its answer.
    timeout: units::Duration,
    /// What happens to chosen texts without an answer.
    on_failure: OnFailure,
    /// Types of findings that are hidden, as the recogniser names them; empty hides all.
    types: Vec<String>,
    /// Findings of which the recogniser is less certain stay.
    min_score: f64,
    /// Texts sent for one batch, together; what goes beyond counts as unanswered.
    max_request_size: units::Size,
    /// Batches of one worker that may wait for answers; one more counts as unanswered.
    max_waiting: usize,
    /// The variable of the environment with the recogniser's bearer token.
    token_env: Option<String>,
    /// TLS material; public certificate authorities are trusted by default.
    tls: Trust,
}

/// How questions are asked.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Protocol {
    /// A POST of JSON.
    #[default]
    Http,
    /// A call of `proto/tollgate/recognize/v1/recognize.proto`.
    Grpc,
}

/// What happens to chosen texts that nobody could look at.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum OnFailure {
    /// They become `[UNCHECKED]`.
    #[default]
    Closed,
    /// They pass as they are.
    Open,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            endpoint: String::new(),
            protocol: Protocol::default(),
            keys: [
                "gen_ai.input.messages",
                "gen_ai.output.messages",
                "gen_ai.system_instructions",
                "gen_ai.tool.call.arguments",
                "gen_ai.tool.call.result",
                "body",
            ]
            .map(String::from)
            .into(),
            timeout: units::Duration::from_millis(2000),
            on_failure: OnFailure::Closed,
            types: Vec::new(),
            min_score: 0.5,
            max_request_size: units::Size(1 << 20),
            max_waiting: 64,
            token_env: None,
            tls: Trust::default(),
        }
    }
}

impl Config {
    fn uri(&self) -> Option<Uri> {
        let uri: Uri = self.endpoint.parse().ok()?;
        let known = matches!(uri.scheme_str(), Some("http" | "https"));
        (known && uri.host().is_some()).then_some(uri)
    }

    /// What is said with every question: the token, if there is one.
    fn headers(&self) -> Result<HeaderMap, ConfigError> {
        let mut headers = HeaderMap::new();
        let Some(name) = &self.token_env else {
            return Ok(headers);
        };
        let fault = |why: &str| ConfigError::at("token_env", why);
        let token = process_environment(name).ok_or_else(|| {
            fault(&format!(
                "the environment has no `{name}`; set it to the token before the start"
            ))
        })?;
        let mut value = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| fault("what the variable holds cannot stand in a header"))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
        Ok(headers)
    }

    fn choice(&self) -> Choice {
        Choice {
            keys: self.keys.clone(),
            types: self.types.clone(),
            min_score: self.min_score,
            bytes_max: self.max_request_size.0 as usize,
        }
    }
}

impl ProcessorConfig for Config {
    fn check(&self) -> Vec<ConfigError> {
        let rules = [
            ConfigError::unless(
                self.uri().is_some(),
                "endpoint",
                "name where the recogniser listens: `http://host:port/path`",
            ),
            ConfigError::unless(
                self.protocol == Protocol::Http || self.uri().is_none_or(|uri| uri.path() == "/"),
                "endpoint",
                "gRPC has no path: write `http://host:port`",
            ),
            ConfigError::unless(!self.keys.is_empty(), "keys", "name the texts to send"),
            ConfigError::unless(self.max_waiting > 0, "max_waiting", "must be at least 1"),
        ];
        let faults = rules.into_iter().filter_map(Result::err);
        faults.chain(self.tls.fault("tls")).collect()
    }

    fn build(self, context: &mut Context) -> Result<Maker, ConfigError> {
        let uri = self
            .uri()
            .ok_or_else(|| ConfigError::at("endpoint", "no address of a recogniser"))?;
        let endpoint = Endpoint {
            uri,
            headers: self.headers()?,
        };
        let books = Books::open(context)?;
        let tls = self.tls.client(&context.folder)?;
        let client = Client::new(self.protocol, endpoint, self.timeout.get(), tls);
        let (jobs, waiting) = mpsc::channel(self.max_waiting * context.workers.max(1));
        context.run_beside(move |stop| Box::pin(client.run(waiting, stop)));
        Ok(maker(move |_| Recognize {
            choice: self.choice(),
            closed: self.on_failure == OnFailure::Closed,
            timeout: self.timeout.get(),
            waiting_max: self.max_waiting,
            jobs: jobs.clone(),
            waiting: VecDeque::new(),
            books: books.clone(),
        }))
    }
}

/// What is counted.
#[derive(Clone)]
struct Books {
    batches: Series<Counter>,
    findings: Series<Counter>,
}

impl Books {
    fn open(context: &Context) -> Result<Self, ConfigError> {
        let open = |name: &str, unit: &str, help: &str, label: &str| {
            let definition = Definition::new(name, unit, help).labels([label]);
            let series = context.meter.counter(definition);
            series.map_err(|error| ConfigError::at("", error.to_string()))
        };
        Ok(Books {
            batches: open(
                "tollgate.recognize.batches",
                "{batch}",
                "Batches an external recogniser was asked about, by outcome.",
                "outcome",
            )?,
            findings: open(
                "tollgate.recognize.findings",
                "{finding}",
                "What an external recogniser found, by type.",
                "type",
            )?,
        })
    }
}

/// A batch that waits for its answer.
struct Waiting {
    batch: Batch,
    asked: Vec<bool>,
    answer: Receiver<Result<Answer, Failure>>,
    due: Duration,
}

struct Recognize {
    choice: Choice,
    closed: bool,
    timeout: Duration,
    waiting_max: usize,
    jobs: mpsc::Sender<Job>,
    /// In the order in which they came, and leave.
    waiting: VecDeque<Waiting>,
    books: Books,
}

impl Processor for Recognize {
    fn process(&mut self, mut batch: Batch, next: &mut Next<'_>) {
        self.tick(next);
        let (question, asked) = self.choice.ask(&mut batch.telemetry);
        if asked.is_empty() {
            return next.send(batch);
        }
        if question.texts.is_empty() {
            return self.settle(batch, &asked, Err(Failure::TooLarge), next);
        }
        let (sender, answer) = bounded(1);
        let job = Job {
            question,
            answer: sender,
        };
        if self.waiting.len() >= self.waiting_max || self.jobs.try_send(job).is_err() {
            return self.settle(batch, &asked, Err(Failure::Full), next);
        }
        let due = next.now().mono + self.timeout;
        self.waiting.push_back(Waiting {
            batch,
            asked,
            answer,
            due,
        });
    }

    fn tick(&mut self, next: &mut Next<'_>) {
        let now = next.now().mono;
        while let Some(first) = self.waiting.front_mut() {
            let outcome = match first.answer.try_recv() {
                Ok(outcome) => outcome,
                Err(TryRecvError::Disconnected) => Err(Failure::Error),
                Err(TryRecvError::Empty) if now >= first.due => Err(Failure::Timeout),
                Err(TryRecvError::Empty) => return,
            };
            if let Some(one) = self.waiting.pop_front() {
                self.settle(one.batch, &one.asked, outcome, next);
            }
        }
    }

    /// Nothing else will come to this worker, so that it waits here for what was asked, as long as
    /// each batch would have waited.
    fn drain(&mut self, next: &mut Next<'_>) {
        let mut reached = next.now().mono;
        while let Some(one) = self.waiting.pop_front() {
            let patience = one.due.saturating_sub(reached);
            let outcome = match one.answer.recv_timeout(patience) {
                Ok(outcome) => outcome,
                Err(RecvTimeoutError::Disconnected) => Err(Failure::Error),
                Err(RecvTimeoutError::Timeout) => {
                    reached = reached.max(one.due);
                    Err(Failure::Timeout)
                }
            };
            self.settle(one.batch, &one.asked, outcome, next);
        }
    }

    fn held(&self) -> u64 {
        self.waiting.iter().map(|one| one.batch.items()).sum()
    }
}

impl Recognize {
    /// Writes the answer, or what stands for none, into the batch and lets it go.
    fn settle(
        &mut self,
        mut batch: Batch,
        asked: &[bool],
        outcome: Result<Answer, Failure>,
        next: &mut Next<'_>,
    ) {
        let left_out = asked.contains(&false).then_some(Failure::TooLarge);
        let failure = outcome.as_ref().err().copied().or(left_out);
        let label = failure.map_or("answered", Failure::label);
        self.books.batches.of(&[label]).add(1);
        let findings = &mut self.books.findings;
        let count = |name: &str| findings.of(&[name]).add(1);
        let answer = outcome.as_ref().ok();
        self.choice
            .apply(&mut batch.telemetry, asked, answer, self.closed, count);
        next.send(batch);
    }
}

#[cfg(test)]
mod tests;
