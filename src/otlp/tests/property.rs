//! Same meaning in, same meaning out: the views against prost, over made and mutated requests.

use bytes::Bytes;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::Span as TheirSpan;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use prost::Message;

use super::generate::{Style, message, request};
use super::golden::{captures, wire};
use super::oracle::Request;
use crate::otlp::shape::{METRIC, SPAN, Shape};
use crate::otlp::wire::Fields;
use crate::otlp::{Limits, Metric, NewValue, Signal, Span, Telemetry, Value};

/// The same cases every time.
fn cases(cases: u32) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(20_260_818);
    ProptestConfig {
        cases,
        rng_seed,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn entropy() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..1500)
}

fn signals() -> impl Strategy<Value = Signal> {
    prop::sample::select(&Signal::ALL[..])
}

fn styles() -> impl Strategy<Value = Style> {
    prop::sample::select(&[Style::Neat, Style::Odd][..])
}

impl std::fmt::Debug for Style {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if *self == Style::Neat { "neat" } else { "odd" })
    }
}

fn parse(signal: Signal, bytes: &[u8]) -> Telemetry {
    let parsed =
        Telemetry::parse(signal, Bytes::copy_from_slice(bytes), &Limits::default()).unwrap();
    assert_eq!(parsed.rejected.items, 0, "{}", parsed.rejected.message);
    parsed.telemetry
}

/// What prost reads, without envelopes that hold nothing, as bytes: NaN equals itself there.
fn meaning(signal: Signal, bytes: &[u8]) -> Vec<u8> {
    Request::decode(signal, bytes).pruned().encode()
}

/// Every unknown field, wherever it stands.
fn unknown(shape: &'static Shape, message: &[u8], into: &mut Vec<Vec<u8>>) {
    for field in Fields::of(message) {
        match shape.row(field.number) {
            None => into.push(field.whole.to_vec()),
            Some((_, row)) => {
                if let crate::otlp::shape::Kind::Message(inner) = row.kind {
                    unknown(inner, field.raw.bytes(), into);
                }
            }
        }
    }
    into.sort();
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn what_goes_out_means_what_came_in(signal in signals(), style in styles(), entropy in entropy()) {
        let bytes = request(signal, style, &entropy);
        let ours = parse(signal, &bytes);
        prop_assert_eq!(ours.items(), Request::decode(signal, &bytes).items());
        let out = wire(&ours);
        prop_assert_eq!(meaning(signal, &out), meaning(signal, &bytes));
        // Once plain, always plain: the second time nothing changes.
        prop_assert_eq!(wire(&parse(signal, &out)), out);
    }

    #[test]
    fn json_and_the_wire_mean_the_same(signal in signals(), style in styles(), entropy in entropy()) {
        let ours = parse(signal, &request(signal, style, &entropy));
        let json = ours.to_json();
        let back = Telemetry::parse_json(signal, json.as_bytes(), &Limits::default()).unwrap();
        prop_assert_eq!(back.rejected.items, 0);
        prop_assert_eq!(meaning(signal, &wire(&back.telemetry)), without_strindex(signal, &wire(&ours)));
        prop_assert_eq!(back.telemetry.to_json(), json);
    }

    #[test]
    fn unknown_fields_survive_edits_byte_for_byte(entropy in entropy()) {
        for shape in [&SPAN, &METRIC] {
            let bytes = message(shape, Style::Neat, &entropy);
            let (mut before, mut after, mut out) = (Vec::new(), Vec::new(), Vec::new());
            if std::ptr::eq(shape, &raw const SPAN) {
                let mut span = Span::parse(bytes.clone().into()).unwrap();
                span.set_name("other");
                span.set_attribute("added", 1);
                span.redact_with(|_, text| text.contains("secret").then(|| "[gone]".to_owned()));
                span.encode_record(&mut out);
            } else {
                let mut metric = Metric::parse(bytes.clone().into()).unwrap();
                metric.redact_with(|_, text| text.contains("secret").then(|| "[gone]".to_owned()));
                metric.encode_record(&mut out);
            }
            unknown(shape, &bytes, &mut before);
            unknown(shape, &out, &mut after);
            prop_assert_eq!(after, before);
        }
    }

    #[test]
    fn redaction_reaches_every_text_prost_shows(signal in signals(), style in styles(), entropy in entropy()) {
        let mut ours = parse(signal, &request(signal, style, &entropy));
        let before = format!("{:?}", Request::decode(signal, &wire(&ours)));
        redact(&mut ours);
        let after = format!("{:?}", Request::decode(signal, &wire(&ours)));
        prop_assert_eq!(after, before.replace("secret", "masked!"));
    }

    #[test]
    fn edits_do_what_the_same_edits_on_structs_do(entropy in entropy(), edits in prop::collection::vec(edits(), 0..8)) {
        let bytes = message(&SPAN, Style::Odd, &entropy);
        let mut ours = Span::parse(bytes.clone().into()).unwrap();
        let mut theirs = TheirSpan::decode(&bytes[..]).unwrap();
        for edit in &edits {
            edit.ours(&mut ours);
            edit.theirs(&mut theirs);
        }
        let mut out = Vec::new();
        ours.encode_record(&mut out);
        prop_assert_eq!(TheirSpan::decode(&out[..]).unwrap().encode_to_vec(), theirs.encode_to_vec());
        ours.detach();
        prop_assert_eq!(ours.name(), &theirs.name);
        prop_assert_eq!(ours.attributes().len(), theirs.attributes.len());
        for (ours, theirs) in ours.attributes().iter().zip(&theirs.attributes) {
            prop_assert_eq!(ours.0, &theirs.key);
            prop_assert!(same(ours.1, theirs.value.as_ref()));
        }
    }
}

