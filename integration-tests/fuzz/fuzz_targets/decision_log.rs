//! Any bytes as a decision log: every byte is an entry's or a gap's, and entries are written as they
//! were read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tollgate::sampling::decision_log::{Entry, MAGIC, Read, decode, encode};

fuzz_target!(|file: &[u8]| {
    let head = if file.starts_with(MAGIC) {
        MAGIC.len()
    } else {
        0
    };
    let (mut bytes, mut entries) = (head, MAGIC.to_vec());
    let mut read = Vec::new();
    for one in decode(file) {
        match one {
            // Longer names are cut when they are written.
            Read::Entry(Entry::Name(_, name)) if name.len() > 250 => return,
            Read::Entry(entry) => {
                let start = entries.len();
                encode(&entry, &mut entries);
                bytes += entries.len() - start;
                read.push(entry);
            }
            Read::Gap(gap) => {
                assert_eq!(gap.offset, bytes);
                bytes += gap.bytes;
            }
        }
    }
    assert_eq!(bytes, file.len());
    let again: Vec<_> = decode(&entries).collect();
    assert_eq!(again, read.into_iter().map(Read::Entry).collect::<Vec<_>>());
});
