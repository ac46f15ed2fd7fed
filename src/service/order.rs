//! Warns about processors in an order that does harm.

use super::plan::{Part, PipelinePlan};
use crate::component::{Built, Facts};
use crate::config::{Fault, Table};

/// The fact that a `redact` processor gives: nothing personal is left.
const CLEAN: &str = "clean";

/// The fact that the spans of a trace come together.
const WHOLE: &str = "whole";

/// Warns where a processor needs what only a later one gives, and where something leaves the house
/// without having been cleaned.
pub(super) fn warn(
    root: &Table,
    pipeline: &PipelinePlan,
    processors: &[Part],
    warnings: &mut Vec<Fault>,
) {
    let Some(table) = root
        .table("pipelines")
        .and_then(|all| all.table(&pipeline.name))
    else {
        return;
    };
    let chain = pipeline
        .processors
        .iter()
        .filter_map(|name| facts(processors, name).map(|facts| (name.as_str(), facts)))
        .collect::<Vec<_>>();
    for (index, (name, facts)) in chain.iter().enumerate() {
        let before = chain.iter().take(index);
        let breaks = |other: &Facts| other.breaks.contains(&WHOLE);
        let breaker = before.clone().find(|(_, other)| breaks(other));
        if let Some((breaker, _)) = breaker.filter(|_| facts.needs.contains(&WHOLE)) {
            let message =
                format!("`{name}` needs traces whole, and `{breaker}` lets go of them in parts");
            let remedy = format!("leave `early` of `{breaker}` out, or set it to false");
            warnings.push(table.fault("processors", message, remedy).warn());
        }
        for need in &facts.needs {
            let before = chain
                .iter()
                .take(index)
                .any(|(_, other)| other.gives.contains(need));
            let later = chain
                .iter()
                .skip(index + 1)
                .find(|(_, other)| other.gives.contains(need));
            let Some((giver, _)) = later.filter(|_| !before) else {
                continue;
            };
            let message =
                format!("`{name}` reads what only `{giver}` writes ({need}), and stands before it");
            let remedy = format!("move `{giver}` in front of `{name}`");
            warnings.push(table.fault("processors", message, remedy).warn());
        }
    }
    if !chain.iter().any(|(_, facts)| facts.gives.contains(&CLEAN)) {
        let message = format!("pipeline `{}` exports without `redact`", pipeline.name);
        let remedy = "add `redact` to its processors, so that nothing personal leaves";
        warnings.push(table.fault("processors", message, remedy).warn());
    }
}

/// Tells each processor of a chain what those behind it need.
pub(super) fn look_behind(chain: &[impl AsRef<str>], processors: &mut [Part]) {
    let mut needs: Vec<&'static str> = Vec::new();
    for name in chain.iter().rev() {
        let mut parts = processors.iter_mut();
        let Some(part) = parts.find(|part| part.name == name.as_ref()) else {
            continue;
        };
        part.behind.extend(&needs);
        if let Built::Processor(_, facts) = &part.built {
            needs.extend(&facts.needs);
        }
    }
}

fn facts<'a>(processors: &'a [Part], name: &str) -> Option<&'a Facts> {
    processors
        .iter()
        .find(|part| part.name == name)
        .and_then(|part| match &part.built {
            Built::Processor(_, facts) => Some(facts),
            _ => None,
        })
}
