//! Walks every text and whole number of a message and replaces those a caller wants replaced.
//!
//! First all texts are shown, in the order of the wire, and what shall change is noted; only if
//! something shall, the message is copied with the lengths around it put right.

use std::borrow::Cow;

use super::check::plain_value;
use super::new_value::NewValue;
use super::place::Place;
use super::put::{put_bytes, put_message};
use super::shape::{ANY_VALUE, KEY_VALUE, Kind, Shape, Site};
use super::value::key_value;
use super::wire::{Fields, Raw, Reader, text};

/// Looks at the texts and whole numbers of a message and says what takes their place.
pub trait Redactor {
    /// What takes the place of a text, or of a whole number, for which the text is empty. See
    /// [`Place`].
    fn replace(&mut self, place: Place<'_>, text: &str) -> Option<String>;

    /// Whether all in an attribute, an encoded `KeyValue` with a key, is known to stay; nothing of
    /// it is offered then. Attributes without texts or bytes are not asked about.
    fn knows(&mut self, _attribute: &[u8]) -> bool {
        false
    }

    /// All of an attribute that was not known has been offered.
    fn offered(&mut self, _attribute: &[u8]) {}

    /// What is offered from now on stands in a map or list under this key.
    fn enters(&mut self, _key: &str) {}

    /// The map or list that was entered last ends.
    fn leaves(&mut self) {}

    /// Whether truth values, fractions and small numbers under this key are offered as well, as
    /// [`Place::Number`] with their text.
    fn wants_scalars(&mut self, _key: &str) -> bool {
        false
    }
}

/// A function that looks at one text after the other.
pub(super) struct Each<F>(pub(super) F);

impl<F: FnMut(Place<'_>, &str) -> Option<String>> Redactor for Each<F> {
    fn replace(&mut self, place: Place<'_>, text: &str) -> Option<String> {
        (self.0)(place, text)
    }
}

/// A message with texts replaced, to be put in the place of the one it was made from.
#[derive(PartialEq, Eq)]
pub struct Redacted(pub(super) Vec<u8>);

/// Never the content.
impl std::fmt::Debug for Redacted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redacted({} bytes)", self.0.len())
    }
}

/// The message that the `parts` are together, with texts replaced; `None` if all stay.
pub(super) fn redact(
    shape: &'static Shape,
    parts: [&[u8]; 2],
    redactor: &mut dyn Redactor,
) -> Option<Redacted> {
    let mut scan = Scan {
        redactor,
        edits: Vec::new(),
    };
    let around = Around {
        site: Site::Inner,
        top: "",
        key: "",
    };
    let [head, tail] = parts;
    scan.message(shape, head, around);
    let in_head = scan.edits.len();
    scan.message(shape, tail, around);
    if scan.edits.is_empty() {
        return None;
    }
    let (head_edits, tail_edits) = scan.edits.split_at(in_head);
    let mut out = Vec::with_capacity(head.len() + tail.len() + 64);
    splice(head, head_edits, &mut out);
    splice(tail, tail_edits, &mut out);
    Some(Redacted(out))
}

/// Another payload for the field whose payload begins at an address.
struct Edit {
    address: usize,
    payload: Vec<u8>,
}

/// What stands around a text.
#[derive(Clone, Copy)]
struct Around<'a> {
    site: Site,
    top: &'a str,
    key: &'a str,
}

struct Scan<'f> {
    redactor: &'f mut dyn Redactor,
    /// In the order of their addresses.
    edits: Vec<Edit>,
}

