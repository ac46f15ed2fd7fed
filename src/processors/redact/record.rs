//! Cleans one record, resource or scope: every text in it, and what is left to say of that.

use std::sync::Arc;

use super::audit::Line;
use super::config::Action;
use super::content;
use super::policy::Policy;
use crate::meter::{Counter, Series};
use crate::otlp::{
    Attributes, LogRecord, Metric, NewValue, Place, Record, RecordKind, Resource, Scope, Signal,
    Span,
};
use crate::pii::{self, Findings, Kind};

/// How many findings, by kind.
const COUNT: &str = "tollgate.redaction.count";
const KINDS: &str = "tollgate.redaction.kinds";

/// One worker's cleaner, with memory that it uses again and again.
pub(super) struct Cleaner {
    policy: Arc<Policy>,
    series: Series<Counter>,
    signal: Signal,
    now: u64,
    work: Work,
}

/// What is known of the record at hand.
#[derive(Default)]
struct Work {
    findings: Findings,
    kinds: Vec<Tally>,
    /// Top keys of attributes that an action removes.
    removed: Vec<String>,
    drop_item: bool,
    tenant: String,
}

/// How many findings of a kind there are, and how many of them an action takes away.
struct Tally {
    kind: Kind,
    found: u64,
    treated: u64,
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

    /// A batch begins.
    pub(super) fn begin(&mut self, signal: Signal, now: u64) {
        self.signal = signal;
        self.now = now;
    }

    pub(super) fn resource(&mut self, resource: &mut Resource) {
        self.start(resource.attributes(), None);
        let (policy, work) = (&self.policy, &mut self.work);
        resource.redact_with(|place, text| work.text(policy, place, text));
        for key in std::mem::take(&mut work.removed) {
            resource.remove_attribute(&key);
        }
        for (key, value) in self.marks().into_iter().flatten() {
            resource.set_attribute(key, value);
        }
        self.account("", "");
    }

    pub(super) fn scope(&mut self, scope: &mut Scope) {
        self.start(scope.attributes(), Some(scope.resource()));
        let (policy, work) = (&self.policy, &mut self.work);
        scope.redact_with(|place, text| work.text(policy, place, text));
        for key in std::mem::take(&mut work.removed) {
            scope.remove_attribute(&key);
        }
        for (key, value) in self.marks().into_iter().flatten() {
            scope.set_attribute(key, value);
        }
        self.account("", "");
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
        if self.work.count() > 0 {
            self.account(&hex(&span.trace_id().0), &hex(&span.span_id().0));
        }
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
        if self.work.count() > 0 {
            let trace = log.trace_id().map(|id| hex(&id.0)).unwrap_or_default();
            let span = log.span_id().map(|id| hex(&id.0)).unwrap_or_default();
            self.account(&trace, &span);
        }
        !self.work.drop_item
    }

    /// Cleans a metric; says whether it stays. Its marks stand in its metadata: on its points they
    /// would make new series of them.
    pub(super) fn metric(&mut self, scope: &Scope, metric: &mut Metric) -> bool {
        self.record(scope, metric);
        if self.work.count() > 0 {
            self.account("", "");
        }
        !self.work.drop_item
    }

    fn record<K: RecordKind>(&mut self, scope: &Scope, record: &mut Record<K>) {
        self.start(record.attributes(), Some(scope.resource()));
        let (policy, work) = (&self.policy, &mut self.work);
        record.redact_with(|place, text| work.text(policy, place, text));
        for key in std::mem::take(&mut work.removed) {
            record.remove_attribute(&key);
        }
        for (key, value) in self.marks().into_iter().flatten() {
            record.set_attribute(key, value);
        }
    }

    /// How much was found, and how many of each kind, where that is written onto the item.
    fn marks(&self) -> Option<[(&'static str, NewValue); 2]> {
        if !self.policy.mark || !self.policy.changes || self.work.kinds.is_empty() {
            return None;
        }
        let scanner = &self.policy.scanner;
        let kinds = self.work.kinds.iter().map(|tally| {
            let name = scanner.name(tally.kind).to_owned();
            (name, NewValue::Int(tally.found as i64))
        });
        let kinds = NewValue::Map(kinds.collect());
        Some([(COUNT, self.work.count().into()), (KINDS, kinds)])
    }

    /// A new record: nothing is known of it but, where exceptions ask, its tenant.
    fn start(&mut self, attributes: Attributes<'_>, resource: Option<&Arc<Resource>>) {
        self.work.kinds.clear();
        self.work.removed.clear();
        self.work.drop_item = false;
        self.work.tenant.clear();
        let around = resource.map(|resource| resource.attributes());
        for name in &self.policy.tenant_attributes {
            let named = attributes
                .get(name)
                .or_else(|| around.and_then(|around| around.get(name)));
            if let Some(tenant) = named.and_then(|value| value.as_str()) {
                self.work.tenant.push_str(tenant);
                return;
            }
        }
    }

    /// Counts what was found, and writes it into the audit file.
    fn account(&mut self, trace_id: &str, span_id: &str) {
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
                audit.write(Line {
                    time_unix_nano: self.now,
                    signal: super::name(self.signal),
                    tenant: tenant.clone(),
                    trace_id: trace_id.to_owned(),
                    span_id: span_id.to_owned(),
                    kind: name.to_owned(),
                    count: tally.found,
                    changed: self.policy.changes && tally.treated > 0,
                });
            }
        }
    }
}

