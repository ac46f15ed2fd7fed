//! Compiled conditions, held against the plain reading of each.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::otlp::{NewValue, Resource, Scope, Span, Value};

const ATTRIBUTES: [&str; 4] = [
    "gen_ai.operation.name",
    "gen_ai.operation.mode",
    "k",
    "http.route",
];

/// An attribute's place among [`ATTRIBUTES`] and its value.
type Pair = (usize, u8);

fn value(n: u8) -> NewValue {
    match n {
        0..=3 => ["", "chat", "execute_tool", "/admin/x"][usize::from(n)].into(),
        4 => 7_i64.into(),
        5 => 7.5.into(),
        6 => true.into(),
        7 => (-7_i64).into(),
        8 => i64::MAX.into(),
        11 => 127_i64.into(),
        12 => 128_i64.into(),
        13 => 16_383_i64.into(),
        14 => 16_384_i64.into(),
        9 => "x".repeat(200).into(),
        _ => vec!["chat".to_owned()].into(),
    }
}

fn operand(n: u8) -> Operand {
    match n {
        0..=3 => Operand::Str(["", "chat", "execute_tool", "/admin"][usize::from(n)].to_owned()),
        4 => Operand::Int(7),
        5 => Operand::Double(7.5),
        6 => Operand::Int(i64::MAX),
        7 => Operand::Double(9_223_372_036_854_775_808.0),
        9 => Operand::Int(128),
        10 => Operand::Double(16_383.0),
        _ => Operand::Bool(true),
    }
}

fn check() -> impl Strategy<Value = Check> {
    let one = (0_u8..11).prop_map(operand).boxed();
    let few = prop::collection::vec((0_u8..11).prop_map(operand), 0..4);
    prop_oneof![
        Just(Check::Exists),
        Just(Check::Absent),
        one.clone().prop_map(Check::Eq),
        one.clone().prop_map(Check::Ne),
        one.clone().prop_map(Check::Gt),
        one.clone().prop_map(Check::Ge),
        one.clone().prop_map(Check::Lt),
        one.clone().prop_map(Check::Le),
        few.prop_map(Check::In),
        prop::option::of(one).prop_map(|least| Check::Between(least, None)),
        Just(Check::StartsWith("/admin".into())),
        Just(Check::Contains("x".into())),
        Just(Check::Regex(vec![regex("a").unwrap()])),
        Just(Check::Type(Type::Int)),
        Just(Check::As(As::Length, Box::new(Check::Gt(Operand::Int(3))))),
        Just(Check::As(As::Int, Box::new(Check::Absent))),
    ]
}

fn test() -> impl Strategy<Value = SpanTest> {
    let place = prop_oneof![
        Just(Place::Any),
        Just(Place::Span),
        Just(Place::Resource),
        Just(Place::Root)
    ];
    // Slots beyond those that have a bit of their own are asked in another way.
    let slot = prop_oneof![0_u16..4, 58_u16..62];
    let word = prop_oneof![Just("ERROR"), Just("OK"), Just("UNSET"), Just("CLIENT")];
    let field = prop_oneof![Just(Field::Status), Just(Field::Kind), Just(Field::Name)];
    let word = word.prop_map(|word| Operand::Str(word.to_owned())).boxed();
    let of_word = prop_oneof![word.clone().prop_map(Check::Eq), word.prop_map(Check::Ne)];
    let leaf = prop_oneof![
        6 => (slot, place, check()).prop_map(|(slot, place, check)| SpanTest::Attribute(slot, place, check)),
        3 => (field, of_word).prop_map(|(field, check)| SpanTest::Field(field, check)),
        1 => any::<bool>().prop_map(|root| {
            SpanTest::Field(Field::IsRoot, Check::Eq(Operand::Bool(root)))
        }),
        1 => Just(SpanTest::Flag(1)),
    ];
    leaf.prop_recursive(3, 12, 3, |part| {
        let parts = prop::collection::vec(part.clone(), 0..4);
        prop_oneof![
            parts.clone().prop_map(SpanTest::All),
            parts.prop_map(SpanTest::Any),
            part.prop_map(|part| SpanTest::Not(Box::new(part))),
        ]
    })
}

fn attributes() -> impl Strategy<Value = Vec<Pair>> {
    prop::collection::vec((0_usize..4, 0_u8..15), 0..6)
}

