//! What was clean once does not hide what is not: other keys, tenants, options, limits.

use super::*;
use crate::component::Processor;

fn processor(toml: &str) -> Box<dyn Processor> {
    let config = toml::from_str::<Config>(toml).expect("is a configuration");
    config.build(&mut Context::bare("redact")).expect("builds")(0)
}

/// What leaves a processor that has seen other batches before.
fn pass(processor: &mut dyn Processor, telemetry: Telemetry) -> String {
    let account = Account::default();
    let mut json = String::new();
    let mut out = |batch: Batch| json = batch.telemetry.to_json();
    let mut next = Next::new(&mut [], &mut out, &account, Now::default(), 0.0);
    processor.process(Batch::unpaid(telemetry), &mut next);
    json
}

fn attribute(key: &str, value: impl Into<NewValue>) -> Telemetry {
    traces(span().name("chat").attribute(key, value).finish())
}

fn of_tenant(tenant: &str, value: &str) -> Telemetry {
    let resource = Resource::new(&[("tenant.id", NewValue::from(tenant))]);
    let scope = Arc::new(Scope::new("test", "1", Arc::new(resource)));
    let records = vec![span().attribute("team", value).finish()];
    Telemetry::Traces(otlp::Batch::new(vec![otlp::Group { scope, records }]))
}

/// Whatever is passed often and stays must not keep the last from being masked.
#[track_caller]
fn check_last(toml: &str, often: impl Fn() -> Telemetry, last: Telemetry, secret: &str) {
    let mut processor = processor(toml);
    for _ in 0..4 {
        let before = often().to_json();
        assert_eq!(before, pass(processor.as_mut(), often()));
    }
    let json = pass(processor.as_mut(), last);
    check(&json, &["tollgate.redaction.count"], &[secret]);
}

#[test]
fn a_value_that_is_clean_under_one_key_is_masked_under_another() {
    let words = "correct horse";
    let last = || attribute("db.password", words);
    check_last("", || attribute("note", words), last(), words);
    let nested = NewValue::Map(vec![("note".into(), NewValue::from(words))]);
    let last = attribute("password", nested.clone());
    check_last("", || attribute("map", nested.clone()), last, words);
    let named = || traces(span().name(words).attribute("a", "b").finish());
    check_last("", named, attribute("password", words), words);
}

#[test]
fn what_a_tenants_exception_pardons_is_masked_for_others() {
    let toml = r#"exceptions = [{ detector = "EMAIL", tenant = "acme" }]"#;
    let often = || of_tenant("acme", MAIL);
    check_last(toml, often, of_tenant("globex", MAIL), MAIL);
}

#[test]
fn what_an_exception_pardons_under_a_key_is_masked_under_another() {
    let toml = r#"exceptions = [{ detector = "EMAIL", key = "team" }]
        ignored_keys = ["owner"]"#;
    check_last(toml, || attribute("team", MAIL), attribute("a", MAIL), MAIL);
    check_last(
        toml,
        || attribute("owner", MAIL),
        attribute("a", MAIL),
        MAIL,
    );
}

#[test]
fn what_was_clean_under_other_options_is_looked_at_again() {
    let badge = || attribute("a", "EMP-123456");
    let mut before = processor("");
    let mut after = processor(r#"patterns = [{ name = "BADGE", pattern = "EMP-[0-9]{6}" }]"#);
    for _ in 0..4 {
        check(
            &pass(before.as_mut(), badge()),
            &["EMP-123456"],
            &["[BADGE]"],
        );
        check(
            &pass(after.as_mut(), badge()),
            &["[BADGE]"],
            &["EMP-123456"],
        );
    }
}

#[test]
fn a_text_that_no_limit_counted_for_is_cut_where_one_does() {
    let toml = "max_attribute_length = 5";
    let text = "longer than five";
    let body = || {
        let records = vec![LogRecord::build().body(NewValue::from(text)).finish()];
        Telemetry::Logs(otlp::Batch::new(vec![otlp::Group {
            scope: Arc::default(),
            records,
        }]))
    };
    let mut processor = processor(toml);
    for _ in 0..4 {
        let named = traces(span().name(text).finish());
        check(&pass(processor.as_mut(), named), &[text], &[]);
        check(&pass(processor.as_mut(), body()), &["\"longe\""], &[text]);
        let valued = attribute("note", text);
        check(&pass(processor.as_mut(), valued), &["\"longe\""], &[text]);
    }
}

#[test]
fn every_resource_and_scope_is_looked_at_beside_those_that_are_known() {
    let under = |host: &str, library: &str| {
        let resource = Resource::new(&[("host.name", NewValue::from(host))]);
        let scope = Arc::new(Scope::new(library, "1", Arc::new(resource)));
        let records = vec![span().name("chat").finish()];
        otlp::Group { scope, records }
    };
    let both = |second| Telemetry::Traces(otlp::Batch::new(vec![under("one", "lib"), second]));
    let mut processor = processor("");
    for _ in 0..4 {
        let clean = || both(under("two", "lib"));
        assert_eq!(clean().to_json(), pass(processor.as_mut(), clean()));
        for dirty in [under(MAIL, "lib"), under("two", MAIL)] {
            let json = pass(processor.as_mut(), both(dirty));
            check(&json, &["[EMAIL]", "\"one\""], &[MAIL]);
        }
    }
}

#[test]
fn findings_are_counted_each_time_that_they_come_by() {
    let config = toml::from_str::<Config>("mode = \"report\"").expect("is a configuration");
    let mut context = Context::bare("redact");
    let mut processor = config.build(&mut context).expect("builds")(0);
    for _ in 0..5 {
        pass(processor.as_mut(), attribute("a", MAIL));
    }
    let reading = format!("{:?}", context.meter.read());
    check(&reading, &["EMAIL", "Counter(5)"], &[MAIL]);
}
