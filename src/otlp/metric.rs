//! A metric's fields and the points it is made of.

use std::marker::PhantomData;

use super::new_value::{NewValue, put_key_value};
use super::parse::points;
use super::points::{ExpHistogramPoint, HistogramPoint, NumberPoint, SummaryPoint};
use super::put::put_bytes;
use super::record::{Kind, Record, Table};
use super::rewrite::{Fate, rewrite};
use super::valid::{metric_fault, point_fault};
use super::value::Attributes;
use super::wire::{Fields, Raw, find};
use super::{RejectReason, Rejected, Signal, shape};

/// Marks the records of metrics.
#[derive(Debug)]
pub enum Metrics {}

/// One metric with its data points.
pub type Metric = Record<Metrics>;

impl Kind for Metrics {
    const SIGNAL: Signal = Signal::Metrics;
    const SHAPE: Table = Table(&shape::METRIC);
    const ATTRIBUTES: u32 = 12;

    fn items(metric: &Metric) -> usize {
        points(&metric.message).unwrap_or_default()
    }

    /// Points that contradict themselves go; so does a metric that had no others.
    fn admit(metric: &mut Metric, rejected: &mut Rejected) -> bool {
        let items = metric.items() as u64;
        if items == 0 {
            return true;
        }
        if let Some(why) = metric_fault(metric) {
            rejected.add(RejectReason::InvalidPoint, items, why);
            return false;
        }
        metric.edit_raw_points(|data, point| match point_fault(data, point) {
            None => Fate::Keep,
            Some(why) => {
                rejected.add(RejectReason::InvalidPoint, 1, why);
                Fate::Drop
            }
        });
        metric.items() > 0
    }
}

/// What a sum or histogram covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Temporality {
    /// Unspecified, or a number this version does not know.
    Other(i32),
    /// Since the last report.
    Delta,
    /// Since the start.
    Cumulative,
}

impl From<i32> for Temporality {
    fn from(number: i32) -> Self {
        match number {
            1 => Temporality::Delta,
            2 => Temporality::Cumulative,
            other => Temporality::Other(other),
        }
    }
}

/// The points of a metric, by kind.
#[derive(Clone, Copy, Debug)]
pub enum Data<'a> {
    /// The latest values.
    Gauge(Points<'a, NumberPoint<'a>>),
    /// Values that add up.
    Sum {
        /// The points.
        points: Points<'a, NumberPoint<'a>>,
        /// What a point covers.
        temporality: Temporality,
        /// Whether it only grows.
        monotonic: bool,
    },
    /// Distributions over explicit buckets.
    Histogram {
        /// The points.
        points: Points<'a, HistogramPoint<'a>>,
        /// What a point covers.
        temporality: Temporality,
    },
    /// Distributions over exponential buckets.
    ExpHistogram {
        /// The points.
        points: Points<'a, ExpHistogramPoint<'a>>,
        /// What a point covers.
        temporality: Temporality,
    },
    /// Quantiles computed by the sender.
    Summary(Points<'a, SummaryPoint<'a>>),
    /// None, or a kind this version does not know.
    Unknown,
}

/// Data points of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Points<'a, P> {
    data: &'a [u8],
    point: PhantomData<P>,
}

impl<'a, P: From<&'a [u8]>> Points<'a, P> {
    fn of(data: &'a [u8]) -> Self {
        Points {
            data,
            point: PhantomData,
        }
    }

    /// The points in order.
    pub fn iter(&self) -> impl Iterator<Item = P> + use<'a, P> {
        let points = Fields::of(self.data).filter(|field| field.number == 1);
        points.map(|field| P::from(field.raw.bytes()))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

impl Metric {
    /// Its name.
    pub fn name(&self) -> &str {
        self.text(1)
    }

    /// What it measures, in words.
    pub fn description(&self) -> &str {
        self.text(2)
    }

