//! Puts calls, tool calls and identities together into a settlement.

use super::calls::Found;
use super::kept::{Kept, KeptFacts, Owned, Who};
use super::settlement::{Attributed, Fate, Fault, ModelCall, Settlement, ToolCall, Totals};
use super::tools::{Chain, Collapsed};
use super::tree::Tree;
use crate::genai::errors::classify;
use crate::genai::facts::Class;
use crate::genai::pricing::Priced;
use crate::otlp::{SpanId, TraceId};

/// Puts together what the rooms beside found.
pub(super) fn assemble(
    trace: TraceId,
    kept: &[Kept],
    tree: &Tree,
    found: Found,
    tools: Collapsed,
    whose: &[Who],
) -> Settlement {
    let who = |index: usize| whose.get(index).cloned().unwrap_or_default();
    let calls: Vec<ModelCall> = found
        .calls
        .iter()
        .filter_map(|call| {
            let at = call.views.first().copied().unwrap_or(call.source);
            let mut model = model_call(kept, call.source, &call.views)?;
            model.estimated = call.estimated;
            model.inside = tools.above(tree, at);
            model.who = who(at);
            model.at = at;
            Some(model)
        })
        .collect();
    let tool_calls = tools
        .chains
        .iter()
        .filter_map(|chain| {
            let at = chain.spans.first().copied()?;
            let inside = tree.ancestors(at).find_map(|above| tools.chain_of(above));
            Some(ToolCall {
                inside,
                who: who(at),
                at,
                ..tool_call(kept, chain)
            })
        })
        .collect();
    let fates = fates(kept, &found, &tools);
    let root = tree.downwards().find(|index| tree.parent(*index).is_none());
    let mut trace_who = root.map(who).unwrap_or_default();
    fill_who(&mut trace_who, whose);
    let n_requests = kept.iter().filter(|span| {
        matches!(span.class, Class::McpClient | Class::McpServer) && !span.is_tool_call()
    });
    Settlement {
        trace,
        calls,
        tools: tool_calls,
        fates,
        n_requests: n_requests.count() as u64,
        root: root.and_then(|index| kept.get(index)).map(|span| span.span),
        who: trace_who,
        totals: Totals::default(),
    }
}

/// What the root does not say, the first span that does says for the trace.
fn fill_who(who: &mut Who, whose: &[Who]) {
    for other in whose {
        let pairs = [
            (&mut who.session, &other.session),
            (&mut who.user, &other.user),
            (&mut who.tenant, &other.tenant),
            (&mut who.project, &other.project),
            (&mut who.agent, &other.agent),
            (&mut who.conversation, &other.conversation),
        ];
        for (place, value) in pairs {
            if place.is_none() {
                place.clone_from(value);
            }
        }
    }
}

/// The call whose numbers are `source`'s, with what the other views add.
fn model_call(kept: &[Kept], source: usize, views: &[usize]) -> Option<ModelCall> {
    let span = kept.get(source)?;
    let facts = span.facts.as_deref()?;
    let outermost = kept.get(views.first().copied().unwrap_or(source))?;
    let spans = || {
        let others = views
            .iter()
            .filter(|view| **view != source)
            .filter_map(|view| kept.get(*view));
        std::iter::once(span).chain(others)
    };
    let all = || spans().filter_map(|span| span.facts.as_deref());
    let text = |part: fn(&KeptFacts) -> &Owned| all().find_map(|facts| part(facts).clone());
    let (priced_by, priced) = price_of(span, spans());
    // A call failed only if no view of it brought an answer.
    let fault = if facts.usage.is_some() && !span.failed() {
        None
    } else {
        views
            .iter()
            .chain([&source])
            .find_map(|view| fault_of(kept.get(*view)?))
    };
    Some(ModelCall {
        span: span.span,
        outermost: outermost.span,
        n_views: views.len(),
        class: span.class,
        estimated: false,
        dialect: facts.dialect.clone(),
        service: span.service.clone(),
        provider: text(|facts| &facts.provider),
        request_model: text(|facts| &facts.request_model),
        response_model: text(|facts| &facts.response_model),
        response_id: text(|facts| &facts.response_id),
        usage: facts.usage,
        priced,
        priced_by,
        start_unix_nano: outermost.start,
        end_unix_nano: outermost.end,
        first_chunk_nanos: all().find_map(|facts| facts.first_chunk_nanos),
        fault,
        inside: None,
        attributed: Attributed::default(),
        who: Who::default(),
        at: source,
    })
}

