//! The quick scan against a slow one, keys by their segments, and inputs made to be slow.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

mod levels;
mod worst;

static SCANNER: LazyLock<Scanner> = LazyLock::new(|| Scanner::new(&Options::default()).unwrap());

/// Pieces that signs, keys, escapes and values are made of.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[0-9]{1,6}",
        2 => "[a-zA-Z]{1,8}",
        3 => "[-. /:=@+()%&\\\\\"'#*_,;\n]",
        1 => "[éüß日月年，。：１２ａ＠]",
        1 => Just("password".to_owned()),
        1 => Just("born ".to_owned()),
        1 => Just("-----BEGIN PRIVATE KEY-----".to_owned()),
        1 => Just("\\u0040".to_owned()),
        1 => Just("?q=%%+1".to_owned()),
        1 => Just("%2B48+".to_owned()),
        1 => Just("SSN: 00".to_owned()),
        1 => Just("sk-ant-".to_owned()),
        1 => Just("| id | api_key |\n+---+\n".to_owned()),
        1 => Just("4111 1111 1111 1111".to_owned()),
        1 => Just("jane@example.org".to_owned()),
        1 => Just("sk-proj-AbCdEf1234567890GhIjKlMnOp".to_owned()),
        1 => Just("DE89 3704 0044 0532 0130 00".to_owned()),
        3 => context_word(),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// A context word in some spelling.
fn context_word() -> impl Strategy<Value = String> {
    static WORDS: LazyLock<Vec<String>> =
        LazyLock::new(|| words::words().map(|(_, word)| word).collect());
    (prop::sample::select(WORDS.as_slice()), 0..4).prop_map(|(word, case)| match case {
        0 => word.to_uppercase(),
        1 => word.replace(' ', "_"),
        2 => format!(" {word} "),
        _ => word,
    })
}

/// Words, trailers and numbers in the ways that keys join them.
fn key() -> impl Strategy<Value = String> {
    let words: Vec<&str> = keys::words().collect();
    let part =
        (prop::sample::select(words), 0..3, "[0-9]{0,2}").prop_map(|(word, case, digits)| {
            let word = match case {
                0 => word.to_uppercase(),
                1 if word.is_ascii() => word[..1].to_uppercase() + &word[1..],
                _ => word.to_owned(),
            };
            word + &digits
        });
    let joint = prop::sample::select(vec!["", " ", "_", "-", "."]);
    prop::collection::vec((part, joint), 1..5).prop_map(|parts| {
        parts
            .iter()
            .flat_map(|(part, joint)| [*joint, part.as_str()])
            .collect()
    })
}

/// The context words of a text, and the marks by which they are found.
fn context_words(text: &str) -> (marks::Marks, Vec<context::Word>) {
    let (bytes, reader) = (text.as_bytes(), &*reader::READER);
    let (mut blocks, mut marks) = (blocks::Blocks::default(), marks::Marks::default());
    blocks.read(bytes, &sieve::NONE);
    marks.read(bytes, &blocks, 0..bytes.len(), reader);
    let mut words = Vec::new();
    let all = 0..bytes.len();
    reader.words(bytes, (&blocks, &marks), all, |word| words.push(word));
    (marks, words)
}

proptest! {
    // The slow scan earns its name.
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_quick_scan_finds_what_the_slow_one_finds(text in pieces()) {
        let (mut quick, mut slow) = (Findings::default(), Findings::default());
        SCANNER.scan(Some("note"), &text, &mut quick);
        SCANNER.scan_slowly(Some("note"), &text, &mut slow);
        prop_assert_eq!(quick.iter().collect::<Vec<_>>(), slow.iter().collect::<Vec<_>>());
    }

    #[test]
    fn the_marks_of_a_text_tell_of_every_context_word(text in pieces()) {
        let (marks, mut quick) = context_words(&text);
        let mut slow = Vec::new();
        for at in 0..text.len() {
            reader::READER.words_slowly(text.as_bytes(), at, |word| slow.push(word));
        }
        let order = |word: &context::Word| (word.start, word.end, word.topic.bit());
        quick.sort_by_key(order);
        slow.sort_by_key(order);
        prop_assert_eq!(&quick, &slow);
        for word in quick {
            let place = word.start as usize;
            prop_assert!(marks.between(place, word.end as usize) & word.topic.bit() != 0);
        }
    }
}

