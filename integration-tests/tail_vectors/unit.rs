//! Vectors of single operations, on the functions that the processor uses.

use serde_json::{Value, json};
use tollgate::otlp::{Batch, Resource, Scope, Span, Telemetry};
use tollgate::processors::tail_sampling::Drive;
use tollgate::sampling::fair_share::{allocate, fair_share};
use tollgate::sampling::randomness::{DEFAULT_SALT, Randomness, fnv1a_sampled};
use tollgate::sampling::threshold::{Threshold, estimate};
use tollgate::sampling::tracestate::Ot;

use super::compare::same;
use super::translate::{self, hex16};

/// A row per operation: its name, and what it gives for an input.
const OPERATIONS: &[(&str, fn(&Value) -> Value)] = &[
    ("encode", encode),
    ("decode", decode),
    ("decide", decide),
    ("apply", apply),
    ("estimate", estimated),
    ("session_rv", session_rv),
    ("fnv1a", fnv1a),
    ("fair_share", shares),
];

pub(super) fn check(case: &Value) -> Result<(), String> {
    let (operation, input, expect) = (&case["op"], &case["input"], &case["expect"]);
    if operation == "dynamic_allocation" {
        return allocation(input, &expect["properties"]);
    }
    let row = OPERATIONS.iter().find(|(name, _)| operation == *name);
    let (_, run) = row.ok_or_else(|| format!("unknown operation {operation}"))?;
    let own = run(input);
    for (key, expected) in expect.as_object().into_iter().flatten() {
        if let Some(map) = expected.as_object() {
            for (name, expected) in map {
                same(name, expected, &own[key][name])?;
            }
        } else {
            same(key, expected, &own[key])?;
        }
    }
    Ok(())
}

fn encode(input: &Value) -> Value {
    let probability = input["probability"].as_f64().unwrap_or(f64::NAN);
    let threshold = match input["precision"].as_u64() {
        Some(digits) => Threshold::with_precision(probability, u32::try_from(digits).expect("few")),
        None => Threshold::from_probability(probability),
    };
    match threshold {
        Ok(threshold) => {
            json!({"th": threshold.to_string(), "threshold": format!("{:014x}", threshold.bits())})
        }
        Err(error) => json!({"error": error.name()}),
    }
}

fn decode(input: &Value) -> Value {
    match Threshold::decode(input["th"].as_str().unwrap_or_default()) {
        Ok(threshold) => json!({
            "threshold": format!("{:014x}", threshold.bits()),
            "kept_of_2_56": threshold.kept().to_string(),
            "adjusted_count": threshold.adjusted_count(),
        }),
        Err(error) => json!({"error": error.name()}),
    }
}

fn decide(input: &Value) -> Value {
    let ot = Ot::read(input["tracestate"].as_str().unwrap_or_default());
    let own = Randomness::of_trace(&hex16(input["trace_id"].as_str().unwrap_or_default()));
    let (randomness, source) = ot.randomness.map_or((own, "trace_id"), |rv| (rv, "rv"));
    let threshold = Threshold::decode(input["th"].as_str().unwrap_or_default());
    json!({
        "randomness": randomness.to_string(),
        "source": source,
        "sampled": threshold.is_ok_and(|threshold| randomness.passes(threshold)),
    })
}

/// One span through a sampler with one policy.
fn apply(input: &Value) -> Value {
    let policy = json!({
        "name": "p", "type": "probability", "percent": input["percent"], "mode": input["mode"],
    });
    let neutral = json!({
        "decision": {"mode": "fixed", "wait_ms": 1000}, "evaluate": "all", "stamp": true,
        "cache": {"kept": 0, "dropped": 0}, "policies": [policy],
    });
    let config = translate::config(&neutral, "unused".as_ref()).expect("a plain configuration");
    let mut drive = Drive::start(config, 0).expect("a sampler");
    let span = Span::build()
        .trace_id(hex16(input["trace_id"].as_str().unwrap_or_default()))
        .span_id(1)
        .trace_state(input["tracestate"].as_str().unwrap_or_default())
        .finish();
    let scope = Scope::new("vectors", "", Resource::default().into());
    let mut batch = Batch::default();
    batch.push(&scope.into(), span);
    drive.send(Telemetry::Traces(batch));
    drive.until_empty(10_000);
    let out = drive.take_out();
    let left = out.iter().find_map(|outcome| match &outcome.telemetry {
        Telemetry::Traces(batch) => batch
            .records()
            .next()
            .map(|span| span.trace_state().to_owned()),
        _ => None,
    });
    json!({"sampled": left.is_some(), "tracestate": left})
}

