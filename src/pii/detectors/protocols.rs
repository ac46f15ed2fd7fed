//! Finds the passwords that a protocol's command carries: `AUTH`, `PASS`, `LOGIN`, options in lists.

use crate::pii::detector::Scene;
use crate::pii::keys::is_value;
use crate::pii::lists::{List, Phrases, table};
use crate::pii::passwords::{is_mixed_password, is_password_value};
use crate::pii::text::{before, byte, ends_with, left, span_end, span_start, starts_with};

const RULE: &str = "the password of a protocol's command";

/// A command has so many words at most.
const WORDS_MAX: usize = 5;
/// No word of one is longer.
const WORD_MAX: usize = 128;

/// The words of a command up to the end of its line or of the string that holds it: where each starts
/// and ends, how many there are; none if it goes on.
fn words(bytes: &[u8], from: usize) -> ([(usize, usize); WORDS_MAX], usize) {
    let mut all = [(0, 0); WORDS_MAX];
    let mut at = from;
    for count in 0..WORDS_MAX {
        let quote = byte(bytes, at) == b'"';
        let start = at + usize::from(quote);
        let near = &bytes[..bytes.len().min(start + WORD_MAX)];
        let end = span_end(near, start, |byte| {
            byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\')
        });
        if end == start {
            return (all, 0);
        }
        all[count] = (start, end);
        let closed = quote && byte(bytes, end) == b'"';
        at = end + usize::from(closed);
        match byte(bytes, at) {
            b' ' if at < bytes.len() && byte(bytes, at + 1) > b' ' => at += 1,
            b' ' | b'\r' | b'\n' | b'"' | b'\\' | b'\'' => return (all, count + 1),
            _ => return (all, 0),
        }
    }
    (all, 0)
}

/// Whether a command may start at a place: a line, a string, or what a client or a log sets before it.
fn is_open(bytes: &[u8], start: usize) -> bool {
    const LEADS: Phrases = Phrases::of(&["> ", ": ", ">", "] ", "HELLO 3 ", "HELLO 2 ", " :"]);
    start == 0
        || matches!(before(bytes, start), b'\n' | b'"' | b'\'')
        || left(bytes, start) != before(bytes, start)
        || LEADS.before(bytes, start).is_some()
}

/// Reports a word that is a password where only the command before it says so.
fn report((start, end): (usize, usize), scene: &mut Scene<'_, '_>) {
    let value = &scene.bytes[start..end];
    if value.len() >= 6 && is_mixed_password(value) && !value.contains(&b'/') {
        scene.report(start, end, RULE);
    }
}

/// Whether a value is no word with a number behind it, and no version: `Server2019`, `v2.3.1`.
fn is_random(value: &[u8]) -> bool {
    let letters = span_end(value, 0, u8::is_ascii_alphabetic);
    let named = span_end(value, letters, |byte| {
        byte.is_ascii_digit() || *byte == b'.'
    }) == value.len();
    !named
}

/// The command by which clients of Redis say who they are, and the one by which a user of IRC becomes
/// an operator.
pub(super) const AUTHS: &[&str] = &["AUTH ", "> auth ", "AUTH\" \"", "OPER "];

/// `AUTH secret`, `AUTH user secret`, `"AUTH" "user" "secret"`.
pub(super) fn auth(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let quoted = before(bytes, behind) == b'"';
    let joint = if quoted { "\" \"".len() } else { 1 };
    let start = behind - joint - "AUTH".len();
    if !is_open(bytes, start) {
        return;
    }
    let (all, count) = words(bytes, behind - usize::from(quoted));
    let is_method = METHODS.has_in_any_case(&bytes[all[0].0..all[0].1]);
    let is_name = |(start, end): (usize, usize)| {
        let word = &bytes[start..end];
        !is_method
            && word
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-.@".contains(byte))
    };
    // At the start of a line a word for something may follow.
    let led = start > 0 && before(bytes, start) != b'\n';
    let sure = led || count > 0 && is_random(&bytes[all[count - 1].0..all[count - 1].1]);
    let known = count > 1 && &bytes[all[0].0..all[0].1] == b"default";
    let named = count > 1 && is_name(all[0]) && (sure || known);
    let renamed = count == 4 && &bytes[all[2].0..all[2].1] == b"SETNAME";
    match count {
        1 if bytes[start] | 0x20 == b'a' && !is_method && sure => report(all[0], scene),
        2 | 4 if named && (count == 2 || renamed) => report(all[1], scene),
        _ => {}
    }
}

/// How mail servers and others let clients say who they are, and words that report on it.
static METHODS: List = List::of(&table::<128>(
    "plain login tls ssl tls-c tls-p cram-md5 digest-md5 gssapi ntlm xoauth2 oauthbearer external anonymous \
    scram-sha-1 scram-sha-256 scram-sha-512 kerberos_v4 kerberos_v5 failed failure ok error required \
    success succeeded user client service token server for with as by to",
));

