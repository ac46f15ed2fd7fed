//! Warns about processors in an order that does harm.

use super::plan::{Part, PipelinePlan};
use crate::component::{Built, Facts};
use crate::config::{Fault, Table};

/// The fact that a `redact` processor gives: nothing personal is left.
const CLEAN: &str = "clean";

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

fn facts<'a>(processors: &'a [Part], name: &str) -> Option<&'a Facts> {
    processors
        .iter()
        .find(|part| part.name == name)
        .and_then(|part| match &part.built {
            Built::Processor(_, facts) => Some(facts),
            _ => None,
        })
}
