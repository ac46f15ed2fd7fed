//! Records under their scopes: what one request holds, or a part or a gathering of requests.

use std::collections::HashMap;
use std::sync::Arc;

use super::envelope::{Resource, Scope};
use super::put::{field_len, put_head};
use super::record::{Kind, Record};

/// What a batch is made of: [`Span`](super::Span), [`Metric`](super::Metric) or
/// [`LogRecord`](super::LogRecord).
pub trait Item: Sized {
    /// How many items it counts for: data points for a metric, otherwise one.
    fn items(&self) -> usize;
    /// Bytes of the encoded message.
    fn encoded_len(&self) -> usize;
    /// Appends the encoded message.
    fn encode(&self, out: &mut Vec<u8>);
}

impl<K: Kind> Item for Record<K> {
    fn items(&self) -> usize {
        K::items(self)
    }

    fn encoded_len(&self) -> usize {
        Record::encoded_len(self)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        self.encode_record(out);
    }
}

/// Records of one scope.
#[derive(Clone, Debug)]
pub struct Group<R> {
    /// The scope, and through it the resource.
    pub scope: Arc<Scope>,
    /// Never empty in a batch that was parsed.
    pub records: Vec<R>,
}

/// What was said of something by its address, while it stays there.
type Seen<T, Said> = HashMap<*const T, Said, foldhash::fast::RandomState>;

/// Records of one signal under their scopes and resources.
#[derive(Clone, Debug)]
pub struct Batch<R> {
    /// In the order they were sent. Neighbours with the same resource leave under one resource.
    pub groups: Vec<Group<R>>,
    /// Fields of the request itself that this version does not know.
    pub(super) unknown: Vec<u8>,
}

impl<R> Default for Batch<R> {
    fn default() -> Self {
        Batch {
            groups: Vec::new(),
            unknown: Vec::new(),
        }
    }
}

impl<R: Item> Batch<R> {
    /// A batch of these groups.
    pub fn new(groups: Vec<Group<R>>) -> Self {
        Batch {
            groups,
            unknown: Vec::new(),
        }
    }

    /// Spans, log records or data points in it.
    pub fn items(&self) -> usize {
        self.records().map(Item::items).sum()
    }

    /// Whether it holds no record.
    pub fn is_empty(&self) -> bool {
        self.records().next().is_none()
    }

    /// Every record.
    pub fn records(&self) -> impl Iterator<Item = &R> {
        self.groups.iter().flat_map(|group| &group.records)
    }

