//! Decides between findings that overlap: what is worse to leak stays.

use super::detector::{Found, SECRET};

/// A finding that gave way, and to which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The finding that is not reported.
    pub loser: Found,
    /// The finding that stands in its place.
    pub winner: Found,
    /// Why.
    pub why: &'static str,
}

/// Leaves findings that do not overlap, in order of their place; appends the others to `lost`.
pub(super) fn resolve(found: &mut Vec<Found>, mut lost: Option<&mut Vec<Lost>>) {
    if found.len() < 2 {
        return;
    }
    // What was beaten by a finding that is beaten itself gets another turn: nobody hides it then.
    let mut beaten = Vec::new();
    while pass(found, &mut beaten, lost.as_deref_mut()) {
        beaten.retain(|one| is_free(found, one));
        if beaten.is_empty() {
            break;
        }
        found.append(&mut beaten);
    }
    if let Some(lost) = lost {
        lost.retain(|lost| !found.contains(&lost.loser));
    }
}

/// Whether nothing of what stays, which is in order, overlaps a finding.
fn is_free(kept: &[Found], one: &Found) -> bool {
    let first = kept.partition_point(|kept| kept.end <= one.start);
    kept.get(first).is_none_or(|next| next.start >= one.end)
}

/// One turn from the left to the right; says whether a finding that had beaten others was beaten.
fn pass(found: &mut Vec<Found>, beaten: &mut Vec<Found>, mut lost: Option<&mut Vec<Lost>>) -> bool {
    found.sort_by_key(|finding| (finding.start, std::cmp::Reverse(finding.end)));
    let mut kept: usize = 0;
    let mut is_upset = false;
    for next in 0..found.len() {
        let mut challenger = Some(found[next]);
        while let (Some(finding), Some(last)) = (challenger, kept.checked_sub(1)) {
            let holder = found[last];
            if finding.start >= holder.end {
                break;
            }
            let (holder_wins, why) = judge(&holder, &finding);
            let (winner, loser) = if holder_wins {
                (holder, finding)
            } else {
                (finding, holder)
            };
            if let Some(lost) = lost.as_deref_mut()
                && winner.kind != loser.kind
            {
                lost.push(Lost { loser, winner, why });
            }
            if holder_wins {
                beaten.push(finding);
                challenger = None;
            } else {
                is_upset |= !beaten.is_empty();
                beaten.push(holder);
                kept -= 1;
            }
        }
        if let Some(finding) = challenger {
            found[kept] = finding;
            kept += 1;
        }
    }
    found.truncate(kept);
    is_upset
}

/// Kinds whose gravities differ by less are as bad to leak.
const CLOSE: u8 = 3;

/// Whether the finding that already stands wins, and by which rule.
fn judge(holder: &Found, other: &Found) -> (bool, &'static str) {
    let (held, new) = (holder.kind.gravity(), other.kind.gravity());
    let (held_len, new_len) = (holder.end - holder.start, other.end - other.start);
    if held >= SECRET && new >= SECRET && held_len != new_len {
        return (held_len > new_len, "of two secrets the wider one stays");
    }
    let contains =
        |outer: &Found, inner: &Found| outer.start <= inner.start && inner.end <= outer.end;
    let like = held.abs_diff(new) < CLOSE && held_len != new_len;
    if like && (contains(holder, other) || contains(other, holder)) {
        return (held_len > new_len, "of two much alike the wider one stays");
    }
    if held != new {
        return (held > new, "the one that is worse to leak stays");
    }
    (held_len >= new_len, "of two alike the wider one stays")
}
