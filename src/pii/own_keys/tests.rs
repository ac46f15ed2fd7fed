//! Values under the user's keys, in the forms that texts give them.

use super::*;

/// The text with `#` for each value under `employee.number`, `address` or `salary`.
#[track_caller]
fn check(text: &str, expected: &str) {
    let names = ["employee.number", "address", "salary"].map(str::to_owned);
    let keys = OwnKeys::compile(&names).expect("keys");
    let (mut out, mut from) = (String::new(), 0);
    keys.look(text, |start, end| {
        out.push_str(&text[from..start]);
        out.push('#');
        from = end;
    });
    out.push_str(&text[from..]);
    assert_eq!(expected, out);
}

#[test]
fn members_of_json_are_found_by_their_key_and_path() {
    check(
        r#"{"employee_number": "a b", "x": 1}"#,
        r##"{"employee_number": "#", "x": 1}"##,
    );
    check(
        r#"{"employeeNumber":7,"number":8}"#,
        r#"{"employeeNumber":#,"number":8}"#,
    );
    check(
        r#"{"employee":{"id":1,"number":9}}"#,
        r#"{"employee":{"id":1,"number":#}}"#,
    );
    check(
        r#"{"employee":[{"a":{"b":1}},{"number":"9"}],"number":3}"#,
        r##"{"employee":[{"a":{"b":1}},{"number":"#"}],"number":3}"##,
    );
    check(
        r#"{"salary":null,"address":""}"#,
        r#"{"salary":null,"address":""}"#,
    );
    check(r#"{"salary":-1200.50}"#, r#"{"salary":#}"#);
}

#[test]
fn all_inside_a_map_or_list_is_found_and_its_keys_stay() {
    check(
        r#"{"address": {"street": "Main", "no": [5, true, null]}, "y": "z"}"#,
        r##"{"address": {"street": "#", "no": [#, #, null]}, "y": "z"}"##,
    );
    check(
        r#"{"address": ["a, b", {"address": "c"}]} d"#,
        r##"{"address": ["#", {"address": "#"}]} d"##,
    );
}

#[test]
fn escaped_quotes_end_no_value() {
    check(
        r#"{"address":"a \"b\" c","x":"y"}"#,
        r##"{"address":"#","x":"y"}"##,
    );
    check(
        r#"{"address":"C:\\","x":"y"}"#,
        r##"{"address":"#","x":"y"}"##,
    );
    check(
        r#""{\"address\":\"a \\\"b\\\" c\",\"x\":\"y\"}""#,
        r##""{\"address\":\"#\",\"x\":\"y\"}""##,
    );
    check(r#"{"address":"cut of"#, r##"{"address":"#"##);
}

#[test]
fn queries_and_assignments_are_found_and_code_is_not() {
    check("?employee_number=ab&x=1", "?employee_number=#&x=1");
    check("salary: 1200", "salary: #");
    check("hr.salary = '12 k' end", "hr.salary = '#' end");
    check(
        "address::new(a == address, b)",
        "address::new(a == address, b)",
    );
    check("the address is known: yes", "the address is known: yes");
    check("salaryman: x", "salaryman: x");
    check("", "");
}

#[test]
fn hostile_texts_take_linear_time() {
    for piece in [
        "{\"address\":",
        "address:[",
        "\\\"address\\\":\"",
        "}{number:",
        "employee{[",
    ] {
        let text = piece.repeat(200_000 / piece.len());
        let names = ["employee.number".to_owned(), "address".to_owned()];
        let keys = OwnKeys::compile(&names).expect("keys");
        let mut count = 0_usize;
        keys.look(&text, |_, _| count += 1);
        assert!(count <= text.len(), "{piece}");
    }
}
