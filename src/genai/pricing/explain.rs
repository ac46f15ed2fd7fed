//! A price told step by step: every name tried, the rule that matched, every line of the bill.

use serde::Serialize;

use super::catalogue::{Catalogue, Hit, Miss, Model, Query, slice};
use super::names::{dash_dates, lower_case};
use super::pricer::{Call, Priced, Pricer, Source, Status, names};
use super::resolve;
use super::units::{Amounts, Direction, Units, each};
use super::when::Moment;
use super::{PicoUsd, bill::Prices};

/// How a price came about.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// What was done, in order.
    pub steps: Vec<Step>,
    /// What came out: the same as [`Pricer::price`] gives.
    pub priced: Priced,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What was looked at: `provider`, `model`, `entry`, `line`.
    pub about: &'static str,
    /// What was found.
    pub text: String,
}

impl Pricer {
    /// Prices a call and tells how.
    pub fn explain(&mut self, call: &Call<'_>) -> Explanation {
        let mut steps = Steps(Vec::new());
        let priced = self.price(call);
        steps.usage(call);
        if let Some(reported) = call.reported {
            let believed = priced.source == Some(Source::Reported);
            let verdict = if believed {
                "is kept"
            } else {
                "is not believed: tokens were used"
            };
            steps.add("reported", format!("{reported} USD, which {verdict}"));
        }
        match (priced.source, priced.status) {
            (Some(Source::Reported), _) | (_, Status::NoUsage) => {}
            (Some(Source::Override), _) => {
                steps.add("override", "the user's own price for this model");
            }
            _ => {
                steps.search(self, call);
                if let Some(hit) = priced.entry {
                    steps.entry(self, call, hit);
                }
            }
        }
        if priced.source == Some(Source::Default) {
            steps.add(
                "default",
                "the user's price for models that nothing else knows",
            );
        }
        steps.result(&priced);
        Explanation {
            steps: steps.0,
            priced,
        }
    }
}

struct Steps(Vec<Step>);

impl Steps {
    fn add(&mut self, about: &'static str, text: impl Into<String>) {
        self.0.push(Step {
            about,
            text: text.into(),
        });
    }

    fn usage(&mut self, call: &Call<'_>) {
        let amounts = Amounts::from(&call.usage);
        let units = Units::get();
        let counts = each(u64::MAX).filter_map(|id| {
            let count = amounts.get(id).filter(|count| *count > 0)?;
            let unit = units.unit(id)?;
            let side = match unit.direction {
                Some(Direction::Input) => 0,
                Some(Direction::Output) => 1,
                None => 2,
            };
            // Ids run from the most specific; people read the whole before its parts.
            Some((
                side,
                std::cmp::Reverse(id),
                format!("{} {count}", unit.usage_key),
            ))
        });
        let mut counts: Vec<_> = counts.collect();
        counts.sort();
        let counts: Vec<String> = counts.into_iter().map(|(_, _, text)| text).collect();
        let text = if counts.is_empty() {
            "none".to_owned()
        } else {
            counts.join(", ")
        };
        self.add("usage", text);
    }

    fn search(&mut self, pricer: &Pricer, call: &Call<'_>) {
        let book = pricer.book();
        for name in names(call) {
            let plain = Query {
                provider: call.provider,
                api_url: call.api_url,
                model: name,
            };
            let query = book.meant(plain);
            if query.model != name {
                self.add("alias", format!("`{name}` stands for `{}`", query.model));
            }
            let found = resolve::find_seeing(&book.catalogue, query, |attempt, answer| {
                self.attempt(&book.catalogue, attempt, answer);
            });
            if found.is_ok() {
                return;
            }
        }
    }

    fn attempt(&mut self, catalogue: &Catalogue, query: Query<'_>, answer: Result<Hit, Miss>) {
        let asked = match (query.provider, query.api_url) {
            (Some(provider), _) => format!("provider `{provider}`"),
            (None, Some(url)) => format!("the provider at {url}"),
            (None, None) => "the provider this model's name belongs to".to_owned(),
        };
        let model = query.model;
        match answer {
            Err(Miss::Provider) => {
                self.add("provider", format!("{asked}: none for model `{model}`"));
            }
            Err(Miss::Model) => self.add("model", format!("{asked}: it has no model `{model}`")),
            Ok(hit) => {
                self.add(
                    "provider",
                    format!("{asked}: {}", catalogue.provider_id(hit)),
                );
                let entry = catalogue.model_id(hit);
                let rule = catalogue.rule_of(hit, model);
                self.add(
                    "model",
                    format!("`{model}` is entry `{entry}`, whose rule {rule}"),
                );
                let owner = catalogue.model_provider_id(hit);
                if owner != catalogue.provider_id(hit) {
                    self.add("fallback", format!("the entry is in the list of {owner}"));
                }
            }
        }
    }

