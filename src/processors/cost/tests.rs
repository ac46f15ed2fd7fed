//! What `cost` writes, counts, refuses, and how it follows its files.

use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::super::testing::pass;
use super::prices::book;
use super::refresh::{Keeper, Outcome, Refresh};
use super::sources::Sources;
use super::{Config, ENTRY};
use crate::component::{Built, Context, Processor, ProcessorConfig};
use crate::config::Table;
use crate::genai::pricing::Book;
use crate::meter::{Labels, Meter, Value as Reading};
use crate::otlp::{
    self, Group, LogRecord, NewValue, Resource, Scope, Span, SpanBuilder, Telemetry, Value,
};

/// 2026-11-01T00:00:00Z.
const START: u64 = 1_793_491_200_000_000_000;

fn build(toml: &str) -> (Box<dyn Processor>, Arc<Meter>) {
    let built = (ENTRY.read)(&Table::of(toml)).unwrap_or_else(|faults| panic!("{faults:?}"));
    let Built::Processor(make, _) = built else {
        panic!("not a processor")
    };
    let mut context = Context::bare("cost");
    let meter = Arc::clone(&context.meter);
    (make(&mut context).unwrap()(0), meter)
}

fn scope(name: &str) -> Arc<Scope> {
    Arc::new(Scope::new(name, "", Arc::new(Resource::default())))
}

fn price(processor: &mut dyn Processor, span: Span) -> Span {
    let group = Group {
        scope: scope("app"),
        records: vec![span],
    };
    let telemetry = Telemetry::Traces(otlp::Batch::new(vec![group]));
    let Telemetry::Traces(mut spans) = pass(processor, telemetry) else {
        panic!("other signal")
    };
    spans.groups.pop().unwrap().records.pop().unwrap()
}

fn chat(model: &str) -> SpanBuilder {
    Span::build()
        .trace_id([1; 16])
        .span_id([2; 8])
        .times(START, START + 5)
        .attribute("gen_ai.operation.name", "chat")
        .attribute("gen_ai.provider.name", "openai")
        .attribute("gen_ai.request.model", model)
}

fn used(builder: SpanBuilder, input: i64, output: i64) -> Span {
    builder
        .attribute("gen_ai.usage.input_tokens", input)
        .attribute("gen_ai.usage.output_tokens", output)
        .finish()
}

/// Everything under a prefix, as text.
fn written(span: &Span, prefix: &str) -> String {
    let all = span
        .attributes()
        .into_iter()
        .filter(|(name, _)| name.starts_with(prefix));
    let text = all.map(|(name, value)| {
        let value = match value {
            Value::Str(text) => text.to_owned(),
            Value::Double(number) => number.to_string(),
            other => format!("{other:?}"),
        };
        format!("{}={value}", name.trim_start_matches(prefix))
    });
    let mut text: Vec<String> = text.collect();
    text.sort();
    text.join(" ")
}

#[track_caller]
fn check(toml: &str, span: Span, expected: &str) {
    let (mut processor, _) = build(toml);
    let span = price(processor.as_mut(), span);
    assert_eq!(expected, written(&span, "tollgate.cost."));
}

#[test]
fn a_leaf_is_priced_and_says_how() {
    let release = crate::genai::pricing::Catalogue::embedded()
        .release()
        .clone();
    check(
        "",
        used(chat("gpt-4"), 1000, 500),
        &format!(
            "amount=0.06 catalogue={} {} currency=USD entry=openai/gpt-4 source=catalogue status=priced",
            release.name, release.hash
        ),
    );
}

#[test]
fn the_founding_documents_prices_hold_as_toml() {
    let toml = r#"
        catalogue = "none"
        [per_1k]
        default = { prompt = 0.0001, completion = 0.0002 }
        [per_1k.models]
        "gpt-4" = { prompt = 0.03, completion = 0.06 }
        "gpt-3.5-turbo" = { prompt = 0.0015, completion = "0.002" }"#;
    let check = |model, amount, source| {
        let expected = format!("amount={amount} currency=USD source={source} status=priced");
        check(toml, used(chat(model), 1000, 500), &expected);
    };
    check("gpt-4", "0.06", "override");
    check("gpt-3.5-turbo", "0.0025", "override");
    check("acme-1", "0.0002", "default");
}

#[test]
fn aggregates_and_other_spans_stay_as_they_are() {
    let agent = Span::build()
        .attribute("gen_ai.operation.name", "invoke_agent")
        .attribute("gen_ai.request.model", "gpt-4");
    check("", used(agent, 1000, 500), "");
    check(
        "",
        Span::build()
            .name("GET /")
            .attribute("http.route", "/")
            .finish(),
        "",
    );
}

