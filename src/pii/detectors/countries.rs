//! Telephone country codes with the lengths of their plans.

/// A country code and how many digits follow it.
pub(super) struct Country {
    code: u16,
    least: u8,
    most: u8,
    /// First digits of the national number (after the code) that are in use, one bit for each.
    leads: u16,
}

/// `leads` are the digits that are in use; empty for any.
const fn country(code: u16, least: u8, most: u8, leads: &[u8]) -> Country {
    let (mut bits, mut index) = (if leads.is_empty() { u16::MAX } else { 0 }, 0);
    while index < leads.len() {
        bits |= 1 << (leads[index] - b'0');
        index += 1;
    }
    Country {
        code,
        least,
        most,
        leads: bits,
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
    country(51, 8, 9, b"1456789"),
    country(52, 10, 11, b"123456789"),
    country(53, 8, 8, b""),
    country(54, 10, 11, b"123689"),
    country(55, 10, 11, b"123456789"),
    country(56, 9, 9, b"23456789"),
    country(57, 10, 10, b"136"),
    country(58, 10, 10, b"24589"),
    country(60, 8, 10, b"13456789"),
    country(61, 9, 9, b"234578"),
    country(62, 8, 12, b"123456789"),
    country(63, 9, 10, b"23456789"),
    country(64, 8, 10, b"23456789"),
    country(65, 8, 8, b"3689"),
    country(66, 8, 9, b"23456789"),
    country(81, 9, 10, b"123456789"),
    country(82, 8, 10, b"12345678"),
    country(84, 9, 10, b"23456789"),
    country(86, 10, 11, b"123456789"),
    country(90, 10, 10, b"23458"),
    country(91, 10, 10, b"123456789"),
    country(92, 9, 10, b"2345689"),
    country(93, 9, 9, b"234567"),
    country(94, 9, 9, b"123456789"),
    country(95, 7, 10, b""),
    country(98, 10, 10, b"123456789"),
    country(211, 9, 9, b""),
    country(212, 9, 9, b"5678"),
    country(213, 8, 9, b""),
    country(216, 8, 8, b""),
    country(218, 9, 9, b""),
    country(220, 7, 7, b""),
    country(221, 9, 9, b""),
    country(222, 8, 8, b""),
    country(223, 8, 8, b""),
    country(224, 8, 9, b""),
    country(225, 10, 10, b""),
    country(226, 8, 8, b""),
    country(227, 8, 8, b""),
    country(228, 8, 8, b""),
    country(229, 8, 10, b""),
    country(230, 7, 8, b""),
    country(231, 7, 9, b""),
    country(232, 8, 8, b""),
    country(233, 9, 9, b""),
    country(234, 8, 10, b""),
    country(235, 8, 8, b""),
    country(236, 8, 8, b""),
    country(237, 9, 9, b""),
    country(238, 7, 7, b""),
    country(239, 7, 7, b""),
    country(240, 9, 9, b""),
    country(241, 7, 8, b""),
    country(242, 9, 9, b""),
    country(243, 9, 9, b""),
    country(244, 9, 9, b""),
    country(245, 7, 9, b""),
    country(246, 7, 7, b""),
    country(247, 5, 5, b""),
    country(248, 7, 7, b""),
    country(249, 9, 9, b""),
    country(250, 9, 9, b""),
    country(251, 9, 9, b""),
    country(252, 6, 9, b""),
    country(253, 8, 8, b""),
    country(254, 9, 9, b""),
    country(255, 9, 9, b""),
    country(256, 9, 9, b""),
    country(257, 8, 8, b""),
    country(258, 8, 9, b""),
    country(260, 9, 9, b""),
    country(261, 9, 9, b""),
    country(262, 9, 9, b""),
    country(263, 9, 9, b""),
    country(264, 8, 9, b""),
    country(265, 7, 9, b""),
    country(266, 8, 8, b""),
    country(267, 7, 8, b""),
    country(268, 8, 8, b""),
    country(269, 7, 7, b""),
    country(290, 5, 5, b""),
    country(291, 7, 7, b""),
    country(297, 7, 7, b""),
    country(298, 6, 6, b""),
    country(299, 6, 6, b""),
    country(350, 8, 8, b""),
    country(351, 9, 9, b"23456789"),
    country(352, 6, 11, b""),
    country(353, 7, 9, b"12456789"),
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
    country(376, 6, 9, b""),
    country(377, 8, 9, b""),
    country(378, 8, 10, b""),
    country(380, 9, 9, b""),
    country(381, 8, 9, b""),
    country(382, 8, 8, b""),
    country(383, 8, 12, b""),
    country(385, 8, 9, b""),
    country(386, 8, 8, b""),
    country(387, 8, 9, b""),
    country(389, 8, 8, b""),
    country(420, 9, 9, b""),
    country(421, 9, 9, b""),
    country(423, 7, 9, b""),
    country(500, 5, 5, b""),
    country(501, 7, 7, b""),
    country(502, 8, 8, b""),
    country(503, 8, 8, b""),
    country(504, 8, 8, b""),
    country(505, 8, 8, b""),
    country(506, 8, 8, b""),
    country(507, 7, 8, b""),
    country(508, 6, 9, b""),
    country(509, 8, 8, b""),
    country(590, 9, 9, b""),
    country(591, 8, 8, b""),
    country(592, 7, 7, b""),
    country(593, 8, 9, b""),
    country(594, 9, 9, b""),
    country(595, 9, 9, b""),
    country(596, 9, 9, b""),
    country(597, 6, 7, b""),
    country(598, 8, 8, b""),
    country(599, 7, 8, b""),
    country(670, 7, 8, b""),
    country(672, 6, 6, b""),
    country(673, 7, 7, b""),
    country(674, 7, 7, b""),
    country(675, 7, 8, b""),
    country(676, 6, 7, b""),
    country(677, 6, 7, b""),
    country(678, 6, 7, b""),
    country(679, 7, 7, b""),
    country(680, 7, 7, b""),
    country(681, 6, 6, b""),
    country(682, 5, 5, b""),
    country(683, 6, 7, b""),
    country(685, 6, 10, b""),
    country(686, 6, 8, b""),
    country(687, 6, 6, b""),
    country(688, 6, 7, b""),
    country(689, 8, 8, b""),
    country(690, 6, 7, b""),
    country(691, 7, 7, b""),
    country(692, 7, 7, b""),
    country(850, 8, 10, b""),
    country(852, 8, 8, b""),
    country(853, 8, 8, b""),
    country(855, 8, 9, b""),
    country(856, 8, 10, b""),
    country(880, 8, 10, b""),
    country(886, 8, 9, b"23456789"),
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

/// Where each country stands among them by its code, counted from one; zero where there is none.
static PLACES: [u8; 1000] = {
    let (mut places, mut index) = ([0; 1000], 0);
    while index < COUNTRIES.len() {
        places[COUNTRIES[index].code as usize] = index as u8 + 1;
        index += 1;
    }
    places
};

/// Whether digits after a `+` are a country code and a national number of its plan.
///
/// A trunk `0` in brackets, as in `+44 (0)20`, is let pass. `short` admits numbers that were cut.
pub(super) fn is_international(digits: &[u8], short: bool) -> bool {
    let Some((country, national)) = with_code(digits) else {
        return false;
    };
    let trunk = national.first() == Some(&0) && country.code != 39;
    let fits = |national: &[u8]| {
        let least = if short { 4 } else { usize::from(country.least) };
        (least..=usize::from(country.most)).contains(&national.len())
            && country.leads >> national[0] & 1 == 1
    };
    fits(national) || trunk && fits(&national[1..])
}

/// The country whose code the first digits are, and the digits behind; no code starts with another one, and none
/// with a zero.
fn with_code(digits: &[u8]) -> Option<(&'static Country, &[u8])> {
    let mut code = 0;
    for (place, digit) in digits.iter().take(3).enumerate() {
        code = 10 * code + usize::from(*digit);
        match PLACES[code] {
            _ if code == 0 => return None,
            0 => {}
            country => return Some((&COUNTRIES[usize::from(country) - 1], &digits[place + 1..])),
        }
    }
    None
}