#[test]
fn what_is_said_before_a_number_is_not_said_of_the_next() {
    for (text, wanted) in [
        ("PASSPORT?q=%%+14111 1111 1111 1111", &["14111 1111"][..]),
        // Some looks for codes need their word next to the number, others do not.
        ("MYCODE?1 1111 ", &[]),
    ] {
        for scan in [Scanner::scan, Scanner::scan_slowly] {
            let mut findings = Findings::default();
            scan(&SCANNER, Some("note"), text, &mut findings);
            let found = findings.iter().map(|one| &text[one.start..one.end]);
            assert_eq!(wanted, found.collect::<Vec<_>>(), "{text}");
        }
    }
}

#[test]
fn what_literals_asked_of_tables_says_nothing_of_the_places_before() {
    let text = ",,licensenum\n,n,69454\\number  ";
    let (mut quick, mut slow) = (Findings::default(), Findings::default());
    SCANNER.scan(None, text, &mut quick);
    SCANNER.scan_slowly(None, text, &mut slow);
    let all = |findings: &Findings| findings.iter().copied().collect::<Vec<_>>();
    assert_eq!(all(&quick), all(&slow));
}

#[test]
fn a_word_that_begins_with_digits_does_not_go_on() {
    let spoken = |text| !context_words(text).1.is_empty();
    assert!(spoken("06-nummer 12") && spoken("06-nummers"));
    assert!(!spoken("06-nummerw"));
}

