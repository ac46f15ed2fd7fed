//! Received OTLP metrics, point by point, into the store.

use std::collections::BTreeMap;
use std::time::Duration;

use super::exponential::Exponential;
use super::labels::Labels;
use super::names;
use super::reading::{Exemplar, Number, Reading, Spread};
use super::store::{Fate, Point, Store};
use super::text::{Head, Kind};
use crate::otlp::{
    self, Attributes, Batch, Data, ExpHistogramPoint, HistogramPoint, Metric, NumberPoint,
    Resource, Scope, SummaryPoint, Temporality,
};

/// What of resource and scope is shown on every series.
#[derive(Clone, Debug, Default)]
pub(super) struct Extras {
    /// `otel_scope_name` and its kin.
    pub(super) scope_labels: bool,
    /// A `target_info` per resource.
    pub(super) target_info: bool,
    /// Resource attributes that become labels.
    pub(super) resource_labels: Vec<String>,
    /// The meter that is shown anyway: what a metrics pipeline brings of it is left out.
    pub(super) shown_meter: Option<String>,
}

/// How many points met which fate.
pub(super) type Fates = BTreeMap<Fate, u64>;

/// Puts every point of the batch into the store.
pub(super) fn take(
    store: &mut Store,
    batch: &Batch<Metric>,
    extras: &Extras,
    now: Duration,
) -> Fates {
    let mut fates = Fates::new();
    for group in &batch.groups {
        let scope = &group.scope;
        let instance = scope.resource().attribute("service.instance.id");
        let instance = instance.and_then(|value| value.as_str());
        if instance.is_some() && instance == extras.shown_meter.as_deref() {
            let points = group
                .records
                .iter()
                .map(|metric| metric.items() as u64)
                .sum::<u64>();
            *fates.entry(Fate::Taken).or_default() += points;
            continue;
        }
        let mut common = identity(scope.resource(), extras);
        if extras.scope_labels {
            add_scope(&mut common, scope);
        }
        let mut intake = Intake {
            store,
            common: &common,
            now,
            fates: &mut fates,
        };
        for metric in &group.records {
            intake.metric(metric);
        }
        if extras.target_info {
            target(store, scope.resource(), now);
        }
    }
    fates
}

/// `job` and `instance`, and what the configuration adds.
fn identity(resource: &Resource, extras: &Extras) -> Labels {
    let text = |key| {
        resource
            .attribute(key)
            .and_then(|value| value.as_str())
            .unwrap_or_default()
    };
    let mut labels = Labels::default();
    for key in &extras.resource_labels {
        if let Some(value) = resource.attribute(key) {
            labels.attribute(key, &value, &["job", "instance"]);
        }
    }
    let (space, name) = (text("service.namespace"), text("service.name"));
    let slash = if space.is_empty() || name.is_empty() {
        ""
    } else {
        "/"
    };
    labels.set(
        "job",
        &if name.is_empty() {
            String::new()
        } else {
            format!("{space}{slash}{name}")
        },
    );
    labels.set("instance", text("service.instance.id"));
    labels
}

fn add_scope(labels: &mut Labels, scope: &Scope) {
    labels.attributes("otel_scope_", scope.attributes(), &SCOPE_LABELS);
    for (label, value) in
        SCOPE_LABELS
            .into_iter()
            .zip([scope.name(), scope.version(), scope.schema_url()])
    {
        labels.set(label, value);
    }
}

const SCOPE_LABELS: [&str; 3] = [
    "otel_scope_name",
    "otel_scope_version",
    "otel_scope_schema_url",
];

/// The resource's own series; its identity is `job` and `instance`, so a later description of the
/// same target takes the place of an earlier one.
fn target(store: &mut Store, resource: &Resource, now: Duration) {
    let identity = identity(resource, &Extras::default()).render();
    if identity.is_empty() {
        return;
    }
    let mut rest = Labels::default();
    for (key, value) in resource.attributes() {
        if !matches!(
            key,
            "service.name" | "service.namespace" | "service.instance.id"
        ) {
            rest.attribute(key, &value, &["job", "instance"]);
        }
    }
    store.describe(identity, &rest.render(), now);
}

struct Intake<'a> {
    store: &'a mut Store,
    common: &'a Labels,
    now: Duration,
    fates: &'a mut Fates,
}

/// Points of one metric with what they have in common.
struct Stream<'a> {
    head: &'a Head,
    adds: bool,
}

