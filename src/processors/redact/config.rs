//! The `redact` table of `pipelines.toml`: what to look for, and what to do with it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::policy::Policy;
use super::{Redact, audit, pseudonym};
use crate::component::{ConfigError, Context, Facts, Maker, ProcessorConfig, maker};
use crate::config::{Duration, nearest};
use crate::meter::{Counter, Definition, Series};
use crate::pii::{self, Part, Scanner};

/// Every field has a default that protects: an empty table masks all that the catalogue knows.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Config {
    /// `redact` changes the telemetry; `report` only counts what it would have changed.
    pub(super) mode: Mode,
    /// Look for personal data and secrets at all; with `false` everything passes untouched.
    pub(super) sanitize_pii: bool,
    /// What happens to a finding, where neither its kind nor its key says otherwise.
    pub(super) action: Action,
    /// What happens to findings by kind: `EMAIL = "pseudonym"`.
    pub(super) actions: BTreeMap<String, Action>,
    /// What happens under a key; the first that fits counts, and it beats `actions`.
    pub(super) keys: Vec<KeyRule>,
    /// The detectors to run; empty runs all. `tollgate redact --detectors` lists them.
    pub(super) detectors: Vec<String>,
    /// Detectors not to run.
    pub(super) without: Vec<String>,
    /// Keys whose whole value is hidden, beside the built-in ones (`password`, `api_key`, …);
    /// compared by segments, so `employee.number` also covers `hr.employee_number`.
    pub(super) sensitive_fields: Vec<String>,
    /// Regular expressions of yours with what replaces a match; `$1` stands for a group.
    pub(super) mask_patterns: BTreeMap<String, String>,
    /// Patterns of yours with a name, so that they are counted and treated by kind.
    pub(super) patterns: Vec<Pattern>,
    /// Word lists of yours by name: customers, projects, places; case is ignored.
    pub(super) words: BTreeMap<String, Vec<String>>,
    /// Regular expressions of findings that are allowed; the whole finding must match.
    pub(super) allow: Vec<String>,
    /// Keys that are never looked into, exactly or by prefix with a final `*`.
    pub(super) ignored_keys: Vec<String>,
    /// Detectors that do not run under a key, or for a tenant.
    pub(super) exceptions: Vec<Exception>,
    /// Also look into the keys of attributes and maps.
    pub(super) scan_keys: bool,
    /// Pass on what tools were given and what they answered. With `false` the attributes that hold
    /// it are removed, whatever stands in them.
    pub(super) include_tool_io: bool,
    /// Attribute values are cut after so many characters; 0 leaves them whole.
    pub(super) max_attribute_length: usize,
    /// The same for attributes that hold prompts, answers, tool input and output; 0 leaves them
    /// whole, and without it `max_attribute_length` counts.
    pub(super) max_content_length: Option<usize>,
    /// Write counts by kind on the items: `tollgate.redaction.count` and `.kinds`.
    pub(super) mark: bool,
    /// Attributes that name the tenant, first found counts; on the item, then on its resource.
    pub(super) tenant_attributes: Vec<String>,
    /// Where the key of pseudonyms comes from; needed by the action `pseudonym`.
    pub(super) pseudonyms: Option<PseudonymKey>,
    /// A file that gets one JSON line for each finding: when, where, which kind, never the value.
    pub(super) audit_file: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            mode: Mode::Redact,
            sanitize_pii: true,
            action: Action::Label,
            actions: BTreeMap::new(),
            keys: Vec::new(),
            detectors: Vec::new(),
            without: Vec::new(),
            sensitive_fields: Vec::new(),
            mask_patterns: BTreeMap::new(),
            patterns: Vec::new(),
            words: BTreeMap::new(),
            allow: Vec::new(),
            ignored_keys: Vec::new(),
            exceptions: Vec::new(),
            scan_keys: false,
            include_tool_io: true,
            max_attribute_length: 0,
            max_content_length: None,
            mark: true,
            tenant_attributes: ["tenant.id", "tenant_id", "tollgate.tenant"]
                .map(String::from)
                .into(),
            pseudonyms: None,
            audit_file: None,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mode {
    /// Findings are treated.
    #[default]
    Redact,
    /// Findings are only counted.
    Report,
}

