//! What kind of failure it was: a layer and a class, from whatever the span says, by one table.

use super::facts::{Class, Failure};

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
/// Asked in order: protocol codes, HTTP statuses, then words in the error's type and message.
pub fn classify(class: Class, failure: &Failure<'_>) -> Verdict {
    let side = Side::of(class);
    let by_words = ROWS
        .iter()
        .filter(|row| row.side == Side::Any || row.side == side)
        .find(|row| row.fits(failure))
        .map(|row| row.verdict);
    let status = failure
        .http_status
        .or_else(|| failure.kind?.trim().parse().ok());
    let by_number = || by_rpc(side, failure.rpc_status).or_else(|| by_http(side, status));
    match by_words {
        // Words about context and coordination say more than a 400 does.
        Some(verdict) if matches!(verdict.layer, Layer::Context | Layer::Coordination) => verdict,
        words => by_number().or(words).unwrap_or(side.otherwise()),
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
    fn fits(&self, failure: &Failure<'_>) -> bool {
        has(failure.kind, self.kinds) || has(failure.message, self.messages)
    }
}

fn has(text: Option<&str>, words: &[&str]) -> bool {
    let Some(text) = text else { return false };
    let squeezed: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    words.iter().any(|word| squeezed.contains(word))
}

const ROWS: &[Row] = &[
    Row {
        side: Side::Any,
        kinds: &[
            "contextlength",
            "contextwindow",
            "contextoverflow",
            "prompttoolong",
        ],
        messages: &[
            "contextlength",
            "contextwindow",
            "maximumcontext",
            "prompttoolong",
            "promptistoolong",
            "inputistoolong",
            "inputtoolong",
            "toomanytokens",
            "exceedsthemaximumnumberoftokens",
            "exceedmaximumtokens",
            "requesttoolarge",
        ],
        verdict: verdict(Layer::Context, "context_overflow"),
    },
    Row {
        side: Side::Any,
        kinds: &[
            "staledata",
            "staleread",
            "stalestate",
            "preconditionfailed",
            "versionconflict",
        ],
        messages: &[
            "staledata",
            "isstale",
            "stalecontext",
            "outofdate",
            "etagmismatch",
            "versionconflict",
        ],
        verdict: verdict(Layer::Context, "stale_data"),
    },
    Row {
        side: Side::Any,
        kinds: &["deadlock"],
        messages: &["deadlock"],
        verdict: verdict(Layer::Coordination, "deadlock"),
    },
    Row {
        side: Side::Any,
        kinds: &["cancel", "aborterror", "userabort", "interrupted"],
        messages: &[
            "wascancelled",
            "wascanceled",
            "operationaborted",
            "requestaborted",
            "useraborted",
        ],
        verdict: verdict(Layer::Coordination, "cancelled"),
    },
    Row {
        side: Side::Agent,
        kinds: &["timeout", "deadlineexceeded", "timedout"],
        messages: &["timedout", "deadlineexceeded", "timeout"],
        verdict: verdict(Layer::Coordination, "timeout"),
    },
    Row {
        side: Side::Model,
        kinds: &[
            "ratelimit",
            "throttl",
            "toomanyrequests",
            "quota",
            "resourceexhausted",
        ],
        messages: &[
            "ratelimit",
            "toomanyrequests",
            "quota",
            "throttl",
            "resourceexhausted",
        ],
        verdict: verdict(Layer::Model, "rate_limit"),
    },
    Row {
        side: Side::Model,
        kinds: &[
            "authentication",
            "permissiondenied",
            "permissionerror",
            "unauthorized",
            "unauthenticated",
            "forbidden",
            "accessdenied",
            "invalidapikey",
            "expiredtoken",
        ],
        messages: &[
            "apikey",
            "unauthorized",
            "authentication",
            "accessdenied",
            "permissiondenied",
        ],
        verdict: verdict(Layer::Model, "auth"),
    },
    Row {
        side: Side::Model,
        kinds: &[
            "overloaded",
            "unavailable",
            "internalserver",
            "servererror",
            "apierror",
            "connect",
            "timeout",
            "timedout",
            "notfound",
            "notready",
            "badgateway",
        ],
        messages: &[
            "overloaded",
            "unavailable",
            "internalservererror",
            "connection",
            "timedout",
            "timeout",
            "modelnotfound",
            "doesnotexist",
        ],
        verdict: verdict(Layer::Model, "model_unavailable"),
    },
    Row {
        side: Side::Model,
        kinds: &[
            "badrequest",
            "invalidrequest",
            "invalidargument",
            "unprocessable",
            "validation",
            "contentfilter",
            "contentpolicy",
            "jsondecode",
            "outputparser",
            "unexpectedmodelbehavior",
            "valueerror",
        ],
        messages: &[
            "validation",
            "invalidrequest",
            "contentfilter",
            "contentpolicy",
            "schema",
        ],
        verdict: verdict(Layer::Model, "validation_failed"),
    },
    Row {
        side: Side::Tool,
        kinds: &["timeout", "timedout", "deadlineexceeded"],
        messages: &["timedout", "timeout", "deadlineexceeded"],
        verdict: verdict(Layer::Tool, "timeout"),
    },
    Row {
        side: Side::Tool,
        kinds: &[
            "jsondecode",
            "parseerror",
            "decodeerror",
            "malformed",
            "syntaxerror",
            "unexpectedtoken",
        ],
        messages: &[
            "malformed",
            "invalidjson",
            "notvalidjson",
            "couldnotparse",
            "failedtoparse",
            "jsondecode",
        ],
        verdict: verdict(Layer::Tool, "malformed_response"),
    },
    Row {
        side: Side::Tool,
        kinds: &[
            "notfound",
            "unauthorized",
            "forbidden",
            "badrequest",
            "invalidparams",
        ],
        messages: &[
            "unknowntool",
            "toolnotfound",
            "methodnotfound",
            "invalidparams",
            "unauthorized",
            "forbidden",
        ],
        verdict: verdict(Layer::Tool, "4xx"),
    },
    Row {
        side: Side::Tool,
        kinds: &["connect", "unavailable", "internalserver", "badgateway"],
        messages: &[
            "connectionrefused",
            "serviceunavailable",
            "internalservererror",
            "badgateway",
        ],
        verdict: verdict(Layer::Tool, "5xx"),
    },
];

#[cfg(test)]
mod tests {
    //! One row of the table each, by what real libraries write.

    use super::*;

    fn check(class: Class, kind: &str, message: &str, layer: &str, expected: &str) {
        let some = |text| Some(text).filter(|text: &&str| !text.is_empty());
        let failure = Failure {
            kind: some(kind),
            message: some(message),
            ..Failure::default()
        };
        let verdict = classify(class, &failure);
        assert_eq!(
            (verdict.layer.name(), verdict.class),
            (layer, expected),
            "{kind} {message}"
        );
    }

    #[test]
    fn model_failures_are_told_apart() {
        let llm = Class::Llm;
        check(llm, "RateLimitError", "", "model", "rate_limit");
        check(
            llm,
            "<class 'openai.RateLimitError'>",
            "",
            "model",
            "rate_limit",
        );
        check(llm, "ThrottlingException", "", "model", "rate_limit");
        check(llm, "429", "", "model", "rate_limit");
        check(llm, "overloaded_error", "", "model", "model_unavailable");
        check(llm, "503", "", "model", "model_unavailable");
        check(
            llm,
            "anthropic.APIStatusError",
            "Error code: 529 - Overloaded",
            "model",
            "model_unavailable",
        );
        check(llm, "AuthenticationError", "", "model", "auth");
        check(
            llm,
            "openai.BadRequestError",
            "invalid schema",
            "model",
            "validation_failed",
        );
        check(
            llm,
            "BadRequestError",
            "This model's maximum context length is 8192",
            "context",
            "context_overflow",
        );
        check(llm, "CancelledError", "", "coordination", "cancelled");
        check(llm, "SomethingNew", "", "model", "other");
    }

    #[test]
    fn tool_failures_are_told_apart() {
        let tool = Class::Tool;
        check(
            tool,
            "tool_error",
            "Error calling tool 'reserve': not enough stock",
            "tool",
            "tool_error",
        );
        check(
            tool,
            "tool_error",
            "Unknown tool: missing_tool",
            "tool",
            "4xx",
        );
        check(tool, "TimeoutError", "", "tool", "timeout");
        check(tool, "500", "", "tool", "5xx");
        check(
            tool,
            "json.JSONDecodeError",
            "",
            "tool",
            "malformed_response",
        );
        check(Class::McpClient, "", "", "tool", "tool_error");
        let refused = Failure {
            rpc_status: Some(-32601),
            ..Failure::default()
        };
        assert_eq!(classify(Class::McpServer, &refused).class, "4xx");
    }

    #[test]
    fn agents_fail_in_coordination() {
        check(
            Class::Aggregate,
            "asyncio.TimeoutError",
            "",
            "coordination",
            "timeout",
        );
        check(
            Class::Aggregate,
            "DeadlockDetected",
            "",
            "coordination",
            "deadlock",
        );
        check(Class::Aggregate, "ValueError", "", "coordination", "other");
    }
}
