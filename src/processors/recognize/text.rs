//! Picks the texts that a recogniser is asked about, and writes what it found into them.

use prost::Message;
use serde::{Deserialize, Serialize};

use crate::otlp::{self, Place, Record, RecordKind, Telemetry};
use crate::pii::{self, Span};

/// What is left of a text that nobody could look at.
const UNCHECKED: &str = "[UNCHECKED]";
/// Names of types longer than this, or of other signs, are not repeated.
const TYPE_MAX: usize = 32;

/// The question: texts with their keys. Each message is the same in JSON and in `recognize.proto`.
#[derive(Clone, PartialEq, Message, Serialize)]
pub(super) struct Question {
    #[prost(message, repeated, tag = "1")]
    pub(super) texts: Vec<Text>,
}

/// One text of a question.
#[derive(Clone, PartialEq, Message, Serialize)]
pub(super) struct Text {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(string, tag = "2")]
    text: String,
}

/// The answer: for each text of the question what stands in it.
#[derive(Clone, PartialEq, Message, Deserialize)]
pub(super) struct Answer {
    #[prost(message, repeated, tag = "1")]
    findings: Vec<Findings>,
}

/// What stands in one text.
#[derive(Clone, PartialEq, Message, Deserialize)]
#[serde(transparent)]
struct Findings {
    #[prost(message, repeated, tag = "1")]
    findings: Vec<Finding>,
}

/// Something personal, between two places that count characters.
#[derive(Clone, PartialEq, Message, Deserialize)]
struct Finding {
    #[prost(string, tag = "1")]
    r#type: String,
    #[prost(uint32, tag = "2")]
    start: u32,
    #[prost(uint32, tag = "3")]
    end: u32,
    /// From 0 to 1; certain without one.
    #[prost(double, optional, tag = "4")]
    score: Option<f64>,
}

impl Finding {
    fn is_inside(&self, length: usize) -> bool {
        let is_certainty = self.score.is_none_or(|score| !score.is_nan());
        self.start <= self.end && self.end as usize <= length && is_certainty
    }
}

/// Which texts are asked about, and which findings count.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) keys: Vec<String>,
    pub(super) types: Vec<String>,
    pub(super) min_score: f64,
    pub(super) bytes_max: usize,
}

impl Choice {
    /// The question about a batch, and for each of its texts whether it is part of the question.
    pub(super) fn ask(&self, telemetry: &mut Telemetry) -> (Question, Vec<bool>) {
        let mut question = Question::default();
        let mut asked = Vec::new();
        let mut room = self.bytes_max;
        self.each(telemetry, |key, text| {
            let fits = text.len() <= room;
            asked.push(fits);
            if fits {
                room -= text.len();
                question.texts.push(Text {
                    key: key.to_owned(),
                    text: text.to_owned(),
                });
            }
            None
        });
        (question, asked)
    }

    /// Whether the answer says something of each of so many texts, and nothing of other places.
    pub(super) fn accepts(answer: &Answer, question: &Question) -> bool {
        let inside = |(found, text): (&Findings, &Text)| {
            let length = text.text.chars().count();
            found.findings.iter().all(|one| one.is_inside(length))
        };
        let pairs = answer.findings.iter().zip(&question.texts);
        answer.findings.len() == question.texts.len() && pairs.into_iter().all(inside)
    }