    /// Calls `visit` with every record and its scope.
    pub fn for_each<'a>(&'a self, mut visit: impl FnMut(&'a Arc<Scope>, &'a R)) {
        for group in &self.groups {
            for record in &group.records {
                visit(&group.scope, record);
            }
        }
    }

    /// Calls `visit` with every record, to edit, and its scope.
    pub fn for_each_mut(&mut self, mut visit: impl FnMut(&Arc<Scope>, &mut R)) {
        for group in &mut self.groups {
            for record in &mut group.records {
                visit(&group.scope, record);
            }
        }
    }

    /// Keeps the records for which `keep` says so; the number of items that went.
    pub fn retain(&mut self, mut keep: impl FnMut(&Arc<Scope>, &mut R) -> bool) -> u64 {
        let mut removed = 0;
        for group in &mut self.groups {
            let scope = &group.scope;
            group.records.retain_mut(|record| {
                let items = record.items();
                let stays = keep(scope, record);
                removed += if stays { 0 } else { items as u64 };
                stays
            });
        }
        self.groups.retain(|group| !group.records.is_empty());
        removed
    }

    /// Edits every resource once, by copy on write; others who hold it keep the old one.
    pub fn edit_resources(&mut self, mut edit: impl FnMut(&mut Resource)) {
        self.replace_resources(|resource| {
            let mut copy = resource.clone();
            edit(&mut copy);
            (copy != *resource).then_some(copy)
        });
    }

    /// Edits every scope once, by copy on write; others who hold it keep the old one.
    pub fn edit_scopes(&mut self, mut edit: impl FnMut(&mut Scope)) {
        self.replace_scopes(|scope| {
            let mut copy = scope.clone();
            edit(&mut copy);
            (copy != *scope).then_some(copy)
        });
    }

    /// Asks once for each resource what takes its place, if anything does.
    pub fn replace_resources(&mut self, mut new: impl FnMut(&Resource) -> Option<Resource>) {
        let mut asked: Seen<Resource, Option<Arc<Resource>>> = Seen::default();
        self.replace_scopes(|scope| {
            let resource = scope.resource();
            let replaced = asked
                .entry(Arc::as_ptr(resource))
                .or_insert_with(|| new(resource).map(Arc::new));
            let resource = Arc::clone(replaced.as_ref()?);
            Some(scope.under(resource))
        });
    }

    /// Asks once for each scope what takes its place, if anything does.
    pub fn replace_scopes(&mut self, mut new: impl FnMut(&Scope) -> Option<Scope>) {
        let mut asked: Seen<Scope, Option<(Arc<Scope>, Arc<Scope>)>> = Seen::default();
        for group in &mut self.groups {
            let replaced = asked.entry(Arc::as_ptr(&group.scope)).or_insert_with(|| {
                // The old scope is kept until the end, so that its address stays its own.
                new(&group.scope).map(|scope| (Arc::clone(&group.scope), Arc::new(scope)))
            });
            if let Some((_, scope)) = replaced {
                group.scope = Arc::clone(scope);
            }
        }
    }

    /// Adds a record, to the last group if that is of the same scope.
    pub fn push(&mut self, scope: &Arc<Scope>, record: R) {
        match self.groups.last_mut() {
            Some(last) if Arc::ptr_eq(&last.scope, scope) => last.records.push(record),
            _ => self.groups.push(Group {
                scope: Arc::clone(scope),
                records: vec![record],
            }),
        }
    }

    /// Adds all of another batch.
    pub fn append(&mut self, other: Self) {
        self.groups.extend(other.groups);
        self.unknown.extend(other.unknown);
    }

    /// Moves every record into one of `n` batches; what `choose` says is taken modulo `n`.
    pub fn split_by(self, mut choose: impl FnMut(&Arc<Scope>, &R) -> usize, n: usize) -> Vec<Self> {
        let n = n.max(1);
        let mut parts: Vec<Self> = (0..n).map(|_| Batch::default()).collect();
        for group in self.groups {
            for record in group.records {
                let part = choose(&group.scope, &record) % n;
                if let Some(part) = parts.get_mut(part) {
                    part.push(&group.scope, record);
                }
            }
        }
        if let Some(first) = parts.first_mut() {
            first.unknown = self.unknown;
        }
        parts
    }

    /// Bytes of the protobuf request.
    pub fn encoded_len(&self) -> usize {
        let frames: usize = self.resources().map(|frame| field_len(1, frame.len)).sum();
        frames + self.unknown.len()
    }

    /// Appends the protobuf request; groups without records are left out.
    pub fn encode(&self, out: &mut Vec<u8>) {
        for frame in self.resources() {
            put_head(out, 1, frame.len);
            out.extend_from_slice(frame.resource.envelope());
            for group in frame
                .groups
                .iter()
                .filter(|group| !group.records.is_empty())
            {
                put_head(out, 2, group_len(group));
                out.extend_from_slice(group.scope.envelope());
                for record in &group.records {
                    put_head(out, 2, record.encoded_len());
                    record.encode(out);
                }
            }
        }
        out.extend_from_slice(&self.unknown);
    }

    /// Runs of groups with the same resource.
    fn resources(&self) -> impl Iterator<Item = Frame<'_, R>> {
        self.groups
            .chunk_by(|one, next| Arc::ptr_eq(one.scope.resource(), next.scope.resource()))
            .filter_map(|groups| {
                let full = groups.iter().filter(|group| !group.records.is_empty());
                let content: usize = full.map(|group| field_len(2, group_len(group))).sum();
                let resource = groups.first()?.scope.resource();
                let len = resource.envelope().len() + content;
                (content > 0).then_some(Frame {
                    resource,
                    groups,
                    len,
                })
            })
    }
}

/// Groups that leave under one resource.
struct Frame<'a, R> {
    resource: &'a Resource,
    groups: &'a [Group<R>],
    len: usize,
}

fn group_len<R: Item>(group: &Group<R>) -> usize {
    let records: usize = group
        .records
        .iter()
        .map(|record| field_len(2, record.encoded_len()))
        .sum();
    group.scope.envelope().len() + records
}
