//! Tells four numbers with dots that are an address from versions and numbered sections.

use super::ip::value;
use super::quad_words::{self, Says};
use crate::pii::context::Word as ContextWord;
use crate::pii::detector::{Number, Scene};
use crate::pii::lists::Phrases;
use crate::pii::text::{before, byte, ends_with, span_end, span_start, starts_with};
use crate::pii::words::Topic;

/// Whether numbers are those of a release or a section: by a word beside them, or beside others that
/// lead here: `from 1.2.3.4 to 1.3.0.0`, `chapters 1.1.1.1 Scope, 1.1.1.2 Limits`.
pub(super) fn is_version(scene: &mut Scene<'_, '_>, number: &Number) -> bool {
    const CHAIN_MAX: usize = 6;
    let (mut start, mut end) = (number.start, number.end);
    let small = n_wide(&scene.bytes[start..end]) < 2 || is_behind_name(scene.bytes, start);
    for _ in 0..CHAIN_MAX {
        if let Some(said) = said(scene, start, end) {
            return said;
        }
        let Some((from, to)) = version_before(scene.bytes, start) else {
            return small && is_numbering(scene, start, end);
        };
        if scene.context.has(Topic::Address, start, start - to) {
            return false;
        }
        (start, end) = (from, to);
    }
    false
}

/// Whether numbers are no address, if anything beside them says what they are.
fn said(scene: &mut Scene<'_, '_>, start: usize, end: usize) -> Option<bool> {
    let bytes = scene.bytes;
    if is_reached(bytes, start, end) {
        return Some(false);
    }
    let octets = octets(&bytes[start..end]);
    // Hosts of private networks are spoken of more often than such releases.
    let released = octets[0] <= 40 && octets[0] != 10 && octets[1] <= 60;
    let said = match quad_words::before_numbers(bytes, start, end) {
        Some(Says::Host) => return Some(false),
        Some(Says::Release) => true,
        Some(Says::Product | Says::Moved) => released,
        Some(Says::Section) => octets.iter().all(|part| *part <= 60),
        _ => false,
    };
    let attribute = matches!(octets, [2, 5, 4 | 29, _]);
    let followed = released && quad_words::is_followed_as_release(bytes, end)
        || quad_words::is_required(bytes, start, end);
    let tagged = before(bytes, start) == b'>' && is_title(bytes, end);
    let small = octets.iter().all(|octet| *octet <= SMALL);
    let titled = released && is_heading(bytes, start, end) || is_section_sign(bytes, end);
    let titled = titled || tagged && small;
    (said || attribute || followed || titled || is_called_version(scene, start)).then_some(true)
}

/// `-2.12 3.51.98.32 2.03.5`: among decimal numbers, as the paths of drawings have them.
pub(super) fn is_drawn(bytes: &[u8], number: &Number) -> bool {
    const LONGEST: usize = 16;
    let (start, end) = (number.start, number.end);
    let inner = start > 0 && end < bytes.len();
    if !inner || before(bytes, start) != b' ' || byte(bytes, end) != b' ' {
        return false;
    }
    let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    let last = span_start(bytes, start - 1, start.saturating_sub(LONGEST), is_part);
    let near = bytes.get(..end + LONGEST).unwrap_or(bytes);
    let next = span_end(near, end + 1, is_part);
    let is_decimal = |part: &[u8]| {
        let dots = memchr::memchr_iter(b'.', part).count();
        dots > 0 && dots != 3 && part.iter().any(u8::is_ascii_digit)
    };
    is_decimal(&bytes[last..start - 1]) && is_decimal(&bytes[end + 1..next])
}

/// Whether numbers stand where only the address of a host does: in a URL, before a port.
fn is_reached(bytes: &[u8], start: usize, end: usize) -> bool {
    let port = byte(bytes, end) == b':' && byte(bytes, end + 1).is_ascii_digit();
    port || ends_with(bytes, start, "//") || quad_words::is_followed_as_host(bytes, end)
}

fn octets(text: &[u8]) -> [u32; 4] {
    let mut octets = [0; 4];
    for (octet, part) in octets.iter_mut().zip(text.split(|&byte| byte == b'.')) {
        *octet = value(part);
    }
    octets
}

/// Where the four numbers stand that lead to those at `start`, with a joint or a name between.
fn version_before(bytes: &[u8], start: usize) -> Option<(usize, usize)> {
    const GAP: usize = 24;
    const LEADS: [&[u8]; 13] = [
        b" to ",
        b", ",
        b" and ",
        b" or ",
        b" -> ",
        b" vs ",
        b" nach ",
        b" auf ",
        b"\",\"",
        b"\", \"",
        b"', '",
        b" vs. ",
        b" through ",
    ];
    let joint = |byte: &u8| {
        byte.is_ascii_alphabetic()
            || matches!(
                byte,
                b' ' | b',' | b';' | b'-' | b'>' | b'.' | b'/' | b'"' | b'\''
            )
    };
    let end = span_start(bytes, start, start.saturating_sub(GAP), joint);
    let gap = &bytes[end..start];
    // `; BIOS 1.2.3.4`, ` Scope, 1.1.1.2`.
    let part = gap.iter().any(|byte| matches!(byte, b',' | b';'));
    let listed = part && gap.ends_with(b" ") && matches!(gap[0], b' ' | b',' | b';');
    let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let from = span_start(bytes, end, end.saturating_sub(GAP), is_part);
    let dots = bytes[from..end]
        .iter()
        .filter(|&&byte| byte == b'.')
        .count();
    ((listed || LEADS.contains(&gap)) && dots == 3).then_some((from, end))
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
    "as", "allow", "attacker", "ban", "banned", "block", "blocked", "by", "curl", "deny", "origin",
    "ping", "reach", "reached", "resolves", "ssh", "telnet", "than", "through", "user", "via",
    "visitor", "whois",
];

