//! Knows every open connection, so that the longest idle one can make room for a newcomer.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The connections of one listener, at most so many.
pub(super) struct Crowd {
    max: usize,
    // A logical clock: it orders arrivals and answers, and asks nobody for the time.
    ticks: AtomicU64,
    members: Mutex<HashMap<u64, Arc<Seat>>>,
    left: Notify,
}

/// What is known of one connection.
#[derive(Default)]
struct Seat {
    in_service: AtomicUsize,
    started: AtomicU64,
    last_answer: AtomicU64,
    leave: CancellationToken,
}

/// One connection's membership; dropping it frees the seat.
#[derive(Clone)]
pub(super) struct Member(Arc<Membership>);

struct Membership {
    number: u64,
    seat: Arc<Seat>,
    crowd: Arc<Crowd>,
}

impl Crowd {
    /// An empty crowd for at most `max` connections.
    pub(super) fn new(max: usize) -> Arc<Self> {
        Arc::new(Crowd {
            max: max.max(1),
            ticks: AtomicU64::new(1),
            members: Mutex::new(HashMap::new()),
            left: Notify::new(),
        })
    }

    /// Joins, at the price of an idle connection if there is no seat; waits while all are busy.
    pub(super) async fn join(self: &Arc<Self>) -> Member {
        loop {
            let left = self.left.notified();
            if let Some(member) = self.try_join() {
                return member;
            }
            left.await;
        }
    }

    fn try_join(self: &Arc<Self>) -> Option<Member> {
        let mut members = self.lock();
        if members.len() >= self.max {
            let idlest = longest_idle(&members)?;
            if let Some(seat) = members.remove(&idlest) {
                seat.leave.cancel();
            }
        }
        let number = self.tick();
        let seat = Arc::new(Seat::default());
        members.insert(number, Arc::clone(&seat));
        Some(Member(Arc::new(Membership {
            number,
            seat,
            crowd: Arc::clone(self),
        })))
    }

    fn tick(&self) -> u64 {
        self.ticks.fetch_add(1, Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Seat>>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Those that never sent a request go first, the oldest before the others; then those whose last
/// answer is longest ago.
fn longest_idle(members: &HashMap<u64, Arc<Seat>>) -> Option<u64> {
    let idle = members
        .iter()
        .filter(|(_, seat)| seat.in_service.load(Relaxed) == 0);
    idle.min_by_key(|(number, seat)| (seat.last_answer.load(Relaxed), **number))
        .map(|(number, _)| *number)
}

impl Member {
    /// Resolves when this connection has to make room.
    pub(super) async fn evicted(&self) {
        self.0.seat.leave.cancelled().await;
    }

    /// Marks a request as being in service until the guard is dropped.
    pub(super) fn serve(&self) -> InService {
        self.0.seat.in_service.fetch_add(1, Relaxed);
        self.0.seat.started.fetch_add(1, Relaxed);
        InService(self.clone())
    }

    /// Whether a request is in service.
    pub(super) fn is_busy(&self) -> bool {
        self.0.seat.in_service.load(Relaxed) > 0
    }

    /// How many requests have been started.
    pub(super) fn started(&self) -> u64 {
        self.0.seat.started.load(Relaxed)
    }
}

/// A request in service.
pub(super) struct InService(Member);

impl Drop for InService {
    fn drop(&mut self) {
        let Membership { seat, crowd, .. } = self.0.0.as_ref();
        seat.last_answer.store(crowd.tick(), Relaxed);
        seat.in_service.fetch_sub(1, Relaxed);
        crowd.left.notify_one();
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.crowd.lock().remove(&self.number);
        self.crowd.left.notify_one();
    }
}
