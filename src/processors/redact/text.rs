//! Decides about the texts of one record, resource or scope, one after the other.

use super::clean::{Clean, What};
use super::config::Action;
use super::long::Long;
use super::policy::Policy;
use super::way::Way;
use crate::otlp::{Attributes, Place, Redactor};
use crate::pii::{self, Findings, Kind, Scanner};

/// What is known of the item at hand, in memory that is used again and again.
#[derive(Default)]
pub(super) struct Work {
    findings: Findings,
    /// What was clean in this item and in those before it.
    pub(super) clean: Clean,
    long: Long,
    /// Texts in which something was found, pardoned or not, or that were too long.
    stains: u64,
    /// As many as there were before the attribute at hand.
    stains_before: u64,
    pub(super) kinds: Vec<Tally>,
    /// Top keys of attributes that an action removes.
    pub(super) removed: Vec<String>,
    pub(super) drop_item: bool,
    /// Whose it is; empty until something is found.
    tenant: String,
    is_tenant_read: bool,
    way: Way,
    /// What was found, where somebody wants to know why.
    pub(super) seen: Option<Vec<Seen>>,
}

/// A text of telemetry in which something was found.
#[derive(Debug)]
pub struct Seen {
    /// Where it stands: the attribute's key, or what else it is.
    pub place: String,
    /// The text as it came.
    pub text: String,
    /// What was found, and what gave way to it.
    pub findings: Findings,
}

/// How many findings of a kind there are, and how many of them an action takes away.
pub(super) struct Tally {
    pub(super) kind: Kind,
    pub(super) found: u64,
    pub(super) treated: u64,
}

/// Looks at the texts of one record, resource or scope.
pub(super) struct Look<'a> {
    policy: &'a Policy,
    work: &'a mut Work,
    /// Its attributes, and those of the resource above.
    own: Attributes<'a>,
    above: Option<Attributes<'a>>,
}

impl<'a> Look<'a> {
    /// A new item: nothing is known of it yet.
    pub(super) fn at(
        policy: &'a Policy,
        work: &'a mut Work,
        own: Attributes<'a>,
        above: Option<Attributes<'a>>,
    ) -> Self {
        work.start();
        Look {
            policy,
            work,
            own,
            above,
        }
    }

    /// Remembers the whole of it if it is clean.
    pub(super) fn learn(self, what: What, envelope: &[u8]) {
        if self.work.stains == 0 {
            self.work.clean.learn(what, envelope);
        }
    }

    fn shown(&mut self, place: Place<'_>, text: &str) -> Option<String> {
        let (policy, work) = (self.policy, &mut *self.work);
        let (key, top) = (place.key(), place.top());
        let Work {
            way,
            findings,
            clean,
            long,
            ..
        } = &mut *work;
        let named = match place {
            Place::AttributeKey { .. } => None,
            _ => way
                .name(key, &policy.scanner)
                .filter(|name| !name.is_empty()),
        };
        let is_bare = named.is_none() && !has_limit(&place);
        if is_bare && clean.holds(What::Text, text.as_bytes()) {
            return None;
        }
        long.scan(&policy.scanner, (named, text), findings);
        if key != top {
            findings.retain(|found| !policy.scanner.excuses(found, top));
        }
        let is_spotless = findings.is_spotless();
        if !is_spotless {
            work.read_tenant(policy, self.own, self.above);
        }
        if policy.asks_for_tenant() {
            let tenant = &work.tenant;
            work.findings
                .retain(|found| !policy.pardons(found, [key, top], tenant));
        }
        let limit = has_limit(&place).then(|| policy.limit(top)).flatten();
        let long = limit
            .is_some_and(|limit| text.len() > limit && pii::first(text, limit).len() < text.len());
        if is_spotless && !long {
            if is_bare {
                work.clean.learn(What::Text, text.as_bytes());
            }
            return None;
        }
        work.stains += 1;
        if work.findings.is_empty() && !long {
            return None;
        }
        work.witness(&place, text);
        work.decide(policy, &place);
        if !policy.changes {
            return None;
        }
        let masked = pii::mask(text, &work.findings, limit, |found, value, out| {
            let action = policy.action(found, [key, top]);
            policy.write(found, action, value, &work.tenant, out);
        });
        (masked != text).then_some(masked)
    }
}

