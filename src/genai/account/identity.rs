//! Whose each span was: its own word, else its ancestors', across processes.

use super::kept::{Kept, Owned, Who};
use super::tree::Tree;

/// Identity of every span of a trace, after inheritance.
///
/// A root's tenant and project settle its whole tree. User, session, agent and conversation come
/// from the nearest span that names them. A process's own word (its resource) is asked last, and a
/// part that exactly one value has in the whole trace holds for spans nobody spoke for.
pub(super) fn inherit(kept: &[Kept], tree: &Tree) -> Vec<Who> {
    let mut all: Vec<Who> = vec![Who::default(); kept.len()];
    for index in tree.downwards() {
        let Some(span) = kept.get(index) else {
            continue;
        };
        let own = span.facts.as_ref().map(|facts| &facts.who);
        let above = tree
            .parent(index)
            .and_then(|parent| all.get(parent))
            .cloned();
        let top = tree
            .parent(index)
            .is_some()
            .then(|| tree.top(index))
            .and_then(|top| all.get(top));
        let pick = |part: fn(&Who) -> &Owned| -> Owned {
            let mine = own.and_then(|who| part(who).clone());
            mine.or_else(|| above.as_ref().and_then(|who| part(who).clone()))
        };
        let settled = |part: fn(&Who) -> &Owned| -> Owned {
            top.and_then(|who| part(who).clone()).or_else(|| pick(part))
        };
        let who = Who {
            session: pick(|who| &who.session),
            user: pick(|who| &who.user),
            tenant: settled(|who| &who.tenant),
            project: settled(|who| &who.project),
            agent: pick(|who| &who.agent),
            conversation: pick(|who| &who.conversation),
        };
        if let Some(place) = all.get_mut(index) {
            *place = who;
        }
    }
    fill_gaps(kept, tree, &mut all);
    all
}

type Part = (fn(&Who) -> &Owned, fn(&mut Who) -> &mut Owned);

/// The parts that may hold for a whole trace. An agent or a conversation may not.
const WIDE: &[Part] = &[
    (|who| &who.session, |who| &mut who.session),
    (|who| &who.user, |who| &mut who.user),
    (|who| &who.tenant, |who| &mut who.tenant),
    (|who| &who.project, |who| &mut who.project),
];

fn fill_gaps(kept: &[Kept], tree: &Tree, all: &mut [Who]) {
    for (read, write) in WIDE {
        let only = only_value(all.iter().map(*read));
        for index in 0..all.len() {
            let resource = |at: usize| kept.get(at).and_then(|span| read(&span.resource).clone());
            let Some(who) = all.get_mut(index) else {
                continue;
            };
            let place = write(who);
            if place.is_none() {
                *place = only
                    .clone()
                    .or_else(|| resource(tree.top(index)))
                    .or_else(|| resource(index));
            }
        }
    }
}

/// The value, if all that have one have the same.
fn only_value<'a>(values: impl Iterator<Item = &'a Owned>) -> Owned {
    let mut known = values.flatten();
    let first = known.next()?;
    known.all(|other| other == first).then(|| first.clone())
}
