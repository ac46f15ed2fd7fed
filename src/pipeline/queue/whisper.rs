//! Says the same thing at most once a minute, so that a failing destination cannot flood the log.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a text that was said stays unsaid.
const SILENCE: Duration = Duration::from_mins(1);
/// Distinct texts remembered.
const TEXTS_MAX: usize = 64;
/// Longest text said, in bytes.
const TEXT_MAX: usize = 512;

#[derive(Default)]
pub(super) struct Whisper(Mutex<HashMap<String, (Duration, u64)>>);

impl Whisper {
    /// The text to say now, with how often it was swallowed since it was last said.
    pub(super) fn say(&self, text: &str, now: Duration) -> Option<(String, u64)> {
        let text = plain(text);
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((last, swallowed)) = said.get_mut(&text) {
            if now.saturating_sub(*last) < SILENCE {
                *swallowed += 1;
                return None;
            }
            let swallowed = std::mem::take(swallowed);
            *last = now;
            return Some((text, swallowed));
        }
        if said.len() >= TEXTS_MAX {
            said.retain(|_, (last, _)| now.saturating_sub(*last) < SILENCE);
        }
        if said.len() >= TEXTS_MAX {
            return None;
        }
        said.insert(text.clone(), (now, 0));
        Some((text, 0))
    }
}

/// One line, no control characters, no longer than is useful.
fn plain(text: &str) -> String {
    let short = text
        .get(..text.floor_char_boundary(TEXT_MAX))
        .unwrap_or_default();
    short
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
