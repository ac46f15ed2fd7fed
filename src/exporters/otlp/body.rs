//! A request's bytes: encoded straight into the buffer that is sent, compressed beside the runtime.

use std::io::Write;
use std::sync::Arc;

use bytes::Bytes;
use flate2::write::GzEncoder;

use super::{Compression, Protocol};
use crate::component::{ExportError, Request};

/// gRPC's frame: one byte "compressed", four bytes of length.
const FRAME: usize = 5;
/// Bodies from this size on are encoded and compressed on the blocking pool.
const HEAVY: usize = 64 << 10;
/// Fast levels: telemetry repeats itself, so higher ones cost much and gain little.
const GZIP_LEVEL: u32 = 3;
const ZSTD_LEVEL: i32 = 1;

pub(super) async fn encode(
    request: Arc<Request>,
    protocol: Protocol,
    compression: Compression,
) -> Result<Bytes, ExportError> {
    if compression == Compression::None || request.encoded_len() < HEAVY {
        return build(&request, protocol, compression);
    }
    let build = tokio::task::spawn_blocking(move || build(&request, protocol, compression));
    build
        .await
        .unwrap_or_else(|fault| Err(ExportError::Reject(format!("encoding failed: {fault}"))))
}

fn build(
    request: &Request,
    protocol: Protocol,
    compression: Compression,
) -> Result<Bytes, ExportError> {
    let frame = if protocol == Protocol::Grpc { FRAME } else { 0 };
    let mut body = vec![0; frame];
    if compression == Compression::None {
        body.reserve(request.encoded_len());
        request.encode(&mut body);
    } else {
        let mut plain = Vec::with_capacity(request.encoded_len());
        request.encode(&mut plain);
        compress(&mut body, &plain, compression)
            .map_err(|fault| ExportError::Reject(format!("compression failed: {fault}")))?;
    }
    let length = u32::try_from(body.len() - frame)
        .map_err(|_| ExportError::TooLarge("a message of more than 4 GiB".into()))?;
    if let Some([compressed, len @ ..]) = body.first_chunk_mut::<FRAME>().filter(|_| frame > 0) {
        *compressed = u8::from(compression != Compression::None);
        len.copy_from_slice(&length.to_be_bytes());
    }
    Ok(Bytes::from(body))
}

fn compress(out: &mut Vec<u8>, plain: &[u8], compression: Compression) -> std::io::Result<()> {
    match compression {
        Compression::None => out.extend_from_slice(plain),
        Compression::Gzip => {
            let mut encoder = GzEncoder::new(out, flate2::Compression::new(GZIP_LEVEL));
            encoder.write_all(plain)?;
            encoder.finish()?;
        }
        Compression::Zstd => zstd::stream::copy_encode(plain, out, ZSTD_LEVEL)?,
    }
    Ok(())
}
