//! What became of each setting, for people and for machines.

use serde_json::{Value, json};

use super::super::output;
use crate::config::{Fault, process_environment};
use crate::import::{Grade, Imported};

/// Prints what to look at, then how much of everything there was.
pub(super) fn print(imported: &Imported, verbose: bool) {
    for grade in Grade::ALL
        .into_iter()
        .filter(|grade| verbose || grade.needs_a_look())
    {
        let findings = imported
            .findings
            .iter()
            .filter(|finding| finding.grade == grade);
        for (index, finding) in findings.enumerate() {
            if index == 0 {
                output::note(format_args!("{}:", grade.name()));
            }
            output::note(format_args!("  {finding}"));
        }
    }
    let count = |grade: Grade| {
        let all = imported.findings.iter();
        let n = all.filter(|finding| finding.grade == grade).count();
        format!("{n} {}", grade.name())
    };
    output::note(Grade::ALL.map(count).join(", "));
    let unset: Vec<&str> = imported
        .variables
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| process_environment(name).is_none())
        .collect();
    if !unset.is_empty() {
        output::note(format_args!(
            "it reads from the environment: {}",
            unset.join(", ")
        ));
    }
}

/// The same as JSON; with the configuration itself if nobody else gets it.
pub(super) fn json(imported: &Imported, faults: &[Fault], with_toml: bool) -> Value {
    let variables: Vec<&String> = imported.variables.iter().map(|(name, _)| name).collect();
    let faults: Vec<String> = faults.iter().map(|fault| fault.to_string()).collect();
    let mut report = json!({
        "findings": imported.findings,
        "variables": variables,
        "faults": faults,
    });
    if let Some(report) = report.as_object_mut().filter(|_| with_toml) {
        report.insert("toml".to_owned(), json!(imported.toml));
    }
    report
}
