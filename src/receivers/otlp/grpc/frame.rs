//! Reads the one message of a unary call: flag, length, bytes.

use bytes::Buf;

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

/// Reads the message; `admit` is asked as soon as its flag and length are known.
pub(super) async fn read<'a>(
    mut body: Stream,
    admit: impl Fn(Flag, usize) -> Result<Filling<'a>, Refusal>,
) -> Result<Filling<'a>, Refusal> {
    let mut prefix = Vec::with_capacity(PREFIX);
    let mut message: Option<(Filling<'a>, usize)> = None;
    while let Some(mut chunk) = body.next().await? {
        if message.is_none() {
            let missing = PREFIX - prefix.len();
            prefix.extend_from_slice(&chunk.split_to(missing.min(chunk.len())));
            if let Some((flag, len)) = parse(&prefix)? {
                message = Some((admit(flag, len)?, len));
            }
        }
        let Some((filling, missing)) = &mut message else {
            continue;
        };
        if chunk.remaining() > *missing {
            return Err(broken("a unary call has one message, this one has more"));
        }
        *missing -= chunk.len();
        filling.pour(&chunk).await?;
    }
    match message {
        Some((filling, 0)) => Ok(filling),
        Some(_) => Err(broken("the message is shorter than its prefix says")),
        None => Err(broken("the call ended before its message")),
    }
}

/// The flag and the length, once the prefix is whole.
fn parse(prefix: &[u8]) -> Result<Option<(Flag, usize)>, Refusal> {
    let &[flag, a, b, c, d] = prefix else {
        return Ok(None);
    };
    let flag = match flag {
        0 => Flag::Plain,
        1 => Flag::Compressed,
        _ => return Err(broken("the first byte of a message is its flag: 0 or 1")),
    };
    Ok(Some((flag, u32::from_be_bytes([a, b, c, d]) as usize)))
}

fn broken(message: &str) -> Refusal {
    Refusal::new(Kind::BadFraming, message)
}
