//! Calls that log records tell of: beside the spans that tell of them too, or alone.

use std::collections::BTreeMap;

use super::calls::{Found, Seen, ids, remove};
use super::kept::Kept;
use super::settlement::Reason;
use super::tree::Tree;

fn is_logged(kept: &[Kept], call: &Seen) -> bool {
    kept.get(call.source).is_some_and(|span| span.from_log)
}

/// Records that repeat their span count only where the span does not tell of the call.
///
/// A span may tell of several calls as if they were one (one framework's span, written over by
/// another's instrumentation at every call); its records tell of each.
pub(super) fn join_repeated(kept: &[Kept], tree: &Tree, found: &mut Found) {
    let mut by_span: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for (at, call) in found.calls.iter().enumerate() {
        if kept.get(call.source).is_some_and(Kept::repeats_span) {
            let records = by_span.entry(tree.parent(call.source)).or_default();
            records.push(at);
        }
    }
    let mut gone: Vec<Gone> = Vec::new();
    for (span, records) in by_span {
        let records = distinct(kept, found, records, &mut gone);
        let told = told_by(kept, tree, found, span);
        match (told.as_slice(), records.as_slice()) {
            ([_], [_]) => {} // one call, told twice: the fuller account of it will be taken
            ([only], [_, _, ..]) => gone.push((*only, None, Reason::SumOfCalls)),
            ([], _) => {
                let lone = |at: &usize| Some((*at, told_elsewhere(kept, found, *at, &gone)?));
                let twins: Vec<_> = records.iter().filter_map(lone).collect();
                gone.extend(twins.into_iter().map(repeated));
            }
            ([first, ..], _) => gone.extend(records.iter().map(|at| repeated((*at, *first)))),
        }
    }
    let source = |at: usize| found.calls.get(at).map(|call| call.source);
    let aside = gone.iter().filter_map(|(at, instead, reason)| {
        Some((source(*at)?, instead.and_then(source), *reason))
    });
    let aside: Vec<_> = aside.collect();
    found.aside.extend(aside);
    let pairs: Vec<(usize, usize)> = gone.iter().map(|(at, ..)| (*at, *at)).collect();
    remove(found, &pairs);
}

/// A call that is not counted, the call that is counted instead, and why.
type Gone = (usize, Option<usize>, Reason);

fn repeated((at, instead): (usize, usize)) -> Gone {
    (at, Some(instead), Reason::RepeatedInLog)
}

/// Records of one span that tell of different calls; two handlers may write one each of the same.
fn distinct(kept: &[Kept], found: &Found, records: Vec<usize>, gone: &mut Vec<Gone>) -> Vec<usize> {
    let mut all: Vec<usize> = Vec::new();
    for at in records {
        let call = |at: usize| found.calls.get(at);
        let before = |before: &&usize| tells_the_same(kept, call(**before), call(at));
        match all.iter().find(before) {
            Some(before) => gone.push(repeated((at, *before))),
            None => all.push(at),
        }
    }
    all
}

/// The calls that a span tells of, or spans below it.
fn told_by(kept: &[Kept], tree: &Tree, found: &Found, span: Option<usize>) -> Vec<usize> {
    let inside = |call: &Seen, span: usize| {
        call.views.contains(&span) || tree.ancestors(call.source).any(|above| above == span)
    };
    let calls = found.calls.iter().enumerate();
    let told = calls
        .filter(|(_, call)| !is_logged(kept, call) && span.is_some_and(|span| inside(call, span)));
    told.map(|(at, _)| at).collect()
}

/// The call of a span elsewhere in the trace that says what this record says.
fn told_elsewhere(kept: &[Kept], found: &Found, record: usize, gone: &[Gone]) -> Option<usize> {
    let calls = found.calls.iter().enumerate();
    let record = found.calls.get(record);
    let mut told = calls.filter(|(at, call)| {
        let taken = gone.iter().any(|(_, instead, _)| *instead == Some(*at));
        !taken && !is_logged(kept, call) && tells_the_same(kept, record, Some(call))
    });
    told.next().map(|(at, _)| at)
}

/// Whether two tellings have an answer's id in common, or all that was used.
fn tells_the_same(kept: &[Kept], one: Option<&Seen>, other: Option<&Seen>) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return false;
    };
    let usage = |call: &Seen| {
        let usage = kept.get(call.source)?.usage()?;
        Some((usage.input, usage.output))
    };
    ids(kept, one).any(|id| ids(kept, other).any(|other| other == id))
        || usage(one).is_some() && usage(one) == usage(other)
}

/// A call logged inside a call's span is that call; the record may count more than the span does.
pub(super) fn join(kept: &[Kept], tree: &Tree, found: &mut Found) {
    let is_logged = |call: &Seen| is_logged(kept, call);
    let mut pairs = Vec::new();
    for (at, logged) in found
        .calls
        .iter()
        .enumerate()
        .filter(|(_, call)| is_logged(call))
    {
        let around = |call: &Seen| {
            tree.ancestors(logged.source)
                .any(|above| call.views.contains(&above))
        };
        let spans = found.calls.iter().enumerate();
        if let Some((call, _)) = spans
            .filter(|(_, call)| !is_logged(call))
            .find(|(_, call)| around(call))
        {
            pairs.push((call, at));
        }
    }
    for (into, from) in &pairs {
        let Some(logged) = found.calls.get(*from).map(|call| call.source) else {
            continue;
        };
        let Some(call) = found.calls.get_mut(*into) else {
            continue;
        };
        let detail = |index: usize| kept.get(index).map(Kept::detail);
        let other = if detail(logged) > detail(call.source) {
            std::mem::replace(&mut call.source, logged)
        } else {
            logged
        };
        call.views.push(logged);
        found
            .aside
            .push((other, Some(call.source), Reason::RepeatedInLog));
    }
    remove(found, &pairs);
}

/// Calls of a log are counted only where the same process told of no call in spans.
pub(super) fn drop_twins(kept: &[Kept], found: &mut Found) {
    let in_spans: Vec<Box<str>> = found
        .calls
        .iter()
        .filter_map(|call| kept.get(call.source))
        .filter(|span| !span.from_log && span.tells_all())
        .map(|span| span.service.clone())
        .collect();
    let aside = &mut found.aside;
    found.calls.retain(|call| {
        let alone = call.views.len() == 1;
        let span = kept.get(call.source);
        let Some(span) = span.filter(|span| span.from_log && !span.repeats_span() && alone) else {
            return true;
        };
        let twin = in_spans.contains(&span.service);
        if twin {
            aside.push((call.source, None, Reason::RepeatedInLog));
        }
        !twin
    });
}
