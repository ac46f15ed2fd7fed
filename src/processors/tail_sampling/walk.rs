//! Reads one span once: fills the slots that a plan asks about.

use super::plan::Plan;
use crate::otlp::{Attributes, Resource, Scope, Span, Value};
use crate::sampling::expression::{Evaluation, Reading, Scalar};

/// Memory that is used again for every span.
#[derive(Default)]
pub(super) struct Scratch {
    own: Vec<Scalar<'static>>,
}

impl Scratch {
    /// Reads a span and shows what was found to `see`.
    pub(super) fn read<T>(
        &mut self,
        plan: &Plan,
        span: &Span,
        resource: &[Scalar<'_>],
        see: impl FnOnce(&Reading<'_>) -> T,
    ) -> T {
        let mut own = recycle(std::mem::take(&mut self.own));
        fill(plan, span.attributes(), &mut own);
        let evaluations = evaluations(plan, span, &own);
        let found = see(&Reading {
            own: &own,
            resource,
            name: span.name(),
            status: span.status().code,
            kind: span.kind(),
            start: span.start_unix_nano(),
            end: span.end_unix_nano(),
            flags: span.flags(),
            tracestate: span.trace_state(),
            is_root: span.parent_span_id().is_none(),
            evaluations: &evaluations,
        });
        self.own = recycle(own);
        found
    }
}

impl Scratch {
    /// Whether a plan takes a span for a root.
    pub(super) fn is_root(&mut self, plan: &Plan, scope: &Scope, span: &Span) -> bool {
        let Some(root) = &plan.root else {
            return span.parent_span_id().is_none();
        };
        let resource = resource(plan, scope.resource());
        self.read(plan, span, &resource, |reading| root.holds(reading))
    }
}

/// The slots of a resource.
pub(super) fn resource<'a>(plan: &Plan, resource: &'a Resource) -> Vec<Scalar<'a>> {
    let mut slots = Vec::new();
    fill(plan, resource.attributes(), &mut slots);
    slots
}

fn fill<'a>(plan: &Plan, attributes: Attributes<'a>, slots: &mut Vec<Scalar<'a>>) {
    slots.resize(plan.keys.len(), Scalar::Absent);
    for (key, value) in attributes {
        let slot = plan
            .keys
            .find(key)
            .and_then(|slot| slots.get_mut(usize::from(slot)));
        if let Some(slot) = slot.filter(|slot| !slot.exists()) {
            *slot = scalar(&value);
        }
    }
}

fn scalar<'a>(value: &Value<'a>) -> Scalar<'a> {
    match value {
        Value::Str(text) => Scalar::Str(text),
        Value::Bool(b) => Scalar::Bool(*b),
        Value::Int(n) => Scalar::Int(*n),
        Value::Double(x) => Scalar::Double(*x),
        Value::Empty => Scalar::Absent,
        Value::Bytes(_) | Value::Array(_) | Value::Map(_) => Scalar::Other,
    }
}

/// Evaluations on the span itself and on its events, where name and score sit together.
fn evaluations<'a>(plan: &Plan, span: &'a Span, own: &[Scalar<'a>]) -> Vec<Evaluation<'a>> {
    let Some((name, score)) = plan.evaluations else {
        return Vec::new();
    };
    let slot = |slot: u16| own.get(usize::from(slot)).copied().unwrap_or_default();
    let on_span = evaluation(slot(name), slot(score));
    let on_events = span.events().filter_map(|event| {
        let attribute = |key| {
            event
                .attributes()
                .get(key)
                .map_or(Scalar::Absent, |v| scalar(&v))
        };
        evaluation(
            attribute("gen_ai.evaluation.name"),
            attribute("gen_ai.evaluation.score.value"),
        )
    });
    on_span.into_iter().chain(on_events).collect()
}

fn evaluation<'a>(name: Scalar<'a>, score: Scalar<'_>) -> Option<Evaluation<'a>> {
    Some(Evaluation {
        name: name.as_str()?,
        score: score.as_f64()?,
    })
}

/// The same memory for values of another lifetime: collecting in place does not allocate.
fn recycle<'b>(mut slots: Vec<Scalar<'_>>) -> Vec<Scalar<'b>> {
    slots.clear();
    slots.into_iter().map(|_| Scalar::Absent).collect()
}
