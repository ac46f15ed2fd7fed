//! What an account keeps of a span: its place in the tree, and its facts in memory of its own.

use crate::genai::facts::{Class, Facts, Failure, Identity};
use crate::genai::pricing::{PicoUsd, Priced, Source};
use crate::genai::usage::Usage;
use crate::otlp::SpanId;

/// A span as it is handed to an account. Everything is borrowed; what is needed is copied.
#[derive(Clone, Debug)]
pub struct SpanFacts<'a> {
    /// The span's id.
    pub span: SpanId,
    /// Its parent's, if it has one.
    pub parent: Option<SpanId>,
    /// When it began.
    pub start_unix_nano: u64,
    /// When it ended.
    pub end_unix_nano: u64,
    /// `service.name` of its resource.
    pub service: &'a str,
    /// What it says; `None` for spans that only hold the tree together.
    pub facts: Option<&'a Facts<'a>>,
    /// Whose the whole process is, from its resource.
    pub resource: Identity<'a>,
    /// What it would cost if it is a call. Asked for every span that
    /// [tells](Facts::tells_price) what it is worked out from, used for some.
    pub priced: Option<&'a Priced>,
    /// Whether it was read from a log record, which has no place in the tree of spans.
    pub from_log: bool,
}

/// A text of its own, absent if there was none.
pub type Owned = Option<Box<str>>;

/// A span inside an account.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) span: SpanId,
    pub(super) parent: Option<SpanId>,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) service: Box<str>,
    pub(super) class: Class,
    pub(super) certain: bool,
    pub(super) from_log: bool,
    /// Identity of the process.
    pub(super) resource: Who,
    /// Boxed: most spans of a trace have none.
    pub(super) facts: Option<Box<KeptFacts>>,
}

/// The facts an account needs, owned.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct KeptFacts {
    pub(super) dialect: Box<str>,
    pub(super) scope: Box<str>,
    pub(super) nearness: u8,
    pub(super) operation: Box<str>,
    pub(super) provider: Owned,
    pub(super) request_model: Owned,
    pub(super) response_model: Owned,
    pub(super) response_id: Owned,
    pub(super) usage: Option<Usage>,
    pub(super) priced: Option<Priced>,
    /// Read from a record that repeats its span.
    pub(super) repeats_span: bool,
    pub(super) first_chunk_nanos: Option<u64>,
    pub(super) is_tool_call: bool,
    pub(super) tool: Owned,
    pub(super) tool_call_id: Owned,
    pub(super) arguments_bytes: Option<u64>,
    pub(super) arguments_hash: Option<u64>,
    pub(super) result_bytes: Option<u64>,
    pub(super) mcp_method: Owned,
    pub(super) mcp_server: Owned,
    pub(super) failure: Option<KeptFailure>,
    pub(super) who: Who,
}

/// Identity in memory of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Who {
    pub(super) session: Owned,
    pub(super) user: Owned,
    pub(super) tenant: Owned,
    pub(super) project: Owned,
    pub(super) agent: Owned,
    pub(super) conversation: Owned,
}

/// A failure in memory of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KeptFailure {
    pub(super) kind: Owned,
    pub(super) message: Owned,
    pub(super) http_status: Option<u16>,
    pub(super) rpc_status: Option<i64>,
}

/// Longest error message that is kept: enough to classify it and to show it.
const MESSAGE_BYTES_MAX: usize = 512;

impl Kept {
    pub(super) fn of(span: SpanFacts<'_>) -> Self {
        let facts = span
            .facts
            .map(|facts| Box::new(KeptFacts::of(facts, span.priced)));
        Kept {
            span: span.span,
            parent: span.parent,
            start: span.start_unix_nano,
            end: span.end_unix_nano.max(span.start_unix_nano),
            service: span.service.into(),
            class: span.facts.map_or(Class::Other, |facts| facts.class),
            certain: span.facts.is_none_or(|facts| facts.certain),
            from_log: span.from_log,
            resource: Who::of(&span.resource),
            facts,
        }
    }

    pub(super) fn usage(&self) -> Option<&Usage> {
        self.facts.as_ref()?.usage.as_ref()
    }

    /// What its provider says that it cost, if that is anything: it beats what is worked out, and
    /// holds with or without token counts.
    pub(super) fn billed(&self) -> Option<Priced> {
        let priced = self.facts.as_ref()?.priced?;
        let is_bill = priced.source == Some(Source::Reported);
        (is_bill && priced.amount() > Some(PicoUsd::ZERO)).then_some(priced)
    }

    /// Whether it counts tokens, or says what they cost.
    pub(super) fn counts(&self) -> bool {
        self.usage().is_some() || self.billed().is_some()
    }

