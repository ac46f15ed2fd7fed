//! Finds the model calls of a trace: each once, whatever number of spans tell of it.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::kept::Kept;
use super::logged;
use super::settlement::Reason;
use super::tree::Tree;
use super::twins;
use crate::genai::facts::Class;

/// One model call, by the spans that tell of it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// The span whose numbers count.
    pub(super) source: usize,
    /// Every span that tells of it, the outermost first.
    pub(super) views: Vec<usize>,
    /// The sum of an aggregate, as no call below it arrived.
    pub(super) estimated: bool,
}

/// The calls, and why every other view was set aside.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) calls: Vec<Seen>,
    /// Spans that are not counted themselves, with the span that is.
    pub(super) aside: Vec<(usize, Option<usize>, Reason)>,
}

impl Found {
    /// Sets aside the calls that there is a reason to give up, by index.
    pub(super) fn give_up(&mut self, mut why: impl FnMut(usize, &Seen) -> Option<Reason>) {
        let aside = &mut self.aside;
        let mut index = 0;
        self.calls.retain(|call| {
            let reason = why(index, call);
            index += 1;
            aside.extend(reason.map(|reason| (call.source, None, reason)));
            reason.is_none()
        });
    }
}

/// Finds the calls of one trace.
pub(super) fn find(kept: &[Kept], tree: &Tree) -> Found {
    let mut found = Found::default();
    nest(kept, tree, &mut found);
    join_late_usage(kept, tree, &mut found);
    logged::join_repeated(kept, tree, &mut found);
    logged::join(kept, tree, &mut found);
    join_equal_ids(kept, &mut found);
    join_twins(kept, &mut found);
    estimate(kept, tree, &mut found);
    logged::drop_twins(kept, &mut found);
    found.calls.sort_by_key(|call| {
        let first = call.views.first().copied().unwrap_or(call.source);
        (kept.get(first).map_or(0, |span| span.start), first)
    });
    found
}

/// The nearest model call above, with no tool between: what a tool does is a call of its own.
fn model_above(kept: &[Kept], tree: &Tree, index: usize) -> Option<usize> {
    let class = kept.get(index)?.class;
    for above in tree.ancestors(index) {
        let span = kept.get(above)?;
        if span.class.is_tool() {
            return None;
        }
        if span.class == class {
            return Some(above);
        }
    }
    None
}

/// Resolves model spans inside model spans, from the innermost outwards.
fn nest(kept: &[Kept], tree: &Tree, found: &mut Found) {
    let mut inner: HashMap<usize, Vec<Seen>> = HashMap::new();
    for index in tree.downwards().rev() {
        let Some(span) = kept
            .get(index)
            .filter(|span| span.class.is_model() && !span.from_log)
        else {
            continue;
        };
        let below = inner.remove(&index).unwrap_or_default();
        let calls = decide(kept, index, span, below, &mut found.aside);
        match model_above(kept, tree, index) {
            Some(above) => inner.entry(above).or_default().extend(calls),
            None => found.calls.extend(calls),
        }
    }
    for (index, span) in kept.iter().enumerate() {
        if span.from_log && span.class.is_model() {
            found.calls.push(Seen {
                source: index,
                views: vec![index],
                estimated: false,
            });
        }
    }
}

/// What a model span and the calls found below it come to.
fn decide(
    kept: &[Kept],
    index: usize,
    span: &Kept,
    below: Vec<Seen>,
    aside: &mut Vec<(usize, Option<usize>, Reason)>,
) -> Vec<Seen> {
    let own = Seen {
        source: index,
        views: vec![index],
        estimated: false,
    };
    let counted = |call: &Seen| kept.get(call.source).is_some_and(Kept::counts);
    let n_counted = below.iter().filter(|call| counted(call)).count();
    if below.is_empty() {
        return vec![own];
    }
    if n_counted > 1 || (!span.certain && n_counted > 0) {
        aside.push((index, None, Reason::SumOfCalls));
        return below;
    }
    // One call seen several times, or its attempts: those below are views of it.
    let best = below.iter().find(|call| counted(call)).or(below.last());
    let Some(best) = best.cloned() else {
        return vec![own];
    };
    let detail = |index: usize| kept.get(index).map(Kept::detail);
    // The nearest to the wire, unless the wrapper knows more.
    let source = if detail(index) > detail(best.source) {
        index
    } else {
        best.source
    };
    let mut views = vec![index];
    for call in &below {
        views.extend(&call.views);
    }
    for view in views.iter().filter(|view| **view != source) {
        if !aside.iter().any(|(index, ..)| index == view) {
            aside.push((*view, Some(source), Reason::Nested));
        }
    }
    aside.retain(|(view, ..)| *view != source);
    vec![Seen {
        source,
        views,
        estimated: false,
    }]
}

