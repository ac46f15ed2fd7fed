//! What an item says of its redaction: how much was found, by kind, with what one before had found.

use crate::otlp::{Attributes, NewValue, Value};

/// How many findings, and how many of each kind.
const COUNT: &str = "tollgate.redaction.count";
const KINDS: &str = "tollgate.redaction.kinds";
/// So many kinds that another redaction names are kept: there are hardly more.
const MOST: usize = 128;

/// The marks of an item with these attributes in which so many more of these kinds were found.
pub(super) fn marks<'n>(
    own: Attributes<'_>,
    found: impl Iterator<Item = (&'n str, u64)>,
) -> [(&'static str, NewValue); 2] {
    let [count, kinds] = own.pick([COUNT, KINDS]);
    let mut count = count.and_then(|count| count.as_int()).unwrap_or(0).max(0);
    let earlier = kinds.and_then(|kinds| kinds.as_map());
    let earlier = earlier.iter().flat_map(Attributes::iter).take(MOST);
    let tally = |(name, found): (&str, Value<'_>)| {
        Some((name.to_owned(), found.as_int().filter(|found| *found > 0)?))
    };
    let mut kinds: Vec<(String, i64)> = earlier.filter_map(tally).collect();
    for (name, more) in found {
        let more = i64::try_from(more).unwrap_or(i64::MAX);
        count = count.saturating_add(more);
        match kinds.iter_mut().find(|(known, _)| known == name) {
            Some((_, found)) => *found = found.saturating_add(more),
            None => kinds.push((name.to_owned(), more)),
        }
    }
    let kinds = kinds
        .into_iter()
        .map(|(name, found)| (name, NewValue::Int(found)));
    [
        (COUNT, count.into()),
        (KINDS, NewValue::Map(kinds.collect())),
    ]
}
