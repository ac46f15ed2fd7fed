//! Remembers which member wrote which bytes of a message, because the last of one name counts.

use crate::otlp::shape::{Label, SLOTS, Shape};

/// Which bytes came from which member, because the last of several with one name counts.
#[derive(Default)]
pub(super) struct Written {
    latest: [(usize, usize); SLOTS],
    void: Vec<(usize, usize)>,
}

impl Written {
    pub(super) fn note(&mut self, index: usize, start: usize, end: usize) {
        if let Some(latest) = self.latest.get_mut(index) {
            let (old_start, old_end) = std::mem::replace(latest, (start, end));
            if old_start < old_end {
                self.void.push((old_start, old_end));
            }
        }
    }

    /// How many members of the oneof hold something.
    pub(super) fn members(&self, shape: &Shape) -> usize {
        let rows = shape.fields.iter().zip(&self.latest);
        rows.filter(|(row, (start, end))| row.label == Label::Either && start < end)
            .count()
    }

    /// Takes out what later members of the same names replaced.
    pub(super) fn keep_last(mut self, out: &mut Vec<u8>) {
        if self.void.is_empty() {
            return;
        }
        self.void.sort_unstable();
        let end = out.len();
        let nexts = self
            .void
            .iter()
            .map(|&(start, _)| start)
            .skip(1)
            .chain([end]);
        let mut to = self.void[0].0;
        for (&(_, from), next) in self.void.iter().zip(nexts) {
            out.copy_within(from..next, to);
            to += next - from;
        }
        out.truncate(to);
    }
}