    /// The unit, in UCUM: `s`, `By`, `{token}`.
    pub fn unit(&self) -> &str {
        self.text(3)
    }

    /// Gives it another name.
    pub fn set_name(&mut self, name: &str) {
        let mut field = Vec::new();
        put_bytes(&mut field, 1, name.as_bytes());
        self.set_field(1, field);
    }

    /// Its points.
    pub fn data(&self) -> Data<'_> {
        let Some((number, data)) = data_of(&self.message) else {
            return Data::Unknown;
        };
        let temporality =
            Temporality::from(find(data, 2).map(Raw::number).unwrap_or_default() as i32);
        match number {
            5 => Data::Gauge(Points::of(data)),
            7 => Data::Sum {
                points: Points::of(data),
                temporality,
                monotonic: find(data, 3).map(Raw::number).unwrap_or_default() != 0,
            },
            9 => Data::Histogram {
                points: Points::of(data),
                temporality,
            },
            10 => Data::ExpHistogram {
                points: Points::of(data),
                temporality,
            },
            _ => Data::Summary(Points::of(data)),
        }
    }

    /// Keeps the points for whose attributes `keep` says so; the number that went.
    pub fn retain_points(&mut self, mut keep: impl FnMut(Attributes<'_>) -> bool) -> u64 {
        let mut gone = 0;
        self.edit_raw_points(|data, point| {
            let stays = keep(Attributes::of(point_attributes(data), point, &[]));
            gone += u64::from(!stays);
            if stays { Fate::Keep } else { Fate::Drop }
        });
        gone
    }

    /// Edits the attributes of every point: `edit` is given what a point has and returns what it
    /// shall have instead, or `None` to leave it.
    pub fn edit_point_attributes(
        &mut self,
        mut edit: impl FnMut(Attributes<'_>) -> Option<Vec<(String, NewValue)>>,
    ) -> bool {
        self.edit_raw_points(|data, point| {
            let number = point_attributes(data);
            let Some(new) = edit(Attributes::of(number, point, &[])) else {
                return Fate::Keep;
            };
            let others = rewrite([point, &[]], |field| {
                if field.number == number {
                    Fate::Drop
                } else {
                    Fate::Keep
                }
            });
            let mut point = others.unwrap_or_else(|| point.to_vec());
            for (key, value) in &new {
                put_key_value(&mut point, number, key, value);
            }
            let mut field = Vec::with_capacity(point.len() + 8);
            put_bytes(&mut field, 1, &point);
            Fate::Replace(field)
        })
    }

    /// A metric to be made, for tests and for metrics of our own.
    pub fn build(name: &str) -> super::MetricBuilder {
        super::MetricBuilder::new(name)
    }

    /// Decides over every point, given the number of the field its kind is kept in.
    fn edit_raw_points(&mut self, mut fate: impl FnMut(u32, &[u8]) -> Fate) -> bool {
        self.edit_fields(|field| {
            if !is_data(field.number) {
                return Fate::Keep;
            }
            let edited = rewrite([field.raw.bytes(), &[]], |inner| match inner.number {
                1 => fate(field.number, inner.raw.bytes()),
                _ => Fate::Keep,
            });
            edited.map_or(Fate::Keep, |data| {
                let mut entry = Vec::with_capacity(data.len() + 8);
                put_bytes(&mut entry, field.number, &data);
                Fate::Replace(entry)
            })
        })
    }
}

fn is_data(number: u32) -> bool {
    matches!(number, 5 | 7 | 9 | 10 | 11)
}

/// The field that holds the points, with its number.
fn data_of(metric: &[u8]) -> Option<(u32, &[u8])> {
    let field = Fields::of(metric).find(|field| is_data(field.number))?;
    Some((field.number, field.raw.bytes()))
}

/// The number of the attributes in a point of the data in that field.
fn point_attributes(data: u32) -> u32 {
    match data {
        9 => 9,
        10 => 1,
        _ => 7,
    }
}
