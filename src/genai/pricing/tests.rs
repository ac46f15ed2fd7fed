//! Prices against the recorded vectors, and the laws of the arithmetic.

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use super::super::usage::Usage;
use super::vectors::{Checker, Report};
use super::*;

fn run(bytes: &[u8]) -> Report {
    let mut checker = Checker::new(Catalogue::embedded());
    checker.file(bytes).unwrap();
    checker.report()
}

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/integration-tests/fixtures/pricing/",
            $name
        ))
    };
}

#[track_caller]
fn check_all_pass(report: &Report, rows: u64) {
    let total = report.total();
    for difference in report.differences.iter().take(12) {
        println!("{difference:?}");
    }
    println!("{:#?}", report.categories);
    assert_eq!((rows, 0), (total.passed + total.skipped, total.failed));
}

#[test]
fn the_embedded_catalogue_has_no_fault() {
    let read = Catalogue::parse("embedded", EMBEDDED_JSON, &[]);
    assert_eq!(
        2330,
        read.map_err(|faults| faults.to_string()).unwrap().len()
    );
}

#[test]
fn the_overlay_knows_weekends_and_the_days_before_peak_prices() {
    let catalogue = Catalogue::parse("laid", EMBEDDED_JSON, &[EMBEDDED_OVERLAY_JSON]).unwrap();
    assert_eq!(2330, catalogue.len());
    let mut laid = pricer(|book| book.catalogue = Arc::new(catalogue));
    let mut plain = pricer(|_| {});
    let usage = Usage::of(1_000_000, 0);
    let start = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_nanosecond() as u64;
    for (time, upstream, corrected) in [
        ("2026-06-01T02:00:00Z", "0.3", "0.14"),
        ("2026-08-18T02:00:00Z", "0.3", "0.3"),
        ("2026-11-16T02:00:00Z", "0.3", "0.3"),
        ("2026-11-16T05:00:00Z", "0.15", "0.15"),
        ("2026-11-21T02:00:00Z", "0.3", "0.15"),
    ] {
        let call = call(Some("deepseek"), "deepseek-v4-flash", usage);
        let call = Call {
            start_unix_nanos: start(time),
            ..call
        };
        check_price(&mut plain, &call, &format!("priced catalogue {upstream}"));
        check_price(&mut laid, &call, &format!("priced overlay {corrected}"));
    }
}

#[test]
fn conditions_on_time_wrap_midnight_and_convert_offsets() {
    let file = |constraint: &str| {
        format!(
            r#"[{{"id":"p","models":[{{"id":"m","match":{{"equals":"m"}},"prices":[
            {{"prices":{{"input_mtok":1}}}},
            {{"constraint":{constraint},"prices":{{"input_mtok":2}}}}]}}]}}]"#
        )
    };
    let at = |constraint: &str, time: &str| {
        let json = file(constraint);
        let catalogue = Catalogue::parse("t", json.as_bytes(), &[]).map_err(|f| f.to_string())?;
        let query = Query {
            provider: Some("p"),
            api_url: None,
            model: "m",
        };
        let nanos = time.parse::<jiff::Timestamp>().unwrap().as_nanosecond() as u64;
        let prices = catalogue.prices(
            catalogue.find(query).unwrap(),
            Moment::from_unix_nanos(nanos),
            &[],
        );
        let bill = prices
            .bill(&Amounts::from(&Usage::of(1_000_000, 0)))
            .unwrap();
        Ok::<String, String>(bill.total.to_string())
    };
    let night = r#"{"start_time":"22:00:00Z","end_time":"02:00:00Z"}"#;
    let beijing = r#"{"start_time":"09:00:00+08:00","end_time":"12:00:00+08:00"}"#;
    let week = r#"{"start_date":"2026-01-05","end_date":"2026-01-12","weekdays":["Mon","sunday"]}"#;
    for (constraint, time, expected) in [
        (night, "2026-01-01T23:00:00Z", "2"),
        (night, "2026-01-01T01:59:59.999999Z", "2"),
        (night, "2026-01-01T02:00:00Z", "1"),
        (beijing, "2026-01-01T01:00:00Z", "2"),
        (beijing, "2026-01-01T04:00:00Z", "1"),
        (week, "2026-01-05T00:00:00Z", "2"),
        (week, "2026-01-06T00:00:00Z", "1"),
        (week, "2026-01-11T12:00:00Z", "2"),
        (week, "2026-01-12T00:00:00Z", "1"),
    ] {
        assert_eq!(
            Ok(expected.to_owned()),
            at(constraint, time),
            "{constraint} {time}"
        );
    }
    for (constraint, fault) in [
        (
            r#"{"start_time":"22:00:00Z"}"#,
            "start_time and end_time belong together",
        ),
        (
            r#"{"start_date":"soon"}"#,
            "`soon` is not a date like 2026-10-19",
        ),
        (
            r#"{"start_time":"1","end_time":"2"}"#,
            "`1` is not a time like 01:00:00Z",
        ),
        (
            r#"{"weekdays":["moonday"]}"#,
            "`moonday` is not a day of the week",
        ),
    ] {
        assert_eq!(
            Err(format!("p/m: {fault}")),
            at(constraint, "2026-01-01T00:00:00Z")
        );
    }
}

