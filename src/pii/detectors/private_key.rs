//! Private keys in PEM.

use crate::pii::detector::{Detector, Look, Scene};
use crate::pii::text::{byte, left, span_end, starts_with};

pub(in crate::pii) const PRIVATE_KEY: Detector = Detector {
    name: "PRIVATE_KEY",
    what: "private key in PEM, also cut off or with escaped line ends",
    source: "RFC 7468; OpenSSH PROTOCOL.key; PGP RFC 9580 section 6.2; PuTTY PPK",
    validator: "a BEGIN line that names a private key, then its base64 up to END or as far as it goes",
    gravity: 100,
    context: &[],
    finds: &[
        "«-----BEGIN PRIVATE KEY-----\nM7tDU1NdNte11uHmEyTkk2kd1oJpRvbiDQv5imL+uN\n-----END PRIVATE KEY-----»\n",
        "\"private_key\": \"«-----BEGIN RSA PRIVATE KEY-----\\nM7tDU1NdNte11uHm\\n-----END RSA PRIVATE KEY-----»\\n\"",
        "> «-----BEGIN PRIVATE KEY-----\n> M7tDU1NdNte11uHmEyTkk2kd1oJp\n> -----END PRIVATE KEY-----»",
        "-«-----BEGIN PRIVATE KEY-----\n-M7tDU1NdNte11uHmEyTkk2kd1oJp»",
        "«-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA»",
    ],
    ignores: &[
        "-----BEGIN PUBLIC KEY-----\nM7tDU1NdNte11uHmEyTkk2kd1oJp\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    ],
    looks: &[
        Look::Literal(&["-----BEGIN "], find),
        Look::Literal(&["PuTTY-User-Key-File-"], putty),
    ],
};

const NAME_MAX: usize = 48;

fn find(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let name_end = span_end(bytes, behind, |byte| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b' '
    });
    let name = &bytes[behind..name_end];
    let named = name.windows(11).any(|part| part == b"PRIVATE KEY");
    let cut = name_end == bytes.len()
        && b"PRIVATE KEY".starts_with(name.rsplit(|&byte| byte == b' ').next().unwrap_or_default());
    if name.len() > NAME_MAX || !(named || cut && name.len() > 3) {
        return;
    }
    let start = behind - "-----BEGIN ".len();
    let body = span_end(bytes, name_end, |&byte| byte == b'-');
    scene.report(
        start,
        body_end(bytes, body),
        "a BEGIN line that names a private key",
    );
}

/// As far as base64, header lines and line ends (also escaped ones) go, with the END line.
fn body_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    let mut end = from;
    loop {
        let next = span_end(bytes, at, |byte| {
            byte.is_ascii_alphanumeric()
                || matches!(
                    byte,
                    b'+' | b'/' | b'=' | b'\n' | b'\r' | b'\\' | b' ' | b'\t' | b':' | b','
                )
        });
        // Spaces and signs at the end may belong to what follows.
        let tail = bytes[at..next]
            .iter()
            .rev()
            .take_while(|byte| !byte.is_ascii_alphanumeric() && **byte != b'=')
            .count();
        end = end.max(next - tail);
        if starts_with(bytes, next, "-----END ") {
            let line = span_end(bytes, next + 9, |byte| {
                byte.is_ascii_alphanumeric() || *byte == b' '
            });
            return span_end(bytes, line, |&byte| byte == b'-');
        }
        // The sign of a quoted, removed or commented line.
        let sign = matches!(byte(bytes, next), b'>' | b'|' | b'#' | b'*' | b'-');
        if sign && left(bytes, next).is_ascii_whitespace() && byte(bytes, next + 1) != b'-' {
            at = next + 1;
            continue;
        }
        // `Proc-Type: 4,ENCRYPTED` and `DEK-Info:` have dashes of their own.
        if bytes.get(next) == Some(&b'-')
            && bytes.get(next + 1).is_some_and(u8::is_ascii_alphanumeric)
            && next - from < 200
        {
            at = next + 1;
            continue;
        }
        let dashes = span_end(bytes, next, |&byte| byte == b'-');
        return if dashes == bytes.len() {
            bytes.len()
        } else {
            end
        };
    }
}

fn putty(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let start = behind - "PuTTY-User-Key-File-".len();
    let rest = &bytes[behind..];
    let end = memchr::memmem::find(rest, b"Private-MAC:").map_or(bytes.len(), |at| {
        span_end(bytes, behind + at, |&byte| byte != b'\n')
    });
    scene.report(start, end, "a PuTTY key file");
}
