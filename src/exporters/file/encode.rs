//! A request as the bytes of one write.

use std::io::{self, Write};

use flate2::write::GzEncoder;

use super::{Compression, Format};
use crate::component::Request;

/// Fast levels: telemetry repeats itself, so higher ones cost much and gain little.
const GZIP_LEVEL: u32 = 6;
const ZSTD_LEVEL: i32 = 3;

/// One block: whole lines or messages, compressed on their own, so that a file cut off anywhere
/// loses its last block at most.
pub(super) fn block(
    request: &Request,
    format: Format,
    compression: Compression,
) -> io::Result<Vec<u8>> {
    let plain = match format {
        Format::Json => lines(request),
        Format::Protobuf => message(request)?,
    };
    match compression {
        Compression::None => Ok(plain),
        Compression::Gzip => {
            let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::new(GZIP_LEVEL));
            encoder.write_all(&plain)?;
            encoder.finish()
        }
        Compression::Zstd => zstd::encode_all(&*plain, ZSTD_LEVEL),
    }
}

fn lines(request: &Request) -> Vec<u8> {
    let mut out = Vec::with_capacity(request.encoded_len() * 2);
    for part in &request.parts {
        part.telemetry.write_json(&mut out);
        out.push(b'\n');
    }
    out
}

fn message(request: &Request) -> io::Result<Vec<u8>> {
    let mut out = vec![0; 4];
    out.reserve(request.encoded_len());
    request.encode(&mut out);
    let length = u32::try_from(out.len() - 4).map_err(io::Error::other)?;
    if let Some(prefix) = out.first_chunk_mut::<4>() {
        *prefix = length.to_be_bytes();
    }
    Ok(out)
}
