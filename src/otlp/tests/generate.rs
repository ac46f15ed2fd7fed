//! Makes requests from entropy, driven by the schema tables: any field order, unknown fields,
//! padded varints, and, if asked, singular fields said in pieces or more than once.

use crate::otlp::Signal;
use crate::otlp::put::{put_bytes, put_fixed32, put_fixed64, put_message, put_uint};
use crate::otlp::shape::metrics::{
    EXPONENTIAL_HISTOGRAM, EXPONENTIAL_HISTOGRAM_DATA_POINT, HISTOGRAM, HISTOGRAM_DATA_POINT,
    NUMBER_DATA_POINT, SUM, SUMMARY_DATA_POINT,
};
use crate::otlp::shape::{
    Kind, LOGS_DATA, Label, METRIC, METRICS_DATA, Row, SPAN, Shape, TRACES_DATA,
};
use crate::otlp::wire::{FIXED32, FIXED64, LEN};

/// What the requests may contain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Singular fields once.
    Neat,
    /// Singular fields also several times, messages also in pieces.
    Odd,
}

/// A request of that signal, all of whose items are valid.
pub(super) fn request(signal: Signal, style: Style, entropy: &[u8]) -> Vec<u8> {
    let root = match signal {
        Signal::Traces => &TRACES_DATA,
        Signal::Metrics => &METRICS_DATA,
        Signal::Logs => &LOGS_DATA,
    };
    message(root, style, entropy)
}

/// A message of that shape.
pub(super) fn message(shape: &'static Shape, style: Style, entropy: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Maker {
        entropy,
        style,
        depth: 0,
    }
    .message(shape, &mut out);
    out
}

struct Maker<'e> {
    entropy: &'e [u8],
    style: Style,
    depth: usize,
}

/// Texts of one, two, three and four bytes a letter; one is what redaction looks for.
const TEXTS: [&str; 6] = [
    "",
    "secret",
    "model",
    "größe",
    "日本 secret",
    "🦀 \"quoted\"\n",
];

