//! Inputs are taken apart alike however they come.

use proptest::prelude::*;

use super::*;

/// The pieces in short: `row 1: text`, `otlp 3: json`, `text: …`.
fn told(piece: &Piece) -> String {
    match piece {
        Piece::Row(row) => {
            let id = row.id.as_ref().map_or("-", |id| id.get());
            format!("row {id}: {}", row.text)
        }
        Piece::Otlp { json, line, .. } => format!("otlp {line:?}: {}", json.trim()),
        Piece::Protobuf(bytes) => format!("protobuf: {}", bytes.len()),
        Piece::Text(part) => format!("text: {}", part.own()),
    }
}

/// What comes of inputs that are read one after the other.
fn split(reads: &[(&[u8], Moment)]) -> (Vec<String>, Option<u64>) {
    let mut splitter = Splitter::new(Size::mib(1));
    let (mut pieces, mut odd) = (Vec::new(), None);
    for (bytes, moment) in reads {
        splitter.read.extend_from_slice(bytes);
        let put = |piece: Piece| pieces.push(told(&piece));
        splitter.split(*moment, put).expect("is short");
        odd = odd.or(splitter.odd_line());
    }
    (pieces, odd)
}

#[track_caller]
fn check(text: &str, pieces: &[&str], odd: Option<u64>) {
    let (found, line) = split(&[(text.as_bytes(), Moment::End)]);
    assert_eq!(pieces, found);
    assert_eq!(odd, line);
}

const OTLP: &str = r#"{"resourceLogs":[]}"#;

#[test]
fn rows_and_telemetry_stand_on_lines() {
    let text = format!("{{\"id\":1,\"text\":\"a\"}}\n\n{OTLP}\r\n{{\"text\":\"b\"}}");
    let otlp = format!("otlp Some(3): {OTLP}");
    check(&text, &["row 1: a", &otlp, "row -: b"], None);
}

#[test]
fn a_text_is_one_with_its_blank_lines() {
    check("\na\n\nb", &["text: \na\n\nb"], None);
    check(" \n", &["text:  \n"], None);
    check("", &[], None);
}

#[test]
fn among_other_lines_an_object_without_id_is_a_text() {
    let row = r#"{"id":1,"text":"a"}"#;
    let log = r#"{"text":"b","level":"info"}"#;
    check(
        &format!("{row}\n{log}\nx\n\n{row}\n"),
        &["row 1: a", &format!("text: {log}\nx\n\n"), "row 1: a"],
        Some(2),
    );
    check(
        &format!("{log}\nx\n"),
        &[&format!("text: {log}\nx\n")],
        None,
    );
}

#[test]
fn an_object_over_many_lines_is_one() {
    check("\n{\n\"text\":\n\"a\"}\n\n", &["row -: a"], None);
    let otlp = "{\n \"resourceLogs\": []\n}";
    check(otlp, &[&format!("otlp None: {otlp}")], None);
    check("{\n\"a\": 1\n}\n", &["text: {\n\"a\": 1\n}\n"], None);
    check("{\n\"text\": 1", &["text: {\n\"text\": 1"], None);
    check("{\n}\nx\n", &["text: {\n}\nx\n"], None);
}

#[test]
fn a_line_that_is_no_utf8_is_read_as_well_as_can_be() {
    let (pieces, _) = split(&[(b"a\xE9b\n", Moment::End)]);
    assert_eq!(["text: a\u{FFFD}b\n"], pieces.as_slice());
}

#[test]
fn what_is_complete_goes_out_when_nothing_follows() {
    let row: &[u8] = b"{\"id\":1,\"text\":\"a\"}\n{\"id\":2";
    let rest: &[u8] = b",\"text\":\"b\"}\n";
    let (pieces, _) = split(&[(row, Moment::Idle)]);
    assert_eq!(["row 1: a"], pieces.as_slice());
    let (pieces, _) = split(&[(row, Moment::Idle), (rest, Moment::Idle)]);
    assert_eq!(["row 1: a", "row 2: b"], pieces.as_slice());
}