impl Work {
    fn count(&self) -> i64 {
        self.kinds.iter().map(|tally| tally.found as i64).sum()
    }

    /// What takes a text's place, if anything does.
    fn text(&mut self, policy: &Policy, place: Place<'_>, text: &str) -> Option<String> {
        if let Place::Number { key, top, number } = place {
            return names_persons(key, top)
                .then(|| self.shown(policy, place, &number.to_string()))
                .flatten();
        }
        if text.is_empty() || !is_scanned(&place, policy.scan_keys) {
            return None;
        }
        self.shown(policy, place, text)
    }

    fn shown(&mut self, policy: &Policy, place: Place<'_>, text: &str) -> Option<String> {
        let (key, top) = (place.key(), place.top());
        let named = match place {
            Place::AttributeKey { .. } => None,
            // A sensitive key covers all that stands below it.
            _ if key != top && pii::is_sensitive(top) => Some(top),
            _ => Some(key).filter(|key| !key.is_empty()),
        };
        policy.scanner.scan(named, text, &mut self.findings);
        if policy.asks_for_tenant() {
            let tenant = &self.tenant;
            self.findings
                .retain(|found| !policy.pardons(found, top, tenant));
        }
        let limit = if has_limit(&place) {
            policy.limit(top)
        } else {
            None
        };
        let long = limit
            .is_some_and(|limit| text.len() > limit && pii::first(text, limit).len() < text.len());
        if self.findings.is_empty() && !long {
            return None;
        }
        self.decide(policy, &place, top);
        if !policy.changes {
            return None;
        }
        let masked = pii::mask(text, &self.findings, limit, |found, value, out| {
            policy.write(found, policy.action(found, top), value, &self.tenant, out);
        });
        (masked != text).then_some(masked)
    }

    /// Counts the findings, and notes what their actions do to the attribute or the record.
    fn decide(&mut self, policy: &Policy, place: &Place<'_>, top: &str) {
        for found in self.findings.iter() {
            let action = policy.action(found, top);
            tally(&mut self.kinds, found.kind, action != Action::Report);
            match action {
                Action::DropItem => self.drop_item = policy.changes,
                Action::DropAttribute
                    if policy.changes
                        && is_own_attribute(place)
                        && !self.removed.iter().any(|key| key == top) =>
                {
                    self.removed.push(top.to_owned());
                }
                _ => {}
            }
        }
    }

    fn clean_tenant(&mut self, policy: &Policy) -> String {
        let mut findings = std::mem::take(&mut self.findings);
        policy.scanner.scan(None, &self.tenant, &mut findings);
        let clean = pii::mask(&self.tenant, &findings, None, |found, value, out| {
            policy.write(found, Action::Label, value, "", out);
        });
        self.findings = findings;
        clean
    }
}

fn tally(kinds: &mut Vec<Tally>, kind: Kind, treated: bool) {
    let treated = u64::from(treated);
    match kinds.iter_mut().find(|tally| tally.kind == kind) {
        Some(tally) => {
            tally.found += 1;
            tally.treated += treated;
        }
        None => kinds.push(Tally {
            kind,
            found: 1,
            treated,
        }),
    }
}

/// Whole numbers are texts too where their key speaks of persons: a card number, a telephone.
fn names_persons(key: &str, top: &str) -> bool {
    pii::is_sensitive(key) || pii::is_sensitive(top) || pii::speaks_of_persons(key)
}

/// Texts that no program fills with what people wrote: versions, units, schemas.
fn is_scanned(place: &Place<'_>, keys: bool) -> bool {
    match place {
        Place::AttributeKey { .. } => keys,
        Place::ScopeVersion | Place::SchemaUrl | Place::MetricUnit | Place::EntityRef => false,
        _ => true,
    }
}

/// Values of attributes and bodies have limits; names do not.
fn has_limit(place: &Place<'_>) -> bool {
    !place.top().is_empty()
        && !matches!(
            place,
            Place::AttributeKey { .. } | Place::BytesValue { .. } | Place::Number { .. }
        )
        || matches!(place, Place::Body { .. })
}

/// Attributes of the record, resource or scope itself, which can be removed.
fn is_own_attribute(place: &Place<'_>) -> bool {
    matches!(
        place,
        Place::AttributeValue { .. }
            | Place::ResourceAttribute { .. }
            | Place::ScopeAttribute { .. }
            | Place::BytesValue { .. }
            | Place::Number { .. }
    )
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}
