//! Sums of figures that frameworks roll up: a span's figure counts only if no descendant has one.
//!
//! Spans come in any order, children usually first. Each arrival costs amortised constant time:
//! a mark that a figure lies below climbs only as far as it is news.

use super::decimal::Decimal;
use super::index::{Index, push};

/// A span id as a number; zero is "none".
pub type Id = u64;

/// The figures that are summed, each by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// US dollars.
    Cost,
    /// Input tokens.
    Input,
    /// Output tokens.
    Output,
}

pub(super) const KINDS: usize = 3;

/// A figure as a span has it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Amount {
    /// None.
    #[default]
    Absent,
    /// A whole number.
    Whole(i64),
    /// Another one; finite.
    Double(f64),
}

impl Amount {
    /// Whether there is one.
    pub fn exists(self) -> bool {
        self != Amount::Absent
    }

    /// No less than it, and not below zero.
    pub fn at_most(self) -> f64 {
        match self {
            Amount::Absent => 0.0,
            Amount::Whole(n) => (n as f64).max(0.0),
            Amount::Double(x) => x.max(0.0),
        }
    }

    fn exactly(self) -> Decimal {
        match self {
            Amount::Absent => Decimal::ZERO,
            Amount::Whole(n) => Decimal::from_int(n),
            Amount::Double(x) => Decimal::from_f64(x).unwrap_or_default(),
        }
    }
}

/// One span's own figures, by [`Figure`].
pub type Figures = [Amount; KINDS];

/// The running sums of one trace.
#[derive(Clone, Debug, Default)]
pub struct Rollup {
    sums: [Decimal; KINDS],
    nodes: Vec<Node>,
    index: Index,
    /// Figures that may have to be taken back, packed; see [`pack`].
    own: Vec<u8>,
}

/// What is remembered of a span: 16 bytes.
#[derive(Clone, Copy, Debug)]
struct Node {
    id: Id,
    /// Its parent's place in the list plus one; zero is none.
    parent: u32,
    /// [`SEEN`], then [`KINDS`] bits, then the place of its figures plus one.
    state: u32,
}

/// In a node: the span itself has come; otherwise only a child has spoken of it.
const SEEN: u32 = 1;
/// From this bit on: some descendant has the figure.
const BELOW: u32 = 1;
/// From this bit on: where its own figures are.
const OWN: u32 = BELOW + KINDS as u32;

impl Node {
    fn is_seen(self) -> bool {
        self.state & SEEN != 0
    }

    fn below(self) -> u8 {
        (self.state >> BELOW) as u8 & ALL
    }

    fn own(self) -> Option<usize> {
        (self.state >> OWN).checked_sub(1).map(|own| own as usize)
    }
}

/// One bit for each figure.
const ALL: u8 = (1 << KINDS) - 1;

impl Rollup {
    /// Takes in one span; `parent` is zero for a root. Says whether it has a figure.
    pub fn add(&mut self, id: Id, parent: Id, figures: &Figures) -> bool {
        let place = self.place_of(id);
        let parent = if parent == 0 || parent == id {
            0
        } else {
            self.place_of(parent) as u32 + 1
        };
        let has = bits(figures);
        let own = self.own.len() as u32 + 1;
        let Some(node) = self.nodes.get_mut(place) else {
            return false;
        };
        let before = *node;
        if !before.is_seen() {
            node.state |= SEEN;
            node.parent = parent;
        }
        let counts = has & !before.below();
        // A span sent twice keeps its first figures for later subtraction; what already lies above
        // another's is never added, so it is never taken back.
        if counts != 0 && before.own().is_none() && own < u32::MAX >> OWN {
            node.state |= own << OWN;
            let mut bytes = [0; PACKED_MAX];
            let len = pack(figures, &mut bytes);
            append(&mut self.own, bytes.get(..len).unwrap_or_default());
        }
        self.change(counts, figures, Decimal::add_assign_to);
        let news = if before.is_seen() { 0 } else { before.below() };
        self.climb(parent, has | news);
        has != 0
    }

    /// The sum of one figure over the spans that have no descendant with it.
    pub fn sum(&self, figure: Figure) -> Decimal {
        self.sums.get(figure as usize).copied().unwrap_or_default()
    }

    /// Memory beyond the struct itself, in bytes.
    pub fn bytes(&self) -> usize {
        self.nodes.capacity() * size_of::<Node>() + self.own.capacity() + self.index.bytes()
    }

