//! Cleans one record, resource or scope: every text in it, and what is left to say of that.

use std::sync::Arc;

use super::audit::Line;
use super::clean::What;
use super::content;
use super::marks::marks;
use super::policy::Policy;
use super::text::{Look, Seen, Work};
use crate::meter::{Counter, Series};
use crate::otlp::{
    Attributes, Batch, LogRecord, Metric, NewValue, Record, RecordKind, Redacted, Resource, Scope,
    Signal, Span, SpanId, TraceId,
};

/// One worker's cleaner, with memory that it uses again and again.
pub(super) struct Cleaner {
    policy: Arc<Policy>,
    series: Series<Counter>,
    signal: Signal,
    now: u64,
    work: Work,
}

impl Cleaner {
    pub(super) fn new(policy: Arc<Policy>, series: Series<Counter>) -> Self {
        Cleaner {
            policy,
            series,
            signal: Signal::Traces,
            now: 0,
            work: Work::default(),
        }
    }

    /// One that also tells what it finds, and why.
    pub(super) fn witnessed(policy: Arc<Policy>, series: Series<Counter>) -> Self {
        Cleaner {
            work: Work::witnessed(),
            ..Cleaner::new(policy, series)
        }
    }

    /// What it found since it was asked last, if it is witnessed.
    pub(super) fn seen(&mut self) -> Vec<Seen> {
        self.work
            .seen
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }

    pub(super) fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// A batch begins.
    pub(super) fn begin(&mut self, signal: Signal, now: u64) {
        self.signal = signal;
        self.now = now;
    }

    /// Cleans what stands around the records of a batch, each resource and each scope once.
    pub(super) fn around<K: RecordKind>(&mut self, batch: &mut Batch<Record<K>>) {
        batch.replace_resources(|resource| {
            self.envelope(What::Resource, resource, resource.envelope(), None)
        });
        batch.replace_scopes(|scope| {
            let above = Some(scope.resource().attributes());
            self.envelope(What::Scope, scope, scope.envelope(), above)
        });
    }

    /// What a resource or scope becomes, if it does not stay.
    fn envelope<T: Item + Clone>(
        &mut self,
        what: What,
        item: &T,
        envelope: &[u8],
        above: Option<Attributes<'_>>,
    ) -> Option<T> {
        if self.work.clean.holds(what, envelope) {
            return None;
        }
        let mut look = Look::at(&self.policy, &mut self.work, item.own(), above);
        let redacted = item.shown(&mut look);
        look.learn(what, envelope);
        let new = self.is_changed(redacted.as_ref()).then(|| {
            let mut new = item.clone();
            self.edit(&mut new, redacted);
            new
        });
        self.account(|| (None, None));
        new
    }

    fn is_changed(&self, redacted: Option<&Redacted>) -> bool {
        redacted.is_some() || !self.work.removed.is_empty() || self.is_marked()
    }

    /// Cleans a span; says whether it stays.
    pub(super) fn span(&mut self, scope: &Scope, span: &mut Span) -> bool {
        if !self.policy.include_tool_io && self.policy.changes {
            let tool = content::is_tool(span.attributes());
            if span
                .attributes()
                .iter()
                .any(|(key, _)| content::is_tool_io(key, tool))
            {
                span.retain_attributes(|key, _| !content::is_tool_io(key, tool));
            }
        }
        self.record(scope, span);
        self.account(|| (Some(span.trace_id()), Some(span.span_id())));
        !self.work.drop_item
    }

    /// Cleans a log record; says whether it stays.
    pub(super) fn log(&mut self, scope: &Scope, log: &mut LogRecord) -> bool {
        if !self.policy.include_tool_io && self.policy.changes {
            if log
                .attributes()
                .iter()
                .any(|(key, _)| content::is_tool_io(key, false))
            {
                log.retain_attributes(|key, _| !content::is_tool_io(key, false));
            }
            if log.event_name() == "gen_ai.tool.message"
                || log.attribute("event.name").and_then(|name| name.as_str())
                    == Some("gen_ai.tool.message")
            {
                log.set_body(NewValue::Empty);
            }
        }
        self.record(scope, log);
        self.account(|| (log.trace_id(), log.span_id()));
        !self.work.drop_item
    }

