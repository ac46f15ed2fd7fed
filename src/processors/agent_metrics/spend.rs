//! From a settled trace to lines of the spend ledger.

use std::collections::HashMap;

use crate::genai::account::{ModelCall, ToolCall};
use crate::genai::facts::Identity;
use crate::genai::pricing::PicoUsd;
use crate::spend::{Amount, Entry, Kind, Mailbox};

const NANOS_PER_HOUR: u64 = 3_600_000_000_000;

/// Adds a model call.
pub(super) fn call(call: &ModelCall, lines: &mut HashMap<Entry, Amount>) {
    let usage = call.usage.unwrap_or_default();
    let tokens = usage
        .input
        .unwrap_or(0)
        .saturating_add(usage.output.unwrap_or(0));
    let entry = Entry {
        provider: call.provider.as_deref().unwrap_or_default().into(),
        model: call.model().unwrap_or_default().into(),
        ..entry(Kind::Call, call.start_unix_nano, &call.identity())
    };
    lines
        .entry(entry)
        .or_default()
        .add(amount(call.amount().unwrap_or_default(), tokens));
}

/// Adds a tool call: what it caused, directly and induced.
pub(super) fn tool(tool: &ToolCall, lines: &mut HashMap<Entry, Amount>) {
    let entry = Entry {
        tool: tool.name.clone(),
        ..entry(Kind::Tool, tool.start_unix_nano, &tool.identity())
    };
    lines
        .entry(entry)
        .or_default()
        .add(amount(tool.cost(), tool.result_tokens));
}

/// Writes what has changed since the trace was last handed in.
pub(super) fn correct(
    before: &mut HashMap<Entry, Amount>,
    after: HashMap<Entry, Amount>,
    mailbox: &mut Mailbox,
) {
    for (entry, amount) in &after {
        if before.get(entry) != Some(amount) {
            mailbox.add(entry.clone(), *amount);
        }
    }
    for (entry, amount) in before.drain() {
        if after.get(&entry) != Some(&amount) {
            mailbox.subtract(entry, amount);
        }
    }
    *before = after;
}

fn entry(kind: Kind, start: u64, who: &Identity<'_>) -> Entry {
    let text = |part: Option<&str>| Box::from(part.unwrap_or_default());
    Entry {
        hour: start / NANOS_PER_HOUR,
        kind,
        tenant: text(who.tenant),
        project: text(who.project),
        user: text(who.user),
        agent: text(who.agent),
        provider: Box::default(),
        model: Box::default(),
        tool: Box::default(),
    }
}

fn amount(cost: PicoUsd, tokens: u64) -> Amount {
    Amount {
        nanos: i64::try_from(cost.nanos()).unwrap_or(i64::MAX),
        tokens: i64::try_from(tokens).unwrap_or(i64::MAX),
        calls: 1,
    }
}
