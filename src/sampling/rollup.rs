//! Sums of figures that frameworks roll up: a span's figure counts only if no descendant has one.
//!
//! Spans come in any order, children usually first. Each arrival costs amortised constant time:
//! a mark that a figure lies below climbs only as far as it is news.

use hashbrown::HashTable;

use super::decimal::Decimal;

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

const KINDS: usize = 3;
const SMALL: usize = 8;

/// One span's own figures, by [`Figure`].
pub type Figures = [Option<Decimal>; KINDS];

/// The running sums of one trace.
#[derive(Clone, Debug, Default)]
pub struct Rollup {
    sums: [Decimal; KINDS],
    nodes: Vec<Node>,
    /// Places in `nodes` by id, once there are many.
    places: HashTable<u32>,
    figures: Vec<Figures>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    id: Id,
    parent: Id,
    /// Place in `figures` plus one; zero is none.
    own: u32,
    /// One bit per figure: some descendant has it.
    below: u8,
    /// False while only a child has spoken of this span.
    seen: bool,
}

impl Rollup {
    /// Takes in one span; `parent` is zero for a root.
    pub fn add(&mut self, id: Id, parent: Id, figures: &Figures) {
        let parent = if parent == id { 0 } else { parent };
        let has = bits(figures);
        let place = self.place_of(id);
        let Some(node) = self.nodes.get_mut(place) else {
            return;
        };
        let climbs = has | if node.seen { 0 } else { node.below };
        let hidden = node.below;
        if !node.seen {
            node.seen = true;
            node.parent = parent;
        }
        if has != 0 {
            // A span sent twice keeps its first figures for later subtraction.
            if node.own == 0 {
                node.own = self.figures.len() as u32 + 1;
                self.figures.push(*figures);
            }
            self.change(has & !hidden, figures, Decimal::add_assign_to);
        }
        self.climb(parent, climbs);
    }

    /// The sum of one figure over the spans that have no descendant with it.
    pub fn sum(&self, figure: Figure) -> Decimal {
        self.sums.get(figure as usize).copied().unwrap_or_default()
    }

    /// Memory beyond the struct itself, in bytes.
    pub fn bytes(&self) -> usize {
        self.nodes.capacity() * size_of::<Node>()
            + self.figures.capacity() * size_of::<Figures>()
            + self.places.capacity() * 5
    }

    fn climb(&mut self, mut id: Id, mut kinds: u8) {
        while id != 0 && kinds != 0 {
            let place = self.place_of(id);
            let Some(node) = self.nodes.get_mut(place) else {
                return;
            };
            kinds &= !node.below;
            node.below |= kinds;
            let (parent, own, seen) = (node.parent, node.own, node.seen);
            if !seen {
                return;
            }
            if let Some(figures) = self.figures.get((own as usize).wrapping_sub(1)).copied() {
                self.change(kinds, &figures, Decimal::sub_assign_from);
            }
            id = parent;
        }
    }

    fn change(&mut self, kinds: u8, figures: &Figures, change: fn(Decimal, &mut Decimal)) {
        for (kind, (sum, figure)) in self.sums.iter_mut().zip(figures).enumerate() {
            if let Some(figure) = figure.filter(|_| kinds & 1 << kind != 0) {
                change(figure, sum);
            }
        }
    }

    /// Where a span's node is; made if it is new.
    fn place_of(&mut self, id: Id) -> usize {
        let nodes = &self.nodes;
        let same = |place: &u32| nodes.get(*place as usize).is_some_and(|node| node.id == id);
        let found = if nodes.len() <= SMALL {
            nodes.iter().position(|node| node.id == id)
        } else {
            self.places
                .find(spread(id), same)
                .map(|place| *place as usize)
        };
        found.unwrap_or_else(|| self.push(id))
    }

    fn push(&mut self, id: Id) -> usize {
        let place = self.nodes.len();
        self.nodes.push(Node {
            id,
            parent: 0,
            own: 0,
            below: 0,
            seen: false,
        });
        let first = if place == SMALL { 0 } else { place };
        if place >= SMALL {
            let nodes = &self.nodes;
            for (place, node) in nodes.iter().enumerate().skip(first) {
                self.places
                    .insert_unique(spread(node.id), place as u32, |place| {
                        nodes.get(*place as usize).map_or(0, |node| spread(node.id))
                    });
            }
        }
        place
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
        bits | u8::from(figure.is_some()) << kind
    })
}

/// Spreads an id over all bits. One trace's own ids only ever crowd that trace's own table.
fn spread(id: Id) -> u64 {
    let mixed = u128::from(id ^ 0x9e37_79b9_7f4a_7c15) * 0xd134_2543_de82_ef95;
    (mixed >> 64) as u64 ^ mixed as u64
}
