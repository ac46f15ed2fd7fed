//! Walks the bytes once and names the places worth a closer look.

use wide::u8x16;

/// So many bytes are classified at once, one bit for each.
pub(super) const BLOCK: usize = 64;
/// A run this long of letters, digits, `_`, `-` and `.` is a token.
pub(super) const TOKEN: usize = 16;

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// A digit.
    Digit,
    /// `@`, `:` or `=`.
    Mark,
    /// The sixteenth character of a token.
    Token,
}

/// Calls `visit` for every sign in order of place; it answers from where digits are new again.
pub(super) fn walk(bytes: &[u8], mut visit: impl FnMut(Sign, usize) -> usize) {
    let mut run = 0u32;
    let mut resume = 0usize;
    let mut chunks = bytes.chunks_exact(BLOCK);
    let mut base = 0;
    let mut tail = [0u8; BLOCK];
    loop {
        let block: &[u8; BLOCK] = match chunks.next().map(TryFrom::try_from) {
            Some(Ok(block)) => block,
            _ if base > bytes.len() || base == bytes.len() && !bytes.is_empty() => return,
            _ => {
                let rest = chunks.remainder();
                tail[..rest.len()].copy_from_slice(rest);
                &tail
            }
        };
        let masks = Masks::of(block);
        let tokens = sixteenth(masks.token, run);
        run = next_run(masks.token, run);
        let mut digits = masks.digit & from_bit(resume.saturating_sub(base));
        let mut others = masks.mark | tokens;
        while digits | others != 0 {
            let bit = (digits | others).trailing_zeros();
            let flag = 1u64 << bit;
            let place = base + bit as usize;
            if others & flag != 0 {
                others &= !flag;
                if masks.mark & flag != 0 {
                    visit(Sign::Mark, place);
                }
                if tokens & flag != 0 {
                    visit(Sign::Token, place);
                }
            }
            if digits & flag != 0 {
                resume = visit(Sign::Digit, place).max(place + 1);
                digits &= from_bit(resume - base);
            }
        }
        base += BLOCK;
    }
}

/// Whether the byte may stand in a token.
pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// One bit for each byte of a block.
struct Masks {
    digit: u64,
    mark: u64,
    token: u64,
}

impl Masks {
    fn of(block: &[u8; BLOCK]) -> Self {
        let mut masks = Self {
            digit: 0,
            mark: 0,
            token: 0,
        };
        for (index, sixteen) in block.as_chunks::<16>().0.iter().enumerate() {
            let bytes = u8x16::new(*sixteen);
            let is = |sign: u8| bytes.simd_eq(u8x16::splat(sign));
            let digit = within(bytes, b'0', b'9');
            let letter = within(bytes | u8x16::splat(0x20), b'a', b'z');
            let joint = is(b'_') | is(b'-') | is(b'.');
            let mark = is(b'@') | is(b':') | is(b'=');
            let put = |mask: u8x16| u64::from(mask.to_bitmask()) << (16 * index);
            masks.digit |= put(digit);
            masks.mark |= put(mark);
            masks.token |= put(digit | letter | joint);
        }
        masks
    }
}

/// All bits of the bytes from `first` to `last`.
pub(super) fn within(bytes: u8x16, first: u8, last: u8) -> u8x16 {
    let from = bytes - u8x16::splat(first);
    from.min(u8x16::splat(last - first)).simd_eq(from)
}

/// All bits from `bit` up.
fn from_bit(bit: usize) -> u64 {
    if bit >= BLOCK { 0 } else { u64::MAX << bit }
}

/// Places where a run of token bytes reaches sixteen; `run` bytes of it stand before the block.
fn sixteenth(token: u64, run: u32) -> u64 {
    // Put up to sixteen bytes of history below the block, so that a run may start before it.
    let known = run.min(TOKEN as u32);
    let history = if known == 0 {
        0
    } else {
        u128::from(u16::MAX << (16 - known))
    };
    let wide = u128::from(token) << 16 | history;
    let two = wide & wide << 1;
    let four = two & two << 2;
    let eight = four & four << 4;
    let sixteen = eight & eight << 8;
    // A run longer than sixteen is named once, at its sixteenth byte.
    let first = sixteen & !(sixteen << 1);
    let first = if run >= TOKEN as u32 {
        first & !(1 << 16)
    } else {
        first
    };
    (first >> 16) as u64
}

/// How many token bytes stand at the end of the block, counted on from `run`.
fn next_run(token: u64, run: u32) -> u32 {
    let at_end = token.leading_ones();
    if at_end == 64 {
        run.saturating_add(64).min(1 << 20)
    } else {
        at_end
    }
}
