//! The published check-digit schemes: small pure functions over digit values.

/// Luhn (ISO/IEC 7812-1 annex B) over digit values, check digit last.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| {
            let value = u32::from(digit) << (place & 1);
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Sum of digit times weight; the shorter of both rules.
pub(super) fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(&digit, &weight)| u32::from(digit) * weight)
        .sum()
}

/// ISO 7064 MOD 97-10 remainder of an alphanumeric string (letters count 10 to 35).
pub(super) fn mod97(characters: impl Iterator<Item = u8>) -> u32 {
    characters.fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        b'A'..=b'Z' => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
        b'a'..=b'z' => (rest * 100 + u32::from(byte - b'a') + 10) % 97,
        _ => rest,
    })
}

/// ISO 7064 MOD 11,10 as used by the German tax number and the Croatian OIB, check digit last.
pub(super) fn mod11_10(digits: &[u8]) -> bool {
    let Some((&check, body)) = digits.split_last() else {
        return false;
    };
    let product = body.iter().fold(10, |product, &digit| {
        let sum = (u32::from(digit) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == u32::from(check)
}

/// Verhoeff's dihedral check (1969), check digit last.
pub(super) fn verhoeff(digits: &[u8]) -> bool {
    let sum = digits
        .iter()
        .rev()
        .enumerate()
        .fold(0usize, |sum, (place, &digit)| {
            let permuted = PERMUTATION
                .get(place % 8)
                .and_then(|row| row.get(usize::from(digit)))
                .map_or(0, |&value| usize::from(value));
            MULTIPLY
                .get(sum)
                .and_then(|row| row.get(permuted))
                .map_or(0, |&value| usize::from(value))
        });
    sum == 0
}

const MULTIPLY: [[u8; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];

const PERMUTATION: [[u8; 10]; 8] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
    [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
    [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
];

/// Whether year (two or four digits), month and day could be a date of the calendar.
pub(super) fn calendar(year: u32, month: u32, day: u32) -> bool {
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        _ => return false,
    };
    (1..=last).contains(&day)
}

/// The number that a run of digit values spells.
pub(super) fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0u32, |number, &digit| {
        number.wrapping_mul(10).wrapping_add(digit.into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes()
            .filter(u8::is_ascii_digit)
            .map(|byte| byte - b'0')
            .collect()
    }

    #[test]
    fn each_scheme_accepts_its_published_example_and_refuses_a_changed_digit() {
        let schemes: &[(&str, fn(&[u8]) -> bool)] = &[
            ("4111 1111 1111 1111", luhn),
            ("236", verhoeff),
            ("86095742719", mod11_10),
        ];
        for (good, scheme) in schemes {
            let mut value = digits(good);
            assert!(scheme(&value), "{good}");
            value[1] = (value[1] + 1) % 10;
            assert!(!scheme(&value), "{good} with its second digit changed");
        }
        assert_eq!(mod97(b"3214282912345698765432161182".iter().copied()), 1);
    }

    #[test]
    fn the_calendar_knows_short_months() {
        assert!(calendar(1984, 2, 29) && !calendar(1985, 2, 29) && !calendar(2000, 4, 31));
    }
}
