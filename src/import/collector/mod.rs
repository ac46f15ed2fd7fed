//! A configuration of the OpenTelemetry Collector: a register of its components, and their order.

mod adaptive;
mod attributes;
mod conditions;
mod edits;
mod exporters;
mod filter;
mod otlp_exporter;
mod pipelines;
mod policies;
mod processors;
mod receivers;
mod redaction;
mod service;
mod tail_sampling;
mod transform;
mod without;

use super::cursor::Cursor;
use super::draft::{Draft, Placed};
use super::settings::{Row, convert as settings};
use super::text::{Part, parts};
use super::write::Table;
use super::yaml::Kind;
use crate::otlp::Signal;

/// What a component of theirs becomes.
#[derive(Clone, Copy)]
enum Becomes {
    /// One of ours, with these settings.
    One(&'static str, &'static [Row]),
    /// What a conversion of its own makes of it.
    Own(fn(&mut Draft, &Component<'_>) -> Vec<Placed>),
    /// Nothing: it is there without being asked for.
    Unneeded(&'static str),
    /// Nothing; this is what to do.
    Missing(&'static str),
}

/// Names of a component, and what it becomes.
type Kin = (&'static [&'static str], Becomes);

/// A component of theirs on its way.
struct Component<'a> {
    /// `receivers`, `processors`, `exporters`.
    sort: &'static str,
    /// `batch/large`.
    id: &'a str,
    /// Its settings.
    at: Cursor<'a>,
}

impl Component<'_> {
    /// Adds one of ours in its place, with the findings made since `mark`.
    fn becomes(
        &self,
        draft: &mut Draft,
        kind: &str,
        mark: usize,
        table: Table,
        signals: &'static [Signal],
    ) -> Placed {
        let name = draft.name(self.sort, kind, self.id);
        draft.section(self.sort, &name, mark, table);
        Placed { name, signals }
    }
}

/// The sorts of components that have a table here, with what theirs become.
const SORTS: &[(&str, &[Kin])] = &[
    ("receivers", receivers::ALL),
    ("processors", processors::ALL),
    ("exporters", exporters::ALL),
];

/// Converts a whole configuration.
pub(super) fn convert(draft: &mut Draft, root: &Cursor<'_>) {
    unreadable_values(draft, root);
    service::convert(draft, root);
    for (sort, kin) in SORTS {
        for (id, at) in root.get(sort).iter().flat_map(Cursor::entries) {
            if pipelines::uses(root, sort, id) {
                let component = Component { sort, id, at };
                component_of(draft, &component, kin);
            } else {
                draft.unneeded(&at, "no pipeline uses it");
            }
        }
    }
    for (_, at) in root.get("connectors").iter().flat_map(Cursor::entries) {
        let advice = without::advice(without::CONNECTORS, at.key());
        draft.missing(&at, advice.unwrap_or(without::NO_CONNECTOR));
    }
    pipelines::convert(draft, root);
    for (key, at) in root.entries() {
        if !TOP.contains(&key) {
            draft.unneeded(&at, "no part of a Collector's configuration");
        }
    }
}

/// What a configuration has at its top.
const TOP: &[&str] = &[
    "receivers",
    "processors",
    "exporters",
    "connectors",
    "extensions",
    "service",
];

fn component_of(draft: &mut Draft, component: &Component<'_>, kin: &[Kin]) {
    let kind = component.id.split('/').next().unwrap_or_default();
    let row = kin.iter().find(|(names, _)| names.contains(&kind));
    let placed = match row.map(|(_, becomes)| *becomes) {
        Some(Becomes::One(ours, rows)) => {
            let (mark, mut table) = (draft.mark(), Table::default());
            settings(draft, &component.at, rows, &mut table);
            draft.converted(&component.at, ours);
            vec![component.becomes(draft, ours, mark, table, &Signal::ALL)]
        }
        Some(Becomes::Own(convert)) => convert(draft, component),
        Some(Becomes::Unneeded(why)) => {
            draft.unneeded(&component.at, why);
            Vec::new()
        }
        Some(Becomes::Missing(advice)) => {
            draft.missing(&component.at, advice);
            Vec::new()
        }
        None => {
            draft.missing(&component.at, without::of_sort(component.sort, kind));
            Vec::new()
        }
    };
    draft.place(&component.at, placed);
}

/// Values that come from elsewhere: `${file:…}`, `${yaml:…}`, `${https:…}`.
fn unreadable_values(draft: &mut Draft, at: &Cursor<'_>) {
    if let Kind::Text(text) = at.kind() {
        for part in parts(text) {
            if let Part::Other(other) = part {
                let advice =
                    format!("`${{{other}}}` is not an environment variable; write its value");
                draft.missing(at, advice);
            }
        }
    }
    for child in at
        .entries()
        .into_iter()
        .map(|(_, child)| child)
        .chain(at.items())
    {
        unreadable_values(draft, &child);
    }
}
