//! Internet addresses of both versions.

use std::net::Ipv4Addr;

use crate::pii::context::Word as ContextWord;
use crate::pii::detector::{Detector, Look, Number, Scene, Word};
use crate::pii::forms::Numeral::Joined;
use crate::pii::text::{before, byte, ends_with, left, span_end, span_start, starts_with};
use crate::pii::words::Topic;

pub(in crate::pii) const IPV4: Detector = Detector {
    name: "IPV4",
    what: "IPv4 address",
    source: "RFC 791; RFC 6943 section 3.1.1 (textual form)",
    validator: "four octets without leading zeros; not a version: no neighbouring word of versions, no `v`, `/` or `-` before it, no fifth part",
    gravity: 42,
    context: &[Topic::Address, Topic::Version],
    finds: &[
        "from «192.0.2.17» port 22",
        "ip=«10.4.3.2»;",
        "http://«203.0.113.9»:8080/x",
        "«8.8.4.4»",
        "ssh root@«10.2.3.4»",
        "scp build.tar.gz deploy@«209.174.223.173»:/srv/app/",
        "host:«18.9.26.4»",
        "from mx (<«18.9.26.4»>)",
        "Address = «10.226.19.220»/32",
        "inet «192.168.1.17»/24 brd",
        "login by Firefox from «18.9.26.4»",
    ],
    ignores: &[
        "v1.26.221.199",
        "Chrome/101.30.77.145",
        "assembly version 5.1.228.168",
        "1.2.3.4.5",
        "256.1.1.1",
        "build 3.22.39.47",
        "0.0.0.0",
        "oid 01.02.03.04",
        "npm WARN deprecated gamma@18.9.26.4",
        "\"delta\": \">=9.33.40.40 <35.26.26.1\"",
        "~2.17.38.18",
        "upgrade from 12.34.7.9 to 16.37.0.36",
        "docker pull registry.example.com/alpha/index:22.6.36.10",
        "route 192.168.0.0/16 via eth0",
        "allow 10.0.0.0/8",
        "rates 1.2.3.4/50",
        "Upgraded driver from 11.19.86.78 to 13.21.19.105",
        "chapters: 1.1.1.1 Intro, 1.1.1.2 Scope, 1.2.10.4 Limits",
    ],
    looks: &[
        Look::Number(&[Joined(4, 12, b".")], v4),
        Look::Number(&[Joined(5, 14, b"*")], host_of_net),
    ],
};

pub(in crate::pii) const IPV6: Detector = Detector {
    name: "IPV6",
    what: "IPv6 address, also compressed, mapped or with a zone",
    source: "RFC 4291 section 2.2, RFC 5952, RFC 4007 (zones)",
    validator: "parses as an address; two digits or more of hexadecimal; not a path of code or a time",
    gravity: 43,
    context: &[],
    finds: &[
        "ip=«2001:db8:34a7::f863» ok",
        "[«2400:cb00::7dd0»]:443",
        "«fe80::1ff:fe23:4567:890a%eth0»",
        "«::ffff:192.0.2.128»",
        "\"«fd00:1a2b:5571:4b22:554:9e7f:893b:f7ae»\"",
    ],
    ignores: &[
        "std::env::var",
        "07:56:37.737",
        "a::b",
        "crate::db::v2",
        "12:34:56:78",
        "01:02:03:04:05:06:07:08",
        "2001:db8::/32",
        "::",
        "::1",
    ],
    looks: &[Look::Chain(v6)],
};

fn v4(number: &Number, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if number.shape > 0xFFFF || number.shape < 0x1000 || number.glued {
        return;
    }
    let text = &bytes[number.start..number.end];
    let octets_ok = text.split(|&byte| byte == b'.').all(|octet| {
        octet.len() <= 3 && (octet.len() == 1 || octet[0] != b'0') && value(octet) <= 255
    });
    let left = before(bytes, number.start);
    let part = matches!(left, b'.' | b'-' | b'/' | b'~' | b'^') && !starts_url(bytes, number.start)
        || is_release(bytes, number.start, number.end);
    let goes_on =
        byte(bytes, number.end) == b'.' && byte(bytes, number.end + 1).is_ascii_alphanumeric();
    if !octets_ok || part || goes_on || left == b'+' || is_nobody(text) {
        return;
    }
    // Versions have few parts of three digits: behind `@` two of them tell a host, or a path does.
    let octets = text.split(|&byte| byte == b'.');
    let wide = octets.filter(|octet| octet.len() == 3).count();
    let path = starts_with(bytes, number.end, ":/") || starts_with(bytes, number.end, ":~");
    let is_host = left == b'@' && (wide > 1 || path);
    if is_host || !is_version(scene, number.start) {
        scene.report(number.start, number.end, "four octets");
    }
}

