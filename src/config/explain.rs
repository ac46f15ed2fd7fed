//! Serde's complaints in an operator's words, each with a remedy.

use super::fault::{Fault, nearest};

/// What stands in the file, as serde names it and as TOML's users do.
const WRITTEN: &[(&str, &str)] = &[
    ("map", "a table"),
    ("sequence", "a list"),
    ("string ", "the text "),
    ("integer ", "the number "),
    ("floating point ", "the number "),
    ("boolean ", ""),
];

/// What was wanted: how serde's words begin, what to call it, and how to write it.
const WANTED: &[(&str, &str, &str)] = &[
    ("a string", "a text", "KEY = \"…\""),
    ("a boolean", "true or false", "KEY = true"),
    ("a sequence", "a list", "KEY = [\"…\", \"…\"]"),
    (
        "a map",
        "a table",
        "KEY = { … }, or [….KEY] and its keys below",
    ),
    (
        "struct ",
        "a table",
        "KEY = { … }, or [….KEY] and its keys below",
    ),
    ("f64", "a number", "KEY = 0.5"),
    ("usize", "a whole number", "KEY = 10"),
    ("u16", "a whole number", "KEY = 10"),
    ("u32", "a whole number", "KEY = 10"),
    ("u64", "a whole number", "KEY = 10"),
    ("i64", "a whole number", "KEY = 10"),
];

/// Turns serde's words about the entry `key` into ours, with a remedy.
pub(super) fn explain(key: &str, message: &str) -> Fault {
    unknown_name(message)
        .or_else(|| missing_key(message))
        .or_else(|| wrong_type(key, message))
        .unwrap_or_else(|| Fault::new(message.replace('\n', ", "), ""))
}

fn unknown_name(message: &str) -> Option<Fault> {
    let nouns = [("unknown field `", "key"), ("unknown variant `", "value")];
    let (_, noun) = nouns.iter().find(|(start, _)| message.starts_with(start))?;
    let names = message.split('`').skip(1).step_by(2).collect::<Vec<_>>();
    let (written, accepted) = names.split_first()?;
    let list = accepted.join(", ");
    let remedy = match nearest(written, accepted.iter().copied()) {
        Some(guess) => format!("did you mean `{guess}`? accepted: {list}"),
        None if list.is_empty() => "remove it; nothing is accepted here".to_owned(),
        None => format!("accepted: {list}"),
    };
    Some(Fault::new(format!("unknown {noun} `{written}`"), remedy))
}

fn missing_key(message: &str) -> Option<Fault> {
    let field = message.strip_prefix("missing field ")?;
    Some(Fault::new(
        format!("missing key {field}"),
        format!("add {field}"),
    ))
}

fn wrong_type(key: &str, message: &str) -> Option<Fault> {
    let (written, wanted) = message
        .strip_prefix("invalid type: ")?
        .split_once(", expected ")?;
    let stands = WRITTEN
        .iter()
        .find_map(|(start, ours)| Some(format!("{ours}{}", written.strip_prefix(start)?)))
        .unwrap_or_else(|| written.to_owned());
    let (wants, remedy) = WANTED
        .iter()
        .find(|(start, ..)| wanted.starts_with(start))
        .map_or((wanted, String::new()), |(_, ours, example)| {
            (*ours, format!("write {}", example.replace("KEY", key)))
        });
    Some(Fault::new(
        format!("`{key}` is {stands}, where {wants} belongs"),
        remedy,
    ))
}

#[cfg(test)]
mod tests {
    use super::explain;

    #[track_caller]
    fn check(message: &str, expected: &str) {
        let fault = explain("grpc", message);
        assert_eq!(expected, format!("{} ({})", fault.message, fault.remedy));
    }

    #[test]
    fn a_wrong_type_is_told_in_the_words_of_the_file_with_what_to_write() {
        check(
            "invalid type: map, expected a string",
            "`grpc` is a table, where a text belongs (write grpc = \"…\")",
        );
        check(
            "invalid type: string \"yes\", expected a boolean",
            "`grpc` is the text \"yes\", where true or false belongs (write grpc = true)",
        );
        check(
            "invalid type: integer `3`, expected struct Limits",
            "`grpc` is the number `3`, where a table belongs (write grpc = { … }, or [….grpc] and its keys below)",
        );
        check(
            "invalid type: string \"3\", expected u32",
            "`grpc` is the text \"3\", where a whole number belongs (write grpc = 10)",
        );
    }
}
