//! What a policy is: how it votes, how it is written, how it is built.

use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

pub(super) use super::case::{Case, figures_of};
use super::learnt::{Lesson, Memory, Owner, Stock};
use super::plan::Plan;
use super::policies;
use super::spelling;
use crate::config::nearest;
use crate::sampling::expression::{Expression, TraceField, TraceTest};
use crate::sampling::rollup::Figure;
use crate::sampling::verdict::Certainty;

/// A policy's answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Vote {
    /// Keep, with this probability.
    Yes(Certainty),
    /// Not of interest.
    No,
}

impl Vote {
    /// A yes that is certain, or a no.
    pub(super) fn sure(yes: bool) -> Vote {
        if yes {
            Vote::Yes(Certainty::SURE)
        } else {
            Vote::No
        }
    }

    /// Whether it is a yes.
    pub(super) fn is_yes(self) -> bool {
        self != Vote::No
    }
}

/// What may have changed about a trace, and what a vote depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Basis(u8);

impl Basis {
    /// Not one thing.
    pub(super) const NOTHING: Basis = Basis(0);
    /// Which span tests were passed.
    pub(super) const BITS: Basis = Basis(1);
    /// How often counted tests were passed.
    pub(super) const COUNTS: Basis = Basis(2);
    /// What was found of tool calls.
    pub(super) const CALLS: Basis = Basis(4);
    /// Sums of cost and tokens.
    pub(super) const SUMS: Basis = Basis(8);
    /// The time from first start to last end.
    pub(super) const DURATION: Basis = Basis(16);
    /// Their number and bytes, and whether there is a root: every span changes them.
    pub(super) const SPANS: Basis = Basis(32);
    /// That there is a first span: for what may hold whatever that says.
    pub(super) const FIRST: Basis = Basis(64);
    /// Whatever there is, the number of spans and the time included.
    pub(super) const ANYTHING: Basis = Basis(u8::MAX);

    /// Adds another, if something is so.
    pub(super) fn add(&mut self, other: Basis, so: bool) {
        self.0 |= if so { other.0 } else { 0 };
    }

    /// This and another.
    pub(super) fn and(self, other: Basis) -> Basis {
        Basis(self.0 | other.0)
    }

    /// This, and the first span too if something is so.
    pub(super) fn or_first(mut self, so: bool) -> Basis {
        self.add(Basis::FIRST, so);
        self
    }

    /// What a test of a whole trace depends on.
    pub(super) fn of_test(test: &TraceTest) -> Basis {
        match test {
            TraceTest::Bit(_) => Basis::BITS,
            TraceTest::Figure(field, _) => Basis::FIRST.and(match field {
                TraceField::CostUsd | TraceField::Tokens => Basis::SUMS,
                TraceField::DurationMs => Basis::DURATION,
                _ => Basis::SPANS,
            }),
            TraceTest::All(tests) if tests.is_empty() => Basis::FIRST,
            TraceTest::All(tests) | TraceTest::Any(tests) => {
                Basis::of_all(tests.iter().map(Basis::of_test))
            }
            TraceTest::Not(test) => Basis::of_test(test),
        }
    }

    /// All of these together.
    pub(super) fn of_all(all: impl Iterator<Item = Basis>) -> Basis {
        Basis(all.fold(0, |all, own| all | own.0))
    }

    /// Whether the two have something in common.
    pub(super) fn meets(self, other: Basis) -> bool {
        self.0 & other.0 != 0
    }
}

