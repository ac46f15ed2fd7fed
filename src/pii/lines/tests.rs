//! Lines as they stand, and in strings of strings.

use super::*;

/// The lines of a text that hold the marked places, and their neighbours.
#[track_caller]
fn check(text: &str, around: &str, above_it: Option<&str>, below_it: Option<&str>) {
    let place = text.find('§').expect("a mark");
    let text = text.replace('§', "");
    let bytes = text.as_bytes();
    let line = Lines::default().around(bytes, place).expect("a line");
    let shown = |line: Option<Range<usize>>| line.map(|line| text[line].to_owned());
    assert_eq!(around, &text[line.clone()]);
    assert_eq!(above_it, shown(above(bytes, &line)).as_deref());
    assert_eq!(below_it, shown(below(bytes, &line)).as_deref());
}

#[test]
fn lines_end_where_they_do() {
    check("a,b\n1,§2\n3,4", "1,2", Some("a,b"), Some("3,4"));
    check("a,§b", "a,b", None, None);
}

#[test]
fn lines_in_a_string_end_at_their_escapes_and_at_its_quotes() {
    check(
        r#"{"x":"a,b\n1,§2\n3,4","y":1}"#,
        "1,2",
        Some("a,b"),
        Some("3,4"),
    );
    check(r#"{"x":"a,§b\r\n1,2","y":1}"#, "a,b", None, Some("1,2"));
    check(
        r#"{"x":"a,b\n\"1\",§2","y":1}"#,
        r#"\"1\",2"#,
        Some("a,b"),
        None,
    );
    check(r#""{\"x\":\"a,b\\n1,§2\"}""#, "1,2", Some("a,b"), None);
    check(r#"{"x":"a\nb","y":"1,§2","z":"c\nd"}"#, "1,2", None, None);
}
