//! What the words beside four numbers with dots say of them: a release, a section or a host.

use crate::pii::lists::{List, Phrases, table};
use crate::pii::segments::segments_backwards;
use crate::pii::text::{before, byte, ends_with, is_escape_letter, span_end, starts_with};

/// What four numbers are, by a word beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// The release of something, whatever the numbers are.
    Release,
    /// The release of something, if the numbers are as small as those of releases.
    Product,
    /// The same, if no word of hosts stands further before: `updated to`, `in`.
    Moved,
    /// A part of a text, if the numbers are small.
    Section,
    /// The address of a host.
    Host,
    /// The same, if it stands right before: `by`.
    Near,
    /// That of a host, unless something moves from one release to the next: `from`.
    From,
    /// What stands further before says nothing of releases: `on`.
    Nothing,
}

/// The words by what they say, in small letters.
static WORDS: [(Says, List); 8] = [
    (
        Says::Release,
        List::of(&table::<128>(
            "version versions ver vers v rev revision release releases released rel build builds \
        firmware fw bios uefi bootloader baseband microcode milestone changelog hotfix patchset \
        chromedriver geckodriver chrome chromium webview oid oids wersja wersji verze verzió \
        versie versio versione versión versão versiune versionen sürüm treiberversion",
        )),
    ),
    (
        Says::Product,
        List::of(&table::<256>(
            "tag tags tagged since upgrade upgrades upgraded upgrading downgrade downgraded \
             downgrading bump bumps bumped rollback rolled edge driver drivers treiber plugin \
             plugins extension addon module library package packages sdk jdk jre runtime engine app \
             image gem rails nuget dll exe so jar msi sys apk deb rpm whl nupkg latest stable \
             wanted installed installing running supports supported requires required requirement \
             compatible compiled linked affected affects affecting vulnerable minimum maximum min \
             max beta alpha snapshot unstable signature signatures patch level patched fixed broken \
             regression model protocol schema spec iteration edition generation aktualisierung \
             actualización aggiornamento atualização aktualizacja güncelleme jour deprecated \
             introduced kernel depends dependency dependencies grep toolchain compiler available \
             current browser view player cli deployed deploying shipped shipping tested 更新至 驱动 驱动程序 \
             драйвер драйвера сборка обновлено",
        )),
    ),
    (
        Says::Moved,
        List::of(&table::<32>(
            "in prior update updates updated updating up aktualisiert actualizado actualizada \
        aggiornato aggiornata atualizado atualizada bijgewerkt zaktualizowano",
        )),
    ),
    (
        Says::Section,
        List::of(&table::<256>(
            "section sections sec clause clauses subclause article articles art annex appendix \
        paragraph paragraphs para chapter chapters ch part item items point points step \
        steps task figure fig table listing equation theorem lemma definition exercise \
        lesson unit rule rules req requirements control controls wbs toc contents numbering \
        heading title outline numeral abschnitt kapitel ziffer punkt artikel anhang tabelle \
        abbildung chapitre paragraphe annexe capítulo sección apartado artículo cláusula \
        sezione capitolo articolo seção hoofdstuk rozdział test case check finding \
        recommendation",
        )),
    ),
    (
        Says::Host,
        List::of(&table::<512>(
            "ip ips ipv ip4 pv4 addr address addresses host hosts hostname server servers client \
        clients peer peers peername node nodes machine machines vm instance instances \
        gateway nameserver nameservers dns resolver resolved resolve resolves router switch \
        firewall proxy upstream backend remote local source src dst dest destination \
        endpoint endpoints bind bound listen listening listener connect connected connecting \
        connection connections connexion conexión connessione conexão verbinding verbindung \
        ping pinging traceroute tracert mtr nmap scan telnet ssh sshd scp sftp ftp curl wget \
        dig nslookup whois arp route routes routing neighbor neighbors neighbour inet subnet \
        network lease leased assigned dhcp dhcpack dhcprequest dhcpdiscover dhcpoffer snmp \
        snmpget snmpwalk snmptrap syslog ntp stun turn sip vpn tunnel tcp udp icmp http \
        https packet packets traffic trying reach reached unreachable ban banned unban block \
        blocked blacklist blacklisted blocklist blocklisted allowlist allowlisted whitelist \
        whitelisted attacker attackers attack scanner bot abuse drop dropped deny denied \
        login logins logged logon signin visitor visitors hosted browse geoip geo lookup \
        location ptr econnrefused etimedout econnreset ehostunreach master slave primary \
        replica secondary broker leader follower loadbalancer balancer lb vip camera printer \
        device devices sensor rechner adresse adressen serveur servidor servidores desde \
        depuis vanaf dirección indirizzo endereço adres request requests limited exceeded \
        iptables allow 来自 服务器 主机 访问 サーバー ホスト 서버 호스트 сервер сервера хост узел адрес адреса \
        external internal",
        )),
    ),
    (Says::Near, List::of(&table::<8>("by via at"))),
    (Says::From, List::of(&table::<2>("from"))),
    (Says::Nothing, List::of(&table::<4>("on than"))),
];