impl Intake<'_> {
    fn metric(&mut self, metric: &Metric) {
        let (kind, temporality) = match metric.data() {
            Data::Gauge(_) => (Kind::Gauge, Temporality::Cumulative),
            Data::Sum {
                temporality,
                monotonic: true,
                ..
            } => (Kind::Counter, temporality),
            Data::Sum { temporality, .. } => (Kind::Gauge, temporality),
            Data::Histogram { temporality, .. } | Data::ExpHistogram { temporality, .. } => {
                (Kind::Histogram, temporality)
            }
            Data::Summary(_) => (Kind::Summary, Temporality::Cumulative),
            Data::Unknown => return,
        };
        let adds = match temporality {
            Temporality::Cumulative => false,
            Temporality::Delta if kind != Kind::Gauge => true,
            Temporality::Delta | Temporality::Other(_) => {
                return self.count(Fate::Unsupported, metric.items() as u64);
            }
        };
        let name = names::family(metric.name(), metric.unit(), kind);
        let help = metric.description().to_owned();
        let head = Head {
            base: name.base,
            kind,
            help,
            unit: name.unit,
        };
        let stream = Stream { head: &head, adds };
        match metric.data() {
            Data::Gauge(points) | Data::Sum { points, .. } => {
                points.iter().for_each(|point| self.number(&stream, &point));
            }
            Data::Histogram { points, .. } => {
                points
                    .iter()
                    .for_each(|point| self.histogram(&stream, &point));
            }
            Data::ExpHistogram { points, .. } => {
                points
                    .iter()
                    .for_each(|point| self.exponential(&stream, &point));
            }
            Data::Summary(points) => points
                .iter()
                .for_each(|point| self.summary(&stream, &point)),
            Data::Unknown => {}
        }
    }

    fn number(&mut self, stream: &Stream<'_>, point: &NumberPoint<'_>) {
        let about = (
            point.attributes(),
            point.time_unix_nano(),
            point.is_no_recorded_value(),
        );
        let value = point.value().map(Number::from);
        let sound = |value: &Number| stream.head.kind != Kind::Counter || value.as_f64() >= 0.0;
        let exemplar = point.exemplars().filter_map(|one| exemplar(&one)).last();
        let reading = value
            .filter(sound)
            .map(|value| Reading::Number(value, exemplar));
        self.point(stream, about, reading);
    }

    fn histogram(&mut self, stream: &Stream<'_>, point: &HistogramPoint<'_>) {
        let about = (
            point.attributes(),
            point.time_unix_nano(),
            point.is_no_recorded_value(),
        );
        let (bounds, counts) = (point.explicit_bounds(), point.bucket_counts());
        let spread =
            Spread::checked(bounds, counts, point.count(), point.sum()).map(|mut spread| {
                point
                    .exemplars()
                    .filter_map(|one| exemplar(&one))
                    .for_each(|one| spread.put_exemplar(one));
                Reading::Spread(spread)
            });
        self.point(stream, about, spread);
    }

    fn exponential(&mut self, stream: &Stream<'_>, point: &ExpHistogramPoint<'_>) {
        let about = (
            point.attributes(),
            point.time_unix_nano(),
            point.is_no_recorded_value(),
        );
        let reading = Exponential::checked(point).map(|mut read| {
            read.exemplars = point.exemplars().filter_map(|one| exemplar(&one)).collect();
            Reading::Exponential(read)
        });
        self.point(stream, about, reading);
    }

    fn summary(&mut self, stream: &Stream<'_>, point: &SummaryPoint<'_>) {
        let about = (
            point.attributes(),
            point.time_unix_nano(),
            point.is_no_recorded_value(),
        );
        let mut quantiles = point.quantiles();
        let sound = quantiles
            .iter()
            .all(|(quantile, _)| (0.0..=1.0).contains(quantile));
        quantiles.sort_by(|one, other| one.0.total_cmp(&other.0));
        quantiles.dedup_by(|one, other| one.0.total_cmp(&other.0).is_eq());
        let (count, sum) = (point.count(), point.sum());
        self.point(
            stream,
            about,
            sound.then_some(Reading::Summary {
                count,
                sum,
                quantiles,
            }),
        );
    }

    fn point(
        &mut self,
        stream: &Stream<'_>,
        (attributes, unix_nanos, ended): (Attributes<'_>, u64, bool),
        reading: Option<Reading>,
    ) {
        let mut labels = self.common.clone();
        labels.attributes("", attributes, stream.head.kind.reserved());
        let labels = labels.render();
        if ended {
            self.store.end(&stream.head.base, &labels);
            return self.count(Fate::Taken, 1);
        }
        let Some(reading) = reading else {
            return self.count(Fate::Invalid, 1);
        };
        let point = Point {
            unix_nanos,
            labels,
            reading,
            adds: stream.adds,
        };
        let fate = self.store.take(stream.head, point, self.now);
        self.count(fate, 1);
    }

    fn count(&mut self, fate: Fate, points: u64) {
        *self.fates.entry(fate).or_default() += points;
    }
}

/// Only exemplars of spans are worth a reader's while.
fn exemplar(exemplar: &otlp::Exemplar<'_>) -> Option<Exemplar> {
    Some(Exemplar {
        trace: exemplar.trace_id()?,
        span: exemplar.span_id()?,
        value: exemplar.value()?.into(),
        unix_nanos: exemplar.time_unix_nano(),
    })
}
