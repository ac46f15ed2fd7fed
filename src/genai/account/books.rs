//! The accounts of many traces side by side, so that one call told in two traces counts once.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::Account;
use super::calls::{self, Found, Seen, Weight, names, weight};
use super::kept::{Kept, SpanFacts};
use super::settlement::{Reason, Settlement};
use super::tree::Tree;
use super::twins;
use crate::genai::pricing::Priced;
use crate::otlp::TraceId;

/// Accounts by trace. What belongs to no trace (records of a log) stands under the zero id.
#[derive(Debug, Default)]
pub struct Books {
    accounts: BTreeMap<TraceId, Account>,
}

/// A call by its trace and its index there.
type CallId = (TraceId, usize);

/// A call as the comparison between traces sees it.
struct Place {
    id: CallId,
    start: u64,
    weight: Weight,
    /// What the provider says that it cost.
    bill: Option<Priced>,
}

/// What the traces have in common.
#[derive(Default)]
struct Shared {
    /// Calls that take over the better numbers of another trace's call.
    borrowed: HashMap<CallId, CallId>,
    /// Calls whose bill is known, by their own trace or by another.
    bills: HashMap<CallId, Priced>,
    /// Calls that are counted in another trace, and how that is known.
    gone: HashMap<CallId, Reason>,
}

impl Shared {
    /// Of these calls, which are one, the first keeps its place and the best counts there.
    fn take(&mut self, places: &[Place], reason: Reason) {
        let best = places.iter().max_by_key(|place| place.weight);
        let (Some(first), Some(best)) = (places.first(), best) else {
            return;
        };
        if best.weight > first.weight {
            self.borrowed.insert(first.id, best.id);
        }
        let bill = places.iter().find_map(|place| place.bill);
        self.bills.extend(bill.map(|bill| (first.id, bill)));
        let others = places.iter().skip(1).map(|place| (place.id, reason));
        self.gone.extend(others);
    }
}

impl Books {
    /// Takes one span in.
    pub fn add(&mut self, trace: TraceId, span: SpanFacts<'_>) {
        self.accounts.entry(trace).or_default().add(span);
    }

    /// Settles every trace, by id.
    ///
    /// Of calls with one response id, and of twins, the earliest, which encloses the others, keeps
    /// its place; the best view's numbers count there; every other trace sets its view aside.
    pub fn settle(mut self) -> Vec<Settlement> {
        self.accounts.values_mut().for_each(Account::sort);
        let mut trees: BTreeMap<TraceId, (Tree, Found)> = BTreeMap::new();
        for (trace, account) in &self.accounts {
            let tree = Tree::of(&account.kept);
            let found = calls::find(&account.kept, &tree);
            trees.insert(*trace, (tree, found));
        }
        let mut shared = Shared::default();
        for places in self.shared_calls(&trees) {
            shared.take(&places, Reason::OtherTrace);
        }
        for places in self.twins(&trees, &shared) {
            shared.take(&places, Reason::Twin);
        }
        self.drop_logged(&trees, &mut shared.gone);
        let Shared {
            borrowed,
            bills,
            gone,
        } = shared;
        let sources: HashMap<CallId, Kept> = borrowed
            .into_iter()
            .filter_map(|(into, from)| Some((into, self.source(&trees, from)?.clone())))
            .collect();
        let mut accounts = self.accounts;
        let settle = |(trace, (tree, mut found)): (TraceId, (Tree, Found))| {
            let mut account = accounts.remove(&trace)?;
            account.adopt(trace, &found, &sources, &bills);
            found.give_up(|index, _| gone.get(&(trace, index)).copied());
            Some(account.conclude(trace, &tree, found))
        };
        trees.into_iter().filter_map(settle).collect()
    }

    fn source(
        &self,
        trees: &BTreeMap<TraceId, (Tree, Found)>,
        (trace, call): CallId,
    ) -> Option<&Kept> {
        let source = trees.get(&trace)?.1.calls.get(call)?.source;
        self.accounts.get(&trace)?.kept.get(source)
    }

    /// Groups of calls in different traces that share a response id, the earliest first.
    fn shared_calls(&self, trees: &BTreeMap<TraceId, (Tree, Found)>) -> Vec<Vec<Place>> {
        let mut by_id: HashMap<Cow<'_, str>, Vec<Place>> = HashMap::new();
        for (trace, (_, found)) in trees {
            let Some(account) = self.accounts.get(trace) else {
                continue;
            };
            for (index, call) in found.calls.iter().enumerate() {
                let id = (*trace, index);
                for name in names(&account.kept, call) {
                    let places = by_id.entry(name).or_default();
                    if places.last().is_none_or(|last| last.id != id) {
                        places.push(place(account, id, call));
                    }
                }
            }
        }
        let mut groups: Vec<Vec<Place>> = by_id
            .into_values()
            .filter(|places| places.len() > 1)
            .collect();
        for places in &mut groups {
            places.sort_by_key(|place| (place.start, place.id));
        }
        groups.sort_by_key(|places| places.first().map(|place| place.id));
        groups
    }

