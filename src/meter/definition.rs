//! What a family of series is: its names, unit, labels and the other spellings it is read under.

use super::MeterError;

/// The size of one counted unit. Cells hold integers, so sums are exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// The family's unit itself: calls, tokens.
    #[default]
    One,
    /// A thousand-millionth of it: nanoseconds of seconds, nano-dollars of dollars.
    Nano,
}

impl Scale {
    /// How many counted units make one of the family's unit.
    pub fn units(self) -> u64 {
        match self {
            Scale::One => 1,
            Scale::Nano => 1_000_000_000,
        }
    }

    /// Counted units in the family's unit, as near as a double comes.
    pub fn value(self, units: u64) -> f64 {
        units as f64 / self.units() as f64
    }
}

/// What a view shows of a histogram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Take {
    /// The series as it is.
    #[default]
    Whole,
    /// Only the sum of a histogram, as a counter.
    Sum,
    /// Only the count of a histogram, as a counter.
    Count,
}

/// A second spelling for Prometheus: the same numbers under another name and fewer labels.
///
/// Series that differ only in labels the view leaves out are added up, exactly.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// The whole Prometheus name, `_total` included: `mcp_tool_calls_total`.
    pub name: String,
    /// `(label of the family, label in the view)`.
    pub labels: Vec<(String, String)>,
    /// A subset of the family's bucket boundaries; empty keeps them all.
    pub bounds: Vec<f64>,
    /// What is shown of a histogram.
    pub take: Take,
    /// Shown only where `legacy_names = true`.
    pub legacy: bool,
}

impl View {
    /// A view without labels.
    pub fn new(name: impl Into<String>) -> Self {
        View {
            name: name.into(),
            ..View::default()
        }
    }

    /// Keeps `family` (a label of the family) under the name `own`.
    #[must_use]
    pub fn label(mut self, family: impl Into<String>, own: impl Into<String>) -> Self {
        self.labels.push((family.into(), own.into()));
        self
    }

    /// Keeps only these of the family's bucket boundaries.
    #[must_use]
    pub fn bounds(mut self, bounds: &[f64]) -> Self {
        self.bounds = bounds.to_vec();
        self
    }

    /// Shows only the sum or the count of a histogram.
    #[must_use]
    pub fn take(mut self, take: Take) -> Self {
        self.take = take;
        self
    }

    /// Marks the view as one of the old names.
    #[must_use]
    pub fn legacy(mut self) -> Self {
        self.legacy = true;
        self
    }
}

/// What a family is called, counts and is split by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Definition {
    /// The OpenTelemetry name: `gen_ai.client.token.usage`.
    pub name: String,
    /// UCUM, as the semantic conventions write it: `s`, `{token}`, `USD`.
    pub unit: String,
    /// One sentence.
    pub help: String,
    /// Attribute names, in the order that label values are given in.
    pub labels: Vec<String>,
    /// The size of one counted unit.
    pub scale: Scale,
    /// Upper bucket boundaries of a histogram, in the family's unit, ascending.
    pub bounds: Vec<f64>,
    /// Other spellings.
    pub views: Vec<View>,
}

impl Definition {
    /// A family without labels, counted in its own unit.
    pub fn new(name: impl Into<String>, unit: impl Into<String>, help: impl Into<String>) -> Self {
        Definition {
            name: name.into(),
            unit: unit.into(),
            help: help.into(),
            ..Definition::default()
        }
    }

    /// The attribute names that split the family.
    #[must_use]
    pub fn labels<L: Into<String>>(mut self, labels: impl IntoIterator<Item = L>) -> Self {
        self.labels = labels.into_iter().map(Into::into).collect();
        self
    }

    /// What one counted unit is.
    #[must_use]
    pub fn scale(mut self, scale: Scale) -> Self {
        self.scale = scale;
        self
    }

    /// The bucket boundaries of a histogram, in the family's unit.
    #[must_use]
    pub fn bounds(mut self, bounds: &[f64]) -> Self {
        self.bounds = bounds.to_vec();
        self
    }

    /// Adds another spelling.
    #[must_use]
    pub fn view(mut self, view: View) -> Self {
        self.views.push(view);
        self
    }

    pub(super) fn check(&self) -> Result<(), MeterError> {
        let ascending = self.bounds.windows(2).all(|pair| pair[0] < pair[1]);
        if !ascending || self.bounds.iter().any(|bound| !bound.is_finite()) {
            return Err(MeterError::Bounds(self.name.clone()));
        }
        if self.views.iter().all(|view| self.fits(view)) {
            return Ok(());
        }
        Err(MeterError::View(self.name.clone()))
    }

    fn fits(&self, view: &View) -> bool {
        view.labels
            .iter()
            .all(|(family, _)| self.labels.contains(family))
            && view.bounds.iter().all(|bound| self.bounds.contains(bound))
    }
}
