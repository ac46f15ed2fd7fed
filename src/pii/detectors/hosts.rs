//! Addresses as programs print them together with ports, in ranges, and in names of hosts.

use std::net::Ipv4Addr;

use super::ip::{v4, value};
use crate::pii::detector::{Number, Scene};
use crate::pii::text::{before, byte, ends_with, span_end, starts_with};

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
