//! One rule of `filter`, and the conditions that can be said as rules.

use super::super::super::cursor::Cursor;
use super::super::super::write::{Table, Value};
use super::super::conditions::expression;
use crate::sampling::expression::regex;
use crate::sampling::ottl::{Call, Comparison, Condition, Path, Term};

/// Rules one condition may become.
const RULES_MAX: usize = 32;

/// What all parts of which must hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Rule {
    /// `traces`, `metrics` or `logs`.
    pub(super) signal: Option<&'static str>,
    /// What is not quite the same about it.
    pub(super) approximation: Option<&'static str>,
    /// Keys of our own, each once.
    parts: Table,
}

/// Numbers of severities, four to each word.
const SEVERITIES: &[(&str, i64)] = &[
    ("TRACE", 1),
    ("DEBUG", 5),
    ("INFO", 9),
    ("WARN", 13),
    ("ERROR", 17),
    ("FATAL", 21),
];

impl Rule {
    /// A rule for everything of a signal.
    pub(super) fn all(signal: &'static str) -> Self {
        Rule {
            signal: Some(signal),
            ..Rule::default()
        }
    }

    /// As a table of ours.
    pub(super) fn table(self) -> Table {
        let mut table = Table::default();
        if let Some(signal) = self.signal {
            table.put("signal", Value::word(signal));
        }
        table.0.extend(self.parts.0);
        table
    }

    fn with(mut self, path: &[&str], value: Value) -> Result<Self, String> {
        match self.parts.put_at(path, value) {
            Some(_) => Err("asking twice for the same".to_owned()),
            None => Ok(self),
        }
    }

    /// Both rules at once.
    fn and(self, other: &Rule) -> Result<Self, String> {
        let approximation = self.approximation.or(other.approximation);
        let joined = other
            .parts
            .0
            .iter()
            .try_fold(self, |rule, (key, value)| match value {
                Value::Table(table) => table.0.iter().try_fold(rule, |rule, (inner, value)| {
                    rule.with(&[key.as_str(), inner.as_str()], value.clone())
                }),
                Value::List(_) if rule.parts.get(key).is_some() => match rule.parts.get(key) {
                    Some(Value::List(own)) => {
                        let mut all = own.clone();
                        all.extend(match value {
                            Value::List(more) => more.clone(),
                            _ => Vec::new(),
                        });
                        let mut rule = rule;
                        rule.parts.put(key, Value::List(all));
                        Ok(rule)
                    }
                    _ => Ok(rule),
                },
                _ => rule.with(&[key.as_str()], value.clone()),
            })?;
        Ok(Rule {
            approximation,
            ..joined
        })
    }

    /// The rules of an older list.
    pub(super) fn older(
        at: &Cursor<'_>,
        signal: &'static str,
        exact: bool,
    ) -> Result<Vec<Self>, String> {
        let mut alternatives = vec![Rule::all(signal)];
        for (key, list) in at.entries() {
            let own: Vec<Rule> = match key {
                "match_type" | "regexp" | "config" => continue,
                "span_names" | "metric_names" => each(&list, |text| {
                    Rule::all(signal).with(&["name"], pattern(text, exact)?)
                })?,
                "bodies" => each(&list, |text| {
                    Rule::all(signal).with(&["body"], pattern(text, exact)?)
                })?,
                "services" => each(&list, |text| {
                    Rule::all(signal).with(&["matches", "service.name"], pattern(text, exact)?)
                })?,
                "attributes" | "resource_attributes" | "resources" | "record_attributes" => {
                    vec![keyed(&list, signal, exact)?]
                }
                other => return Err(format!("`{other}` has no equivalent in a rule")),
            };
            alternatives = product(&alternatives, &own)?;
        }
        Ok(alternatives)
    }
}

fn each(
    list: &Cursor<'_>,
    make: impl Fn(&str) -> Result<Rule, String>,
) -> Result<Vec<Rule>, String> {
    list.texts()
        .iter()
        .map(|at| make(at.text().unwrap_or_default()))
        .collect()
}

fn keyed(list: &Cursor<'_>, signal: &'static str, exact: bool) -> Result<Rule, String> {
    list.items()
        .iter()
        .try_fold(Rule::all(signal), |rule, item| {
            let text = |name: &str| item.get(name).and_then(|at| at.text());
            let key = text("key").ok_or("an attribute without `key`")?;
            match text("value") {
                Some(value) => rule.with(&["matches", key], pattern(value, exact)?),
                None => rule.with(&["matches", key], Value::word("")),
            }
        })
}

/// A regular expression: the text itself, or one that matches exactly it.
fn pattern(text: &str, exact: bool) -> Result<Value, String> {
    if exact {
        return Ok(Value::said(&format!("^{}$", ::regex::escape(text))));
    }
    regex(text)?;
    Ok(Value::said(text))
}

/// The rules a condition becomes, one of which has to match; the error names what cannot be said.
/// What is too much for the parts of a rule is said of spans with `when`.
pub(super) fn rules(condition: &Condition, signal: &'static str) -> Result<Vec<Rule>, String> {
    let by_parts = parts(condition, signal);
    let exactly =
        matches!(&by_parts, Ok(rules) if rules.iter().all(|rule| rule.approximation.is_none()));
    if exactly || signal != "traces" {
        return by_parts;
    }
    match expression(condition) {
        Ok(when) => Ok(vec![Rule::all(signal).with(&["when"], when)?]),
        Err(why) => by_parts.map_err(|_| why),
    }
}

