//! Every row of every table is read in every shape exporters give to values.

use super::concept::Concept as C;
use super::table::{Row, Scope as ScopeName};
use super::*;
use crate::genai::facts::Identity;

/// The count behind a concept.
type Counted = fn(&Usage) -> Option<u64>;

const COUNTS: &[(C, Counted)] = &[
    (C::Input, |usage| usage.input),
    (C::Output, |usage| usage.output),
    (C::Total, |usage| usage.total),
    (C::CacheRead, |usage| usage.cache_read),
    (C::CacheWrite, |usage| usage.cache_write),
    (C::CacheWrite5m, |usage| usage.cache_write_5m),
    (C::CacheWrite1h, |usage| usage.cache_write_1h),
    (C::Reasoning, |usage| usage.reasoning),
    (C::InputAudio, |usage| usage.input_audio),
    (C::OutputAudio, |usage| usage.output_audio),
    (C::WebSearches, |usage| usage.web_searches),
];

/// The text behind a concept.
type Said = for<'f> fn(&'f Facts<'_>) -> Option<&'f str>;

fn whose<'f>(facts: &'f Facts<'_>) -> &'f Identity<'f> {
    &facts.identity
}

const TEXTS: &[(C, Said)] = &[
    (C::RequestModel, |facts| facts.request_model),
    (C::ResponseModel, |facts| facts.response_model),
    (C::ResponseId, |facts| facts.response_id.as_deref()),
    (C::TierServed, |facts| facts.service_tier),
    (C::TierRequested, |facts| facts.service_tier),
    (C::Session, |facts| whose(facts).session),
    (C::User, |facts| whose(facts).user),
    (C::Tenant, |facts| whose(facts).tenant),
    (C::Project, |facts| whose(facts).project),
    (C::Agent, |facts| whose(facts).agent),
    (C::Conversation, |facts| whose(facts).conversation),
];

/// Every row with a scope under which it holds. No table without a scope has rows of its own.
fn rows() -> impl Iterator<Item = (&'static str, &'static Row)> {
    TABLES.iter().flat_map(|table| {
        let scope = match table.scopes.first() {
            Some(ScopeName::Is(name) | ScopeName::Under(name)) => name,
            None => "app",
        };
        assert!(
            !table.scopes.is_empty() || table.own.is_empty(),
            "{}",
            table.name
        );
        let rows = table.rows.iter().chain(table.own);
        rows.map(move |row| (scope, row))
    })
}

/// A model call with one more attribute.
fn check(scope: &str, name: &str, value: &NewValue, check: impl FnOnce(&Facts<'_>)) {
    let attributes = [
        ("gen_ai.operation.name", s("chat")),
        ("gen_ai.provider.name", s("openai")),
        (name, value.clone()),
    ];
    facts_of(scope, "chat", &attributes, check);
}

#[test]
fn every_count_is_read_in_every_shape() {
    let shapes = [
        i(7),
        NewValue::Double(7.0),
        s("7"),
        s("\"7\""),
        s(" 7 "),
        s("7.0"),
    ];
    let mut n_read = 0;
    for (scope, (name, concept)) in rows() {
        let Some((_, counted)) = COUNTS.iter().find(|(known, _)| known == concept) else {
            continue;
        };
        for shape in &shapes {
            check(scope, name, shape, |facts| match &facts.usage {
                Some(usage) => assert_eq!(counted(usage), Some(7), "{name} as {shape:?}"),
                None => assert_eq!(*concept, C::Total, "{name} as {shape:?}"),
            });
            n_read += 1;
        }
    }
    assert!(n_read > 300, "{n_read} were read");
}

#[test]
fn an_empty_count_is_none_and_gives_way() {
    let empty = [s(""), s("\"\""), s("None"), s("null"), s("none"), s("-1")];
    for (scope, (name, concept)) in rows() {
        if !matches!(concept, C::Input | C::Output) {
            continue;
        }
        for shape in &empty {
            check(scope, name, shape, |facts| {
                assert_eq!(facts.usage, None, "{name} as {shape:?}");
            });
        }
    }
}

#[test]
fn every_text_is_read_plain_and_in_quotes() {
    let mut n_read = 0;
    for (scope, (name, concept)) in rows() {
        let Some((_, said)) = TEXTS.iter().find(|(known, _)| known == concept) else {
            continue;
        };
        for shape in [s("v-1"), s("\"v-1\""), s(" v-1 ")] {
            check(scope, name, &shape, |facts| {
                assert_eq!(said(facts), Some("v-1"), "{name} as {shape:?}");
            });
            n_read += 1;
        }
    }
    assert!(n_read > 200, "{n_read} were read");
}

#[test]
fn a_spelling_that_holds_no_count_gives_way_to_one_that_does() {
    for unreadable in [s("n/a"), i(-1), NewValue::Double(0.5), s("")] {
        let attributes = [
            ("gen_ai.operation.name", s("chat")),
            ("gen_ai.usage.input_tokens", unreadable),
            ("llm.token_count.prompt", i(7)),
        ];
        facts_of("app", "chat", &attributes, |facts| {
            assert_eq!(facts.usage.and_then(|usage| usage.input), Some(7));
        });
    }
}

#[test]
fn a_number_that_is_no_count_tears_the_usage() {
    let read = |value: NewValue, other: Option<(&'static str, NewValue)>| {
        let mut attributes = vec![
            ("gen_ai.operation.name", s("chat")),
            ("gen_ai.usage.input_tokens", value),
            ("gen_ai.usage.output_tokens", i(7)),
        ];
        attributes.extend(other);
        facts_of("", "chat", &attributes, |facts| {
            facts.usage.map(|usage| usage.is_torn)
        })
    };
    for value in [
        i(-1),
        NewValue::Double(1.5),
        NewValue::Double(f64::NAN),
        s("-3"),
    ] {
        assert_eq!(Some(true), read(value.clone(), None), "{value:?}");
        let other = Some(("gen_ai.usage.prompt_tokens", i(7)));
        assert_eq!(Some(false), read(value, other));
    }
    for value in [NewValue::Empty, s(""), s("many"), i(0)] {
        assert_eq!(Some(false), read(value.clone(), None), "{value:?}");
    }
}
