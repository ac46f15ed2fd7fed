//! The latest exemplar of a bucket, written and read without a lock.

use std::sync::atomic::{AtomicU64, Ordering, fence};

/// One measured value with the span it was measured on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exemplar {
    /// The span's trace.
    pub trace_id: [u8; 16],
    /// The span.
    pub span_id: [u8; 8],
    /// The value, in counted units.
    pub units: u64,
    /// When, in nanoseconds since 1970.
    pub unix_nanos: u64,
}

impl Exemplar {
    fn words(&self) -> [u64; 5] {
        let trace = u128::from_be_bytes(self.trace_id);
        let span = u64::from_be_bytes(self.span_id);
        [
            (trace >> 64) as u64,
            trace as u64,
            span,
            self.units,
            self.unix_nanos,
        ]
    }

    fn from_words(words: [u64; 5]) -> Self {
        let [high, low, span, units, unix_nanos] = words;
        Exemplar {
            trace_id: (u128::from(high) << 64 | u128::from(low)).to_be_bytes(),
            span_id: span.to_be_bytes(),
            units,
            unix_nanos,
        }
    }
}

/// Room for one exemplar. `version` is odd while it is being written and zero while it is empty;
/// a writer who finds another one at work leaves, a reader who saw the version change looks away.
#[derive(Debug, Default)]
pub(super) struct Slot {
    version: AtomicU64,
    words: [AtomicU64; 5],
}

impl Slot {
    pub(super) fn put(&self, exemplar: &Exemplar) {
        let version = self.version.load(Ordering::Relaxed);
        if version % 2 == 1 {
            return;
        }
        let claimed = self.version.compare_exchange(
            version,
            version + 1,
            Ordering::Acquire,
            Ordering::Relaxed,
        );
        if claimed.is_err() {
            return;
        }
        fence(Ordering::Release);
        for (cell, word) in self.words.iter().zip(exemplar.words()) {
            cell.store(word, Ordering::Relaxed);
        }
        self.version.store(version + 2, Ordering::Release);
    }

    pub(super) fn get(&self) -> Option<Exemplar> {
        let before = self.version.load(Ordering::Acquire);
        if before == 0 || before % 2 == 1 {
            return None;
        }
        let words = std::array::from_fn(|at| {
            self.words
                .get(at)
                .map_or(0, |cell| cell.load(Ordering::Relaxed))
        });
        fence(Ordering::Acquire);
        (self.version.load(Ordering::Relaxed) == before).then(|| Exemplar::from_words(words))
    }
}