/// The address in `192.168.1.17/24`, if it is that of a host and not of the net.
fn host_of_net(number: &Number, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let mask_width = (number.shape & 15) as usize;
    let slash = number.end.saturating_sub(mask_width + 1);
    if number.shape > 0xF_FFFF || mask_width > 2 || byte(bytes, slash) != b'/' {
        return;
    }
    let mask = value(&bytes[slash + 1..number.end]);
    let address = std::str::from_utf8(&bytes[number.start..slash]);
    let Some(address) = address.ok().and_then(|text| text.parse::<Ipv4Addr>().ok()) else {
        return;
    };
    if mask == 32 || mask < 32 && u32::from(address) & u32::MAX >> mask != 0 {
        let host = Number {
            end: slash,
            shape: number.shape >> 4,
            joint: b'.',
            ..*number
        };
        v4(&host, scene);
    }
}

/// What follows the name of a package: `@` before small numbers, `>=`, `==`, the tag of an image.
fn is_release(bytes: &[u8], start: usize, end: usize) -> bool {
    let sign = start.saturating_sub(1);
    match before(bytes, start) {
        b'@' => {
            let own = ["10.", "172.", "192.168."];
            let text = &bytes[start..end];
            let small = text
                .split(|&byte| byte == b'.')
                .all(|octet| octet.len() < 3);
            small && !own.iter().any(|net| starts_with(bytes, start, net))
        }
        b'=' => matches!(before(bytes, sign), b'=' | b'>' | b'<' | b'~' | b'!'),
        b'<' => byte(bytes, end) != b'>',
        // The end of a tag or an arrow is no comparison.
        b'>' => byte(bytes, end) != b'<' && !before(bytes, sign).is_ascii_graphic(),
        b':' => {
            let floor = sign.saturating_sub(96);
            let name = span_start(bytes, sign, floor, |byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
            });
            before(bytes, name) == b'/' && before(bytes, name.saturating_sub(1)) != b'/'
        }
        _ => false,
    }
}

/// Whether a word of versions stands right before, on the same line and in the same phrase, or
/// before others that lead here: `from 1.2.3.4 to 1.3.0.0`, `chapters 1.1.1.1 Scope, 1.1.1.2 Limits`.
fn is_version(scene: &mut Scene<'_, '_>, start: usize) -> bool {
    const CHAIN_MAX: usize = 6;
    let mut place = start;
    for _ in 0..CHAIN_MAX {
        if is_called_version(scene, place) {
            return true;
        }
        let Some(before) = version_before(scene.bytes, place) else {
            return false;
        };
        place = before;
    }
    false
}

/// Where four small numbers with dots start that stand shortly before, with small letters or a
/// name between.
fn version_before(bytes: &[u8], start: usize) -> Option<usize> {
    const GAP: usize = 16;
    let joint = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b',' | b'-' | b'>');
    let end = span_start(bytes, start, start.saturating_sub(GAP), joint);
    let gap = &bytes[end..start];
    let leads = [
        " to ", ", ", " and ", " or ", " -> ", " vs ", " nach ", " auf ",
    ];
    let listed = gap.ends_with(b", ") && gap.starts_with(b" ");
    let leads = listed || leads.iter().any(|lead| lead.as_bytes() == gap);
    let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let from = span_start(bytes, end, end.saturating_sub(GAP), is_part);
    let dots = bytes[from..end]
        .iter()
        .filter(|&&byte| byte == b'.')
        .count();
    (leads && dots == 3).then_some(from)
}

fn is_called_version(scene: &mut Scene<'_, '_>, start: usize) -> bool {
    let wanted = |word: &ContextWord| matches!(word.topic, Topic::Version | Topic::Address);
    let Some(mut word) = scene.context.nearest(start, 20, wanted) else {
        return false;
    };
    // `Upgraded driver from 1.2.3.4`: what is upgraded stands between.
    if word.topic == Topic::Address && ends_with(scene.bytes, start, "from ") {
        let upgrade = scene
            .context
            .nearest(start, 32, |word| word.topic == Topic::Version);
        let from = upgrade.and_then(|word| usize::try_from(word.start).ok());
        let moves = |at: usize| {
            let verbs = ["upgrade", "downgrade", "bump"];
            verbs.iter().any(|verb| starts_with(scene.bytes, at, verb))
        };
        if let Some(upgrade) = upgrade.filter(|_| from.is_some_and(moves)) {
            word = upgrade;
        }
    }
    let gap = scene
        .bytes
        .get(word.end.max(0) as usize..start)
        .unwrap_or_default();
    word.topic == Topic::Version
        && !gap
            .iter()
            .any(|byte| matches!(byte, b'\n' | b';' | b',' | b'('))
        && !gap.windows(2).any(|two| two == b". ")
}

