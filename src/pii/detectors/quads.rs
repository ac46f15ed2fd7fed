//! Tells four numbers with dots that are an address from versions and numbered sections.

use super::ip::value;
use crate::pii::context::Word as ContextWord;
use crate::pii::detector::{Number, Scene};
use crate::pii::text::{before, byte, ends_with, span_end, span_start, starts_with};
use crate::pii::words::Topic;

/// Whether a word of versions stands right before, on the same line and in the same phrase, or
/// before others that lead here: `from 1.2.3.4 to 1.3.0.0`, `chapters 1.1.1.1 Scope, 1.1.1.2 Limits`.
pub(super) fn is_version(scene: &mut Scene<'_, '_>, start: usize) -> bool {
    const CHAIN_MAX: usize = 6;
    let mut place = start;
    for _ in 0..CHAIN_MAX {
        if is_called_version(scene, place) {
            return true;
        }
        let Some(before) = version_before(scene.bytes, place) else {
            return false;
        };
        place = before;
    }
    false
}

/// Where four small numbers with dots start that stand shortly before, with small letters or a
/// name between.
fn version_before(bytes: &[u8], start: usize) -> Option<usize> {
    const GAP: usize = 16;
    let joint = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b',' | b'-' | b'>');
    let end = span_start(bytes, start, start.saturating_sub(GAP), joint);
    let gap = &bytes[end..start];
    let leads = [
        " to ", ", ", " and ", " or ", " -> ", " vs ", " nach ", " auf ",
    ];
    let listed = gap.ends_with(b", ") && gap.starts_with(b" ");
    let leads = listed || leads.iter().any(|lead| lead.as_bytes() == gap);
    let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let from = span_start(bytes, end, end.saturating_sub(GAP), is_part);
    let dots = bytes[from..end]
        .iter()
        .filter(|&&byte| byte == b'.')
        .count();
    (leads && dots == 3).then_some(from)
}

fn is_called_version(scene: &mut Scene<'_, '_>, start: usize) -> bool {
    let wanted = |word: &ContextWord| matches!(word.topic, Topic::Version | Topic::Address);
    let Some(mut word) = scene.context.nearest(start, 20, wanted) else {
        return false;
    };
    // `Upgraded driver from 1.2.3.4`: what is upgraded stands between.
    if word.topic == Topic::Address && ends_with(scene.bytes, start, "from ") {
        let upgrade = scene
            .context
            .nearest(start, 32, |word| word.topic == Topic::Version);
        let from = upgrade.and_then(|word| usize::try_from(word.start).ok());
        let moves = |at: usize| {
            let verbs = ["upgrade", "downgrade", "bump"];
            verbs.iter().any(|verb| starts_with(scene.bytes, at, verb))
        };
        if let Some(upgrade) = upgrade.filter(|_| from.is_some_and(moves)) {
            word = upgrade;
        }
    }
    let gap = scene
        .bytes
        .get(word.end.max(0) as usize..start)
        .unwrap_or_default();
    word.topic == Topic::Version
        && !gap
            .iter()
            .any(|byte| matches!(byte, b'\n' | b';' | b',' | b'('))
        && !gap.windows(2).any(|two| two == b". ")
}

/// How far back a word of addresses may stand.
const REACH: usize = 40;

/// Words after which an address may stand without a word of addresses.
const LEADS: &[&str] = &[
    "to", "at", "on", "by", "via", "through", "ping", "ssh", "curl", "telnet", "whois", "block",
    "blocked", "ban", "banned", "allow", "deny", "reach", "visitor", "attacker", "origin", "is",
    "was", "for", "of", "with", "and", "or", "von", "an", "de", "da", "di", "in", "user", "unter",
    "auf",
];

/// `Photoshop 25.3.1.241`, `OID 2.5.4.3`, `4.1.2.2 Results`: small numbers behind a name or before
/// a title, where no word of addresses stands before. Of addresses few have such small octets only.
pub(super) fn is_numbering(scene: &mut Scene<'_, '_>, number: &Number) -> bool {
    let bytes = scene.bytes;
    let text = &bytes[number.start..number.end];
    let mut octets = [0; 4];
    for (octet, part) in octets.iter_mut().zip(text.split(|&byte| byte == b'.')) {
        *octet = value(part);
    }
    let wide = octets.iter().filter(|&&octet| octet >= 100).count();
    let own = octets[0] == 10 || octets[0] == 172 || octets[0] == 192;
    if own || wide > 1 || wide == 1 && octets[0] > 40 {
        return false;
    }
    let named = is_behind_name(bytes, number.start, wide == 1)
        || wide == 0 && is_before_title(bytes, number);
    named && !scene.context.has(Topic::Address, number.start, REACH)
}

/// Whether a word and a space stand before that lead to no address; a name, if it must be one.
fn is_behind_name(bytes: &[u8], start: usize, must_be_name: bool) -> bool {
    const WORD_MAX: usize = 16;
    if start == 0 || bytes[start - 1] != b' ' {
        return false;
    }
    let end = start - 1;
    if ends_with(bytes, end, "§") {
        return true;
    }
    let word = span_start(
        bytes,
        end,
        end.saturating_sub(WORD_MAX),
        u8::is_ascii_alphabetic,
    );
    let name = bytes.get(word).is_some_and(u8::is_ascii_uppercase);
    let lead = LEADS
        .iter()
        .any(|lead| lead.as_bytes().eq_ignore_ascii_case(&bytes[word..end]));
    end > word + 1 && !lead && (name || !must_be_name)
}

/// `4.1.2.2 Results` at the start of a line.
fn is_before_title(bytes: &[u8], number: &Number) -> bool {
    let starts = number.start == 0 || before(bytes, number.start) == b'\n';
    let title = span_end(bytes, number.end + 1, u8::is_ascii_alphabetic);
    starts
        && byte(bytes, number.end) == b' '
        && byte(bytes, number.end + 1).is_ascii_uppercase()
        && byte(bytes, number.end + 2).is_ascii_lowercase()
        && title > number.end + 3
}
