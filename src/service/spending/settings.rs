//! The `[spend]` and `[budgets.NAME]` tables.

use std::borrow::Cow;
use std::path::PathBuf;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, Fault, Table};
use crate::spend::{Budget, By, Per};
use crate::units::Duration;

/// The spend ledger: who spent what in which hour, kept on disk.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Spend {
    /// The database file, relative to the configuration's folder; an empty string keeps no ledger.
    pub path: PathBuf,
    /// How long lines are kept.
    pub retention: Duration,
    /// How often what was spent is written down and budgets are looked at.
    pub interval: Duration,
}

impl Default for Spend {
    fn default() -> Self {
        Spend {
            path: PathBuf::from("tollgate-data/spend.redb"),
            retention: Duration::from_secs(400 * 24 * 3600),
            interval: Duration::from_secs(1),
        }
    }
}

impl Spend {
    fn check(&self) -> Vec<ConfigError> {
        let day = self.retention >= Duration::from_secs(24 * 3600);
        let interval = self.interval >= Duration::from_millis(10);
        [
            ConfigError::unless(day, "retention", "must be at least a day"),
            ConfigError::unless(interval, "interval", "must be at least 10ms"),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect()
    }
}

/// One budget.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetTable {
    /// How much may be spent per window and key: "50 USD" or 50.
    amount: Money,
    /// The window, in UTC.
    per: Per,
    /// Whose spending is counted apart.
    #[serde(default = "everyone")]
    by: By,
    /// Share of the amount at which to warn.
    #[serde(default = "four_fifths")]
    warn: f64,
    /// Where a crossing is posted as JSON, once per window, key and threshold.
    #[serde(default)]
    webhook: Option<String>,
}

fn everyone() -> By {
    By::All
}

fn four_fifths() -> f64 {
    0.8
}

/// An amount of US dollars, exact to the nanodollar: "12.50 USD", "0.003", 50 or 12.5.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Money {
    /// Nanodollars.
    pub nanos: i64,
}

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "usd".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number"] })
    }
}

impl std::str::FromStr for Money {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text
            .trim()
            .trim_end_matches("USD")
            .trim_end_matches("usd")
            .trim_end();
        let number = number.strip_prefix('$').unwrap_or(number);
        let amount = crate::genai::pricing::PicoUsd::parse(number);
        let nanos = amount.and_then(|amount| i64::try_from(amount.nanos()).ok());
        nanos
            .filter(|nanos| *nanos > 0)
            .map(|nanos| Money { nanos })
            .ok_or_else(|| format!("`{text}` is not an amount above zero; write \"50 USD\" or 50"))
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Whole(i64),
            Number(f64),
            Text(String),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Whole(number) => number.to_string(),
            Written::Number(number) => number.to_string(),
            Written::Text(text) => text,
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl BudgetTable {
    fn check(&self) -> Vec<ConfigError> {
        let warn = (0.0..=1.0).contains(&self.warn);
        let url = self.webhook.as_ref().is_none_or(|url| {
            url.parse::<http::Uri>().is_ok_and(|url| {
                matches!(url.scheme_str(), Some("http" | "https")) && url.host().is_some()
            })
        });
        [
            ConfigError::unless(warn, "warn", "write a share between 0 and 1, such as 0.8"),
            ConfigError::unless(
                url,
                "webhook",
                "write a URL such as \"https://example.com/hook\"",
            ),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect()
    }
}

/// Reads both tables of a configuration; all faults at once.
pub(in crate::service) fn read(root: &Table) -> Result<(Spend, Vec<Budget>), Vec<Fault>> {
    let mut faults = Vec::new();
    let table = root.table("spend").unwrap_or_else(Table::empty);
    let spend = table
        .read(Spend::check)
        .map_err(|more| faults.extend(more))
        .unwrap_or_default();
    let mut budgets = Vec::new();
    let tables = root.table("budgets").unwrap_or_else(Table::empty);
    for name in tables.keys() {
        let Some(table) = tables.table(&name) else {
            faults.push(tables.fault(&name, "a budget is a table", "write `[budgets.name]`"));
            continue;
        };
        match table.read(BudgetTable::check) {
            Ok(BudgetTable {
                amount,
                per,
                by,
                warn,
                webhook,
            }) => {
                budgets.push(Budget {
                    name,
                    nanos: amount.nanos,
                    per,
                    by,
                    warn,
                    webhook,
                });
            }
            Err(more) => faults.extend(more),
        }
    }
    if !budgets.is_empty() && spend.path.as_os_str().is_empty() {
        let remedy = "give `[spend] path` a file, or remove the budgets";
        faults.push(root.fault("budgets", "budgets need the spend ledger", remedy));
    }
    if faults.is_empty() {
        Ok((spend, budgets))
    } else {
        Err(faults)
    }
}