    fn entry(&mut self, pricer: &Pricer, call: &Call<'_>, hit: Hit) {
        let catalogue = &pricer.book().catalogue;
        let Some(model) = catalogue.model(hit) else {
            return;
        };
        let at = Moment::from_unix_nanos(call.start_unix_nanos);
        self.conditions(catalogue, model, at);
        self.variants(catalogue, model, hit, at, call.context);
        let prices: Prices<'_> = catalogue.prices(hit, at, call.context);
        let billed = prices.bill_lines(&Amounts::from(&call.usage), |line| {
            if line.count == 0 {
                return;
            }
            let unit = line.unit;
            let cost = i128::from(line.rate) * i128::from(line.count);
            let cost = PicoUsd::ratio(cost, i128::from(unit.per));
            let rate = PicoUsd(i128::from(line.rate));
            let tier = line
                .tier
                .map(|start| format!(", the price above {start} input tokens"));
            self.add(
                "line",
                format!(
                    "{}: {} at {rate} USD per {}{} = {cost} USD",
                    unit.usage_key,
                    line.count,
                    unit.per,
                    tier.unwrap_or_default(),
                ),
            );
        });
        if let Err(bad) = billed {
            self.add("usage", format!("cannot be billed: {bad}"));
        }
    }

    fn conditions(&mut self, catalogue: &Catalogue, model: &Model, at: Moment) {
        let several = slice(&catalogue.entries, &model.entries).len();
        let when = catalogue.entry_at(model, at).and_then(|entry| entry.when);
        if several > 1 {
            let when = when.map_or("that holds always".to_owned(), |when| when.to_string());
            self.add(
                "entry",
                format!("of its {several} price lists the one {when}"),
            );
        }
        if model.overlay {
            self.add("entry", "it comes from the overlay");
        }
    }

    fn variants(
        &mut self,
        catalogue: &Catalogue,
        model: &Model,
        hit: Hit,
        at: Moment,
        context: &[(&str, &str)],
    ) {
        if context.is_empty() {
            return;
        }
        if model.provider != hit.provider {
            self.add(
                "variant",
                "none: tiers of another provider's list do not apply",
            );
            return;
        }
        for variant in slice(&catalogue.variants, &model.variants) {
            if variant.applies(at, context) {
                let when = variant
                    .context
                    .iter()
                    .map(|(key, value)| format!("{key}={value}"));
                let when: Vec<String> = when.collect();
                self.add("variant", format!("the prices for {}", when.join(", ")));
            }
        }
    }

    fn result(&mut self, priced: &Priced) {
        let text = match (priced.status, priced.source) {
            (Status::Unpriced(why), _) => format!("unpriced: {}", why.as_str()),
            (status, None) => status.as_str().to_owned(),
            (status, Some(source)) => {
                let (bill, status) = (&priced.bill, status.as_str());
                format!("{} USD, {status} by {}", bill.total, source.as_str())
            }
        };
        self.add("result", text);
    }
}

impl Catalogue {
    /// The part of an entry's rule that knows a name, in words.
    fn rule_of(&self, hit: Hit, model: &str) -> String {
        let lower = lower_case(model);
        let tail = lower.split_once('/').map_or("", |(_, tail)| tail);
        let dashed = dash_dates(&lower).unwrap_or_default();
        let owner = self
            .model(hit)
            .and_then(|model| self.providers.get(usize::from(model.provider)));
        let Some(owner) = owner else {
            return String::new();
        };
        let reason = |name: &str| {
            let rules = owner.rules.iter().filter(|(at, _)| *at == hit.model);
            let ruled = rules.into_iter().find_map(|(_, rule)| rule.reason(name));
            let named = owner.equals.get(name) == Some(&hit.model);
            named.then(|| format!("equals `{name}`")).or(ruled)
        };
        [&*lower, tail, &dashed]
            .into_iter()
            .find_map(reason)
            .unwrap_or_default()
    }
}
