//! Numbers and words that a label right before them names: how they are written, and what may stand between.

use super::{extents, fields, gaps, seconds};
use crate::pii::context::Word as ContextWord;
use crate::pii::detector::{Number, Scene, Word};
use crate::pii::labels;
use crate::pii::text::{Mix, before, byte, ends_with, span_end, span_start, word_end};
use crate::pii::words::Topic;

/// Whether a number may be that of a document: no date, and nothing that is counted.
pub(super) fn may_be_number(number: &Number, bytes: &[u8]) -> bool {
    let alone = || lead(bytes, number.start, number.joint == b' ') == number.start;
    let counted = number.is_bare() && gaps::is_counted(bytes, number.end) && alone();
    !(number.plus || is_date(number) || counted)
}

pub(super) fn as_number(number: &Number, topic: Topic, scene: &mut Scene<'_, '_>) {
    if !may_be_number(number, scene.bytes)
        || is_part(scene.bytes, number.end) && !scene.context.is_in_table(number.start)
    {
        return;
    }
    // Letters and a joint before the digits belong to the number: `AB 1234567`, `P-20931`.
    let start = lead(scene.bytes, number.start, number.joint == b' ');
    // Those of the only word that names it do not: `MRN-4471902`, `no. RM 447190`.
    let named = |place: usize, scene: &mut Scene<'_, '_>| {
        let wanted = |word: &ContextWord| word.topic == topic;
        let reach = reach_of(scene.bytes, place);
        scene.context.nearest(place, reach, wanted)
    };
    let own = start < number.start
        && named(number.start, scene).is_some_and(|word| word.end > start as isize)
        && named(start, scene).is_none();
    let start = if own { number.start } else { start };
    let alone = start == number.start;
    // `3/2024`: what no letters lead is a date or a page, unless one of its groups is longer.
    let long = (0..u64::BITS / 4).any(|group| number.shape >> (4 * group) & 15 > 4);
    if alone && number.joint == b'/' && topic == Topic::Policy && !long {
        return;
    }
    let bare = alone && number.is_bare();
    let reach = reach_of(scene.bytes, start);
    if !bare || near_number(scene, number, topic, reach) {
        report(start, number.end, topic, scene);
    }
}

/// Bare digits may be anything: the words before them must lead to them.
pub(super) fn near_number(
    scene: &mut Scene<'_, '_>,
    number: &Number,
    topic: Topic,
    reach: usize,
) -> bool {
    let word = scene
        .context
        .nearest(number.start, reach, |word| word.topic == topic);
    word.is_some_and(|word| {
        let gap = between(scene.bytes, &word, number.start);
        let asked = is_answer(scene.bytes, number.start) && gaps::says_what_for(gap);
        (asked || gaps::leads(gap, u8::MAX))
            && gap != b"s "
            && !gaps::is_counted(scene.bytes, number.end)
    })
}

/// How far back the word may stand.
pub(super) const REACH: usize = 28;
/// The same of a value in markup or in quotes, before which tags and keys may stand.
const FIELD_REACH: usize = 40;

/// How far back the word may stand before a value.
pub(super) fn reach_of(bytes: &[u8], start: usize) -> usize {
    match before(bytes, start) {
        b'>' | b'"' => FIELD_REACH,
        b' ' if is_answer(bytes, start) => FIELD_REACH,
        _ => REACH,
    }
}

/// Whether the line before a value has said no more than who speaks: `?\nTraveller: it's `.
fn is_answer(bytes: &[u8], start: usize) -> bool {
    let near = &bytes[start.saturating_sub(REACH)..start];
    let line = memchr::memrchr(b'\n', near).map(|line| &near[line + 1..]);
    let speaker = |line: &[u8]| span_end(line, 0, u8::is_ascii_alphabetic);
    line.is_some_and(|line| {
        line.get(speaker(line)..)
            .is_some_and(|rest| rest.starts_with(b": "))
    })
}

/// A further group behind a dash is no longer.
const GROUP_MAX: usize = 8;