impl Scan<'_> {
    /// The message was checked: it is well formed and its nesting is bounded.
    fn message(&mut self, shape: &'static Shape, message: &[u8], around: Around<'_>) {
        let mut reader = Reader::new(message);
        while let Ok(tag) = reader.tag() {
            let row = shape.row(tag.number()).map(|(_, row)| row);
            let Some((row, Kind::Message(_) | Kind::Str | Kind::Bytes)) =
                row.map(|row| (row, row.kind))
            else {
                if reader.skip(tag).is_err() {
                    return;
                }
                continue;
            };
            let Ok(payload) = reader.bytes() else { return };
            let site = if row.site == Site::Inner {
                around.site
            } else {
                row.site
            };
            let inside = Around { site, ..around };
            match row.kind {
                Kind::Message(inner) if std::ptr::eq(inner, &raw const KEY_VALUE) => {
                    self.entry(payload, inside);
                    while let Some(next) = reader.short(tag) {
                        self.entry(next, inside);
                    }
                }
                Kind::Message(inner) if std::ptr::eq(inner, &raw const ANY_VALUE) => {
                    self.value(payload, inside);
                }
                Kind::Message(inner) => self.message(inner, payload, inside),
                Kind::Str => self.text(payload, Place::at(site, around.key, around.top)),
                _ => self.raw(
                    payload,
                    Place::BytesValue {
                        key: around.key,
                        top: around.top,
                    },
                ),
            }
        }
    }

    /// A value stands under its key; a key is a text like any other.
    fn entry(&mut self, entry: &[u8], around: Around<'_>) {
        let (name, value) = key_value(entry);
        let is_whole = around.top.is_empty() && !name.is_empty() && !is_scalar(value);
        if is_whole && self.redactor.knows(entry) {
            return;
        }
        let key = text(name);
        let top = if around.top.is_empty() {
            key
        } else {
            around.top
        };
        let inside = Around { top, key, ..around };
        // Edits are kept in the order of the wire, where a value may come before its key.
        if value.as_ptr() < name.as_ptr() {
            self.under(key, value, inside);
        }
        self.show(name, key, Place::AttributeKey { key, top });
        if value.as_ptr() >= name.as_ptr() {
            self.under(key, value, inside);
        }
        if is_whole {
            self.redactor.offered(entry);
        }
    }

    /// The value of an entry: plain, or a map or list that is entered and left.
    fn under(&mut self, key: &str, any: &[u8], around: Around<'_>) {
        if is_scalar(any) || plain_value(any).is_some() {
            return self.value(any, around);
        }
        self.redactor.enters(key);
        self.value(any, around);
        self.redactor.leaves();
    }

    fn value(&mut self, any: &[u8], around: Around<'_>) {
        if let Some(number) = whole_number(any) {
            return self.number(any, number, "", around);
        }
        if is_scalar(any) && self.redactor.wants_scalars(around.key) {
            return self.number(any, 0, &scalar_text(any), around);
        }
        match plain_value(any) {
            Some(payload) => self.text(payload, Place::at(around.site, around.key, around.top)),
            None => self.message(&ANY_VALUE, any, around),
        }
    }

    #[inline]
    fn text(&mut self, payload: &[u8], place: Place<'_>) {
        self.show(payload, text(payload), place);
    }

    /// Bytes that are only cut stay bytes, whatever they were shown as.
    fn raw(&mut self, payload: &[u8], place: Place<'_>) {
        let text = String::from_utf8_lossy(payload);
        let shown = if text.is_empty() {
            None
        } else {
            self.redactor.replace(place, &text)
        };
        let Some(new) = shown else { return };
        let new = match &text {
            Cow::Owned(text) if text.starts_with(&new) => beginning(payload, new.len()).to_vec(),
            _ => new.into_bytes(),
        };
        self.note(payload, new);
    }

    fn number(&mut self, any: &[u8], number: i64, text: &str, around: Around<'_>) {
        let Around { top, key, .. } = around;
        let place = Place::Number { key, top, number };
        if let Some(new) = self.redactor.replace(place, text) {
            let mut value = Vec::new();
            NewValue::Str(new).encode(&mut value);
            self.note(any, value);
        }
    }

    #[inline]
    fn show(&mut self, payload: &[u8], text: &str, place: Place<'_>) {
        if !text.is_empty()
            && let Some(new) = self.redactor.replace(place, text)
        {
            self.note(payload, new.into_bytes());
        }
    }

    #[cold]
    fn note(&mut self, payload: &[u8], new: Vec<u8>) {
        let address = payload.as_ptr() as usize;
        self.edits.push(Edit {
            address,
            payload: new,
        });
    }
}

/// The bytes that so many bytes of text were shown for.
fn beginning(payload: &[u8], mut shown: usize) -> &[u8] {
    let mut length = 0;
    for chunk in payload.utf8_chunks() {
        let valid = chunk.valid().len().min(shown);
        length += valid;
        shown -= valid;
        if shown < char::REPLACEMENT_CHARACTER.len_utf8() || chunk.invalid().is_empty() {
            break;
        }
        length += chunk.invalid().len();
        shown -= char::REPLACEMENT_CHARACTER.len_utf8();
    }
    payload.get(..length).unwrap_or(payload)
}

/// Whether an `AnyValue` begins as a truth value or a number: they are looked at sooner than up.
fn is_scalar(any: &[u8]) -> bool {
    matches!(any, [] | [0x10 | 0x18 | 0x21, ..])
}

/// The number that an `AnyValue` is, if it is whole, says something, and nothing else is in there.
fn whole_number(any: &[u8]) -> Option<i64> {
    const SMALL: u64 = 99;
    // Most values are texts: the tags of `int_value` and `double_value` tell the others apart.
    if !matches!(any, [0x18 | 0x21, ..]) {
        return None;
    }
    let mut reader = Reader::new(any);
    let tag = reader.tag().ok()?;
    let number = match reader.raw(tag).ok()? {
        Raw::Varint(number) => number as i64,
        Raw::Fixed64(bits) => whole(f64::from_bits(bits))?,
        _ => return None,
    };
    (reader.tag().is_err() && number.unsigned_abs() > SMALL).then_some(number)
}

/// A truth value or number as it would be written; empty if it is none.
fn scalar_text(any: &[u8]) -> String {
    let mut reader = Reader::new(any);
    let Ok(tag) = reader.tag() else {
        return String::new();
    };
    match (tag.number(), reader.raw(tag)) {
        (2, Ok(Raw::Varint(truth))) => (truth != 0).to_string(),
        (_, Ok(Raw::Varint(number))) => (number as i64).to_string(),
        (_, Ok(Raw::Fixed64(bits))) => f64::from_bits(bits).to_string(),
        _ => String::new(),
    }
}

/// Doubles count whole numbers exactly up to here.
const EXACT: f64 = 9e15;

fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
}

/// Appends `message` with every edit done, and with the lengths of all messages around them.
fn splice(message: &[u8], mut edits: &[Edit], out: &mut Vec<u8>) {
    for field in Fields::of(message) {
        let payload = field.raw.bytes();
        let end = field.whole.as_ptr_range().end as usize;
        let (inside, after) =
            edits.split_at(edits.iter().take_while(|edit| edit.address < end).count());
        edits = after;
        match inside {
            [] => out.extend_from_slice(field.whole),
            // A text inside a message never begins where the message does.
            [edit] if edit.address == payload.as_ptr() as usize => {
                put_bytes(out, field.number, &edit.payload);
            }
            _ => put_message(out, field.number, |out| splice(payload, inside, out)),
        }
    }
}
