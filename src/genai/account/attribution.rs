//! Where each call's money went: direct, induced, own — nothing lost, nothing twice.
//!
//! A call inside a tool is that tool's, directly and whole. For the others a conversation's prompt is
//! followed from call to call: what it grew by between two calls, beyond the answer the model gave
//! itself, is what the tools between them put there. Each later call reads that part again, at the
//! price class of the place where it stands in the prompt: cached ones in front, then those written
//! to the cache, fresh ones last. The output that wrote a tool call is that call's too.

use std::collections::BTreeMap;

use super::kept::Kept;
use super::settlement::{Attributed, ModelCall, Settlement, ToolCall};
use super::share::split;
use super::tree::Tree;
use crate::genai::facts::Class;
use crate::genai::pricing::{Parts, PicoUsd, Source};

/// Clocks of two processes, or of one that rounds, may disagree by this much.
const SLACK_NANOS: u64 = 2_000_000;

/// Attributes every call's amount, and gives tools their shares.
pub(super) fn attribute(kept: &[Kept], tree: &Tree, settlement: &mut Settlement) {
    for call in &mut settlement.calls {
        call.attributed.own = call.amount().unwrap_or_default();
    }
    direct(settlement);
    for (anchor, calls) in conversations(kept, tree, &settlement.calls) {
        follow(kept, tree, settlement, anchor, &calls);
    }
}

/// Calls inside a tool belong to it.
fn direct(settlement: &mut Settlement) {
    for call in &mut settlement.calls {
        let Some(tool) = call.inside.and_then(|tool| settlement.tools.get_mut(tool)) else {
            continue;
        };
        let amount = call.attributed.own;
        tool.direct += amount;
        tool.n_direct_calls += 1;
        call.attributed = Attributed {
            direct: amount,
            ..Attributed::default()
        };
    }
}

/// The agent a span works for: the nearest above, else the topmost span.
fn anchor(kept: &[Kept], tree: &Tree, index: usize) -> usize {
    let is_agent = |above: &usize| {
        kept.get(*above).is_some_and(|span| {
            let invokes = span
                .facts
                .as_ref()
                .is_some_and(|facts| &*facts.operation == "invoke_agent");
            span.class == Class::Aggregate && invokes
        })
    };
    tree.ancestors(index)
        .find(is_agent)
        .unwrap_or_else(|| tree.top(index))
}

/// What the calls of one conversation share: the agent, the model, the conversation's own id.
type Thread<'a> = (usize, Option<&'a str>, Option<&'a str>);

/// Calls of one agent with one model, in order: the prompt of each holds that of the one before.
fn conversations(
    kept: &[Kept],
    tree: &Tree,
    calls: &[ModelCall],
) -> BTreeMap<usize, Vec<Vec<usize>>> {
    let mut all: BTreeMap<Thread<'_>, Vec<usize>> = BTreeMap::new();
    for (index, call) in calls.iter().enumerate() {
        let countable = call.class == Class::Llm && !call.estimated && call.inside.is_none();
        if !countable || call.usage.is_none() {
            continue;
        }
        let anchor = anchor(kept, tree, call.at);
        let conversation = call.who.conversation.as_deref();
        all.entry((anchor, call.model(), conversation))
            .or_default()
            .push(index);
    }
    let mut by_anchor: BTreeMap<usize, Vec<Vec<usize>>> = BTreeMap::new();
    for ((anchor, ..), calls) in all {
        by_anchor.entry(anchor).or_default().push(calls);
    }
    by_anchor
}

/// A stretch of the prompt, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    tokens: u64,
    tool: Option<usize>,
}

