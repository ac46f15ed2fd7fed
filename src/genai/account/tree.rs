//! The tree of a trace, from spans in any order, with parents that may never arrive.

use std::collections::HashMap;

use super::kept::Kept;
use crate::otlp::SpanId;

/// Parents and order of the spans of one account, by index.
#[derive(Debug, Default)]
pub(super) struct Tree {
    parents: Vec<Option<u32>>,
    /// Every index, parents before children, siblings by start.
    order: Vec<u32>,
    depths: Vec<u32>,
}

/// Chains longer than this are cut: no agent nests so deep, but a hostile sender may.
const DEPTH_MAX: u32 = 512;

impl Tree {
    pub(super) fn of(kept: &[Kept]) -> Self {
        let mut places: HashMap<SpanId, u32> = HashMap::with_capacity(kept.len());
        for (index, span) in kept.iter().enumerate().filter(|(_, span)| !span.from_log) {
            places.entry(span.span).or_insert(index as u32);
        }
        let parent_of = |(index, span): (usize, &Kept)| {
            // A log record hangs under the span it was written in.
            let parent = if span.from_log {
                Some(span.span)
            } else {
                span.parent
            };
            let place = places.get(&parent?).copied()?;
            (place as usize != index).then_some(place)
        };
        let parents: Vec<Option<u32>> = kept.iter().enumerate().map(parent_of).collect();
        let mut tree = Tree {
            parents,
            order: Vec::new(),
            depths: Vec::new(),
        };
        tree.cut_cycles();
        tree.depths = (0..kept.len())
            .map(|index| tree.ancestors(index).count() as u32)
            .collect();
        tree.order = (0..kept.len() as u32).collect();
        let key = |index: &u32| {
            let index = *index as usize;
            let start = kept.get(index).map_or(0, |span| span.start);
            (tree.depths.get(index).copied().unwrap_or(0), start, index)
        };
        tree.order.sort_by_key(key);
        tree
    }

    /// Spans in the tree.
    pub(super) fn len(&self) -> usize {
        self.parents.len()
    }

    /// Every span, parents before children.
    pub(super) fn downwards(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        self.order.iter().map(|index| *index as usize)
    }

    pub(super) fn parent(&self, index: usize) -> Option<usize> {
        self.parents
            .get(index)
            .copied()
            .flatten()
            .map(|parent| parent as usize)
    }

    /// The ancestors that arrived, nearest first.
    pub(super) fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.parent(index), |at| self.parent(*at)).take(DEPTH_MAX as usize)
    }

    /// The topmost span above this one that arrived; itself if none is above.
    pub(super) fn top(&self, index: usize) -> usize {
        self.ancestors(index).last().unwrap_or(index)
    }

    /// Takes the parent away from spans that are their own ancestors.
    fn cut_cycles(&mut self) {
        // 0 unseen, 1 on the path being walked, 2 known to reach a top.
        let mut state = vec![0_u8; self.parents.len()];
        for start in 0..self.parents.len() {
            let mut path = Vec::new();
            let mut at = Some(start);
            while let Some(index) = at {
                match state.get(index).copied() {
                    Some(0) => {}
                    Some(1) => {
                        if let Some(last) = path
                            .last()
                            .and_then(|last: &usize| self.parents.get_mut(*last))
                        {
                            *last = None;
                        }
                        break;
                    }
                    _ => break,
                }
                if let Some(state) = state.get_mut(index) {
                    *state = 1;
                }
                path.push(index);
                at = self.parent(index);
            }
            for index in path {
                if let Some(state) = state.get_mut(index) {
                    *state = 2;
                }
            }
        }
    }
}
