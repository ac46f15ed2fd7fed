//! The meter's families, under their conventional names and every other spelling.

use super::labels::Labels;
use super::names;
use super::reading::{Exemplar, Number, Reading, Spread};
use super::store::OVERFLOW;
use super::text::{Head, Kind};
use crate::meter::{self, Definition, FamilyReading, SeriesReading, Take, Value, View};
use crate::otlp::{SpanId, TraceId, Value as Attribute};

/// A family that is ready to be written.
pub(super) struct Shown {
    pub(super) head: Head,
    pub(super) series: Vec<(String, Reading)>,
}

/// Everything the meter has to show.
pub(super) fn shown(families: &[FamilyReading], legacy_names: bool) -> Vec<Shown> {
    let mut all = Vec::new();
    for family in families.iter().filter(|family| !family.series.is_empty()) {
        all.push(conventional(family));
        let views = family
            .definition
            .views
            .iter()
            .filter(|view| legacy_names || !view.legacy);
        all.extend(views.map(|view| spelled(family, view)));
    }
    all
}

fn conventional(family: &FamilyReading) -> Shown {
    let definition = &*family.definition;
    let kind = family
        .series
        .first()
        .map_or(Kind::Gauge, |series| kind(&series.value));
    let name = names::family(&definition.name, &definition.unit, kind);
    let labels: Vec<&str> = definition.labels.iter().map(String::as_str).collect();
    Shown {
        head: Head {
            base: name.base,
            kind,
            help: definition.help.clone(),
            unit: name.unit,
        },
        series: series(definition, &family.series, &definition.bounds, &labels),
    }
}

fn spelled(family: &FamilyReading, view: &View) -> Shown {
    let definition = &*family.definition;
    let read = family.through(view);
    let kind = match view.take {
        Take::Whole => read
            .first()
            .map_or(Kind::Gauge, |series| kind(&series.value)),
        Take::Sum | Take::Count => Kind::Counter,
    };
    let base = match kind {
        Kind::Counter => view.name.strip_suffix("_total").unwrap_or(&view.name),
        _ => &view.name,
    };
    let bounds = if view.bounds.is_empty() {
        &definition.bounds
    } else {
        &view.bounds
    };
    let labels: Vec<&str> = view.labels.iter().map(|(_, own)| own.as_str()).collect();
    let head = Head {
        base: base.to_owned(),
        kind,
        help: definition.help.clone(),
        unit: String::new(),
    };
    let mut series = series(definition, &read, bounds, &labels);
    if view.take == Take::Count {
        for (_, reading) in &mut series {
            count_whole(reading);
        }
    }
    Shown { head, series }
}

/// Counts are whole, whatever the unit of what was counted.
fn count_whole(reading: &mut Reading) {
    if let Reading::Number(Number::Units(_, scale), _) = reading {
        *scale = meter::Scale::One;
    }
}

fn kind(value: &Value) -> Kind {
    match value {
        Value::Counter(_) => Kind::Counter,
        Value::Gauge(_) => Kind::Gauge,
        Value::Histogram { .. } => Kind::Histogram,
    }
}

fn series(
    definition: &Definition,
    read: &[SeriesReading],
    bounds: &[f64],
    names: &[&str],
) -> Vec<(String, Reading)> {
    read.iter()
        .map(|series| {
            (
                labels(&series.labels, names),
                reading(&series.value, definition, bounds),
            )
        })
        .collect()
}

fn labels(labels: &meter::Labels, names: &[&str]) -> String {
    let meter::Labels::Of(values) = labels else {
        return OVERFLOW.to_owned();
    };
    let mut rendered = Labels::default();
    for (name, value) in names.iter().zip(values.iter()) {
        rendered.attribute(name, &Attribute::Str(value), &["le"]);
    }
    rendered.render()
}

fn reading(value: &Value, definition: &Definition, bounds: &[f64]) -> Reading {
    let units = |units: u64| Number::Units(units, definition.scale);
    match value {
        Value::Counter(count) => Reading::Number(units(*count), None),
        Value::Gauge(value) => Reading::Number(Number::Double(*value), None),
        Value::Histogram {
            buckets,
            sum,
            exemplars,
        } => Reading::Spread(Spread {
            bounds: bounds.to_vec(),
            counts: buckets.clone(),
            sum: Some(units(*sum)),
            exemplars: exemplars
                .iter()
                .map(|exemplar| {
                    exemplar.map(|one| Exemplar {
                        trace: TraceId(one.trace_id),
                        span: SpanId(one.span_id),
                        value: units(one.units),
                        unix_nanos: one.unix_nanos,
                    })
                })
                .collect(),
        }),
    }
}
