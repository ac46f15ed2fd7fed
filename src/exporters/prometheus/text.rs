//! The two text formats: Prometheus 0.0.4 and OpenMetrics 1.0.

use super::labels::escape;
use super::reading::{Exemplar, Number, Reading, Spread, double};

/// The type of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
    Summary,
    Info,
}

impl Kind {
    /// Suffixes under which samples of a family appear, in either format, and `""` for its own
    /// name: what no other family may use.
    pub(super) fn suffixes(self) -> &'static [&'static str] {
        match self {
            Kind::Counter => &["", "_total", "_created"],
            Kind::Gauge => &[""],
            Kind::Histogram => &["", "_bucket", "_sum", "_count", "_created"],
            Kind::Summary => &["", "_sum", "_count", "_created"],
            Kind::Info => &["", "_info"],
        }
    }

    /// The labels that the format itself puts on samples.
    pub(super) fn reserved(self) -> &'static [&'static str] {
        match self {
            Kind::Histogram => &["job", "instance", "le"],
            Kind::Summary => &["job", "instance", "quantile"],
            _ => &["job", "instance"],
        }
    }
}

/// Which format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Prometheus,
    OpenMetrics,
}

impl Format {
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Format::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            Format::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// The head of a family.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// Without `_total` or `_info`.
    pub(super) base: String,
    pub(super) kind: Kind,
    pub(super) help: String,
    /// A word that `base` ends with, or nothing.
    pub(super) unit: String,
}

/// Which series a sample belongs to.
#[derive(Clone, Copy)]
struct Id<'a> {
    base: &'a str,
    labels: &'a str,
}

/// A page that is being written.
pub(super) struct Page {
    format: Format,
    text: String,
}

impl Page {
    pub(super) fn new(format: Format) -> Self {
        Page {
            format,
            text: String::new(),
        }
    }

    pub(super) fn finish(mut self) -> String {
        if self.format == Format::OpenMetrics {
            self.text.push_str("# EOF\n");
        }
        self.text
    }

    pub(super) fn head(&mut self, head: &Head) {
        let open = self.format == Format::OpenMetrics;
        let (suffix, kind) = match head.kind {
            Kind::Counter => (if open { "" } else { "_total" }, "counter"),
            Kind::Gauge => ("", "gauge"),
            Kind::Histogram => ("", "histogram"),
            Kind::Summary => ("", "summary"),
            Kind::Info if open => ("", "info"),
            Kind::Info => ("_info", "gauge"),
        };
        let name = &[&head.base, suffix].concat();
        if !head.help.is_empty() {
            self.push(&["# HELP ", name, " "]);
            self.help(&head.help);
            self.push(&["\n"]);
        }
        self.push(&["# TYPE ", name, " ", kind, "\n"]);
        if open && !head.unit.is_empty() {
            self.push(&["# UNIT ", name, " ", &head.unit, "\n"]);
        }
    }

    /// Every sample of one series; `labels` are rendered, without braces.
    pub(super) fn series(&mut self, head: &Head, labels: &str, reading: &Reading) {
        let id = Id {
            base: &head.base,
            labels,
        };
        match reading {
            Reading::Number(value, exemplar) => match head.kind {
                Kind::Counter => self.sample(id, "_total", None, *value, exemplar.as_ref()),
                Kind::Info => self.sample(id, "_info", None, *value, None),
                _ => self.sample(id, "", None, *value, None),
            },
            Reading::Spread(spread) => self.spread(id, spread),
            Reading::Exponential(exponential) => self.spread(id, &exponential.spread()),
            Reading::Summary {
                count,
                sum,
                quantiles,
            } => {
                for (quantile, value) in quantiles {
                    let quantile = ("quantile", self.bound(*quantile));
                    self.sample(id, "", Some(quantile), Number::Double(*value), None);
                }
                self.sample(id, "_sum", None, Number::Double(*sum), None);
                self.sample(id, "_count", None, whole(*count), None);
            }
        }
    }

    fn spread(&mut self, id: Id<'_>, spread: &Spread) {
        let mut total = 0u64;
        let bounds = spread.bounds.iter().copied().chain([f64::INFINITY]);
        for (at, (bound, count)) in bounds.zip(&spread.counts).enumerate() {
            total = total.saturating_add(*count);
            let exemplar = spread.exemplars.get(at).and_then(Option::as_ref);
            let le = ("le", self.bound(bound));
            self.sample(id, "_bucket", Some(le), whole(total), exemplar);
        }
        if let Some(sum) = spread.sum {
            self.sample(id, "_sum", None, sum, None);
        }
        self.sample(id, "_count", None, whole(total), None);
    }

    /// One line; `extra` is the label that the format itself adds.
    fn sample(
        &mut self,
        id: Id<'_>,
        suffix: &str,
        extra: Option<(&str, String)>,
        value: Number,
        exemplar: Option<&Exemplar>,
    ) {
        self.push(&[id.base, suffix]);
        match (id.labels, extra) {
            ("", None) => {}
            (labels, None) => self.push(&["{", labels, "}"]),
            ("", Some((name, value))) => self.push(&["{", name, "=\"", &value, "\"}"]),
            (labels, Some((name, value))) => {
                self.push(&["{", labels, ",", name, "=\"", &value, "\"}"]);
            }
        }
        self.text.push(' ');
        value.write(&mut self.text);
        if let Some(exemplar) = exemplar.filter(|_| self.format == Format::OpenMetrics) {
            self.exemplar(exemplar);
        }
        self.text.push('\n');
    }

    fn exemplar(&mut self, exemplar: &Exemplar) {
        let (trace, span) = (exemplar.trace.to_string(), exemplar.span.to_string());
        self.push(&[" # {trace_id=\"", &trace, "\",span_id=\"", &span, "\"} "]);
        exemplar.value.write(&mut self.text);
        let (seconds, nanos) = (
            exemplar.unix_nanos / 1_000_000_000,
            exemplar.unix_nanos % 1_000_000_000,
        );
        self.push(&[&format!(" {seconds}.{:03}", nanos / 1_000_000)]);
    }

    /// A boundary or quantile; OpenMetrics wants every number to look like a double.
    fn bound(&self, bound: f64) -> String {
        let text = double(bound);
        let whole = bound.is_finite() && !text.contains(['.', 'e']);
        if whole && self.format == Format::OpenMetrics {
            text + ".0"
        } else {
            text
        }
    }

    fn push(&mut self, parts: &[&str]) {
        for part in parts {
            self.text.push_str(part);
        }
    }

    fn help(&mut self, help: &str) {
        if self.format == Format::OpenMetrics {
            escape(&mut self.text, help);
            return;
        }
        for c in help.chars() {
            match c {
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                c => self.text.push(c),
            }
        }
    }
}

fn whole(count: u64) -> Number {
    Number::Units(count, crate::meter::Scale::One)
}