/// `AUTH\r\n$8\r\nhunter2x`: the same on the wire, also with its line ends escaped.
pub(super) const WIRES: &[&str] = &["AUTH\r\n$", "AUTH\\r\\n$", "auth\r\n$", "auth\\r\\n$"];

pub(super) fn on_wire(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let end = if before(bytes, behind - 1) == b'n' {
        "\\r\\n"
    } else {
        "\r\n"
    };
    let mut last = None;
    let mut at = behind;
    for _ in 0..2 {
        let digits = span_end(&bytes[..bytes.len().min(at + 4)], at, u8::is_ascii_digit);
        let length = bytes[at..digits]
            .iter()
            .fold(0, |sum, digit| 10 * sum + usize::from(digit - b'0'));
        let start = digits + end.len();
        if !starts_with(bytes, digits, end) || length == 0 || start + length > bytes.len() {
            break;
        }
        // In a text that was escaped lengths may count other bytes.
        if bytes[start..start + length]
            .iter()
            .any(|byte| !byte.is_ascii_graphic())
        {
            break;
        }
        last = Some((start, start + length));
        at = start + length + end.len() + 1;
        if !starts_with(bytes, start + length, end) || before(bytes, at) != b'$' {
            break;
        }
    }
    if let Some((start, end)) = last
        && is_value(&bytes[start..end])
    {
        scene.report(start, end, RULE);
    }
}

/// What FTP, POP3 and IRC send behind the name of a user.
pub(super) const PASSES: &[&str] = &["PASS "];

/// `> PASS secret`, `FTP command: "PASS secret"`, in logs and sessions.
pub(super) fn pass(behind: usize, scene: &mut Scene<'_, '_>) {
    const SESSION_MAX: usize = 128;
    const USERS: Phrases = Phrases::of(&["USER ", "user ", " 331 ", "+OK"]);
    const NEXT: Phrases = Phrases::of(&["\nNICK ", "\r\nNICK ", "\\r\\nNICK ", "\\nNICK "]);
    let bytes = scene.bytes;
    let start = behind - "PASS ".len();
    let (all, count) = words(bytes, behind);
    let (from, end) = all[0];
    if count != 1 || !(is_open(bytes, start) || is_timed(bytes, start)) {
        return;
    }
    let value = &bytes[from..end];
    // Programs that run tests print the names of those that passed.
    let is_mark = |byte: &u8| b"!@#$%^&*?+~=".contains(byte);
    let led = matches!(before(bytes, start), b' ' | b'>' | b'"') && !is_timed(bytes, start);
    let plain = value.iter().all(u8::is_ascii_alphanumeric) && !starts_with(value, 0, "test");
    let session = USERS.are_in(&bytes[start.saturating_sub(SESSION_MAX)..start]);
    let marked = value.iter().any(is_mark) || NEXT.at(bytes, end).is_some();
    if marked || session || led && plain && is_random(value) {
        report((from, end), scene);
    }
}

/// `12:01:33 PASS`: behind the time of a log's line.
fn is_timed(bytes: &[u8], start: usize) -> bool {
    let is_time = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b',');
    let blank = before(bytes, start) == b' ' && start > 0;
    let time = span_start(
        bytes,
        start.saturating_sub(1),
        start.saturating_sub(16),
        is_time,
    );
    blank && bytes[time..start - 1].contains(&b':')
}

/// What IMAP sends behind a tag of the client's own.
pub(super) const LOGINS: &[&str] = &[" LOGIN "];

/// `a001 LOGIN jane secret`.
pub(super) fn login(behind: usize, scene: &mut Scene<'_, '_>) {
    const TAG_MAX: usize = 8;
    let bytes = scene.bytes;
    let tag_end = behind - " LOGIN ".len();
    let floor = tag_end.saturating_sub(TAG_MAX);
    let tag = span_start(bytes, tag_end, floor, |byte| {
        byte.is_ascii_alphanumeric() || *byte == b'.'
    });
    let name = &bytes[tag..tag_end];
    let letters = name
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let numbered =
        letters <= 4 && letters < name.len() && name[letters..].iter().all(u8::is_ascii_digit);
    if !(name == b"." || numbered && letters > 0) || !is_open(bytes, tag) {
        return;
    }
    let (all, count) = words(bytes, behind);
    if count == 2 {
        report(all[1], scene);
    }
}

/// What users of IRC send to the service that knows their names.
pub(super) const SERVICES: &[&str] = &[
    "ickServ IDENTIFY ",
    "ickServ identify ",
    "ickServ :IDENTIFY ",
    "ickServ :identify ",
];

pub(super) fn identify(behind: usize, scene: &mut Scene<'_, '_>) {
    let (all, count) = words(scene.bytes, behind);
    if matches!(count, 1 | 2) {
        report(all[count - 1], scene);
    }
}

