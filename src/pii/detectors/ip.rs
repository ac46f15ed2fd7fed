//! Internet addresses of both versions.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{hosts, quads};
use crate::pii::detector::{Detector, Look, Number, Scene, Word};
use crate::pii::forms::Numeral::Joined;
use crate::pii::lists::Phrases;
use crate::pii::text::{before, byte, ends_with, left, span_end, span_start, starts_with};
use crate::pii::words::Topic;

pub(in crate::pii) const IPV4: Detector = Detector {
    name: "IPV4",
    what: "IPv4 address",
    source: "RFC 791; RFC 6943 section 3.1.1 (textual form)",
    validator: "four octets without leading zeros; not a version or a section: no such word beside it or beside others that lead to it, no `v`, `/` or `-` before it, no fifth part",
    gravity: 42,
    context: &[Topic::Address, Topic::Version],
    finds: &[
        "from «192.0.2.17» port 22",
        "ip=«10.4.3.2»;",
        "http://«203.0.113.9»:8080/x",
        "«8.8.4.4»",
        "ssh root@«10.2.3.4»",
        "ssh ubuntu@«23.45.12.9»",
        "scp build.tar.gz deploy@«209.174.223.173»:/srv/app/",
        "host:«18.9.26.4»",
        "from mx (<«18.9.26.4»>)",
        "Address = «10.226.19.220»/32",
        "inet «192.168.1.17»/24 brd",
        "login by Firefox from «18.9.26.4»",
        "blocked by «18.9.26.4» after",
        "firmware 4.1.9.77 at «9.21.39.6»",
        "acme 4.1.9.77 listening on «18.6.24.9»:8080",
        "nameservers: [«13.6.10.14», «23.2.2.41»]",
        "curl -v «18.9.26.44»",
        "nslookup example.com «13.10.10.27»",
        "sip:100@«18.7.9.15»",
        "db://app@«24.41.8.28»:5432/app",
        "10:00:00Z «8.15.6.2» GET /x 200",
        "来自 «5.10.15.7» 的请求",
        "build failed on host «18.9.26.44»",
        "a connection from «9.14.26.44» to «18.6.20.77»",
        "updated the A record of the host to «18.9.26.44»",
        "user jane («20.26.15.12») logged in",
        "patched «10.0.3.7» last night",
        "available: «10.0.0.8», «10.0.0.9»",
        "running «198.0.113.9» in eu",
        "rollback of «203.0.113.88» done",
        "tag «203.0.113.88» as prod",
        "edge «198.51.100.7» is slow",
        "\"current\":\"«88.9.26.144»\"",
        "from outside:«103.110.110.242»/443 to inside:«172.26.169.88»/51713",
        "src «10.1.4.9»/53 dst",
        "IP «192.168.7.20».51713 > «142.250.74.14».443: Flags [P.]",
        "remoteAddress=/«18.51.100.7»:51544",
        "lease range «10.0.0.5»-«10.0.0.9» is full",
        "host ip-«10-0-12-7».ec2.internal",
        "Node: node-3/«172.19.109.69»",
    ],
    ignores: &[
        "Depends: libx11-6 (>= 2:1.4.99.1), libgiac0 (<< 1.2.3.57+dfsg1-2)",
        "c1 2.83-2.12 3.51.98.32 2.03.5 <h4>10.3.2.5. Access Counts</h4>",
        "docker pull app-2/1.10.3.4 and nginx/1.2.3.4, v1.26.221.199",
        "Chrome/101.30.77.145, assembly version 5.1.228.168",
        "1.2.3.4.5",
        "build 3.22.39.47",
        "256.1.1.1 and 0.0.0.0",
        "oid 01.02.03.04",
        "npm WARN deprecated gamma@18.9.26.4",
        "\"delta\": \">=9.33.40.40 <35.26.26.1\"",
        "~2.17.38.18",
        "upgrade from 12.34.7.9 to 16.37.0.36",
        "docker pull registry.example.com/alpha/index:22.6.36.10",
        "route 192.168.0.0/16 via eth0",
        "allow 10.0.0.0/8",
        "rates 1.2.3.4/50",
        "ratio 1.2.3.4/500",
        "build 4.1.9.77.1042",
        "sections 4.1.2.2-4.1.2.5",
        "tip-10-0-12-7",
        "mDNS 224.0.0.251 and 239.255.255.250",
        "OID 2.5.4.3 is commonName",
        "Photoshop 25.3.1.241",
        "- 3.2.1.4: fixed crash",
        "according to 4.2.1.3 and (EC 3.2.1.17)",
        "|1.2.3.4|1.2.3.5|",
        "See 2.1.3.4 and 2.1.3.5 of the standard",
        "Firmware: 18.7.126.197; bootloader 8.14.46.125; BIOS 10.7.174.107; .NET 21.0.43.198",
        "4.1.2.2 Results",
        "Upgraded driver from 11.19.86.78 to 13.21.19.105",
        "chapters: 1.1.1.1 Intro, 1.1.1.2 Scope, 1.2.10.4 Limits",
        "[assembly: AssemblyVersion(\"7.54.167.208\")]",
        "bump core from 14.29.169.130 to 14.31.0.7",
        "git tag -a 9.1.237.102 -m x",
        "NVIDIA driver: 18.52.237.209",
        "please update to 18.9.163.83 or newer",
        "fixed in 1.36.94.130",
        "{\"fw\":\"16.53.214.42\",\"step\":\"6.9.9.11\"}",
        "- gem (= 20.1.110.175)",
        "## [13.50.154.101] - 2024-05-01",
        "acme 12.9.163.83-3ubuntu1 amd64",
        "module acme.dll 4.30.26.202",
        "8.2.10.4节和 4.2.1.2절",
        "2.5.29.46 is freshestCRL",
        "?v=5.60.46.215",
        "supports 23.21.30.83, 15.49.83.24 and 1.46.13.125",
        "net 10.0.0.0 is down",
        "更新至 20.9.143.60",
    ],
    looks: &[
        Look::Number(&[Joined(4, 12, b".")], v4),
        Look::Number(&[Joined(5, 17, b"*")], host_of_net),
        Look::Number(&[Joined(5, 24, b"*")], hosts::behind_name),
        Look::Number(&[Joined(5, 17, b".")], hosts::behind_port),
        Look::Number(&[Joined(8, 24, b"*")], hosts::range),
        Look::Number(&[Joined(4, 12, b"-")], hosts::dashed),
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
        "ff02::fb",
        "dead::beef2",
        "12:34:56::78",
        "1:2:3:4:5:6:7:8",
        "::",
        "::1",
    ],
    looks: &[Look::Chain(v6)],
};

