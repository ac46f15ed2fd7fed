//! One call told by two instrumentations that know nothing of each other: neither is the other's
//! parent, and one of them at least names no response.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::kept::{Kept, KeptFacts};
use crate::genai::errors::classify;
use crate::genai::facts::Class;
use crate::genai::usage::Usage;

/// A stream may be read, and told of a second time, once the span that opened it has ended.
const LATER_NANOS: u64 = 100_000_000;

/// A span without length is written when its stream is done, at most this long after the call.
const AFTERWARDS_NANOS: u64 = 1_000_000_000;

/// Pairs of calls that are one, the earlier first. A call has one twin of each instrumentation.
pub(super) fn pairs<K: Copy + Eq + Hash + Ord>(calls: Vec<(K, &Kept)>) -> Vec<(K, K)> {
    let mut pairs = silent_pairs(&calls);
    let mut taken: HashSet<K> = pairs.iter().flat_map(|(one, two)| [*one, *two]).collect();
    let mut groups: HashMap<Trait<'_>, Vec<(K, &Kept)>> = HashMap::new();
    for (key, span) in calls {
        if let Some(of) = Trait::of(span) {
            groups.entry(of).or_default().push((key, span));
        }
    }
    for group in groups.values_mut() {
        group.sort_by_key(|(key, span)| (span.start, Reverse(span.end), *key));
        for (at, (first, outer)) in group.iter().enumerate() {
            if taken.contains(first) {
                continue;
            }
            let mut scopes: Vec<&str> = Vec::new();
            let mut all = vec![(*first, *outer)];
            for (second, inner) in group.iter().skip(at + 1) {
                if inner.start > outer.end.saturating_add(AFTERWARDS_NANOS) {
                    break;
                }
                let scope = inner.facts.as_deref().map_or("", |facts| &*facts.scope);
                let free = !taken.contains(second) && !scopes.contains(&scope);
                if free && is_twin(outer, inner) {
                    scopes.push(scope);
                    taken.insert(*second);
                    all.push((*second, *inner));
                }
            }
            pairs.extend(led_by_best(&all));
        }
    }
    pairs.sort_unstable();
    pairs
}

/// Of views of one call the first leads, unless it lost the prompt and another did not.
fn led_by_best<K: Copy>(all: &[(K, &Kept)]) -> Vec<(K, K)> {
    let has_input = |span: &Kept| span.usage().is_some_and(|usage| usage.input > Some(0));
    let best = all
        .iter()
        .position(|(_, span)| has_input(span))
        .unwrap_or(0);
    let others = all.iter().enumerate().filter(|(at, _)| *at != best);
    let leader = all.get(best).map(|(key, _)| *key);
    others
        .filter_map(|(_, (key, _))| Some((leader?, *key)))
        .collect()
}

/// Streams of which one instrumentation counted nothing, each behind the only call of the same time
/// and model that another one counted.
fn silent_pairs<K: Copy + Ord>(calls: &[(K, &Kept)]) -> Vec<(K, K)> {
    let is_silent = |span: &Kept| span.usage().is_none() && !span.failed() && !span.from_log;
    let mut counted: Vec<&(K, &Kept)> = calls.iter().collect();
    counted.retain(|(_, span)| span.usage().is_some() && !span.from_log);
    counted.sort_by_key(|(key, span)| (span.start, *key));
    let mut pairs = Vec::new();
    for (key, silent) in calls.iter().filter(|(_, span)| is_silent(span)) {
        let from = silent.start.saturating_sub(AFTERWARDS_NANOS);
        let first = counted.partition_point(|(_, span)| span.start < from);
        let near = counted.iter().skip(first);
        let near = near.take_while(|(_, span)| span.start <= silent.end);
        let mut twins = near.filter(|(_, span)| is_silent_twin(silent, span));
        if let (Some((twin, _)), None) = (twins.next(), twins.next()) {
            pairs.push((*twin, *key));
        }
    }
    pairs.sort_unstable();
    pairs.dedup_by_key(|(counted, _)| *counted);
    pairs
}

