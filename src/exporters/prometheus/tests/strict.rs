//! A strict reader of both text formats: it accepts what the specifications allow and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use super::super::text::Format;

/// One sample line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sample {
    pub(super) name: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) value: f64,
    pub(super) exemplar: Option<String>,
}

/// Reads a page; panics with the line that breaks a rule.
#[track_caller]
pub(super) fn read(text: &str, format: Format) -> Vec<Sample> {
    let open = format == Format::OpenMetrics;
    assert!(
        text.is_empty() || text.ends_with('\n'),
        "the last line does not end"
    );
    assert_eq!(
        open,
        text.ends_with("# EOF\n"),
        "`# EOF` belongs at the end of OpenMetrics"
    );
    let body = text
        .strip_suffix("# EOF\n")
        .filter(|_| open)
        .unwrap_or(text);
    let mut page = Page {
        open,
        ..Page::default()
    };
    for line in body.lines() {
        match line.strip_prefix("# ") {
            Some(comment) => page.comment(comment),
            None => page.sample(line),
        }
    }
    page.check_spreads();
    page.samples
}

/// A name with its labels.
type Id = (String, BTreeMap<String, String>);

#[derive(Default)]
struct Page {
    open: bool,
    family: Option<(String, String)>,
    families: BTreeSet<String>,
    described: BTreeSet<String>,
    series: BTreeSet<Id>,
    samples: Vec<Sample>,
}

impl Page {
    fn comment(&mut self, comment: &str) {
        let mut parts = comment.splitn(3, ' ');
        let (word, name, rest) = (parts.next(), parts.next(), parts.next());
        let (Some(name), Some(rest)) = (name, rest) else {
            panic!("comment: {comment}")
        };
        assert!(is_name(name), "comment: {comment}");
        match word {
            Some("HELP") => {
                assert!(
                    self.described.insert(name.to_owned()),
                    "HELP twice: {comment}"
                );
                unescape(rest, self.open);
            }
            Some("TYPE") => {
                let kinds = ["counter", "gauge", "histogram", "summary"];
                assert!(
                    kinds.contains(&rest) || self.open && rest == "info",
                    "{comment}"
                );
                assert!(
                    self.families.insert(name.to_owned()),
                    "TYPE twice: {comment}"
                );
                self.family = Some((name.to_owned(), rest.to_owned()));
            }
            Some("UNIT") => {
                assert!(
                    self.open && name.ends_with(&format!("_{rest}")),
                    "unit: {comment}"
                );
            }
            _ => panic!("comment: {comment}"),
        }
    }

    fn sample(&mut self, line: &str) {
        let sample = sample(line).unwrap_or_else(|| panic!("not a sample: {line:?}"));
        let Some((family, kind)) = &self.family else {
            panic!("no TYPE before {line:?}")
        };
        let suffixes: &[&str] = match (kind.as_str(), self.open) {
            ("counter", true) => &["_total"],
            ("histogram", _) => &["_bucket", "_sum", "_count"],
            ("summary", _) => &["", "_sum", "_count"],
            ("info", _) => &["_info"],
            _ => &[""],
        };
        let suffix = sample.name.strip_prefix(family.as_str());
        assert!(
            suffix.is_some_and(|suffix| suffixes.contains(&suffix)),
            "{line:?} in {family}"
        );
        assert!(kind != "counter" || sample.value >= 0.0, "{line:?}");
        assert!(self.open || sample.exemplar.is_none(), "{line:?}");
        if let Some(exemplar) = &sample.exemplar {
            assert!(
                sample.name.ends_with("_bucket") || sample.name.ends_with("_total"),
                "{line:?}"
            );
            assert!(exemplar.chars().count() < 128 + 60, "{line:?}");
        }
        let id = (sample.name.clone(), sample.labels.clone());
        assert!(self.series.insert(id), "series twice: {line:?}");
        self.samples.push(sample);
    }

    /// Buckets never fall, end with +Inf, and agree with the count.
    fn check_spreads(&self) {
        let mut spreads: BTreeMap<Id, Vec<(f64, f64)>> = BTreeMap::new();
        for sample in &self.samples {
            let Some(base) = sample.name.strip_suffix("_bucket") else {
                continue;
            };
            let mut labels = sample.labels.clone();
            let le = labels.remove("le").expect("a bucket has a boundary");
            let le = if le == "+Inf" {
                f64::INFINITY
            } else {
                le.parse().expect("a number")
            };
            spreads
                .entry((base.to_owned(), labels))
                .or_default()
                .push((le, sample.value));
        }
        for ((base, labels), buckets) in spreads {
            let rises = buckets
                .windows(2)
                .all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1);
            assert!(rises, "{base}{labels:?}: {buckets:?}");
            let (last, total) = *buckets.last().expect("not empty");
            assert!(last.is_infinite(), "{base}{labels:?}: no +Inf");
            let count = self
                .samples
                .iter()
                .find(|sample| sample.name == format!("{base}_count") && sample.labels == labels);
            assert_eq!(
                Some(total),
                count.map(|count| count.value),
                "{base}{labels:?}"
            );
        }
    }
}

fn sample(line: &str) -> Option<Sample> {
    let end = line.find(['{', ' '])?;
    let (name, mut rest) = line.split_at(end);
    let mut labels = BTreeMap::new();
    if let Some(inside) = rest.strip_prefix('{') {
        (labels, rest) = pairs(inside)?;
    }
    let rest = rest.strip_prefix(' ')?;
    let (value, exemplar) = match rest.split_once(" # ") {
        Some((value, exemplar)) => (value, Some(exemplar)),
        None => (rest, None),
    };
    if let Some(exemplar) = exemplar {
        let (_, rest) = pairs(exemplar.strip_prefix('{')?)?;
        let (value, time) = rest.strip_prefix(' ')?.split_once(' ')?;
        number(value)?;
        time.parse::<f64>().ok()?;
    }
    is_name(name).then_some(Sample {
        name: name.to_owned(),
        labels,
        value: number(value)?,
        exemplar: exemplar.map(str::to_owned),
    })
}

/// `a="b",c="d"} rest`
fn pairs(mut text: &str) -> Option<(BTreeMap<String, String>, &str)> {
    let mut labels = BTreeMap::new();
    loop {
        if let Some(rest) = text.strip_prefix('}') {
            return Some((labels, rest));
        }
        let (name, rest) = text.split_once("=\"")?;
        let end = closing(rest)?;
        let valid = is_name(name) && !name.contains(':');
        if !valid
            || labels
                .insert(name.to_owned(), unescape(&rest[..end], true))
                .is_some()
        {
            return None;
        }
        let rest = &rest[end + 1..];
        text = match rest.strip_prefix(',') {
            Some(more) if !more.starts_with('}') => more,
            Some(_) => return None,
            None => rest,
        };
    }
}

fn closing(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    })
}

#[track_caller]
fn unescape(text: &str, quotes: bool) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('\\') => '\\',
                Some('n') => '\n',
                Some('"') if quotes => '"',
                other => panic!("escape {other:?} in {text:?}"),
            },
            ('"', _) if quotes => panic!("a bare quote in {text:?}"),
            (c, _) => c,
        });
    }
    out
}

fn number(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "+Inf" => Some(f64::INFINITY),
        "-Inf" => Some(f64::NEG_INFINITY),
        text if text.bytes().all(|byte| b"0123456789.e+-".contains(&byte)) => text.parse().ok(),
        _ => None,
    }
}

fn is_name(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_' || c == ':';
    text.starts_with(letter) && text.chars().all(|c| letter(c) || c.is_ascii_digit())
}