pub(super) fn v4(number: &Number, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if number.shape > 0xFFFF || number.shape < 0x1000 || number.glued {
        return;
    }
    let text = &bytes[number.start..number.end];
    let octets_ok = text.split(|&byte| byte == b'.').all(|octet| {
        octet.len() <= 3 && (octet.len() == 1 || octet[0] != b'0') && value(octet) <= 255
    });
    let left = before(bytes, number.start);
    let tied = matches!(left, b'.' | b'-' | b'/' | b'~' | b'^') && !starts_url(bytes, number.start);
    let part = tied && !hosts::is_of_socket(bytes, number) && !hosts::is_of_node(bytes, number)
        || is_release(bytes, number.start, number.end)
        || quads::is_drawn(bytes, number);
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
    let other = quads::is_version(scene, number);
    if is_host || !other {
        scene.report(number.start, number.end, "four octets");
    }
}

/// The address in `192.168.1.17/24`, if it is that of a host and not of the net, and in
/// `192.0.2.17/443`, as firewalls write a port.
fn host_of_net(number: &Number, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let mask_width = (number.shape & 15) as usize;
    let slash = number.end.saturating_sub(mask_width + 1);
    if number.shape > 0xF_FFFF || mask_width > hosts::PORT_WIDTH || byte(bytes, slash) != b'/' {
        return;
    }
    let mask = value(&bytes[slash + 1..number.end]);
    let Some(address) = hosts::address(&bytes[number.start..slash]) else {
        return;
    };
    // Few digits, as in `1.2.3.4/50`, are a port only behind an address that is plainly one.
    let octets = address.octets();
    let wide = octets.iter().filter(|octet| **octet > 9).count();
    let plain = octets[0] == 10 || octets.iter().any(|octet| *octet > 99) || wide > 2;
    let port = mask > 32 && u16::try_from(mask).is_ok() && (mask_width > 3 || plain);
    if port || mask == 32 || mask < 32 && u32::from(address) & u32::MAX >> mask != 0 {
        let host = Number {
            end: slash,
            shape: number.shape >> 4,
            joint: b'.',
            ..*number
        };
        v4(&host, scene);
    }
}

