//! Any text as `pipelines.toml`: it is planned, or refused with sentences that say where and what to
//! do.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use tollgate::config::Document;
use tollgate::service::{Plan, Registers};

fuzz_target!(|text: &str| {
    let environment = |name: &str| name.starts_with('A').then(|| name.to_lowercase());
    let document = Document::parse("fuzz.toml", Path::new("."), text.to_owned(), &environment);
    let plan = document.and_then(|document| Plan::read(&document, Registers::all()));
    let Err(faults) = plan else { return };
    assert!(!faults.is_empty());
    for fault in faults {
        assert!(!fault.message.is_empty(), "{fault}");
        assert!(fault.place.is_some(), "{fault}");
    }
});
