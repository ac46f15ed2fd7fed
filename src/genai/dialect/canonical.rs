//! From facts back to attributes: the canonical names, written beside or instead of the originals.

use std::borrow::Cow;

use super::Dialects;
use super::concept::Concept as C;
use super::found::Found;
use super::read::note_of;
use super::value::{count, number, text};
use crate::genai::facts::{Class, Facts};
use crate::otlp::{
    Additions, LogRecord, LogRecords, Record, RecordKind, Scope, Span, Spans, Value,
};

/// What happens to the attributes canonical ones were made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Originals {
    /// They stay beside the canonical ones.
    #[default]
    Keep,
    /// They go.
    Remove,
}

/// Changes to the attributes of one span or log record.
#[derive(Debug)]
pub struct Edits<K> {
    add: Additions<K>,
    /// Whether some of what is added takes the place of something.
    replaces: bool,
    remove: Vec<String>,
}

/// Attributes of our own that normalising writes.
const REPORTED_INPUT: &str = "tollgate.usage.input_tokens.reported";
const FRAMEWORK: &str = "tollgate.framework";

impl Dialects {
    /// The changes that make a span canonical; `None` if it says nothing to us, or is canonical.
    pub fn canonical(
        &self,
        scope: &Scope,
        span: &Span,
        originals: Originals,
    ) -> Option<Edits<Spans>> {
        let (mut facts, found) = self.read_found(scope, span)?;
        self.edits(&mut facts, &found, span, originals)
    }

    /// Makes a span canonical, and leaves on it what it says now for later readers.
    pub fn make_canonical(&self, scope: &Scope, span: &mut Span, originals: Originals) {
        let mut read = self.read_found(scope, span);
        let edits = read
            .as_mut()
            .and_then(|(facts, found)| self.edits(facts, found, span, originals));
        let note = note_of(read.as_ref().map(|(facts, _)| facts));
        if let Some(edits) = edits {
            edits.apply(span);
        }
        span.leave_note(note);
    }

    /// The changes that make a log record canonical; `None` if it reports no call.
    pub fn canonical_log(
        &self,
        scope: &Scope,
        record: &LogRecord,
        originals: Originals,
    ) -> Option<Edits<LogRecords>> {
        let (mut logged, found) = self.read_log_found(scope, record)?;
        self.edits(&mut logged.facts, &found, record, originals)
    }

    /// The changes, and the facts as they will be read from them.
    fn edits<K: RecordKind>(
        &self,
        facts: &mut Facts<'_>,
        found: &Found<'_>,
        record: &Record<K>,
        originals: Originals,
    ) -> Option<Edits<K>> {
        if found.get(C::Mark).is_some() {
            return None; // done before, by us or by another of us
        }
        complete(facts);
        let mut writer = Writer {
            found,
            record,
            edits: Edits::default(),
            written: 0,
        };
        writer.call(facts);
        writer.tool(facts);
        writer.identity(facts);
        if originals == Originals::Remove {
            writer.remove_originals(self);
        }
        let mut edits = writer.edits;
        if edits.is_empty() && facts.class == Class::Other {
            return None;
        }
        if facts.class != Class::Other && !facts.dialect.is_empty() {
            edits.replaces |= found.canonical(C::Mark).is_some();
            edits.add.text("tollgate.dialect", &[&facts.dialect]);
        }
        if facts.class.is_model() {
            facts.input_reported = None;
        }
        Some(edits)
    }
}

/// Says what the canonical names say where the source said nothing.
fn complete(facts: &mut Facts<'_>) {
    let operation = match facts.class {
        Class::Llm => "chat",
        Class::Embedding => "embeddings",
        Class::Tool => "execute_tool",
        Class::Aggregate => "invoke_agent",
        _ => "",
    };
    if facts.operation.is_empty() {
        facts.operation = Cow::Borrowed(operation);
    }
    facts.certain |= !operation.is_empty();
    let silent = if facts.class.is_tool() {
        "tool_error"
    } else {
        "_OTHER"
    };
    if let Some(failure) = &mut facts.failure {
        failure.kind.get_or_insert(silent);
    }
}

impl<K: RecordKind> Edits<K> {
    /// Sets one more attribute, to a text.
    pub(super) fn set(&mut self, name: &str, text: &str) {
        self.replaces = true;
        self.add.text(name, &[text]);
    }

    /// Takes one more attribute away.
    pub(super) fn remove(&mut self, name: &str) {
        self.remove.push(name.to_owned());
    }

    /// Whether nothing changes.
    pub(super) fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }

    /// Makes the changes.
    pub fn apply(self, record: &mut Record<K>) {
        if !self.remove.is_empty() {
            record.retain_attributes(|name, _| !self.remove.iter().any(|gone| gone == name));
        }
        if self.replaces {
            record.put_attributes(self.add);
        } else {
            record.add_attributes(self.add);
        }
    }
}

impl<K> Default for Edits<K> {
    fn default() -> Self {
        Edits {
            add: Additions::default(),
            replaces: false,
            remove: Vec::new(),
        }
    }
}

struct Writer<'f, 'a, K> {
    found: &'f Found<'a>,
    record: &'f Record<K>,
    edits: Edits<K>,
    /// Concepts that now stand under their canonical name, by bit.
    written: u128,
}

