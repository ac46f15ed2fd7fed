//! Any text as an OTTL condition or statement: it is read, or refused with a reason.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tollgate::sampling::ottl;

fuzz_target!(|text: &str| {
    for why in [ottl::condition(text).err(), ottl::statement(text).err()] {
        assert!(why.is_none_or(|why| !why.is_empty()));
    }
});
