//! Telephone numbering plans: country codes, lengths, and how numbers are written at home.

/// A country code and how many digits follow it.
pub(super) struct Country {
    code: u16,
    least: u8,
    most: u8,
    /// First digits of the national number (after the code) that are in use; empty for any.
    leads: &'static [u8],
}

const fn country(code: u16, least: u8, most: u8, leads: &'static [u8]) -> Country {
    Country {
        code,
        least,
        most,
        leads,
    }
}

/// ITU-T E.164 country codes with the lengths of their national plans (ITU Operational Bulletins).
const COUNTRIES: &[Country] = &[
    country(1, 10, 10, b"23456789"),
    country(7, 10, 10, b"3456789"),
    country(20, 8, 10, b"123456789"),
    country(27, 9, 9, b"12345678"),
    country(30, 10, 10, b"2678"),
    country(31, 9, 9, b"12345678"),
    country(32, 8, 9, b"123456789"),
    country(33, 9, 9, b"123456789"),
    country(34, 9, 9, b"56789"),
    country(36, 8, 9, b"123456789"),
    country(39, 6, 11, b"038"),
    country(40, 9, 9, b"2378"),
    country(41, 9, 9, b"23456789"),
    country(43, 4, 13, b"123456789"),
    country(44, 9, 10, b"1235678"),
    country(45, 8, 8, b"23456789"),
    country(46, 7, 10, b"123456789"),
    country(47, 8, 8, b"23456789"),
    country(48, 9, 9, b"123456789"),
    country(49, 6, 12, b"123456789"),
    country(51, 8, 9, b"145678 9"),
    country(52, 10, 11, b"123456789"),
    country(53, 8, 8, b""),
    country(54, 10, 11, b"123689"),
    country(55, 10, 11, b"123456789"),
    country(56, 9, 9, b"23456789"),
    country(57, 10, 10, b"136"),
    country(58, 10, 10, b"24589"),
    country(60, 8, 10, b"1345678 9"),
    country(61, 9, 9, b"234578"),
    country(62, 8, 12, b"123456789"),
    country(63, 9, 10, b"2345678 9"),
    country(64, 8, 10, b"2345678 9"),
    country(65, 8, 8, b"3689"),
    country(66, 8, 9, b"2345678 9"),
    country(81, 9, 10, b"123456789"),
    country(82, 8, 10, b"1234567 8"),
    country(84, 9, 10, b"23456789"),
    country(86, 10, 11, b"123456789"),
    country(90, 10, 10, b"23458"),
    country(91, 10, 10, b"123456789"),
    country(92, 9, 10, b"234568 9"),
    country(93, 9, 9, b"2345 67"),
    country(94, 9, 9, b"1234567 89"),
    country(95, 7, 10, b""),
    country(98, 10, 10, b"123456789"),
    country(211, 9, 9, b""),
    country(212, 9, 9, b"5678"),
    country(213, 8, 9, b""),
    country(216, 8, 8, b""),
    country(220, 7, 7, b""),
    country(221, 9, 9, b""),
    country(225, 10, 10, b""),
    country(229, 8, 10, b""),
    country(230, 7, 8, b""),
    country(233, 9, 9, b""),
    country(234, 8, 10, b""),
    country(237, 9, 9, b""),
    country(243, 9, 9, b""),
    country(249, 9, 9, b""),
    country(250, 9, 9, b""),
    country(251, 9, 9, b""),
    country(254, 9, 9, b""),
    country(255, 9, 9, b""),
    country(256, 9, 9, b""),
    country(260, 9, 9, b""),
    country(263, 9, 9, b""),
    country(351, 9, 9, b"23456789"),
    country(352, 6, 11, b""),
    country(353, 7, 9, b"124567 89"),
    country(354, 7, 7, b""),
    country(355, 8, 9, b""),
    country(356, 8, 8, b""),
    country(357, 8, 8, b""),
    country(358, 6, 11, b""),
    country(359, 8, 9, b""),
    country(370, 8, 8, b""),
    country(371, 8, 8, b""),
    country(372, 7, 8, b""),
    country(373, 8, 8, b""),
    country(374, 8, 8, b""),
    country(375, 9, 9, b""),
    country(380, 9, 9, b""),
    country(381, 8, 9, b""),
    country(382, 8, 8, b""),
    country(385, 8, 9, b""),
    country(386, 8, 8, b""),
    country(387, 8, 9, b""),
    country(389, 8, 8, b""),
    country(420, 9, 9, b""),
    country(421, 9, 9, b""),
    country(502, 8, 8, b""),
    country(503, 8, 8, b""),
    country(504, 8, 8, b""),
    country(505, 8, 8, b""),
    country(506, 8, 8, b""),
    country(507, 7, 8, b""),
    country(591, 8, 8, b""),
    country(593, 8, 9, b""),
    country(595, 9, 9, b""),
    country(598, 8, 8, b""),
    country(852, 8, 8, b""),
    country(853, 8, 8, b""),
    country(855, 8, 9, b""),
    country(856, 8, 10, b""),
    country(880, 8, 10, b""),
    country(886, 8, 9, b"2345678 9"),
    country(960, 7, 7, b""),
    country(961, 7, 8, b""),
    country(962, 8, 9, b""),
    country(963, 8, 9, b""),
    country(964, 8, 10, b""),
    country(965, 8, 8, b""),
    country(966, 8, 9, b""),
    country(967, 7, 9, b""),
    country(968, 8, 8, b""),
    country(970, 8, 9, b""),
    country(971, 8, 9, b""),
    country(972, 8, 9, b""),
    country(973, 8, 8, b""),
    country(974, 8, 8, b""),
    country(975, 7, 8, b""),
    country(976, 8, 8, b""),
    country(977, 8, 10, b""),
    country(992, 9, 9, b""),
    country(993, 8, 8, b""),
    country(994, 9, 9, b""),
    country(995, 9, 9, b""),
    country(996, 9, 9, b""),
    country(998, 9, 9, b""),
];