    /// Marks a node and those above it: figures of these kinds lie below.
    fn climb(&mut self, mut place: u32, mut kinds: u8) {
        while let Some(node) = (place as usize)
            .checked_sub(1)
            .and_then(|place| self.nodes.get_mut(place))
        {
            kinds &= !node.below();
            if kinds == 0 {
                return;
            }
            node.state |= u32::from(kinds) << BELOW;
            let node = *node;
            if !node.is_seen() {
                return;
            }
            if let Some(own) = node.own() {
                let figures = unpack(self.own.get(own..).unwrap_or_default());
                self.change(kinds, &figures, Decimal::sub_assign_from);
            }
            place = node.parent;
        }
    }

    fn change(&mut self, kinds: u8, figures: &Figures, change: fn(Decimal, &mut Decimal)) {
        if kinds == 0 {
            return;
        }
        for (kind, (sum, figure)) in self.sums.iter_mut().zip(figures).enumerate() {
            if kinds & 1 << kind != 0 && figure.exists() {
                change(figure.exactly(), sum);
            }
        }
    }

    /// Where a span's node is; made if it is new.
    fn place_of(&mut self, id: Id) -> usize {
        let of = |node: &Node| node.id;
        if let Some(place) = self.index.find(&self.nodes, id, of) {
            return place;
        }
        let (parent, state) = (0, 0);
        push(&mut self.nodes, Node { id, parent, state });
        self.index.added(&self.nodes, of);
        self.nodes.len() - 1
    }
}

impl Decimal {
    fn add_assign_to(self, sum: &mut Decimal) {
        *sum += self;
    }

    fn sub_assign_from(self, sum: &mut Decimal) {
        *sum -= self;
    }
}

fn bits(figures: &Figures) -> u8 {
    figures.iter().enumerate().fold(0, |bits, (kind, figure)| {
        bits | u8::from(figure.exists()) << kind
    })
}

/// How a figure is packed, by two bits: not at all, as four bytes, as eight, as a double.
const LENGTHS: [usize; 4] = [0, 4, 8, 8];
const DOUBLE: u8 = 3;

/// The most bytes that figures are packed into.
const PACKED_MAX: usize = 1 + 8 * KINDS;

/// Writes figures as one byte that says what follows, in its low bits, and then what there is; says
/// how many bytes that are.
#[inline]
fn pack(figures: &Figures, bytes: &mut [u8; PACKED_MAX]) -> usize {
    let (mut head, mut end) = (0, 1);
    for (kind, figure) in figures.iter().enumerate() {
        let (code, packed) = match *figure {
            Amount::Absent => continue,
            Amount::Whole(n) if i32::try_from(n).is_ok() => (1, n.to_le_bytes()),
            Amount::Whole(n) => (2, n.to_le_bytes()),
            Amount::Double(x) => (DOUBLE, x.to_le_bytes()),
        };
        head |= code << (2 * kind);
        if let Some(to) = bytes.get_mut(end..).and_then(<[u8]>::first_chunk_mut) {
            *to = packed;
        }
        end += LENGTHS[usize::from(code)];
    }
    bytes[0] = head;
    end
}

/// Adds bytes to a list that shall waste little.
fn append(list: &mut Vec<u8>, bytes: &[u8]) {
    if list.capacity() - list.len() < bytes.len() {
        list.reserve_exact(bytes.len().max(list.len() / 2));
    }
    list.extend_from_slice(bytes);
}

/// Reads what [`pack`] wrote.
fn unpack(bytes: &[u8]) -> Figures {
    let mut figures = Figures::default();
    let Some((head, mut rest)) = bytes.split_first() else {
        return figures;
    };
    for (kind, figure) in figures.iter_mut().enumerate() {
        let code = head >> (2 * kind) & 3;
        let own = rest
            .split_off(..LENGTHS[usize::from(code)])
            .unwrap_or_default();
        let mut eight = [0; 8];
        eight[..own.len()].copy_from_slice(own);
        let whole = i64::from_le_bytes(eight);
        *figure = match code {
            0 => Amount::Absent,
            1 => Amount::Whole(i64::from(whole as i32)),
            2 => Amount::Whole(whole),
            _ => Amount::Double(f64::from_bits(whole as u64)),
        };
    }
    figures
}