/// What happens to a finding.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Action {
    /// The kind's name takes its place: `[EMAIL]`.
    #[default]
    Label,
    /// Stars take the place of all but its last four letters and digits.
    Mask,
    /// A name takes its place that is the same for the same value, and that nobody without the
    /// key can guess.
    Pseudonym,
    /// A short SHA-256 takes its place; short numbers can be guessed from it.
    Hash,
    /// The attribute is removed.
    DropAttribute,
    /// The span, log record or metric is removed.
    DropItem,
    /// It stays, and is counted.
    Report,
}

/// What happens to findings under a key.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyRule {
    /// The attribute's key, or a prefix with a final `*`.
    pub(super) key: String,
    /// Only for findings of this kind; without it for all.
    pub(super) detector: Option<String>,
    /// What happens.
    pub(super) action: Action,
}

/// A pattern with a name.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Pattern {
    /// The kind's name in labels and counts.
    pub(super) name: String,
    /// A regular expression without look-around; it runs in linear time.
    pub(super) pattern: String,
    /// What replaces a match instead of the label.
    pub(super) replacement: Option<String>,
}

/// A detector that does not run somewhere.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Exception {
    /// The detector's name.
    pub(super) detector: String,
    /// The attribute's key, or a prefix with a final `*`; without it all.
    pub(super) key: Option<String>,
    /// The tenant; without it all.
    pub(super) tenant: Option<String>,
}

/// Where the key of pseudonyms comes from: a variable of the environment, or a file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PseudonymKey {
    /// The variable that holds the key, perhaps with the name of its generation before it: `k2 KEY`.
    pub(super) env: Option<String>,
    /// The file that holds the key, in the same way; a new key in it is taken up while running.
    pub(super) file: Option<PathBuf>,
    /// A short name for a key that comes without one, written into pseudonyms so that rotations can
    /// be told apart.
    #[serde(default)]
    pub(super) generation: String,
    /// How often the file is read again. Default: 30s.
    pub(super) refresh: Option<Duration>,
}

impl Config {
    /// What the scan needs of all this.
    pub(super) fn options(&self) -> pii::Options {
        let unnamed =
            self.mask_patterns
                .iter()
                .enumerate()
                .map(|(index, (pattern, replacement))| {
                    let name = format!("PATTERN_{}", index + 1);
                    pii::Pattern {
                        name,
                        pattern: pattern.clone(),
                        replacement: Some(replacement.clone()),
                    }
                });
        let named = self.patterns.iter().cloned().map(|pattern| pii::Pattern {
            name: pattern.name,
            pattern: pattern.pattern,
            replacement: pattern.replacement,
        });
        let words = self.words.iter();
        let always = self
            .exceptions
            .iter()
            .filter(|exception| exception.tenant.is_none());
        pii::Options {
            detectors: self.detectors.clone(),
            without: self.without.clone(),
            patterns: named.chain(unnamed).collect(),
            words: words
                .map(|(name, words)| pii::WordList {
                    name: name.clone(),
                    words: words.clone(),
                })
                .collect(),
            sensitive_keys: self.sensitive_fields.clone(),
            ignored_keys: self.ignored_keys.clone(),
            allowed: self.allow.clone(),
            exceptions: always
                .map(|exception| pii::Exception {
                    key: exception.key.clone().unwrap_or_else(|| "*".into()),
                    detector: exception.detector.clone(),
                })
                .collect(),
        }
    }

    fn uses(&self, action: Action) -> bool {
        self.action == action
            || self.actions.values().any(|used| *used == action)
            || self.keys.iter().any(|rule| rule.action == action)
    }

    /// The names of detectors in rules, with the keys they stand under.
    fn kinds(&self) -> impl Iterator<Item = (String, &String)> {
        let actions = self.actions.keys();
        let actions = actions.map(|name| (format!("actions.{name}"), name));
        let keys = self.keys.iter().enumerate().filter_map(|(place, rule)| {
            Some((format!("keys.{place}.detector"), rule.detector.as_ref()?))
        });
        let exceptions = self.exceptions.iter().enumerate();
        let exceptions =
            exceptions.map(|(place, one)| (format!("exceptions.{place}.detector"), &one.detector));
        actions.chain(keys).chain(exceptions)
    }

