//! The scan as it would be written without a thought of speed: what the quick one must equal.
//!
//! Every literal, prefix, sign, word, number and context word is tried at every place. Only what
//! comes after is shared: the detectors themselves, groups of digits, tables, and overlaps.

use super::blocks::Block;
use super::context::Context;
use super::detector::{Found, Kind, Look, Scene, Word};
use super::forms::{Numeral, Shape};
use super::known::Known;
use super::memory::Memory;
use super::text::{self, is_escape_letter};
use super::words::Topic;
use super::{detectors, groups, keys, machines, pairs, prefixes, scout, signs};

/// What all detectors propose.
pub(super) fn look(key: &Known, (bytes, blocks): (&[u8], &[Block]), found: &mut Vec<Found>) {
    let mut memory = Memory::slow();
    let mut scene = Scene {
        bytes,
        context: Context::new(bytes, blocks, key.words(), &mut memory),
        found,
        detector: Kind::Own(u16::MAX),
        chain_end: 0,
        scheme_end: 0,
        last_key: (0, 0),
        cookies_end: 0,
        columns: None,
    };
    if let Some(meaning) = key.meaning {
        keys::look(meaning, &mut scene);
    }
    for place in 0..bytes.len() {
        literals(place, &mut scene);
    }
    scene.context.rewind();
    let (mut n_token, mut resume) = (0, 0);
    for place in 0..bytes.len() {
        mark(place, &mut scene);
        n_token = if scout::is_token(bytes[place]) {
            n_token + 1
        } else {
            0
        };
        if n_token == scout::TOKEN {
            token(place + 1 - scout::TOKEN, &mut scene);
        }
        if let Some(word) = word_with_first_digit(bytes, place)
            && place >= resume
        {
            let written = machines::written(bytes, &word);
            resume = written.end.unwrap_or(word.end);
            if written.is_open {
                chains(&word, &mut scene);
                numbers(&word, &mut scene);
            }
        }
    }
    // A token that the end of the text cut short.
    if (1..scout::TOKEN).contains(&n_token) && n_token < bytes.len() {
        parts(bytes.len() - n_token, bytes.len(), &mut scene);
    }
}

/// Every look of every detector, with the scene set to speak in its name.
fn each(scene: &mut Scene<'_, '_>, mut visit: impl FnMut(&'static Look, &mut Scene<'_, '_>)) {
    for detector in detectors::ALL {
        for look in detector.looks {
            scene.detector = Kind::Known(detector);
            visit(look, scene);
        }
    }
}

fn literals(place: usize, scene: &mut Scene<'_, '_>) {
    let rest = &scene.bytes[place..];
    each(scene, |look, scene| {
        let Look::Literal(words, find) = look else {
            return;
        };
        for word in words
            .iter()
            .filter(|word| rest.starts_with(word.as_bytes()))
        {
            find(place + word.len(), scene);
        }
    });
}

fn mark(place: usize, scene: &mut Scene<'_, '_>) {
    let sign = scene.bytes[place];
    if scene.bytes[place..].starts_with(b"://") {
        scene.scheme_end = place + 3;
    }
    let is_sign = matches!(sign, b':' | b'=');
    let pair = if is_sign {
        pairs::read(scene.bytes, place)
    } else {
        None
    };
    each(scene, |look, scene| match (look, &pair) {
        (Look::At(find), _) if sign == b'@' => find(place, scene),
        (Look::Pair(find), Some(pair)) => find(pair, scene),
        _ => {}
    });
    each(scene, |look, scene| match look {
        Look::Equals(find) if sign == b'=' => find(place, scene),
        _ => {}
    });
}

fn token(start: usize, scene: &mut Scene<'_, '_>) {
    let least = start + scout::TOKEN;
    let mut end = least;
    while scene
        .bytes
        .get(end)
        .is_some_and(|byte| scout::is_token(*byte))
    {
        end += 1;
    }
    while end >= least && scene.bytes[end - 1] == b'.' {
        end -= 1;
    }
    parts(start, end, scene);
    each(scene, |look, scene| {
        if let Look::TokenAfter(topic, find) = look
            && scene.context.speaks_of(topic.bit(), start)
        {
            find(&Word { start, end }, scene);
        }
    });
}

/// Prefixes at the start of each part of a token.
fn parts(start: usize, end: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let mut n_looks = 0;
    let escaped = is_escape_letter(bytes, start).then_some(start + 1);
    let is_start = |at: &usize| *at == start || !bytes[at - 1].is_ascii_alphanumeric();
    for at in escaped.into_iter().chain((start..end).filter(is_start)) {
        if n_looks >= prefixes::STARTS_MAX {
            return;
        }
        each(scene, |look, scene| {
            if let Look::Prefix(prefixes, find) = look {
                let rest = &bytes[at.min(bytes.len())..];
                for _ in prefixes
                    .iter()
                    .filter(|prefix| rest.starts_with(prefix.as_bytes()))
                {
                    find(at, scene);
                    n_looks += 1;
                }
            }
        });
    }
}

/// The word of letters and digits whose first digit stands at a place.
fn word_with_first_digit(bytes: &[u8], place: usize) -> Option<Word> {
    let is_word = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let mut start = place;
    while start > 0 && is_word(start - 1) && !is_escape_letter(bytes, start - 1) {
        start -= 1;
    }
    let mut end = place;
    while is_word(end) {
        end += 1;
    }
    let is_digit = |at: usize| bytes[at].is_ascii_digit();
    (start < end && is_digit(place) && !(start..place).any(is_digit)).then_some(Word { start, end })
}

fn chains(word: &Word, scene: &mut Scene<'_, '_>) {
    let is_joint = |byte: u8| matches!(byte, b':' | b'-' | b'.');
    let joined = is_joint(text::before(scene.bytes, word.start))
        || is_joint(text::byte(scene.bytes, word.end));
    if !joined || word.end - word.start > 4 || word.end <= scene.chain_end {
        return;
    }
    each(scene, |look, scene| {
        if let Look::Chain(find) = look {
            find(word, scene);
        }
    });
}

/// All digits: the numbers that start with the word; otherwise the word itself.
fn numbers(word: &Word, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if !word.of(bytes).iter().all(u8::is_ascii_digit) {
        let fits = |shapes: &[Shape]| shapes.iter().any(|shape| shape.takes(word.of(bytes)));
        each(scene, |look, scene| match *look {
            Look::Word(shapes, find) if fits(shapes) => find(word, scene),
            Look::WordNear(topic, shapes, _, find)
                if fits(shapes) && is_next(word, scene) && spoken(topic, word, scene) =>
            {
                find(word, scene);
            }
            _ => {}
        });
        return;
    }
    groups::each(bytes, word, |number| {
        let fits = |forms: &[Numeral]| forms.iter().any(|form| form.takes(number));
        each(scene, |look, scene| match *look {
            Look::Number(forms, find) if fits(forms) => find(number, scene),
            Look::NumberNear(topic, forms, _, find)
                if fits(forms) && is_next(word, scene) && spoken(topic, word, scene) =>
            {
                find(number, scene);
            }
            Look::NumberAfter(topic, forms, _, find)
                if fits(forms) && spoken(topic, word, scene) =>
            {
                find(number, scene);
            }
            _ => {}
        });
    });
}

/// Whether what is said before a word may be said of it: not of another number that stands between.
fn is_next(word: &Word, scene: &Scene<'_, '_>) -> bool {
    !signs::follows_digit(scene.bytes, word.start)
}

fn spoken(topic: Topic, word: &Word, scene: &mut Scene<'_, '_>) -> bool {
    scene.context.speaks_of(topic.bit(), word.start)
}
