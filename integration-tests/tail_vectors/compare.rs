//! Compares what a case came to with what it expects; the error is the first difference.

use std::collections::HashMap;

use serde_json::Value;

use super::simulate::{Emitted, Seen};
use super::translate::{span_id, trace_id};

pub(super) fn check(case: &Value, seen: &Seen, tolerance: u64) -> Result<(), String> {
    let expect = &case["expect"];
    decisions(case, seen, tolerance)?;
    emitted(case, seen, tolerance)?;
    let names = [
        "spans_in",
        "spans_kept",
        "spans_dropped",
        "spans_lost",
        "spans_pending",
    ];
    for (name, counted) in names.iter().zip(seen.counters) {
        same(name, &expect["counters"][*name], &Value::from(counted))?;
    }
    for fate in ["dropped", "lost", "pending"] {
        let ids = expect[fate]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        for id in ids {
            if seen
                .emitted
                .iter()
                .any(|emitted| emitted.span == span_id(id))
            {
                return Err(format!("{id} should be {fate} but left"));
            }
        }
    }
    Ok(())
}

fn decisions(case: &Value, seen: &Seen, tolerance: u64) -> Result<(), String> {
    let expected = case["expect"]["decisions"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let aliases = case["traces"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(alias, _)| alias);
    for alias in aliases {
        let id = trace_id(case, alias);
        let expected: Vec<&Value> = expected
            .iter()
            .filter(|decided| decided["trace"] == alias.as_str())
            .collect();
        let decided: Vec<_> = seen
            .decisions
            .iter()
            .filter(|own| own.trace == id)
            .collect();
        if expected.len() != decided.len() {
            return Err(format!(
                "trace {alias}: {} decisions, expected {}: {decided:?}",
                decided.len(),
                expected.len()
            ));
        }
        for (expected, own) in expected.iter().zip(decided) {
            let what = |field: &str| format!("trace {alias} {field}");
            same(
                &what("decision"),
                &expected["decision"],
                &Value::from(own.decision),
            )?;
            same(
                &what("trigger"),
                &expected["trigger"],
                &Value::from(own.trigger),
            )?;
            same(&what("by"), &expected["by"], &Value::from(own.by.clone()))?;
            in_time(&what("decided"), &expected["at_ms"], own.at_ms, tolerance)?;
            if !expected["th"].is_null() {
                same(&what("th"), &expected["th"], &Value::from(own.th.clone()))?;
            }
        }
    }
    Ok(())
}

fn emitted(case: &Value, seen: &Seen, tolerance: u64) -> Result<(), String> {
    let expected = case["expect"]["emitted"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    if expected.len() != seen.emitted.len() {
        return Err(format!(
            "{} spans left, expected {}",
            seen.emitted.len(),
            expected.len()
        ));
    }
    let late = late_spans(seen);
    for (id, expected) in &expected {
        let own = seen.emitted.iter().find(|own| own.span == span_id(id));
        let own = own.ok_or_else(|| format!("{id} did not leave"))?;
        in_time(
            &format!("{id} left"),
            &expected["at_ms"],
            own.at_ms,
            tolerance,
        )?;
        let is_late = late.contains(&own.span);
        same(
            &format!("{id} late"),
            &expected["late"],
            &Value::from(is_late),
        )?;
        if let Some(tracestate) = expected["tracestate"].as_str()
            && normal(tracestate) != normal(&own.tracestate)
        {
            return Err(format!(
                "{id} tracestate: {:?}, expected {tracestate:?}",
                own.tracestate
            ));
        }
    }
    Ok(())
}

/// Spans that left on their own, not with the verdict of their trace.
fn late_spans(seen: &Seen) -> Vec<[u8; 8]> {
    let mut left: HashMap<[u8; 16], Vec<&Emitted>> = HashMap::new();
    for emitted in &seen.emitted {
        left.entry(emitted.trace).or_default().push(emitted);
    }
    let mut late = Vec::new();
    for (trace, emitted) in left {
        let mut keeps = seen
            .decisions
            .iter()
            .filter(|own| own.trace == trace && own.decision == "keep");
        let mut keep = keeps.next();
        let mut with_verdict = 0;
        for span in emitted {
            match keep {
                Some(verdict) if span.at_ms >= verdict.at_ms => {
                    with_verdict += 1;
                    if with_verdict >= verdict.spans {
                        keep = keeps.next();
                        with_verdict = 0;
                    }
                }
                _ => late.push(span.span),
            }
        }
    }
    late
}

/// The `ot` member's pairs in a fixed order, and the other members as they stand.
fn normal(tracestate: &str) -> (Vec<String>, Vec<String>) {
    let members: Vec<&str> = tracestate
        .split(',')
        .map(str::trim)
        .filter(|member| !member.is_empty())
        .collect();
    let (ot, others): (Vec<&str>, Vec<&str>) = members
        .into_iter()
        .partition(|member| member.starts_with("ot="));
    let mut pairs: Vec<String> = ot
        .iter()
        .flat_map(|ot| ot.trim_start_matches("ot=").split(';'))
        .map(str::to_owned)
        .collect();
    pairs.sort();
    (pairs, others.into_iter().map(str::to_owned).collect())
}

/// Equal, where whole numbers and doubles compare as numbers.
pub(super) fn same(what: &str, expected: &Value, own: &Value) -> Result<(), String> {
    let numbers = expected.as_f64().zip(own.as_f64());
    let equal = numbers.map_or(expected == own, |(expected, own)| {
        (expected - own).abs() <= expected.abs() * 1e-12
    });
    if equal {
        Ok(())
    } else {
        Err(format!("{what}: {own}, expected {expected}"))
    }
}

fn in_time(what: &str, expected: &Value, own: u64, tolerance: u64) -> Result<(), String> {
    let from = expected.as_u64().unwrap_or_default();
    if (from..=from + tolerance).contains(&own) {
        return Ok(());
    }
    Err(format!(
        "{what} at {own} ms, expected {from} to {} ms",
        from + tolerance
    ))
}
