//! Any text as another product's configuration: what is made of it is a configuration of ours.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use tollgate::config::Document;
use tollgate::import::convert;

fuzz_target!(|text: &str| {
    let Ok(imported) = convert(None, "fuzz.yaml", text) else {
        return;
    };
    let variable = |wanted: &str| {
        let mut named = imported.variables.iter();
        let (_, value) = named.find(|(name, _)| name == wanted)?;
        Some((*value).to_owned())
    };
    let toml = imported.toml.clone();
    let document = Document::parse("fuzz.toml", Path::new("."), toml, &variable);
    assert!(document.is_ok(), "{:?}\n{}", document.err(), imported.toml);
});