fn redact(telemetry: &mut Telemetry) {
    fn mask(_: crate::otlp::Place<'_>, text: &str) -> Option<String> {
        text.contains("secret")
            .then(|| text.replace("secret", "masked!"))
    }
    match telemetry {
        Telemetry::Traces(batch) => {
            batch.edit_resources(|resource| {
                resource.redact_with(mask);
            });
            batch.edit_scopes(|scope| {
                scope.redact_with(mask);
            });
            batch.for_each_mut(|_, span| {
                span.redact_with(mask);
            });
        }
        Telemetry::Metrics(batch) => {
            batch.edit_resources(|resource| {
                resource.redact_with(mask);
            });
            batch.edit_scopes(|scope| {
                scope.redact_with(mask);
            });
            batch.for_each_mut(|_, metric| {
                metric.redact_with(mask);
            });
        }
        Telemetry::Logs(batch) => {
            batch.edit_resources(|resource| {
                resource.redact_with(mask);
            });
            batch.edit_scopes(|scope| {
                scope.redact_with(mask);
            });
            batch.for_each_mut(|_, record| {
                record.redact_with(mask);
            });
        }
    }
}

/// Keys, some of them in a span from the start, some given more than once.
fn entries() -> impl Strategy<Value = Vec<(&'static str, i64)>> {
    let key = prop::sample::select(&["secret", "model", "größe", "new", "newer", ""][..]);
    prop_oneof![
        9 => prop::collection::vec((key.clone(), any::<i64>()), 0..8),
        1 => prop::collection::vec((key, any::<i64>()), 60..200),
    ]
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn setting_several_is_setting_each_in_turn(entropy in entropy(), first in entries(), then in entries()) {
        let message = message(&SPAN, Style::Neat, &entropy);
        let mut at_once = Span::parse(message.into()).unwrap();
        let mut in_turn = at_once.clone();
        for entries in [first, then] {
            let values = entries.iter().map(|(key, value)| (*key, NewValue::Int(*value)));
            at_once.set_attributes(&values.collect::<Vec<_>>());
            for (key, value) in entries {
                in_turn.set_attribute(key, value);
            }
            prop_assert!(at_once == in_turn);
        }
    }
}

