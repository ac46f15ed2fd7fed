//! Finds personal data and secrets in text: detectors, one scan, masks.