fn estimated(input: &Value) -> Value {
    let kept = input.as_array().into_iter().flatten().map(|kept| {
        let threshold = Threshold::decode(kept["th"].as_str().unwrap_or_default());
        (
            threshold.expect("a threshold"),
            kept["n"].as_u64().unwrap_or_default(),
        )
    });
    json!({"estimated_count": estimate(kept)})
}

fn session_rv(input: &Value) -> Value {
    let session = input["session"].as_str().unwrap_or_default();
    json!({"rv": Randomness::of_session(session).to_string()})
}

fn fnv1a(input: &Value) -> Value {
    let id = hex16(input["trace_id"].as_str().unwrap_or_default());
    let salt = input["salt"].as_str().unwrap_or(DEFAULT_SALT);
    json!({"sampled": fnv1a_sampled(&id, input["percent"].as_f64().unwrap_or_default(), salt)})
}

fn shares(input: &Value) -> Value {
    let demand = input["demand"].as_object().cloned().unwrap_or_default();
    let wishes: Vec<f64> = demand.values().filter_map(Value::as_f64).collect();
    let granted = fair_share(input["limit"].as_f64().unwrap_or_default(), &wishes);
    let grant: serde_json::Map<String, Value> = demand
        .keys()
        .cloned()
        .zip(granted.into_iter().map(Value::from))
        .collect();
    json!({"grant": grant})
}

const PROPERTIES: [&str; 4] = ["kept_total_between", "monotone", "always_one", "never_zero"];

fn allocation(input: &Value, properties: &Value) -> Result<(), String> {
    let mut asked = properties.as_object().into_iter().flatten();
    if let Some((unknown, _)) = asked.find(|(name, _)| !PROPERTIES.contains(&name.as_str())) {
        return Err(format!("unknown property {unknown}"));
    }
    let counts = input["counts_last_interval"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let numbers: Vec<f64> = counts.values().filter_map(Value::as_f64).collect();
    let shares = allocate(
        input["goal_kept_per_interval"].as_f64().unwrap_or_default(),
        &numbers,
    );
    let total: f64 = shares
        .iter()
        .zip(&numbers)
        .map(|(share, count)| share * count)
        .sum();
    let range = &properties["kept_total_between"];
    let (low, high) = (
        range[0].as_f64().unwrap_or(0.0),
        range[1].as_f64().unwrap_or(f64::MAX),
    );
    if !(low..=high).contains(&total) {
        return Err(format!("{total} kept, expected {low} to {high}"));
    }
    let share_of = |key: &Value| {
        let place = counts.keys().position(|own| key == own.as_str());
        place
            .and_then(|place| shares.get(place))
            .copied()
            .unwrap_or_default()
    };
    let listed = |name: &str| properties[name].as_array().cloned().unwrap_or_default();
    if let Some(key) = listed("always_one").iter().find(|key| share_of(key) < 1.0) {
        return Err(format!("{key} is not kept whole"));
    }
    if let Some(key) = listed("never_zero").iter().find(|key| share_of(key) <= 0.0) {
        return Err(format!("nothing of {key} is kept"));
    }
    let mut keys: Vec<(f64, f64)> = numbers.iter().copied().zip(shares).collect();
    keys.sort_by(|a, b| a.0.total_cmp(&b.0));
    let monotone = keys.windows(2).all(|pair| match pair {
        [(few, p), (many, q)] => q <= p && many * q >= few * p - 1e-9,
        _ => true,
    });
    if monotone {
        Ok(())
    } else {
        Err(format!("not monotone: {keys:?}"))
    }
}
