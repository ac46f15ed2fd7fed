//! Facts in memory of their own, so that they can be carried beside what they were read from.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::{Class, Facts, Failure, Identity, Mcp, Tool};
use crate::genai::pricing::{Book, PicoUsd, Priced};
use crate::genai::usage::Usage;
use crate::otlp::{Note, Record, RecordKind};

/// All that [`Facts`] say but the name of the scope, which stands beside them anyway; in two pieces
/// of memory, whatever they say.
#[derive(Clone, Debug)]
pub struct Carried {
    /// Every text, one behind the other.
    texts: Box<str>,
    /// Where each text ends.
    ends: [u32; TEXTS],
    /// Which texts there are, by bit: an empty one is not a missing one.
    present: u32,
    class: Class,
    certain: bool,
    nearness: u8,
    usage: Option<Usage>,
    input_reported: Option<u64>,
    cost_reported: Option<f64>,
    cost_billed: Option<PicoUsd>,
    repeats_span: bool,
    stream: Option<bool>,
    first_chunk: Option<Duration>,
    arguments_bytes: Option<u64>,
    arguments_hash: Option<u64>,
    result_bytes: Option<u64>,
    /// HTTP and JSON-RPC status, of a failure.
    failure: Option<(Option<u16>, Option<i64>)>,
    priced: bool,
    /// What it costs by which book, once that was asked.
    price: Option<(Arc<Book>, Priced)>,
}

/// How many texts facts hold.
const TEXTS: usize = 23;

impl Carried {
    /// The facts, copied.
    pub fn of(facts: &Facts<'_>) -> Self {
        let said = texts(facts);
        let room = said.iter().flatten().map(|text| text.len()).sum();
        let mut texts = String::with_capacity(room);
        let mut ends = [0; TEXTS];
        let mut present = 0;
        for (index, (text, end)) in said.iter().zip(&mut ends).enumerate() {
            if let Some(text) = text {
                texts.push_str(text);
                present |= 1 << index;
            }
            *end = texts.len() as u32;
        }
        let failure = facts.failure.as_ref();
        Carried {
            texts: texts.into_boxed_str(),
            ends,
            present,
            class: facts.class,
            certain: facts.certain,
            nearness: facts.nearness,
            usage: facts.usage,
            input_reported: facts.input_reported,
            cost_reported: facts.cost_reported,
            cost_billed: facts.cost_billed,
            repeats_span: facts.repeats_span,
            stream: facts.stream,
            first_chunk: facts.first_chunk,
            arguments_bytes: facts.tool.arguments_bytes,
            arguments_hash: facts.tool.arguments_hash,
            result_bytes: facts.tool.result_bytes,
            failure: failure.map(|failure| (failure.http_status, failure.rpc_status)),
            priced: facts.priced,
            price: None,
        }
    }

    /// The facts that are remembered of a record.
    pub fn on<K: RecordKind>(record: &Record<K>) -> Option<&Self> {
        match record.note() {
            Note::Found(found) => found.downcast_ref(),
            Note::Unread | Note::Nothing => None,
        }
    }

    /// Remembers what a record's call costs, beside its facts.
    pub fn set_price<K: RecordKind>(record: &mut Record<K>, book: &Arc<Book>, priced: &Priced) {
        if let Note::Found(found) = record.note_mut()
            && let Some(found) = Arc::get_mut(found)
            && let Some(carried) = found.downcast_mut::<Carried>()
        {
            carried.price = Some((Arc::clone(book), *priced));
        }
    }

    /// What the call costs, if that was worked out by this book.
    pub fn price_by(&self, book: &Arc<Book>) -> Option<&Priced> {
        let (by, priced) = self.price.as_ref()?;
        Arc::ptr_eq(by, book).then_some(priced)
    }

    /// What the span stands for.
    pub fn class(&self) -> Class {
        self.class
    }

    /// The facts, as they were read under a scope of this name.
    pub fn view<'a>(&'a self, scope: &'a str) -> Facts<'a> {
        let mut texts = self.texts();
        let mut next = move || texts.next().flatten();
        // Fields are filled in the order in which `texts` lists them.
        Facts {
            dialect: Cow::Borrowed(next().unwrap_or_default()),
            operation: Cow::Borrowed(next().unwrap_or_default()),
            provider: next().map(Cow::Borrowed),
            request_model: next(),
            response_model: next(),
            response_id: next().map(Cow::Borrowed),
            service_tier: next(),
            finish_reason: next(),
            tool: Tool {
                name: next(),
                call_id: next(),
                arguments_bytes: self.arguments_bytes,
                result_bytes: self.result_bytes,
                arguments_hash: self.arguments_hash,
            },
            mcp: Mcp {
                method: next(),
                session: next(),
                request_id: next().map(Cow::Borrowed),
                server: next(),
                protocol: next(),
            },
            identity: Identity {
                session: next(),
                user: next(),
                tenant: next(),
                project: next(),
                agent: next(),
                conversation: next(),
            },
            failure: {
                let (kind, message) = (next(), next());
                self.failure.map(|(http_status, rpc_status)| Failure {
                    kind,
                    message,
                    http_status,
                    rpc_status,
                })
            },
            scope,
            class: self.class,
            certain: self.certain,
            nearness: self.nearness,
            usage: self.usage,
            input_reported: self.input_reported,
            cost_reported: self.cost_reported,
            cost_billed: self.cost_billed,
            repeats_span: self.repeats_span,
            stream: self.stream,
            first_chunk: self.first_chunk,
            priced: self.priced || self.price.is_some(),
        }
    }

    fn texts(&self) -> impl Iterator<Item = Option<&str>> {
        let mut start = 0;
        self.ends.iter().enumerate().map(move |(index, end)| {
            let range = start..*end as usize;
            start = range.end;
            let there = self.present & 1 << index != 0;
            there.then(|| self.texts.get(range)).flatten()
        })
    }
}

/// Every text of the facts, in the order of [`Carried::view`].
fn texts<'f>(facts: &'f Facts<'_>) -> [Option<&'f str>; TEXTS] {
    let Facts {
        tool,
        mcp,
        identity,
        ..
    } = facts;
    let failure = facts.failure.as_ref();
    [
        Some(&*facts.dialect),
        Some(&*facts.operation),
        facts.provider.as_deref(),
        facts.request_model,
        facts.response_model,
        facts.response_id.as_deref(),
        facts.service_tier,
        facts.finish_reason,
        tool.name,
        tool.call_id,
        mcp.method,
        mcp.session,
        mcp.request_id.as_deref(),
        mcp.server,
        mcp.protocol,
        identity.session,
        identity.user,
        identity.tenant,
        identity.project,
        identity.agent,
        identity.conversation,
        failure.and_then(|failure| failure.kind),
        failure.and_then(|failure| failure.message),
    ]
}