impl Maker<'_> {
    /// A number below `end`; zero once the entropy is used up, so that everything ends.
    fn below(&mut self, end: usize) -> usize {
        let Some((first, rest)) = self.entropy.split_first() else {
            return 0;
        };
        self.entropy = rest;
        usize::from(*first) % end
    }

    fn number(&mut self) -> u64 {
        const EDGES: [u64; 8] = [0, 1, 127, 128, 1 << 31, (1 << 53) + 1, 1 << 63, u64::MAX];
        EDGES[self.below(EDGES.len())]
    }

    fn double(&mut self) -> u64 {
        const DOUBLES: [f64; 6] = [0.0, -0.0, 1.5, f64::NAN, f64::NEG_INFINITY, 5e-324];
        DOUBLES[self.below(DOUBLES.len())].to_bits()
    }

    fn message(&mut self, shape: &'static Shape, out: &mut Vec<u8>) {
        self.depth += 1;
        let count = match self.depth {
            // Down to the records, so that few requests are empty.
            ..4 => 3 + self.below(5),
            4..12 => self.below(7),
            _ => self.below(2),
        };
        let mut used = Vec::new();
        let mut either = false;
        for _ in 0..count {
            if self.below(9) == 8 {
                self.unknown(out);
                continue;
            }
            let row = &shape.fields[self.below(shape.fields.len())];
            let again = used.contains(&row.number) || row.label == Label::Either && either;
            if again && row.label != Label::Many && self.style == Style::Neat {
                continue;
            }
            used.push(row.number);
            either |= row.label == Label::Either;
            self.field(row, out);
        }
        self.make_valid(shape, out);
        self.depth -= 1;
    }

    fn field(&mut self, row: &Row, out: &mut Vec<u8>) {
        let number = row.number;
        match row.kind {
            Kind::Message(shape) => {
                if self.depth > 30 {
                    return;
                }
                let mut inner = Vec::new();
                self.message(shape, &mut inner);
                put_bytes(out, number, &inner);
            }
            Kind::Str => put_bytes(out, number, TEXTS[self.below(TEXTS.len())].as_bytes()),
            Kind::Bytes => put_bytes(out, number, &[0xff, 0, 0x80][..self.below(4)]),
            Kind::OwnId(len) | Kind::Ref(len) => {
                let first = self.below(250) as u8 + 1;
                put_bytes(out, number, &vec![first; usize::from(len)]);
            }
            kind if row.label == Label::Many && self.below(2) == 1 => {
                let count = self.below(5);
                put_message(out, number, |out| {
                    for _ in 0..count {
                        let bits = if matches!(kind, Kind::Double) {
                            self.double()
                        } else {
                            self.number()
                        };
                        if kind.wire_type() == FIXED64 {
                            out.extend_from_slice(&bits.to_le_bytes());
                        } else {
                            crate::otlp::put::put_varint(out, bits);
                        }
                    }
                });
            }
            Kind::Double => put_fixed64(out, number, self.double()),
            Kind::Fixed64 | Kind::Sfixed64 => put_fixed64(out, number, self.number()),
            Kind::Fixed32 => put_fixed32(out, number, self.number() as u32),
            // What a 32-bit field is sent must fit: readers cut differently.
            Kind::Uint32 | Kind::Sint32 => put_uint(out, number, self.number() & 0xffff_ffff),
            Kind::Int32 | Kind::Enum => put_uint(out, number, self.number() & 0x7fff_ffff),
            Kind::Bool => put_uint(out, number, self.number() & 1),
            Kind::Int64 | Kind::Uint64 => self.varint(number, out),
        }
    }

    /// A varint, sometimes longer than it must be.
    fn varint(&mut self, number: u32, out: &mut Vec<u8>) {
        if self.below(3) == 2 {
            out.extend_from_slice(&[(number << 3) as u8, 0x85, 0x80, 0x00]);
        } else {
            put_uint(out, number, self.number());
        }
    }

    fn unknown(&mut self, out: &mut Vec<u8>) {
        let number = [100, 2047, (1 << 29) - 1][self.below(3)];
        match self.below(5) as u32 {
            FIXED64 => put_fixed64(out, number, 7),
            LEN => put_bytes(out, number, b"from the future"),
            FIXED32 | 3 => put_fixed32(out, number, 7),
            // A group around a varint.
            4 => out.extend_from_slice(&[0xa3, 0x06, 0x08, 0x01, 0xa4, 0x06]),
            _ => put_uint(out, number, u64::MAX),
        }
    }

    /// Ends the message with what makes an item valid; the last word counts.
    fn make_valid(&mut self, shape: &'static Shape, out: &mut Vec<u8>) {
        let is = |other: &'static Shape| std::ptr::eq(shape, other);
        let neat = self.style == Style::Neat;
        if is(&SPAN) {
            Self::replace(out, 1, neat, |out| put_bytes(out, 1, &[7; 16]));
            Self::replace(out, 2, neat, |out| put_bytes(out, 2, &[7; 8]));
        } else if is(&METRIC) {
            Self::replace(out, 1, neat, |out| put_bytes(out, 1, b"metric"));
        } else if is(&SUM) || is(&HISTOGRAM) || is(&EXPONENTIAL_HISTOGRAM) {
            Self::replace(out, 2, neat, |out| put_uint(out, 2, 1));
        } else if is(&NUMBER_DATA_POINT) || is(&SUMMARY_DATA_POINT) {
            Self::replace(out, 3, neat, |out| put_fixed64(out, 3, 9));
            Self::replace(out, 8, neat, |out| put_uint(out, 8, 1));
        } else if is(&HISTOGRAM_DATA_POINT) || is(&EXPONENTIAL_HISTOGRAM_DATA_POINT) {
            Self::replace(out, 3, neat, |out| put_fixed64(out, 3, 9));
            Self::replace(out, 10, neat, |out| put_uint(out, 10, 1));
        }
    }

    fn replace(out: &mut Vec<u8>, number: u32, once: bool, put: impl FnOnce(&mut Vec<u8>)) {
        if once {
            let old = std::mem::take(out);
            for field in crate::otlp::wire::Fields::of(&old).filter(|field| field.number != number)
            {
                out.extend_from_slice(field.whole);
            }
        }
        put(out);
    }
}