/// Usage that came on a later span of no length belongs to the request before it.
fn join_late_usage(kept: &[Kept], tree: &Tree, found: &mut Found) {
    let of = |call: &Seen| kept.get(call.source);
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (late_at, late) in found.calls.iter().enumerate() {
        let Some(span) = of(late).filter(|span| span.counts() && span.start == span.end) else {
            continue;
        };
        let asked = |span: &Kept| {
            span.facts
                .as_ref()
                .and_then(|facts| facts.request_model.clone())
        };
        let request = found.calls.iter().enumerate().filter(|(at, call)| {
            *at != late_at
                && !joined.iter().any(|(request, _)| request == at)
                && of(call).is_some_and(|before| {
                    before.usage().is_none()
                        && !before.failed()
                        && before.start <= span.start
                        && before.end > before.start
                        && tree.parent(call.source) == tree.parent(late.source)
                        && tree.parent(call.source).is_some()
                        && asked(before) == asked(span)
                })
        });
        if let Some((request, _)) =
            request.max_by_key(|(_, call)| of(call).map_or(0, |span| span.start))
        {
            joined.push((request, late_at));
        }
    }
    merge(found, &joined, Reason::LateUsage);
}

/// One answer has one id: spans that share it tell of one call.
fn join_equal_ids(kept: &[Kept], found: &mut Found) {
    /// Of calls under one short id so many are looked at.
    const LAST: usize = 16;
    let mut known: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut joined = Vec::new();
    for (at, call) in found.calls.iter().enumerate() {
        for id in ids(kept, call) {
            let before = known.entry(id).or_default();
            let is_one = |before: &&usize| {
                let other = found.calls.get(**before);
                other.is_some_and(|other| are_one(kept, id, (other, call)))
            };
            match before.iter().rev().take(LAST).find(is_one) {
                Some(same) if *same != at => joined.push((*same, at)),
                Some(_) => {}
                None => before.push(at),
            }
        }
    }
    joined.sort_unstable_by_key(|(_, at)| *at);
    joined.dedup_by_key(|(_, at)| *at);
    merge_best(kept, found, &joined, Reason::SameResponse);
}

/// Shorter ids are given out again: Ollama's end in one of a thousand numbers. No provider that bills has
/// any so short.
const UNIQUE: usize = 16;
/// Calls under one short id that begin within half of this time are one, and none that begin later than
/// this, unless their counts agree.
const NEAR_NANOS: u64 = 20_000_000_000;

/// Whether two calls that share an id are one.
fn are_one(kept: &[Kept], id: &str, (one, other): (&Seen, &Seen)) -> bool {
    let start = |call: &Seen| kept.get(call.source).map_or(0, |span| span.start);
    id.len() >= UNIQUE
        || start(one).abs_diff(start(other)) <= NEAR_NANOS
        || counts(kept, one).is_some_and(|one| counts(kept, other) == Some(one))
}

/// Input and output of a call, if they are known.
fn counts(kept: &[Kept], call: &Seen) -> Option<(u64, u64)> {
    let usage = kept.get(call.source)?.usage()?;
    Some((usage.input.unwrap_or(0), usage.output.unwrap_or(0)))
}

/// By what a call is known in other traces: its response ids, each short one with what tells it from
/// others under the same: when the call began, by two clocks that are half a step apart, and its counts.
pub(super) fn names<'k>(kept: &'k [Kept], call: &'k Seen) -> Vec<Cow<'k, str>> {
    let mut names = Vec::new();
    for id in ids(kept, call) {
        if id.len() >= UNIQUE {
            names.push(Cow::Borrowed(id));
            continue;
        }
        let start = kept.get(call.source).map_or(0, |span| span.start);
        let half = start.saturating_add(NEAR_NANOS / 2) / NEAR_NANOS;
        names.push(format!("{id} from {}", start / NEAR_NANOS).into());
        names.push(format!("{id} about {half}").into());
        if let Some((input, output)) = counts(kept, call) {
            names.push(format!("{id} of {input} and {output}").into());
        }
    }
    names
}