/// A compiled policy. All workers ask the same one; what it learns or uses up lies outside of it
/// ([`Builder::learn`], [`Builder::share`]), so that a later version of the rules goes on with it.
pub(super) trait Policy: Send + Sync {
    /// Votes at decision time; limiters charge for a yes.
    fn vote(&self, case: &Case<'_>) -> Vote;
    /// Learns from a trace that was decided, whatever the verdict.
    fn learn(&self, _case: &Case<'_>) {}
    /// Whether more spans can never take a yes back.
    fn monotone(&self) -> bool {
        false
    }
    /// What its vote depends on.
    fn basis(&self) -> Basis {
        Basis::ANYTHING
    }
    /// Whether a no is a veto, and a yes only the absence of one.
    fn inverted(&self) -> bool {
        false
    }
    /// Whether a yes means that the trace is dropped.
    fn drops(&self) -> bool {
        false
    }
    /// Whether neither its yes nor its no depends on chance or limits, although it is not monotone.
    fn sure(&self) -> bool {
        false
    }
}

/// A policy's own settings, which are also its factory.
pub(super) trait Settings: fmt::Debug + Send + Sync {
    /// Compiles it; the error is one sentence.
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String>;
    /// Whether it is a rule that drops what its conditions match (`drop_rule`).
    fn is_drop_rule(&self) -> bool {
        false
    }
}

/// What policies are compiled into.
pub(super) struct Builder<'a> {
    /// What is asked of each span.
    pub plan: &'a mut Plan,
    /// Where a span's cost is looked for.
    pub cost_attributes: &'a [String],
    /// How many workers share what is allowed per second.
    pub workers: usize,
    /// What earlier versions of the rules have left.
    pub stock: &'a mut Stock,
    /// The policy that is being compiled.
    pub owner: Owner,
}

impl Builder<'_> {
    /// What this policy learns on each worker: as the same policy of an earlier version left it,
    /// or fresh.
    pub(super) fn learn<T: Memory + Clone>(&mut self, fresh: T) -> Lesson<T> {
        self.stock.lesson(&mut self.owner, fresh)
    }

    /// What this policy uses up together with all workers: that of the same policy of an earlier
    /// version, or a new one.
    pub(super) fn share<T: Send + Sync + 'static>(&mut self, make: impl FnOnce() -> T) -> Arc<T> {
        self.stock.shared(&self.owner.next::<T>(), make)
    }

    /// Makes cost and tokens be summed; see [`Plan::sum`].
    pub(super) fn sum(&mut self, figures: &'static [Figure], least: Option<f64>) {
        self.plan.sum(self.cost_attributes, figures, least);
    }

    /// Compiles conditions on a trace.
    pub(super) fn conditions(
        &mut self,
        list: &[Expression],
        how: Match,
    ) -> Result<TraceTest, String> {
        let test = self.compile(list, how)?;
        test.figures(&mut |field, check| match figures_of(field) {
            [] if field == TraceField::DurationMs => self.plan.durations_above(0),
            [] => {}
            figures => self.sum(figures, check.least()),
        });
        Ok(test)
    }

    fn compile(&mut self, list: &[Expression], how: Match) -> Result<TraceTest, String> {
        let Plan { keys, bits, .. } = &mut *self.plan;
        if how == Match::AnySpan {
            let parts = list
                .iter()
                .map(|part| part.on_trace(keys, bits))
                .collect::<Result<_, _>>();
            return parts.map(TraceTest::All);
        }
        let (whole, spans): (Vec<_>, Vec<_>) = list.iter().partition(|part| part.mentions_trace());
        let mut parts: Vec<TraceTest> = whole
            .into_iter()
            .map(|part| part.on_trace(keys, bits))
            .collect::<Result<_, _>>()?;
        if !spans.is_empty() {
            let same = Expression {
                all: Some(spans.into_iter().cloned().collect()),
                ..<_>::default()
            };
            parts.push(same.on_trace(keys, bits)?);
        }
        Ok(TraceTest::All(parts))
    }
}

/// How several conditions meet the spans of a trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// Each on some span.
    #[default]
    AnySpan,
    /// All on one span.
    SameSpan,
}

/// One policy of a configuration: a `name`, a `type`, and the settings of that type.
#[derive(Clone, Debug)]
pub struct PolicySpec {
    /// Unique in its list; shown in attributes, metrics and verdicts.
    pub name: String,
    /// It is asked if these hold.
    pub when: Vec<Expression>,
    /// How the conditions of `when` meet the spans.
    pub matching: Match,
    /// A keep keeps the later traces of the session too.
    pub pin_session: bool,
    /// Decide and mark, but do not count.
    pub dry_run: bool,
    pub(super) settings: Arc<dyn Settings>,
}