fn parts(condition: &Condition, signal: &'static str) -> Result<Vec<Rule>, String> {
    match condition {
        Condition::Any(list) => {
            let lists: Vec<_> = list
                .iter()
                .map(|part| parts(part, signal))
                .collect::<Result<_, _>>()?;
            bounded(lists.into_iter().flatten().collect())
        }
        Condition::All(list) => list
            .iter()
            .try_fold(vec![Rule::all(signal)], |so_far, part| {
                product(&so_far, &parts(part, signal)?)
            }),
        Condition::Compare(Term::Path(path), how, value) => {
            Ok(vec![compare(path, *how, value, signal)?])
        }
        Condition::Term(Term::Call(call)) => Ok(vec![called(call, signal)?]),
        Condition::Compare(Term::Call(call), Comparison::Eq, Term::Bool(true)) => {
            Ok(vec![called(call, signal)?])
        }
        Condition::Not(_) => Err("`not`".to_owned()),
        _ => Err("this comparison".to_owned()),
    }
}

fn product(left: &[Rule], right: &[Rule]) -> Result<Vec<Rule>, String> {
    let pairs = left
        .iter()
        .flat_map(|left| right.iter().map(move |right| (left, right)));
    bounded(
        pairs
            .map(|(left, right)| left.clone().and(right))
            .collect::<Result<_, _>>()?,
    )
}

fn bounded(rules: Vec<Rule>) -> Result<Vec<Rule>, String> {
    if rules.len() > RULES_MAX {
        return Err(format!(
            "a condition that takes more than {RULES_MAX} rules"
        ));
    }
    Ok(rules)
}

/// The path without the record's own name in front.
fn bare<'a>(path: &'a Path, signal: &str) -> &'a str {
    let own = match signal {
        "traces" => "span.",
        "logs" => "log.",
        _ => "metric.",
    };
    path.name.strip_prefix(own).unwrap_or(&path.name)
}

fn compare(
    path: &Path,
    how: Comparison,
    value: &Term,
    signal: &'static str,
) -> Result<Rule, String> {
    let rule = Rule::all(signal);
    let key = path.key();
    match (bare(path, signal), key, how, value) {
        ("name", None, Comparison::Eq, Term::Text(text)) => {
            rule.with(&["name"], pattern(text, true)?)
        }
        ("body" | "body.string", None, Comparison::Eq, Term::Text(text)) => {
            rule.with(&["body"], pattern(text, true)?)
        }
        ("severity_number", None, Comparison::Lt | Comparison::Le, value) => {
            let number = severity(value).ok_or("this severity")?;
            let below = number + i64::from(how == Comparison::Le);
            rule.with(&["severity_below"], Value::Raw(below.to_string()))
        }
        ("attributes" | "resource.attributes", Some(key), Comparison::Eq, value) => match value {
            Term::Nil => rule.with(&["missing"], Value::words([key])),
            Term::Text(text) => rule.with(&["attributes", key], Value::said(text)),
            Term::Int(n) => rule.with(&["attributes", key], Value::Raw(n.to_string())),
            Term::Double(x) => rule.with(&["attributes", key], Value::Raw(format!("{x:?}"))),
            Term::Bool(b) => rule.with(&["attributes", key], Value::Raw(b.to_string())),
            _ => Err("this comparison".to_owned()),
        },
        ("attributes" | "resource.attributes", Some(key), Comparison::Ne, Term::Nil) => {
            let mut rule = rule.with(&["matches", key], Value::word(""))?;
            rule.approximation = Some("holds for texts only");
            Ok(rule)
        }
        (name, ..) => Err(format!("this comparison of `{name}`")),
    }
}

fn called(call: &Call, signal: &'static str) -> Result<Rule, String> {
    let [Term::Path(path), Term::Text(text)] = call.arguments.as_slice() else {
        return Err(format!("`{}` with these arguments", call.name));
    };
    let pattern = match call.name.as_str() {
        "IsMatch" => {
            regex(text)?;
            text.clone()
        }
        "HasPrefix" => format!("^{}", ::regex::escape(text)),
        "HasSuffix" => format!("{}$", ::regex::escape(text)),
        name => return Err(format!("the function `{name}`")),
    };
    let (rule, value) = (Rule::all(signal), Value::said(&pattern));
    match (bare(path, signal), path.key()) {
        ("name", None) => rule.with(&["name"], value),
        ("body" | "body.string", None) => rule.with(&["body"], value),
        ("attributes" | "resource.attributes", Some(key)) => rule.with(&["matches", key], value),
        (name, _) => Err(format!("a match on `{name}`")),
    }
}

/// The number of a severity: itself, or its word with one of four steps.
fn severity(term: &Term) -> Option<i64> {
    let name = match term {
        Term::Int(number) => return Some(*number),
        Term::Constant(name) => name.strip_prefix("SEVERITY_NUMBER_")?,
        _ => return None,
    };
    let word = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let step = name.strip_prefix(word)?.parse().unwrap_or(1) - 1;
    let (_, first) = SEVERITIES.iter().find(|(own, _)| *own == word)?;
    Some(first + step)
}
