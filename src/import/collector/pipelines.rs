//! Pipelines: what each of them is made of once its components are converted.

use super::super::cursor::Cursor;
use super::super::draft::Draft;
use super::super::write::{Table, Value};
use crate::otlp::Signal;

/// Whether a pipeline uses a component.
pub(super) fn uses(root: &Cursor<'_>, sort: &str, id: &str) -> bool {
    let pipelines = root.get("service.pipelines");
    pipelines
        .iter()
        .flat_map(Cursor::entries)
        .any(|(_, pipeline)| {
            let names = pipeline.get(sort);
            names
                .iter()
                .flat_map(Cursor::items)
                .any(|name| name.text() == Some(id))
        })
}

/// Converts every pipeline.
pub(super) fn convert(draft: &mut Draft, root: &Cursor<'_>) {
    for (id, at) in root
        .get("service.pipelines")
        .iter()
        .flat_map(Cursor::entries)
    {
        let kind = id.split('/').next().unwrap_or_default();
        match Signal::ALL.iter().find(|signal| signal.name() == kind) {
            Some(signal) => pipeline(draft, root, id, &at, *signal),
            None => draft.missing(&at, "pipelines carry traces, metrics or logs"),
        }
    }
}

fn pipeline(draft: &mut Draft, root: &Cursor<'_>, id: &str, at: &Cursor<'_>, signal: Signal) {
    let mark = draft.mark();
    let receivers = members(draft, root, at, "receivers", signal);
    let processors = members(draft, root, at, "processors", signal);
    let mut exporters = members(draft, root, at, "exporters", signal);
    if receivers.is_empty() {
        return draft.missing(at, "left out: nothing it receives from has an equivalent");
    }
    if exporters.is_empty() {
        let advice = "none of its exporters has an equivalent; `debug` stands in, name your own";
        draft.approximated(at, advice);
        exporters.push("debug".to_owned());
    } else {
        draft.converted(at, id);
    }
    let mut table = Table::default();
    let mut list = |key: &str, names: &[String]| {
        table.put(key, Value::words(names.iter().map(String::as_str)));
    };
    list("receivers", &receivers);
    if !processors.is_empty() {
        list("processors", &processors);
    }
    list("exporters", &exporters);
    draft.section("pipelines", id, mark, table);
}

/// The names of ours that a pipeline's components became.
fn members(
    draft: &mut Draft,
    root: &Cursor<'_>,
    pipeline: &Cursor<'_>,
    sort: &str,
    signal: Signal,
) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for member in pipeline.get(sort).iter().flat_map(Cursor::items) {
        let Some(id) = member.text() else { continue };
        let path = format!("{sort}.{id}");
        let defined = |sort: &str| {
            let all = root.get(sort);
            all.iter()
                .flat_map(Cursor::entries)
                .any(|(own, _)| own == id)
        };
        if !defined(sort) && !defined("connectors") {
            draft.missing(&member, format!("`{id}` is not defined under `{sort}`"));
        }
        let placed = draft.placed(&path);
        let (here, elsewhere): (Vec<_>, Vec<_>) = placed
            .iter()
            .cloned()
            .partition(|own| own.signals.contains(&signal));
        if here.is_empty() && !elsewhere.is_empty() {
            draft.missing(
                &member,
                format!("`{id}` does nothing to {} here", signal.name()),
            );
        }
        for own in here {
            if !names.contains(&own.name) {
                names.push(own.name);
            }
        }
    }
    names
}
