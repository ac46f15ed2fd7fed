//! Parts are cut where nothing is torn, and know what stood before them.

use super::*;

/// The parts of a text that comes in pieces; nothing may be lost of it.
#[track_caller]
fn parts(text: &str) -> Vec<Part> {
    let mut run = Run::default();
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let half = rest.floor_char_boundary(WHOLE / 2 + 1);
        let end = rest[half..]
            .find('\n')
            .map_or(rest.len(), |at| half + at + 1);
        run.push(&rest[..end]);
        run.long(|part| parts.push(part));
        rest = &rest[end..];
    }
    parts.push(run.end());
    let whole: String = parts.iter().map(Part::own).collect();
    assert!(whole == text, "the parts are another text");
    let mut at = 0;
    for part in &parts {
        assert_eq!(at, part.at);
        at += part.own().len() as u64;
    }
    parts
}

/// As many lines as have so many bytes.
fn lines(line: &str, bytes: usize) -> String {
    line.repeat(bytes / line.len())
}

#[test]
fn a_text_of_the_stated_size_is_whole() {
    let text = lines("abcdefg\n", WHOLE);
    assert_eq!(WHOLE, text.len());
    assert_eq!(1, parts(&text).len());
    assert_eq!(2, parts(&(text + "x\n")).len());
}

#[test]
fn a_blank_line_is_the_best_place_to_cut() {
    let first = lines("abcdefg\n", WHOLE - (1 << 20)) + "\n";
    let text = first.clone() + &lines("abcdefg\n", 2 << 20);
    assert_eq!(first, parts(&text)[0].own());
}

#[test]
fn what_is_indented_stays_with_what_it_belongs_to() {
    let first = lines("abcdefg\n", WHOLE - 4096);
    let text = first.clone() + "error:\n" + &lines("   at x\n", 8192);
    assert_eq!(first, parts(&text)[0].own());
}

#[test]
fn a_line_that_is_longer_is_a_part() {
    let long = "x".repeat(WHOLE + 9) + "\n";
    let parts = parts(&(long.clone() + "and more\n"));
    assert_eq!((2, long.as_str()), (parts.len(), parts[0].own()));
}

const KEY: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n";

#[test]
fn a_private_key_is_not_cut() {
    let first = lines("abcdefg\n", WHOLE - 600);
    let block = format!(
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{}-----END RSA PRIVATE KEY-----\n",
        KEY.repeat(24)
    );
    let parts = parts(&format!("{first}{block}{}", "more\n".repeat(300)));
    assert_eq!(first, parts[0].own());
    assert!(parts[1].own().starts_with(&block));
}

#[test]
fn a_key_that_never_ends_is_waited_for_only_so_long() {
    let mut run = Run::default();
    run.push("a\n-----BEGIN PRIVATE KEY-----\n");
    run.push(KEY);
    let mut parts = Vec::new();
    run.ready(|part| parts.push(part));
    run.ready(|part| parts.push(part));
    assert_eq!(1, parts.len());
    assert_eq!("a\n", parts[0].own());
    run.push(&lines(KEY, BLOCK_MAX));
    run.ready(|part| parts.push(part));
    assert_eq!(2, parts.len());
    assert!(run.is_empty());
}

#[test]
fn what_only_speaks_of_a_key_is_not_waited_for() {
    let mut run = Run::default();
    run.push("cannot read -----BEGIN PRIVATE KEY-----\nretrying in 5 s\n");
    let mut parts = Vec::new();
    run.ready(|part| parts.push(part));
    assert_eq!(1, parts.len());
}

#[test]
fn a_part_knows_the_lines_before_it() {
    let mut run = Run::default();
    let mut parts = Vec::new();
    for line in ["one\n", "two\n", "three\n"] {
        run.push(line);
        run.ready(|part| parts.push(part));
    }
    assert_eq!("one\ntwo\nthree\n", parts[2].text);
    assert_eq!(("three\n", 8), (parts[2].own(), parts[2].at));
    run.push(&"y".repeat(CONTEXT));
    run.push("\nlast\n");
    run.ready(|part| parts.push(part));
    run.push("end\n");
    assert_eq!("last\nend\n", run.end().text);
}

#[test]
fn the_head_of_a_table_goes_with_every_part() {
    let row = format!("1,{}\n", "hunter22".repeat(50));
    let text = "id,password\n".to_owned() + &lines(&row, 3 * WHOLE);
    let parts = parts(&text);
    assert!(parts.len() > 3);
    for part in &parts[1..] {
        assert!(part.text.starts_with("id,password\n1,hunter22"));
        assert!(part.before < CONTEXT + 100);
    }
}

#[test]
fn blank_lines_wait_for_a_text() {
    let mut run = Run::default();
    run.push("\n \n");
    run.ready(|part| panic!("{part:?}"));
    assert!(run.is_blank() && !run.is_empty());
    run.push("a\n");
    assert!(!run.is_blank());
    let mut parts = Vec::new();
    run.ready(|part| parts.push(part));
    run.push("\n");
    run.ready(|part| parts.push(part));
    assert_eq!("\n", parts[1].own());
}