/// Who logs in on other machines: no packages have such names.
const LOGINS: Phrases = Phrases::of(&[
    " root",
    " admin",
    " administrator",
    " ubuntu",
    " debian",
    " ec2-user",
    " centos",
    " user",
    " deploy",
    " pi",
]);

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
            let own = own.iter().any(|net| starts_with(bytes, start, net));
            let login = LOGINS.before(bytes, sign).is_some();
            small && !own && !login && !is_at_host(bytes, sign, end)
        }
        b'=' => matches!(before(bytes, sign), b'=' | b'>' | b'<' | b'~' | b'!'),
        b'<' => byte(bytes, end) != b'>',
        // `>= 1.2.3.4`, `(= 1.2.3.4)`.
        b' ' => ["~>", ">=", "<=", "==", "!=", "(=", " <"]
            .iter()
            .any(|mark| ends_with(bytes, sign, mark)),
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

/// `sip:bob@192.0.2.1`, `db://jane@192.0.2.1`, `dig @192.0.2.1`: what follows `@` is a host.
fn is_at_host(bytes: &[u8], sign: usize, end: usize) -> bool {
    let floor = sign.saturating_sub(64);
    let name = span_start(bytes, sign, floor, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':')
    });
    let port = byte(bytes, end) == b':' && byte(bytes, end + 1).is_ascii_digit();
    let called = starts_with(bytes, name, "sip:") || starts_with(bytes, name, "sips:");
    port || name == sign || called || ends_with(bytes, name, "//")
}

pub(super) fn value(octet: &[u8]) -> u32 {
    octet
        .iter()
        .fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
}

fn starts_url(bytes: &[u8], start: usize) -> bool {
    start >= 2 && &bytes[start - 2..start] == b"//"
}

/// Addresses that name no host of their own: of this network, loopback, groups and masks (RFC 6890).
fn is_nobody(text: &[u8]) -> bool {
    let address = std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse().ok());
    address.is_some_and(|address: Ipv4Addr| {
        let bits = u32::from(address);
        let is_mask = bits.leading_ones() >= 8 && bits.count_ones() == bits.leading_ones();
        let [first, ..] = address.octets();
        // The clouds tell every machine of itself at this address.
        let metadata = address.octets() == [169, 254, 169, 254];
        let net = bits.trailing_zeros() >= 24;
        is_mask || metadata || net || matches!(first, 0 | 127 | 224..)
    })
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
        .and_then(|text| text.parse::<Ipv6Addr>().ok());
    // Of pairs throughout fingerprints are made; a net behind `::` is nobody's address.
    let paired = text.len() == 23 && text.split(|&byte| byte == b':').all(|part| part.len() == 2);
    let net = text.ends_with(b"::") && byte(bytes, end) == b'/';
    let somebody = plain.is_some_and(|address| is_somebody(address, text));
    if somebody && digits > 0 && hex >= 4 && !paired && !net {
        scene.report(start, zone_end(bytes, end), "parses as an address");
    }
}

/// Whether an address can be that of a host: no group, and where much of it is left out, in a range
/// that hosts have (IANA, Internet Protocol Version 6 Address Space).
fn is_somebody(address: Ipv6Addr, text: &[u8]) -> bool {
    let parts = address.segments();
    let first = parts[0];
    let allocated = matches!(first, 0x2000..=0x3FFF | 0xFC00..=0xFDFF | 0xFE80..=0xFEBF | 0x64);
    let mapped = parts[..5] == [0; 5] && parts[5] == 0xFFFF;
    let filled = parts.iter().filter(|&&part| part > 0).count();
    let lettered = text.iter().any(u8::is_ascii_alphabetic);
    first < 0xFF00 && (allocated || mapped || filled > 4 && lettered)
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
