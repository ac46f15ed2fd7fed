//! Finds personal data and secrets in text: detectors, one scan, masks.

mod arrays;
mod bare;
mod blocks;
mod cells;
mod checksum;
mod code;
mod columns;
mod context;
mod decode;
mod detector;
mod detectors;
mod endings;
mod entry;
mod findings;
mod fold;
mod forms;
mod gate;
mod groups;
mod halves;
mod key_names;
mod keyed;
mod keys;
mod known;
mod labels;
mod lines;
mod literals;
mod marks;
mod mask;
mod memory;
mod objects;
mod openings;
mod options;
mod overlap;
mod own;
mod own_keys;
mod pairs;
mod passwords;
mod prefixes;
mod reader;
#[cfg(any(test, fuzzing))]
mod reference;
mod scan;
mod scout;
mod segments;
mod separators;
mod sieve;
mod signs;
mod spellings;
mod text;
mod tuples;
mod wide_text;
mod words;

pub use context::context_before;
pub use detector::{Detector, Found, Kind};
pub use detectors::{ALL as DETECTORS, find as detector};
pub use findings::Findings;
pub use keys::is_sensitive;
pub use mask::{Pseudonyms, Span, Style, first, mask, replace, write as write_mask};
pub use options::{Exception, Faults, Options, Part, Pattern, WordList};
pub use overlap::Lost;
pub use scan::Scanner;
pub use words::Topic;

#[cfg(test)]
mod tests;
