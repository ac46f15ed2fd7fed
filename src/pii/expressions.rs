//! Writes what the looks ask for as regular expressions, for those who compare the scan with them.

use super::detector::Look;
use super::forms::{Numeral, Shape};
use super::words::Topic;
use super::{detectors, keys, words};

/// One expression for each look of each detector: the shapes, fixed words and context words by which
/// the scan comes to call it. What the validators ask is left out, and so are looks that any word or
/// sign would do for; of looks that ask for the same there is one.
pub fn expressions() -> Vec<String> {
    let looks = detectors::ALL.iter().flat_map(|detector| detector.looks);
    let mut all: Vec<String> = looks.filter_map(expression).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// As far as context words may stand before what they tell of; the second without a number between.
const REACH: &str = r"(?s-u:.{0,40}?)";
const NEXT: &str = r"(?-u)[^0-9]{0,40}?";

fn expression(look: &Look) -> Option<String> {
    let near = |topic: Topic, gap: &str, form: String| format!("(?i){}{gap}{form}", of(topic));
    Some(match look {
        Look::Number(forms, _) => bytes(&numerals(forms)),
        Look::NumberNear(topic, forms, ..) => near(*topic, NEXT, numerals(forms)),
        Look::NumberAfter(topic, forms, ..) => near(*topic, REACH, bytes(&numerals(forms))),
        Look::Word(shapes, _) => {
            let known = shapes.iter().filter(|shape| !shape.pattern.is_empty());
            bytes(&any(known.map(shaped))?)
        }
        Look::WordNear(topic, shapes, ..) => near(*topic, NEXT, any(shapes.iter().map(shaped))?),
        Look::Chain(_) => bytes(r"\b[0-9A-Fa-f]{1,4}(?:[:-][0-9A-Fa-f]{0,4}){2,7}"),
        Look::At(_) => bytes(r#"[^\s"'<>@]{1,64}@[^\s"'<>@]{1,253}"#),
        Look::Prefix(words, _) => bytes(&format!(r"\b{}[A-Za-z0-9._-]{{8,}}", literals(words))),
        Look::TokenAfter(topic, _) => near(*topic, REACH, bytes("[A-Za-z0-9+/=._-]{16,}")),
        Look::Literal(words, _) => bytes(&format!(r"{}\S{{0,64}}", literals(words))),
        Look::Pair(_) => {
            let keys: Vec<&str> = keys::words().collect();
            let keys = literals(&keys);
            bytes(&format!(
                r#"(?i){keys}["']?\s*[:=]\s*["']?[^\s"']{{1,128}}"#
            ))
        }
        Look::Equals(_) => return None,
    })
}

/// Of bytes: nothing in it depends on Unicode.
fn bytes(expression: &str) -> String {
    format!("(?-u:{expression})")
}

fn any(all: impl Iterator<Item = String>) -> Option<String> {
    let all: Vec<String> = all.collect();
    (!all.is_empty()).then(|| format!("(?:{})", all.join("|")))
}

fn literals(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| regex::escape(word)).collect();
    format!("(?:{})", words.join("|"))
}

/// The words of a topic in all their languages, their parts joined as names of fields are.
fn of(topic: Topic) -> String {
    let words = words::words().filter(|(spoken, _)| *spoken == topic);
    let joined = words.map(|(_, word)| {
        let parts: Vec<String> = word.split(' ').map(regex::escape).collect();
        parts.join("[ _.-]?")
    });
    any(joined).unwrap_or_default()
}

/// A number that is written in one of these ways.
fn numerals(forms: &[Numeral]) -> String {
    let forms = forms.iter().flat_map(numeral);
    format!(r"\b{}\b", any(forms).unwrap_or_default())
}

fn numeral(form: &Numeral) -> Vec<String> {
    match *form {
        Numeral::Bare(from, to) => vec![times("[0-9]", from.into(), to.into())],
        Numeral::Groups(shapes, joints) => {
            let joint = joint(joints);
            shapes.iter().map(|shape| groups(*shape, &joint)).collect()
        }
        Numeral::Joined(from, to, joints) => {
            let next = format!("(?:(?:{})?[0-9])", joint(joints));
            let next = times(&next, usize::from(from) - 1, usize::from(to) - 1);
            vec![format!("[0-9]{next}")]
        }
    }
}

/// Groups of these lengths, as in `Number::shape`.
fn groups(shape: u64, joint: &str) -> String {
    let lengths = (0..16).rev().map(|group| shape >> (4 * group) & 15);
    let groups = lengths.filter(|length| *length > 0);
    let groups = groups.map(|length| format!("[0-9]{{{length}}}"));
    groups.collect::<Vec<_>>().join(joint)
}

/// One of the signs that join groups, perhaps with a space or bracket; `*` is for several of them.
fn joint(joints: &[u8]) -> String {
    let signs = joints.iter().map(|&joint| match joint {
        b'*' => regex::escape(" -./()"),
        joint => regex::escape(&char::from(joint).to_string()),
    });
    format!("[{}]{{1,2}}", signs.collect::<String>())
}

/// A word that is written so; expressions count no digits.
fn shaped(shape: &Shape) -> String {
    let known = shape.pattern.bytes().map(|sign| match sign {
        b'D' => "[0-9]",
        b'L' => "[A-Za-z]",
        _ => "[A-Za-z0-9]",
    });
    let known: String = known.collect();
    let rest = |length: u8| usize::from(length) - shape.pattern.len();
    let rest = times("[A-Za-z0-9]", rest(shape.from), rest(shape.to));
    format!(r"\b{known}{rest}\b")
}

/// An expression so many times (from, to).
fn times(one: &str, from: usize, to: usize) -> String {
    match (from, to) {
        (_, 0) => String::new(),
        (from, to) if from == to => format!("{one}{{{from}}}"),
        (from, to) => format!("{one}{{{from},{to}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(expression: &str, text: &str) -> bool {
        let built = regex::bytes::Regex::new(expression);
        built.expect(expression).is_match(text.as_bytes())
    }

    #[test]
    fn every_expression_is_one() {
        for expression in expressions() {
            let built = regex::bytes::RegexBuilder::new(&expression)
                .size_limit(64 << 20)
                .build();
            built.expect(&expression);
        }
    }

    /// Looks that are called by context words or by signs that anything may have are left out.
    #[test]
    fn what_a_detector_finds_matches_one_of_its_own() {
        let plain = [
            "US_SSN",
            "EMAIL",
            "IBAN",
            "GITHUB_TOKEN",
            "MAC",
            "IPV4",
            "PRIVATE_KEY",
        ];
        for detector in plain.iter().filter_map(|name| detectors::find(name)) {
            let own: Vec<String> = detector.looks.iter().filter_map(expression).collect();
            for case in detector.finds.iter().filter(|case| case.is_ascii()) {
                let text = case.replace(['«', '»'], "");
                let is_matched = own.iter().any(|one| matches(one, &text));
                assert!(is_matched, "{}: {text}", detector.name);
            }
        }
    }

    #[test]
    fn a_form_is_written_group_by_group() {
        let ssn = numerals(&[Numeral::Groups(&[0x324], b"- ")]);
        assert!(matches(&ssn, "it is 123-45-6789."));
        assert!(!matches(&ssn, "it is 123456789."));
        assert!(!matches(&ssn, "it is 123-45-67890."));
        let joined = numerals(&[Numeral::Joined(9, 11, b".")]);
        assert!(matches(&joined, "1234.56.789"));
        assert!(!matches(&joined, "1234.56.78"));
    }
}