fn follow(
    kept: &[Kept],
    tree: &Tree,
    settlement: &mut Settlement,
    anchor_at: usize,
    conversations: &[Vec<usize>],
) {
    let writers = writers(kept, tree, settlement, anchor_at, conversations);
    for calls in conversations {
        let mut prompt: Vec<Stretch> = Vec::new();
        let mut before: Option<usize> = None;
        for index in calls.iter().copied() {
            let answered = answered(settlement, &writers, before, index);
            let Some(call) = settlement.calls.get(index) else {
                continue;
            };
            let previous = before.and_then(|before| settlement.calls.get(before));
            grow(&mut prompt, call, previous, &settlement.tools, &answered);
            for at in &answered {
                let of_tool = prompt.iter().filter(|part| part.tool == Some(*at));
                let tokens = of_tool.map(|part| part.tokens).sum();
                if let Some(tool) = settlement.tools.get_mut(*at) {
                    tool.result_tokens = tokens;
                }
            }
            let written: Vec<usize> = writers
                .iter()
                .filter(|(_, writer)| *writer == index)
                .map(|(tool, _)| *tool)
                .collect();
            bill(settlement, index, &prompt, &written);
            before = Some(index);
        }
    }
}

/// The tools an agent ran itself, each with the model call that asked for it: the last one before.
fn writers(
    kept: &[Kept],
    tree: &Tree,
    settlement: &Settlement,
    anchor_at: usize,
    conversations: &[Vec<usize>],
) -> Vec<(usize, usize)> {
    let calls = || conversations.iter().flatten().copied();
    let writer = |tool: &ToolCall| {
        let begun = tool.start_unix_nano;
        calls()
            .filter_map(|index| Some((settlement.calls.get(index)?, index)))
            .filter(|(call, _)| call.start_unix_nano <= begun)
            // A stream may still be open when its tool runs, so what began last has asked.
            .max_by_key(|(call, index)| (call.start_unix_nano, *index))
            .map(|(_, index)| index)
    };
    let tools = settlement.tools.iter().enumerate();
    let at_home =
        |tool: &ToolCall| tool.inside.is_none() && anchor(kept, tree, tool.at) == anchor_at;
    tools
        .filter(|(_, tool)| at_home(tool))
        .filter_map(|(index, tool)| Some((index, writer(tool)?)))
        .collect()
}

/// The tools that a conversation's calls asked for and that were done before this call began, but
/// not before the one that went before it.
fn answered(
    settlement: &Settlement,
    writers: &[(usize, usize)],
    before: Option<usize>,
    index: usize,
) -> Vec<usize> {
    let (Some(before), Some(call)) = (before, settlement.calls.get(index)) else {
        return Vec::new();
    };
    let done =
        |tool: &ToolCall| tool.end_unix_nano <= call.start_unix_nano.saturating_add(SLACK_NANOS);
    let asked = writers
        .iter()
        .filter(|(_, writer)| *writer == before)
        .map(|(tool, _)| *tool);
    asked
        .filter(|tool| settlement.tools.get(*tool).is_some_and(done))
        .collect()
}

/// Brings the prompt to the size this call read, saying whose the growth is.
fn grow(
    prompt: &mut Vec<Stretch>,
    call: &ModelCall,
    before: Option<&ModelCall>,
    tools: &[ToolCall],
    answered: &[usize],
) {
    let input = call.usage.and_then(|usage| usage.input).unwrap_or(0);
    let size: u64 = prompt.iter().map(|part| part.tokens).sum();
    let Some(growth) = input.checked_sub(size).filter(|_| before.is_some()) else {
        // The first prompt, or one that was cut: whose the rest is can no longer be told.
        *prompt = vec![Stretch {
            tokens: input,
            tool: None,
        }];
        return;
    };
    let said = before.and_then(|call| call.usage).map_or(0, |usage| {
        usage
            .output
            .unwrap_or(0)
            .saturating_sub(usage.reasoning.unwrap_or(0))
    });
    let said = said.min(growth);
    prompt.push(Stretch {
        tokens: said,
        tool: None,
    });
    let rest = growth - said;
    if answered.is_empty() {
        prompt.push(Stretch {
            tokens: rest,
            tool: None,
        });
        return;
    }
    let sizes = sizes(tools, answered, |tool| tool.result_bytes);
    for (tool, tokens) in answered.iter().zip(split(i128::from(rest), &sizes)) {
        prompt.push(Stretch {
            tokens: u64::try_from(tokens).unwrap_or(0),
            tool: Some(*tool),
        });
    }
}