/// What a call cost, and which of its views says so: a bill is a bill, whichever view has it; then
/// it is the price of the view that counts, or of the next that has one.
fn price_of<'k>(
    source: &Kept,
    views: impl Iterator<Item = &'k Kept> + Clone,
) -> (SpanId, Option<Priced>) {
    let priced = |view: &Kept| view.facts.as_ref().and_then(|facts| facts.priced);
    let worked_out = |view: &&Kept| priced(view).is_some_and(|own| own.status.has_amount());
    let mut billed = views.clone().filter(|view| view.billed().is_some());
    let teller = billed.next().or_else(|| views.clone().find(worked_out));
    let teller = teller.unwrap_or(source);
    (teller.span, priced(teller))
}

fn tool_call(kept: &[Kept], chain: &Chain) -> ToolCall {
    let spans = || chain.spans.iter().filter_map(|index| kept.get(*index));
    let facts = || spans().filter_map(|span| span.facts.as_deref());
    let inwards = || {
        chain
            .spans
            .iter()
            .rev()
            .filter_map(|index| kept.get(*index))
    };
    let first = spans().next();
    let innermost = |part: fn(&KeptFacts) -> &Owned| {
        inwards()
            .filter_map(|span| span.facts.as_deref())
            .find_map(|facts| part(facts).clone())
    };
    let name: Box<str> = innermost(|facts| &facts.tool).unwrap_or_default();
    let called_as = facts()
        .find_map(|facts| facts.tool.clone())
        .filter(|outer| *outer != name);
    let server_side = inwards().find(|span| span.class == Class::McpServer);
    // A name beats an id; the server's own process beats both where it said no name.
    let named = server_side.and_then(|span| span.facts.as_ref()?.mcp_server.clone());
    let server = named
        .or_else(|| {
            server_side
                .map(|span| span.service.clone())
                .filter(|name| !name.is_empty())
        })
        .or_else(|| innermost(|facts| &facts.mcp_server));
    let is_mcp = spans().any(|span| matches!(span.class, Class::McpClient | Class::McpServer))
        || facts().any(|facts| facts.mcp_method.is_some() || facts.mcp_server.is_some());
    ToolCall {
        name,
        called_as,
        server,
        is_mcp,
        call_id: facts().find_map(|facts| facts.tool_call_id.clone()),
        spans: spans().map(|span| span.span).collect(),
        start_unix_nano: first.map_or(0, |span| span.start),
        end_unix_nano: first.map_or(0, |span| span.end),
        fault: worst(inwards().filter_map(fault_of)),
        arguments_bytes: facts().filter_map(|facts| facts.arguments_bytes).max(),
        result_bytes: facts().filter_map(|facts| facts.result_bytes).max(),
        arguments_hash: facts().find_map(|facts| facts.arguments_hash),
        ..ToolCall::default()
    }
}

/// The failure that says most: a particular class before the general one, then the one with a type
/// and a message, then the innermost.
fn worst(faults: impl Iterator<Item = Fault>) -> Option<Fault> {
    let said = |fault: &Fault| {
        let particular = !matches!(fault.verdict.class, "tool_error" | "other");
        (particular, fault.kind.is_some(), fault.message.is_some())
    };
    let all: Vec<Fault> = faults.collect();
    // The innermost come first, and the last of equals is taken.
    all.into_iter().rev().max_by_key(said)
}

fn fault_of(span: &Kept) -> Option<Fault> {
    let failure = span.facts.as_ref()?.failure.as_ref()?;
    Some(Fault {
        verdict: classify(span.class, &failure.view()),
        kind: failure.kind.clone(),
        message: failure.message.clone(),
    })
}

fn fates(kept: &[Kept], found: &Found, tools: &Collapsed) -> Vec<(SpanId, Fate)> {
    let id = |index: usize| kept.get(index).map(|span| span.span);
    let mut settled: Vec<Option<Fate>> = vec![None; kept.len()];
    for (index, instead, reason) in &found.aside {
        if let Some(place) = settled.get_mut(*index) {
            *place = Some(Fate::Aside(*reason, instead.and_then(id)));
        }
    }
    for (call, found) in found.calls.iter().enumerate() {
        if let Some(place) = settled.get_mut(found.source) {
            *place = Some(Fate::Call(call));
        }
    }
    let fate = |(index, span): (usize, &Kept)| {
        let fate = if let Some(fate) = settled.get(index).copied().flatten() {
            fate
        } else if let Some(tool) = tools.chain_of(index) {
            Fate::Tool(tool)
        } else if span.class == Class::Other {
            return None;
        } else {
            Fate::Uncounted(span.class)
        };
        Some((span.span, fate))
    };
    kept.iter().enumerate().filter_map(fate).collect()
}
