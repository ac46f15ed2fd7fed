//! OTLP/JSON to and from the wire, driven by the schema's tables.
//!
//! Nothing is built in between: what is read is written as protobuf at once, and the other way
//! round. Names are lowerCamelCase, ids hexadecimal, 64-bit integers strings, enums numbers.

mod read;
mod scalar;
mod write;
mod written;

pub(super) use read::to_wire;
pub(super) use write::from_wire;

use super::Signal;
use super::shape::{LOGS_DATA, METRICS_DATA, Shape, TRACES_DATA};

/// The message a request is: `TracesData` and its sisters lie on the wire like the requests.
fn request(signal: Signal) -> &'static Shape {
    match signal {
        Signal::Traces => &TRACES_DATA,
        Signal::Metrics => &METRICS_DATA,
        Signal::Logs => &LOGS_DATA,
    }
}