/// Whether digits after a `+` are a country code and a national number of its plan.
///
/// A trunk `0` in brackets, as in `+44 (0)20`, is let pass. `short` admits numbers that were cut.
pub(super) fn is_international(digits: &[u8], short: bool) -> bool {
    COUNTRIES.iter().any(|country| {
        let width = if country.code < 10 {
            1
        } else if country.code < 100 {
            2
        } else {
            3
        };
        let Some(code) = digits.get(..width) else {
            return false;
        };
        if crate::pii::checksum::number(code) != u32::from(country.code) {
            return false;
        }
        let mut national = &digits[width..];
        if national.first() == Some(&0) && country.code != 39 {
            national = &national[1..];
        }
        let lead = national.first().map_or(b'-', |digit| digit + b'0');
        let least = if short { 4 } else { usize::from(country.least) };
        (least..=usize::from(country.most)).contains(&national.len())
            && (country.leads.is_empty() || country.leads.contains(&lead))
    })
}

/// How a number is written at home: groups, and the digits it starts with.
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
    // India 081234 56789, 98765 43210.
    home(&[0x65], &["06", "07", "08", "09"]),
    home(&[0x55], &["6", "7", "8", "9"]),
    // China 131 2345 6789, 010 1234 5678, 0755-12345678.
    home(
        &[0x344, 0x38, 0x48, 0x47, 0x444, 0x443],
        &[
            "13", "14", "15", "16", "17", "18", "19", "01", "02", "03", "04", "05", "06", "07",
            "08", "09",
        ],
    ),
    // Spain 612 34 56 78 and 612 345 678; Portugal 912 345 678; Poland is left to its context.
    home(&[0x3222], &["6", "7", "8", "9"]),
    home(
        &[0x333],
        &[
            "91", "92", "93", "96", "61", "62", "63", "64", "65", "66", "67", "68", "69", "71",
            "72", "73", "74",
        ],
    ),
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

/// Whether groups of digits are how some country writes its numbers.
pub(super) fn is_home_form(shape: u64, text: &[u8]) -> bool {
    HOMES.iter().any(|home| {
        home.shapes.contains(&shape) && home.leads.iter().any(|lead| starts(text, lead))
    })
}

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
