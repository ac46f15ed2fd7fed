//! A map that forgets its least recently used entry when it is full.

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash, RandomState};

use hashbrown::HashTable;

const NONE: u32 = u32::MAX;

/// A bounded map in order of use. A bound of zero remembers nothing.
#[derive(Clone, Debug)]
pub struct Lru<K, V> {
    bound: usize,
    places: HashTable<u32>,
    nodes: Vec<Node<K, V>>,
    newest: u32,
    oldest: u32,
    free: u32,
    hasher: RandomState,
}

#[derive(Clone, Debug)]
struct Node<K, V> {
    entry: Option<(K, V)>,
    newer: u32,
    older: u32,
}

impl<K: Hash + Eq, V> Lru<K, V> {
    /// Remembers at most `bound` entries; memory is taken as they come.
    pub fn new(bound: usize) -> Self {
        Lru {
            bound: bound.min(NONE as usize - 1),
            places: HashTable::new(),
            nodes: Vec::new(),
            newest: NONE,
            oldest: NONE,
            free: NONE,
            hasher: RandomState::new(),
        }
    }

    /// Entries remembered.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The value under `key`, without counting as a use.
    pub fn peek<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let place = self.find(key)?;
        self.nodes
            .get(place as usize)?
            .entry
            .as_ref()
            .map(|(_, value)| value)
    }

    /// The value under `key`, which becomes the newest.
    pub fn get<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let place = self.find(key)?;
        self.unlink(place);
        self.link(place);
        self.nodes
            .get_mut(place as usize)?
            .entry
            .as_mut()
            .map(|(_, value)| value)
    }

    /// Writes an entry, which becomes the newest; returns what had to make room for it.
    pub fn insert(&mut self, key: K, value: V) -> Option<(K, V)> {
        if self.bound == 0 {
            return Some((key, value));
        }
        if let Some(old) = self.get(&key) {
            *old = value;
            return None;
        }
        let evicted = if self.len() >= self.bound {
            self.pop_oldest()
        } else {
            None
        };
        let hash = self.hasher.hash_one(&key);
        let place = self.place(Node {
            entry: Some((key, value)),
            newer: NONE,
            older: NONE,
        });
        let (nodes, hasher) = (&self.nodes, &self.hasher);
        self.places
            .insert_unique(hash, place, |place| rehash(nodes, hasher, *place));
        self.link(place);
        evicted
    }

    /// Takes an entry out.
    pub fn remove<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let place = self.find(key)?;
        self.take(place).map(|(_, value)| value)
    }

    /// Takes the least recently used entry out.
    pub fn pop_oldest(&mut self) -> Option<(K, V)> {
        self.take(self.oldest)
    }

    /// The least recently used entry.
    pub fn oldest(&self) -> Option<(&K, &V)> {
        let (key, value) = self.nodes.get(self.oldest as usize)?.entry.as_ref()?;
        Some((key, value))
    }

    /// All entries, the least recently used first.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let mut place = self.oldest;
        std::iter::from_fn(move || {
            let node = self.nodes.get(place as usize)?;
            place = node.newer;
            node.entry.as_ref().map(|(key, value)| (key, value))
        })
    }

    fn find<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<u32>
    where
        K: Borrow<Q>,
    {
        let nodes = &self.nodes;
        let same = |place: &u32| {
            nodes
                .get(*place as usize)
                .and_then(|node| node.entry.as_ref())
                .is_some_and(|(own, _)| own.borrow() == key)
        };
        self.places.find(self.hasher.hash_one(key), same).copied()
    }

    fn take(&mut self, place: u32) -> Option<(K, V)> {
        let entry = self.nodes.get_mut(place as usize)?.entry.take()?;
        let hash = self.hasher.hash_one(&entry.0);
        if let Ok(found) = self.places.find_entry(hash, |other| *other == place) {
            found.remove();
        }
        self.unlink(place);
        if let Some(node) = self.nodes.get_mut(place as usize) {
            node.older = self.free;
            self.free = place;
        }
        Some(entry)
    }

    /// A place for a node: a freed one, or a new one.
    fn place(&mut self, node: Node<K, V>) -> u32 {
        let place = self.free;
        if let Some(slot) = self.nodes.get_mut(place as usize) {
            self.free = slot.older;
            *slot = node;
            return place;
        }
        self.nodes.push(node);
        self.nodes.len() as u32 - 1
    }

    fn link(&mut self, place: u32) {
        let older = self.newest;
        if let Some(node) = self.nodes.get_mut(place as usize) {
            node.older = older;
            node.newer = NONE;
        }
        match self.nodes.get_mut(older as usize) {
            Some(node) => node.newer = place,
            None => self.oldest = place,
        }
        self.newest = place;
    }

    fn unlink(&mut self, place: u32) {
        let Some(node) = self.nodes.get(place as usize) else {
            return;
        };
        let (newer, older) = (node.newer, node.older);
        match self.nodes.get_mut(newer as usize) {
            Some(node) => node.older = older,
            None => self.newest = older,
        }
        match self.nodes.get_mut(older as usize) {
            Some(node) => node.newer = newer,
            None => self.oldest = newer,
        }
    }
}

fn rehash<K: Hash, V>(nodes: &[Node<K, V>], hasher: &RandomState, place: u32) -> u64 {
    let key = nodes
        .get(place as usize)
        .and_then(|node| node.entry.as_ref())
        .map(|(key, _)| key);
    key.map_or(0, |key| hasher.hash_one(key))
}
