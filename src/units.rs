//! Durations and sizes with units, as `pipelines.toml` writes them: "30s", "512 MiB".

use std::borrow::Cow;
use std::fmt;
use std::time::Duration as StdDuration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A span of time: "250ms", "30s", "5m", "4h", "1d", or "0s".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub StdDuration);

impl Duration {
    /// So many milliseconds.
    pub const fn from_millis(ms: u64) -> Self {
        Duration(StdDuration::from_millis(ms))
    }

    /// So many seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Duration(StdDuration::from_secs(seconds))
    }

    /// As the standard library's type.
    pub const fn get(self) -> StdDuration {
        self.0
    }

    /// Whole milliseconds, saturating.
    pub fn as_ms(self) -> u64 {
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }
}

/// Units of time, largest first, in milliseconds.
const TIMES: &[(&str, u128)] = &[
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

impl fmt::Display for Duration {
    /// In the largest unit that divides it: "400d", "90s", "250ms".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.as_millis();
        let whole = TIMES
            .iter()
            .find(|(_, unit)| ms >= *unit && ms.is_multiple_of(*unit));
        match whole.filter(|_| self.0.subsec_nanos().is_multiple_of(1_000_000)) {
            Some((name, unit)) => write!(f, "{}{name}", ms / unit),
            None => humantime::format_duration(self.0).fmt(f),
        }
    }
}

impl std::str::FromStr for Duration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        humantime::parse_duration(text.trim()).map(Duration).map_err(|_| {
            format!("`{text}` is not a duration; write a number and a unit, such as \"250ms\", \"30s\" or \"4h\"")
        })
    }
}

/// Units of a duration in Go's spelling, in nanoseconds; longer names first.
const GO_TIMES: &[(&str, f64)] = &[
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 6e10),
    ("h", 3.6e12),
];

/// A duration as programs in Go write it: "1h30m", "1.5s", "0"; a bare number is nanoseconds.
pub fn go_duration(text: &str) -> Option<StdDuration> {
    if let Ok(nanos) = text.parse() {
        return Some(StdDuration::from_nanos(nanos));
    }
    let mut rest = text.trim();
    let mut nanos = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let (number, unit) = rest.split_at(digits);
        let (name, scale) = GO_TIMES.iter().find(|(name, _)| unit.starts_with(name))?;
        nanos += number.parse::<f64>().ok()? * scale;
        rest = unit.get(name.len()..)?;
    }
    let fits = !text.trim().is_empty() && nanos.is_finite() && nanos < u64::MAX as f64;
    fits.then(|| StdDuration::from_nanos(nanos.round() as u64))
}

/// A number of bytes: "64 MiB", "512KB", "1 GiB", or a bare whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size(pub u64);

/// Units of size: decimal and binary, by their usual spelling.
const SIZES: &[(&str, u64)] = &[
    ("b", 1),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("tb", 1_000_000_000_000),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("tib", 1 << 40),
    ("", 1),
];

impl Size {
    /// So many mebibytes.
    pub const fn mib(n: u64) -> Self {
        Size(n << 20)
    }

    /// In bytes, saturating on 32-bit machines.
    pub fn bytes(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (unit, bytes) in [("GiB", 1u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] {
            if self.0 >= bytes && self.0.is_multiple_of(bytes) {
                return write!(f, "{} {unit}", self.0 / bytes);
            }
        }
        write!(f, "{} B", self.0)
    }
}

impl std::str::FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let digits = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let unit = unit.trim().to_ascii_lowercase();
        let scale = SIZES
            .iter()
            .find(|(name, _)| *name == unit)
            .map(|(_, scale)| *scale);
        let whole = |scale: u64| {
            number
                .parse::<u64>()
                .ok()
                .and_then(|n| n.checked_mul(scale))
        };
        let part = |scale: u64| {
            let bytes = number.parse::<f64>().ok()? * scale as f64;
            (bytes.is_finite() && (0.0..1.8e19).contains(&bytes)).then_some(bytes as u64)
        };
        scale.and_then(|scale| whole(scale).or_else(|| part(scale))).map(Size).ok_or_else(|| {
            format!("`{text}` is not a size; write a number and a unit, such as \"512 KiB\", \"64 MiB\" or \"1 GiB\"")
        })
    }
}

/// Implements serde and JSON schema for a unit type that is written as text (or a bare number).
macro_rules! unit_serde {
    ($type:ty, $name:literal, $pattern:literal, $number:expr) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl Visitor<'_> for Text {
                    type Value = $type;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($pattern)
                    }

                    fn visit_str<E: Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }

                    fn visit_i64<E: Error>(self, number: i64) -> Result<$type, E> {
                        let read: fn(i64) -> Option<$type> = $number;
                        read(number).ok_or_else(|| {
                            E::custom(format!("{number} has no unit; write {}", $pattern))
                        })
                    }
                }
                deserializer.deserialize_any(Text)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "format": $name })
            }
        }
    };
}

unit_serde!(
    Duration,
    "duration",
    "a duration such as \"30s\"",
    |number| (number == 0).then_some(Duration(StdDuration::ZERO))
);
unit_serde!(Size, "size", "a size such as \"64 MiB\"", |number| {
    u64::try_from(number).ok().map(Size)
});

#[cfg(test)]
mod tests;
