//! Decides what happens to a finding: by key, by kind, by tenant.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwapOption;

use super::audit::Audit;
use super::config::{Action, Config, Exception, KeyRule, Mode};
use super::content;
use crate::pii::{Found, Pseudonyms, Scanner, Style, write_mask};

/// The compiled configuration, shared by all workers.
pub(super) struct Policy {
    pub(super) scanner: Scanner,
    pub(super) enabled: bool,
    pub(super) changes: bool,
    pub(super) mark: bool,
    pub(super) scan_keys: bool,
    pub(super) include_tool_io: bool,
    pub(super) tenant_attributes: Vec<String>,
    pub(super) audit: Option<Audit>,
    action: Action,
    actions: HashMap<String, Action>,
    keys: Vec<KeyRule>,
    exceptions: Vec<Exception>,
    pseudonyms: Arc<ArcSwapOption<Pseudonyms>>,
    length: Option<usize>,
    content_length: Option<usize>,
}

impl Policy {
    pub(super) fn new(
        config: Config,
        scanner: Scanner,
        pseudonyms: Arc<ArcSwapOption<Pseudonyms>>,
        audit: Option<Audit>,
    ) -> Self {
        let limit = |length: usize| (length > 0).then_some(length);
        let length = limit(config.max_attribute_length);
        let by_tenant = config
            .exceptions
            .into_iter()
            .filter(|one| one.tenant.is_some());
        let spelled = |name: String| scanner.spelled(&name).map_or(name, str::to_owned);
        let actions = config.actions.into_iter();
        let actions = actions.map(|(name, action)| (spelled(name), action));
        let keys = config.keys.into_iter().map(|rule| KeyRule {
            detector: rule.detector.map(spelled),
            ..rule
        });
        Policy {
            actions: actions.collect(),
            keys: keys.collect(),
            scanner,
            enabled: config.sanitize_pii,
            changes: config.mode == Mode::Redact,
            mark: config.mark,
            scan_keys: config.scan_keys,
            include_tool_io: config.include_tool_io,
            tenant_attributes: config.tenant_attributes,
            audit,
            action: config.action,
            exceptions: by_tenant.collect(),
            pseudonyms,
            length,
            content_length: config.max_content_length.map_or(length, limit),
        }
    }

    /// What happens to a finding under a key, and under the attribute's own key.
    pub(super) fn action(&self, found: &Found, keys: [&str; 2]) -> Action {
        let name = self.scanner.name(found.kind);
        let fits = |rule: &&KeyRule| {
            keys.iter().any(|key| covers(&rule.key, key))
                && rule.detector.as_ref().is_none_or(|wanted| wanted == name)
        };
        let by_key = self.keys.iter().find(fits).map(|rule| rule.action);
        by_key
            .or_else(|| self.actions.get(name).copied())
            .unwrap_or(self.action)
    }

    /// Whether exceptions depend on the tenant, so that it must be known beforehand.
    pub(super) fn asks_for_tenant(&self) -> bool {
        !self.exceptions.is_empty()
    }

    /// Whether a tenant's exception pardons the finding.
    pub(super) fn pardons(&self, found: &Found, keys: [&str; 2], tenant: &str) -> bool {
        let name = self.scanner.name(found.kind);
        self.exceptions.iter().any(|one| {
            one.detector.eq_ignore_ascii_case(name)
                && one.tenant.as_deref() == Some(tenant)
                && one
                    .key
                    .as_ref()
                    .is_none_or(|wanted| keys.iter().any(|key| covers(wanted, key)))
        })
    }

    /// Writes what takes a finding's place; pseudonyms are those of the tenant.
    pub(super) fn write(
        &self,
        found: &Found,
        action: Action,
        value: &str,
        tenant: &str,
        out: &mut String,
    ) {
        let name = self.scanner.name(found.kind);
        if let Some(own) = self.scanner.replacement(found.kind, value)
            && action == Action::Label
        {
            out.push_str(&own);
            return;
        }
        match action {
            Action::Report => out.push_str(value),
            Action::Mask => write_mask(name, value, &Style::LastFour(4), out),
            Action::Hash => write_mask(name, value, &Style::Hash, out),
            Action::Pseudonym => match self.pseudonyms.load().as_deref() {
                Some(pseudonyms) => pseudonyms.write(name, value, tenant, out),
                // Without a key there is no pseudonym; the value does not leave for that.
                None => write_mask(name, value, &Style::Label, out),
            },
            _ => write_mask(name, value, &Style::Label, out),
        }
    }

    /// How many characters a value under this key may have.
    pub(super) fn limit(&self, key: &str) -> Option<usize> {
        if self.length.is_none() && self.content_length.is_none() {
            return None;
        }
        if content::is_content(key) {
            self.content_length
        } else {
            self.length
        }
    }
}

/// Whether `wanted` (exact, or a prefix with a final `*`) covers `key`.
fn covers(wanted: &str, key: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(prefix) => key.starts_with(prefix),
        None => wanted == key,
    }
}
