//! Windows of time that budgets run in: hours, days and months, in UTC.

use std::ops::Range;

use jiff::{Timestamp, Zoned, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long a budget lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// A clock hour.
    Hour,
    /// A calendar day, UTC.
    Day,
    /// A calendar month, UTC.
    Month,
}

impl Per {
    /// The hours of the window that an hour lies in.
    pub fn window(self, hour: u64) -> Range<u64> {
        match self {
            Per::Hour => hour..hour + 1,
            Per::Day => {
                let start = hour / 24 * 24;
                start..start + 24
            }
            Per::Month => month(hour).unwrap_or(hour..hour + 1),
        }
    }

    /// The word for metrics and messages.
    pub fn name(self) -> &'static str {
        match self {
            Per::Hour => "hour",
            Per::Day => "day",
            Per::Month => "month",
        }
    }
}

fn month(hour: u64) -> Option<Range<u64>> {
    let seconds = i64::try_from(hour.checked_mul(3600)?).ok()?;
    let at = Timestamp::from_second(seconds)
        .ok()?
        .to_zoned(TimeZone::UTC);
    let first: Zoned = at.first_of_month().ok()?.start_of_day().ok()?;
    let next = first
        .checked_add(jiff::Span::new().try_months(1).ok()?)
        .ok()?;
    let hours = |time: &Zoned| {
        u64::try_from(time.timestamp().as_second())
            .ok()
            .map(|s| s / 3600)
    };
    Some(hours(&first)?..hours(&next)?)
}