/// Two instrumentations may tell of one call side by side, with nothing in common but its numbers.
fn join_twins(kept: &[Kept], found: &mut Found) {
    let calls = found.calls.iter().enumerate();
    let calls = calls.filter_map(|(at, call)| Some((at, kept.get(call.source)?)));
    let pairs = twins::pairs(calls.collect());
    merge_best(kept, found, &pairs, Reason::Twin);
}

/// The response ids that any view of a call names.
pub(super) fn ids<'k>(kept: &'k [Kept], call: &'k Seen) -> impl Iterator<Item = &'k str> {
    call.views.iter().filter_map(|view| answer(kept, *view))
}

/// The response id that a span names.
fn answer(kept: &[Kept], index: usize) -> Option<&str> {
    let id = kept.get(index)?.facts.as_ref()?.response_id.as_deref();
    id.filter(|id| !id.is_empty())
}

/// How much a view is to be believed: detail, then nearness to the wire.
pub(super) fn weight(kept: &[Kept], index: usize) -> Weight {
    kept.get(index).map_or_else(Weight::default, |span| {
        let nearness = span.facts.as_ref().map_or(0, |facts| facts.nearness);
        (span.usage().is_some(), nearness, span.detail())
    })
}

/// Whether it counts tokens at all, its nearness to the wire, its detail.
pub(super) type Weight = (bool, u8, (usize, usize));

/// Merges the second call of each pair into the first; the second's numbers count.
fn merge(found: &mut Found, pairs: &[(usize, usize)], reason: Reason) {
    for (into, from) in pairs {
        let Some(from_call) = found.calls.get(*from).cloned() else {
            continue;
        };
        if let Some(into_call) = found.calls.get_mut(*into) {
            found
                .aside
                .push((into_call.source, Some(from_call.source), reason));
            into_call.source = from_call.source;
            into_call.views.extend(from_call.views);
        }
    }
    remove(found, pairs);
}

/// Merges the second call of each pair into the first; the better numbers count.
fn merge_best(kept: &[Kept], found: &mut Found, pairs: &[(usize, usize)], reason: Reason) {
    for (into, from) in pairs {
        let Some(from_call) = found.calls.get(*from).cloned() else {
            continue;
        };
        if let Some(into_call) = found.calls.get_mut(*into) {
            let better = weight(kept, from_call.source) > weight(kept, into_call.source);
            let (source, other) = if better {
                (from_call.source, into_call.source)
            } else {
                (into_call.source, from_call.source)
            };
            found.aside.push((other, Some(source), reason));
            into_call.source = source;
            into_call.views.extend(from_call.views);
        }
    }
    remove(found, pairs);
}

pub(super) fn remove(found: &mut Found, pairs: &[(usize, usize)]) {
    let mut at = 0;
    found.calls.retain(|_| {
        let gone = pairs.iter().any(|(_, from)| *from == at);
        at += 1;
        !gone
    });
}

/// Sets aggregates aside, or takes their sum where nothing below them arrived.
fn estimate(kept: &[Kept], tree: &Tree, found: &mut Found) {
    let mut has_call_below = vec![false; tree.len()];
    for (index, _) in kept
        .iter()
        .enumerate()
        .filter(|(_, span)| span.class.is_model())
    {
        for above in tree.ancestors(index) {
            match has_call_below.get_mut(above) {
                Some(seen) if !*seen => *seen = true,
                _ => break,
            }
        }
    }
    // A call that lost its way up still names the answer that the agent names.
    let views = found.calls.iter().flat_map(|call| &call.views);
    let answers: HashSet<&str> = views.filter_map(|view| answer(kept, *view)).collect();
    let mut estimated: Vec<usize> = Vec::new();
    for index in tree.downwards() {
        let Some(span) = kept.get(index) else {
            continue;
        };
        if span.class != Class::Aggregate || !span.counts() {
            continue;
        }
        let under_estimate = tree
            .ancestors(index)
            .any(|above| estimated.contains(&above));
        let under_model = tree
            .ancestors(index)
            .any(|above| kept.get(above).is_some_and(|span| span.class.is_model()));
        let told = answer(kept, index).is_some_and(|id| answers.contains(id));
        let below = told || has_call_below.get(index).copied().unwrap_or(false);
        if below || under_estimate || under_model || is_nothing(span) {
            found.aside.push((index, None, Reason::SumOfCalls));
            continue;
        }
        estimated.push(index);
        found.calls.push(Seen {
            source: index,
            views: vec![index],
            estimated: true,
        });
    }
}

fn is_nothing(span: &Kept) -> bool {
    span.billed().is_none() && span.usage().is_none_or(|usage| usage.sum() == 0)
}
