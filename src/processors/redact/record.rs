//! Cleans one record, resource or scope: every text in it, and what is left to say of that.

use std::sync::Arc;

use super::audit::Line;
use super::config::Action;
use super::content;
use super::policy::Policy;
use crate::meter::{Counter, Series};
use crate::otlp::{
    Attributes, LogRecord, Metric, NewValue, Place, Record, RecordKind, Resource, Scope, Signal,
    Span, Value,
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
    kinds: Vec<(Kind, u64)>,
    /// Top keys of attributes that an action removes.
    removed: Vec<String>,
    drop_item: bool,
    tenant: String,
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
        if self.is_marked() {
            resource.set_attribute(COUNT, self.work.count());
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

    /// Cleans a metric; says whether it stays. A mark on its points would make new series of them.
    pub(super) fn metric(&mut self, scope: &Scope, metric: &mut Metric) -> bool {
        self.start(Attributes::none(), Some(scope.resource()));
        let (policy, work) = (&self.policy, &mut self.work);
        metric.redact_with(|place, text| work.text(policy, place, text));
        self.work.removed.clear();
        if self.work.count() > 0 {
            self.account("", "");
        }
        !self.work.drop_item
    }

    fn record<K: RecordKind>(&mut self, scope: &Scope, record: &mut Record<K>) {
        self.start(record.attributes(), Some(scope.resource()));
        let (policy, work) = (&self.policy, &mut self.work);
        let numbers = work.numbers(policy, record.attributes());
        record.redact_with(|place, text| work.text(policy, place, text));
        for (key, text) in numbers {
            record.set_attribute(&key, text);
        }
        for key in std::mem::take(&mut work.removed) {
            record.remove_attribute(&key);
        }
        if self.is_marked() {
            record.set_attribute(COUNT, self.work.count());
            let scanner = &self.policy.scanner;
            let kinds = self.work.kinds.iter();
            let kinds = kinds.map(|(kind, count)| {
                (scanner.name(*kind).to_owned(), NewValue::Int(*count as i64))
            });
            record.set_attribute(KINDS, NewValue::Map(kinds.collect()));
        }
    }

    fn is_marked(&self) -> bool {
        self.policy.mark && self.policy.changes && !self.work.kinds.is_empty()
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
        for &(kind, count) in &self.work.kinds {
            let name = self.policy.scanner.name(kind);
            self.series
                .of(&[name, super::name(self.signal), &tenant])
                .add(count);
            if let Some(audit) = &self.policy.audit {
                audit.write(Line {
                    time_unix_nano: self.now,
                    signal: super::name(self.signal),
                    tenant: tenant.clone(),
                    trace_id: trace_id.to_owned(),
                    span_id: span_id.to_owned(),
                    kind: name.to_owned(),
                    count,
                    changed: self.policy.changes,
                });
            }
        }
    }
}

impl Work {
    fn count(&self) -> i64 {
        self.kinds.iter().map(|(_, count)| *count as i64).sum()
    }

    /// What takes a text's place, if anything does.
    fn text(&mut self, policy: &Policy, place: Place<'_>, text: &str) -> Option<String> {
        if text.is_empty() || !is_scanned(&place, policy.scan_keys) {
            return None;
        }
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
            match self.kinds.iter_mut().find(|(kind, _)| *kind == found.kind) {
                Some((_, count)) => *count += 1,
                None => self.kinds.push((found.kind, 1)),
            }
            match policy.action(found, top) {
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

    /// Whole numbers are texts too where their key speaks of persons: a card number, a telephone.
    fn numbers(&mut self, policy: &Policy, attributes: Attributes<'_>) -> Vec<(String, String)> {
        let mut new = Vec::new();
        for (key, value) in attributes {
            let number = match value {
                Value::Int(number) if number.unsigned_abs() > 99 => number,
                Value::Double(number) if number.fract() == 0.0 && (1e6..9e15).contains(&number) => {
                    number as i64
                }
                _ => continue,
            };
            if !pii::is_sensitive(key) && !pii::speaks_of_persons(key) {
                continue;
            }
            let text = number.to_string();
            let place = Place::AttributeValue { key, top: key };
            if let Some(masked) = self.text(policy, place, &text) {
                new.push((key.to_owned(), masked));
            }
        }
        new
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
        && !matches!(place, Place::AttributeKey { .. } | Place::BytesValue { .. })
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
    )
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}
