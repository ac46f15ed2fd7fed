//! Tags, varints and lengths: the only file that knows how protobuf lies on the wire.

use ascii::AsciiStr;

/// Why bytes are not protobuf, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) why: Why,
    /// The address of the offending byte; [`Fault::offset_in`] turns it into an offset.
    address: usize,
}

/// What is wrong with the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Truncated,
    Varint,
    Tag,
    WireType,
    Group,
    Packed,
    Utf8,
    TooDeep,
}

impl Why {
    pub(super) fn text(self) -> &'static str {
        match self {
            Why::Truncated => "a field ends after its message",
            Why::Varint => "a varint is longer than 64 bits",
            Why::Tag => "a field number is outside 1 to 536870911",
            Why::WireType => "a field has the wrong wire type",
            Why::Group => "a group is not closed where it should be",
            Why::Packed => "a packed field is not a whole number of elements",
            Why::Utf8 => "a string is not UTF-8",
            Why::TooDeep => "messages are nested too deeply",
        }
    }
}

impl Fault {
    #[cold]
    pub(super) fn new(why: Why, at: &[u8]) -> Self {
        Fault {
            why,
            address: at.as_ptr() as usize,
        }
    }

    /// The offset of the fault in `whole`, if it lies there.
    pub(super) fn offset_in(self, whole: &[u8]) -> Option<usize> {
        let offset = self.address.checked_sub(whole.as_ptr() as usize)?;
        (offset <= whole.len()).then_some(offset)
    }
}

/// The wire types of protobuf.
pub(super) const VARINT: u32 = 0;
pub(super) const FIXED64: u32 = 1;
pub(super) const LEN: u32 = 2;
const GROUP_START: u32 = 3;
const GROUP_END: u32 = 4;
pub(super) const FIXED32: u32 = 5;

/// Unknown groups may nest this deep.
const GROUP_DEPTH_MAX: u32 = 64;

/// A field's tag: what it is and how its value lies on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag(u32);

impl Tag {
    /// The tag of a length-delimited field.
    pub(super) const fn len(number: u32) -> Self {
        Tag(number << 3 | LEN)
    }

    pub(super) const fn number(self) -> u32 {
        self.0 >> 3
    }

    pub(super) const fn wire_type(self) -> u32 {
        self.0 & 7
    }
}

/// A place in a message: what is left to read. Every read either moves on or faults.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    pub(super) rest: &'a [u8],
}

#[expect(
    clippy::inline_always,
    reason = "a reader must stay in registers: as calls, its steps cost a third more instructions"
)]
impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    #[inline(always)]
    pub(super) fn tag(&mut self) -> Result<Tag, Fault> {
        if let [byte, rest @ ..] = self.rest
            && *byte < 0x80
            && *byte >= 8
        {
            self.rest = rest;
            return Ok(Tag(u32::from(*byte)));
        }
        self.long_tag()
    }

    #[cold]
    fn long_tag(&mut self) -> Result<Tag, Fault> {
        let at = self.rest;
        let tag = u32::try_from(self.varint()?).map_err(|_| Fault::new(Why::Tag, at))?;
        if tag >> 3 == 0 {
            return Err(Fault::new(Why::Tag, at));
        }
        Ok(Tag(tag))
    }

    #[inline(always)]
    pub(super) fn varint(&mut self) -> Result<u64, Fault> {
        if let [byte, rest @ ..] = self.rest
            && *byte < 0x80
        {
            self.rest = rest;
            return Ok(u64::from(*byte));
        }
        self.long_varint()
    }

    #[inline(never)]
    fn long_varint(&mut self) -> Result<u64, Fault> {
        let mut value = 0_u64;
        for (index, &byte) in self.rest.iter().enumerate().take(10) {
            if index == 9 && byte > 1 {
                return Err(Fault::new(Why::Varint, self.rest));
            }
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                self.rest = &self.rest[index + 1..];
                return Ok(value);
            }
        }
        Err(Fault::new(Why::Truncated, self.rest))
    }

    #[inline(always)]
    pub(super) fn bytes(&mut self) -> Result<&'a [u8], Fault> {
        let at = self.rest;
        let len = self.varint()?;
        match usize::try_from(len)
            .ok()
            .and_then(|len| self.rest.split_at_checked(len))
        {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(head)
            }
            None => Err(Fault::new(Why::Truncated, at)),
        }
    }

    #[inline(always)]
    pub(super) fn fixed64(&mut self) -> Result<u64, Fault> {
        let (head, rest) = self
            .rest
            .split_first_chunk::<8>()
            .ok_or(Fault::new(Why::Truncated, self.rest))?;
        self.rest = rest;
        Ok(u64::from_le_bytes(*head))
    }

    #[inline(always)]
    pub(super) fn fixed32(&mut self) -> Result<u32, Fault> {
        let (head, rest) = self
            .rest
            .split_first_chunk::<4>()
            .ok_or(Fault::new(Why::Truncated, self.rest))?;
        self.rest = rest;
        Ok(u32::from_le_bytes(*head))
    }

    /// The payload of the next field if it is length-delimited, of that one-byte tag, and shorter
    /// than 128 bytes: a fast way through runs of attributes. Otherwise nothing is read.
    #[inline(always)]
    pub(super) fn short(&mut self, tag: Tag) -> Option<&'a [u8]> {
        let [first, len @ 0..0x80, rest @ ..] = self.rest else {
            return None;
        };
        if u32::from(*first) != tag.0 {
            return None;
        }
        let (payload, rest) = rest.split_at_checked(usize::from(*len))?;
        self.rest = rest;
        Some(payload)
    }

    /// Passes over the value of a field whose tag was just read.
    #[inline(always)]
    pub(super) fn skip(&mut self, tag: Tag) -> Result<(), Fault> {
        match tag.wire_type() {
            LEN => self.bytes().map(|_| ()),
            VARINT => self.varint().map(|_| ()),
            FIXED64 => self.fixed64().map(|_| ()),
            FIXED32 => self.fixed32().map(|_| ()),
            _ => self.skip_group(tag),
        }
    }

    /// Reads the value of a field whose tag was just read.
    #[inline]
    pub(super) fn raw(&mut self, tag: Tag) -> Result<Raw<'a>, Fault> {
        Ok(match tag.wire_type() {
            VARINT => Raw::Varint(self.varint()?),
            FIXED64 => Raw::Fixed64(self.fixed64()?),
            LEN => Raw::Len(self.bytes()?),
            FIXED32 => Raw::Fixed32(self.fixed32()?),
            _ => {
                self.skip_group(tag)?;
                Raw::Group
            }
        })
    }

    /// Skips a group whose start tag was just read, with everything in it.
    #[cold]
    fn skip_group(&mut self, start: Tag) -> Result<(), Fault> {
        let at = self.rest;
        if start.wire_type() != GROUP_START {
            return Err(Fault::new(Why::WireType, at));
        }
        let mut open = vec![start.number()];
        while let Some(&innermost) = open.last() {
            if self.is_empty() {
                return Err(Fault::new(Why::Group, at));
            }
            let here = self.rest;
            let tag = self.tag()?;
            match tag.wire_type() {
                GROUP_START if open.len() < GROUP_DEPTH_MAX as usize => open.push(tag.number()),
                GROUP_START => return Err(Fault::new(Why::TooDeep, here)),
                GROUP_END if tag.number() == innermost => {
                    open.pop();
                }
                GROUP_END => return Err(Fault::new(Why::Group, here)),
                _ => {
                    self.raw(tag)?;
                }
            }
        }
        Ok(())
    }

    /// The next field, with its own bytes; `None` at the end.
    pub(super) fn field(&mut self) -> Result<Option<Field<'a>>, Fault> {
        if self.is_empty() {
            return Ok(None);
        }
        let start = self.rest;
        let tag = self.tag()?;
        let raw = self.raw(tag)?;
        let whole = &start[..start.len() - self.rest.len()];
        Ok(Some(Field {
            number: tag.number(),
            raw,
            whole,
        }))
    }
}