    /// Groups of calls in different traces that are twins, the earliest first.
    fn twins(&self, trees: &BTreeMap<TraceId, (Tree, Found)>, shared: &Shared) -> Vec<Vec<Place>> {
        let mut all = self.all_calls(trees);
        all.retain(|(id, _)| !shared.gone.contains_key(id));
        let mut groups: BTreeMap<CallId, Vec<Place>> = BTreeMap::new();
        for (first, second) in twins::pairs(all).into_iter().filter(|(a, b)| a.0 != b.0) {
            let place = |id: CallId| {
                let call = trees.get(&id.0)?.1.calls.get(id.1)?;
                Some(place(self.accounts.get(&id.0)?, id, call))
            };
            let group = groups
                .entry(first)
                .or_insert_with(|| place(first).into_iter().collect());
            group.extend(place(second));
        }
        groups.into_values().collect()
    }

    /// Every call found, with the span whose numbers count.
    fn all_calls<'k>(
        &'k self,
        trees: &BTreeMap<TraceId, (Tree, Found)>,
    ) -> Vec<(CallId, &'k Kept)> {
        let mut all = Vec::new();
        for (trace, (_, found)) in trees {
            let Some(account) = self.accounts.get(trace) else {
                continue;
            };
            let calls = found.calls.iter().enumerate();
            all.extend(calls.filter_map(|(index, call)| {
                Some(((*trace, index), account.kept.get(call.source)?))
            }));
        }
        all
    }

    /// A process that tells of its calls in spans and in a log tells of each twice, in whatever
    /// trace: the log stands back, unless the spans name no model or no usage. Records that repeat
    /// spans stand back behind both.
    fn drop_logged(
        &self,
        trees: &BTreeMap<TraceId, (Tree, Found)>,
        gone: &mut HashMap<CallId, Reason>,
    ) {
        let all = self.all_calls(trees);
        let telling = |logged: bool| {
            let all = all.iter().map(|(_, span)| *span);
            let all = all.filter(|span| !span.repeats_span());
            let all = all.filter(move |span| span.from_log == logged && span.tells_all());
            all.map(|span| &*span.service).collect::<HashSet<&str>>()
        };
        let (in_spans, in_logs) = (telling(false), telling(true));
        // A record that was joined with a span's call stands for both.
        let is_alone = |(trace, call): &CallId| {
            let found = trees
                .get(trace)
                .and_then(|(_, found)| found.calls.get(*call));
            found.is_some_and(|call| call.views.len() == 1)
        };
        let twins = all.iter().filter(|(id, span)| {
            let service = &*span.service;
            let repeats = match (span.from_log, span.repeats_span()) {
                (true, true) => in_logs.contains(service),
                (true, false) => in_spans.contains(service),
                (false, _) => {
                    !span.tells_all() && !in_spans.contains(service) && in_logs.contains(service)
                }
            };
            repeats && is_alone(id)
        });
        gone.extend(twins.map(|(id, _)| (*id, Reason::RepeatedInLog)));
    }
}

/// Where a call stands, and how good its numbers are.
fn place(account: &Account, id: CallId, call: &Seen) -> Place {
    let views = || call.views.iter().filter_map(|view| account.kept.get(*view));
    Place {
        id,
        start: views().next().map_or(0, |outermost| outermost.start),
        weight: weight(&account.kept, call.source),
        bill: views().find_map(Kept::billed),
    }
}

impl Account {
    /// Takes over better numbers from other traces, and bills.
    fn adopt(
        &mut self,
        trace: TraceId,
        found: &Found,
        sources: &HashMap<CallId, Kept>,
        bills: &HashMap<CallId, Priced>,
    ) {
        for (index, call) in found.calls.iter().enumerate() {
            let id = (trace, index);
            let span = self.kept.get_mut(call.source);
            let Some(own) = span.and_then(|span| span.facts.as_deref_mut()) else {
                continue;
            };
            let better = sources.get(&id).and_then(|span| span.facts.as_deref());
            if let Some(better) = better {
                own.usage = better.usage;
                own.priced = better.priced;
                own.response_model = better.response_model.clone().or(own.response_model.take());
            }
            own.priced = bills.get(&id).copied().or(own.priced);
        }
    }
}