#[test]
fn every_strict_vector_passes() {
    check_all_pass(&run(fixture!("pricing_vectors.jsonl.gz")), 25_090);
}

#[test]
fn every_span_attribute_vector_passes() {
    check_all_pass(&run(fixture!("otel_cost_vectors.jsonl.gz")), 2_077);
}

#[test]
fn every_override_vector_passes() {
    check_all_pass(&run(fixture!("override_vectors.jsonl")), 240);
}

fn call<'a>(provider: Option<&'a str>, model: &'a str, usage: Usage) -> Call<'a> {
    let start_unix_nanos = 1_793_000_000_000_000_000;
    Call {
        provider,
        models: [Some(model), None, None],
        start_unix_nanos,
        usage,
        ..Call::default()
    }
}

fn pricer(edit: impl FnOnce(&mut Book)) -> Pricer {
    let mut book = Book {
        catalogue: Catalogue::embedded(),
        ..Book::default()
    };
    edit(&mut book);
    Pricer::new(Arc::new(book))
}

fn per_1k(prompt: &str, completion: &str) -> FlatPrice {
    let usd = |text| PicoUsd::parse(text).unwrap();
    let row = FlatRow {
        prompt: usd(prompt),
        completion: usd(completion),
        ..FlatRow::default()
    };
    FlatPrice::of(&row, Per::Thousand).unwrap()
}

#[track_caller]
fn check_price(pricer: &mut Pricer, call: &Call<'_>, expected: &str) {
    let priced = pricer.price(call);
    let source = priced.source.map_or("", Source::as_str);
    let why = match priced.status {
        Status::Unpriced(why) => why.as_str(),
        _ => "",
    };
    let found = format!(
        "{} {source}{why} {}",
        priced.status.as_str(),
        priced.bill.total
    );
    assert_eq!(expected, found);
}

