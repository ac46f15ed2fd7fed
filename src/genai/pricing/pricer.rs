//! Prices calls: the reported cost, the user's price, the overlay, the catalogue, the default.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::dialect::provider_name;
use super::super::usage::Usage;
use super::bill::{BadUsage, Bill, Parts};
use super::catalogue::{Catalogue, Hit, Miss, Query};
use super::flat::{FlatPrice, Overrides};
use super::memo::Memo;
use super::money::PicoUsd;
use super::names::lower_case;
use super::resolve;
use super::units::Amounts;
use super::when::Moment;

/// Everything that decides a price. Immutable and shared: a refresh makes a new one.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Upstream's prices, with any overlay laid over them.
    pub catalogue: Arc<Catalogue>,
    /// The user's own prices.
    pub overrides: Overrides,
    /// Which costs that arrive with a call are kept.
    pub believe: Believe,
    /// What a model's name stands for: an inference profile's ARN, a deployment's name.
    pub aliases: Aliases,
}

/// Which costs that arrive with a span are kept instead of being worked out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Believe {
    /// Those that `gen_ai.usage.cost.source` says came from the provider: they are the bill.
    #[default]
    Provider,
    /// Any cost above zero, even one that an instrumentation worked out from a list of its own.
    Any,
    /// None.
    Nobody,
}

impl Book {
    /// A book of the catalogue that comes with the program, and nothing else.
    pub fn embedded() -> Self {
        Book {
            catalogue: Catalogue::embedded(),
            ..Book::default()
        }
    }

    /// What a query means once the user's aliases are applied.
    pub(super) fn meant<'a>(&'a self, query: Query<'a>) -> Query<'a> {
        match self.aliases.get(query.model) {
            Some((provider, model)) => Query {
                provider: provider.as_deref().or(query.provider),
                model,
                ..query
            },
            None => query,
        }
    }
}

/// Model names, each with the provider (if it matters) and the model it stands for.
pub type Aliases = HashMap<Box<str>, (Option<Box<str>>, Box<str>), foldhash::fast::RandomState>;

/// One model call, as its span tells it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Call<'a> {
    /// The provider under any of its names.
    pub provider: Option<&'a str>,
    /// Where the call went; asked only if there is no provider.
    pub api_url: Option<&'a str>,
    /// The models it may have been, best first: response, request.
    pub models: [Option<&'a str>; 3],
    /// When it began: prices change.
    pub start_unix_nanos: u64,
    /// What kind of request it was: `("service_tier", "flex")`.
    pub context: &'a [(&'a str, &'a str)],
    /// What it consumed.
    pub usage: Usage,
    /// What its provider or gateway itself said that it cost, where that is to be believed.
    pub reported: Option<PicoUsd>,
}

/// Whether a call has a price, and if not, why: four cases that are never mixed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// It has a price.
    Priced,
    /// It is known to cost nothing: a free model, a private one.
    KnownZero,
    /// Nothing was said about its tokens; it may have cost anything.
    NoUsage,
    /// There is no price for it; it is certainly not free.
    Unpriced(Why),
}

/// Why a call has no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// No model was named.
    NoModel,
    /// No provider goes by that name, and none is known for the model.
    UnknownProvider,
    /// The provider has no such model.
    UnknownModel,
    /// Its token counts contradict each other.
    InvalidUsage,
}

/// Where a price came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The provider or a gateway said so.
    Reported,
    /// The user's price for this model.
    Override,
    /// An overlay over the catalogue.
    Overlay,
    /// The catalogue.
    Catalogue,
    /// The user's price for models nothing else knows: a guess, marked as such.
    Default,
}

/// What a call costs, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priced {
    /// Whether there is a price at all; without one, `bill` is zero and means nothing.
    pub status: Status,
    /// Where the price came from, if there is one.
    pub source: Option<Source>,
    /// The catalogue entry, if there is one; see [`Catalogue::model_id`].
    pub entry: Option<Hit>,
    /// The amounts.
    pub bill: Bill,
}

impl Status {
    /// Its name in attributes and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Priced => "priced",
            Status::KnownZero => "known_zero",
            Status::NoUsage => "no_usage",
            Status::Unpriced(_) => "unpriced",
        }
    }

    /// Whether there is an amount to write: unpriced calls and those without usage have none.
    pub fn has_amount(self) -> bool {
        matches!(self, Status::Priced | Status::KnownZero)
    }
}

impl Why {
    /// Its name in attributes and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Why::NoModel => "no_model",
            Why::UnknownProvider => "unknown_provider",
            Why::UnknownModel => "unknown_model",
            Why::InvalidUsage => "invalid_usage",
        }
    }
}

impl Source {
    /// Its name in attributes and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Source::Reported => "reported",
            Source::Override => "override",
            Source::Overlay => "overlay",
            Source::Catalogue => "catalogue",
            Source::Default => "default",
        }
    }
}

impl Priced {
    fn without(status: Status) -> Self {
        Priced {
            status,
            source: None,
            entry: None,
            bill: Bill::default(),
        }
    }

