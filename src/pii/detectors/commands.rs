//! Passwords on command lines: behind the flags of known programs, and piped into them.

use super::programs::{PROGRAMS, Place, Program};
use crate::pii::detector::Scene;
use crate::pii::keys::is_value;
use crate::pii::lists::Phrases;
use crate::pii::passwords::{is_named_type, is_password_value};
use crate::pii::text::{before, byte, ends_with, span_end, span_start};

/// Programs that read a password from their input.
pub(super) const READERS: &[&str] = &[
    "sudo -S",
    "--password-stdin",
    "passwd --stdin",
    "| passwd ",
    "chpasswd",
    "--passphrase-fd 0",
];

/// A command is no longer.
const LINE_MAX: usize = 400;

/// A word of a command, its quotes left out.
#[derive(Clone, Copy)]
struct Argument {
    start: usize,
    end: usize,
    quoted: bool,
}

impl Argument {
    fn of<'t>(&self, bytes: &'t [u8]) -> &'t [u8] {
        &bytes[self.start..self.end]
    }
}

/// `docker login -u jane -p secret`: the words behind the name of a program.
pub(super) fn line(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    // Of most the last letter tells that it is another one.
    let last = bytes[..behind].last();
    let is_named = |program: &&Program| {
        let start = behind.saturating_sub(program.name.len());
        program.name.as_bytes().last() == last
            && &bytes[start..behind] == program.name.as_bytes()
            && !(before(bytes, start).is_ascii_alphanumeric()
                && bytes[start].is_ascii_alphanumeric())
    };
    let Some(program) = PROGRAMS.iter().find(is_named) else {
        return;
    };
    if byte(bytes, behind) != b' ' {
        return;
    }
    let named = match program.place {
        Place::Flag(flags) => behind_flags(bytes, behind, flags),
        Place::Within(flag) => [within_flag(bytes, behind, flag), None],
        Place::User(sign) => [behind_user(bytes, behind, sign), None],
        Place::Word(_) | Place::Last(..) => [None; 2],
    };
    for argument in named.into_iter().flatten() {
        report(argument, true, scene);
    }
    let placed = match program.place {
        Place::Word(place) => plain_words(bytes, behind).nth(place),
        Place::Last(count, letter) => words(bytes, behind)
            .next()
            .filter(|first| first.of(bytes).starts_with(b"-") && first.of(bytes).contains(&letter))
            .and_then(|_| plain_words(bytes, behind).take(count).last()),
        Place::Flag(_) | Place::Within(_) | Place::User(_) => None,
    };
    if let Some(argument) = placed {
        report(argument, argument.quoted, scene);
    }
}

/// What stands behind the first of the flags and behind another one.
fn behind_flags(bytes: &[u8], from: usize, flags: &[&str]) -> [Option<Argument>; 2] {
    let first = behind_flag(bytes, from, flags);
    let next = first.and_then(|first| {
        behind_flag(
            bytes,
            bytes.len().min(first.end + usize::from(first.quoted)),
            flags,
        )
    });
    [first, next]
}

fn behind_flag(bytes: &[u8], from: usize, flags: &[&str]) -> Option<Argument> {
    let is_flag = |word: &[u8]| flags.iter().any(|flag| word == flag.as_bytes());
    if flags
        .iter()
        .any(|flag| may_hold(bytes, from, flag, u8::is_ascii_graphic))
    {
        let mut words = words(bytes, from);
        if let Some(word) = words.find(|word| is_flag(word.of(bytes))) {
            let behind = Argument {
                start: word.end,
                ..word
            };
            return words.next().or_else(|| unquoted(bytes, behind));
        }
    }
    let mut short = flags.iter().filter(|flag| flag.len() == 2);
    short.find_map(|flag| within_flag(bytes, from, flag))
}

fn within_flag(bytes: &[u8], from: usize, flag: &str) -> Option<Argument> {
    if !may_hold(bytes, from, flag, |_| false) {
        return None;
    }
    let word = words(bytes, from).find(|word| word.of(bytes).starts_with(flag.as_bytes()))?;
    let start = word.start + flag.len();
    unquoted(bytes, Argument { start, ..word })
}

