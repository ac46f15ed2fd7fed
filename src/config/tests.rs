//! Faults are placed, numerous and helpful; substitution keeps one value one value.

use std::path::Path;

use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Toy {
    wait: Duration,
    limit: Size,
    detectors: Vec<String>,
    rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum Rule {
    Latency {
        #[expect(dead_code, reason = "only its reading matters")]
        min: Duration,
    },
}

impl Default for Toy {
    fn default() -> Self {
        Toy {
            wait: Duration::from_secs(1),
            limit: Size(1),
            detectors: vec![],
            rules: vec![],
        }
    }
}

fn document(text: &str) -> Result<std::sync::Arc<Document>, Vec<Fault>> {
    let environment = |name: &str| match name {
        "SET" => Some("a\"b\\c".to_owned()),
        "PORT" => Some("4317".to_owned()),
        "LINES" => Some("x = 1\n[y]".to_owned()),
        _ => None,
    };
    Document::parse("p.toml", Path::new("."), text.to_owned(), &environment)
}

fn read(text: &str) -> Reading<Toy> {
    document(text)?.root().read(|toy: &Toy| {
        let bad = ConfigError::at("limit", "limit must be at most 10");
        if toy.limit > Size(10) {
            vec![bad]
        } else {
            vec![]
        }
    })
}

/// The faults of a text, as `line:column message`.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let faults = read(text).expect_err("has faults");
    let said = faults
        .iter()
        .map(|fault| {
            let place = fault.place.as_ref().expect("is placed");
            format!(
                "{}:{} {} ({})",
                place.line, place.column, fault.message, fault.remedy
            )
        })
        .collect::<Vec<_>>();
    assert_eq!(expected, said);
}

#[test]
fn all_faults_are_reported_at_once_with_places() {
    check(
        "wiat = \"1s\"\nlimit = \"lots\"\n\nwait = 7\n",
        &[
            "1:1 unknown key `wiat` (did you mean `wait`? accepted: wait, limit, detectors, rules)",
            "2:9 `lots` is not a size; write a number and a unit, such as \"512 KiB\", \"64 MiB\" or \"1 GiB\" ()",
            "4:8 7 has no unit; write a duration such as \"30s\" ()",
        ],
    );
}

#[test]
fn a_component_s_own_check_is_placed_at_its_key() {
    check(
        "# first\nlimit = 11\n",
        &["2:1 limit must be at most 10 ()"],
    );
}

#[test]
fn an_unknown_key_inside_a_tagged_rule_is_placed() {
    check(
        "rules = [\n  { type = \"latency\", min = \"1s\", mix = 1 },\n  { type = \"latncy\" },\n]\n",
        &[
            "2:35 unknown key `mix` (did you mean `min`? accepted: min)",
            "3:12 unknown value `latncy` (did you mean `latency`? accepted: latency)",
        ],
    );
}

#[test]
fn several_syntax_faults_are_reported() {
    let faults = document("a = \nb = 1\nc = [1,\n").expect_err("has faults");
    assert!(faults.len() >= 2, "{faults:?}");
    assert_eq!(Some(1), faults[0].place.as_ref().map(|place| place.line));
}

#[test]
fn substitution_escapes_defaults_and_keeps_places() {
    let toy = read("detectors = [\"${env:SET}\", \"${env:NONE:-x y}\", \"$${env:SET}\"]").unwrap();
    assert_eq!(["a\"b\\c", "x y", "${env:SET}"], toy.detectors[..]);
    assert_eq!(
        Size(4317),
        document("limit = ${env:PORT}")
            .unwrap()
            .root()
            .read(|_| vec![])
            .map(|toy: Toy| toy.limit)
            .unwrap()
    );
    check(
        "detectors = [\"${env:SET}\"]\nwait = \"${env:NONE:-soon}\"  \nnope = 1",
        &[
            "2:8 `soon` is not a duration; write a number and a unit, such as \"250ms\", \"30s\" or \"4h\" ()",
            "3:1 unknown key `nope` (accepted: wait, limit, detectors, rules)",
        ],
    );
}

#[test]
fn an_unset_variable_and_one_that_would_change_the_shape_are_faults() {
    let faults =
        document("a = \"${env:NONE}\"\nb = ${env:LINES}\nc = '${env:SET'").expect_err("faults");
    let said = faults
        .iter()
        .map(|fault| fault.message.as_str())
        .collect::<Vec<_>>();
    assert_eq!("environment variable `NONE` is not set", said[0]);
    assert_eq!(
        "the value of `LINES` would change the shape of this file",
        said[1]
    );
    assert_eq!("`${env:` has no closing `}`", said[2]);
}

#[test]
fn comments_are_left_alone() {
    assert!(read("# ${env:NONE} it's \"\nwait = \"2s\"").is_ok());
}

#[test]
fn a_fault_prints_its_line_and_remedy() {
    let faults = read("wiat = \"1s\"").expect_err("has a fault");
    let text = faults[0].to_string();
    assert!(
        text.starts_with("p.toml:1:1: error: unknown key `wiat`"),
        "{text}"
    );
    assert!(text.contains("| wiat = \"1s\""), "{text}");
}

#[test]
fn changes_are_keys_whose_values_differ_not_spelling() {
    #[track_caller]
    fn check(new: &str, changed: &[&str]) {
        let old = "a = 1\n[t]\nlist = [{ b = 2 }]\nsame = \"${env:SET}\"\n[t.\"x/y\"]\nc = true";
        let (old, new) = (document(old).expect("TOML"), document(new).expect("TOML"));
        let found: Vec<String> = changes(&old, &new)
            .iter()
            .map(|path| path.join("."))
            .collect();
        assert_eq!(changed, found);
        assert_eq!(found.len(), changes(&new, &old).len(), "both ways");
    }
    let same =
        "t = { \"x/y\" = { c = true }, same = \"${env:SET}\", list = [ { b = 2 }, ] } # so\na = 1";
    check(same, &[]);
    check(&same.replace("b = 2", "b = 3"), &["t.list"]);
    check(&same.replace("c = true", "c = 1"), &["t.x/y.c"]);
    check(&same.replace("a = 1", "z = 1"), &["a", "z"]);
    check("a = 1", &["t.list", "t.same", "t.x/y.c"]);
    check(&format!("{same}\n[u]"), &[]);
}

#[test]
fn places_are_found_in_lists_and_under_keys_with_dots() {
    let text = "[a]\nlist = [\n  { x = 1 },\n  { y = { z = 2 } },\n]\n'b.c' = { d = 1 }\n";
    let root = document(text).expect("is TOML").root();
    let a = root.table("a").expect("is there");
    for (key, line, column) in [
        ("list.1", 4, 3),
        ("list.1.y.z", 4, 11),
        ("list.7", 2, 1),
        ("b.c", 6, 1),
        ("b.c.d", 6, 11),
        ("nothing.here", 1, 2),
    ] {
        let place = a.place(key);
        assert_eq!((line, column), (place.line, place.column), "{key}");
    }
}
