//! Writes protobuf fields.

use super::wire::{FIXED32, FIXED64, LEN, VARINT};

/// How many bytes a varint takes.
pub(super) const fn varint_len(value: u64) -> usize {
    (70 - (value | 1).leading_zeros() as usize) / 7
}

/// How many bytes a length-delimited field of that payload takes, tag included (numbers to 15).
pub(super) const fn field_len(number: u32, payload: usize) -> usize {
    varint_len((number as u64) << 3) + varint_len(payload as u64) + payload
}

pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put_tag(out: &mut Vec<u8>, number: u32, wire_type: u32) {
    put_varint(out, u64::from(number << 3 | wire_type));
}

pub(super) fn put_uint(out: &mut Vec<u8>, number: u32, value: u64) {
    put_tag(out, number, VARINT);
    put_varint(out, value);
}

pub(super) fn put_fixed64(out: &mut Vec<u8>, number: u32, value: u64) {
    put_tag(out, number, FIXED64);
    out.extend_from_slice(&value.to_le_bytes());
}

pub(super) fn put_fixed32(out: &mut Vec<u8>, number: u32, value: u32) {
    put_tag(out, number, FIXED32);
    out.extend_from_slice(&value.to_le_bytes());
}

/// The tag and length of a length-delimited field, its payload to follow.
pub(super) fn put_head(out: &mut Vec<u8>, number: u32, payload: usize) {
    put_tag(out, number, LEN);
    put_varint(out, payload as u64);
}

pub(super) fn put_bytes(out: &mut Vec<u8>, number: u32, payload: &[u8]) {
    put_head(out, number, payload.len());
    out.extend_from_slice(payload);
}

/// A length-delimited field whose payload `write` appends.
pub(super) fn put_message(out: &mut Vec<u8>, number: u32, write: impl FnOnce(&mut Vec<u8>)) {
    put_tag(out, number, LEN);
    let at = out.len();
    // One byte holds most lengths; longer ones move the payload once.
    out.push(0);
    write(out);
    close_message(out, at);
}

/// Ends a message begun with one length byte at `at`.
pub(super) fn close_message(out: &mut Vec<u8>, at: usize) {
    let len = out.len() - at - 1;
    if let Ok(short @ 0..0x80) = u8::try_from(len) {
        out[at] = short;
        return;
    }
    let extra = varint_len(len as u64) - 1;
    out.resize(out.len() + extra, 0);
    out.copy_within(at + 1..at + 1 + len, at + 1 + extra);
    let mut left = len;
    for byte in &mut out[at..at + extra] {
        *byte = left as u8 | 0x80;
        left >>= 7;
    }
    out[at + extra] = left as u8;
}