/// What is left of a word that starts inside it, or what stands in the quotes there: `-p'secret'`.
fn unquoted(bytes: &[u8], rest: Argument) -> Option<Argument> {
    if rest.start < rest.end {
        return Some(rest);
    }
    let line = &bytes[..bytes.len().min(rest.start + LINE_MAX)];
    let quote = byte(line, rest.start);
    if !matches!(quote, b'"' | b'\'') || rest.quoted {
        return None;
    }
    let start = rest.start + 1;
    let end = span_end(line, start, |byte| {
        byte.is_ascii_graphic() && *byte != quote
    });
    (byte(line, end) == quote && start < end).then_some(Argument {
        start,
        end,
        quoted: true,
    })
}

/// A command has no more words that look like a flag.
const FLAGS_MAX: usize = 12;

/// Whether a word of the command may start with a flag and not go on: most commands are told by that.
fn may_hold(bytes: &[u8], from: usize, flag: &str, goes_on: impl Fn(&u8) -> bool) -> bool {
    let line = &bytes[from..bytes.len().min(from + LINE_MAX)];
    let is_quote = |byte: u8| matches!(byte, b'"' | b'\'' | b'\\');
    let places = memchr::memmem::find_iter(line, flag.as_bytes());
    places.take(FLAGS_MAX).any(|at| {
        let (left, right) = (before(line, at), byte(line, at + flag.len()));
        (left == b' ' || is_quote(left)) && (is_quote(right) || !goes_on(&right))
    })
}

/// `smbclient -U user%secret`, `sqlplus user/secret@host`.
fn behind_user(bytes: &[u8], from: usize, sign: u8) -> Option<Argument> {
    let word = if sign == b'%' {
        behind_flag(bytes, from, &["-U", "--user"])?
    } else {
        let mut words = words(bytes, from).take(WORDS_MAX);
        words.find(|word| !word.of(bytes).starts_with(b"-"))?
    };
    let name = word.of(bytes).iter().position(|&byte| byte == sign)?;
    let start = word.start + name + 1;
    if start == word.end {
        return unquoted(bytes, Argument { start, ..word });
    }
    let host = bytes[start..word.end]
        .iter()
        .rposition(|&byte| byte == b'@');
    let end = host
        .filter(|_| sign == b'/')
        .map_or(word.end, |host| start + host);
    (name > 0 && start < end).then_some(Argument { start, end, ..word })
}

/// `echo secret | sudo -S …`, `sudo -S … <<< secret`.
pub(super) fn piped(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let floor = behind.saturating_sub(LINE_MAX);
    let start = span_start(bytes, behind, floor, |&byte| byte != b'\n');
    let line = &bytes[start..behind];
    let said = ["echo ", "printf "].iter().find_map(|echo| {
        memchr::memmem::rfind(line, echo.as_bytes()).map(|at| start + at + echo.len() - 1)
    });
    let mut said = said.into_iter().flat_map(|said| plain_words(bytes, said));
    // The form of `printf '%s' secret` is none.
    let Some(argument) = said.find(|word| !word.of(bytes).starts_with(b"%")) else {
        return;
    };
    let next = span_end(bytes, argument.end, |byte| {
        matches!(byte, b'"' | b'\'' | b'\\' | b' ')
    });
    let between = bytes.get(next + 1..behind).unwrap_or_default();
    // `chpasswd` reads the user's name before it.
    let names =
        memchr::memchr(b':', argument.of(bytes)).filter(|_| ends_with(bytes, behind, "chpasswd"));
    let argument = Argument {
        start: names.map_or(argument.start, |colon| argument.start + colon + 1),
        ..argument
    };
    if byte(bytes, next) == b'|' && !between.contains(&b'|') && argument.start < argument.end {
        report(argument, argument.quoted, scene);
    }
}

/// Flags that name a user.
pub(super) const USERS: &[&str] = &[
    " -u ",
    "--user ",
    " -a ",
    " -l ",
    " -U ",
    "--username ",
    "username=",
    " -ru ",
    " /ru ",
];

