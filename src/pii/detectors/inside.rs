//! Tells numbers that are a part of something longer: a path, a decimal number, an address.

use super::digit_groups::groups;
use crate::pii::detector::{Number, Scene};
use crate::pii::text::{before, byte};

/// A decimal number with a sign: `+0.25`.
pub(super) fn is_decimal(number: &Number, bytes: &[u8]) -> bool {
    let leading_zero = bytes[number.start] == b'0' && number.shape > 0x1F;
    number.joint == b'.' && groups(number.shape) == 2 && !leading_zero
}

/// Part of something longer: a path, a decimal number, an address of the internet.
pub(super) fn is_elsewhere(number: &Number, scene: &mut Scene<'_, '_>) -> bool {
    let bytes = scene.bytes;
    let (left, right) = (before(bytes, number.start), byte(bytes, number.end));
    let mut tied = |sign: u8, beyond: u8| {
        beyond.is_ascii_digit()
            && (sign == b'.' || sign == b',' && !scene.context.is_in_table(number.start))
    };
    let beyond = before(bytes, number.start.saturating_sub(1));
    tied(left, beyond)
        || left == b':' && beyond.is_ascii_digit() && number.joint == b'.'
        || right == b'.' && byte(bytes, number.end + 1).is_ascii_digit()
        || matches!(left, b'-' | b'/' | b'+' | b'\\') && number.is_bare() && left != b'/'
        || right == b'%'
        || number.joint == b'.'
            && !has_empty_octet(&bytes[number.start..number.end])
            && groups(number.shape) == 4
            && number.shape & 0xF <= 3
            && number.total <= 12
            && (number.shape >> 12 & 0xF) <= 3
        || is_decimal(number, bytes)
}

/// A group with a leading zero stands in no internet address.
fn has_empty_octet(text: &[u8]) -> bool {
    text.split(|&byte| byte == b'.')
        .any(|group| group.len() > 1 && group[0] == b'0')
}