/// Whether a word may be a number of a document: in capitals, or with small letters alone, for document
/// numbers are no words; and long enough, or with further groups behind it.
pub(super) fn may_be_word(word: &Word, bytes: &[u8]) -> bool {
    let text = word.of(bytes);
    let mix = Mix::of(text);
    // `0x2000`: a number of programs.
    if text.starts_with(b"0x") {
        return false;
    }
    let long = word.end - word.start >= 5 || byte(bytes, word.end) == b'-';
    long && (mix.lower == 0 || mix.upper == 0)
}

/// Where the groups end that dashes join to a word: `D123-4567-8901`.
pub(super) fn groups_end(bytes: &[u8], mut end: usize) -> usize {
    const GROUPS_MAX: usize = 8;
    let joint = byte(bytes, end);
    for _ in 0..GROUPS_MAX {
        if byte(bytes, end) != joint || !matches!(joint, b'-' | b'/') {
            break;
        }
        let next = word_end(bytes, end + 1);
        let group = &bytes[end + 1..next];
        let mix = Mix::of(group);
        let other = joint == b'/' && mix.lower > 0;
        if group.is_empty() || group.len() > GROUP_MAX || mix.digit == 0 || other {
            break;
        }
        end = next;
    }
    end
}

pub(super) fn as_word(word: &Word, topic: Topic, scene: &mut Scene<'_, '_>) {
    if !may_be_word(word, scene.bytes) {
        return;
    }
    let short = word.end - word.start < 5;
    let end = groups_end(scene.bytes, word.end);
    if !short || end - word.start >= 7 {
        let joined = before(scene.bytes, word.start) == b'-';
        let start = if joined {
            lead(scene.bytes, word.start, false)
        } else {
            word.start
        };
        report(start, end, topic, scene);
    }
}

/// One to three capitals and a joint before the digits; a single one where spaces join these too.
fn lead(bytes: &[u8], start: usize, spaced: bool) -> usize {
    if !matches!(before(bytes, start), b' ' | b'-' | b'/') || start < 2 {
        return start;
    }
    let letters = bytes[..start - 1]
        .iter()
        .rev()
        .take(4)
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let begin = start - 1 - letters;
    let apart = !before(bytes, begin).is_ascii_alphanumeric();
    let label = matches!(&bytes[begin..start - 1], b"ID" | b"NO" | b"NR" | b"DL");
    let is_word = label
        || bytes[start - 1] == b' ' && letters != 2 && !(spaced && letters == 1)
        || letters == 0
        || letters > 3;
    if !apart || is_word {
        return start;
    }
    office(bytes, begin, bytes[start - 1]).unwrap_or(begin)
}

/// Where a few digits start that the same sign joins to the letters: `48-GE-899699`. Those of a year or a day
/// say when something was.
fn office(bytes: &[u8], letters: usize, joint: u8) -> Option<usize> {
    const DIGITS_MAX: usize = 4;
    let end = letters.checked_sub(1)?;
    let start = span_start(
        bytes,
        end,
        end.saturating_sub(DIGITS_MAX),
        u8::is_ascii_digit,
    );
    let digits = &bytes[start..end];
    let apart = !matches!(
        before(bytes, start),
        b'-' | b'/' | b'.' | b':' | b',' | b'_'
    ) && !before(bytes, start).is_ascii_alphanumeric();
    let year = digits.len() == 4 && matches!(digits, [b'1', b'9', ..] | [b'2', b'0', ..]);
    // Two digits may count something where only a blank follows.
    let joined = bytes[end] == joint && (joint != b' ' || digits.len() > 1);
    (joined && apart && !year && !digits.is_empty()).then_some(start)
}

fn is_date(number: &Number) -> bool {
    matches!(number.shape, 0x422 | 0x224) && number.joint == b'-'
}

/// A decimal number, a time or a percentage.
fn is_part(bytes: &[u8], end: usize) -> bool {
    matches!(byte(bytes, end), b'.' | b':' | b',') && byte(bytes, end + 1).is_ascii_digit()
        || byte(bytes, end) == b'%'
}

