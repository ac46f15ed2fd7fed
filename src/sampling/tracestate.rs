//! The `ot` member of a W3C `tracestate`: reading `th` and `rv`, writing them without harm.
//!
//! Members of other vendors keep their order and bytes; so do sub-keys of `ot` that are not ours.

use super::randomness::Randomness;
use super::threshold::{Threshold, hex};

/// What a `tracestate` says about sampling. Unreadable values count as absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ot {
    /// The rejection threshold of the stages before.
    pub threshold: Option<Threshold>,
    /// The explicit randomness.
    pub randomness: Option<Randomness>,
}

impl Ot {
    /// Reads a whole `tracestate` header value.
    pub fn read(tracestate: &str) -> Self {
        let mut ot = Ot::default();
        let Some(value) = member(tracestate, "ot") else {
            return ot;
        };
        for (key, value) in pairs(value) {
            match key {
                "th" if ot.threshold.is_none() => ot.threshold = Threshold::decode(value).ok(),
                "rv" if ot.randomness.is_none() => ot.randomness = read_rv(value),
                _ => {}
            }
        }
        ot
    }
}

/// The value of one member of a `tracestate`.
pub fn member<'a>(tracestate: &'a str, key: &str) -> Option<&'a str> {
    tracestate.split(',').find_map(|member| {
        let (name, value) = member.trim_matches([' ', '\t']).split_once('=')?;
        (name == key).then_some(value)
    })
}

/// What a decision writes on each forwarded span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The decision's threshold; `None` if its probability is unknown.
    pub threshold: Option<Threshold>,
    /// The randomness the trace was judged by.
    pub randomness: Randomness,
    /// Whether that randomness is written as `rv` where a span has none (one coin per session).
    pub write_rv: bool,
}

impl Stamp {
    /// The new `tracestate` of a span, or `None` if it stays as it is.
    ///
    /// An incoming threshold above the randomness is erased; certainty changes nothing; an unknown
    /// probability erases; otherwise the higher of both thresholds is written.
    pub fn apply(&self, tracestate: &str) -> Option<String> {
        let ot = Ot::read(tracestate);
        let consistent = ot
            .threshold
            .filter(|threshold| self.randomness.passes(*threshold));
        let threshold = match self.threshold {
            Some(Threshold::ALWAYS) => consistent,
            Some(own) => Some(consistent.map_or(own, |incoming| incoming.max(own))),
            None => None,
        };
        let rv = (self.write_rv && ot.randomness.is_none()).then_some(self.randomness);
        if threshold == ot.threshold && rv.is_none() {
            return None;
        }
        Some(rewrite(tracestate, ot, threshold, rv))
    }
}

fn rewrite(
    tracestate: &str,
    ot: Ot,
    threshold: Option<Threshold>,
    rv: Option<Randomness>,
) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut wrote_th = false;
    for (key, value) in pairs(member(tracestate, "ot").unwrap_or_default()) {
        match (key, threshold) {
            ("th", Some(new)) if !wrote_th => {
                parts.push(format!("th:{new}"));
                wrote_th = true;
            }
            // Our own key, erased, repeated or unreadable.
            ("th", _) => {}
            ("rv", _) if ot.randomness.is_none() => {}
            _ => parts.push(format!("{key}:{value}")),
        }
    }
    if let Some(threshold) = threshold.filter(|_| !wrote_th) {
        parts.push(format!("th:{threshold}"));
    }
    if let Some(rv) = rv {
        parts.push(format!("rv:{rv}"));
    }
    let mut out = String::with_capacity(tracestate.len() + 40);
    if !parts.is_empty() {
        out.push_str("ot=");
        out.push_str(&parts.join(";"));
    }
    let others = tracestate.split(',').filter(|member| {
        let name = member.split('=').next().unwrap_or_default();
        !name.trim().is_empty() && name.trim() != "ot"
    });
    for other in others {
        if !out.is_empty() {
            out.push(',');
        }
        out.push_str(other);
    }
    out
}

/// The `key:value` pairs of an `ot` member.
fn pairs(value: &str) -> impl Iterator<Item = (&str, &str)> {
    value.split(';').filter_map(|pair| pair.split_once(':'))
}

fn read_rv(value: &str) -> Option<Randomness> {
    (value.len() == 14)
        .then(|| hex(value))?
        .and_then(Randomness::from_bits)
}
