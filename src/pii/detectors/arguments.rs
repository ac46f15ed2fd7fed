//! Secrets given to a call behind their name: `headers.Add("X-Api-Key", "…")`, `define('AUTH_KEY', '…')`.

use super::{password_pairs, secrets, session_cookie};
use crate::pii::detector::Scene;
use crate::pii::keys::{Meaning, is_value};
use crate::pii::pairs::{Pair, of_name};
use crate::pii::passwords::is_mixed_password;
use crate::pii::text::{byte, span_end};

/// The ends of calls' names with their bracket, as the libraries of several languages have them, that set
/// something of a name.
pub(super) const CALLS: &[&str] = &[
    "define(",
    ".Add(",
    ".add(",
    ".set(",
    ".Set(",
    ".put(",
    ".Put(",
    ".append(",
    ".header(",
    ".Header(",
    "etHeader(",
    "ddHeader(",
    "ithHeader(",
    "estHeader(",
    "Property(",
    "etenv(",
    "Variable(",
    "etItem(",
    "etCookie(",
    "etcookie(",
    "et_cookie(",
    "dd_cookie(",
    "ddCookie(",
    "ookies.create(",
    "new Cookie(",
    ".cookie(",
];

/// The value behind a name that means a secret.
pub(super) fn named(behind: usize, scene: &mut Scene<'_, '_>) {
    let Some(pair) = read(scene.bytes, behind) else {
        return;
    };
    let value = &scene.bytes[pair.start..pair.end];
    if !is_value(value) {
        return;
    }
    scene.detector = pair.meaning.kind();
    match pair.meaning {
        Meaning::Password if is_mixed_password(value) => password_pairs::pair(&pair, scene),
        Meaning::AwsSecret => secrets::aws(&pair, scene),
        Meaning::Authorization => secrets::authorization(&pair, scene),
        Meaning::Secret | Meaning::Credentials => secrets::generic(&pair, scene),
        Meaning::Cookie => session_cookie::header(pair.start, scene),
        _ => {}
    }
}

/// The name and the value in quotes that a call starts with; in JSON the quotes are escaped.
fn read(bytes: &[u8], from: usize) -> Option<Pair> {
    const NAME_MAX: usize = 48;
    const VALUE_MAX: usize = 512;
    let string = |from: usize, most: usize| {
        let mark = span_end(bytes, from, |&byte| byte == b'\\');
        let quote = byte(bytes, mark);
        if !matches!(quote, b'"' | b'\'') || mark - from > 3 {
            return None;
        }
        let near = &bytes[..bytes.len().min(mark + 1 + most)];
        let end = span_end(near, mark + 1, |&byte| {
            !matches!(byte, b'"' | b'\'' | b'\\' | b'\n')
        });
        let closed = near.get(end..end + mark + 1 - from) == near.get(from..mark + 1);
        closed.then_some((mark + 1, end, end + mark + 1 - from))
    };
    let (start, end, behind) = string(from, NAME_MAX)?;
    if byte(bytes, behind) != b',' {
        return None;
    }
    let meaning = of_name(&bytes[start..end])?;
    let next = span_end(bytes, behind + 1, |&byte| byte == b' ');
    let (start, end, _) = string(next.min(behind + 2), VALUE_MAX)?;
    Some(Pair {
        meaning,
        start,
        end,
        quoted: true,
    })
}
