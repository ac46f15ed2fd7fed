//! Finds places in a list that grows: by looking through a short one, by hash in a long one.
//!
//! Most traces are short, so that most lists never pay for a table.

use hashbrown::HashTable;

/// A list this long is still looked through.
const SHORT: usize = 16;

/// The index of a list that lies elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Index(Option<Box<HashTable<u32>>>);

impl Index {
    /// Where the item with this key is in a list, if it is there.
    pub fn find<T>(&self, list: &[T], key: u64, of: impl Fn(&T) -> u64) -> Option<usize> {
        let same = |item: &T| of(item) == key;
        match &self.0 {
            None => list.iter().position(same),
            Some(table) => table
                .find(spread(key), |place| {
                    list.get(*place as usize).is_some_and(same)
                })
                .map(|place| *place as usize),
        }
    }

    /// Takes in the last item of a list.
    pub fn added<T>(&mut self, list: &[T], of: impl Fn(&T) -> u64) {
        if list.len() <= SHORT {
            return;
        }
        let known = self.0.as_ref().map_or(0, |table| table.len());
        let table = self.0.get_or_insert_default();
        let hash = |place: &u32| list.get(*place as usize).map_or(0, |item| spread(of(item)));
        for place in known..list.len() {
            let place = place as u32;
            table.insert_unique(hash(&place), place, hash);
        }
    }

    /// Bytes it takes beside itself.
    pub fn bytes(&self) -> usize {
        let table = self.0.as_ref();
        table.map_or(0, |table| table.allocation_size() + size_of_val(&**table))
    }
}

/// Spreads a key over all bits. One trace's own keys only ever crowd that trace's own table.
fn spread(key: u64) -> u64 {
    let mixed = u128::from(key ^ 0x9e37_79b9_7f4a_7c15) * 0xd134_2543_de82_ef95;
    (mixed >> 64) as u64 ^ mixed as u64
}

/// Adds to a list that shall waste little: it grows by half, from two.
pub fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(list.len() / 2 + 2);
    }
    list.push(item);
}
