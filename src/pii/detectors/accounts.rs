//! Passwords beside the names of their accounts: `admin / secret`, lines of password files.

use super::domains::domain_end;
use crate::pii::detector::Scene;
use crate::pii::identifiers::is_identifier;
use crate::pii::keys::is_value;
use crate::pii::lists::Phrases;
use crate::pii::pairs::plain_end;
use crate::pii::passwords::{LONGEST, is_password_value, value_after};
use crate::pii::text::{
    Mix, are_all, before, byte, ends_with, is_cut, left, span_end, span_start, starts_with,
};

/// `admin / hunter2`: behind the name of a common account and a slash.
pub(super) fn behind_name(behind: usize, scene: &mut Scene<'_, '_>) {
    secret(behind, scene);
}

/// Words before an account's name and its password, as people note them down.
pub(super) const NOTES: &[&str] = &[
    "creds",
    "redentials",
    "ser/pass",
    "name/password",
    "ser/password",
    "ogin/password",
    "ugangsdaten",
    "dentifiants",
    "redenciales",
    "redenziali",
];

/// `admin/Hunter2x`: the same without blanks, where it is no part of a path.
pub(super) fn behind_slash(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let name = span_start(
        bytes,
        behind - 1,
        behind.saturating_sub(6),
        u8::is_ascii_lowercase,
    );
    let alone = matches!(
        before(bytes, name),
        b' ' | b'[' | b'(' | b'\n' | b'"' | b'`'
    );
    if !alone {
        return;
    }
    let end = end_of(bytes, behind);
    let is_plain =
        |byte: &u8| !matches!(byte, b'!' | b'@' | b'#'..=b'&' | b'*' | b'+' | b'^' | b'~');
    let marked = end - behind <= LONGEST && !are_all(&bytes[behind..end], is_plain);
    if marked && byte(bytes, end) != b'/' {
        strong(behind, scene);
    }
}

/// `creds: jane/hunter2`, `credentials are jane:hunter2`, `user/pass: jane/hunter2`.
pub(super) fn behind_word(behind: usize, scene: &mut Scene<'_, '_>) {
    let joints = [
        ": ", " : ", ":", " son ", " sont ", " sono ", " são ", " are ", " sind ", " (", " → ",
        " -> ", " = ", " ",
    ];
    if let Some(value) = behind_account(behind, &joints, &[" / ", "/", ":"], scene) {
        secret(value, scene);
    }
}

/// Words that lead to an account's name, or to a network's, with the password behind it at times.
pub(super) const LOGINS: &[&str] = &[
    "ogin:",
    "ogin as ",
    "ogin with ",
    "og in with ",
    "og in as ",
    "ign in with ",
    "ign in as ",
    "ogged in as ",
    "ogged in with ",
    "i-Fi:",
    "i-fi:",
    "iFi:",
    "ifi:",
    "WLAN:",
    "SSID:",
    "SSID ",
];

/// `login: jane / s3cret!x`, `log in with jane and S3cret!x`, `Wi-Fi: Guests / Blue-19`.
pub(super) fn behind_login(behind: usize, scene: &mut Scene<'_, '_>) {
    let value = behind_account(behind, &[" ", ""], &[" / ", " and ", ", ", ":"], scene);
    if let Some(value) = value {
        strong(value, scene);
    }
}

/// Where the value stands behind the name of an account: `jane / `.
fn behind_account(
    behind: usize,
    leads: &[&str],
    joints: &[&str],
    scene: &Scene<'_, '_>,
) -> Option<usize> {
    const NAME_MAX: usize = 64;
    let bytes = scene.bytes;
    let one_of = |at: usize, words: &[&str]| {
        let word = words.iter().find(|word| starts_with(bytes, at, word));
        word.map(|word| at + word.len())
    };
    let quote = |at: usize| at + usize::from(matches!(byte(bytes, at), b'`' | b'"' | b'\''));
    let start = quote(one_of(behind, leads)?);
    let near = &bytes[..bytes.len().min(start + NAME_MAX)];
    let name = span_end(near, start, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'@' | b'\\')
    });
    let joint = one_of(quote(name), joints).filter(|_| name > start)?;
    let word = ["password ", "pw ", "pass "];
    Some(quote(one_of(joint, &word).unwrap_or(joint)))
}

