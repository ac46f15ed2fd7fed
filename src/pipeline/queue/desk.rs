//! What the parts of one queue share.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::backoff::Budget;
use super::breaker::Breaker;
use super::gauges::Gauges;
use super::room::Room;
use super::whisper::Whisper;
use crate::clock::Clock;
use crate::component::{Account, Exporter, Reason};
use crate::config::{self, OnFull};

pub(super) struct Desk {
    pub(super) name: String,
    pub(super) settings: config::Queue,
    pub(super) exporter: Arc<dyn Exporter>,
    pub(super) account: Arc<Account>,
    pub(super) breaker: Breaker,
    pub(super) budget: Budget,
    pub(super) gauges: Gauges,
    pub(super) whisper: Whisper,
    /// Something was offered or came back.
    pub(super) changed: Notify,
    /// Nothing more is taken in; what is held leaves.
    pub(super) closing: CancellationToken,
    /// The deadline has passed.
    pub(super) abandon: CancellationToken,
    clock: Clock,
    room: Mutex<Room>,
    bytes: AtomicUsize,
    undelivered: AtomicU64,
}

impl Desk {
    pub(super) fn new(
        name: &str,
        settings: config::Queue,
        exporter: Arc<dyn Exporter>,
        account: Arc<Account>,
        clock: Clock,
    ) -> Self {
        Desk {
            name: name.to_owned(),
            gauges: Gauges::new(name, settings.max_bytes.bytes()),
            room: Mutex::new(Room::new(settings.clone())),
            settings,
            exporter,
            account,
            clock,
            breaker: Breaker::new(),
            budget: Budget::new(),
            whisper: Whisper::default(),
            changed: Notify::new(),
            closing: CancellationToken::new(),
            abandon: CancellationToken::new(),
            bytes: AtomicUsize::new(0),
            undelivered: AtomicU64::new(0),
        }
    }

    pub(super) fn now(&self) -> Duration {
        self.clock.now().mono
    }

    /// Works on the waiting room, and shows what it holds afterwards.
    pub(super) fn room<T>(&self, work: impl FnOnce(&mut Room) -> T) -> T {
        let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        let result = work(&mut room);
        self.bytes.store(room.bytes(), Relaxed);
        self.gauges.queue_bytes.set(room.bytes() as f64);
        self.gauges.queue_items.set(room.items() as f64);
        result
    }

    /// Bytes waiting or in flight.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Relaxed)
    }

    /// Whether a full queue discards instead of pushing back.
    pub(super) fn drops(&self) -> bool {
        matches!(
            self.settings.on_full,
            Some(OnFull::DropOldest | OnFull::DropNewest)
        )
    }

    /// Items that will never be delivered.
    pub(super) fn lost(&self, reason: Reason, items: u64) {
        if items == 0 {
            return;
        }
        self.account.discarded(reason, items);
        if reason == Reason::ShutdownDeadline {
            self.undelivered.fetch_add(items, Relaxed);
        }
    }

    pub(super) fn undelivered(&self) -> u64 {
        self.undelivered.load(Relaxed)
    }

    pub(super) fn show_state(&self) {
        self.gauges.state.set(self.breaker.state().number());
    }
}
