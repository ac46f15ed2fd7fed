//! Passwords on command lines: behind the flags of known programs, and piped into them.

use crate::pii::detector::Scene;
use crate::pii::keys::is_value;
use crate::pii::passwords::is_password_value;
use crate::pii::text::{before, byte, ends_with, span_end, span_start};

/// A program, and where on its line the password stands.
struct Program {
    name: &'static str,
    place: Place,
}

/// Where a password stands behind the name of a program.
#[derive(Clone, Copy)]
enum Place {
    /// Behind one of these flags, or in the flag's own word.
    Flag(&'static [&'static str]),
    /// Only in the flag's own word, `-psecret`.
    Within(&'static str),
    /// The word at this place among those that are no flags.
    Word(usize),
    /// Behind this sign in the word of the flag `-U`, `user%secret`, or in the first word, `user/secret@host`.
    User(u8),
    /// The last of this many words, if the first flag holds the letter.
    Last(usize, u8),
}

const fn program(name: &'static str, place: Place) -> Program {
    Program { name, place }
}

/// From the manuals of the programs; flags that say `password` in full are read as its key.
const PROGRAMS: &[Program] = &[
    program("mysqldump", Place::Within("-p")),
    program("mysqladmin", Place::Within("-p")),
    program("mysql", Place::Within("-p")),
    program("mariadb", Place::Within("-p")),
    program("sshpass", Place::Flag(&["-p"])),
    program("docker login", Place::Flag(&["-p"])),
    program("podman login", Place::Flag(&["-p"])),
    program("registry login", Place::Flag(&["-p"])),
    program("az login", Place::Flag(&["-p"])),
    program("oc login", Place::Flag(&["-p"])),
    program("mongosh", Place::Flag(&["-p"])),
    program("mongodump", Place::Flag(&["-p"])),
    program("redis-cli", Place::Flag(&["-a", "--pass"])),
    program("ldapsearch", Place::Flag(&["-w"])),
    program("ldapmodify", Place::Flag(&["-w"])),
    program("ldapadd", Place::Flag(&["-w"])),
    program("sqlcmd", Place::Flag(&["-P"])),
    program("ipmitool", Place::Flag(&["-P"])),
    program("mosquitto_pub", Place::Flag(&["-P"])),
    program("mosquitto_sub", Place::Flag(&["-P"])),
    program("plink", Place::Flag(&["-pw"])),
    program("keytool", Place::Flag(&["-storepass", "-keypass"])),
    program("unzip", Place::Flag(&["-P"])),
    program("zip -P", Place::Word(0)),
    program("7z a", Place::Within("-p")),
    program("7z x", Place::Within("-p")),
    program("7z e", Place::Within("-p")),
    program("7z t", Place::Within("-p")),
    program("unrar", Place::Within("-p")),
    program("evil-winrm", Place::Flag(&["-p"])),
    program("crackmapexec", Place::Flag(&["-p"])),
    program("netexec", Place::Flag(&["-p"])),
    program("xfreerdp", Place::Within("/p:")),
    program("smbclient", Place::User(b'%')),
    program("rpcclient", Place::User(b'%')),
    program("winexe", Place::User(b'%')),
    program("net rpc", Place::User(b'%')),
    program("sqlplus", Place::User(b'/')),
    program("sqlldr", Place::User(b'/')),
    program("impdp", Place::User(b'/')),
    program("expdp", Place::User(b'/')),
    program("net use", Place::Word(0)),
    program("net user", Place::Word(1)),
    program("requirepass", Place::Word(0)),
    program("masterauth", Place::Word(0)),
    program("htpasswd", Place::Last(3, b'b')),
    program("rabbitmqctl add_user", Place::Word(1)),
    program("rabbitmqctl change_password", Place::Word(1)),
    program("az sql", Place::Flag(&["-p"])),
    program("psexec", Place::Flag(&["-p"])),
    program("ConvertTo-SecureString", Place::Word(0)),
];

/// The names, for the scan.
pub(super) const NAMES: &[&str] = &{
    let mut names = [""; PROGRAMS.len()];
    let mut at = 0;
    while at < PROGRAMS.len() {
        names[at] = PROGRAMS[at].name;
        at += 1;
    }
    names
};

