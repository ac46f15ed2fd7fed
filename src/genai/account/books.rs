//! The accounts of many traces side by side, so that one call told in two traces counts once.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Account;
use super::calls::{self, Found, ids, weight};
use super::kept::{Kept, KeptFacts, SpanFacts};
use super::settlement::{Reason, Settlement};
use super::tree::Tree;
use crate::genai::errors::classify;
use crate::otlp::TraceId;

/// Accounts by trace. What belongs to no trace (records of a log) stands under the zero id.
#[derive(Debug, Default)]
pub struct Books {
    accounts: BTreeMap<TraceId, Account>,
}

/// A call as the comparison between traces sees it.
struct Place {
    trace: TraceId,
    call: usize,
    start: u64,
    weight: (bool, u8, usize),
}

impl Books {
    /// Takes one span in.
    pub fn add(&mut self, trace: TraceId, span: SpanFacts<'_>) {
        self.accounts.entry(trace).or_default().add(span);
    }

    /// Settles every trace, by id.
    ///
    /// Of calls with one response id the earliest, which encloses the others, keeps its place; the
    /// best view's numbers count there; every other trace sets its view aside.
    pub fn settle(mut self) -> Vec<Settlement> {
        self.accounts.values_mut().for_each(Account::sort);
        let mut trees: BTreeMap<TraceId, (Tree, Found)> = BTreeMap::new();
        for (trace, account) in &self.accounts {
            let tree = Tree::of(&account.kept);
            let found = calls::find(&account.kept, &tree);
            trees.insert(*trace, (tree, found));
        }
        let mut borrowed: HashMap<(TraceId, usize), (TraceId, usize)> = HashMap::new();
        let mut gone: HashSet<(TraceId, usize)> = HashSet::new();
        for places in self.shared_calls(&trees) {
            let best = places.iter().max_by_key(|place| place.weight);
            let (Some(first), Some(best)) = (places.first(), best) else {
                continue;
            };
            if best.weight > first.weight {
                borrowed.insert((first.trace, first.call), (best.trace, best.call));
            }
            gone.extend(places.iter().skip(1).map(|place| (place.trace, place.call)));
        }
        self.twin_failures(&trees, &mut gone);
        self.drop_logged(&trees, &mut gone);
        let sources: HashMap<(TraceId, usize), Kept> = borrowed
            .into_iter()
            .filter_map(|(into, (trace, call))| {
                Some((into, self.source(&trees, trace, call)?.clone()))
            })
            .collect();
        let mut accounts = self.accounts;
        let settle = |(trace, (tree, mut found)): (TraceId, (Tree, Found))| {
            let mut account = accounts.remove(&trace)?;
            account.adopt(trace, &mut found, &sources, &gone);
            Some(account.conclude(trace, &tree, found))
        };
        trees.into_iter().filter_map(settle).collect()
    }

    fn source(
        &self,
        trees: &BTreeMap<TraceId, (Tree, Found)>,
        trace: TraceId,
        call: usize,
    ) -> Option<&Kept> {
        let source = trees.get(&trace)?.1.calls.get(call)?.source;
        self.accounts.get(&trace)?.kept.get(source)
    }

    /// Groups of calls in different traces that share a response id, the earliest first.
    fn shared_calls(&self, trees: &BTreeMap<TraceId, (Tree, Found)>) -> Vec<Vec<Place>> {
        let mut by_id: HashMap<&str, Vec<Place>> = HashMap::new();
        for (trace, (_, found)) in trees {
            let Some(account) = self.accounts.get(trace) else {
                continue;
            };
            for (index, call) in found.calls.iter().enumerate() {
                let outermost = call.views.first().and_then(|view| account.kept.get(*view));
                let place = || Place {
                    trace: *trace,
                    call: index,
                    start: outermost.map_or(0, |span| span.start),
                    weight: weight(&account.kept, call.source),
                };
                for id in ids(&account.kept, call) {
                    let places = by_id.entry(id).or_default();
                    if places
                        .last()
                        .is_none_or(|last| (last.trace, last.call) != (*trace, index))
                    {
                        places.push(place());
                    }
                }
            }
        }
        let mut groups: Vec<Vec<Place>> = by_id
            .into_values()
            .filter(|places| places.len() > 1)
            .collect();
        for places in &mut groups {
            places.sort_by_key(|place| (place.start, place.trace));
        }
        groups.sort_by_key(|places| places.first().map(|place| (place.trace, place.call)));
        groups
    }