#[test]
fn a_text_waits_for_a_while() {
    let text: &[u8] = b"a\nb";
    assert!(split(&[(text, Moment::Idle)]).0.is_empty());
    let (pieces, _) = split(&[(text, Moment::Idle), (b"", Moment::Quiet)]);
    assert_eq!(["text: a\n"], pieces.as_slice());
    let (pieces, _) = split(&[(text, Moment::Quiet), (b"\n", Moment::Quiet)]);
    assert_eq!(["text: a\n", "text: b\n"], pieces.as_slice());
}

#[test]
fn objects_without_id_wait_until_it_is_known_what_they_are() {
    let log: &[u8] = b"{\"text\":\"b\"}\n";
    assert!(split(&[(log, Moment::Idle)]).0.is_empty());
    let (pieces, _) = split(&[(log, Moment::Idle), (b"x\n", Moment::End)]);
    assert_eq!(["text: {\"text\":\"b\"}\nx\n"], pieces.as_slice());
    let reads = [
        (log, Moment::Quiet),
        (log, Moment::Idle),
        (b"x\n", Moment::Idle),
        (log, Moment::End),
    ];
    let (pieces, odd) = split(&reads);
    assert_eq!(
        ["row -: b", "row -: b", "text: x\n{\"text\":\"b\"}\n"],
        pieces.as_slice()
    );
    assert_eq!(Some(3), odd);
}

#[test]
fn an_object_over_many_lines_is_waited_for() {
    let reads: [(&[u8], Moment); 3] = [
        (b"{\n\"text\":", Moment::Quiet),
        (b"\"a\"}\n", Moment::Idle),
        (b"", Moment::Quiet),
    ];
    assert!(split(&reads[..2]).0.is_empty());
    assert_eq!(["row -: a"], split(&reads).0.as_slice());
}

#[test]
fn a_line_that_is_too_long_is_named() {
    let fault = |text: &str| {
        let mut splitter = Splitter::new(Size(100));
        splitter.read.extend_from_slice(text.as_bytes());
        splitter
            .split(Moment::Full, |_| {})
            .unwrap_err()
            .to_string()
    };
    let long = "x".repeat(101);
    assert_eq!(
        "line 2 is longer than 100 B; break it into lines, or raise --line-max",
        fault(&format!("a\n{long}"))
    );
    assert_eq!(
        "the JSON object on line 1 and those behind it is longer than 100 B; break it into lines, or raise --line-max",
        fault(&format!("{{\n\"a\":\"{long}"))
    );
    let mut splitter = Splitter::new(Size(100));
    splitter.read.extend_from_slice(long.as_bytes());
    assert!(splitter.whole(Moment::Full, |_| {}).is_err());
}

proptest! {
    /// However the bytes come, as long as nobody is kept waiting, the pieces are the same.
    #[test]
    fn pieces_do_not_depend_on_how_an_input_comes(
        lines in prop::collection::vec(0..7usize, 0..12),
        cuts in prop::collection::vec(1..40usize, 1..20),
    ) {
        const LINES: [&str; 7] = [
            "{\"id\":1,\"text\":\"a\"}\n", "{\"id\":null,\"text\":\"é\\n\"}\n", "\n", "text é\n",
            "{\"resourceSpans\":[]}\n", "{\"id\":7}\n", "{\n",
        ];
        let text: String = lines.iter().map(|line| LINES[*line]).collect();
        let mut reads = Vec::new();
        let mut rest = text.as_bytes();
        for cut in cuts {
            let (first, behind) = rest.split_at(cut.min(rest.len()));
            reads.push((first, if cut % 2 == 0 { Moment::Full } else { Moment::Idle }));
            rest = behind;
        }
        reads.push((rest, Moment::End));
        prop_assert_eq!(split(&[(text.as_bytes(), Moment::End)]), split(&reads));
    }
}
