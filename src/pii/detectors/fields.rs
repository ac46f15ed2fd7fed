//! Finds the way from the name of a field to its value: over the tags of cells, keys for values, and wrappers.

use crate::pii::lists::{List, table};
use crate::pii::text::{before, byte, is_escape_letter, span_end, span_start};

/// What stands between a name and the place where the name's own part of the text ends: the gap without
/// the cells, keys for values and wrappers that only lead to the value.
pub(super) fn before_value(gap: &[u8]) -> &[u8] {
    if is_plain(gap) {
        return gap;
    }
    let gap = before_wrapper(gap);
    before_key(before_tags(gap))
}

/// Whether nothing but a blank or the usual sign stands between: most gaps are such.
pub(super) fn is_plain(gap: &[u8]) -> bool {
    matches!(gap, [] | [b' ' | b':' | b'='] | [b':', b' '])
}

/// `</th><td>`, `</dt>\n<dd>`, `</label><span class="v">`: the gap before the tags of neighbouring cells. Only
/// elements that lay out text are stepped over: others name what they hold.
pub(super) fn before_tags(gap: &[u8]) -> &[u8] {
    const TAGS_MAX: usize = 6;
    static CELLS: List = List::of(&table::<64>(
        "td th dd dt span div p b strong em i u code tt string label key font small input",
    ));
    static VALUES: List = List::of(&table::<32>(
        "td dd span div p b strong em i u code tt string font small",
    ));
    let mut at = blank_start(gap, gap.len());
    let (mut n_cells, mut closes, mut last) = (0, false, true);
    for _ in 0..TAGS_MAX {
        if before(gap, at) != b'>' {
            break;
        }
        let Some(open) = memchr::memrchr(b'<', &gap[..at]) else {
            return gap;
        };
        closes = byte(gap, open + 1) == b'/';
        let name = open + 1 + usize::from(closes);
        let name = &gap[name..span_end(gap, name, u8::is_ascii_alphanumeric)];
        if !CELLS.has_in_any_case(name) || last && !closes && !VALUES.has_in_any_case(name) {
            return gap;
        }
        n_cells += usize::from(!closes && name.len() == 2);
        (last, at) = (last && closes, blank_start(gap, open));
    }
    // An empty cell stands between: the name is of that one.
    let stepped = closes && n_cells <= 1 && before(gap, at) != b'>';
    if stepped { &gap[..at] } else { gap }
}

/// `("policy_number", "`: whether a name and a value are the first arguments of a call; the name starts at a
/// place, and the gap stands between.
pub(super) fn are_arguments(bytes: &[u8], name: usize, gap: &[u8]) -> bool {
    const NAME_MAX: usize = 32;
    let is_mark = |byte: &u8| matches!(byte, b'"' | b'\'' | b'\\');
    let first = span_end(gap, 0, is_mark);
    let comma = gap.get(first..).unwrap_or_default();
    let Some(rest) = comma
        .strip_prefix(b", ")
        .or_else(|| comma.strip_prefix(b","))
    else {
        return false;
    };
    if first == 0 || *rest != gap[..first] {
        return false;
    }
    let is_name =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.#[=:".contains(byte) || !byte.is_ascii();
    let start = span_start(bytes, name, name.saturating_sub(NAME_MAX), is_name);
    let quote = span_start(bytes, start, start.saturating_sub(first), is_mark);
    start - quote == first && before(bytes, quote) == b'('
}