    /// A call that failed has no response id. Told by two instrumentations in two traces, it shows
    /// as one failure that encloses another: same process, same model, same kind of failure.
    fn twin_failures(
        &self,
        trees: &BTreeMap<TraceId, (Tree, Found)>,
        gone: &mut HashSet<(TraceId, usize)>,
    ) {
        let mut failures: Vec<(TraceId, usize, &Kept)> = self.all_calls(trees);
        failures.retain(|(.., span)| span.failed() && span.usage().is_none() && !span.from_log);
        failures.sort_by_key(|(trace, _, span)| (span.start, std::cmp::Reverse(span.end), *trace));
        for (at, (outer_trace, _, outer)) in failures.iter().enumerate() {
            let twin = failures.iter().skip(at + 1).find(|(trace, call, inner)| {
                trace != outer_trace && !gone.contains(&(*trace, *call)) && is_twin(outer, inner)
            });
            if let Some((trace, call, _)) = twin {
                gone.insert((*trace, *call));
            }
        }
    }

    /// Every call found, with the span whose numbers count.
    fn all_calls<'k>(
        &'k self,
        trees: &BTreeMap<TraceId, (Tree, Found)>,
    ) -> Vec<(TraceId, usize, &'k Kept)> {
        let mut all = Vec::new();
        for (trace, (_, found)) in trees {
            let Some(account) = self.accounts.get(trace) else {
                continue;
            };
            let calls = found.calls.iter().enumerate();
            all.extend(
                calls.filter_map(|(index, call)| {
                    Some((*trace, index, account.kept.get(call.source)?))
                }),
            );
        }
        all
    }

    /// Calls of a log stand back where their process told of calls in spans, in whatever trace.
    fn drop_logged(
        &self,
        trees: &BTreeMap<TraceId, (Tree, Found)>,
        gone: &mut HashSet<(TraceId, usize)>,
    ) {
        let all = self.all_calls(trees);
        let in_spans = all
            .iter()
            .filter(|(.., span)| !span.from_log && span.usage().is_some());
        let services: HashSet<&str> = in_spans.map(|(.., span)| &*span.service).collect();
        // A record that was joined with a span's call stands for both.
        let is_alone = |trace: &TraceId, call: &usize| {
            let found = trees
                .get(trace)
                .and_then(|(_, found)| found.calls.get(*call));
            found.is_some_and(|call| call.views.len() == 1)
        };
        let twins = all.iter().filter(|(trace, call, span)| {
            span.from_log && services.contains(&*span.service) && is_alone(trace, call)
        });
        gone.extend(twins.map(|(trace, index, _)| (*trace, *index)));
    }
}

/// Whether one failed call encloses the other and both can be told by two instrumentations.
fn is_twin(outer: &Kept, inner: &Kept) -> bool {
    let (Some(one), Some(other)) = (outer.facts.as_deref(), inner.facts.as_deref()) else {
        return false;
    };
    let verdict = |span: &Kept, facts: &KeptFacts| {
        facts
            .failure
            .as_ref()
            .map(|failure| classify(span.class, &failure.view()))
    };
    outer.start <= inner.start
        && inner.end <= outer.end
        && outer.service == inner.service
        && outer.class == inner.class
        && one.dialect != other.dialect
        && one.request_model.is_some()
        && one.request_model == other.request_model
        && one.response_id.is_none()
        && other.response_id.is_none()
        && verdict(outer, one) == verdict(inner, other)
}

impl Account {
    /// Takes over better numbers from other traces, and gives up calls that are counted there.
    fn adopt(
        &mut self,
        trace: TraceId,
        found: &mut Found,
        sources: &HashMap<(TraceId, usize), Kept>,
        gone: &HashSet<(TraceId, usize)>,
    ) {
        for (index, call) in found.calls.iter().enumerate() {
            let better = sources
                .get(&(trace, index))
                .and_then(|span| span.facts.as_deref());
            let own = self
                .kept
                .get_mut(call.source)
                .and_then(|span| span.facts.as_deref_mut());
            if let (Some(better), Some(own)) = (better, own) {
                own.usage = better.usage;
                own.priced = better.priced;
                own.response_model = better.response_model.clone().or(own.response_model.take());
            }
        }
        let mut index = 0;
        let aside = &mut found.aside;
        let kept = &self.kept;
        found.calls.retain(|call| {
            let is_gone = gone.contains(&(trace, index));
            index += 1;
            if is_gone {
                let from_log = kept.get(call.source).is_some_and(|span| span.from_log);
                let reason = if from_log {
                    Reason::RepeatedInLog
                } else {
                    Reason::OtherTrace
                };
                aside.push((call.source, None, reason));
            }
            !is_gone
        });
    }
}