fn value(octet: &[u8]) -> u32 {
    octet
        .iter()
        .fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
}

fn starts_url(bytes: &[u8], start: usize) -> bool {
    start >= 2 && &bytes[start - 2..start] == b"//"
}

/// Addresses that name no host: unspecified, broadcast, loopback.
fn is_nobody(text: &[u8]) -> bool {
    let is_mask = |text: &str| {
        let address = text.parse::<Ipv4Addr>().map_or(0, u32::from);
        address.leading_ones() >= 8 && address.count_ones() == address.leading_ones()
    };
    matches!(text, b"0.0.0.0" | b"127.0.0.1") || std::str::from_utf8(text).is_ok_and(is_mask)
}

fn v6(word: &Word, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if before(bytes, word.start) != b':' && !matches!(byte(bytes, word.end), b':' | b'.') {
        return;
    }
    let is_in = |parts: u8| move |byte: &u8| PARTS[usize::from(*byte)] & parts != 0;
    let mut end = span_end(bytes, word.start, is_in(HEX_OR_COLON | DOT));
    scene.chain_end = scene.chain_end.max(end);
    // What starts `1.2` is no address, nor any part of one but its end.
    if before(bytes, word.start) != b':' && byte(bytes, word.end) == b'.' {
        return;
    }
    let floor = word.start.saturating_sub(45);
    let mut start = span_start(bytes, word.start, floor, is_in(HEX_OR_COLON));
    if !has_colons(&bytes[start..end]) {
        return;
    }
    while end > start
        && matches!(bytes[end - 1], b'.' | b':')
        && !(end >= 2 && &bytes[end - 2..end] == b"::")
    {
        end -= 1;
    }
    if byte(bytes, start) == b':' && byte(bytes, start + 1) != b':' {
        start += 1;
    }
    let text = bytes.get(start..end).unwrap_or_default();
    if !has_colons(text) || text.len() > 45 || is_inside_word(bytes, start, end) {
        return;
    }
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let hex = text.iter().filter(|byte| byte.is_ascii_hexdigit()).count();
    let plain = std::str::from_utf8(text)
        .ok()
        .filter(|text| text.parse::<std::net::Ipv6Addr>().is_ok());
    // Of pairs throughout fingerprints are made; a net behind `::` is nobody's address.
    let paired = text.len() == 23 && text.split(|&byte| byte == b':').all(|part| part.len() == 2);
    let net = text.ends_with(b"::") && byte(bytes, end) == b'/';
    if plain.is_some() && digits > 0 && hex >= 4 && !paired && !net {
        scene.report(start, zone_end(bytes, end), "parses as an address");
    }
}

/// As many colons as an address has, or two in a row.
fn has_colons(text: &[u8]) -> bool {
    let is_colon = |&&byte: &&u8| byte == b':';
    match text.iter().filter(is_colon).count() {
        0 | 1 => false,
        2..=5 => text.windows(2).any(|two| two == b"::"),
        _ => true,
    }
}

const HEX_OR_COLON: u8 = 1;
const DOT: u8 = 2;

/// What of an address each byte may be.
const PARTS: [u8; 256] = {
    let mut parts = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_hexdigit() || byte as u8 == b':' {
            parts[byte] = HEX_OR_COLON;
        }
        byte += 1;
    }
    parts[b'.' as usize] = DOT;
    parts
};

fn is_inside_word(bytes: &[u8], start: usize, end: usize) -> bool {
    let before = left(bytes, start);
    let right = byte(bytes, end);
    before.is_ascii_alphanumeric()
        || before == b'_'
        || before == b'-'
        || right.is_ascii_alphanumeric()
        || right == b'_'
}

/// The end with its zone, `%eth0`.
fn zone_end(bytes: &[u8], end: usize) -> usize {
    if byte(bytes, end) != b'%' || starts_with(bytes, end, "%2F") {
        return end;
    }
    let zone = span_end(bytes, end + 1, u8::is_ascii_alphanumeric);
    if zone > end + 1 && zone - end <= 16 {
        zone
    } else {
        end
    }
}
