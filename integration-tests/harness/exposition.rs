//! Reads Prometheus text: one sample by its name and labels.

use std::collections::BTreeMap;

/// One sample line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    /// With its suffix: `x_total`, `x_bucket`.
    pub(crate) name: String,
    /// Unescaped.
    pub(crate) labels: BTreeMap<String, String>,
    /// As written.
    pub(crate) value: f64,
}

/// Every sample; comments, exemplars and timestamps are left out.
#[track_caller]
pub(crate) fn samples(text: &str) -> Vec<Sample> {
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| sample(line).unwrap_or_else(|| panic!("not a sample: {line:?}")))
        .collect()
}

/// The sum over every sample of that name that carries at least these labels.
#[track_caller]
pub(crate) fn sum(text: &str, name: &str, labels: &[(&str, &str)]) -> f64 {
    let has = |sample: &Sample| {
        labels
            .iter()
            .all(|(key, value)| sample.labels.get(*key).is_some_and(|v| v == value))
    };
    let found = samples(text)
        .into_iter()
        .filter(|sample| sample.name == name && has(sample));
    found.map(|sample| sample.value).sum()
}

/// [`sum`] of what counts whole things.
#[track_caller]
pub(crate) fn count(text: &str, name: &str, labels: &[(&str, &str)]) -> i64 {
    sum(text, name, labels).round() as i64
}

fn sample(line: &str) -> Option<Sample> {
    let end = line.find(['{', ' '])?;
    let (name, mut rest) = line.split_at(end);
    let mut labels = BTreeMap::new();
    if let Some(mut inside) = rest.strip_prefix('{') {
        while !inside.starts_with('}') {
            let (key, quoted) = inside.split_once("=\"")?;
            let (value, after) = unquote(quoted)?;
            labels.insert(key.to_owned(), value);
            inside = after.trim_start_matches(',');
        }
        rest = &inside[1..];
    }
    let value = rest.split_whitespace().next()?.parse().ok()?;
    Some(Sample {
        name: name.to_owned(),
        labels,
        value,
    })
}

/// The text before the closing quote, unescaped, and what follows it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            _ => value.push(c),
        }
    }
    None
}
