//! What policies learn and use up: kept outside of them, so that versions of the rules share it.
//!
//! A limiter of a hundred spans per second allows a hundred, whether a trace is decided under the
//! old rules or the new. Whose memory it is goes by the policy's name and settings: a policy that
//! a new version leaves as it was goes on where it stands, a changed one begins anew.

use std::any::{Any, type_name};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Weak};

use crate::sampling::anomaly::Baselines;
use crate::sampling::dynamic::Dynamic;

/// Something that one worker's policy learns.
pub(super) trait Memory: Any + Send {
    /// Keys it remembers at the moment, for a metric.
    fn keys(&self) -> usize;
}

impl Memory for Dynamic {
    fn keys(&self) -> usize {
        self.keys()
    }
}

impl Memory for Baselines {
    fn keys(&self) -> usize {
        self.keys()
    }
}

/// Where in every worker's [`Learnt`] something lies; it is forgotten with its last lesson.
struct Seat;

/// What a policy learns: where it lies, and how it begins.
pub(super) struct Lesson<T> {
    seat: Arc<Seat>,
    fresh: T,
}

impl<T: Memory + Clone> Lesson<T> {
    /// Uses what a worker has learnt.
    pub(super) fn with<R>(&self, learnt: &Learnt, ask: impl FnOnce(&mut T) -> R) -> R {
        let seat = Arc::as_ptr(&self.seat);
        let mut all = learnt.0.borrow_mut();
        let place = all.iter().position(|(own, _)| own.as_ptr() == seat);
        let place = place.unwrap_or_else(|| {
            all.push((Arc::downgrade(&self.seat), Box::new(self.fresh.clone())));
            all.len() - 1
        });
        let found = all.get_mut(place).and_then(|(_, memory)| {
            let memory: &mut dyn Any = &mut **memory;
            memory.downcast_mut::<T>()
        });
        match found {
            Some(memory) => ask(memory),
            // A seat belongs to one type; whoever breaks that learns nothing.
            None => ask(&mut self.fresh.clone()),
        }
    }
}

/// What one worker's policies have learnt, under all versions of the rules.
#[derive(Default)]
pub(super) struct Learnt(RefCell<Vec<(Weak<Seat>, Box<dyn Memory>)>>);

impl Learnt {
    /// Keys remembered.
    pub(super) fn keys(&self) -> usize {
        self.0
            .borrow()
            .iter()
            .map(|(_, memory)| memory.keys())
            .sum()
    }

    /// Forgets what no version of the rules has a use for any more.
    pub(super) fn sweep(&mut self) {
        let alive = |(seat, _): &(Weak<Seat>, _)| seat.strong_count() > 0;
        self.0.get_mut().retain(alive);
    }
}

/// Whose memory it is: a policy by name and settings, inside of policies by name.
#[derive(Default)]
pub(super) struct Owner {
    path: String,
    settings: String,
    /// Memories so far.
    asked: usize,
    /// Names of the parts so far; those inside of a policy may repeat.
    parts: Vec<String>,
}

impl Owner {
    /// A policy inside of this one.
    pub(super) fn part(&mut self, name: &str, settings: &dyn fmt::Debug) -> Owner {
        let namesakes = self.parts.iter().filter(|own| *own == name).count();
        self.parts.push(name.to_owned());
        Owner {
            path: format!("{}/{name}#{namesakes}", self.path),
            // Settings that print the same are the same: every one of their fields is printed.
            settings: format!("{settings:?}"),
            ..Owner::default()
        }
    }

    /// The name of its next memory.
    pub(super) fn next<T>(&mut self) -> String {
        self.asked += 1;
        let Owner {
            path,
            settings,
            asked,
            ..
        } = self;
        format!("{path} {asked} {} {settings}", type_name::<T>())
    }
}

/// What some version of the rules still uses, found by its owner.
#[derive(Default)]
pub(super) struct Stock(HashMap<String, Weak<dyn Any + Send + Sync>>);

impl Stock {
    /// What all workers share under a name.
    pub(super) fn shared<T: Any + Send + Sync>(
        &mut self,
        name: &str,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let known = self.0.get(name).and_then(Weak::upgrade);
        if let Some(known) = known.and_then(|thing| thing.downcast().ok()) {
            return known;
        }
        let thing = Arc::new(make());
        let weak: Weak<T> = Arc::downgrade(&thing);
        self.0.retain(|_, thing| thing.strong_count() > 0);
        self.0.insert(name.to_owned(), weak);
        thing
    }

    /// What each worker has for itself under an owner's next name.
    pub(super) fn lesson<T: Memory>(&mut self, owner: &mut Owner, fresh: T) -> Lesson<T> {
        let seat = self.shared(&owner.next::<T>(), || Seat);
        Lesson { seat, fresh }
    }
}
