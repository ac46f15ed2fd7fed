//! Lists the fixed words that the scan knows, for those who try how it holds out.

use super::detector::Look;
use super::{detectors, keys, words};

/// Every word that a detector looks for, that a key may end in, or that tells what a number is.
pub fn vocabulary() -> Vec<String> {
    let looks = detectors::ALL.iter().flat_map(|detector| detector.looks);
    let fixed = looks.flat_map(|look| match *look {
        Look::Literal(words, _) | Look::Prefix(words, _) => words,
        _ => &[],
    });
    let fixed = fixed.copied().chain(keys::words()).map(str::to_owned);
    let mut all: Vec<String> = fixed.chain(words::words().map(|(_, word)| word)).collect();
    all.sort_unstable();
    all.dedup();
    all
}
