//! Passwords beside the names of their accounts: `admin / secret`, lines of password files.

use super::domains::domain_end;
use crate::pii::detector::Scene;
use crate::pii::keys::is_value;
use crate::pii::pairs::plain_end;
use crate::pii::passwords::is_password_value;
use crate::pii::text::{Mix, before, byte, is_cut, left, span_end, span_start, starts_with};

/// `admin / hunter2`: behind the name of a common account and a slash.
pub(super) fn behind_name(behind: usize, scene: &mut Scene<'_, '_>) {
    secret(behind, scene);
}

/// `creds: jane/hunter2`, `credentials are jane:hunter2`.
pub(super) fn behind_word(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let joints = [": ", ":", " are ", " (", " "];
    let Some(joint) = joints
        .iter()
        .find(|joint| starts_with(bytes, behind, joint))
    else {
        return;
    };
    let start = behind + joint.len();
    let name = span_end(bytes, start, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'@')
    });
    let joints = [" / ", "/", ":"];
    if let Some(joint) = joints.iter().find(|joint| starts_with(bytes, name, joint))
        && name > start
    {
        secret(name + joint.len(), scene);
    }
}

/// `PASS hunter2` on a line of its own: what FTP, POP3 and scripts for them send.
pub(super) fn sent(behind: usize, scene: &mut Scene<'_, '_>) {
    let end = plain_end(scene.bytes, behind);
    let rest = &scene.bytes[end..];
    let ends = rest.is_empty() || matches!(rest[0], b'\n' | b'\r' | b'\\' | b'"');
    if ends {
        secret(behind, scene);
    }
}

/// `jane@example.org:hunter2`, as lists of leaked accounts have it, and `jane@example.org / hunter2`;
/// called at the `@`.
pub(super) fn behind_address(at: usize, scene: &mut Scene<'_, '_>) {
    const LONGEST: usize = 64;
    let bytes = scene.bytes;
    if !before(bytes, at).is_ascii_alphanumeric() {
        return;
    }
    let Some((end, 1..)) = domain_end(bytes, at + 1) else {
        return;
    };
    let joints = [":", " / ", "` / `", "' / '", "\" / \""];
    let Some(joint) = joints.iter().find(|joint| starts_with(bytes, end, joint)) else {
        return;
    };
    let start = end + joint.len();
    let near = &bytes[..bytes.len().min(start + LONGEST)];
    let value = &near[start..plain_end(near, start)];
    // `jane@host:backup2.tar` is a file on a host.
    let file = value.contains(&b'.') || value.contains(&b'@') || value.contains(&b':');
    if value.len() < LONGEST && !(file && *joint == ":") {
        secret(start, scene);
    }
}

/// Reports what stands here if it is mixed like a password and no part of a path.
fn secret(start: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let end = plain_end(bytes, start);
    let value = &bytes[start..end];
    let mix = Mix::of(value);
    let path = value.contains(&b'/') || starts_with(bytes, end, " /");
    if value.len() >= 6
        && mix.digit > 0
        && mix.letters() > 0
        && !path
        && is_value(value)
        && is_password_value(value, false)
    {
        scene.report(start, end, "beside the name of its account");
    }
}

/// `host:5432:database:user:password`, a line of PostgreSQL's password file.
pub(super) fn pgpass(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let is_name = |byte: &u8| byte.is_ascii_graphic() && *byte != b':';
    let database = span_end(bytes, behind, is_name);
    let user = span_end(bytes, database + 1, is_name);
    let named = database > behind && byte(bytes, database) == b':';
    if !named || user <= database + 1 || byte(bytes, user) != b':' {
        return;
    }
    // A longer field is no password, and read no further.
    let window = &bytes[..bytes.len().min(user + FIELD_MAX)];
    let end = span_end(window, user + 1, |byte| {
        byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'<')
    });
    let ends = end < window.len() || end == bytes.len();
    if ends && end > user + 4 && is_value(&bytes[user + 1..end]) {
        scene.report(user + 1, end, "the last field of a password file's line");
    }
}

/// How long the last field of a password file's line may be.
const FIELD_MAX: usize = 512;

/// How hashes of passwords begin (crypt(5), RFC 2307).
pub(super) const HASHES: &[&str] = &[
    "$apr1$", "$2y$", "$2b$", "$2a$", "$6$", "$argon2", "{SSHA}", "{SHA}",
];

/// `jane:$apr1$…`: the hash in a line of a password file.
pub(super) fn hash(behind: usize, scene: &mut Scene<'_, '_>) {
    const SHORTEST: usize = 28;
    let bytes = scene.bytes;
    let is_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'{' | b'}' | b'$');
    let start = span_start(bytes, behind, behind.saturating_sub(8), is_scheme);
    let colon = before(bytes, start) == b':';
    let name = left(bytes, start.saturating_sub(1));
    if !colon || !(name.is_ascii_alphanumeric() || matches!(name, b'_' | b'-')) {
        return;
    }
    // No colon stands in a hash: what is read for one is read for no other.
    let end = span_end(bytes, behind, |byte| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'.' | b'/' | b'$' | b'=' | b'+' | b',' | b'-')
    });
    if end - start >= SHORTEST || is_cut(bytes, end) {
        scene.report(start, end, "the hash in a line of a password file");
    }
}