/// An edit of a span.
#[derive(Clone, Debug)]
enum Edit {
    Set(&'static str, i64),
    Remove(&'static str),
    Rename(&'static str, &'static str),
    KeepText,
    Name(&'static str),
    Status(i32, &'static str),
}

fn edits() -> impl Strategy<Value = Edit> {
    let key = || prop::sample::select(&["secret", "model", "größe", "new", ""][..]);
    prop_oneof![
        (key(), any::<i64>()).prop_map(|(key, value)| Edit::Set(key, value)),
        key().prop_map(Edit::Remove),
        (key(), key()).prop_map(|(old, new)| Edit::Rename(old, new)),
        Just(Edit::KeepText),
        key().prop_map(Edit::Name),
        (0..3, key()).prop_map(|(code, message)| Edit::Status(code, message)),
    ]
}

impl Edit {
    fn ours(&self, span: &mut Span) {
        match self {
            Edit::Set(key, value) => span.set_attribute(key, *value),
            Edit::Remove(key) => {
                span.remove_attribute(key);
            }
            Edit::Rename(old, new) => {
                span.rename_attribute(old, new);
            }
            Edit::KeepText => span.retain_attributes(|_, value| value.as_str().is_some()),
            Edit::Name(name) => span.set_name(name),
            Edit::Status(code, message) => span.set_status(*code, message),
        }
    }

    fn theirs(&self, span: &mut TheirSpan) {
        let attributes = &mut span.attributes;
        match self {
            Edit::Set(key, value) => {
                let value = any_value::Value::IntValue(*value);
                let entry = KeyValue {
                    key: (*key).to_owned(),
                    value: Some(AnyValue { value: Some(value) }),
                    ..KeyValue::default()
                };
                match attributes.iter().position(|old| old.key == *key) {
                    None => attributes.push(entry),
                    Some(at) => {
                        attributes[at] = entry;
                        keep_one(attributes, at);
                    }
                }
            }
            Edit::Remove(key) => attributes.retain(|entry| entry.key != *key),
            Edit::Rename(old, new) => {
                let Some(at) = attributes.iter().position(|entry| entry.key == *old) else {
                    return;
                };
                if old == new {
                    return;
                }
                let value = attributes[at].value.take();
                let entry = KeyValue {
                    key: (*old).to_owned(),
                    value,
                    ..KeyValue::default()
                };
                attributes[at] = entry;
                keep_one(attributes, at);
                attributes.retain(|entry| entry.key != *new);
                attributes
                    .iter_mut()
                    .filter(|entry| entry.key == *old)
                    .for_each(|entry| {
                        entry.key = (*new).to_owned();
                        entry.value.get_or_insert_default();
                    });
            }
            Edit::KeepText => attributes.retain(|entry| {
                let value = entry.value.as_ref().and_then(|any| any.value.as_ref());
                matches!(value, Some(any_value::Value::StringValue(_)))
            }),
            Edit::Name(name) => span.name = (*name).to_owned(),
            Edit::Status(code, message) => {
                let status = span.status.get_or_insert_default();
                status.code = *code;
                status.message = (*message).to_owned();
            }
        }
    }
}

/// Removes the other entries with the key of the one at `at`.
fn keep_one(attributes: &mut Vec<KeyValue>, at: usize) {
    let key = attributes[at].key.clone();
    let mut index = 0;
    attributes.retain(|entry| {
        index += 1;
        index - 1 == at || entry.key != key
    });
}

/// Whether a view shows what prost read.
fn same(ours: Value<'_>, theirs: Option<&AnyValue>) -> bool {
    use any_value::Value as Theirs;
    match (ours, theirs.and_then(|any| any.value.as_ref())) {
        (Value::Str(ours), Some(Theirs::StringValue(theirs))) => ours == theirs,
        (Value::Bool(ours), Some(Theirs::BoolValue(theirs))) => ours == *theirs,
        (Value::Int(ours), Some(Theirs::IntValue(theirs))) => ours == *theirs,
        (Value::Double(ours), Some(Theirs::DoubleValue(theirs))) => {
            ours.to_bits() == theirs.to_bits()
        }
        (Value::Bytes(ours), Some(Theirs::BytesValue(theirs))) => ours == theirs,
        (Value::Array(ours), Some(Theirs::ArrayValue(theirs))) => {
            ours.iter().count() == theirs.values.len()
                && ours
                    .iter()
                    .zip(&theirs.values)
                    .all(|(ours, theirs)| same(ours, Some(theirs)))
        }
        (Value::Map(ours), Some(Theirs::KvlistValue(theirs))) => {
            ours.len() == theirs.values.len()
                && ours.iter().zip(&theirs.values).all(|(ours, theirs)| {
                    ours.0 == theirs.key && same(ours.1, theirs.value.as_ref())
                })
        }
        (Value::Empty, None | Some(Theirs::StringValueStrindex(_))) => true,
        _ => false,
    }
}

/// The meaning of a request without what JSON has no word for.
fn without_strindex(signal: Signal, bytes: &[u8]) -> Vec<u8> {
    meaning(signal, &strip(root(signal), bytes))
}

fn root(signal: Signal) -> &'static Shape {
    use crate::otlp::shape::{LOGS_DATA, METRICS_DATA, TRACES_DATA};
    match signal {
        Signal::Traces => &TRACES_DATA,
        Signal::Metrics => &METRICS_DATA,
        Signal::Logs => &LOGS_DATA,
    }
}

fn strip(shape: &'static Shape, message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for field in Fields::of(message) {
        match shape.row(field.number).map(|(_, row)| row) {
            Some(row) if row.name.ends_with("_strindex") => {}
            Some(row) => match row.kind {
                crate::otlp::shape::Kind::Message(inner) => {
                    let inner = strip(inner, field.raw.bytes());
                    crate::otlp::put::put_bytes(&mut out, field.number, &inner);
                }
                _ => out.extend_from_slice(field.whole),
            },
            None => out.extend_from_slice(field.whole),
        }
    }
    out
}

/// A recorded payload with some bytes changed, taken out or put in.
fn mutated() -> impl Strategy<Value = (Signal, Vec<u8>)> {
    let bodies: Vec<(Signal, Bytes)> = captures()
        .into_iter()
        .filter(|capture| !capture.json && capture.body.len() < 20_000)
        .map(|capture| (capture.signal, capture.body))
        .collect();
    let change = (any::<prop::sample::Index>(), 0..4_u8, any::<u8>());
    let changes = prop::collection::vec(change, 1..4);
    (prop::sample::select(bodies), changes).prop_map(|((signal, body), changes)| {
        let mut body = body.to_vec();
        for (index, how, byte) in changes {
            let at = index.index(body.len().max(1));
            match how {
                _ if body.is_empty() => body.push(byte),
                0 => body[at] = byte,
                1 => body[at] ^= 1 << (byte % 8),
                2 => body.insert(at, byte),
                _ => drop(body.remove(at)),
            }
        }
        (signal, body)
    })
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn a_damaged_request_is_taken_exactly_when_prost_takes_it((signal, body) in mutated()) {
        let ours = Telemetry::parse(signal, Bytes::from(body.clone()), &Limits::default());
        let theirs = Request::try_decode(signal, &body);
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{:?} {:?}", ours.err(), theirs.err());
        let (Ok(ours), Ok(theirs)) = (ours, theirs) else { return Ok(()) };
        prop_assert_eq!(ours.telemetry.items() as u64 + ours.rejected.items, theirs.items() as u64);
        let out = wire(&ours.telemetry);
        if ours.rejected.items == 0 {
            prop_assert_eq!(meaning(signal, &out), theirs.pruned().cleared().encode());
        }
        let again = Telemetry::parse(signal, out.clone(), &Limits::default()).unwrap();
        prop_assert_eq!(wire(&again.telemetry), out);
        let json = ours.telemetry.to_json();
        prop_assert!(Telemetry::parse_json(signal, json.as_bytes(), &Limits::default()).is_ok());
    }

    #[test]
    fn noise_is_refused_or_read_but_never_panics(signal in signals(), body in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(parsed) = Telemetry::parse(signal, Bytes::from(body.clone()), &Limits::default()) {
            parsed.telemetry.to_json();
        }
        let read = Telemetry::parse_json(signal, &body, &Limits::default());
        prop_assert!(read.is_err() || body.first() != Some(&b'['));
    }
}

#[test]
fn values_go_in_and_out() {
    let value = NewValue::Map(vec![
        (
            "list".to_owned(),
            NewValue::Array(vec![1.into(), "two".into(), 3.5.into(), NewValue::Empty]),
        ),
        ("raw".to_owned(), NewValue::Bytes(vec![0, 255])),
        ("yes".to_owned(), true.into()),
    ]);
    let span = Span::build().attribute("value", value.clone()).finish();
    assert_eq!(NewValue::from(span.attribute("value").unwrap()), value);
    assert_eq!(
        format!("{:?}", span.attributes()),
        r#"{"value": Map({"list": Array([Int(1), Str("two"), Double(3.5), Empty]), "raw": Bytes([0, 255]), "yes": Bool(true)})}"#
    );
}

#[test]
fn made_requests_hold_something() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut items = [0; 3];
    for round in 0..300 {
        let entropy = entropy().new_tree(&mut runner).unwrap().current();
        let signal = Signal::ALL[round % 3];
        let full = parse(signal, &request(signal, Style::Odd, &entropy)).items();
        items[round % 3] += usize::from(full > 0);
    }
    assert!(items.iter().all(|full| *full > 50), "{items:?} of 100 each");
}
