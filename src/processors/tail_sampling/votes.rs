//! Counts votes: an inverted hit vetoes, else any keep keeps.

use super::policy::Vote;
use crate::sampling::verdict::Certainty;

/// The votes so far.
#[derive(Default)]
pub(super) struct Votes {
    keeper: Option<(usize, Certainty)>,
    /// The first inverted policy that did not hit.
    unopposed: Option<usize>,
    refused: bool,
    vetoed: bool,
}

impl Votes {
    /// Counts a no of one that is not inverted.
    #[inline]
    pub(super) fn refuse(&mut self) {
        self.refused = true;
    }

    /// Counts a vote; says whether it was a keep.
    pub(super) fn add(&mut self, index: usize, inverted: bool, vote: Vote) -> bool {
        match (inverted, vote) {
            (true, Vote::No) => self.vetoed = true,
            (true, Vote::Yes(_)) => self.unopposed = self.unopposed.or(Some(index)),
            (false, Vote::No) => self.refuse(),
            (false, Vote::Yes(own)) => {
                self.keeper = Some(match self.keeper {
                    Some((first, certainty)) => (first, certainty.or(own)),
                    None => (index, own),
                });
            }
        }
        vote.is_yes()
    }

    /// Who keeps the trace, and how surely.
    pub(super) fn result(&self) -> Option<(usize, Certainty)> {
        if self.vetoed {
            return None;
        }
        let unopposed = self.unopposed.filter(|_| !self.refused);
        self.keeper
            .or(unopposed.map(|index| (index, Certainty::SURE)))
    }
}
