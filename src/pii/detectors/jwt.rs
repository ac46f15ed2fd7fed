//! JSON web tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::prefixed::base64url;
use crate::pii::detector::{Detector, Look, Scene};
use crate::pii::lists::Phrases;
use crate::pii::text::{is_cut, span_end};

pub(in crate::pii) const JWT: Detector = Detector {
    name: "JWT",
    what: "JSON web token, signed, encrypted or unsigned",
    source: "RFC 7519, RFC 7515 section 7.1, RFC 7516",
    validator: "the first part decodes to a JSON object with alg, typ or enc",
    gravity: 92,
    context: &[],
    finds: &[
        "Bearer «eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U».",
        "cut «eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0»",
    ],
    ignores: &["eyJxIjoibm90IGEgaGVhZGVyIn0.abc.def", "eyJhbGci"],
    looks: &[Look::Prefix(&["ey"], find)],
};

fn find(at: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    // What fills up base64 stands only at its end: other parts may be cut and joined by hand.
    let header = span_end(bytes, at, base64url);
    let header = span_end(bytes, header, |&byte| byte == b'=').min(header + 2);
    let part = |byte: &u8| base64url(byte) || *byte == b'=';
    let mut end = header;
    let mut parts = 1;
    while parts < 5 && bytes.get(end) == Some(&b'.') {
        let next = span_end(bytes, end + 1, part);
        let empty = next == end + 1;
        if empty && parts >= 3 {
            break;
        }
        end = next;
        parts += 1;
    }
    let cut = is_cut(bytes, end);
    if !(parts >= 3 && end > header + 2 || cut && header - at >= 16)
        || !is_header(&bytes[at..header])
    {
        return;
    }
    scene.report(
        at,
        end,
        if parts >= 3 {
            "decodable header"
        } else {
            "a token that was cut"
        },
    );
}

/// A header that is longer is none.
const HEADER_MAX: usize = 4096;

fn is_header(text: &[u8]) -> bool {
    const MEMBERS: Phrases = Phrases::of(&["\"alg\"", "\"typ\"", "\"enc\"", "\"kid\""]);
    if text.len() > HEADER_MAX {
        return false;
    }
    let whole = text.len() - text.len() % 4;
    let text = text.strip_suffix(b"=").unwrap_or(text);
    let mut decoded = [0; HEADER_MAX / 4 * 3];
    let length = URL_SAFE_NO_PAD
        .decode_slice(text, &mut decoded)
        .or_else(|_| URL_SAFE_NO_PAD.decode_slice(&text[..whole.min(text.len())], &mut decoded));
    let Ok(length) = length else { return false };
    let head = &decoded[..length];
    let start = head.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    start.trim_start().starts_with('{') && MEMBERS.are_in(head)
}
