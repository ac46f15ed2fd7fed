//! Trace and span ids.

use std::fmt;

/// A trace's id: 16 bytes, shown as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct TraceId(pub [u8; 16]);

/// A span's id: 8 bytes, shown as 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SpanId(pub [u8; 8]);

impl TraceId {
    /// The id in `bytes`; `None` unless there are 16 and one is not zero.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let id: [u8; 16] = bytes.try_into().ok()?;
        (u128::from_ne_bytes(id) != 0).then_some(TraceId(id))
    }

    /// The id as one number, first byte highest: what ratio samplers and sharding compare.
    pub fn number(self) -> u128 {
        u128::from_be_bytes(self.0)
    }
}

impl SpanId {
    /// The id in `bytes`; `None` unless there are 8 and one is not zero.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let id: [u8; 8] = bytes.try_into().ok()?;
        (u64::from_ne_bytes(id) != 0).then_some(SpanId(id))
    }
}

fn hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(f, &self.0)
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(f, &self.0)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(f, &self.0)
    }
}

impl fmt::Debug for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(f, &self.0)
    }
}

impl From<[u8; 16]> for TraceId {
    fn from(id: [u8; 16]) -> Self {
        TraceId(id)
    }
}

impl From<[u8; 8]> for SpanId {
    fn from(id: [u8; 8]) -> Self {
        SpanId(id)
    }
}

/// The id whose last bytes are `number`, for tests and examples.
impl From<u64> for TraceId {
    fn from(number: u64) -> Self {
        TraceId(u128::from(number).to_be_bytes())
    }
}

/// The id whose bytes are `number`, for tests and examples.
impl From<u64> for SpanId {
    fn from(number: u64) -> Self {
        SpanId(number.to_be_bytes())
    }
}