#[test]
fn prices_come_in_order_reported_override_overlay_catalogue_default() {
    let overlay = br#"[{"id":"openai","models":[{"id":"gpt-4","match":{"equals":"gpt-4"},
        "prices":{"input_mtok":1,"output_mtok":2}}]}]"#;
    let mut plain = pricer(|_| {});
    let mut laid = pricer(|book| {
        book.catalogue = Arc::new(Catalogue::parse("test", EMBEDDED_JSON, &[overlay]).unwrap());
        book.overrides.default = Some(per_1k("0.0001", "0.0002"));
    });
    let mut own = pricer(|book| book.overrides.set(None, "gpt-4", per_1k("0.03", "0.06")));
    let usage = Usage::of(1000, 500);
    let gpt4 = call(Some("openai"), "gpt-4", usage);
    let reported = Call {
        reported: PicoUsd::parse("0.5"),
        ..gpt4
    };
    let unknown = call(Some("openai"), "acme-1", usage);

    check_price(&mut own, &reported, "priced reported 0.5");
    check_price(&mut own, &gpt4, "priced override 0.06");
    check_price(&mut laid, &gpt4, "priced overlay 0.002");
    check_price(&mut plain, &gpt4, "priced catalogue 0.06");
    check_price(&mut laid, &unknown, "priced default 0.0002");
    check_price(&mut plain, &unknown, "unpriced unknown_model 0");
}

#[test]
fn unpriced_no_usage_and_known_zero_are_three_cases() {
    let mut pricer = pricer(|book| book.overrides.set(None, "house-1", per_1k("0", "0")));
    let usage = Usage::of(10, 10);
    let check = |p: &mut Pricer, call: Call<'_>, expected: &str| check_price(p, &call, expected);
    check(
        &mut pricer,
        call(None, "house-1", usage),
        "known_zero override 0",
    );
    check(
        &mut pricer,
        call(Some("openrouter"), "google/gemma-3-4b-it:free", usage),
        "known_zero catalogue 0",
    );
    check(
        &mut pricer,
        call(Some("openai"), "gpt-4", Usage::EMPTY),
        "no_usage  0",
    );
    check(
        &mut pricer,
        call(Some("acme"), "gpt-4", usage),
        "unpriced unknown_provider 0",
    );
    check(
        &mut pricer,
        call(Some("openai"), "gpt-4-zz/1", usage),
        "unpriced unknown_model 0",
    );
    check(
        &mut pricer,
        call(Some("openai"), " ", usage),
        "unpriced no_model 0",
    );
    let torn = Usage {
        cache_read: Some(11),
        ..usage
    };
    check(
        &mut pricer,
        call(Some("openai"), "gpt-4o", torn),
        "unpriced invalid_usage 0",
    );
}

#[test]
fn what_is_no_count_leaves_the_call_unpriced() {
    let mut pricer = pricer(|book| book.overrides.set(None, "house-1", per_1k("1", "1")));
    let torn = Usage {
        input: None,
        is_torn: true,
        ..Usage::of(0, 100)
    };
    for model in ["gpt-4o", "house-1"] {
        check_price(
            &mut pricer,
            &call(Some("openai"), model, torn),
            "unpriced invalid_usage 0",
        );
    }
}

#[test]
fn a_reported_zero_is_believed_only_when_nothing_was_used() {
    let mut pricer = pricer(|_| {});
    let zero = |usage| Call {
        reported: Some(PicoUsd::ZERO),
        ..call(Some("openai"), "gpt-4", usage)
    };
    check_price(
        &mut pricer,
        &zero(Usage::of(1000, 500)),
        "priced catalogue 0.06",
    );
    check_price(&mut pricer, &zero(Usage::of(0, 0)), "known_zero reported 0");
}

#[test]
fn an_override_holds_for_a_provider_under_any_of_its_names() {
    for (own, told) in [
        ("google", "gcp.gemini"),
        ("Google", "google"),
        ("gemini", "gcp.gemini"),
        ("vertex_ai", "gcp.vertex_ai"),
        ("aws", "aws.bedrock"),
        ("Bedrock", "aws.bedrock"),
        ("amazon-bedrock", "aws.bedrock"),
        ("mistral", "mistral_ai"),
        ("xai", "x_ai"),
        ("x-ai", "xai"),
        ("together_ai", "together"),
        ("together", "togetherai"),
        ("azure", "azure.ai.openai"),
        ("azure", "azure.ai.inference"),
        ("house", "HOUSE"),
    ] {
        let mut pricer = pricer(|book| book.overrides.set(Some(own), "m", per_1k("1", "1")));
        let usage = Usage::of(1000, 0);
        check_price(
            &mut pricer,
            &call(Some(told), "m", usage),
            "priced override 1",
        );
    }
}