impl Redactor for Look<'_> {
    fn replace(&mut self, place: Place<'_>, text: &str) -> Option<String> {
        if let Place::Number { key, number, .. } = place
            && text.is_empty()
        {
            let speaks = self.work.names_persons(key, &self.policy.scanner);
            return speaks
                .then(|| self.shown(place, &number.to_string()))
                .flatten();
        }
        if text.is_empty() || !is_scanned(&place, self.policy.scan_keys) {
            return None;
        }
        self.shown(place, text)
    }

    fn knows(&mut self, attribute: &[u8]) -> bool {
        self.work.stains_before = self.work.stains;
        self.work.clean.holds(What::Attribute, attribute)
    }

    fn offered(&mut self, attribute: &[u8]) {
        if self.work.stains == self.work.stains_before {
            self.work.clean.learn(What::Attribute, attribute);
        }
    }

    fn enters(&mut self, key: &str) {
        self.work.way.enter(key, &self.policy.scanner);
    }

    fn leaves(&mut self) {
        self.work.way.leave();
    }

    fn wants_scalars(&mut self, key: &str) -> bool {
        let scanner = &self.policy.scanner;
        scanner.has_own_keys()
            && self
                .work
                .way
                .name(key, scanner)
                .is_some_and(|name| scanner.covers(name))
    }
}

impl Work {
    /// One that tells what is found, and why.
    pub(super) fn witnessed() -> Self {
        Work {
            findings: Findings::explained(),
            seen: Some(Vec::new()),
            ..Work::default()
        }
    }

    /// Notes what was found in a text, where somebody wants to know why.
    fn witness(&mut self, place: &Place<'_>, text: &str) {
        let Some(seen) = &mut self.seen else { return };
        let name = match place.top() {
            "" => format!("{place:?}"),
            _ => self.way.full(place.key()),
        };
        seen.push(Seen {
            place: name,
            text: text.to_owned(),
            findings: self.findings.copied(),
        });
    }

    fn start(&mut self) {
        self.kinds.clear();
        self.removed.clear();
        self.drop_item = false;
        self.tenant.clear();
        self.is_tenant_read = false;
        self.stains = 0;
        self.way.clear();
    }

    /// Reads whose the item is, once; most hold nothing, and nobody asks.
    fn read_tenant(&mut self, policy: &Policy, own: Attributes<'_>, above: Option<Attributes<'_>>) {
        if std::mem::replace(&mut self.is_tenant_read, true) {
            return;
        }
        for name in &policy.tenant_attributes {
            let named = own
                .get(name)
                .or_else(|| above.and_then(|above| above.get(name)));
            if let Some(tenant) = named.and_then(|value| value.as_str()) {
                self.tenant.push_str(tenant);
                return;
            }
        }
    }

    /// Whole numbers are texts too where their key speaks of persons: a card number, a telephone.
    fn names_persons(&mut self, key: &str, scanner: &Scanner) -> bool {
        let Work { way, findings, .. } = self;
        findings.key_names_persons(key)
            || way
                .name(key, scanner)
                .is_some_and(|name| pii::is_sensitive(name) || scanner.covers(name))
    }

    /// Counts the findings, and notes what their actions do to the attribute or the record.
    fn decide(&mut self, policy: &Policy, place: &Place<'_>) {
        let top = place.top();
        for found in self.findings.iter() {
            let action = policy.action(found, [place.key(), top]);
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

    /// The tenant as a reader would see it: its own name may be personal.
    pub(super) fn clean_tenant(&mut self, policy: &Policy) -> String {
        let Work {
            findings,
            clean,
            tenant,
            ..
        } = self;
        if tenant.is_empty() || clean.holds(What::Text, tenant.as_bytes()) {
            return tenant.clone();
        }
        policy.scanner.scan(None, tenant, findings);
        if findings.is_spotless() {
            clean.learn(What::Text, tenant.as_bytes());
        }
        pii::mask(tenant, findings, None, |found, value, out| {
            policy.write(found, Action::Label, value, "", out);
        })
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
    !place.top().is_empty() && !matches!(place, Place::AttributeKey { .. } | Place::Number { .. })
        || matches!(place, Place::Body { .. } | Place::BytesValue { .. })
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
