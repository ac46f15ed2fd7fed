//! Reads the one message of a unary call: flag, length, bytes.

use bytes::Bytes;

use super::super::body::Filling;
use super::super::decompress::Coding;
use super::super::pace::Stream;
use super::super::refusal::{Kind, Refusal};

/// Bytes before a message: one flag, four of length.
const PREFIX: usize = 5;

/// What a message's first byte says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flag {
    /// The message is as it is.
    Plain,
    /// The message is in the coding of the call.
    Compressed,
}

impl Flag {
    /// The coding of this message in a call of that coding.
    pub(super) fn coding(self, of_call: Coding) -> Result<Coding, Refusal> {
        match (self, of_call) {
            (Flag::Plain, _) => Ok(Coding::Identity),
            (Flag::Compressed, Coding::Identity) => Err(broken(
                "a message is marked compressed, but the call names no coding",
            )),
            (Flag::Compressed, coding) => Ok(coding),
        }
    }
}

/// What stands before a message.
pub(super) struct Prefix {
    /// Whether the message is compressed.
    pub(super) flag: Flag,
    /// Bytes of the message on the wire.
    pub(super) len: usize,
    /// What came along with the prefix.
    rest: Bytes,
}

/// Reads the prefix, after which the message can be admitted or refused.
pub(super) async fn prefix(body: &mut Stream) -> Result<Prefix, Refusal> {
    let mut prefix = Vec::with_capacity(PREFIX);
    while let Some(mut rest) = body.next().await? {
        let missing = PREFIX - prefix.len();
        prefix.extend_from_slice(&rest.split_to(missing.min(rest.len())));
        if let &[flag, a, b, c, d] = prefix.as_slice() {
            let flag = match flag {
                0 => Flag::Plain,
                1 => Flag::Compressed,
                _ => return Err(broken("the first byte of a message is its flag: 0 or 1")),
            };
            return Ok(Prefix {
                flag,
                len: u32::from_be_bytes([a, b, c, d]) as usize,
                rest,
            });
        }
    }
    Err(broken("the call ended before its message"))
}

/// Reads the message behind the prefix, which has to be the only one.
pub(super) async fn message<'a>(
    body: &mut Stream,
    prefix: Prefix,
    mut filling: Filling<'a>,
) -> Result<Filling<'a>, Refusal> {
    let mut missing = prefix.len;
    let mut next = Some(prefix.rest);
    while let Some(chunk) = next {
        missing = missing
            .checked_sub(chunk.len())
            .ok_or_else(|| broken("a unary call has one message, this one has more"))?;
        filling.pour(&chunk).await?;
        next = body.next().await?;
    }
    if missing > 0 {
        return Err(broken("the message is shorter than its prefix says"));
    }
    Ok(filling)
}

fn broken(message: &str) -> Refusal {
    Refusal::new(Kind::BadFraming, message)
}