/// A field's value as it lies on the wire.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Raw<'a> {
    Varint(u64),
    Fixed64(u64),
    Len(&'a [u8]),
    Fixed32(u32),
    Group,
}

impl<'a> Raw<'a> {
    pub(super) fn bytes(self) -> &'a [u8] {
        if let Raw::Len(bytes) = self {
            bytes
        } else {
            &[]
        }
    }

    pub(super) fn number(self) -> u64 {
        match self {
            Raw::Varint(number) | Raw::Fixed64(number) => number,
            Raw::Fixed32(number) => u64::from(number),
            Raw::Len(_) | Raw::Group => 0,
        }
    }

    pub(super) fn double(self) -> f64 {
        f64::from_bits(self.number())
    }

    pub(super) fn text(self) -> &'a str {
        text(self.bytes())
    }
}

/// One field of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    pub(super) number: u32,
    pub(super) raw: Raw<'a>,
    /// Tag and value, as they were sent.
    pub(super) whole: &'a [u8],
}

/// The fields of a message that was checked before; a fault, which cannot be, ends it.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a>(Reader<'a>);

impl<'a> Fields<'a> {
    pub(super) fn of(message: &'a [u8]) -> Self {
        Fields(Reader::new(message))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    #[inline]
    fn next(&mut self) -> Option<Field<'a>> {
        self.0.field().ok().flatten()
    }
}

/// The first field of that number in a checked message.
#[inline]
pub(super) fn find(message: &[u8], number: u32) -> Option<Raw<'_>> {
    let mut reader = Reader::new(message);
    while !reader.is_empty() {
        let tag = reader.tag().ok()?;
        if tag.number() == number {
            return reader.raw(tag).ok();
        }
        reader.skip(tag).ok()?;
    }
    None
}

/// Whether bytes are UTF-8; nearly always they are ASCII, which is seen at a glance.
#[inline]
pub(super) fn is_utf8(bytes: &[u8]) -> bool {
    is_ascii(bytes) || std::str::from_utf8(bytes).is_ok()
}

/// Eight bytes at a time; the last eight may overlap those before.
#[inline]
fn is_ascii(bytes: &[u8]) -> bool {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let Some(last) = bytes.last_chunk::<8>() else {
        return bytes.iter().fold(0, |all, byte| all | byte) < 0x80;
    };
    let (chunks, _) = bytes.as_chunks::<8>();
    let all = chunks.iter().fold(u64::from_ne_bytes(*last), |all, chunk| {
        all | u64::from_ne_bytes(*chunk)
    });
    all & HIGH == 0
}

/// A checked string. Seeing again that text is ASCII costs a third of seeing that it is UTF-8.
#[inline]
pub(super) fn text(bytes: &[u8]) -> &str {
    match AsciiStr::from_ascii(bytes) {
        Ok(ascii) => ascii.as_str(),
        Err(_) => std::str::from_utf8(bytes).unwrap_or_default(),
    }
}
