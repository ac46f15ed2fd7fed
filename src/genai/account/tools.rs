//! Collapses the spans of a tool call into one: the agent's, the client's, the gateway's, the server's.

use std::collections::HashMap;

use super::kept::Kept;
use super::tree::Tree;
use crate::genai::facts::Class;

/// One tool call, by the spans that tell of it.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    /// Every span that tells of it, the outermost first, the innermost last.
    pub(super) spans: Vec<usize>,
}

/// The tool calls of a trace, and the call each span belongs to.
#[derive(Clone, Debug, Default)]
pub(super) struct Collapsed {
    pub(super) chains: Vec<Chain>,
    /// By span: the chain it is part of.
    pub(super) of: Vec<Option<u32>>,
}

impl Collapsed {
    /// The chain a span is part of.
    pub(super) fn chain_of(&self, index: usize) -> Option<usize> {
        self.of
            .get(index)
            .copied()
            .flatten()
            .map(|chain| chain as usize)
    }

    /// The tool call a span happened inside of: the innermost one above it.
    pub(super) fn above(&self, tree: &Tree, index: usize) -> Option<usize> {
        tree.ancestors(index).find_map(|above| self.chain_of(above))
    }
}

/// Finds the tool calls.
pub(super) fn collapse(kept: &[Kept], tree: &Tree) -> Collapsed {
    let mut collapsed = Collapsed {
        chains: Vec::new(),
        of: vec![None; kept.len()],
    };
    let mut by_id: HashMap<(&str, Box<str>), usize> = HashMap::new();
    for index in tree.downwards() {
        let Some(span) = kept.get(index).filter(|span| span.is_tool_call()) else {
            continue;
        };
        let facts = span.facts.as_deref();
        let id = facts.and_then(|facts| {
            Some((
                facts.tool_call_id.as_deref()?,
                plain(facts.tool.as_deref().unwrap_or("")),
            ))
        });
        let same_id = id.as_ref().and_then(|id| by_id.get(id).copied());
        let chain = same_id.or_else(|| continues(kept, tree, &collapsed, index));
        let chain = chain.unwrap_or_else(|| {
            collapsed.chains.push(Chain { spans: Vec::new() });
            collapsed.chains.len() - 1
        });
        if let Some(id) = id {
            by_id.entry(id).or_insert(chain);
        }
        if let Some(chain) = collapsed.chains.get_mut(chain) {
            chain.spans.push(index);
        }
        if let Some(of) = collapsed.of.get_mut(index) {
            *of = Some(chain as u32);
        }
    }
    collapsed
}

/// The chain above that this span continues: same tool, with no model or agent between.
fn continues(kept: &[Kept], tree: &Tree, collapsed: &Collapsed, index: usize) -> Option<usize> {
    let name = tool_of(kept, index);
    for above in tree.ancestors(index) {
        if let Some(chain) = collapsed.chain_of(above) {
            return same_tool(tool_of(kept, above), name).then_some(chain);
        }
        let span = kept.get(above)?;
        let invokes = span
            .facts
            .as_ref()
            .is_some_and(|facts| &*facts.operation == "invoke_agent");
        if span.class.is_model() || span.class == Class::Aggregate && invokes {
            return None;
        }
    }
    None
}

fn tool_of(kept: &[Kept], index: usize) -> Option<&str> {
    kept.get(index)?.facts.as_ref()?.tool.as_deref()
}

/// Whether two names are one tool's, of which a gateway may have prefixed one.
fn same_tool(one: Option<&str>, other: Option<&str>) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return true;
    };
    if one == other {
        return true;
    }
    let (one, other) = (plain(one), plain(other));
    let ends = |long: &str, short: &str| {
        long.strip_suffix(short)
            .is_some_and(|prefix| prefix.is_empty() || prefix.ends_with('-'))
    };
    !one.is_empty() && !other.is_empty() && (ends(&one, &other) || ends(&other, &one))
}

/// Lower case, one kind of separator: gateways turn `stock_level` into `inventory-stock-level`.
fn plain(name: &str) -> Box<str> {
    name.chars()
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect::<String>()
        .into()
}