    /// Writes labels over what was found; `count` is told the type of each. Texts that were not
    /// asked about, or all of them without an answer, are hidden if `closed`.
    pub(super) fn apply(
        &self,
        telemetry: &mut Telemetry,
        asked: &[bool],
        answer: Option<&Answer>,
        closed: bool,
        mut count: impl FnMut(&str),
    ) {
        let mut asked = asked.iter();
        let mut answers = answer.map(|answer| answer.findings.iter());
        self.each(telemetry, |_, text| {
            let was_asked = asked.next().copied().unwrap_or_default();
            let findings = answers.as_mut().filter(|_| was_asked);
            let Some(found) = findings.and_then(Iterator::next) else {
                return closed.then(|| UNCHECKED.to_owned());
            };
            let counts = |one: &&Finding| {
                one.score.unwrap_or(1.0) >= self.min_score
                    && one.start < one.end
                    && (self.types.is_empty() || self.types.contains(&one.r#type))
            };
            let mut findings: Vec<&Finding> = found.findings.iter().filter(counts).collect();
            findings.sort_by_key(|one| (one.start, std::cmp::Reverse(one.end)));
            (!findings.is_empty()).then(|| label(text, &findings, &mut count))
        });
    }

    /// Shows every chosen text of a batch, always in the same order.
    fn each(&self, telemetry: &mut Telemetry, mut show: impl FnMut(&str, &str) -> Option<String>) {
        let mut choose = |place: Place<'_>, text: &str| {
            let key = match place {
                Place::Body { .. } => "body",
                Place::AttributeKey { .. } | Place::Number { .. } => return None,
                _ => place.top(),
            };
            let is_chosen = self.keys.iter().any(|wanted| covers(wanted, key));
            if is_chosen { show(key, text) } else { None }
        };
        match telemetry {
            Telemetry::Traces(spans) => around(spans, &mut choose),
            Telemetry::Logs(logs) => around(logs, &mut choose),
            Telemetry::Metrics(metrics) => around(metrics, &mut choose),
        }
        match telemetry {
            Telemetry::Traces(spans) => spans.for_each_mut(|_, span| {
                span.redact_with(&mut choose);
            }),
            Telemetry::Logs(logs) => logs.for_each_mut(|_, log| {
                log.redact_with(&mut choose);
            }),
            Telemetry::Metrics(metrics) => metrics.for_each_mut(|_, metric| {
                metric.redact_with(&mut choose);
            }),
        }
    }
}

/// Shows the texts of what stands around the records: their resources and scopes.
fn around<K: RecordKind>(
    batch: &mut otlp::Batch<Record<K>>,
    mut choose: impl FnMut(Place<'_>, &str) -> Option<String>,
) {
    batch.edit_resources(|resource| {
        resource.redact_with(&mut choose);
    });
    batch.edit_scopes(|scope| {
        scope.redact_with(&mut choose);
    });
}

/// Whether `wanted` (exact, or a prefix with a final `*`) covers `key`; nothing covers no key.
fn covers(wanted: &str, key: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(prefix) => !key.is_empty() && key.starts_with(prefix),
        None => wanted == key && !key.is_empty(),
    }
}

/// The text with `[TYPE]` over each finding; overlapping ones become one, named after the first.
fn label(text: &str, findings: &[&Finding], count: &mut impl FnMut(&str)) -> String {
    let bytes = text.char_indices().map(|(byte, _)| byte);
    let bytes: Vec<usize> = bytes.chain([text.len()]).collect();
    let byte = |place: u32| bytes.get(place as usize).copied().unwrap_or(text.len());
    let (mut names, mut spans): (Vec<&str>, Vec<Span>) = Default::default();
    for one in findings {
        let (start, end) = (byte(one.start), byte(one.end));
        if let Some(before) = spans.last_mut().filter(|before| start < before.end) {
            before.end = before.end.max(end);
            continue;
        }
        let name = name(&one.r#type);
        count(name);
        names.push(name);
        spans.push(Span { start, end });
    }
    let name = |place: usize| names.get(place).copied().unwrap_or_default();
    pii::replace(text, &spans, None, |place, _, out| {
        out.extend(["[", name(place), "]"]);
    })
}

/// The type's name if it is one; a stranger's answer is not written into telemetry as it is.
fn name(given: &str) -> &str {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let good = !given.is_empty() && given.len() <= TYPE_MAX && given.bytes().all(is_name);
    if good { given } else { "PERSONAL" }
}