/// `old -> new`: where the value starts that takes the place of the one that ends at a place.
pub(super) fn changed(bytes: &[u8], end: usize) -> Option<usize> {
    const ARROWS: [&str; 6] = ["->", "-->", "=>", "→", "➜", "⇒"];
    let is_mark = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`');
    let near = &bytes[..bytes.len().min(end + 12)];
    let blank = span_end(near, span_end(near, end, is_mark), |&byte| byte == b' ');
    let arrow = ARROWS
        .iter()
        .find(|arrow| near[blank..].starts_with(arrow.as_bytes()))?;
    let next = span_end(near, blank + arrow.len(), |&byte| byte == b' ');
    (next < near.len() && blank > end && next > blank + arrow.len()).then_some(next)
}

/// `","value":{"stringValue":"`, `\n  value: "`: the gap before the key that a value has beside its name.
pub(super) fn before_key(gap: &[u8]) -> &[u8] {
    static VALUES: List = List::of(&table::<32>(
        "value stringvalue intvalue longvalue fieldvalue val answer wert valeur valor valore waarde",
    ));
    let mut end = gap.len();
    // In OTLP's JSON the text stands one level deeper.
    for _ in 0..2 {
        let key = signs_start(gap, end);
        let word = span_start(gap, key, 0, u8::is_ascii_alphabetic);
        let word = word + usize::from(word < key && is_escape_letter(gap, word));
        let signed = gap[key..end].iter().any(|byte| matches!(byte, b':' | b'='));
        if !signed || !VALUES.has_in_any_case(&gap[word..key]) {
            break;
        }
        end = word;
    }
    // What stands before such a key ends in a sign: `name: x\n value: y`, `"x", "value"`.
    let name = signs_start(gap, end);
    if end < gap.len() && name < end {
        &gap[..name]
    } else {
        gap
    }
}

/// `: Some("`, ` = Just "`, `: new String("`: the gap before what wraps a value in code.
fn before_wrapper(gap: &[u8]) -> &[u8] {
    static WRAPPERS: List = List::of(&table::<32>(
        "some just ok string option present optional of right",
    ));
    let quote = span_start(gap, gap.len(), 0, |byte| {
        matches!(byte, b'"' | b'\'' | b'\\')
    });
    let open = match before(gap, quote) {
        b'(' => quote - 1,
        b' ' if quote > 0 && quote < gap.len() => quote - 1,
        _ => return gap,
    };
    let word = span_start(gap, open, 0, u8::is_ascii_alphabetic);
    let capital = byte(gap, word).is_ascii_uppercase();
    let joined = matches!(before(gap, word), b' ' | b':' | b'=' | b'(');
    if word < open && capital && joined && WRAPPERS.has_in_any_case(&gap[word..open]) {
        &gap[..word]
    } else {
        gap
    }
}

/// Where the blanks and escaped line ends start that end at a place.
fn blank_start(gap: &[u8], mut at: usize) -> usize {
    loop {
        at = span_start(gap, at, 0, u8::is_ascii_whitespace);
        if at < 2 || !is_escape_letter(gap, at - 1) {
            return at;
        }
        at -= 2;
    }
}

/// Where the signs of an object or a list start that end at a place.
fn signs_start(gap: &[u8], mut at: usize) -> usize {
    loop {
        at = blank_start(gap, at);
        let sign = |byte: &u8| matches!(byte, b'"' | b'\'' | b'\\' | b':' | b'=' | b'{' | b',');
        let next = span_start(gap, at, 0, sign);
        if next == at {
            return at;
        }
        at = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(gap: &str, rest: &str) {
        let found = before_value(gap.as_bytes());
        assert_eq!(rest, String::from_utf8_lossy(found), "{gap}");
    }

    #[test]
    fn the_cells_of_a_row_lead_from_a_name_to_its_value() {
        check("</th><td>", "");
        check(" no</dt>\n  <dd>", " no");
        check(" no</dt>\\n<dd>", " no");
        check(":</b> ", ":");
        check("</label><span class=\"value\">", "");
        check("</key>\n<string>", "");
    }

    #[test]
    fn other_elements_and_empty_cells_do_not() {
        for gap in [
            "</type><id>",
            "</th><th>",
            "</td></tr><tr><td>",
            "</td><td></td><td>",
            "<td>",
            "</b",
            ">",
        ] {
            check(gap, gap);
        }
    }

    #[test]
    fn a_key_for_values_and_a_wrapper_lead_to_it() {
        check("\",\"value\":{\"stringValue\":\"", "");
        check("\n    value: \"", "");
        check("_no\\n  value: ", "_no");
        check(": Some(\"", ": ");
        check(" = Just \"", " = ");
        check(" of some (", " of some (");
        check(" value ", " value ");
        check(" is some \"", " is some \"");
    }
}