/// Whether a call that counted nothing is another's call, one lasting within the other.
fn is_silent_twin(silent: &Kept, counted: &Kept) -> bool {
    let (Some(one), Some(other)) = (silent.facts.as_deref(), counted.facts.as_deref()) else {
        return false;
    };
    let within = |inner: &Kept, outer: &Kept| {
        outer.start <= inner.start && inner.end <= outer.end && inner.start < inner.end
    };
    silent.class == counted.class
        && silent.service == counted.service
        && one.scope != other.scope
        && are_of_one(one, other)
        && (one.response_id.is_none() || other.response_id.is_none())
        && one.request_model.is_some()
        && same_model(one, other)
        && (within(silent, counted) || within(counted, silent))
}

/// What twins share for certain, so that only few calls have to be compared.
#[derive(PartialEq, Eq, Hash)]
struct Trait<'k> {
    class: Class,
    service: &'k str,
    /// Output and cached tokens tell calls apart best; `None` for failures.
    output: Option<u64>,
}

impl<'k> Trait<'k> {
    fn of(span: &'k Kept) -> Option<Self> {
        let failed = span.failed() && span.usage().is_none();
        let output = span.usage().and_then(|usage| usage.output);
        let comparable = !span.from_log && (failed || span.usage().is_some());
        comparable.then_some(Trait {
            class: span.class,
            service: &span.service,
            output: output.filter(|_| !failed).or((!failed).then_some(0)),
        })
    }
}

/// Whether the earlier of two calls of one process and class is the later one, told differently.
fn is_twin(outer: &Kept, inner: &Kept) -> bool {
    let (Some(one), Some(other)) = (outer.facts.as_deref(), inner.facts.as_deref()) else {
        return false;
    };
    let named = one.response_id.is_some() && other.response_id.is_some();
    if one.scope == other.scope || named || !are_of_one(one, other) {
        return false;
    }
    match (&one.usage, &other.usage) {
        (Some(usage), Some(again)) => {
            let same = touches(outer, inner) && same_usage(usage, again)
                || inner.end <= outer.end && lost_input(usage, again);
            same && same_model(one, other)
        }
        (None, None) => {
            inner.end <= outer.end
                && inner.start <= outer.end
                && one.request_model.is_some()
                && one.request_model == other.request_model
                && verdict(outer, one) == verdict(inner, other)
        }
        _ => false,
    }
}

/// Whether two calls may be one tenant's: what two instrumentations say of one call is of one.
fn are_of_one(one: &KeptFacts, other: &KeptFacts) -> bool {
    let tenants = (&one.who.tenant, &other.who.tenant);
    !matches!(tenants, (Some(one), Some(other)) if one != other)
}

/// Whether the later began while the earlier lasted, or right after it.
fn touches(outer: &Kept, inner: &Kept) -> bool {
    let slack = if inner.start == inner.end {
        AFTERWARDS_NANOS
    } else {
        LATER_NANOS
    };
    inner.start <= outer.end.saturating_add(slack)
}

/// Both counted the same; one of them may have left cached tokens out without saying so.
fn same_usage(one: &Usage, other: &Usage) -> bool {
    let input = |usage: &Usage| usage.input.unwrap_or(0);
    one.sum() > 0
        && one.output.unwrap_or(0) == other.output.unwrap_or(0)
        && (input(one) == input(other)
            || input(one) == other.fresh_input()
            || one.fresh_input() == input(other))
}

/// Both counted the same output, and one of them lost the prompt, which is never empty.
fn lost_input(one: &Usage, other: &Usage) -> bool {
    let lost = |usage: &Usage| usage.input.unwrap_or(0) == 0;
    one.output.unwrap_or(0) > 0 && one.output == other.output && lost(one) != lost(other)
}

/// A name of one is part of a name of the other, if both have names: a request's alias of the full
/// name, a model's of the vendor's before it.
fn same_model(one: &KeptFacts, other: &KeptFacts) -> bool {
    let names = |facts: &KeptFacts| {
        let names = [&facts.response_model, &facts.request_model];
        let bare = |name: &str| name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
        let names = names.into_iter().flatten();
        names.map(|name| bare(name)).collect::<Vec<_>>()
    };
    let part = |long: &str, short: &str| long.starts_with(short) || long.ends_with(short);
    let (mine, theirs) = (names(one), names(other));
    let alike = |name: &String| {
        theirs
            .iter()
            .any(|other| part(name, other) || part(other, name))
    };
    mine.is_empty() || theirs.is_empty() || mine.iter().any(alike)
}

fn verdict(span: &Kept, facts: &KeptFacts) -> Option<crate::genai::errors::Verdict> {
    let failure = facts.failure.as_ref()?;
    Some(classify(span.class, &failure.view()))
}
