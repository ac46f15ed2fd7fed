//! What a series shows at the moment: a number, a distribution or quantiles.

use super::exponential::Exponential;
use crate::meter::{Scale, exact};
use crate::otlp::{self, SpanId, TraceId};

/// A number that is written as exactly as it was counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Int(i64),
    Double(f64),
    /// Units of the meter.
    Units(u64, Scale),
}

impl Number {
    pub(super) fn as_f64(self) -> f64 {
        match self {
            Number::Int(number) => number as f64,
            Number::Double(number) => number,
            Number::Units(units, scale) => scale.value(units),
        }
    }

    pub(super) fn plus(self, more: Number) -> Number {
        match (self, more) {
            (Number::Int(own), Number::Int(more)) => Number::Int(own.saturating_add(more)),
            (own, more) => Number::Double(own.as_f64() + more.as_f64()),
        }
    }

    /// Appends the number as both text formats read it.
    pub(super) fn write(self, out: &mut String) {
        match self {
            Number::Int(number) => out.push_str(&number.to_string()),
            Number::Units(units, scale) => out.push_str(&exact(units, scale)),
            Number::Double(number) => out.push_str(&double(number)),
        }
    }
}

impl From<otlp::Number> for Number {
    fn from(number: otlp::Number) -> Self {
        match number {
            otlp::Number::Int(number) => Number::Int(number),
            otlp::Number::Double(number) => Number::Double(number),
        }
    }
}

/// `NaN`, `+Inf`, or the shortest text that reads back as the same double.
pub(super) fn double(number: f64) -> String {
    let size = number.abs();
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 {
            "+Inf".to_owned()
        } else {
            "-Inf".to_owned()
        }
    } else if size == 0.0 || (1e-5..1e16).contains(&size) {
        number.to_string()
    } else {
        format!("{number:e}")
    }
}

/// One measured value with its span.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Exemplar {
    pub(super) trace: TraceId,
    pub(super) span: SpanId,
    pub(super) value: Number,
    pub(super) unix_nanos: u64,
}

/// A distribution over explicit buckets.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Spread {
    /// Finite and ascending.
    pub(super) bounds: Vec<f64>,
    /// Per bucket, not added up; one more than bounds.
    pub(super) counts: Vec<u64>,
    pub(super) sum: Option<Number>,
    /// The latest per bucket; as long as `counts`, or empty.
    pub(super) exemplars: Vec<Option<Exemplar>>,
}

impl Spread {
    /// A distribution as a sender described it, if it makes sense.
    pub(super) fn checked(
        bounds: Vec<f64>,
        counts: Vec<u64>,
        count: u64,
        sum: Option<f64>,
    ) -> Option<Self> {
        let (mut bounds, mut counts) = (bounds, counts);
        if counts.is_empty() {
            // Only count and sum were kept.
            bounds.clear();
            counts.push(count);
        }
        if bounds.last() == Some(&f64::INFINITY) && counts.len() == bounds.len() + 1 {
            // A spelled-out last bound: everything above it is nothing.
            bounds.pop();
            let over = counts.pop()?;
            *counts.last_mut()? += over;
        }
        let ascending = bounds.windows(2).all(|pair| pair[0] < pair[1]);
        let finite = bounds.iter().all(|bound| bound.is_finite());
        let fits = counts.len() == bounds.len() + 1;
        (ascending && finite && fits).then_some(Spread {
            bounds,
            counts,
            sum: sum.map(Number::Double),
            exemplars: Vec::new(),
        })
    }

    pub(super) fn put_exemplar(&mut self, exemplar: Exemplar) {
        if self.exemplars.is_empty() {
            self.exemplars = vec![None; self.counts.len()];
        }
        let value = exemplar.value.as_f64();
        let bucket = self.bounds.partition_point(|bound| *bound < value);
        if let Some(place) = self.exemplars.get_mut(bucket) {
            *place = Some(exemplar);
        }
    }

    fn add(&mut self, more: &Spread) -> bool {
        if self.bounds != more.bounds {
            return false;
        }
        for (own, more) in self.counts.iter_mut().zip(&more.counts) {
            *own = own.saturating_add(*more);
        }
        self.sum = self.sum.zip(more.sum).map(|(own, more)| own.plus(more));
        true
    }

    fn keep_exemplars(&mut self, old: Spread) {
        if self.exemplars.is_empty() {
            self.exemplars = old.exemplars;
        } else {
            for (own, old) in self.exemplars.iter_mut().zip(old.exemplars) {
                *own = own.or(old);
            }
        }
    }
}

/// What a series shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Reading {
    Number(Number, Option<Exemplar>),
    Spread(Spread),
    Exponential(Exponential),
    Summary {
        count: u64,
        sum: f64,
        quantiles: Vec<(f64, f64)>,
    },
}

impl Reading {
    /// Adds a delta. Distributions that no longer fit together begin anew, as after a restart.
    pub(super) fn add(&mut self, more: Reading) {
        match (&mut *self, more) {
            (Reading::Number(own, exemplar), Reading::Number(more, newer)) => {
                *own = own.plus(more);
                *exemplar = newer.or(*exemplar);
            }
            (Reading::Spread(own), Reading::Spread(mut more)) => {
                if own.add(&more) {
                    std::mem::swap(&mut own.exemplars, &mut more.exemplars);
                    own.keep_exemplars(more);
                } else {
                    *own = more;
                }
            }
            (Reading::Exponential(own), Reading::Exponential(more)) => own.add(more),
            (_, more) => *self = more,
        }
    }

    /// Takes the place of an older reading; exemplars come rarely and stay until a newer one.
    pub(super) fn replace(&mut self, new: Reading) {
        let old = std::mem::replace(self, new);
        match (self, old) {
            (Reading::Number(_, own), Reading::Number(_, old)) => *own = own.or(old),
            (Reading::Spread(own), Reading::Spread(old)) if own.bounds == old.bounds => {
                own.keep_exemplars(old);
            }
            (Reading::Exponential(own), Reading::Exponential(old)) => own.follow(&old),
            _ => {}
        }
    }
}
