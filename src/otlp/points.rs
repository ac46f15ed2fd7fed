//! Data points of metrics, decoded where they are read.

use super::value::Attributes;
use super::wire::{Field, Fields, Raw, Reader, find};
use super::{SpanId, TraceId};

/// A measured number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// An integer.
    Int(i64),
    /// A floating-point number; any, also NaN.
    Double(f64),
}

impl Number {
    /// The number as a double.
    pub fn as_f64(self) -> f64 {
        match self {
            Number::Int(number) => number as f64,
            Number::Double(number) => number,
        }
    }
}

/// Set in the flags of a point that has no value because its stream ended.
const NO_RECORDED_VALUE: u32 = 1;

/// What every kind of data point has.
macro_rules! common {
    ($point:ident, attributes = $attributes:literal, flags = $flags:literal) => {
        impl<'a> $point<'a> {
            /// What tells its stream from others of the metric.
            pub fn attributes(&self) -> Attributes<'a> {
                Attributes::of($attributes, self.0, &[])
            }

            /// When the counting began, in nanoseconds since 1970; 0 if unknown.
            pub fn start_time_unix_nano(&self) -> u64 {
                number(self.0, 2)
            }

            /// When it was measured, in nanoseconds since 1970.
            pub fn time_unix_nano(&self) -> u64 {
                number(self.0, 3)
            }

            /// All bits as sent.
            pub fn flags(&self) -> u32 {
                number(self.0, $flags) as u32
            }

            /// Whether it only says that its stream ended (a stale marker).
            pub fn is_no_recorded_value(&self) -> bool {
                self.flags() & NO_RECORDED_VALUE != 0
            }
        }

        impl<'a> From<&'a [u8]> for $point<'a> {
            fn from(message: &'a [u8]) -> Self {
                $point(message)
            }
        }
    };
}

/// A point of a gauge or sum.
#[derive(Clone, Copy, Debug)]
pub struct NumberPoint<'a>(&'a [u8]);

common!(NumberPoint, attributes = 7, flags = 8);

impl<'a> NumberPoint<'a> {
    /// What was measured; `None` in a stale marker.
    pub fn value(&self) -> Option<Number> {
        either(self.0, 4, 6)
    }

    /// Examples of what was measured.
    pub fn exemplars(&self) -> impl Iterator<Item = Exemplar<'a>> + use<'a> {
        all(self.0, 5).map(Exemplar)
    }
}

/// A point of a histogram with explicit bounds.
#[derive(Clone, Copy, Debug)]
pub struct HistogramPoint<'a>(&'a [u8]);

common!(HistogramPoint, attributes = 9, flags = 10);

impl<'a> HistogramPoint<'a> {
    /// How many values it holds.
    pub fn count(&self) -> u64 {
        number(self.0, 4)
    }

    /// The sum of the values, if it was kept.
    pub fn sum(&self) -> Option<f64> {
        double(self.0, 5)
    }

    /// The smallest value, if it was kept.
    pub fn min(&self) -> Option<f64> {
        double(self.0, 11)
    }

    /// The largest value, if it was kept.
    pub fn max(&self) -> Option<f64> {
        double(self.0, 12)
    }

    /// How many values lie in each bucket; empty, or one more than the bounds.
    pub fn bucket_counts(&self) -> Vec<u64> {
        fixed64s(self.0, 6)
    }

    /// The upper bounds of all buckets but the last, which has none; rising.
    pub fn explicit_bounds(&self) -> Vec<f64> {
        fixed64s(self.0, 7)
            .into_iter()
            .map(f64::from_bits)
            .collect()
    }

    /// Examples of what was measured.
    pub fn exemplars(&self) -> impl Iterator<Item = Exemplar<'a>> + use<'a> {
        all(self.0, 8).map(Exemplar)
    }
}

/// A point of a histogram with exponential buckets.
#[derive(Clone, Copy, Debug)]
pub struct ExpHistogramPoint<'a>(&'a [u8]);

common!(ExpHistogramPoint, attributes = 1, flags = 10);

impl<'a> ExpHistogramPoint<'a> {
    /// How many values it holds.
    pub fn count(&self) -> u64 {
        number(self.0, 4)
    }

    /// The sum of the values, if it was kept.
    pub fn sum(&self) -> Option<f64> {
        double(self.0, 5)
    }

    /// The smallest value, if it was kept.
    pub fn min(&self) -> Option<f64> {
        double(self.0, 12)
    }

    /// The largest value, if it was kept.
    pub fn max(&self) -> Option<f64> {
        double(self.0, 13)
    }

    /// Bucket `i` ends at 2^((i + 1) / 2^scale).
    pub fn scale(&self) -> i32 {
        zigzag(number(self.0, 6))
    }

    /// How many values lie in the zero bucket.
    pub fn zero_count(&self) -> u64 {
        number(self.0, 7)
    }