/// `curl -u user:password`, `cqlsh -u user -p password`; called behind the flag.
pub(super) fn user(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let mut words = words(bytes, behind - 1);
    let Some(word) = words.next() else {
        return;
    };
    let sign = |byte: &u8| matches!(byte, b':' | b',');
    let Some(sign) = word.of(bytes).iter().position(sign) else {
        return beside(words, scene);
    };
    let (name, value) = (&word.of(bytes)[..sign], &word.of(bytes)[sign + 1..]);
    let named = name
        .first()
        .is_some_and(|first| first.is_ascii_alphanumeric() || *first == b'$');
    let is_user = named && !name.contains(&b'/') && !name.contains(&b'=');
    let group = value.iter().all(u8::is_ascii_digit) && value.len() < 6 || value.starts_with(name);
    let group = group || is_named_type(value) || is_group(bytes, word.start, value);
    let listed = byte(bytes, word.start + sign) == b',' && !is_password_value(value, false);
    if is_user
        && !value.starts_with(b"//")
        && !group
        && !listed
        && value.len() >= 3
        && is_value(value)
    {
        scene.report(word.start + sign + 1, word.end, RULE);
    }
}

/// `docker run --user app:staff`: a group, where containers are started.
fn is_group(bytes: &[u8], word: usize, value: &[u8]) -> bool {
    const STARTS: Phrases = Phrases::of(&["docker", "podman", "nerdctl", "compose", "sort "]);
    let before = &bytes[word.saturating_sub(NAME_MAX)..word];
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    value.iter().all(plain) && STARTS.are_in(before)
}

/// The name of a program and of a user are no longer.
const NAME_MAX: usize = 64;

/// `-u jane -p secret`: the flag for a password behind the one for a user.
fn beside(mut words: impl Iterator<Item = Argument>, scene: &mut Scene<'_, '_>) {
    const FLAGS: [&[u8]; 6] = [b"-p", b"-P", b"-pw", b"-w", b"-rp", b"/rp"];
    let bytes = scene.bytes;
    let Some(flag) = words.next() else { return };
    // Behind that flag of MySQL a blank ends the password that it asks for.
    let before = &bytes[flag.start.saturating_sub(NAME_MAX)..flag.start];
    if FLAGS.contains(&flag.of(bytes))
        && memchr::memmem::find(before, b"mysql").is_none()
        && let Some(argument) = words.next()
    {
        report(argument, argument.quoted, scene);
    }
}

const RULE: &str = "the password of a command's user";

/// Reports an argument that can be a password: behind a flag whatever it looks like.
fn report(argument: Argument, sure: bool, scene: &mut Scene<'_, '_>) {
    let value = argument.of(scene.bytes);
    let taken = value.len() >= 4 && is_value(value) && !matches!(value[0], b'-' | b'$');
    if taken && (sure || is_password_value(value, false)) {
        scene.report(argument.start, argument.end, RULE);
    }
}

/// Behind so many words none is looked for.
const WORDS_MAX: usize = 24;

/// The words that are neither flags nor drives, shares and options of Windows.
fn plain_words(bytes: &[u8], from: usize) -> impl Iterator<Item = Argument> {
    words(bytes, from).take(WORDS_MAX).filter(|word| {
        let word = word.of(bytes);
        !matches!(word[0], b'-' | b'/' | b'\\') && !word.ends_with(b":")
    })
}

/// The words of a command up to the end of its line, or of the string that holds it.
fn words(bytes: &[u8], from: usize) -> impl Iterator<Item = Argument> {
    let line = &bytes[..bytes.len().min(from + LINE_MAX)];
    let mut at = from;
    std::iter::from_fn(move || {
        let blank = span_end(line, at, |&byte| byte == b' ');
        if blank == at {
            return None;
        }
        let slashes = span_end(line, blank, |&byte| byte == b'\\') - blank;
        let quote = byte(line, blank + slashes);
        let quoted = matches!(quote, b'"' | b'\'');
        let start = blank + if quoted { slashes + 1 } else { 0 };
        let end = span_end(line, start, |&byte| {
            if quoted {
                byte != quote && byte != b'\n'
            } else {
                byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'|' | b';' | b'<' | b'>')
            }
        });
        at = end + usize::from(quoted);
        // Inside JSON the quotes are escaped.
        let body = span_start(line, end, start, |&byte| byte == b'\\');
        let end = if matches!(byte(line, end), b'"' | b'\'') {
            body
        } else {
            end
        };
        (start < end).then_some(Argument { start, end, quoted })
    })
}
