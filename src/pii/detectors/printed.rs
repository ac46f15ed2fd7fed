//! Tells numbers that programs print, and places in papers, from telephones in the same form.

use crate::pii::checksum;
use crate::pii::detector::Number;
use crate::pii::text::{Digits, before, byte, span_end, span_start};

/// Whether a number in a form of telephones stands in a dump, a table or a list that programs print, or
/// in a reference.
pub(super) fn is_printed(number: &Number, bytes: &[u8]) -> bool {
    let text = &bytes[number.start..number.end];
    is_of_zeros(number, text)
        || is_beside_zeros(number, bytes)
        || is_of_file(bytes, number.end)
        || is_cited(number, bytes)
        || is_range(number, bytes)
        || is_in_dump(number, bytes)
        || number.is_bare() && is_among_numbers(number, bytes)
}

/// Whether groups of digits are no number, whatever is said before them.
pub(super) fn is_of_table(number: &Number, bytes: &[u8]) -> bool {
    are_modes(number, &bytes[number.start..number.end]) || are_coordinates(number, bytes)
}

/// `:100644 100755`: what two files of Git may be used for, in a raw diff.
fn are_modes(number: &Number, text: &[u8]) -> bool {
    const MODES: [&[u8]; 6] = [
        b"100644", b"100755", b"120000", b"160000", b"040000", b"000000",
    ];
    number.shape == 0x66
        && number.joint == b' '
        && text
            .split(|&byte| byte == b' ')
            .all(|mode| MODES.contains(&mode))
}

/// `-0640-06952`, `+433649-1161209`: a place on the globe by degrees and minutes (ISO 6709).
fn are_coordinates(number: &Number, bytes: &[u8]) -> bool {
    if !matches!(number.shape, 0x45 | 0x67)
        || number.joint != b'-'
        || !matches!(before(bytes, number.start), b'+' | b'-')
    {
        return false;
    }
    let digits = Digits::of(&bytes[number.start..number.end]);
    let (latitude, longitude) = digits.split_at(if number.shape == 0x45 { 4 } else { 6 });
    let is_place = |degrees: usize, most: u32, digits: &[u8]| {
        let (degrees, rest) = digits.split_at(degrees);
        checksum::number(degrees) <= most && checksum::number(&rest[..2]) < 60
    };
    is_place(2, 90, latitude) && is_place(3, 180, longitude)
}

/// `002300000007`, `06 00000000`: what is filled up with zeros.
fn is_of_zeros(number: &Number, text: &[u8]) -> bool {
    const ZEROS: &[u8] = b"00000";
    let filled = |group: &[u8]| group.len() >= ZEROS.len() && are_zeros(group);
    if number.is_bare() {
        return text.starts_with(b"00") && text[2..].windows(ZEROS.len()).any(are_zeros);
    }
    text.split(|byte| !byte.is_ascii_digit()).any(filled)
}

fn are_zeros(text: &[u8]) -> bool {
    text.iter().all(|&byte| byte == b'0')
}

/// `00000000 0001 03 1025726`: next to, or next but one to, a column of zeros.
fn is_beside_zeros(number: &Number, bytes: &[u8]) -> bool {
    const LEAST: usize = 4;
    let filled = |word: &[u8]| word.len() >= LEAST && are_zeros(word);
    let (left, right) = (words_before(number, bytes), words_behind(number, bytes));
    left.iter().chain(&right).any(|word| filled(word))
}

/// Longer words are read no further.
const WORD_MAX: usize = 16;

/// The two words before a number on its line, blanks between; the nearest first.
fn words_before<'t>(number: &Number, bytes: &'t [u8]) -> [&'t [u8]; 2] {
    let mut end = number.start;
    [(); 2].map(|()| {
        let blank = span_start(bytes, end, end.saturating_sub(2), |&byte| byte == b' ');
        let floor = blank.saturating_sub(WORD_MAX);
        let start = span_start(bytes, blank, floor, u8::is_ascii_alphanumeric);
        let word = if blank < end {
            &bytes[start..blank]
        } else {
            &[]
        };
        end = if word.is_empty() { 0 } else { start };
        word
    })
}