/// Weights by size; all equal if no size is known, and the average where one is not.
fn sizes(tools: &[ToolCall], which: &[usize], size: fn(&ToolCall) -> Option<u64>) -> Vec<u64> {
    let known: Vec<Option<u64>> = which
        .iter()
        .map(|index| tools.get(*index).and_then(size))
        .collect();
    let n_known = known.iter().flatten().count() as u64;
    let sum: u64 = known
        .iter()
        .flatten()
        .fold(0, |sum, size| sum.saturating_add(*size));
    let average = sum.checked_div(n_known).unwrap_or(1).max(1);
    known
        .into_iter()
        .map(|size| size.unwrap_or(average).max(1))
        .collect()
}

/// Splits one call's amount over the owners of what it read and wrote.
fn bill(settlement: &mut Settlement, index: usize, prompt: &[Stretch], written: &[usize]) {
    let Some(call) = settlement.calls.get(index) else {
        return;
    };
    let (Some(priced), Some(usage)) = (call.priced, call.usage) else {
        return;
    };
    let Some(amount) = call.amount() else { return };
    let read = usage.cache_read.unwrap_or(0);
    let wrote = usage.cache_write.unwrap_or(0);
    let classes = [
        (0, read),
        (read, wrote),
        (read.saturating_add(wrote), usage.fresh_input()),
    ];
    let parts = parts_of(priced.bill.parts, priced.source, usage.input, usage.output);
    let amounts = [parts.cache_read, parts.cache_write, parts.fresh];
    let mut induced = PicoUsd::ZERO;
    for ((start, tokens), amount) in classes.into_iter().zip(amounts) {
        let weights = overlaps(prompt, start, tokens);
        for (part, share) in prompt.iter().zip(split(amount.0, &weights)) {
            let tool = part.tool.and_then(|tool| settlement.tools.get_mut(tool));
            if let Some(tool) = tool.filter(|_| tokens > 0) {
                tool.induced_input += PicoUsd(share);
                induced += PicoUsd(share);
            }
        }
    }
    for (tool, share) in written_shares(settlement, index, written, parts.output) {
        if let Some(tool) = settlement.tools.get_mut(tool) {
            tool.induced_output += share;
            induced += share;
        }
    }
    if let Some(call) = settlement.calls.get_mut(index) {
        call.attributed = Attributed {
            direct: PicoUsd::ZERO,
            induced,
            own: amount - induced,
        };
    }
}

/// A reported cost names no parts: input and output share it by their tokens.
fn parts_of(
    parts: Parts,
    source: Option<Source>,
    input: Option<u64>,
    output: Option<u64>,
) -> Parts {
    if source != Some(Source::Reported) || parts.sum() != parts.other {
        return parts;
    }
    match split(parts.other.0, &[input.unwrap_or(0), output.unwrap_or(0)]).as_slice() {
        [input, output] => Parts {
            fresh: PicoUsd(*input),
            output: PicoUsd(*output),
            ..Parts::default()
        },
        _ => parts,
    }
}

/// How many tokens of each stretch lie in the class that begins at `start`.
fn overlaps(prompt: &[Stretch], start: u64, tokens: u64) -> Vec<u64> {
    let end = start.saturating_add(tokens);
    let mut at = 0_u64;
    let overlap = |part: &Stretch| {
        let (from, to) = (at, at.saturating_add(part.tokens));
        at = to;
        to.min(end).saturating_sub(from.max(start))
    };
    prompt.iter().map(overlap).collect()
}

/// The output that wrote the calls of tools: what was not reasoning, by the size of the arguments.
fn written_shares(
    settlement: &Settlement,
    index: usize,
    written: &[usize],
    output: PicoUsd,
) -> Vec<(usize, PicoUsd)> {
    let Some(call) = settlement.calls.get(index) else {
        return Vec::new();
    };
    let usage = call.usage.unwrap_or_default();
    let all = usage.output.unwrap_or(0);
    let reasoning = usage.reasoning.unwrap_or(0).min(all);
    if written.is_empty() || all == 0 {
        return Vec::new();
    }
    let visible = split(output.0, &[reasoning, all - reasoning])
        .get(1)
        .copied()
        .unwrap_or(0);
    let sizes = sizes(&settlement.tools, written, |tool| tool.arguments_bytes);
    let shares = split(visible, &sizes).into_iter().map(PicoUsd);
    written.iter().copied().zip(shares).collect()
}