/// How far back a word may stand.
const REACH: usize = 56;

/// How many words that say nothing may stand before one of releases, and before any.
const FEW: usize = 2;
const MANY: usize = 5;

/// What the nearest word before numbers that says anything says of them.
pub(super) fn before_numbers(bytes: &[u8], start: usize, end: usize) -> Option<Says> {
    let (mut n_others, mut moved, mut released) = (0, None, true);
    let mut goes_on = moves_on(bytes, end);
    // `curl -v 192.0.2.1`: a flag, and no version.
    let flag = 3 * usize::from(ends_with(bytes, start, "-v "));
    let phrase = bytes.get(phrase_start(bytes, start)..start - flag);
    for word in segments_backwards(phrase.unwrap_or_default()) {
        let said = says(word);
        let to = word.eq_ignore_ascii_case(b"to");
        match said {
            Some(Says::Moved) => moved = moved.or(said),
            Some(Says::From) if goes_on => moved = said,
            Some(Says::From) => return Some(Says::Host),
            Some(Says::Near) if n_others == 0 => return Some(Says::Host),
            Some(Says::Nothing) => released = false,
            Some(Says::Host) => return said,
            Some(Says::Product) if goes_on && moved.is_none() => n_others += 1,
            Some(Says::Release | Says::Product | Says::Section) if released && n_others <= FEW => {
                return said;
            }
            _ if n_others == MANY => break,
            _ => n_others += usize::from(word[0].is_ascii_alphabetic() && !to),
        }
        goes_on |= to;
    }
    match moved {
        Some(Says::From) => Some(Says::Host),
        _ => moved.filter(|_| released),
    }
}

/// Whether numbers follow that those before lead to: ` to 1.2.3.5`.
fn moves_on(bytes: &[u8], end: usize) -> bool {
    let leads = [" to ", " -> ", " → ", " auf ", " nach "];
    let lead = leads.iter().find(|lead| starts_with(bytes, end, lead));
    lead.is_some_and(|lead| byte(bytes, end + lead.len()).is_ascii_digit())
}

/// Where the phrase starts that leads to a place: behind the end of a line, a cell, a clause or a
/// sentence; the dot of an abbreviation ends none.
fn phrase_start(bytes: &[u8], place: usize) -> usize {
    const SHORT: usize = 4;
    let floor = place.saturating_sub(REACH);
    let mut at = place;
    while at > floor {
        let ends = match bytes[at - 1] {
            b'\n' | b'\r' | b'\t' | b';' | b',' | b'|' | b'!' => true,
            b' ' if before(bytes, at - 1) == b'.' => {
                let word = bytes
                    .get(at.saturating_sub(SHORT + 3)..at - 2)
                    .unwrap_or_default();
                word.len() > SHORT && word.iter().all(u8::is_ascii_alphabetic)
            }
            _ => is_escape_letter(bytes, at - 1),
        };
        if ends {
            break;
        }
        at -= 1;
    }
    // A word that the reach cuts is none.
    if at == floor && floor > 0 {
        return span_end(&bytes[..place], at, |&byte| byte != b' ');
    }
    at
}