#[test]
fn unpriced_and_unmeasured_calls_have_no_amount_and_are_counted() {
    let (mut processor, meter) = build("");
    let unknown = price(processor.as_mut(), used(chat("acme-1"), 10, 10));
    assert_eq!(
        "status=unpriced why=unknown_model",
        written(&unknown, "tollgate.cost.")
    );
    let silent = price(processor.as_mut(), chat("gpt-4").finish());
    assert_eq!("status=no_usage", written(&silent, "tollgate.cost."));
    let families = meter.read();
    let family = families
        .iter()
        .find(|family| family.definition.name == "tollgate.cost.unpriced");
    let series = &family.unwrap().series;
    let expected = [
        ["no_usage", "no_usage", "openai", "gpt-4"],
        ["unpriced", "unknown_model", "openai", "acme-1"],
    ];
    let read: Vec<(Labels, Reading)> = series
        .iter()
        .map(|one| (one.labels.clone(), one.value.clone()))
        .collect();
    let expected = expected.map(|labels| {
        (
            Labels::Of(labels.map(Into::into).into()),
            Reading::Counter(1),
        )
    });
    assert_eq!(expected.as_slice(), read);
}

#[test]
fn a_cost_from_the_provider_is_kept_and_another_is_only_noted() {
    let billed = |source: &str| {
        chat("gpt-4")
            .attribute("gen_ai.usage.cost.amount", 0.5)
            .attribute("gen_ai.usage.cost.source", source)
    };
    let toml = r#"attributes = { catalogue = "", entry = "" }"#;
    let kept = "amount=0.5 currency=USD source=reported status=priced";
    check(toml, used(billed("provider"), 1000, 500), kept);
    let guessed = || chat("gpt-4").attribute("gen_ai.usage.cost", 0.07);
    let noted = "amount=0.06 currency=USD reported=0.07 source=catalogue status=priced";
    check(toml, used(guessed(), 1000, 500), noted);
    let any = r#"reported = "any""#;
    check(
        any,
        used(guessed(), 1000, 500),
        "amount=0.07 currency=USD source=reported status=priced",
    );
}

#[test]
fn names_are_configurable_and_the_proposed_ones_are_mirrored() {
    let toml = r#"
        mirror = true
        attributes = { amount = "llm.cost.usd", catalogue = "", entry = "", source = "", currency = "" }"#;
    let (mut processor, _) = build(toml);
    let span = price(processor.as_mut(), used(chat("gpt-4"), 1000, 500));
    assert_eq!("status=priced", written(&span, "tollgate.cost."));
    assert_eq!("usd=0.06", written(&span, "llm.cost."));
    assert_eq!(
        "amount=0.06 currency=USD source=catalogue",
        written(&span, "gen_ai.usage.cost.")
    );
}

#[test]
fn a_second_pricing_replaces_the_first_unless_told_to_keep_it() {
    let forged = || {
        chat("acme-1")
            .attribute("tollgate.cost.status", "priced")
            .attribute("tollgate.cost.amount", 0.001)
    };
    check(
        "",
        used(forged(), 10, 10),
        "status=unpriced why=unknown_model",
    );
    check(
        "keep_priced = true",
        used(forged(), 10, 10),
        "amount=0.001 status=priced",
    );
}

#[test]
fn a_coding_agents_log_record_is_priced() {
    let record = LogRecord::build()
        .times(START, START)
        .attribute("event.name", "gemini_cli.api_response")
        .attribute("model", "gemini-2.5-pro")
        .attribute("input_token_count", 1000)
        .attribute("output_token_count", 100)
        .finish();
    let group = Group {
        scope: scope("gemini-cli"),
        records: vec![record],
    };
    let (mut processor, _) = build("");
    let telemetry = Telemetry::Logs(otlp::Batch::new(vec![group]));
    let Telemetry::Logs(logs) = pass(processor.as_mut(), telemetry) else {
        panic!("other signal")
    };
    let amount = logs
        .records()
        .next()
        .unwrap()
        .attribute("tollgate.cost.amount");
    assert_eq!(Some(0.002_25), amount.and_then(|amount| amount.as_f64()));
}

#[test]
fn faults_in_the_configuration_are_named() {
    let faults = |toml: &str| {
        let config: Config = toml::from_str(toml).unwrap();
        let keys: Vec<String> = config.check().into_iter().map(|fault| fault.key).collect();
        keys.join(" ")
    };
    assert_eq!("", faults(ENTRY.example));
    assert_eq!(
        "per_1k.models.m",
        faults("per_1k.models.m = { prompt = -1 }")
    );
    let twice = "per_1k.models.m = { prompt = 1 }\nper_1m.models.m = { prompt = 1 }";
    assert_eq!("per_1m.models.m", faults(twice));
    assert_eq!(
        "refresh.max_removed refresh.poll",
        faults("refresh = { max_removed = 2, poll = \"1ms\" }")
    );
}

