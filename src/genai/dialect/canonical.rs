//! From facts back to attributes: the canonical names, written beside or instead of the originals.

use super::Dialects;
use super::concept::Concept as C;
use super::found::Found;
use super::value::{count, number, text};
use crate::genai::facts::{Class, Facts};
use crate::otlp::{LogRecord, NewValue, Record, RecordKind, Scope, Span, Value};

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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edits {
    set: Vec<(&'static str, NewValue)>,
    remove: Vec<String>,
}

/// Attributes of our own that normalising writes.
const REPORTED_INPUT: &str = "tollgate.usage.input_tokens.reported";
const FRAMEWORK: &str = "tollgate.framework";

impl Dialects {
    /// The changes that make a span canonical; `None` if it says nothing to us, or is canonical.
    pub fn canonical(&self, scope: &Scope, span: &Span, originals: Originals) -> Option<Edits> {
        let (facts, found) = self.read_found(scope, span)?;
        Edits::of(&facts, &found, originals)
    }

    /// The changes that make a log record canonical; `None` if it reports no call.
    pub fn canonical_log(
        &self,
        scope: &Scope,
        record: &LogRecord,
        originals: Originals,
    ) -> Option<Edits> {
        let (logged, found) = self.read_log_found(scope, record)?;
        Edits::of(&logged.facts, &found, originals)
    }
}

impl Edits {
    fn of(facts: &Facts<'_>, found: &Found<'_>, originals: Originals) -> Option<Self> {
        if found.get(C::Mark).is_some() {
            return None; // done before, by us or by another of us
        }
        let mut writer = Writer {
            found,
            edits: Edits::default(),
            written: Vec::new(),
        };
        writer.call(facts);
        writer.tool(facts);
        writer.identity(facts);
        if originals == Originals::Remove {
            writer.remove_originals();
        }
        let mut edits = writer.edits;
        if edits == Edits::default() && facts.class == Class::Other {
            return None;
        }
        if facts.class != Class::Other && !facts.dialect.is_empty() {
            edits
                .set
                .push(("tollgate.dialect", NewValue::Str(facts.dialect.to_string())));
        }
        Some(edits)
    }

    /// Sets one more attribute.
    pub(super) fn set(&mut self, name: &'static str, value: NewValue) {
        self.set.push((name, value));
    }

    /// Takes one more attribute away.
    pub(super) fn remove(&mut self, name: &str) {
        self.remove.push(name.to_owned());
    }

    /// Makes the changes on a span.
    pub fn apply(self, span: &mut Span) {
        self.change(span);
    }

    /// Makes the changes on a log record.
    pub fn apply_log(self, record: &mut LogRecord) {
        self.change(record);
    }

    fn change<K: RecordKind>(self, record: &mut Record<K>) {
        if !self.remove.is_empty() {
            record.retain_attributes(|name, _| !self.remove.iter().any(|gone| gone == name));
        }
        record.set_attributes(&self.set);
    }
}

struct Writer<'f, 'a> {
    found: &'f Found<'a>,
    edits: Edits,
    /// Concepts that now stand under their canonical name.
    written: Vec<C>,
}

impl Writer<'_, '_> {
    /// The model call: operation, models, counts, times.
    fn call(&mut self, facts: &Facts<'_>) {
        let operation = match (&*facts.operation, facts.class) {
            ("", Class::Llm) => "chat",
            ("", Class::Embedding) => "embeddings",
            ("", Class::Tool) => "execute_tool",
            ("", Class::Aggregate) => "invoke_agent",
            (operation, Class::Llm | Class::Embedding | Class::Tool | Class::Aggregate) => {
                operation
            }
            _ => "",
        };
        self.text(
            C::Operation,
            Some(operation).filter(|operation| !operation.is_empty()),
        );
        self.provider(facts);
        if !(facts.class.is_model() || facts.class == Class::Aggregate) {
            return;
        }
        self.text(C::RequestModel, facts.request_model);
        self.text(C::ResponseModel, facts.response_model);
        self.text(C::ResponseId, facts.response_id.as_deref());
        self.reasons(facts.finish_reason);
        if let Some(stream) = facts.stream {
            let same =
                matches!(self.canonical_value(C::Stream), Some(Value::Bool(old)) if old == stream);
            self.set(C::Stream, NewValue::Bool(stream), same);
        }
        if let Some(seconds) = facts.first_chunk.map(|time| time.as_secs_f64()) {
            let same = self.canonical_value(C::FirstChunk).and_then(number) == Some(seconds);
            self.set(C::FirstChunk, NewValue::Double(seconds), same);
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
        ];
        for (concept, tokens) in counts {
            let Some(tokens) = tokens.and_then(|tokens| i64::try_from(tokens).ok()) else {
                continue;
            };
            let same =
                matches!(self.canonical_value(concept), Some(Value::Int(old)) if old == tokens);
            self.set(concept, NewValue::Int(tokens), same);
        }
        if let Some(reported) = facts
            .input_reported
            .and_then(|tokens| i64::try_from(tokens).ok())
        {
            self.edits
                .set
                .push((REPORTED_INPUT, NewValue::Int(reported)));
        }
    }

    /// The provider; a framework's name in its place moves to an attribute of its own.
    fn provider(&mut self, facts: &Facts<'_>) {
        self.text(C::Provider, facts.provider.as_deref());
        let framework = self.canonical_value(C::Provider).and_then(text);
        if let Some(framework) = framework.filter(|_| facts.provider.is_none()) {
            self.edits
                .set
                .push((FRAMEWORK, NewValue::Str(framework.to_owned())));
            self.edits.remove.push("gen_ai.provider.name".to_owned());
        }
    }

    fn reasons(&mut self, reason: Option<&str>) {
        let Some(reason) = reason else { return };
        let same = matches!(self.canonical_value(C::FinishReason), Some(Value::Array(_)));
        let reasons = NewValue::Array(vec![NewValue::Str(reason.to_owned())]);
        self.set(C::FinishReason, reasons, same);
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
        if let Some(failure) = &facts.failure {
            let silent = if facts.class.is_tool() {
                "tool_error"
            } else {
                "_OTHER"
            };
            if self.canonical_value(C::ErrorType).and_then(text).is_none() {
                self.text(C::ErrorType, Some(failure.kind.unwrap_or(silent)));
            }
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
        let same = matches!(self.canonical_value(concept), Some(Value::Str(old)) if old == value);
        self.set(concept, NewValue::Str(value.to_owned()), same);
    }

    /// Writes unless the canonical attribute already says exactly this.
    fn set(&mut self, concept: C, value: NewValue, same: bool) {
        let Some(name) = concept.canonical() else {
            return;
        };
        self.written.push(concept);
        if !same {
            self.edits.set.push((name, value));
        }
    }

    /// What stands under the concept's canonical name now.
    fn canonical_value(&self, concept: C) -> Option<Value<'_>> {
        let name = concept.canonical()?;
        let is_it =
            |hit: &&super::found::Hit<'_>| hit.meaning.concept == Some(concept) && hit.name == name;
        self.found.hits().find(is_it).map(|hit| hit.value)
    }

    fn remove_originals(&mut self) {
        for hit in self.found.hits() {
            let Some(concept) = hit.meaning.concept else {
                continue;
            };
            let canonical = concept.canonical();
            // A count nobody could read is not replaced by the canonical one, so it stays.
            let replaced = self.written.contains(&concept) && canonical != Some(hit.name);
            let readable = text(hit.value).is_some()
                || count(hit.value).is_some()
                || number(hit.value).is_some();
            if replaced && readable {
                self.edits.remove.push(hit.name.to_owned());
            }
        }
    }
}