    fn billed(source: Source, bill: Bill) -> Self {
        let status = if bill.free {
            Status::KnownZero
        } else {
            Status::Priced
        };
        Priced {
            status,
            source: Some(source),
            entry: None,
            bill,
        }
    }

    /// The amount, if there is a price.
    pub fn amount(&self) -> Option<PicoUsd> {
        self.status.has_amount().then_some(self.bill.total)
    }
}

/// Prices calls for one worker; remembers where names led.
#[derive(Debug, Default)]
pub struct Pricer {
    book: Arc<Book>,
    memo: Memo,
}

impl Pricer {
    /// Prices by a book.
    pub fn new(book: Arc<Book>) -> Self {
        Pricer {
            book,
            memo: Memo::default(),
        }
    }

    /// The book in use.
    pub fn book(&self) -> &Arc<Book> {
        &self.book
    }

    /// Turns to another book, if it is another.
    pub fn turn_to(&mut self, book: &Arc<Book>) {
        if !Arc::ptr_eq(&self.book, book) {
            self.book = Arc::clone(book);
            self.memo.clear();
        }
    }

    /// What a call costs.
    pub fn price(&mut self, call: &Call<'_>) -> Priced {
        if let Some(reported) = call
            .reported
            .filter(|amount| believable(*amount, &call.usage))
        {
            return reported_bill(reported);
        }
        if call.usage.is_empty() {
            return Priced::without(Status::NoUsage);
        }
        if call.usage.is_torn {
            return Priced::without(Status::Unpriced(Why::InvalidUsage));
        }
        if let Some(price) = self.own_price(call) {
            return settled(Source::Override, price.bill(&call.usage));
        }
        let why = match self.find(call) {
            Ok(hit) => return self.by_catalogue(call, hit),
            Err(why) => why,
        };
        match self.book.overrides.default {
            Some(price) => settled(Source::Default, price.bill(&call.usage)),
            None => Priced::without(Status::Unpriced(why)),
        }
    }

    pub(super) fn own_price(&self, call: &Call<'_>) -> Option<FlatPrice> {
        let overrides = &self.book.overrides;
        if overrides.is_empty() {
            return None;
        }
        let is_provider = |own: &str| {
            call.provider.is_some_and(|provider| {
                let lower = lower_case(provider.trim());
                *lower == *own
                    || resolve::provider_alias(&lower) == Some(own)
                    || provider_name(own).is_some_and(|own| provider_name(&lower) == Some(own))
            })
        };
        // A user's own price holds for exactly the name it was set for.
        call.models.into_iter().flatten().find_map(|name| {
            let alias = self.book.aliases.get(name).map(|(_, model)| &**model);
            let own = overrides.find(name, is_provider);
            own.or_else(|| overrides.find(alias?, is_provider))
        })
    }

    /// The entry for the first of the call's names that leads to one.
    pub fn find(&mut self, call: &Call<'_>) -> Result<Hit, Why> {
        let Pricer { book, memo } = self;
        let mut why = Why::NoModel;
        for model in names(call) {
            let plain = Query {
                provider: call.provider,
                api_url: call.api_url,
                model,
            };
            let query = match book.aliases.get(model) {
                Some((provider, model)) => Query {
                    provider: provider.as_deref().or(plain.provider),
                    model,
                    ..plain
                },
                None => plain,
            };
            match memo.answer(query, |query| resolve::find(&book.catalogue, query)) {
                Ok(hit) => return Ok(hit),
                Err(Miss::Model) => why = Why::UnknownModel,
                Err(Miss::Provider) if why == Why::NoModel => why = Why::UnknownProvider,
                Err(Miss::Provider) => {}
            }
        }
        Err(why)
    }

    fn by_catalogue(&self, call: &Call<'_>, hit: Hit) -> Priced {
        let catalogue = &self.book.catalogue;
        let at = Moment::from_unix_nanos(call.start_unix_nanos);
        let bill = catalogue
            .prices(hit, at, call.context)
            .bill(&Amounts::from(&call.usage));
        let overlay = catalogue.is_overlay(hit);
        let source = if overlay {
            Source::Overlay
        } else {
            Source::Catalogue
        };
        Priced {
            entry: Some(hit),
            ..settled(source, bill)
        }
    }
}

/// The call's names for its model, trimmed, best first.
pub(super) fn names<'a>(call: &Call<'a>) -> impl Iterator<Item = &'a str> {
    call.models
        .into_iter()
        .flatten()
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

/// A reported zero for a call that consumed tokens means that the reporter did not know.
fn believable(amount: PicoUsd, usage: &Usage) -> bool {
    amount > PicoUsd::ZERO || (amount == PicoUsd::ZERO && usage.sum() == 0)
}

fn reported_bill(total: PicoUsd) -> Priced {
    let parts = Parts {
        other: total,
        ..Parts::default()
    };
    let free = total == PicoUsd::ZERO;
    Priced::billed(
        Source::Reported,
        Bill {
            total,
            parts,
            free,
            ..Bill::default()
        },
    )
}

fn settled(source: Source, bill: Result<Bill, BadUsage>) -> Priced {
    match bill {
        Ok(bill) => Priced::billed(source, bill),
        Err(_) => Priced::without(Status::Unpriced(Why::InvalidUsage)),
    }
}