/// What is said of versions behind them.
const RELEASED: Phrases = Phrases::of(&[
    "or later",
    "or newer",
    "or higher",
    "or above",
    "or greater",
    "or earlier",
    "or older",
    "and later",
    "and newer",
    "and above",
    "and up",
    "and earlier",
    "and below",
    "later",
    "newer",
    "onwards",
    "released",
    "loaded",
    "activated",
    "amd64",
    "x64",
    "x86",
    "arm64",
    "build",
    "stable",
    "beta",
    "64-bit",
    "32-bit",
    "is out",
    "is available",
    "whql",
    "installed",
    "oder neuer",
    "oder höher",
    "ou supérieur",
    "o superior",
    "ou superior",
    "o successiva",
    "of hoger",
    "lub nowsz",
    "или новее",
    "aktualisiert",
    "升级到",
    "升级至",
    "更新到",
    "以上",
    "及以上",
    "にアップデート",
]);

/// What follows the release of something: `or later`, `(build 7)`, `-rc1`, `+`.
pub(super) fn is_followed_as_release(bytes: &[u8], end: usize) -> bool {
    match byte(bytes, end) {
        b'+' => !byte(bytes, end + 1).is_ascii_alphanumeric(),
        b'-' => is_suffix(bytes, end + 1),
        b' ' | b')' | b'"' => {
            let at = span_end(bytes, end, |byte| matches!(byte, b' ' | b'(' | b')' | b'"'));
            at - end <= 3 && RELEASED.at(bytes, at).is_some()
        }
        _ => false,
    }
}

/// `(>= 2:1.4.99.1)`, `6.9.11.60+dfsg-1.6`: the version of a package that another one requires, and one with
/// a suffix (Debian Policy sections 5.6.12 and 7.1).
pub(super) fn is_required(bytes: &[u8], start: usize, end: usize) -> bool {
    const RELATIONS: [&str; 5] = ["(>= ", "(<= ", "(<< ", "(>> ", "(= "];
    let is_epoch = before(bytes, start) == b':' && before(bytes, start - 1).is_ascii_digit();
    let from = start - if is_epoch { 2 } else { 0 };
    let repacked = byte(bytes, end) == b'+' && byte(bytes, end + 1).is_ascii_lowercase();
    repacked || RELATIONS.iter().any(|sign| ends_with(bytes, from, sign))
}

/// What is said of hosts: `GET /`, `port 22`, `connected`.
pub(super) fn is_followed_as_host(bytes: &[u8], end: usize) -> bool {
    const WORDS: Phrases = Phrases::of(&[
        "GET ",
        "POST ",
        "PUT ",
        "HEAD ",
        "DELETE ",
        "OPTIONS ",
        "PATCH ",
        "port ",
        "connected",
        "disconnected",
        "timed out",
        "unreachable",
        "refused",
        "is down",
        "is up",
        "- - ",
        "not responding",
        "joined",
        "netmask",
        "logged in",
        "signed in",
    ]);
    let at = span_end(bytes, end, |byte| matches!(byte, b' ' | b')'));
    (1..=2).contains(&(at - end)) && WORDS.at(bytes, at).is_some()
}

/// `rc1`, `beta`, `3ubuntu1`, `1.el8`, `r0`: how a package's release goes on.
fn is_suffix(bytes: &[u8], at: usize) -> bool {
    const STAGES: Phrases = Phrases::of(&[
        "rc", "alpha", "beta", "snapshot", "dev", "pre", "final", "release", "hotfix", "patch",
        "stable", "nightly", "preview",
    ]);
    let digits = span_end(bytes, at, u8::is_ascii_digit);
    let next = byte(bytes, digits);
    let packaged = digits > at
        && (next.is_ascii_alphabetic()
            || matches!(next, b'.' | b'+' | b'_' | b'~')
                && byte(bytes, digits + 1).is_ascii_alphanumeric()
                && !starts_with(bytes, digits, ".0."));
    let revision = byte(bytes, at) == b'r' && byte(bytes, at + 1).is_ascii_digit();
    packaged && !is_range(bytes, at) || revision || STAGES.at(bytes, at).is_some()
}

/// `10.0.0.1-10.0.0.9`: the end of a range of addresses.
fn is_range(bytes: &[u8], at: usize) -> bool {
    let end = span_end(bytes, at, |byte| byte.is_ascii_digit() || *byte == b'.');
    bytes[at..end].iter().filter(|&&byte| byte == b'.').count() >= 3
}

fn says(word: &[u8]) -> Option<Says> {
    if word.first().is_none_or(u8::is_ascii_digit) {
        return None;
    }
    let says = WORDS.iter().find(|(_, words)| words.has_in_any_case(word));
    says.map(|(says, _)| *says)
}