/// Words for networks without wires.
pub(super) const NETWORKS: &[&str] = &["wifi", "Wifi", "WiFi", "Wi-Fi", "wi-fi", "WLAN", "WIFI"];

/// `the wifi is Hunter2-blue`, `WLAN-Schlüssel: Kaffee-88`, `Wi-Fi code for guests is Maple77Ridge`.
pub(super) fn of_network(behind: usize, scene: &mut Scene<'_, '_>) {
    const LABEL_MAX: usize = 32;
    const VERBS: [&str; 8] = [
        " is ", " ist ", " est ", " es ", " è ", " é ", " = ", " code ",
    ];
    let bytes = scene.bytes;
    let near = &bytes[..bytes.len().min(behind + LABEL_MAX)];
    let label = span_end(near, behind, |byte| {
        byte.is_ascii_lowercase()
            || matches!(byte, b' ' | b'-' | b'S' | b'C' | b'K')
            || !byte.is_ascii()
    });
    if byte(bytes, label) == b':' {
        return strong(span_end(bytes, label + 1, |&byte| byte == b' '), scene);
    }
    // The label ran into the value's first letters.
    let said = &bytes[behind..label];
    let verb = VERBS.iter().filter_map(|verb| {
        let found = memchr::memmem::rfind(said, verb.as_bytes())?;
        Some(behind + found + verb.len())
    });
    if let Some(start) = verb.max() {
        strong(start, scene);
    }
}

/// ` pass is `, and what else people write short: `user jane pass S3cret!x`, `u: jane p: S3cret!x`.
pub(super) const SHORT: &[&str] = &[" pass is ", " pass ", " p: ", " P: ", "p/w: ", "p/w "];

pub(super) fn behind_short(behind: usize, scene: &mut Scene<'_, '_>) {
    const REACH: usize = 48;
    const NAMES: Phrases = Phrases::of(&["user", "User", "ogin", "u: ", "U: ", "sr: ", "ccount"]);
    let bytes = scene.bytes;
    let near = &bytes[behind.saturating_sub(REACH)..behind];
    let told = ends_with(bytes, behind, "is ") || near.ends_with(b"p/w: ");
    if told || NAMES.are_in(near) {
        strong(behind, scene);
    }
    // `log in for me? pass falcon283`: behind a sign `pass` is no verb.
    const LOGINS: Phrases = Phrases::of(&["log in", "Log in", "login", "sign in", "user", "User"]);
    let word = behind.saturating_sub(" pass ".len());
    let apart = matches!(before(bytes, word), b'?' | b',' | b';' | b'.' | b':');
    if apart && ends_with(bytes, behind, " pass ") && LOGINS.are_in(near) {
        secret(behind, scene);
    }
}

/// The end of a value without quotes; what is longer than a password is read no further.
fn end_of(bytes: &[u8], start: usize) -> usize {
    plain_end(&bytes[..bytes.len().min(start + LONGEST + 1)], start)
}

/// Reports what stands here, quotes aside, if it is mixed of more than a name and a number.
fn strong(start: usize, scene: &mut Scene<'_, '_>) {
    let Some((start, end, quoted)) = value_after(scene.bytes, start) else {
        return;
    };
    let value = &scene.bytes[start..end];
    if is_strong(value) && is_value(value) && is_password_value(value, quoted) {
        scene.report(start, end, "beside the name of its account");
    }
}

/// Reports the only word of a line. Behind a name of program code another one is no password:
/// `PyInit_pwd`, `PyFloat_Unpack4`.
pub(super) fn on_line(start: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let end = end_of(bytes, start);
    let floor = start.saturating_sub(LONGEST);
    let label = span_start(bytes, start - 1, floor, |byte| {
        byte.is_ascii_alphanumeric() || *byte == b'_'
    });
    let names = bytes[label..start - 1].contains(&b'_') && is_identifier(&bytes[start..end]);
    let ends = end == bytes.len() || matches!(byte(bytes, end), b'\n' | b'\r' | b'"');
    if ends && !names {
        strong(start, scene);
    }
}

