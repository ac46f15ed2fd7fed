//! A budget: an amount per window and key, with thresholds; and how it stands.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::entry::{Entry, Kind};
use super::window::Per;

/// Whose spending a budget counts apart.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// `tenant.id`
    Tenant,
    /// `project.id`
    Project,
    /// `user.id`
    User,
    /// `gen_ai.agent.name`
    Agent,
    /// `gen_ai.tool.name`: what a tool caused, direct and induced.
    Tool,
    /// The model that answered.
    Model,
    /// `gen_ai.provider.name`
    Provider,
    /// Everything together.
    All,
}

impl By {
    /// The kind of lines that are counted.
    pub fn kind(self) -> Kind {
        if self == By::Tool {
            Kind::Tool
        } else {
            Kind::Call
        }
    }

    /// The key of a line.
    pub fn key(self, entry: &Entry) -> &str {
        match self {
            By::Tenant => &entry.tenant,
            By::Project => &entry.project,
            By::User => &entry.user,
            By::Agent => &entry.agent,
            By::Tool => &entry.tool,
            By::Model => &entry.model,
            By::Provider => &entry.provider,
            By::All => "",
        }
    }
}

/// A budget as it is worked with.
#[derive(Clone, Debug, PartialEq)]
pub struct Budget {
    /// Its name in `pipelines.toml`.
    pub name: String,
    /// Nanodollars per window and key.
    pub nanos: i64,
    /// The window.
    pub per: Per,
    /// The key.
    pub by: By,
    /// Share of the amount at which to warn, 0 to 1.
    pub warn: f64,
    /// Where a crossing is posted as JSON.
    pub webhook: Option<String>,
}

/// Which line was crossed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// The warning.
    Warn,
    /// The amount itself.
    Limit,
}

impl Threshold {
    /// The word for messages.
    pub fn name(self) -> &'static str {
        match self {
            Threshold::Warn => "warn",
            Threshold::Limit => "limit",
        }
    }
}

/// How a budget stands for one key.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Its name.
    pub budget: String,
    /// Whose.
    pub key: String,
    /// First hour of the window.
    pub window: u64,
    /// Nanodollars spent in the window.
    pub spent: i64,
    /// Nanodollars it may spend.
    pub amount: i64,
    /// Nanodollars an hour, over the part of the window that has passed.
    pub burn_per_hour: f64,
    /// Nanodollars at the end of the window, if it goes on like that.
    pub forecast: f64,
}

/// A threshold crossed for the first time in its window.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// Which line.
    pub threshold: Threshold,
    /// How it stands.
    pub standing: Standing,
    /// Where to post it.
    pub webhook: Option<String>,
}

impl Budget {
    /// How it stands after `spent` in the window of `hour`, `minutes` into that hour.
    pub fn standing(&self, key: &str, spent: i64, hour: u64, minutes: u64) -> Standing {
        let window = self.per.window(hour);
        let passed = (hour - window.start) as f64 + minutes.clamp(1, 60) as f64 / 60.0;
        let burn = spent as f64 / passed;
        Standing {
            budget: self.name.clone(),
            key: key.to_owned(),
            window: window.start,
            spent,
            amount: self.nanos,
            burn_per_hour: burn,
            forecast: burn * (window.end - window.start) as f64,
        }
    }

    /// The thresholds that so much spending has crossed.
    pub fn crossed(&self, spent: i64) -> impl Iterator<Item = Threshold> + '_ {
        let warn = (spent as f64 >= self.nanos as f64 * self.warn).then_some(Threshold::Warn);
        let limit = (spent >= self.nanos).then_some(Threshold::Limit);
        [warn, limit].into_iter().flatten()
    }
}