/// The rule of a user of Redis, with the password behind `>`.
pub(super) const RULES: &[&str] = &["ACL SETUSER ", "acl setuser "];

pub(super) fn rule(behind: usize, scene: &mut Scene<'_, '_>) {
    const LINE_MAX: usize = 160;
    let bytes = scene.bytes;
    let line = &bytes[..bytes.len().min(behind + LINE_MAX)];
    let line = &line[..span_end(line, behind, |byte| *byte != b'\n')];
    let Some(sign) = memchr::memmem::find(&line[behind..], b" >") else {
        return;
    };
    let start = behind + sign + 2;
    let end = span_end(line, start, |byte| byte.is_ascii_graphic() && *byte != b'"');
    if end > start + 3 && is_value(&bytes[start..end]) {
        scene.report(start, end, RULE);
    }
}

/// Options in the lists of arguments that programs start others with.
pub(super) const OPTIONS: &[&str] = &["\"-p", "'-p"];

/// Programs whose option holds the password itself, as lists name them.
const GLUED: Phrases = Phrases::of(&[
    "mysql\"",
    "mysql'",
    "mysqldump\"",
    "mysqldump'",
    "mysqladmin\"",
    "mysqladmin'",
    "mysqlimport\"",
    "mysqlcheck\"",
    "mysqlpump\"",
    "mariadb\"",
    "mariadb'",
    "mariadb-dump\"",
    "mariadb-dump'",
    "xtrabackup\"",
    "mariabackup\"",
    "sshpass\"",
    "sshpass'",
]);

/// Programs whose password is the next argument.
const APART: Phrases = Phrases::of(&[
    "sshpass\"",
    "sshpass'",
    "mongosh\"",
    "mongodump\"",
    "mongorestore\"",
    "evil-winrm\"",
]);

/// `["mysql","-psecret"]`, `a1="-psecret"` behind `a0="mysql"`, `["sshpass", "-p", "secret"]`.
pub(super) fn option(behind: usize, scene: &mut Scene<'_, '_>) {
    const REACH: usize = 128;
    let bytes = scene.bytes;
    let quote = bytes[behind - "\"-p".len()];
    let near = &bytes[behind.saturating_sub(REACH)..behind];
    let value = |start: usize| {
        let line = &bytes[..bytes.len().min(start + WORD_MAX)];
        let end = span_end(line, start, |byte| {
            byte.is_ascii_graphic() && *byte != quote && *byte != b'\\'
        });
        (byte(bytes, end) == quote && end >= start + 4).then_some((start, end))
    };
    let found = if byte(bytes, behind) == quote {
        if !APART.are_in(near) {
            return;
        }
        let next = span_end(&bytes[..bytes.len().min(behind + 12)], behind + 1, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b',' | b' ' | b'=')
        });
        (byte(bytes, next) == quote)
            .then(|| value(next + 1))
            .flatten()
    } else {
        value(behind).filter(|_| GLUED.are_in(near))
    };
    let Some((start, end)) = found else { return };
    let value = &bytes[start..end];
    // `-port`, `-protocol`, `-p3306:3306`: other options.
    let name = span_end(value, 0, u8::is_ascii_lowercase);
    let is_port = |byte: &u8| byte.is_ascii_digit() || *byte == b':';
    let numbered = value[name..].iter().all(is_port);
    let other = numbered && (name == 0 || OTHERS.has(&value[..name]));
    if is_value(value) && !other && !matches!(value[0], b'$' | b'-') {
        scene.report(start, end, RULE);
    }
}

static OTHERS: List = List::of(&table::<32>(
    "ort ath rint rofile rotocol arallel assword assfile lugin-dir refix roject",
));

/// Options of Redis that take a password as the next argument of a list, or on a command line.
pub(super) const REQUIRES: &[&str] = &[
    "--requirepass",
    "--masterauth",
    "requirepass\"",
    "requirepass'",
];

pub(super) fn required(behind: usize, scene: &mut Scene<'_, '_>) {
    const JOINTS: [&str; 6] = ["\", \"", "\",\"", "', '", "','", " ", "="];
    let bytes = scene.bytes;
    let name = behind - usize::from(matches!(before(bytes, behind), b'"' | b'\''));
    let Some(joint) = JOINTS.iter().find(|joint| starts_with(bytes, name, joint)) else {
        return;
    };
    let start = name + joint.len();
    let start = start + usize::from(matches!(byte(bytes, start), b'"' | b'\''));
    let near = &bytes[..bytes.len().min(start + WORD_MAX)];
    let end = span_end(near, start, |byte| {
        byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'\\' | b',')
    });
    let value = &bytes[start..end];
    let taken = value.len() >= 4 && is_value(value) && is_password_value(value, true);
    if taken && !matches!(value[0], b'$' | b'-' | b'<' | b'{') && !ends_with(bytes, start, "$") {
        scene.report(start, end, RULE);
    }
}