pub(super) fn report(start: usize, end: usize, topic: Topic, scene: &mut Scene<'_, '_>) {
    let reach = reach_of(scene.bytes, start);
    if !near(scene, start, topic, reach) {
        return;
    }
    let whole = extents::in_field(scene.bytes, start..end);
    // The only word that names it is no prefix: `MRN 100 250`.
    let named = |word: &ContextWord| word.topic == topic && word.end <= whole.start as isize;
    let own = whole.start < start && scene.context.nearest(start, reach, named).is_none();
    let start = if own { start } else { whole.start };
    scene.report(start, whole.end, "right after a word that names it");
    for other in seconds::alike(scene.bytes, start..whole.end) {
        let rule = "in a row with one that a word names";
        scene.report(other.start, other.end, rule);
    }
    let Some(new) = fields::changed(scene.bytes, whole.end) else {
        return;
    };
    // What takes its place is written alike.
    let end = word_end(scene.bytes, new);
    let next = extents::in_field(scene.bytes, new..end);
    let next = if next.start == new { next.end } else { end };
    let length = |from: usize, to: usize| Mix::of(&scene.bytes[from..to]).digit;
    if length(new, next) > 3 && length(new, next).abs_diff(length(start, whole.end)) < 3 {
        scene.report(new, next, "takes the place of another one");
    }
}

/// What stands between a word and a value, without what only leads from the one to the other.
pub(super) fn between<'t>(bytes: &'t [u8], word: &ContextWord, start: usize) -> &'t [u8] {
    let (from, to) = (word.start.max(0) as usize, word.end.max(0) as usize);
    let gap = bytes.get(to..start).unwrap_or_default();
    if word.end > 0 && fields::are_arguments(bytes, from, gap) {
        return &gap[..0];
    }
    gaps::before_answer(gap)
}

/// Whether the nearest word is of `topic`, and only words and signs of a label stand in between.
pub(super) fn near(scene: &mut Scene<'_, '_>, start: usize, topic: Topic, reach: usize) -> bool {
    let bytes = scene.bytes;
    let stated = ends_with(bytes, start, " is ");
    // `\nCaller: `: who speaks.
    let speaks = |word: &ContextWord| {
        let (from, to) = (word.start.max(0) as usize, word.end.max(0) as usize);
        word.topic == Topic::Phone && byte(bytes, to) == b':' && before(bytes, from) == b'\n'
    };
    // `the passport number for the visa letter`: no card.
    let visa = |word: &ContextWord| {
        topic == Topic::Passport && ends_with(bytes, word.end.max(0) as usize, " visa")
    };
    let Some(word) = scene.context.nearest(start, reach, |word| {
        // `the code from the SMS`.
        let carrier = topic == Topic::Otp
            // `the OTP for your transaction is`.
            && (word.topic == Topic::Phone || word.topic == Topic::Order && stated);
        word.topic != Topic::Identity
            && word.topic != Topic::Secret
            && !carrier
            && !speaks(word)
            && !visa(word)
    }) else {
        return false;
    };
    if word.topic != topic {
        return false;
    }
    let gap = between(scene.bytes, &word, start);
    if fields::is_plain(gap) {
        return true;
    }
    // `dl/t0000`, `(&Dl, SDValue Chain, uint64_t`: a path, and a list of parameters.
    let short = word.end - word.start < 3;
    if short && (gap[0] == b'/' || memchr::memchr_iter(b',', gap).count() > 1) {
        return false;
    }
    // Dots in a row lead to the value: `Policy number ........ 851193785`.
    let led = gap.windows(3).any(|three| three == b"...");
    let sentence = gap.windows(2).any(|two| {
        matches!(two[0], b'!' | b'?' | b';') && two[1] == b' '
            || two[0] == b'.' && two[1] == b' ' && gap.len() > 6 && !led
    });
    let digits = labels::hold_value(gap);
    // A label may stand alone on the line above.
    let line = gap.contains(&b'\n') && gap.iter().any(u8::is_ascii_alphanumeric);
    // A form says below the label how to fill it in, and the value stands alone on its line.
    let hinted = matches!(gap, [b'\n', ..] | [b':', b'\n', ..]) && gap.ends_with(b"\n");
    let turned = [
        "until", "valid", "expire", "since", "issued", "page", "version", "gültig", "office",
        "format",
    ]
    .iter()
    .any(|word| {
        gap.windows(word.len())
            .any(|found| found.eq_ignore_ascii_case(word.as_bytes()))
    });
    !sentence && !digits && (!line || hinted) && !turned
}