impl<K: RecordKind> Writer<'_, '_, K> {
    /// The model call: operation, models, counts, times.
    fn call(&mut self, facts: &Facts<'_>) {
        let named = facts.class.is_model() || matches!(facts.class, Class::Tool | Class::Aggregate);
        self.text(C::Operation, Some(&*facts.operation).filter(|_| named));
        self.provider(facts);
        if !(facts.class.is_model() || facts.class == Class::Aggregate) {
            return;
        }
        self.text(C::RequestModel, facts.request_model);
        self.text(C::ResponseModel, facts.response_model);
        self.text(C::ResponseId, facts.response_id.as_deref());
        self.reasons(facts.finish_reason);
        if let Some(stream) = facts.stream {
            let same = |old: Value<'_>| old == Value::Bool(stream);
            self.set(C::Stream, same, |add, name| add.bool(name, stream));
        }
        if let Some(seconds) = facts.first_chunk.map(|time| time.as_secs_f64()) {
            let same = |old: Value<'_>| number(old) == Some(seconds);
            self.set(C::FirstChunk, same, |add, name| add.double(name, seconds));
        }
        // An aggregate's sum under the canonical name would be added to its leaves by every reader.
        if facts.class.is_model() {
            self.counts(facts);
        }
    }

    fn counts(&mut self, facts: &Facts<'_>) {
        let Some(usage) = &facts.usage else { return };
        let counts = [
            (C::Input, usage.input),
            (C::Output, usage.output),
            (C::CacheRead, usage.cache_read),
            (C::CacheWrite, usage.cache_write),
            (C::Reasoning, usage.reasoning),
            (C::WebSearches, usage.web_searches),
        ];
        for (concept, tokens) in counts {
            let Some(tokens) = tokens.and_then(|tokens| i64::try_from(tokens).ok()) else {
                continue;
            };
            let same = |old: Value<'_>| old == Value::Int(tokens);
            self.set(concept, same, |add, name| add.int(name, tokens));
        }
        let reported = facts.input_reported;
        if let Some(reported) = reported.and_then(|tokens| i64::try_from(tokens).ok()) {
            self.own(REPORTED_INPUT).int(REPORTED_INPUT, reported);
        }
    }

    /// The provider; a framework's name in its place moves to an attribute of its own.
    fn provider(&mut self, facts: &Facts<'_>) {
        self.text(C::Provider, facts.provider.as_deref());
        let framework = self.found.canonical(C::Provider).and_then(text);
        if let Some(framework) = framework.filter(|_| facts.provider.is_none()) {
            self.own(FRAMEWORK).text(FRAMEWORK, &[framework]);
            self.edits.remove.push("gen_ai.provider.name".to_owned());
        }
    }

    fn reasons(&mut self, reason: Option<&str>) {
        let Some(reason) = reason else { return };
        let same = |old: Value<'_>| matches!(old, Value::Array(_));
        self.set(C::FinishReason, same, |add, name| add.texts(name, reason));
    }

    /// The tool call, the protocol request, and how either failed.
    fn tool(&mut self, facts: &Facts<'_>) {
        if facts.class.is_tool() {
            self.text(C::ToolName, facts.tool.name);
            self.text(C::ToolCallId, facts.tool.call_id);
            for concept in [C::ToolArguments, C::ToolResult] {
                let value = self.found.get(concept).and_then(|value| value.as_str());
                self.text(concept, value);
            }
            self.text(C::McpMethod, facts.mcp.method);
            self.text(C::McpSession, facts.mcp.session);
            self.text(C::McpProtocol, facts.mcp.protocol);
            self.text(C::McpServer, facts.mcp.server);
            self.text(C::McpRequestId, facts.mcp.request_id.as_deref());
        }
        let kind = facts.failure.as_ref().and_then(|failure| failure.kind);
        if self.found.canonical(C::ErrorType).and_then(text).is_none() {
            self.text(C::ErrorType, kind);
        }
    }

    fn identity(&mut self, facts: &Facts<'_>) {
        let identity = &facts.identity;
        self.text(C::Session, identity.session);
        self.text(C::User, identity.user);
        self.text(C::Tenant, identity.tenant);
        self.text(C::Project, identity.project);
        self.text(C::Conversation, identity.conversation);
        if facts.class != Class::Other {
            self.text(C::Agent, identity.agent);
        }
    }

    fn text(&mut self, concept: C, value: Option<&str>) {
        let Some(value) = value else { return };
        let same = |old: Value<'_>| old == Value::Str(value);
        self.set(concept, same, |add, name| add.text(name, &[value]));
    }

    /// Writes unless the canonical attribute already says exactly this.
    #[inline]
    fn set(
        &mut self,
        concept: C,
        same: impl FnOnce(Value<'_>) -> bool,
        write: impl FnOnce(&mut Additions<K>, &str),
    ) {
        let Some(name) = concept.canonical() else {
            return;
        };
        self.written |= 1 << concept as u32;
        let old = self.found.canonical(concept);
        if !old.is_some_and(same) {
            self.edits.replaces |= old.is_some();
            write(&mut self.edits.add, name);
        }
    }

    /// Where an attribute of our own is written, which no dialect has.
    fn own(&mut self, name: &str) -> &mut Additions<K> {
        self.edits.replaces |= self.record.attribute(name).is_some();
        &mut self.edits.add
    }

    fn remove_originals(&mut self, dialects: &Dialects) {
        for hit in self.found.hits() {
            let concept = hit.meaning.concept;
            let name = dialects.vocabulary.name(hit.name);
            // A count nobody could read is not replaced by the canonical one, so it stays.
            let written = self.written & 1 << concept as u32 != 0;
            let replaced = written && concept.canonical() != Some(name);
            let value = hit.value.get();
            let readable =
                text(value).is_some() || count(value).is_some() || number(value).is_some();
            if replaced && readable {
                self.edits.remove.push(name.to_owned());
            }
        }
    }
}