#[test]
fn a_word_before_a_capital_is_found_once() {
    for text in ["geboreSSN", "MsS"] {
        let (_, words) = context_words(text);
        let first = words.iter().filter(|word| word.start == 0);
        assert_eq!(1, first.count(), "{words:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn a_key_that_means_something_is_not_taken_for_one_that_cannot(key in key()) {
        let joint = |byte: &u8| matches!(byte, b' ' | b'_' | b'-' | b'.');
        let may = endings::may_mean(key.as_bytes(), joint);
        prop_assert!(may || keys::meaning_of_segments(key.as_bytes()).is_none());
    }

    #[test]
    fn findings_are_in_order_apart_and_between_characters(text in pieces(), limit in 0usize..50) {
        let mut findings = Findings::default();
        SCANNER.scan(None, &text, &mut findings);
        let mut end = 0;
        for found in findings.iter() {
            prop_assert!(end <= found.start && found.start < found.end);
            prop_assert!(text.get(found.start..found.end).is_some());
            end = found.end;
        }
        let masked = mask(&text, &findings, Some(limit), |_, _, out| out.push_str("[X]"));
        prop_assert!(masked.chars().count() <= limit);
    }
}

#[test]
fn keys_are_judged_by_their_segments() {
    for key in [
        "password",
        "db.password",
        "apiKey",
        "X-API-Key",
        "session_token",
        "client-secret",
        "AWS_SECRET_ACCESS_KEY",
        "PGPASSWORD",
        "customer.ssn",
        "payment.credit_card",
        "密码",
    ] {
        assert!(is_sensitive(key), "{key}");
    }
    for key in [
        "gen_ai.usage.input_tokens",
        "next_page_token",
        "max_tokens",
        "tokenizer.name",
        "password_policy",
        "key_count",
        "cache.key_prefix",
        "auth.method",
        "messaging.kafka.message.key",
        "private_key_id",
        "token_type",
        "foreign_key",
        "progressToken",
        "PublicKeyToken",
    ] {
        assert!(!is_sensitive(key), "{key}");
    }
}

#[test]
fn an_object_under_a_secret_key_shows_none_of_its_secrets() {
    let mut findings = Findings::default();
    let mut check = |key: &str, text: &str, wanted: &[&str]| {
        SCANNER.scan(Some(key), text, &mut findings);
        let found: Vec<_> = findings
            .iter()
            .map(|one| &text[one.start..one.end])
            .collect();
        assert_eq!(wanted, found, "{key}: {text}");
    };
    let nested = r#"{"primary":{"value":"q7Rt2LmX"},"rotated":"2025-12-08","spare":["w3Fy8KpZ"]}"#;
    check("secret", nested, &["q7Rt2LmX", "w3Fy8KpZ"]);
    check(
        "db.password",
        r#"{"old":"winter12","type":"string"}"#,
        &["winter12"],
    );
    check("note", nested, &[]);
    // A sensitive key hides its value whatever it looks like; of queues one names a topic.
    let topic = "orders.created.eu";
    check("service.credentials", topic, &[topic]);
    check("messaging.rabbitmq.destination.routing_key", topic, &[]);
    let key = "R03BZ4K8YQ1W7XN5TD2MHC6JVFLE9PGA";
    check("pagerduty.routing_key", key, &[key]);
}

#[test]
fn encoded_values_are_found_where_they_stand() {
    let check = |text: &str, value: &str| {
        let mut findings = Findings::default();
        SCANNER.scan(None, text, &mut findings);
        let found: Vec<_> = findings
            .iter()
            .map(|found| &text[found.start..found.end])
            .collect();
        assert_eq!(vec![value], found, "{text}");
    };
    check(r#"{"m":"jane\u0040example.org"}"#, r"jane\u0040example.org");
    check(
        r#"{\"m\":\"jane\\u0040example.org\"}"#,
        r"jane\\u0040example.org",
    );
    check("?m=jane%40example.org&x=1", "jane%40example.org");
    check("?m=jane%2540example.org", "jane%2540example.org");
    check("mail jane&#64;example.org now", "jane&#64;example.org");
    check(
        "邮箱：ｊａｎｅ＠ｅｘａｍｐｌｅ．ｏｒｇ。",
        "ｊａｎｅ＠ｅｘａｍｐｌｅ．ｏｒｇ",
    );
    check(
        "電話：＋８１　９０　１２３４　５６７８。",
        "＋８１　９０　１２３４　５６７８",
    );
    check("?phone=%2B49+1512+0776584&x=1", "%2B49+1512+0776584");
    check(
        "?q=Bank+details%3A+please+pay+to+my+own+account%2C+the+one+in+Vienna%2C+AT61+1904+3002+3457+3201+soon",
        "AT61+1904+3002+3457+3201",
    );
    check("?q=Das+Kennwort+ist+0c34n665%2C+danke", "0c34n665");
    // Base64 has a `+` of its own.
    check(
        "?api_key=vlcafOWK+hELezRMTyN38j3M5cnWXej2t0Q&x=1",
        "vlcafOWK+hELezRMTyN38j3M5cnWXej2t0Q",
    );
}

#[test]
fn a_cut_text_shows_no_half_of_a_finding() {
    let text = "12345 jane@example.org end";
    let mut findings = Findings::default();
    SCANNER.scan(None, text, &mut findings);
    for limit in 0..text.len() {
        let kept = mask(text, &findings, Some(limit), |_, value, out| {
            out.push_str(value)
        });
        assert!(
            !kept.contains("jane") || kept.contains("jane@example.org"),
            "{kept}"
        );
    }
}

#[test]
fn stars_leave_at_most_a_third() {
    let mut out = String::new();
    write_mask("X", "4111 1111 1111 1234", &Style::LastFour(4), &mut out);
    out.push('|');
    write_mask("X", "123", &Style::LastFour(4), &mut out);
    assert_eq!("**** **** **** 1234|**3", out);
}

/// A text with each finding replaced in this style.
fn masked(key: Option<&str>, text: &str, style: &Style) -> String {
    let mut findings = Findings::default();
    SCANNER.scan(key, text, &mut findings);
    mask(text, &findings, None, |found, value, out| {
        write_mask(SCANNER.name(found.kind), value, style, out);
    })
}

#[test]
fn a_second_redaction_leaves_the_labels_of_the_first_alone() {
    let pseudonyms = Style::Pseudonym(Pseudonyms::new(b"key", "k2"));
    for style in [Style::Label, Style::Hash, pseudonyms] {
        for text in DETECTORS.iter().flat_map(|detector| detector.finds) {
            let bare = text.replace(['«', '»'], "");
            for key in [None, Some("password"), Some("request.api_key")] {
                let once = masked(key, &bare, &style);
                let twice = masked(key, &once, &style);
                assert_eq!(once, twice, "{bare} under {key:?}");
            }
        }
    }
}

#[test]
fn every_detector_is_shown_by_examples() {
    for detector in DETECTORS {
        let (found, left_alone) = (detector.finds.len(), detector.ignores.len());
        assert!(found >= 2 && left_alone >= 1, "{}", detector.name);
    }
}

#[test]
fn a_fixed_word_is_found_wherever_it_stands() {
    let words = ["pwd", "enha", "assword", "assphrase", "密码"];
    let mut literals = literals::Literals::default();
    for word in words {
        literals.add(word, word);
    }
    literals.build();
    let mut blocks = blocks::Blocks::default();
    for (word, before) in words
        .iter()
        .flat_map(|word| (50..67).map(move |n| (*word, n)))
    {
        for behind in 0..9 {
            let text = "x".repeat(before) + word + " is " + &"y".repeat(behind);
            let mut found = Vec::new();
            blocks.read(text.as_bytes(), literals.sieve());
            literals.each(text.as_bytes(), &blocks, |word, end| {
                found.push((*word, end))
            });
            assert_eq!(found, [(word, before + word.len())], "{text}");
        }
    }
}

proptest! {
    #[test]
    fn blocks_say_of_each_byte_what_it_is(text in pieces(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut blocks = blocks::Blocks::default();
        for text in [text.as_bytes(), &bytes] {
            blocks.read(text, &sieve::NONE);
            let noted = |mask: fn(&blocks::Block) -> u64, at: usize| {
                mask(&blocks[at / blocks::BLOCK]) >> (at % blocks::BLOCK) & 1 == 1
            };
            for at in 0..blocks.len() * blocks::BLOCK {
                let byte = text.get(at).copied().unwrap_or_default();
                prop_assert_eq!(noted(|block| block.digit, at), byte.is_ascii_digit());
                prop_assert_eq!(noted(|block| block.word, at), byte.is_ascii_alphanumeric());
                prop_assert_eq!(noted(|block| block.token, at), scout::is_token(byte));
                prop_assert_eq!(noted(|block| block.capital, at), byte.is_ascii_uppercase());
                prop_assert_eq!(noted(|block| block.wide, at), byte >= 0xC0);
                prop_assert_eq!(noted(|block| block.mark, at), b"@:=".contains(&byte));
                prop_assert_eq!(noted(|block| block.wide_space, at), byte == 0xE3);
                let escapes = b"\\%&+\xC2\xD9\xDB\xE0\xE2\xEF".contains(&byte);
                prop_assert!(noted(|block| block.escape, at) || !escapes);
            }
        }
    }
}

#[test]
fn context_is_read_behind_text_that_was_passed_over() {
    let cases = [
        "born on 12.03.1984",
        "Kontonummer: 532013000, BLZ 37040044",
        "| name | passport |\n| jane | C01X00T47 |",
    ];
    for case in cases {
        let wanted = masked(None, case, &Style::Label);
        assert_ne!(case, wanted);
        for length in [0, 200, 500, 700, 1000, 1600, 5000] {
            let before = format!("7 {}\n", "words ".repeat(length / 6));
            let text = format!("{before}{case}\n{before}{case}");
            let masked = masked(None, &text, &Style::Label);
            assert_eq!(format!("{before}{wanted}\n{before}{wanted}"), masked);
        }
    }
    // The head stands where no number is near.
    let rows = "jane | none\n".repeat(200);
    let text = format!("7\nname | passport\n{rows}jane | C01X00T47\n");
    assert!(!masked(None, &text, &Style::Label).contains("C01X00T47"));
}

#[test]
fn the_columns_before_the_last_values_head_its_tuples() {
    let insert = "INSERT INTO t (a, dob) VALUES (7, '12.03.1984')";
    for before in [
        "",
        "VALUES (1, 2); ",
        "INSERT INTO u (dob, b) VALUES (1, 2); ",
    ] {
        let mut findings = Findings::default();
        let text = format!("{before}{insert}");
        SCANNER.scan(None, &text, &mut findings);
        let found: Vec<&str> = findings
            .iter()
            .map(|found| &text[found.start..found.end])
            .collect();
        assert_eq!(found, ["12.03.1984"], "{text}");
    }
}

/// Looks at fixed words come before all others, and some of them ask what heads a cell far behind.
#[test]
fn what_is_found_in_a_table_does_not_depend_on_what_follows() {
    let tables = [
        "INSERT INTO cards (holder, cvv) VALUES ('Jonas Keller', '097');\n",
        "{\"columns\": [\"holder\", \"cvv\"], \"rows\": [[\"Jonas Keller\", \"097\"]]}\n",
        "holder,dob,cvv\nJonas Keller,12.03.1984,097\n",
        "| name | passport |\n|---|---|\n| jane | C01X00T47 |\n",
    ];
    let plain = "nothing to see here\n".repeat(10);
    for table in tables {
        let wanted = masked(None, table, &Style::Label);
        assert_ne!(table, wanted);
        for case in detectors::ALL.iter().flat_map(|detector| detector.finds) {
            let text = format!("{table}{plain}{}", case.replace(['«', '»'], ""));
            let masked = masked(None, &text, &Style::Label);
            assert!(masked.starts_with(&wanted), "{case}: {masked}");
        }
    }
}

#[test]
fn what_only_a_beaten_finding_hid_comes_back() {
    let found = |kind: Kind, start, end| Found {
        kind,
        start,
        end,
        rule: "",
    };
    let known = |name: &str| Kind::Known(detectors::find(name).expect("a detector"));
    let wide = found(Kind::Own(0), 0, 100);
    let mail = found(known("EMAIL"), 10, 20);
    let key = found(known("ANTHROPIC_KEY"), 50, 90);
    let inside = found(known("EMAIL"), 60, 70);
    let mut all = vec![wide, mail, key, inside];
    let mut lost = Vec::new();
    overlap::resolve(&mut all, Some(&mut lost));
    assert_eq!(vec![mail, key], all);
    assert!(lost.iter().all(|lost| lost.loser != mail), "{lost:?}");
}
