//! One filter rule: what it may ask, and whether a record answers.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::otlp::{LogRecord, Metric, Scope, Signal, Span, Value};
use crate::processors::attributes::Plain;
use crate::sampling::expression::{Expression, Keys, Reading, Slots, SpanTest};

/// A regular expression may compile to this many bytes.
const REGEX_BYTES_MAX: usize = 1 << 20;

/// Every part that is given must hold. Attributes are looked up on the record, then on its resource.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Rule {
    /// `traces`, `metrics` or `logs`; without it the rule is for all.
    signal: Option<SignalName>,
    /// Regular expression found in the span's, metric's or log event's name.
    name: Option<String>,
    /// Attributes that have exactly this value.
    attributes: BTreeMap<String, Plain>,
    /// Attributes whose text a regular expression is found in.
    matches: BTreeMap<String, String>,
    /// Attributes that are not there.
    missing: Vec<String>,
    /// Log severity number below this (9 is INFO, 13 WARN, 17 ERROR).
    severity_below: Option<i32>,
    /// Regular expression found in a log's text body.
    body: Option<String>,
    /// A condition on a span, as `tail_sampling` has them; nothing else matches it.
    when: Option<Expression>,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum SignalName {
    Traces,
    Metrics,
    Logs,
}

/// A rule ready to ask.
#[derive(Debug)]
pub(super) struct Compiled {
    signal: Option<Signal>,
    name: Option<Regex>,
    attributes: Vec<(String, Plain)>,
    matches: Vec<(String, Regex)>,
    missing: Vec<String>,
    severity_below: Option<i32>,
    body: Option<Regex>,
    when: Option<When>,
}

/// A condition on a span, and the attributes it asks about.
#[derive(Debug)]
struct When {
    keys: Keys,
    test: SpanTest,
}

impl When {
    fn compile(condition: &Expression) -> Result<Self, String> {
        let mut keys = Keys::default();
        let test = condition.on_span(&mut keys)?;
        Ok(When { keys, test })
    }

    fn holds(&self, scope: &Scope, span: &Span) -> bool {
        let mut own = Slots::new(self.keys.len());
        let outline = self.keys.read(span, &mut own);
        let resource = self.keys.fill(scope.resource().attributes());
        self.test
            .holds(&Reading::of(&outline, &own, &resource, scope))
    }
}

impl Rule {
    /// Compiles its expressions; the error is a sentence.
    pub(super) fn compile(&self) -> Result<Compiled, String> {
        let rule = Compiled {
            signal: self.signal.map(|name| match name {
                SignalName::Traces => Signal::Traces,
                SignalName::Metrics => Signal::Metrics,
                SignalName::Logs => Signal::Logs,
            }),
            name: self.name.as_deref().map(regex).transpose()?,
            attributes: self.attributes.clone().into_iter().collect(),
            matches: self
                .matches
                .iter()
                .map(|(key, pattern)| Ok((key.clone(), regex(pattern)?)))
                .collect::<Result<_, String>>()?,
            missing: self.missing.clone(),
            severity_below: self.severity_below,
            body: self.body.as_deref().map(regex).transpose()?,
            when: self.when.as_ref().map(When::compile).transpose()?,
        };
        let asks = rule.name.is_some()
            || rule.severity_below.is_some()
            || rule.body.is_some()
            || rule.when.is_some()
            || !(rule.attributes.is_empty() && rule.matches.is_empty() && rule.missing.is_empty());
        if asks || rule.signal.is_some() {
            Ok(rule)
        } else {
            Err("a rule that asks nothing would match everything; give it a part".to_owned())
        }
    }
}

fn regex(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .size_limit(REGEX_BYTES_MAX)
        .build()
        .map_err(|error| format!("`{pattern}` is not a usable regular expression: {error}"))
}

impl Compiled {
    pub(super) fn span(&self, scope: &Scope, span: &Span) -> bool {
        self.is_for(Signal::Traces)
            && self.severity_below.is_none()
            && self.body.is_none()
            && self.names(span.name())
            && self.attributes(|key| span.attribute(key), scope)
            && self
                .when
                .as_ref()
                .is_none_or(|when| when.holds(scope, span))
    }

    pub(super) fn log(&self, scope: &Scope, log: &LogRecord) -> bool {
        self.is_for(Signal::Logs)
            && self.when.is_none()
            && self
                .severity_below
                .is_none_or(|most| log.severity_number() < most)
            && self.body.as_ref().is_none_or(
                |body| matches!(log.body(), Some(Value::Str(text)) if body.is_match(text)),
            )
            && self.names(log.event_name())
            && self.attributes(|key| log.attribute(key), scope)
    }

    pub(super) fn metric(&self, scope: &Scope, metric: &Metric) -> bool {
        self.is_for(Signal::Metrics)
            && self.when.is_none()
            && self.severity_below.is_none()
            && self.body.is_none()
            && self.names(metric.name())
            && self.attributes(|_| None, scope)
    }

    fn is_for(&self, signal: Signal) -> bool {
        self.signal.is_none_or(|one| one == signal)
    }

    fn names(&self, name: &str) -> bool {
        self.name
            .as_ref()
            .is_none_or(|pattern| pattern.is_match(name))
    }

    fn attributes<'a>(&self, own: impl Fn(&str) -> Option<Value<'a>>, scope: &'a Scope) -> bool {
        let get = |key: &str| own(key).or_else(|| scope.resource().attribute(key));
        self.attributes
            .iter()
            .all(|(key, wanted)| get(key).is_some_and(|value| same(&value, wanted)))
            && self.matches.iter().all(|(key, pattern)| {
                get(key)
                    .and_then(|value| value.as_str())
                    .is_some_and(|text| pattern.is_match(text))
            })
            && self.missing.iter().all(|key| get(key).is_none())
    }
}

fn same(value: &Value<'_>, wanted: &Plain) -> bool {
    match wanted {
        Plain::Bool(wanted) => value.as_bool() == Some(*wanted),
        Plain::Int(wanted) => value.as_int() == Some(*wanted),
        Plain::Double(wanted) => value.as_f64() == Some(*wanted),
        Plain::Text(wanted) => value.as_str() == Some(wanted),
    }
}
