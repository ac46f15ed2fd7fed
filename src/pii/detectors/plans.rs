//! Telephone numbers as they are written at home, by country.

/// How a number is written at home: groups, and the digits it starts with.
#[derive(Clone, Copy)]
struct Home {
    /// Lengths of the groups, as in `Number::shape`.
    shapes: &'static [u64],
    /// One of these starts the number.
    leads: &'static [&'static str],
}

const fn home(shapes: &'static [u64], leads: &'static [&'static str]) -> Home {
    Home { shapes, leads }
}

/// Written forms that need no word of telephones beside them.
const HOMES: &[Home] = &[
    // France 01 23 45 67 89; Belgium 0471 23 45 67; Switzerland 079 123 45 67.
    home(
        &[0x22222],
        &["01", "02", "03", "04", "05", "06", "07", "08", "09"],
    ),
    home(&[0x4222, 0x3222, 0x433], &["04"]),
    home(&[0x3322], &["02", "03", "04", "05", "06", "07", "08", "09"]),
    // Germany and Austria 0151 23456789, 030 123456; the area code stands alone.
    home(
        &[
            0x47, 0x48, 0x57, 0x56, 0x37, 0x36, 0x38, 0x46, 0x45, 0x55, 0x54, 0x58, 0x66, 0x65,
        ],
        &["01", "02", "03", "04", "05", "06", "07", "08", "09"],
    ),
    home(
        &[
            0x434, 0x334, 0x344, 0x3224, 0x4322, 0x4232, 0x44222, 0x3232, 0x443, 0x4223, 0x442,
            0x3422, 0x34222, 0x3332, 0x4332, 0x4323,
        ],
        &["01", "02", "03", "04", "05", "06", "07", "08", "09"],
    ),
    // United Kingdom 020 7946 0958, 07400 123456, 0161 496 0000, 01632 960 123.
    home(
        &[0x344, 0x533, 0x56, 0x434, 0x443, 0x55],
        &["01", "02", "03", "07", "08"],
    ),
    // Japan 090-1234-5678, 03-1234-5678, 0422-12-3456.
    home(&[0x344, 0x244, 0x334, 0x424, 0x523], &["0"]),
    // India 081234 56789; 98765 43210 is left to its context.
    home(&[0x65], &["06", "07", "08", "09"]),
    // China 131 2345 6789, 010 1234 5678, 0755-12345678.
    home(
        &[0x344, 0x38, 0x47, 0x443],
        &[
            "13", "14", "15", "16", "17", "18", "19", "01", "02", "03", "04", "05", "06", "07",
            "08", "09",
        ],
    ),
    home(
        &[0x48, 0x444],
        &["01", "02", "03", "04", "05", "06", "07", "08", "09"],
    ),
    // Spain 612 34 56 78; three threes, as counts and companies have them, are left to their context.
    home(&[0x3222], &["6", "7", "8", "9"]),
    // Italy 312 345 6789, 06 1234567.
    home(&[0x334, 0x37, 0x343], &["3"]),
    home(
        &[0x27, 0x28, 0x26],
        &["02", "03", "04", "05", "06", "07", "08", "09"],
    ),
    // Korea 010-1234-5678, 02-123-4567; Australia 0412 345 678, 02 1234 5678; South Africa 082 123 4567.
    home(
        &[0x344, 0x334, 0x234, 0x244],
        &["01", "02", "03", "04", "05", "06", "07", "08"],
    ),
    home(&[0x433], &["04", "13", "18"]),
    // The Netherlands 06-12345678, 020-1234567; Sweden 070-123 45 67, 08-123 456 78; Turkey 0532 123 45 67.
    home(
        &[
            0x28, 0x37, 0x46, 0x3322, 0x2332, 0x2322, 0x4322, 0x2323, 0x2422, 0x22222,
        ],
        &["0"],
    ),
    // Finland 040 1234567, 050 123 4567; Czechia and Poland with spaces are left to their context.
    home(&[0x37, 0x334, 0x36], &["04", "05"]),
    // Russia 8 (912) 345-67-89, 8-912-345-67-89.
    home(&[0x1_3322, 0x1_334], &["83", "84", "88", "89"]),
    // Mexico 55 1234 5678; Brazil 11 91234-5678 with brackets, see below.
    home(
        &[0x254, 0x244, 0x354, 0x344],
        &["01", "02", "04", "011", "021"],
    ),
    // Hungary 06 20 123 4567, 06 1 234 5678.
    home(&[0x2234], &["0620", "0630", "0631", "0650", "0670"]),
    home(&[0x2134], &["061"]),
    // Ireland 087 123 4567, 01 234 5678.
    home(&[0x334, 0x234], &["08", "01", "02"]),
];

/// Bare numbers that are a mobile number of some plan: prefix and total length.
const MOBILES: &[(&str, u8)] = &[
    ("07", 11),  // United Kingdom
    ("06", 10),  // France, the Netherlands
    ("07", 10),  // France, Sweden, Switzerland
    ("015", 11), // Germany
    ("015", 12),
    ("016", 11),
    ("016", 12),
    ("017", 11),
    ("017", 12),
    ("090", 11), // Japan
    ("080", 11),
    ("070", 11),
    ("010", 11), // Korea; Beijing
    ("04", 10),  // Australia, Belgium
    ("05", 11),  // Turkey
    ("08", 11),  // India with trunk
    ("09", 11),
    ("02", 11), // China's and the United Kingdom's cities
    ("087", 10),
    ("086", 10),
    ("085", 10),
    ("083", 10),
];

/// Chinese mobile prefixes in use (MIIT), by their second and third digit.
pub(super) fn is_chinese_mobile(digits: &[u8]) -> bool {
    let [1, second, third, ..] = *digits else {
        return false;
    };
    digits.len() == 11
        && match second {
            3 | 8 => true,
            4 => third >= 5,
            5 | 9 => third != 4,
            6 => matches!(third, 2 | 5 | 6 | 7),
            7 => third <= 8,
            _ => false,
        }
}

/// North America: area and exchange start from 2, neither is a service code.
pub(super) fn is_north_american(digits: &[u8]) -> bool {
    let digits = if digits.len() == 11 && digits[0] == 1 {
        &digits[1..]
    } else {
        digits
    };
    digits.len() == 10
        && digits[0] >= 2
        && digits[3] >= 2
        && digits[1] != 9
        && digits[1..3] != [1, 1]
        && digits[4..6] != [1, 1]
}

/// `212/555-0142`.
pub(super) fn is_slashed(shape: u64, text: &[u8]) -> bool {
    shape == 0x334 && text.len() == 12 && text[3] == b'/' && text[7] == b'-'
}

/// Whether groups of digits are how some country writes its numbers.
pub(super) fn is_home_form(shape: u64, text: &[u8]) -> bool {
    let Some(form) = form_of(shape) else {
        return false;
    };
    let mut digits = text.iter().filter(|byte| byte.is_ascii_digit());
    let mut next = || digits.next().map_or(0, |digit| digit - b'0');
    let two = 10 * next() + next();
    if form.others >> two & 1 == 0 {
        return form.starts >> two & 1 == 1;
    }
    HOMES.iter().any(|home| {
        home.shapes.contains(&shape) && home.leads.iter().any(|lead| starts(text, lead))
    })
}

/// Whether groups of such lengths are written so somewhere.
pub(super) fn may_be_home_form(shape: u64) -> bool {
    form_of(shape).is_some()
}

/// What all homes say of one shape: the first two digits, one bit for each, that all such numbers may
/// have, and those of which further digits tell.
#[derive(Clone, Copy)]
struct Form {
    shape: u64,
    starts: u128,
    others: u128,
}

/// The shapes of all homes, each at its mark or behind it.
static FORMS: [Form; MARKS] = {
    let none = Form {
        shape: 0,
        starts: 0,
        others: 0,
    };
    let (mut forms, mut home) = ([none; MARKS], 0);
    while home < HOMES.len() {
        let Home { shapes, leads } = HOMES[home];
        let mut index = 0;
        while index < shapes.len() {
            let mut at = mark(shapes[index]);
            while forms[at].shape != 0 && forms[at].shape != shapes[index] {
                at = (at + 1) % MARKS;
            }
            forms[at].shape = shapes[index];
            let mut lead = 0;
            while lead < leads.len() {
                let lead_of = leads[lead].as_bytes();
                match lead_of {
                    [first] => forms[at].starts |= 0x3FF << (10 * (*first - b'0')),
                    [first, second] => {
                        forms[at].starts |= 1 << (10 * (*first - b'0') + *second - b'0');
                    }
                    [first, second, ..] => {
                        forms[at].others |= 1 << (10 * (*first - b'0') + *second - b'0');
                    }
                    [] => {}
                }
                lead += 1;
            }
            index += 1;
        }
        home += 1;
    }
    forms
};

fn form_of(shape: u64) -> Option<&'static Form> {
    let mut at = mark(shape);
    while FORMS[at].shape != shape {
        if FORMS[at].shape == 0 {
            return None;
        }
        at = (at + 1) % MARKS;
    }
    Some(&FORMS[at])
}

/// A few bits of a shape, the upper ones of its product with an odd number near the golden section.
const fn mark(shape: u64) -> usize {
    let product = shape.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (product >> (u64::BITS - MARKS.ilog2())) as usize
}

/// Room for the shapes, a power of two and more than twice as many as there are.
const MARKS: usize = 256;

/// Whether bare digits are a mobile number of some plan.
pub(super) fn is_bare_mobile(text: &[u8]) -> bool {
    MOBILES
        .iter()
        .any(|(prefix, length)| text.len() == usize::from(*length) && starts(text, prefix))
}

/// Whether the digits of `text` start with those of `lead`, joints skipped.
fn starts(text: &[u8], lead: &str) -> bool {
    let mut digits = text.iter().filter(|byte| byte.is_ascii_digit());
    lead.bytes().all(|wanted| digits.next() == Some(&wanted))
}