/// The first four slots, some that nobody uses, and the first four once more as others.
fn keys() -> [Keys; 2] {
    let (mut low, mut high) = (Keys::default(), Keys::default());
    for n in 0..58 {
        high.slot(&format!("unused.{n}"));
    }
    for key in ATTRIBUTES {
        low.slot(key);
        high.slot(key);
    }
    [low, high]
}

proptest! {
    #[test]
    fn a_span_leaves_the_bits_of_the_tests_that_it_or_its_resource_passes(
        tests in prop::collection::vec(test(), 1..12),
        resource in attributes(),
        spans in prop::collection::vec((attributes(), 0_i32..4, 0_i32..7, any::<bool>()), 1..4),
        (at, minds) in (0_usize..2, any::<bool>()),
    ) {
        let mut keys = keys()[at].clone();
        let tests: Vec<SpanTest> = tests;
        let mut bits = Bits::default();
        for test in &tests {
            bits.add(test.clone()).unwrap();
        }
        let screened: Vec<Screened> = tests.iter().map(|test| bits.screen(test.clone())).collect();
        if minds {
            keys.mind(&bits);
        }
        let mut about = Resource::default();
        for (key, n) in resource {
            about.set_attribute(ATTRIBUTES[key], value(n));
        }
        let of_resource = keys.fill(about.attributes());
        let passed = bits.of_resource(&of_resource);
        let scope = Scope::new("agent", "1", Arc::default());
        let (mut mask, mut plain) = (Mask::default(), Mask::default());
        for (attributes, status, kind, root) in spans {
            let parent = if root { 0 } else { 5 };
            let mut span = Span::build().span_id(9).name("ERROR").kind(kind);
            if parent != 0 {
                span = span.parent_span_id(parent);
            }
            // Keys come twice now and then: the first that has a value counts.
            for (key, n) in attributes {
                span = span.attribute(ATTRIBUTES[key], value(n));
            }
            let mut span = span.finish();
            span.set_status(status, "");
            let mut own = Slots::new(keys.len());
            let outline = keys.read(&span, &mut own);
            let mut reading = Reading::of(&outline, &own, &of_resource, &scope);
            let before = plain;
            for (bit, test) in (0..).zip(&tests) {
                let holds = test.holds(&reading);
                if holds {
                    plain.set(bit);
                }
            }
            prop_assert_eq!(before != plain, bits.mark(&mut reading, &passed, &mut mask));
            prop_assert_eq!(plain, mask);
            for (test, screened) in tests.iter().zip(&screened) {
                prop_assert_eq!(test.holds(&reading), screened.holds(&reading));
            }
        }
    }
}

#[test]
fn keys_of_one_length_and_one_end_are_told_apart() {
    let mut keys = Keys::default();
    let all = ["a.input_tokens", "b.input_tokens", "k", "l", "", "short"];
    for (slot, key) in (0..).zip(all) {
        assert_eq!(slot, keys.slot(key));
    }
    for (slot, key) in (0..).zip(all) {
        assert_eq!(Some(slot), keys.find(key.as_bytes()), "{key}");
    }
    for key in [
        "c.input_tokens",
        "m",
        "sh\u{f6}rt",
        "a.input_token",
        "a.input_tokens.",
    ] {
        assert_eq!(None, keys.find(key.as_bytes()), "{key}");
    }
}

#[test]
fn what_is_made_of_a_value_is_compared() {
    #[track_caller]
    fn check(value: &Value<'_>, read_as: As, wanted: Option<Scalar<'_>>) {
        let wanted = wanted.unwrap_or(Scalar::Absent);
        assert!(
            read_as.convert(value, |made| made == wanted),
            "{value:?} {read_as:?}"
        );
    }
    let text = |text| Some(Scalar::Str(text));
    check(&Value::Str("12"), As::Int, Some(Scalar::Int(12)));
    check(&Value::Str("12.5"), As::Int, None);
    check(&Value::Double(-12.9), As::Int, Some(Scalar::Int(-12)));
    check(&Value::Bool(true), As::Int, Some(Scalar::Int(1)));
    check(&Value::Str("12.5"), As::Double, Some(Scalar::Double(12.5)));
    check(&Value::Str("many"), As::Double, None);
    check(&Value::Int(3), As::Double, Some(Scalar::Double(3.0)));
    check(&Value::Int(3), As::String, text("3"));
    check(&Value::Bool(false), As::String, text("false"));
    check(&Value::Double(0.5), As::String, text("0.5"));
    check(&Value::Str("f\u{fc}r"), As::Length, Some(Scalar::Int(4)));
    check(&Value::Int(3), As::Length, None);
    check(&Value::Empty, As::String, None);
}