impl PolicySpec {
    /// Reads a policy from its keys and values; the error is one sentence.
    pub fn read(mut fields: Map<String, Value>) -> Result<Self, String> {
        spelling::translate(&mut fields)?;
        let kind = match fields.remove("type") {
            Some(Value::String(kind)) => kind,
            Some(_) => return Err("`type` is a text".to_owned()),
            None => return Err("missing field `type`".to_owned()),
        };
        let row = policies::find(&kind).ok_or_else(|| unknown(&kind))?;
        let name = take(&mut fields, "name")?.unwrap_or_else(|| kind.clone());
        let when = take(&mut fields, "when")?.unwrap_or_default();
        let pin_session = take(&mut fields, "pin_session")?.unwrap_or_default();
        let dry_run = take(&mut fields, "dry_run")?.unwrap_or_default();
        // A policy with conditions of its own meets them, and `when`, the same way.
        let matched = match fields.get("match") {
            Some(matching) if fields.contains_key("conditions") => Some(matching.clone()),
            _ => fields.remove("match"),
        };
        let matching = matched.map(serde_json::from_value).transpose();
        let matching = matching.map_err(|why| format!("`match`: {why}"))?;
        let matching = matching.unwrap_or_default();
        let settings = (row.read)(fields).map_err(|why| format!("policy `{name}`: {why}"))?;
        Ok(PolicySpec {
            name,
            when,
            matching,
            pin_session,
            dry_run,
            settings,
        })
    }

    pub(super) fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let inside = builder.owner.part(&self.name, &self.settings);
        let outer = std::mem::replace(&mut builder.owner, inside);
        let built = self.settings.build(builder);
        builder.owner = outer;
        built.map_err(|why| format!("policy `{}`: {why}", self.name))
    }
}

impl<'de> Deserialize<'de> for PolicySpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        PolicySpec::read(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for PolicySpec {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Policy".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let condition = generator.subschema_for::<Expression>();
        let kinds: Vec<&str> = policies::ALL.iter().map(|row| row.name).collect();
        let one_of: Vec<Value> = policies::ALL
            .iter()
            .map(|row| {
                let mut schema = (row.schema)(generator);
                schema.insert("title".to_owned(), row.name.into());
                schema.insert("description".to_owned(), row.told().into());
                schema.remove("additionalProperties");
                schema.to_value()
            })
            .collect();
        json_schema!({
            "type": "object",
            "required": ["type"],
            "properties": {
                "name": {"type": "string", "description": "Unique in its list."},
                "type": {"type": "string", "enum": kinds, "description": "What it looks at; each has settings of its own, below."},
                "when": {"type": "array", "items": condition, "description": "Conditions under which it is asked; without them always."},
                "match": {"type": "string", "enum": ["any_span", "same_span"], "description": "Whether each condition of `when` may hold on another span, or all on one."},
                "pin_session": {"type": "boolean", "description": "A keep by it keeps the session's other traces."},
                "dry_run": {"type": "boolean", "description": "Ask it and mark its verdict, which does not count."},
            },
            "anyOf": one_of,
        })
    }
}

fn take<T: DeserializeOwned>(
    fields: &mut Map<String, Value>,
    key: &str,
) -> Result<Option<T>, String> {
    let value = fields.remove(key).map(serde_json::from_value).transpose();
    value.map_err(|why| format!("`{key}`: {why}"))
}

fn unknown(kind: &str) -> String {
    let names = policies::ALL
        .iter()
        .flat_map(|row| row.aliases.iter().chain([&row.name]));
    match nearest(kind, names.copied()) {
        Some(near) => format!("no policy is of type `{kind}`; did you mean `{near}`?"),
        None => format!("no policy is of type `{kind}`"),
    }
}