/// The two words behind a number on its line, blanks between.
fn words_behind<'t>(number: &Number, bytes: &'t [u8]) -> [&'t [u8]; 2] {
    let mut start = number.end;
    [(); 2].map(|()| {
        let near = &bytes[..bytes.len().min(start + 2)];
        let blank = span_end(near, start, |&byte| byte == b' ');
        let near = &bytes[..bytes.len().min(blank + WORD_MAX)];
        let end = span_end(near, blank, u8::is_ascii_alphanumeric);
        let word = if blank > start {
            &bytes[blank..end]
        } else {
            &[]
        };
        start = if word.is_empty() { bytes.len() } else { end };
        word
    })
}

/// `08761 10931 /usr/bin/ls`: a sum before its file.
fn is_of_file(bytes: &[u8], end: usize) -> bool {
    let near = &bytes[..bytes.len().min(end + 2 + WORD_MAX)];
    let folder = span_end(near, end + 2, u8::is_ascii_alphanumeric);
    let rooted = bytes.get(end..).is_some_and(|rest| rest.starts_with(b" /"));
    rooted && folder > end + 2 && byte(bytes, folder) == b'/'
}

/// `46 (1986) 771-780`: the volume, the year and the pages of a paper.
fn is_cited(number: &Number, bytes: &[u8]) -> bool {
    let text = &bytes[number.start..number.end];
    let is_page = |page: &[u8]| (1..=4).contains(&page.trim_ascii().len());
    // The number may begin in the brackets, behind the volume.
    let open = memchr::memchr(b'(', text);
    let volume = match open {
        Some(open) => &text[..open],
        None if before(bytes, number.start) == b'(' => {
            let end = number.start - 1;
            let start = span_start(bytes, end, end.saturating_sub(6), |byte| {
                byte.is_ascii_digit() || *byte == b' '
            });
            &bytes[start..end]
        }
        None => return false,
    };
    let mut parts = text[open.map_or(0, |open| open + 1)..].splitn(2, |&byte| byte == b')');
    let (Some(year), Some(pages)) = (parts.next(), parts.next()) else {
        return false;
    };
    let is_year = year.len() == 4
        && year.iter().all(u8::is_ascii_digit)
        && matches!(&year[..2], b"18" | b"19" | b"20");
    is_year
        && !volume.trim_ascii().starts_with(b"0")
        && is_page(volume)
        && pages.split(|&byte| byte == b'-').all(is_page)
}

/// `(100-1000) 5000`: from where to where stands in the brackets.
fn is_range(number: &Number, bytes: &[u8]) -> bool {
    let text = &bytes[number.start..number.end];
    let close = memchr::memchr(b')', text).unwrap_or(0);
    before(bytes, number.start) == b'(' && text[..close].contains(&b'-')
}

/// `c6  04 24 01 45 31 ed c6`: bytes among others that are hexadecimal, or behind their address.
fn is_in_dump(number: &Number, bytes: &[u8]) -> bool {
    const BYTES: u64 = 0x2_2222;
    if number.shape & BYTES != number.shape || number.shape < 0x222 {
        return false;
    }
    let is_byte = |word: &&&[u8]| word.len() == 2 && word.iter().all(u8::is_ascii_hexdigit);
    let is_mixed = |word: &[u8]| {
        word.iter().any(u8::is_ascii_digit) && word.iter().any(u8::is_ascii_alphabetic)
    };
    let (left, right) = (words_before(number, bytes), words_behind(number, bytes));
    let near = left.iter().take_while(is_byte);
    let near = near.chain(right.iter().take_while(is_byte));
    let addressed = bytes[..number.start].ends_with(b":\t") && {
        let blank = span_end(bytes, number.end, |&byte| byte == b' ');
        byte(bytes, blank) == b'\t'
    };
    // `56 ba`, but not `de 18 h`.
    let is_word = |word: &[u8]| matches!(word, b"de" | b"da" | b"ce" | b"ca" | b"ad");
    let are = |is: fn(&u8) -> bool| {
        near.clone()
            .any(|word| word.iter().all(is) && !is_word(word))
    };
    let both = are(u8::is_ascii_digit) && are(u8::is_ascii_alphabetic);
    addressed || near.clone().count() > 1 && (both || near.clone().copied().any(is_mixed))
}