/// Sections and identifiers of objects have no greater parts; of addresses one in five thousand has
/// such octets only.
const SMALL: u32 = 30;

/// `Photoshop 25.3.1.241`, `OID 2.5.4.3`, `4.1.2.2 Results`: small numbers where no word of
/// addresses stands before, nor signs that stand around addresses.
fn is_numbering(scene: &mut Scene<'_, '_>, start: usize, end: usize) -> bool {
    let bytes = scene.bytes;
    let octets = octets(&bytes[start..end]);
    let own = matches!(octets, [10, ..] | [172, 16..=31, ..] | [192, 168, ..]);
    let version = octets[0] <= 40 && octets[1] <= 60;
    let tiny = octets.iter().all(|octet| *octet <= SMALL);
    let other = tiny && !is_framed(bytes, start, end) || version && is_behind_name(bytes, start);
    !own && other && !scene.context.has(Topic::Address, start, REACH)
}

/// How many parts have three digits.
fn n_wide(text: &[u8]) -> usize {
    let parts = text.split(|&byte| byte == b'.');
    parts.filter(|part| part.len() > 2).count()
}

/// The word and the space before a place, perhaps with a colon between.
fn word_before(bytes: &[u8], start: usize) -> Option<&[u8]> {
    const WORD_MAX: usize = 16;
    let end = start.checked_sub(1).filter(|&at| bytes[at] == b' ')?;
    // `Bootloader: 8.14.46.125`.
    let end = end - usize::from(before(bytes, end) == b':');
    let floor = end.saturating_sub(WORD_MAX);
    let letter = |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    let word = span_start(bytes, end, floor, letter);
    (end > word + 1).then(|| &bytes[word..end])
}

fn leads(word: &[u8]) -> bool {
    let is_it = |lead: &&str| lead.as_bytes().eq_ignore_ascii_case(word);
    LEADS.iter().any(is_it)
}

/// Whether a word stands before that may name a product: it begins with a capital, and is none of
/// those that lead to an address.
fn is_behind_name(bytes: &[u8], start: usize) -> bool {
    let bracket = usize::from(before(bytes, start) == b'(');
    let word = word_before(bytes, start - bracket);
    word.is_some_and(|word| word[0].is_ascii_uppercase() && !leads(word))
}

/// Whether numbers stand where addresses do: before a port, in quotes or tags, behind `@` or `=`, at
/// the start of a line that is no heading, behind a verb of networks.
fn is_framed(bytes: &[u8], start: usize, end: usize) -> bool {
    let (left, right) = (before(bytes, start), byte(bytes, end));
    let port = matches!(right, b':' | b'/') && byte(bytes, end + 1).is_ascii_digit();
    if start == 0 || left == b'\n' {
        return !is_title(bytes, end);
    }
    let marked = match left {
        b'@' | b'/' => true,
        b'=' => before(bytes, start - 1).is_ascii_alphanumeric(),
        b'"' | b'\'' | b'`' => right == left || right == b'\\',
        b'>' => right == b'<',
        b'<' => right == b'>',
        _ => false,
    };
    // Two in a row are the ends of a connection.
    let next = span_end(bytes, end + 1, u8::is_ascii_digit);
    let row = byte(bytes, end) == b' '
        && next > end + 1
        && byte(bytes, next) == b'.'
        && byte(bytes, next + 1).is_ascii_digit();
    port || marked || row || word_before(bytes, start).is_some_and(leads)
}

/// Whether a title follows a number at the start of a line: `4.1.2.2 Results`, `4.1.2.2) Results`.
fn is_title(bytes: &[u8], end: usize) -> bool {
    let sign = matches!(byte(bytes, end), b'.' | b')');
    let at = end + usize::from(sign);
    let dash = starts_with(bytes, at, " - ");
    let title = if dash { at + 3 } else { at + 1 };
    let arrow = byte(bytes, end) == b' ' && !byte(bytes, end + 1).is_ascii();
    byte(bytes, at) == b' '
        && byte(bytes, title).is_ascii_uppercase()
        && (!dash || byte(bytes, title + 1).is_ascii_lowercase())
        || arrow
}

/// `4.1.2.2节`: the word for a section stands behind its number.
fn is_section_sign(bytes: &[u8], end: usize) -> bool {
    const SIGNS: Phrases = Phrases::of(&[
        "节", "節", "条", "條", "章", "項", "项", "款", "절", "조", "장", "항",
    ]);
    SIGNS.at(bytes, end).is_some()
}

/// Whether numbers are the title of what changed in a release: `## [1.2.3.4]`, `1.2.3.4 (2024-05-01)`.
fn is_heading(bytes: &[u8], start: usize, end: usize) -> bool {
    const DEPTH_MAX: usize = 6;
    let blank = |byte: &u8| matches!(byte, b' ' | b'[' | b'v');
    let floor = start.saturating_sub(DEPTH_MAX + 3);
    let mark = span_start(bytes, start, floor, blank);
    let line = span_start(bytes, mark, floor, |&byte| byte == b'#');
    let first = line == 0 || before(bytes, line) == b'\n';
    // `1.2.3.4 - 2024-05-01` is the line of a log.
    let joint = |byte: &u8| matches!(byte, b' ' | b'(' | b'/' | b']');
    let date = span_end(bytes, end, joint);
    let year = span_end(bytes, date, u8::is_ascii_digit);
    let dated = date > end + 1 && year == date + 4 && byte(bytes, year) == b'-';
    let ruled = starts_with(bytes, end, "\n----") || starts_with(bytes, end, "\n====");
    first && (mark > line + 1 || dated || ruled)
}
