//! A plan tells every fault and warning of a whole configuration, and the defaults have none.

mod reload;
mod summary;
mod whole;

use std::path::Path;
use std::sync::Arc;

use super::{EMBEDDED, Plan, Registers};
use crate::config::{Document, Fault, Table};

fn document(text: &str) -> Arc<Document> {
    Document::parse("p.toml", Path::new("."), text.to_owned(), &|_| None).expect("is TOML")
}

fn faults(text: &str) -> Vec<Fault> {
    Plan::read(&document(text), Registers::all())
        .err()
        .unwrap_or_default()
}

fn warnings(text: &str) -> Vec<String> {
    let plan = Plan::read(&document(text), Registers::all());
    let plan = plan.unwrap_or_else(|faults| panic!("{faults:#?}"));
    plan.warnings
        .into_iter()
        .map(|fault| fault.message)
        .collect()
}

/// A pipeline that is right, with more lines before it.
fn with(lines: &str) -> String {
    format!(
        "{lines}\n[pipelines.traces]\nreceivers = [\"otlp\"]\nprocessors = [\"redact\"]\nexporters = [\"debug\"]\n"
    )
}

#[test]
fn the_embedded_defaults_are_valid_and_warn_of_nothing() {
    assert_eq!(Vec::<String>::new(), warnings(EMBEDDED));
}

#[test]
fn every_example_in_the_registers_is_valid() {
    for (kind, entries) in Registers::all().kinds() {
        for entry in entries {
            let read = (entry.read)(&Table::of(entry.example));
            assert!(read.is_ok(), "{kind}.{}: {:#?}", entry.name, read.err());
        }
    }
}

#[test]
fn faults_of_all_tables_are_told_together_with_lines_and_remedies() {
    let text = "[service]\nworkres = 2\n[recievers.otlp]\n[receivers.otlp]\ngrcp = \"127.0.0.1:1\"\n\
                [exporters.fiel]\n[pipelines.trace]\n[pipelines.logs]\nreceivers = [\"otlp\"]\n\
                processors = [\"redakt\", \"batch\", \"batch\"]\nexporters = []\n";
    let said = faults(text)
        .iter()
        .map(|fault| {
            let line = fault.place.as_ref().map_or(0, |place| place.line);
            format!("{line} {} / {}", fault.message, fault.remedy)
        })
        .collect::<Vec<_>>();
    let expected = [
        "2 unknown key `workres` / did you mean `workers`?",
        "3 unknown table `recievers` / did you mean `receivers`?",
        "5 unknown key `grcp` / did you mean `grpc`?",
        "6 unknown exporter `fiel` / did you mean `file`?",
        "7 unknown pipeline `trace` / a pipeline is called",
        "10 unknown processor `redakt` / did you mean `redact`?",
        "10 `batch` stands twice in processors of `logs` / name it once",
        "11 pipeline `logs` has no exporters / name at least one",
    ];
    assert_eq!(expected.len(), said.len(), "{said:#?}");
    for (expected, said) in expected.iter().zip(&said) {
        assert!(
            said.starts_with(expected),
            "expected {expected}, got {said}"
        );
    }
}

#[test]
fn what_no_pipeline_uses_is_warned_about_and_still_checked() {
    let unused = with("[exporters.\"file/spare\"]\npath = \"x.jsonl\"");
    assert_eq!(
        ["`exporters.file/spare` is defined and no pipeline uses it"],
        warnings(&unused)[..]
    );
    assert_eq!(
        1,
        faults(&with("[exporters.\"file/spare\"]\npaht = \"x\""))
            .iter()
            .filter(|fault| fault.message.contains("paht"))
            .count()
    );
}

#[test]
fn a_harmful_order_is_warned_about() {
    let chain = |processors: &str| {
        let text = with("").replace("[\"redact\"]", processors);
        warnings(&text)
    };
    let late = chain("[\"tail_sampling\", \"redact\"]");
    assert!(
        late.iter()
            .any(|said| said.contains("`tail_sampling` reads what only `redact` writes")),
        "{late:?}"
    );
    let none = chain("[\"batch\"]");
    assert_eq!(["pipeline `traces` exports without `redact`"], none[..]);
    assert_eq!(
        Vec::<String>::new(),
        chain("[\"redact\", \"tail_sampling\"]")
    );
}

#[test]
fn a_chain_that_needs_traces_whole_says_so_to_the_sampler() {
    let chain = r#"["redact", "normalize", "cost", "tail_sampling", "attribution"]"#;
    let text = |early: &str| {
        let text = with("").replace("[\"redact\"]", chain);
        format!("{text}\n[processors.tail_sampling]\n{early}\n")
    };
    for early in ["", "early = false"] {
        assert_eq!(Vec::<String>::new(), warnings(&text(early)));
    }
    let said = warnings(&text("early = true"));
    assert_eq!(
        ["`attribution` needs traces whole, and `tail_sampling` lets go of them in parts"],
        said[..]
    );
    let turned = text("").replace(
        "\"tail_sampling\", \"attribution\"",
        "\"attribution\", \"tail_sampling\"",
    );
    let said = warnings(&turned);
    assert_eq!(
        ["`attribution` reads what only `tail_sampling` writes (whole), and stands before it"],
        said[..]
    );
}

#[test]
fn an_empty_configuration_says_what_is_missing() {
    assert_eq!("there is no pipeline", faults("")[0].message);
}