/// `2665,8682609579,13086776334,63`: one of a row of nothing but numbers of other lengths.
fn is_among_numbers(number: &Number, bytes: &[u8]) -> bool {
    const REACH: usize = 96;
    const OTHERS: usize = 3;
    let is_cell = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b',' | b'.' | b'-' | b' ');
    let floor = number.start.saturating_sub(REACH);
    let from = span_start(bytes, number.start, floor, is_cell);
    let near = &bytes[..bytes.len().min(number.end + REACH)];
    let to = span_end(near, number.end, is_cell);
    let opens = from == floor || matches!(before(bytes, from), b'\n' | b'[' | b'(' | b'{');
    let closes = to == near.len() || matches!(byte(bytes, to), b'\n' | b']' | b')' | b'}' | b'\r');
    let cells = bytes[from..to].split(|&byte| byte == b',');
    let others = cells
        .map(<[u8]>::trim_ascii)
        .filter(|cell| !cell.is_empty() && cell.len() != usize::from(number.total));
    opens && closes && others.count() >= OTHERS
}

#[cfg(test)]
mod tests {
    use crate::pii::{Findings, Options, Scanner};

    /// What is found in a text.
    fn found(text: &str) -> Vec<&str> {
        let scanner = Scanner::new(&Options::default()).unwrap();
        let mut findings = Findings::default();
        scanner.scan(None, text, &mut findings);
        let all = findings.iter().map(|one| &text[one.start..one.end]);
        all.collect()
    }

    #[test]
    fn what_programs_print_is_no_telephone() {
        for text in [
            // /proc/net/tcp and /proc/net/unix, readelf(1), sum(1), hexdump(1), xxd(1), objdump(1).
            "  15: 0100007F:EDCE 0100007F:9031 06 00000000:00000000 03:000005B1 00000000     0",
            "978a3632: 00000003 00000000 00000000 0001 03 1025726\n978a3633: 00000003",
            "000000375100  002300000007 R_X86_64_JUMP_SLO 0000000000000000 readlink",
            "9873 /usr/bin/awk\n08761 10931 /usr/bin/mawk\n",
            "000040f0  24 50 e9 99 fa ff ff c6  04 24 01 45 31 ed c6 44  |$P",
            "000061c0  4d 38 ba 05 00 00 00 48  8d 35 2a 1c 00 00 48 8b  |M8",
            "|..H..8....|$PH.>|\n00002410  48 89 74 24 40 64 48 8b  04 25 28",
            "    7f8b:\t05 02 01 00 00       \tadd    $0x102,%eax",
            // A diff of git, a table of numbers, an old manual page, references.
            "cfn=(986)\ncalls=9886 3350 \n* 1442615\nfn=(3032) pii::Prefixes::call\n73 2827530\n",
            "BR\t-0640-06952\tAmerica/Eirunepe\nCA\t+4953-09709\tAmerica/Winnipeg\nUS\t+433649-1161209",
            "56 ba 05 00 00 00 31 ff 48  8b 6d\n00003f90  04 24 01 45 31 ed 31 db",
            "a further call\n\n:100644 100644 1f7ef73 00b55ab M\tsrc/calls.rs\n:100644 100644 b9483ea",
            "M\tsrc/detectors/phone.rs\n:100644 100644 bfd9136 dd58a45 M\tsrc/",
            "665,868260957,24357,9217\n13086776334,63,86419164,677287183,840383\n",
            "-490.5 -798.549 433.504 238.84 -463.0 -6.0 1018.375\n",
            "(@(#)ms.acc 1.5 88/02/08 SMI; from UCB 4.2)",
            "Math. Comp. 46 (1986) 771 and 41 (1983) 759-767.",
            "medium (100-1000) 5000 spans or 5 s",
            "590 0 0 7815 15 1130 0 3983 92385 13332 2 1 237",
            "2b5cf5\n000000377830  000000000008 R_X86_64_RELATIVE",
        ] {
            assert_eq!(Vec::<&str>::new(), found(text), "{text}");
        }
    }

    #[test]
    fn what_people_write_in_these_forms_is() {
        for (text, wanted) in [
            ("tel 04 24 01 45 31 de 9h", "04 24 01 45 31"),
            ("au 04 24 01 45 31 de 18 h", "04 24 01 45 31"),
            ("44 (1865) 123456", "44 (1865) 123456"),
            ("张三,13812345678,25,3,4", "13812345678"),
            ("0800 000 000", "0800 000 000"),
            ("004915120776584", "004915120776584"),
        ] {
            assert_eq!(vec![wanted], found(text), "{text}");
        }
    }
}
