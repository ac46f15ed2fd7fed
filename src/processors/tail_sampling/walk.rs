//! Reads one span once: fills the slots that a plan asks about.

use super::plan::Plan;
use crate::otlp::{Resource, Scope, Span};
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
        plan.keys.fill(span.attributes(), &mut own);
        let evaluations = evaluations(plan, span, &own);
        let found = see(&Reading {
            evaluations: &evaluations,
            ..Reading::of(span, &own, resource)
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
    plan.keys.fill(resource.attributes(), &mut slots);
    slots
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
                .map_or(Scalar::Absent, |value| Scalar::from(&value))
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
