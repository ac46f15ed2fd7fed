//! Decompresses in steps into memory somebody else has bounded: gzip and zstd, one coding only.

use flate2::{Decompress, FlushDecompress, Status};
use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

/// Gzip members or zstd frames one body may consist of.
const MEMBERS_MAX: usize = 64;
/// Window of a zstd frame, as a power of two: 8 MiB, what RFC 8878 asks decoders to support.
const WINDOW_LOG_MAX: u32 = 23;

/// A content coding spoken here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// The bytes as they are.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

/// Codings by the name `Content-Encoding` and `grpc-encoding` give them.
const CODINGS: &[(&str, Coding)] = &[
    ("identity", Coding::Identity),
    ("gzip", Coding::Gzip),
    ("zstd", Coding::Zstd),
];

impl Coding {
    /// The coding of that name; stacked codings have none, because each layer multiplies a bomb.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = name.trim();
        CODINGS
            .iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known))
            .map(|(_, coding)| *coding)
    }
}

/// What is wrong with a compressed body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// The stream breaks its own format.
    #[error("the compressed body is corrupt: {0}")]
    Corrupt(String),
    /// The stream ends too early.
    #[error("the compressed body ends too early")]
    Truncated,
    /// More members than anyone needs.
    #[error("the compressed body has more than {MEMBERS_MAX} members")]
    TooManyMembers,
    /// The zstd frame asks for a larger window than is granted.
    #[error("the zstd frame needs a window of more than 8 MiB")]
    WindowTooLarge,
    /// No decompressor could be made.
    #[error("the decompressor could not be started")]
    Unavailable,
}

/// A body being decompressed. It writes only into the spare capacity it is given.
pub(super) enum Inflater {
    /// Copies.
    Identity,
    /// Inflates gzip members.
    Gzip(Gunzip),
    /// Inflates zstd frames.
    Zstd(Unzstd),
}

impl Inflater {
    /// An inflater for one body.
    pub(super) fn new(coding: Coding) -> Result<Self, Fault> {
        Ok(match coding {
            Coding::Identity => Inflater::Identity,
            Coding::Gzip => Inflater::Gzip(Gunzip {
                member: None,
                members: 0,
            }),
            Coding::Zstd => Inflater::Zstd(Unzstd::new()?),
        })
    }

    /// Moves some of `input` into the spare capacity of `out`; returns how much it consumed.
    pub(super) fn step(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, Fault> {
        match self {
            Inflater::Identity => {
                let room = out.capacity().saturating_sub(out.len()).min(input.len());
                out.extend_from_slice(input.get(..room).unwrap_or_default());
                Ok(room)
            }
            Inflater::Gzip(gunzip) => gunzip.step(input, out),
            Inflater::Zstd(unzstd) => unzstd.step(input, out),
        }
    }

    /// Whether the body may end here.
    pub(super) fn finished(&self) -> bool {
        match self {
            Inflater::Identity => true,
            Inflater::Gzip(gunzip) => gunzip.members > 0 && gunzip.member.is_none(),
            Inflater::Zstd(unzstd) => unzstd.frames > 0 && unzstd.between,
        }
    }
}

/// Gzip: one member after the other, each with its checksum verified.
pub(super) struct Gunzip {
    member: Option<Decompress>,
    members: usize,
}

impl Gunzip {
    fn step(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, Fault> {
        if input.is_empty() && self.member.is_none() {
            return Ok(0);
        }
        if self.member.is_none() {
            self.members += 1;
        }
        if self.members > MEMBERS_MAX {
            return Err(Fault::TooManyMembers);
        }
        let member = self.member.get_or_insert_with(|| Decompress::new_gzip(15));
        let before = member.total_in();
        let status = member
            .decompress_vec(input, out, FlushDecompress::None)
            .map_err(|error| Fault::Corrupt(error.to_string()))?;
        let used = member.total_in() - before;
        if status == Status::StreamEnd {
            self.member = None;
        }
        Ok(used as usize)
    }
}

/// Zstd: one frame after the other, with a bounded window.
pub(super) struct Unzstd {
    decoder: Decoder<'static>,
    between: bool,
    frames: usize,
}

impl Unzstd {
    fn new() -> Result<Self, Fault> {
        let mut decoder = Decoder::new().map_err(|_| Fault::Unavailable)?;
        decoder
            .set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX))
            .map_err(|_| Fault::Unavailable)?;
        Ok(Unzstd {
            decoder,
            between: true,
            frames: 0,
        })
    }

    fn step(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, Fault> {
        if input.is_empty() && self.between {
            return Ok(0);
        }
        if self.between {
            self.frames += 1;
        }
        if self.frames > MEMBERS_MAX {
            return Err(Fault::TooManyMembers);
        }
        let start = out.len();
        let mut from = InBuffer::around(input);
        let mut to = OutBuffer::around_pos(out, start);
        let hint = self
            .decoder
            .run(&mut from, &mut to)
            .map_err(|error| zstd_fault(&error))?;
        self.between = hint == 0;
        Ok(from.pos())
    }
}

fn zstd_fault(error: &std::io::Error) -> Fault {
    let text = error.to_string();
    if text.contains("too much memory") {
        Fault::WindowTooLarge
    } else {
        Fault::Corrupt(text)
    }
}