    /// How far the zero bucket reaches to both sides.
    pub fn zero_threshold(&self) -> f64 {
        double(self.0, 14).unwrap_or_default()
    }

    /// The buckets of positive values.
    pub fn positive(&self) -> Buckets<'a> {
        Buckets(find(self.0, 8).map(Raw::bytes).unwrap_or_default())
    }

    /// The buckets of negative values.
    pub fn negative(&self) -> Buckets<'a> {
        Buckets(find(self.0, 9).map(Raw::bytes).unwrap_or_default())
    }

    /// Examples of what was measured.
    pub fn exemplars(&self) -> impl Iterator<Item = Exemplar<'a>> + use<'a> {
        all(self.0, 11).map(Exemplar)
    }
}

/// Exponential buckets of one sign.
#[derive(Clone, Copy, Debug)]
pub struct Buckets<'a>(&'a [u8]);

impl Buckets<'_> {
    /// The index of the first bucket.
    pub fn offset(&self) -> i32 {
        zigzag(number(self.0, 1))
    }

    /// How many values lie in each bucket, from the first.
    pub fn counts(&self) -> Vec<u64> {
        let mut counts = Vec::new();
        for field in Fields::of(self.0).filter(|field| field.number == 2) {
            match field.raw {
                Raw::Len(packed) => {
                    let mut reader = Reader::new(packed);
                    while let Ok(count) = reader.varint() {
                        counts.push(count);
                    }
                }
                raw => counts.push(raw.number()),
            }
        }
        counts
    }
}

/// A point of a summary.
#[derive(Clone, Copy, Debug)]
pub struct SummaryPoint<'a>(&'a [u8]);

common!(SummaryPoint, attributes = 7, flags = 8);

impl SummaryPoint<'_> {
    /// How many values it holds.
    pub fn count(&self) -> u64 {
        number(self.0, 4)
    }

    /// The sum of the values.
    pub fn sum(&self) -> f64 {
        double(self.0, 5).unwrap_or_default()
    }

    /// Quantiles from 0 to 1 with the values found there.
    pub fn quantiles(&self) -> Vec<(f64, f64)> {
        let of = |quantile, number| double(quantile, number).unwrap_or_default();
        all(self.0, 6)
            .map(|quantile| (of(quantile, 1), of(quantile, 2)))
            .collect()
    }
}

/// An example of a measurement, with the span it was made in.
#[derive(Clone, Copy, Debug)]
pub struct Exemplar<'a>(&'a [u8]);

impl<'a> Exemplar<'a> {
    /// When it was measured, in nanoseconds since 1970.
    pub fn time_unix_nano(&self) -> u64 {
        number(self.0, 2)
    }

    /// What was measured.
    pub fn value(&self) -> Option<Number> {
        either(self.0, 3, 6)
    }

    /// The span it was measured in, if the id is valid.
    pub fn span_id(&self) -> Option<SpanId> {
        find(self.0, 4).map(Raw::bytes).and_then(SpanId::from_slice)
    }

    /// The trace it was measured in, if the id is valid.
    pub fn trace_id(&self) -> Option<TraceId> {
        find(self.0, 5)
            .map(Raw::bytes)
            .and_then(TraceId::from_slice)
    }

    /// Attributes of the measurement that its stream does not have.
    pub fn filtered_attributes(&self) -> Attributes<'a> {
        Attributes::of(7, self.0, &[])
    }
}

fn all(message: &[u8], number: u32) -> impl Iterator<Item = &[u8]> {
    let fields = Fields::of(message).filter(move |field: &Field<'_>| field.number == number);
    fields.map(|field| field.raw.bytes())
}

fn number(message: &[u8], number: u32) -> u64 {
    find(message, number).map(Raw::number).unwrap_or_default()
}

fn double(message: &[u8], number: u32) -> Option<f64> {
    find(message, number).map(Raw::double)
}

fn either(message: &[u8], as_double: u32, as_int: u32) -> Option<Number> {
    let int = find(message, as_int).map(|raw| Number::Int(raw.number() as i64));
    int.or_else(|| double(message, as_double).map(Number::Double))
}

/// Repeated eight-byte numbers, packed or not.
fn fixed64s(message: &[u8], number: u32) -> Vec<u64> {
    let mut numbers = Vec::new();
    for field in Fields::of(message).filter(|field| field.number == number) {
        match field.raw {
            Raw::Len(packed) => {
                let (elements, _) = packed.as_chunks::<8>();
                numbers.extend(elements.iter().copied().map(u64::from_le_bytes));
            }
            raw => numbers.push(raw.number()),
        }
    }
    numbers
}

/// How `sint32` lies on the wire.
pub(super) fn zigzag(number: u64) -> i32 {
    let number = number as u32;
    (number >> 1) as i32 ^ -((number & 1) as i32)
}