#[test]
fn names_of_frameworks_are_no_one_providers() {
    let mut pricer = pricer(|book| {
        book.overrides
            .set(Some("langchain"), "house-1", per_1k("1", "1"));
    });
    check_price(
        &mut pricer,
        &call(Some("langgraph"), "house-1", Usage::of(1000, 0)),
        "unpriced unknown_provider 0",
    );
}

#[test]
fn an_override_for_one_provider_leaves_the_others_alone() {
    let mut pricer = pricer(|book| {
        book.overrides.set(Some("azure"), "gpt-4", per_1k("1", "1"));
    });
    let usage = Usage::of(1000, 0);
    check_price(
        &mut pricer,
        &call(Some("azure.ai.openai"), "gpt-4", usage),
        "priced override 1",
    );
    check_price(
        &mut pricer,
        &call(Some("openai"), "gpt-4", usage),
        "priced catalogue 0.03",
    );
}

#[test]
fn an_alias_leads_an_unreadable_name_to_its_model() {
    const ARN: &str = "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc";
    let mut pricer = pricer(|book| {
        let model = "anthropic.claude-sonnet-4-5-20250929-v1:0";
        book.aliases
            .insert(ARN.into(), (Some("aws".into()), model.into()));
    });
    let usage = Usage::of(1_000_000, 0);
    check_price(
        &mut pricer,
        &call(Some("aws.bedrock"), ARN, usage),
        "priced catalogue 3.3",
    );
}

#[test]
fn the_memo_stays_bounded_and_answers_the_same() {
    let mut pricer = pricer(|_| {});
    let usage = Usage::of(1000, 500);
    for n in 0..10_000 {
        let name = format!("gpt-stranger-{n}");
        pricer.price(&call(Some("openai"), &name, usage));
    }
    for _ in 0..2 {
        check_price(
            &mut pricer,
            &call(Some("openai"), "gpt-4", usage),
            "priced catalogue 0.06",
        );
        check_price(
            &mut pricer,
            &call(Some("openai"), "GPT-4", usage),
            "priced catalogue 0.06",
        );
    }
}

