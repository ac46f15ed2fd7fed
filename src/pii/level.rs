//! Says with which registers a text is read: the widest of the processor, or those a test asks for.

use fearless_simd::Level;

/// The widest registers of this processor.
#[cfg(not(test))]
#[inline]
pub(super) fn level() -> Level {
    Level::new()
}

#[cfg(test)]
pub(super) use forced::{at, every, level};

#[cfg(test)]
mod forced {
    use std::cell::Cell;

    use super::Level;

    thread_local! {
        static FORCED: Cell<Option<Level>> = const { Cell::new(None) };
    }

    /// The registers that the test of this thread asks for, or the widest.
    pub(crate) fn level() -> Level {
        FORCED.get().unwrap_or_else(Level::new)
    }

    /// What `run` makes of it where every text is read with these registers.
    pub(crate) fn at<T>(level: Level, run: impl FnOnce() -> T) -> T {
        let outer = FORCED.replace(Some(level));
        let made = run();
        FORCED.set(outer);
        made
    }

    /// Everything this processor has, the widest first.
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    pub(crate) fn every() -> Vec<Level> {
        let widest = Level::new();
        let narrower = [
            widest.as_avx512().map(Level::Avx512),
            widest.as_avx2().map(Level::Avx2),
            widest.as_sse4_2().map(Level::Sse4_2),
            widest.as_sse2().map(Level::Sse2),
        ];
        narrower.into_iter().flatten().collect()
    }

    /// Other processors have one kind.
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    pub(crate) fn every() -> Vec<Level> {
        vec![Level::new()]
    }
}
