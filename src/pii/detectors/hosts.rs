//! Addresses as programs print them together with ports, in ranges, and in names of hosts.

use std::net::Ipv4Addr;

use super::ip::{v4, value};
use crate::pii::detector::{Number, Scene};
use crate::pii::lists::{List, table};
use crate::pii::text::{before, byte, ends_with, span_end, span_start, starts_with};

/// Ports have so many digits at most.
pub(super) const PORT_WIDTH: usize = 5;

/// `/192.0.2.17:51544`, as Java prints a socket's address, perhaps behind the name of the host.
pub(super) fn is_of_socket(bytes: &[u8], number: &Number) -> bool {
    let port = number.end + 1;
    let width = span_end(bytes, port, u8::is_ascii_digit).saturating_sub(port);
    before(bytes, number.start) == b'/'
        && byte(bytes, number.end) == b':'
        && (2..=PORT_WIDTH).contains(&width)
}

/// `node-3/172.19.109.69`: the name of a host and its address, as clusters print them.
pub(super) fn is_of_node(bytes: &[u8], number: &Number) -> bool {
    const NAME_MAX: usize = 64;
    static NODES: List = List::of(&table::<64>(
        "node host worker master server broker kafka web db app ip pod vm agent proxy gateway edge router \
        localhost leader replica shard controller ingress peer client",
    ));
    let start = number.start;
    if before(bytes, start) != b'/' || byte(bytes, number.end) == b'/' {
        return false;
    }
    let Some(address) = address(&bytes[start..number.end]) else {
        return false;
    };
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let end = start - 1;
    let name = span_start(bytes, end, end.saturating_sub(NAME_MAX), is_name);
    let text = &bytes[name..end];
    let alone = matches!(
        before(bytes, name),
        b' ' | b'=' | b':' | b',' | b'"' | b'(' | b'\n' | b'[' | b'\t'
    );
    let stem = span_end(text, 0, u8::is_ascii_lowercase);
    let known = NODES.has(&text[..stem]);
    let numbered = text.contains(&b'-') && text.last().is_some_and(u8::is_ascii_digit);
    // Versions have small parts.
    let wide = address.octets().iter().filter(|octet| **octet > 99).count();
    let [first, second, ..] = address.octets();
    let released = first <= 40 && second <= 60 && first != 10;
    stem > 0
        && alone
        && (known && !released || numbered && (wide > 1 || address.is_private() && wide > 0))
}

/// `node-3/172.19.109.69`: the same where the name ends in a number, which leads to those of the address.
pub(super) fn behind_name(number: &Number, scene: &mut Scene<'_, '_>) {
    let text = &scene.bytes[number.start..number.end];
    let Some(slash) = memchr::memchr(b'/', text) else {
        return;
    };
    let host = Number {
        start: number.start + slash + 1,
        shape: number.shape & 0xFFFF,
        joint: b'.',
        ..*number
    };
    if slash <= 12 && is_of_node(scene.bytes, &host) {
        v4(&host, scene);
    }
}

/// `192.0.2.17.51713`: tcpdump and netstat write the port as a fifth part.
pub(super) fn behind_port(number: &Number, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let width = (number.shape & 15) as usize;
    if number.shape >> 16 == 0 || number.shape > 0xF_FFFF || width > PORT_WIDTH {
        return;
    }
    let end = number.end - width - 1;
    let port = value(&bytes[end + 1..number.end]);
    let flow = ["IP ", "> ", "IP: "]
        .iter()
        .any(|lead| ends_with(bytes, number.start, lead));
    let flow = flow && (starts_with(bytes, number.end, " > ") || byte(bytes, number.end) == b':');
    let Some(address) = address(&bytes[number.start..end]) else {
        return;
    };
    let plain = address.is_private() && address.octets()[0] > 9 && port > 1023;
    if u16::try_from(port).is_ok() && (flow || plain) {
        scene.report(number.start, end, "four octets and a port");
    }
}

/// `192.0.2.5-192.0.2.9`: the first and the last address of a range.
pub(super) fn range(number: &Number, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if number.shape >> 28 == 0 || number.shape >> 32 != 0 {
        return;
    }
    let text = &bytes[number.start..number.end];
    let Some(dash) = memchr::memchr(b'-', text) else {
        return;
    };
    let (first, last) = (address(&text[..dash]), address(&text[dash + 1..]));
    let ordered = first.zip(last).is_some_and(|(first, last)| first < last);
    let lower = Number {
        end: number.start + dash,
        shape: number.shape >> 16,
        joint: b'.',
        ..*number
    };
    let n_found = scene.found.len();
    if ordered {
        v4(&lower, scene);
    }
    if scene.found.len() > n_found {
        scene.report(
            number.start + dash + 1,
            number.end,
            "the end of a range of addresses",
        );
    }
}

/// `ip-10-0-12-7`, `ec2-192-0-2-17`: what clouds call their machines.
pub(super) fn dashed(number: &Number, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let lead = ["ip-", "ec2-"]
        .iter()
        .find(|lead| ends_with(bytes, number.start, lead));
    let Some(lead) = lead.filter(|_| number.shape >> 12 != 0 && number.shape >> 16 == 0) else {
        return;
    };
    let apart = !before(bytes, number.start - lead.len()).is_ascii_alphanumeric();
    let mut octets = bytes[number.start..number.end].split(|&byte| byte == b'-');
    let valid = octets.all(|octet| octet.len() < 3 || octet <= b"255".as_slice());
    if apart && valid {
        scene.report(
            number.start,
            number.end,
            "four octets in the name of a host",
        );
    }
}

/// The address, if it is one.
pub(super) fn address(text: &[u8]) -> Option<Ipv4Addr> {
    std::str::from_utf8(text).ok()?.parse().ok()
}