fn models(prices: &[(&str, f64)]) -> String {
    let rows = prices.iter().map(|(id, usd)| {
        format!(r#"{{"id":"{id}","match":{{"equals":"{id}"}},"prices":{{"input_mtok":{usd}}}}}"#)
    });
    let rows: Vec<String> = rows.collect();
    format!(r#"[{{"id":"p","models":[{}]}}]"#, rows.join(","))
}

/// A keeper of one file, and the book it keeps.
fn keeper(path: &Path, settings: &Refresh) -> (Keeper, Arc<ArcSwap<Book>>) {
    let context = Context::bare("cost");
    let sources = Sources::of(path.to_str().unwrap(), &[], settings, &context);
    let loaded = sources.first().unwrap();
    let book = book(&Config::default(), Arc::clone(&loaded.catalogue));
    let book = Arc::new(ArcSwap::from_pointee(book));
    (
        Keeper::new("cost", sources, &loaded, Arc::clone(&book)),
        book,
    )
}

#[test]
fn a_refresh_swaps_the_book_whole_or_keeps_the_last_good_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("prices.json");
    let write = |text: &str| std::fs::write(&path, text).unwrap();
    write(&models(&[("a", 1.0), ("b", 1.0)]));
    let (mut keeper, book) = keeper(&path, &Refresh::default());
    let first = book.load_full();
    assert_eq!(Outcome::Unchanged, keeper.look(1));
    for (text, outcome) in [
        ("{ torn", Outcome::Refused),
        ("{ torn", Outcome::Unchanged),
        (&*models(&[("a", 1000.0), ("b", 1.0)]), Outcome::Refused),
        (&*models(&[("b", 1.0)]), Outcome::Refused),
        (&*models(&[("a", 1.0), ("b", 1.0)]), Outcome::Unchanged),
    ] {
        write(text);
        assert_eq!(outcome, keeper.look(2), "{text}");
        assert!(Arc::ptr_eq(&first, &book.load()), "{text}");
    }
    write(&models(&[("a", 2.0), ("b", 1.0), ("c", 1.0)]));
    assert_eq!(Outcome::Swapped, keeper.look(3));
    assert_eq!(3, book.load().catalogue.len());
    std::fs::remove_file(&path).unwrap();
    assert_eq!(Outcome::Unreadable, keeper.look(4));
    assert_eq!(3, book.load().catalogue.len());
}

#[test]
fn a_forced_refresh_takes_the_jump() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("prices.json");
    std::fs::write(&path, models(&[("a", 1.0)])).unwrap();
    let forced: Config = toml::from_str("refresh.force = true").unwrap();
    let (mut keeper, book) = keeper(&path, &forced.refresh);
    std::fs::write(&path, models(&[("a", 5000.0)])).unwrap();
    assert_eq!(Outcome::Swapped, keeper.look(1));
    assert_eq!(1, book.load().catalogue.len());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_swapped_as_kubernetes_does_is_noticed() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("one"), models(&[("a", 1.0)])).unwrap();
    std::fs::write(at("two"), models(&[("a", 1.0), ("b", 1.0)])).unwrap();
    symlink(at("one"), at("prices.json")).unwrap();
    let mut context = Context::bare("cost");
    let config: Config = toml::from_str(&format!("catalogue = {:?}", at("prices.json"))).unwrap();
    let _maker = config.build(&mut context).unwrap();
    let book = context.shared::<ArcSwap<Book>>().unwrap();
    let stop = crate::component::Stop::new();
    for work in context.background.drain(..) {
        tokio::spawn(work(stop.clone()));
    }
    symlink(at("two"), at("next")).unwrap();
    std::fs::rename(at("next"), at("prices.json")).unwrap();
    let noticed = async {
        while book.load().catalogue.len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), noticed)
        .await
        .unwrap();
    stop.cancel();
}

#[test]
fn a_file_that_is_not_there_keeps_the_service_from_starting() {
    let config: Config = toml::from_str("catalogue = \"no-such-file.json\"").unwrap();
    let fault = config.build(&mut Context::bare("cost")).err().unwrap();
    assert!(
        fault.message.starts_with("./no-such-file.json: "),
        "{fault}"
    );
}

#[test]
fn attribute_values_survive_as_written() {
    let span = used(
        chat("gpt-4").attribute("note", NewValue::Str("kept".to_owned())),
        1,
        1,
    );
    let (mut processor, _) = build("");
    let span = price(processor.as_mut(), span);
    assert_eq!(
        Some("kept"),
        span.attribute("note").and_then(|note| note.as_str())
    );
}