#[test]
fn a_file_that_would_make_tokens_free_is_refused() {
    let file = |prices: &str| {
        format!(
            r#"[{{"id":"a","models":[{{"id":"m","match":{{"equals":"m"}},"prices":{prices}}}]}}]"#
        )
    };
    let fault = |prices: &str| match Catalogue::parse("t", file(prices).as_bytes(), &[]) {
        Ok(_) => String::new(),
        Err(faults) => faults.to_string(),
    };
    assert_eq!("", fault(r#"{"input_mtok":1,"output_mtok":2}"#));
    assert_eq!(
        "a/m: has a price for `cache_read_mtok` but none for `input_mtok`",
        fault(r#"{"cache_read_mtok":1}"#)
    );
    assert_eq!(
        "a/m: `prompt_mtok` is no price this program knows",
        fault(r#"{"prompt_mtok":1}"#)
    );
    assert_eq!(
        "a/m: `input_mtok` is not a price of zero or more",
        fault(r#"{"input_mtok":-1}"#)
    );
    assert_eq!("a/m: has an empty list of prices", fault("[]"));
    assert!(fault("7").starts_with("not a catalogue: "));
}

#[test]
fn a_refresh_that_jumps_or_deletes_is_suspicious() {
    let file = |models: &[(&str, f64)]| {
        let rows: Vec<String> = models
            .iter()
            .map(|(id, usd)| {
                format!(
                    r#"{{"id":"{id}","match":{{"equals":"{id}"}},"prices":{{"input_mtok":{usd}}}}}"#
                )
            })
            .collect();
        let json = format!(r#"[{{"id":"p","models":[{}]}}]"#, rows.join(","));
        Catalogue::parse("t", json.as_bytes(), &[]).unwrap()
    };
    let old = file(&[("a", 1.0), ("b", 1.0), ("c", 1.0)]);
    let suspicions = |new: &[(&str, f64)]| {
        Diff::between(&old, &file(new))
            .suspicions(&Bounds::default())
            .to_string()
    };
    assert_eq!(
        "",
        suspicions(&[("a", 1.5), ("b", 1.0), ("c", 50.0), ("d", 1.0)])
    );
    assert_eq!(
        "a suspicious jump: p/a: input_mtok 1 -> 1000",
        suspicions(&[("a", 1000.0), ("b", 1.0), ("c", 1.0)])
    );
    assert_eq!(
        "1 of 3 models would disappear",
        suspicions(&[("a", 1.0), ("b", 1.0)])
    );
    assert_eq!(
        "1 of 3 models would lose a price",
        suspicions(&[("a", 0.0), ("b", 1.0), ("c", 1.0)])
    );
}

#[test]
fn an_explanation_names_every_attempt_and_every_line() {
    let mut pricer = pricer(|_| {});
    let usage = Usage {
        cache_read: Some(200),
        ..Usage::of(1200, 300)
    };
    let model = "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    let told = pricer.explain(&call(Some("aws.bedrock"), model, usage));
    let text: Vec<String> = told
        .steps
        .iter()
        .map(|step| format!("{}: {}", step.about, step.text))
        .collect();
    let text = text.join("\n");
    let routed = pricer.explain(&call(Some("openai"), "proxy/gpt-4", usage));
    let attempts: Vec<&str> = routed.steps.iter().map(|step| step.text.as_str()).collect();
    assert_eq!(
        "provider `openai`: it has no model `proxy/gpt-4`",
        attempts[1]
    );
    assert_eq!(
        "`gpt-4` is entry `gpt-4`, whose rule equals `gpt-4`",
        attempts[3]
    );
    for part in [
        "usage: input_tokens 1200, cache_read_tokens 200, output_tokens 300",
        "is entry `regional.anthropic.claude-sonnet-4-5-20250929-v1:0`",
        "line: cache_read_tokens: 200 at 0.33 USD per 1000000 = 0.000066 USD",
        "result: 0.008316 USD, priced by catalogue",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn amounts_print_as_exact_decimals_and_read_back() {
    for text in [
        "0",
        "0.06",
        "-1.5",
        "0.000000000001",
        "123456789.123456789012",
    ] {
        assert_eq!(text, PicoUsd::parse(text).unwrap().to_string());
    }
    for (text, expected) in [
        ("2e-7", Some("0.0000002")),
        ("1.5E2", Some("150")),
        ("0.0000000000005", Some("0")),
        ("0.0000000000015", Some("0.000000000002")),
        (".5", Some("0.5")),
        ("", None),
        (".", None),
        ("1.2.3", None),
        ("1e999", None),
        ("9e99999999999", None),
    ] {
        let found = PicoUsd::parse(text).map(|amount| amount.to_string());
        assert_eq!(expected, found.as_deref(), "{text}");
    }
    assert_eq!(None, PicoUsd::from_f64(f64::NAN));
    assert_eq!("0.1", PicoUsd::from_f64(0.1).unwrap().to_string());
}

fn any_usage() -> impl Strategy<Value = Usage> {
    (
        0..2_000_000_u64,
        0..2_000_000_u64,
        0..=100_u64,
        0..=100_u64,
        0..=100_u64,
    )
        .prop_map(|(input, output, read, write, long)| {
            let cache_read = input * read / 100;
            let cache_write = (input - cache_read) * write / 100;
            Usage {
                cache_read: Some(cache_read),
                cache_write: Some(cache_write),
                cache_write_1h: Some(cache_write * long / 100),
                reasoning: Some(output * long / 100),
                ..Usage::of(input, output)
            }
        })
}

/// Every entry, by provider and id.
static NAMES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let catalogue = Catalogue::embedded();
    let listed = catalogue.list(Moment::from_unix_nanos(0));
    listed
        .map(|listed| (listed.provider, listed.model))
        .collect()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_bill_is_never_negative_and_its_parts_are_its_total(usage in any_usage(), at in 0_usize..2_330) {
        let (provider, model) = &NAMES[at];
        let mut pricer = pricer(|_| {});
        let priced = pricer.price(&call(Some(provider), model, usage));
        let bill = priced.bill;
        prop_assert!(bill.total >= PicoUsd::ZERO);
        prop_assert_eq!(bill.total, bill.parts.sum());
        for part in [bill.input, bill.output, bill.parts.fresh, bill.parts.cache_read, bill.parts.cache_write, bill.parts.other] {
            prop_assert!(part >= PicoUsd::ZERO);
        }
        let own = per_1k("0.03", "0.06").bill(&usage).unwrap();
        prop_assert_eq!(own.total, own.parts.sum());
    }

    #[test]
    fn sums_do_not_depend_on_order(mut amounts in prop::collection::vec(any::<i64>(), 0..40), seed in any::<u64>()) {
        let sum = |all: &[i64]| all.iter().map(|pico| PicoUsd(i128::from(*pico))).sum::<PicoUsd>();
        let first = sum(&amounts);
        let len = amounts.len().max(1);
        for at in 0..amounts.len() {
            amounts.swap(at, (seed as usize).wrapping_mul(at + 7) % len);
        }
        prop_assert_eq!(first, sum(&amounts));
    }

    #[test]
    fn no_name_and_no_count_makes_it_panic(provider in ".{0,12}", model in "\\PC{0,40}", counts in prop::array::uniform4(any::<u64>())) {
        let [input, output, cache_read, cache_write] = counts.map(Some);
        let usage = Usage { input, output, cache_read, cache_write, ..Usage::EMPTY };
        let mut pricer = pricer(|_| {});
        let call = call(Some(&provider), &model, usage);
        let (priced, told) = (pricer.price(&call), pricer.explain(&call));
        prop_assert_eq!(priced, told.priced);
    }
}

#[test]
fn an_own_price_holds_for_exactly_its_name() {
    let mut own = pricer(|book| book.overrides.set(None, "gpt-4", per_1k("1", "1")));
    let mut source = |model| {
        let call = Call {
            models: [Some(model), None, None],
            usage: Usage::of(10, 10),
            ..Call::default()
        };
        own.price(&call).source
    };
    assert_eq!(source("gpt-4"), Some(Source::Override));
    assert_eq!(source(" gpt-4 "), Some(Source::Catalogue));
    assert_eq!(source("GPT-4"), Some(Source::Catalogue));
}

#[test]
fn cached_tokens_without_a_price_of_their_own_are_part_of_the_prompt() {
    let usage = Usage {
        cache_read: Some(90),
        cache_write: Some(20), // together more than the input: no concern of a price without classes
        ..Usage::of(100, 0)
    };
    let bill = per_1k("1", "1").bill(&usage).unwrap();
    assert_eq!(bill.total, PicoUsd::parse("0.1").unwrap());
    let row = FlatRow {
        cache_read: PicoUsd::parse("0.5"),
        prompt: PicoUsd::parse("1").unwrap(),
        ..FlatRow::default()
    };
    let price = FlatPrice::of(&row, Per::Thousand).unwrap();
    let bill = price.bill(&usage).unwrap();
    assert_eq!(bill.total, PicoUsd::parse("0.055").unwrap());
    assert!(
        price
            .bill(&Usage {
                input: Some(80),
                ..usage
            })
            .is_err()
    );
}