    /// Cleans a metric; says whether it stays. Its marks stand in its metadata: on its points they
    /// would make new series of them.
    pub(super) fn metric(&mut self, scope: &Scope, metric: &mut Metric) -> bool {
        self.record(scope, metric);
        self.account(|| (None, None));
        !self.work.drop_item
    }

    fn record<K: RecordKind>(&mut self, scope: &Scope, record: &mut Record<K>) {
        let above = scope.resource().attributes();
        let mut look = Look::at(
            &self.policy,
            &mut self.work,
            record.attributes(),
            Some(above),
        );
        let redacted = record.redacted(&mut look);
        self.edit(record, redacted);
    }

    /// Does to an item what was decided about it.
    fn edit(&mut self, item: &mut impl Item, redacted: Option<Redacted>) {
        if let Some(redacted) = redacted {
            item.put(redacted);
        }
        for key in self.work.removed.drain(..) {
            item.remove(&key);
        }
        if self.is_marked() {
            for (key, value) in self.marks(item.own()) {
                item.set(key, value);
            }
        }
    }

    /// Whether the item shall tell what was found in it.
    fn is_marked(&self) -> bool {
        self.policy.mark && self.policy.changes && !self.work.kinds.is_empty()
    }

    fn marks(&self, own: Attributes<'_>) -> [(&'static str, NewValue); 2] {
        let scanner = &self.policy.scanner;
        let kinds = self.work.kinds.iter();
        marks(
            own,
            kinds.map(|tally| (scanner.name(tally.kind), tally.found)),
        )
    }

    /// Counts what was found, and writes it into the audit file.
    fn account(&mut self, ids: impl Fn() -> (Option<TraceId>, Option<SpanId>)) {
        if self.work.kinds.is_empty() {
            return;
        }
        // The tenant's own name may be personal: it is shown as a reader would see it.
        let tenant = self.work.clean_tenant(&self.policy);
        for tally in &self.work.kinds {
            let name = self.policy.scanner.name(tally.kind);
            self.series
                .of(&[name, super::name(self.signal), &tenant])
                .add(tally.found);
            if let Some(audit) = &self.policy.audit {
                let (trace, span) = ids();
                audit.write(Line {
                    time_unix_nano: self.now,
                    signal: super::name(self.signal),
                    tenant: tenant.clone(),
                    trace_id: trace.map(|id| id.to_string()).unwrap_or_default(),
                    span_id: span.map(|id| id.to_string()).unwrap_or_default(),
                    kind: name.to_owned(),
                    count: tally.found,
                    changed: self.policy.changes && tally.treated > 0,
                });
            }
        }
    }
}

/// What has texts to look at, and texts and attributes to edit.
trait Item {
    fn own(&self) -> Attributes<'_>;
    fn shown(&self, look: &mut Look<'_>) -> Option<Redacted>;
    fn put(&mut self, redacted: Redacted);
    fn remove(&mut self, key: &str);
    fn set(&mut self, key: &str, value: NewValue);
}

macro_rules! item {
    ($item:ty $(, $kind:ident)?) => {
        impl$(<$kind: RecordKind>)? Item for $item {
            fn own(&self) -> Attributes<'_> {
                self.attributes()
            }

            fn shown(&self, look: &mut Look<'_>) -> Option<Redacted> {
                self.redacted(look)
            }

            fn put(&mut self, redacted: Redacted) {
                self.put_redacted(redacted);
            }

            fn remove(&mut self, key: &str) {
                self.remove_attribute(key);
            }

            fn set(&mut self, key: &str, value: NewValue) {
                self.set_attribute(key, value);
            }
        }
    };
}

item!(Resource);
item!(Scope);
item!(Record<K>, K);