/// Reports the only word of a line below a label for passwords: there a word with a number may be one.
pub(super) fn alone(start: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let end = end_of(bytes, start);
    let ends = end == bytes.len() || matches!(byte(bytes, end), b'\n' | b'\r' | b'"' | b'\\');
    let value = &bytes[start..end.min(bytes.len())];
    let mix = Mix::of(value);
    let plain = value.iter().all(u8::is_ascii_alphanumeric);
    let simple = plain && mix.digit > 2 && mix.letters() > 3 && mix.upper > 0;
    // `jane@web-03:~$`: the prompt of a shell.
    let prompt = value.contains(&b':') || value.contains(&b'@') && value.ends_with(b"#");
    if ends
        && !prompt
        && (is_strong(value) || simple)
        && is_value(value)
        && is_password_value(value, false)
    {
        scene.report(start, end, "alone below a word for passwords");
    }
}

/// Eight characters and more of three kinds, in an order that no name, version or code has: `Winter2024`
/// may be one.
fn is_strong(value: &[u8]) -> bool {
    let mix = Mix::of(value);
    let marked = value.iter().any(|byte| b"!@#$%^&*?+~".contains(byte));
    let last = value.iter().rposition(u8::is_ascii_digit).unwrap_or(0);
    let within = mix.digit > 1 && mix.upper > 0 && Mix::of(&value[last..]).lower > 1;
    let parts = value.split(|byte| matches!(byte, b'-' | b'_' | b'.'));
    let words = parts.filter(|part| part.iter().any(u8::is_ascii_lowercase));
    let joined = mix.upper > 0 && words.count() > 1;
    value.len() >= 8
        && mix.digit > 0
        && mix.lower > 1
        && (marked || within || joined)
        && !value.contains(&b'/')
        && !starts_with(value, 0, "wpa")
}

/// The name of a user is no longer, with what a server answers.
const LOGIN_MAX: usize = 96;

/// What begins the line with a password behind that with the name of its user.
pub(super) const SENT: &[&str] = &["\nPASS ", "\npass ", "\\nPASS ", "\\npass "];

/// `PASS hunter2` on a line of its own: what FTP, POP3 and scripts for them send.
pub(super) fn sent(behind: usize, scene: &mut Scene<'_, '_>) {
    const ANSWERS: Phrases = Phrases::of(&["USER", "user", "331", "+OK"]);
    let end = end_of(scene.bytes, behind);
    let rest = &scene.bytes[end..];
    let ends = rest.is_empty() || matches!(rest[0], b'\n' | b'\r' | b'\\' | b'"');
    // What tests print is no answer to the name of a user.
    let near = &scene.bytes[behind.saturating_sub(LOGIN_MAX)..behind];
    if ends && ANSWERS.are_in(near) {
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
    let is_file = || value.iter().any(|byte| b".@:".contains(byte)) || is_copied(bytes, at);
    if (1..LONGEST).contains(&value.len()) && !(*joint == ":" && is_file()) {
        secret(start, scene);
    }
}

/// Whether a program that copies files to other hosts stands before on the line.
fn is_copied(bytes: &[u8], at: usize) -> bool {
    const PROGRAMS: Phrases = Phrases::of(&["rsync ", "scp ", "sftp ", "git "]);
    const REACH: usize = 96;
    let near = &bytes[at.saturating_sub(REACH)..at];
    let line = memchr::memrchr(b'\n', near).map_or(near, |end| &near[end + 1..]);
    PROGRAMS.are_in(line)
}

/// Reports what stands here if it is mixed like a password and no part of a path.
pub(super) fn secret(start: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let end = end_of(bytes, start);
    let value = &bytes[start..end];
    let mix = Mix::of(value);
    let path = value.contains(&b'/') || starts_with(bytes, end, " /");
    if value.len() >= 6
        && mix.digit > 0
        && mix.letters() > 0
        && (mix.lower > 0 || mix.other > 0)
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
