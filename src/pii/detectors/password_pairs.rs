//! Passwords as the values of pairs whose keys name them.

use super::otp::OTP;
use super::password_names::{is_once, is_other, is_weak};
use super::{accounts, spoken};
use crate::pii::detector::{Kind, Scene};
use crate::pii::keys::{Meaning, is_value};
use crate::pii::pairs::Pair;
use crate::pii::passwords::{is_json_word, is_password_value, plain_words_end};
use crate::pii::text::{Mix, before, span_start};

pub(super) fn pair(pair: &Pair, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let value = &bytes[pair.start..pair.end];
    if pair.meaning == Meaning::Password && matches!(value, b"{" | b"[") {
        for value in pair.held(bytes) {
            let text = &bytes[value.clone()];
            let mix = Mix::of(text);
            let date = mix.letters() == 0 && text.contains(&b'-');
            let mixed = mix.digit > 0 && text.len() >= 6 && !date && !text.contains(&b' ');
            if mixed && is_value(text) && is_password_value(text, true) {
                scene.report(
                    value.start,
                    value.end,
                    "in an object under a key for passwords",
                );
            }
        }
    }
    if pair.meaning == Meaning::Password
        && let Some(start) = behind_user(bytes, pair)
    {
        return accounts::secret(start, scene);
    }
    if pair.meaning == Meaning::Password
        && (is_other(bytes, pair.start, value) || is_weak(bytes, pair.start, value))
    {
        return;
    }
    if pair.meaning == Meaning::Password
        && (is_password_value(value, pair.quoted) || is_json_word(bytes, pair))
    {
        let once = is_once(bytes, pair.start, value);
        let kind = if once {
            Kind::Known(&OTP)
        } else {
            scene.detector
        };
        scene.report_as(kind, pair.start, pair.end, "under a key for passwords");
        spoken::replaced(pair.end, scene);
    } else if pair.meaning == Meaning::Password
        && !pair.quoted
        && let Some(end) = plain_words_end(bytes, pair.start)
    {
        scene.report(pair.start, end, "plain words under a key for passwords");
    }
}

/// `user/password: jane/secret`: where the second value starts.
fn behind_user(bytes: &[u8], pair: &Pair) -> Option<usize> {
    const NAME_MAX: usize = 24;
    let sign = |byte: &u8| matches!(byte, b' ' | b':' | b'=' | b'"' | b'\'' | b'*' | b'`');
    let floor = pair.start.saturating_sub(NAME_MAX);
    let key = span_start(bytes, pair.start, floor, sign);
    let name = span_start(bytes, key, floor, u8::is_ascii_alphabetic);
    let joint = |byte: &u8| matches!(byte, b'/' | b':');
    if before(bytes, name) != b'/' {
        return None;
    }
    let split = bytes[pair.start..pair.end].iter().position(joint)?;
    Some(pair.start + split + 1)
}