/// Programs that read a password from their input.
pub(super) const READERS: &[&str] = &[
    "sudo -S",
    "--password-stdin",
    "passwd --stdin",
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
    let is_named = |program: &&Program| {
        let start = behind.saturating_sub(program.name.len());
        &bytes[start..behind] == program.name.as_bytes()
            && !before(bytes, start).is_ascii_alphanumeric()
    };
    let Some(program) = PROGRAMS.iter().find(is_named) else {
        return;
    };
    if byte(bytes, behind) != b' ' {
        return;
    }
    let named = match program.place {
        Place::Flag(flags) => behind_flag(bytes, behind, flags),
        Place::Within(flag) => within_flag(bytes, behind, flag),
        Place::User(sign) => behind_user(bytes, behind, sign),
        Place::Word(_) | Place::Last(..) => None,
    };
    if let Some(argument) = named {
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

fn behind_flag(bytes: &[u8], from: usize, flags: &[&str]) -> Option<Argument> {
    let mut words = words(bytes, from);
    if !flags.iter().any(|flag| may_hold(bytes, from, flag)) {
        return None;
    }
    while let Some(word) = words.next() {
        if flags.iter().any(|flag| word.of(bytes) == flag.as_bytes()) {
            return words.next();
        }
    }
    let mut short = flags.iter().filter(|flag| flag.len() == 2);
    short.find_map(|flag| within_flag(bytes, from, flag))
}

fn within_flag(bytes: &[u8], from: usize, flag: &str) -> Option<Argument> {
    if !may_hold(bytes, from, flag) {
        return None;
    }
    let word = words(bytes, from).find(|word| word.of(bytes).starts_with(flag.as_bytes()))?;
    Some(Argument {
        start: word.start + flag.len(),
        ..word
    })
}

/// Whether a word of the command may start with a flag: most commands are told by that.
fn may_hold(bytes: &[u8], from: usize, flag: &str) -> bool {
    let line = &bytes[from..bytes.len().min(from + LINE_MAX)];
    let mut places = memchr::memmem::find_iter(line, flag.as_bytes());
    places.any(|at| matches!(before(line, at), b' ' | b'"' | b'\''))
}

/// `smbclient -U user%secret`, `sqlplus user/secret@host`.
fn behind_user(bytes: &[u8], from: usize, sign: u8) -> Option<Argument> {
    let word = if sign == b'%' {
        behind_flag(bytes, from, &["-U", "--user"])?
    } else {
        words(bytes, from).find(|word| !word.of(bytes).starts_with(b"-"))?
    };
    let name = word.of(bytes).iter().position(|&byte| byte == sign)?;
    let start = word.start + name + 1;
    let host = bytes[start..word.end]
        .iter()
        .rposition(|&byte| byte == b'@');
    let end = host
        .filter(|_| sign == b'/')
        .map_or(word.end, |host| start + host);
    (name > 0 && start < end).then_some(Argument { start, end, ..word })
}

/// `echo secret | sudo -S …`.
pub(super) fn piped(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let floor = behind.saturating_sub(LINE_MAX);
    let start = span_start(bytes, behind, floor, |&byte| byte != b'\n');
    let Some(echo) = memchr::memmem::rfind(&bytes[start..behind], b"echo ") else {
        return;
    };
    let Some(argument) = plain_words(bytes, start + echo + "echo".len()).next() else {
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

/// `curl -u user:password`, called behind the space of the flag.
pub(super) fn user(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let Some(word) = words(bytes, behind - 1).next() else {
        return;
    };
    let Some(colon) = word.of(bytes).iter().position(|&byte| byte == b':') else {
        return;
    };
    let (name, value) = (&word.of(bytes)[..colon], &word.of(bytes)[colon + 1..]);
    let is_user = colon > 0 && !name.contains(&b'/');
    let group = value.iter().all(u8::is_ascii_digit) && value.len() < 6;
    if is_user && !value.starts_with(b"//") && !group && value.len() >= 3 && is_value(value) {
        scene.report(word.start + colon + 1, word.end, RULE);
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

/// The words that are neither flags nor drives, shares and options of Windows.
fn plain_words(bytes: &[u8], from: usize) -> impl Iterator<Item = Argument> {
    words(bytes, from).filter(|word| {
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
