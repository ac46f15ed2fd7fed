//! OpenTelemetry names and units as Prometheus spells them.
//!
//! Rules: "Prometheus and OpenMetrics Compatibility" of the OpenTelemetry specification; where it
//! leaves room, what Prometheus' own OTLP translation does.

use super::text::Kind;

/// UCUM units and their Prometheus words. Others are kept as they are.
const UNITS: &[(&str, &str)] = &[
    ("d", "days"),
    ("h", "hours"),
    ("min", "minutes"),
    ("s", "seconds"),
    ("ms", "milliseconds"),
    ("us", "microseconds"),
    ("ns", "nanoseconds"),
    ("By", "bytes"),
    ("KiBy", "kibibytes"),
    ("MiBy", "mebibytes"),
    ("GiBy", "gibibytes"),
    ("TiBy", "tibibytes"),
    ("KBy", "kilobytes"),
    ("kBy", "kilobytes"),
    ("MBy", "megabytes"),
    ("GBy", "gigabytes"),
    ("TBy", "terabytes"),
    ("m", "meters"),
    ("V", "volts"),
    ("A", "amperes"),
    ("J", "joules"),
    ("W", "watts"),
    ("g", "grams"),
    ("Cel", "celsius"),
    ("Hz", "hertz"),
    ("1", ""),
    ("%", "percent"),
];

/// Units after a slash, in the singular.
const PER: &[(&str, &str)] = &[
    ("s", "second"),
    ("m", "minute"),
    ("min", "minute"),
    ("h", "hour"),
    ("d", "day"),
    ("w", "week"),
    ("mo", "month"),
    ("y", "year"),
];

/// The name of a family without `_total`, and its unit's word if the name ends with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FamilyName {
    pub(super) base: String,
    pub(super) unit: String,
}

/// The Prometheus name of an OpenTelemetry metric.
pub(super) fn family(name: &str, unit: &str, kind: Kind) -> FamilyName {
    let mut words = tokens(name);
    let (main, per) = unit.split_once('/').unwrap_or((unit, ""));
    let main = words_of(main.trim(), UNITS);
    let per = words_of(per.trim(), PER);
    let is_new =
        |words: &[String], unit: &str| !unit.is_empty() && !words.iter().any(|word| word == unit);
    if is_new(&words, &main) {
        words.push(main.clone());
    }
    if is_new(&words, &per) {
        words.extend(["per".to_owned(), per.clone()]);
    }
    match kind {
        Kind::Counter => words.retain(|word| word != "total"),
        Kind::Gauge if unit.trim() == "1" => {
            words.retain(|word| word != "ratio");
            words.push("ratio".to_owned());
        }
        _ => {}
    }
    let mut base = words.join("_");
    if base.is_empty() || base.starts_with(|c: char| c.is_ascii_digit()) {
        base.insert(0, '_');
    }
    let whole = if per.is_empty() {
        main
    } else {
        format!("{main}_per_{per}")
    };
    let unit = if base.ends_with(&format!("_{whole}")) {
        whole
    } else {
        String::new()
    };
    FamilyName { base, unit }
}

/// A label's name: letters, digits and single underscores, never starting with a digit.
pub(super) fn label(key: &str) -> String {
    let mut name = String::with_capacity(key.len());
    for c in key.chars() {
        let c = if c.is_ascii_alphanumeric() { c } else { '_' };
        if c != '_' || !name.ends_with('_') {
            name.push(c);
        }
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert_str(0, "key_");
    }
    if name.is_empty() {
        "_".to_owned()
    } else {
        name
    }
}

/// A unit's words joined; a unit in braces is an annotation and has none.
fn words_of(unit: &str, table: &[(&str, &str)]) -> String {
    if unit.contains(['{', '}']) {
        return String::new();
    }
    match table.iter().find(|(ucum, _)| *ucum == unit) {
        Some((_, word)) => (*word).to_owned(),
        None => tokens(unit).join("_"),
    }
}

fn tokens(text: &str) -> Vec<String> {
    let part = |c: char| !(c.is_ascii_alphanumeric() || c == ':');
    text.split(part)
        .filter(|token| !token.is_empty())
        .map(str::to_owned)
        .collect()
}