    /// The key of the table that an option was made from.
    fn key_of(&self, part: &Part) -> String {
        let unnamed = |place: usize| self.mask_patterns.keys().nth(place);
        match part {
            Part::Detector(place) => format!("detectors.{place}"),
            Part::Without(place) => format!("without.{place}"),
            Part::Pattern(place) => {
                match place.checked_sub(self.patterns.len()).and_then(unnamed) {
                    Some(pattern) => format!("mask_patterns.{pattern}"),
                    None => format!("patterns.{place}"),
                }
            }
            Part::Allowed(place) => format!("allow.{place}"),
            Part::Words(name) => format!("words.{name}"),
            Part::Keys => "sensitive_fields".to_owned(),
        }
    }
}

/// What only a restart changes.
const RESTART: &[&str] = &["pseudonyms", "audit_file"];

/// Where findings are counted.
pub(super) fn findings(context: &Context) -> Result<Series<Counter>, ConfigError> {
    let findings = Definition::new(
        "tollgate.redaction.findings",
        "{finding}",
        "Personal data and secrets found, by detector, signal and tenant.",
    );
    context
        .meter
        .counter(findings.labels(["detector", "signal", "tenant"]))
        .map_err(|error| ConfigError::at("", error.to_string()))
}

impl ProcessorConfig for Config {
    fn check(&self) -> Vec<ConfigError> {
        let scanner = match Scanner::new(&self.options()) {
            Ok(scanner) => scanner,
            Err(faults) => {
                let faults = faults.0.into_iter();
                return faults
                    .map(|fault| {
                        let why = match fault.part {
                            Part::Detector(place) => unknown(&self.detectors[place]),
                            Part::Without(place) => unknown(&self.without[place]),
                            _ => fault.why,
                        };
                        ConfigError::at(self.key_of(&fault.part), why)
                    })
                    .collect();
            }
        };
        let mut faults: Vec<ConfigError> = self
            .kinds()
            .filter(|(_, name)| scanner.spelled(name).is_none())
            .map(|(key, name)| ConfigError::at(key, unknown(name)))
            .collect();
        let sources = self
            .pseudonyms
            .as_ref()
            .map(|from| (from.env.is_some(), from.file.is_some()));
        if self.uses(Action::Pseudonym) && sources.is_none() {
            faults.push(ConfigError::at(
                "pseudonyms",
                "the action `pseudonym` needs a key",
            ));
        }
        if matches!(sources, Some((true, true) | (false, false))) {
            faults.push(ConfigError::at("pseudonyms", "name either `env` or `file`"));
        }
        faults
    }

    fn build(self, context: &mut Context) -> Result<Maker, ConfigError> {
        let pseudonyms = pseudonym::load(self.pseudonyms.as_ref(), context)?;
        let audit = self
            .audit_file
            .as_ref()
            .map(|path| audit::open(context.path(path), context));
        let findings = findings(context)?;
        // The key's file and the audit file are opened once; all else is taken up while running.
        let policy = move |config: Config| {
            let scanner = Scanner::new(&config.options())
                .map_err(|faults| ConfigError::at("", faults.to_string()))?;
            let (pseudonyms, audit) = (Arc::clone(&pseudonyms), audit.clone());
            Ok::<_, ConfigError>(Arc::new(Policy::new(config, scanner, pseudonyms, audit)))
        };
        let current = Arc::new(ArcSwap::new(policy(self)?));
        let followed = Arc::clone(&current);
        context.reloads(RESTART, move |table| {
            let config = table.read(Config::check)?;
            let newer = policy(config).map_err(|why| vec![table.fault("", why.message, "")])?;
            let followed = Arc::clone(&followed);
            Ok(Box::new(move || followed.store(newer)))
        });
        Ok(maker(move |_| {
            Redact::new(Arc::clone(&current), findings.clone())
        }))
    }

    fn facts(&self) -> Facts {
        let clean = self.sanitize_pii && self.mode == Mode::Redact;
        Facts {
            needs: Vec::new(),
            gives: if clean { vec!["clean"] } else { Vec::new() },
            ..Facts::default()
        }
    }
}

/// That there is no such detector, and which one may be meant.
fn unknown(name: &str) -> String {
    let known = pii::DETECTORS.iter().map(|detector| detector.name);
    match nearest(&name.to_uppercase(), known) {
        Some(known) => format!("there is no detector `{name}`; did you mean `{known}`?"),
        None => format!("there is no detector `{name}`; `tollgate redact --detectors` lists them"),
    }
}
