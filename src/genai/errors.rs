//! What kind of failure it was: a layer and a class, from whatever the span says, by one table.

mod rows;

use super::facts::{Class, Failure};
use rows::ROWS;

/// Where in an agent a failure sits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// The model or its provider.
    Model,
    /// A tool, or the server that offers it.
    Tool,
    /// What the model was given.
    Context,
    /// The agents and their order of work.
    Coordination,
}

impl Layer {
    /// The word in attributes and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Layer::Model => "model",
            Layer::Tool => "tool",
            Layer::Context => "context",
            Layer::Coordination => "coordination",
        }
    }
}

/// A classified failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Verdict {
    /// Where it sits.
    pub layer: Layer,
    /// What it is, within the layer (`rate_limit`, `timeout`).
    pub class: &'static str,
}

/// Classifies the failure of a span of the given class.
///
/// Asked in order: protocol codes, HTTP statuses, words in the error's type and message, at last
/// a status that the message only mentions.
pub fn classify(class: Class, failure: &Failure<'_>) -> Verdict {
    let side = Side::of(class);
    let [kind, message] = [failure.kind, failure.message].map(squeezed);
    let by_words = ROWS
        .iter()
        .filter(|row| row.side == Side::Any || row.side == side)
        .find(|row| row.fits(&kind, &message))
        .map(|row| row.verdict);
    let status = failure
        .http_status
        .or_else(|| failure.kind?.trim().parse().ok());
    // The conventions put a JSON-RPC code into the error's type.
    let code = failure
        .rpc_status
        .or_else(|| failure.kind?.trim().parse().ok());
    let by_number = || by_rpc(side, code).or_else(|| by_http(side, status));
    match by_words {
        // Words about context and coordination say more than a 400 does.
        Some(verdict) if matches!(verdict.layer, Layer::Context | Layer::Coordination) => verdict,
        words => by_number()
            .or(words)
            .or_else(|| by_http(side, mentioned_status(failure.message?)))
            .unwrap_or(side.otherwise()),
    }
}

/// Whose failure it can be, by the class of its span.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Any,
    Model,
    Tool,
    Agent,
}

impl Side {
    fn of(class: Class) -> Self {
        match class {
            Class::Llm | Class::Embedding | Class::Transport => Side::Model,
            Class::Tool | Class::McpClient | Class::McpServer => Side::Tool,
            Class::Aggregate | Class::Noise | Class::Other => Side::Agent,
        }
    }

    fn otherwise(self) -> Verdict {
        match self {
            Side::Model => verdict(Layer::Model, "other"),
            Side::Tool => verdict(Layer::Tool, "tool_error"),
            Side::Any | Side::Agent => verdict(Layer::Coordination, "other"),
        }
    }
}

const fn verdict(layer: Layer, class: &'static str) -> Verdict {
    Verdict { layer, class }
}

/// JSON-RPC and MCP error codes of tools.
fn by_rpc(side: Side, code: Option<i64>) -> Option<Verdict> {
    let class = match (side, code?) {
        (Side::Tool, -32700) => "malformed_response",
        (Side::Tool, -32602..=-32600 | -32002) => "4xx",
        (Side::Tool, -32001) => "timeout",
        (Side::Tool, code) if code < 0 => "5xx",
        _ => return None,
    };
    Some(verdict(Layer::Tool, class))
}

/// An HTTP status in a client's words: `Error code: 429 - try later`.
fn mentioned_status(message: &str) -> Option<u16> {
    let lower = message.to_ascii_lowercase();
    let behind = |lead: &&str| {
        let rest = lower.get(lower.find(*lead)? + lead.len()..)?;
        let digits = rest.trim_start_matches([':', ' ', '=']).get(..3)?;
        digits
            .parse()
            .ok()
            .filter(|status| (400..600).contains(status))
    };
    STATUS_LEADS.iter().find_map(behind)
}

/// What clients write before a status.
const STATUS_LEADS: &[&str] = &[
    "error code",
    "status code",
    "status_code",
    "http status",
    "http ",
];

fn by_http(side: Side, status: Option<u16>) -> Option<Verdict> {
    Some(match (side, status?) {
        (Side::Model, 429) => verdict(Layer::Model, "rate_limit"),
        (Side::Model, 401 | 403) => verdict(Layer::Model, "auth"),
        (Side::Model, 413) => verdict(Layer::Context, "context_overflow"),
        (Side::Model, 404 | 408 | 500..=599) => verdict(Layer::Model, "model_unavailable"),
        (Side::Model, 400..=499) => verdict(Layer::Model, "validation_failed"),
        (Side::Tool, 408 | 504) => verdict(Layer::Tool, "timeout"),
        (Side::Tool, 400..=499) => verdict(Layer::Tool, "4xx"),
        (Side::Tool, 500..=599) => verdict(Layer::Tool, "5xx"),
        _ => return None,
    })
}

/// Words that tell, in lower case and without separators between them.
struct Row {
    side: Side,
    /// Any of these in the error's type.
    kinds: &'static [&'static str],
    /// Any of these in the message.
    messages: &'static [&'static str],
    verdict: Verdict,
}

impl Row {
    fn fits(&self, kind: &str, message: &str) -> bool {
        has(kind, self.kinds) || has(message, self.messages)
    }
}

/// A text as the rows spell it.
fn squeezed(text: Option<&str>) -> String {
    let letters = text.unwrap_or_default().chars();
    letters
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests;
