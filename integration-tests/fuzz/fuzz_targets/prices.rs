//! Any bytes as a price catalogue, and as an overlay of the embedded one: what is faulty is named.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tollgate::genai::pricing::Catalogue;

/// A catalogue of one model, so that laying something over it is quick.
const SMALL: &[u8] = br#"[{"id":"openai","name":"OpenAI","api_pattern":"api\\.openai\\.com","models":[
    {"id":"gpt-4o","match":{"starts_with":"gpt-4o"},"prices":{"input_mtok":2.5,"output_mtok":10}}]}]"#;

fuzz_target!(|json: &[u8]| {
    for (base, overlays) in [(json, &[][..]), (SMALL, &[json])] {
        let forced = Catalogue::parse_forced("fuzz", base, overlays);
        let strict = Catalogue::parse("fuzz", base, overlays);
        let has_faults = forced.map_or(true, |(_, faults)| !faults.is_empty());
        assert_eq!(strict.is_err(), has_faults);
    }
});
