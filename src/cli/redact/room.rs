//! Bounds the bytes that are under way between reading and writing.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Room for so many bytes; a batch that is larger has it for itself.
#[derive(Debug)]
pub(super) struct Room {
    most: usize,
    taken: Mutex<Taken>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Taken {
    bytes: usize,
    is_closed: bool,
}

impl Room {
    pub(super) fn new(most: usize) -> Self {
        Room {
            most,
            taken: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Waits for room; false if the room was closed.
    pub(super) fn take(&self, bytes: usize) -> bool {
        let is_full = |taken: &mut Taken| {
            !taken.is_closed && taken.bytes > 0 && taken.bytes.saturating_add(bytes) > self.most
        };
        let waited = self.changed.wait_while(self.taken(), is_full);
        let mut taken = waited.unwrap_or_else(PoisonError::into_inner);
        taken.bytes += bytes;
        !taken.is_closed
    }

    pub(super) fn give_back(&self, bytes: usize) {
        let mut taken = self.taken();
        taken.bytes = taken.bytes.saturating_sub(bytes);
        self.changed.notify_all();
    }

    /// Nobody waits any longer.
    pub(super) fn close(&self) {
        self.taken().is_closed = true;
        self.changed.notify_all();
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_given_up_to_its_end_and_again_when_it_comes_back() {
        let room = Room::new(10);
        assert!(room.take(4) && room.take(6));
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| room.take(3));
            room.give_back(6);
            assert!(waits.join().unwrap());
        });
        assert_eq!(7, room.taken().bytes);
    }

    #[test]
    fn what_is_larger_than_the_room_has_it_alone() {
        let room = Room::new(10);
        assert!(room.take(99));
        room.give_back(99);
        assert!(room.take(1));
    }

    #[test]
    fn nobody_waits_in_a_closed_room() {
        let room = Room::new(10);
        assert!(room.take(10));
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| room.take(1));
            room.close();
            assert!(!waits.join().unwrap());
        });
    }
}
