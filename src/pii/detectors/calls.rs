//! Passwords given to calls that take a user and a password: `HTTPBasicAuth("jane", "secret")`.

use crate::pii::detector::Scene;
use crate::pii::keys::is_value;
use crate::pii::pairs;
use crate::pii::passwords::is_password_value;
use crate::pii::text::{Mix, byte, span_end, starts_with};

/// The ends of such calls' names with their bracket, as the libraries of several languages have them.
pub(super) const NAMES: &[&str] = &[
    "asicAuth(",
    "asic_auth(",
    "DigestAuth(",
    "PlainAuth(",
    "NetworkCredential(",
    "PasswordCredentials(",
    "PasswordAuthentication(",
    "AuthenticationToken(",
    "auth=(",
    "auth = (",
    ".login(",
    ".Login(",
];

/// `("jane", "secret")`: the second argument; an empty one before them is the identity of SMTP.
pub(super) fn credentials(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let empty = "\"\", ";
    let from = behind
        + if starts_with(bytes, behind, empty) {
            empty.len()
        } else {
            0
        };
    let Some((_, user_end, user_quoted)) = pairs::value_after(bytes, from) else {
        return;
    };
    let comma = if user_quoted {
        span_end(bytes, user_end, |byte| matches!(byte, b'"' | b'\'' | b'\\'))
    } else {
        user_end
    };
    if byte(bytes, comma) != b',' || user_end - from > 80 {
        return;
    }
    let Some((start, end, true)) = pairs::value_after(bytes, comma + 1) else {
        return;
    };
    let value = &bytes[start..end];
    let mixed = Mix::of(value).digit > 0 && !value.contains(&b' ');
    if mixed && is_value(value) && is_password_value(value, true) {
        scene.report(start, end, "the password that a call takes");
    }
}
