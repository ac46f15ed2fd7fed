//! When a price holds: from a date, at a time of day, on certain days of the week.

use std::fmt;

use jiff::civil::{Date, Time};
use serde::Deserialize;

const DAY_SECONDS: i64 = 86_400;
const SECOND_NANOS: u64 = 1_000_000_000;
const DAY_NANOS: u64 = DAY_SECONDS as u64 * SECOND_NANOS;

/// A moment in UTC, taken apart once for all the prices that ask about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Days since 1970-01-01.
    day: i64,
    /// Nanoseconds since midnight.
    time: u64,
}

impl Moment {
    /// The moment this many nanoseconds after 1970-01-01 UTC.
    pub fn from_unix_nanos(nanos: u64) -> Self {
        Moment {
            day: (nanos / DAY_NANOS) as i64,
            time: nanos % DAY_NANOS,
        }
    }

    /// Monday is 0.
    fn weekday(self) -> u32 {
        // 1970-01-01 was a Thursday.
        (self.day + 3).rem_euclid(7) as u32
    }
}

/// As written in a catalogue file. Upstream uses one of the first two forms; all that is given
/// must hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WhenRow {
    start_date: Option<String>,
    /// The first day on which the price no longer holds.
    end_date: Option<String>,
    start_time: Option<String>,
    end_time: Option<String>,
    /// English names or their first three letters.
    weekdays: Option<Vec<String>>,
}

/// A condition on the time of the request; all parts must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct When {
    from_day: Option<i64>,
    until_day: Option<i64>,
    /// Nanoseconds since midnight; wraps when the end is before the start.
    window: Option<(u64, u64)>,
    /// One bit for each day, Monday lowest.
    weekdays: Option<u8>,
}

impl When {
    /// Whether the condition holds.
    pub fn holds(&self, at: Moment) -> bool {
        self.from_day.is_none_or(|from| at.day >= from)
            && self.until_day.is_none_or(|until| at.day < until)
            && self
                .weekdays
                .is_none_or(|days| days & (1 << at.weekday()) != 0)
            && self.window.is_none_or(|(start, end)| {
                if end < start {
                    at.time >= start || at.time < end
                } else {
                    start <= at.time && at.time < end
                }
            })
    }

    pub(super) fn parse(row: &WhenRow) -> Result<Self, String> {
        let window = match (&row.start_time, &row.end_time) {
            (Some(start), Some(end)) => Some((time(start)?, time(end)?)),
            (None, None) => None,
            _ => return Err("start_time and end_time belong together".to_owned()),
        };
        Ok(When {
            from_day: row.start_date.as_deref().map(day).transpose()?,
            until_day: row.end_date.as_deref().map(day).transpose()?,
            window,
            weekdays: row.weekdays.as_deref().map(weekdays).transpose()?,
        })
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        parts.extend(self.from_day.map(|day| format!("from {}", date_of(day))));
        parts.extend(self.until_day.map(|day| format!("before {}", date_of(day))));
        if let Some((start, end)) = self.window {
            parts.push(format!("from {} to {} UTC", clock_of(start), clock_of(end)));
        }
        if let Some(days) = self.weekdays {
            let names: Vec<&str> = (0..7)
                .filter(|day| days & (1 << day) != 0)
                .filter_map(|day| DAYS.get(day).copied())
                .collect();
            parts.push(format!("on {}", names.join(", ")));
        }
        f.write_str(if parts.is_empty() { "always" } else { "" })?;
        f.write_str(&parts.join(", "))
    }
}

const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

const EPOCH: Date = Date::constant(1970, 1, 1);

fn day(text: &str) -> Result<i64, String> {
    let date: Date = text
        .parse()
        .map_err(|_| format!("`{text}` is not a date like 2026-10-19"))?;
    let since = date.duration_since(EPOCH);
    Ok(since.as_secs().div_euclid(DAY_SECONDS))
}

fn date_of(day: i64) -> String {
    let date = EPOCH.checked_add(jiff::SignedDuration::from_secs(
        day.saturating_mul(DAY_SECONDS),
    ));
    date.map_or_else(|_| format!("day {day}"), |date| date.to_string())
}

fn clock_of(nanos: u64) -> String {
    let seconds = nanos / SECOND_NANOS;
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// Nanoseconds after midnight UTC of `01:00:00Z`, `01:00` or `09:00:00+08:00`.
fn time(text: &str) -> Result<u64, String> {
    let fault = || format!("`{text}` is not a time like 01:00:00Z");
    let utc = text.trim_end_matches(['Z', 'z']);
    let (clock, offset) = match utc.find(['+', '-']) {
        Some(at) => utc.split_at(at),
        None => (utc, ""),
    };
    let clock: Time = clock.parse().map_err(|_| fault())?;
    let since_midnight = clock.duration_since(Time::midnight()).as_nanos() as i64;
    let shift = match offset.split_at_checked(1) {
        None => 0,
        Some((sign, digits)) => {
            let (hours, minutes) = digits.split_once(':').ok_or_else(fault)?;
            let (hours, minutes): (i64, i64) = (
                hours.parse().map_err(|_| fault())?,
                minutes.parse().map_err(|_| fault())?,
            );
            if !(0..24).contains(&hours) || !(0..60).contains(&minutes) {
                return Err(fault());
            }
            (hours * 3_600 + minutes * 60) * if sign == "-" { -1 } else { 1 }
        }
    };
    Ok((since_midnight - shift * SECOND_NANOS as i64).rem_euclid(DAY_NANOS as i64) as u64)
}

fn weekdays(names: &[String]) -> Result<u8, String> {
    names.iter().try_fold(0, |set, name| {
        let lower = name.to_lowercase();
        let at = DAYS
            .iter()
            .position(|day| lower == *day || lower == day[..3]);
        at.map(|at| set | 1 << at)
            .ok_or_else(|| format!("`{name}` is not a day of the week"))
    })
}
