//! Reads what a request says about its body: type and coding.

use http::{HeaderMap, HeaderName, header};

use super::super::decompress::Coding;
use super::super::refusal::{Kind, Refusal};
use super::super::status::Encoding;

/// Media types by name; parameters do not matter.
const TYPES: &[(&str, Encoding)] = &[
    ("application/x-protobuf", Encoding::Protobuf),
    ("application/json", Encoding::Json),
];

/// The encoding of the body, if it is one of ours.
pub(super) fn encoding(headers: &HeaderMap) -> Option<Encoding> {
    let value = only(headers, &header::CONTENT_TYPE)?.ok()?;
    let name = value.split(';').next().unwrap_or_default().trim();
    TYPES
        .iter()
        .find(|(known, _)| name.eq_ignore_ascii_case(known))
        .map(|(_, found)| *found)
}

/// The content coding: none, gzip or zstd, and never one upon another.
pub(super) fn coding(headers: &HeaderMap) -> Result<Coding, Refusal> {
    let known = match only(headers, &header::CONTENT_ENCODING) {
        None => return Ok(Coding::Identity),
        Some(value) => value.ok().and_then(Coding::named),
    };
    known.ok_or_else(|| {
        Refusal::new(
            Kind::UnknownCoding,
            "Content-Encoding may be gzip or zstd, once",
        )
    })
}

/// The one value of a header; an error if there are more or it is not text.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Result<&'a str, ()>> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    let more = values.next().is_some();
    Some(if more {
        Err(())
    } else {
        first.to_str().map_err(|_| ())
    })
}
