//! A long text that grows: read on from a beginning that was kept with another end, it gives what it
//! gives when it is read whole.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tollgate::pii::{Beginning, Findings, Options, Scanner};

static SCANNER: LazyLock<Scanner> =
    LazyLock::new(|| Scanner::new(&Options::default()).expect("the catalogue compiles"));

fuzz_target!(|input: &str| {
    let mut parts = input.splitn(3, '\u{1}');
    let mut part = || parts.next().unwrap_or_default();
    let (piece, other, end) = (part(), part(), part());
    if piece.is_empty() || input.len() > 4096 {
        return;
    }
    let text = piece.repeat(Beginning::SHORTEST / piece.len() + 1);
    let (before, whole) = (text.clone() + other, text.clone() + end);
    let (mut on, mut all) = (Findings::default(), Findings::default());
    SCANNER.scan_on(None, &before, None, &mut on);
    if let Some(beginning) = on.beginning(&before, text.len()) {
        SCANNER.scan_on(None, &whole, Some(&beginning), &mut on);
        SCANNER.scan(None, &whole, &mut all);
        let found = |findings: &Findings| findings.iter().copied().collect::<Vec<_>>();
        assert_eq!(found(&all), found(&on));
    }
});