    /// Whether it names a model and what that used, which a call is priced by, or has the bill.
    pub(super) fn tells_all(&self) -> bool {
        let facts = self.facts.as_deref();
        let named = facts.and_then(|facts| {
            facts
                .response_model
                .as_ref()
                .or(facts.request_model.as_ref())
        });
        named.is_some() && self.usage().is_some() || self.billed().is_some()
    }

    pub(super) fn failed(&self) -> bool {
        self.facts
            .as_ref()
            .is_some_and(|facts| facts.failure.is_some())
    }

    /// Whether it is a record that repeats what its span says.
    pub(super) fn repeats_span(&self) -> bool {
        self.facts.as_ref().is_some_and(|facts| facts.repeats_span)
    }

    pub(super) fn is_tool_call(&self) -> bool {
        self.facts.as_ref().is_some_and(|facts| facts.is_tool_call)
    }

    /// Whether another record of a log says the same of the same moment, to the nanosecond.
    pub(super) fn is_same_record(&self, other: &Kept) -> bool {
        let place = |kept: &Kept| (kept.from_log, kept.span, kept.start, kept.end, kept.class);
        place(self) == place(other) && self.service == other.service && self.facts == other.facts
    }

    /// Of two copies of one span the fuller one holds: one may have been written before its end.
    pub(super) fn fullness(&self) -> (bool, u64, (usize, usize)) {
        (self.facts.is_some(), self.end, self.detail())
    }

    /// The measure of detail between two views of one call: the token classes it counts, those
    /// that hold something before those that are zero.
    pub(super) fn detail(&self) -> (usize, usize) {
        let Some(usage) = self.usage() else {
            return (0, 0);
        };
        let classes = [
            usage.input,
            usage.output,
            usage.cache_read,
            usage.cache_write,
            usage.reasoning,
        ];
        let counted = classes.iter().flatten();
        (
            counted.clone().filter(|count| **count > 0).count(),
            counted.count(),
        )
    }
}

impl KeptFacts {
    fn of(facts: &Facts<'_>, priced: Option<&Priced>) -> Self {
        KeptFacts {
            dialect: facts.dialect.as_ref().into(),
            scope: facts.scope.into(),
            nearness: facts.nearness,
            operation: facts.operation.as_ref().into(),
            provider: facts.provider.as_deref().map(Into::into),
            request_model: facts.request_model.map(Into::into),
            response_model: facts.response_model.map(Into::into),
            response_id: facts.response_id.as_deref().map(Into::into),
            usage: facts.usage,
            priced: priced.copied(),
            repeats_span: facts.repeats_span,
            first_chunk_nanos: facts
                .first_chunk
                .and_then(|time| u64::try_from(time.as_nanos()).ok()),
            is_tool_call: facts.is_tool_call(),
            tool: facts.tool.name.map(Into::into),
            tool_call_id: facts.tool.call_id.map(Into::into),
            arguments_bytes: facts.tool.arguments_bytes,
            arguments_hash: facts.tool.arguments_hash,
            result_bytes: facts.tool.result_bytes,
            mcp_method: facts.mcp.method.map(Into::into),
            mcp_server: facts.mcp.server.map(Into::into),
            failure: facts.failure.as_ref().map(KeptFailure::of),
            who: Who::of(&facts.identity),
        }
    }
}

impl Who {
    fn of(identity: &Identity<'_>) -> Self {
        Who {
            session: identity.session.map(Into::into),
            user: identity.user.map(Into::into),
            tenant: identity.tenant.map(Into::into),
            project: identity.project.map(Into::into),
            agent: identity.agent.map(Into::into),
            conversation: identity.conversation.map(Into::into),
        }
    }

    /// The same, borrowed.
    pub(super) fn view(&self) -> Identity<'_> {
        Identity {
            session: self.session.as_deref(),
            user: self.user.as_deref(),
            tenant: self.tenant.as_deref(),
            project: self.project.as_deref(),
            agent: self.agent.as_deref(),
            conversation: self.conversation.as_deref(),
        }
    }
}

impl KeptFailure {
    fn of(failure: &Failure<'_>) -> Self {
        KeptFailure {
            kind: failure.kind.map(Into::into),
            message: failure.message.map(|message| clipped(message).into()),
            http_status: failure.http_status,
            rpc_status: failure.rpc_status,
        }
    }

    /// The same, borrowed.
    pub(super) fn view(&self) -> Failure<'_> {
        Failure {
            kind: self.kind.as_deref(),
            message: self.message.as_deref(),
            http_status: self.http_status,
            rpc_status: self.rpc_status,
        }
    }
}

fn clipped(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MESSAGE_BYTES_MAX))
        .unwrap_or(text)
}
