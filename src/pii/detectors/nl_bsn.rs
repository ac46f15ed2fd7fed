//! The Netherlands' citizen service number.

use super::national::nine;
use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::{
    JOINTS,
    Numeral::{Bare, Groups},
};
use crate::pii::words::Topic;

pub(in crate::pii) const NL_BSN: Detector = Detector {
    name: "NL_BSN",
    what: "Dutch burgerservicenummer",
    source: "Rijksdienst voor Identiteitsgegevens, Logisch Ontwerp BSN: eleven test",
    validator: "weights 9 to 2 and -1, modulo 11",
    gravity: 70,
    context: &[Topic::NlBsn, Topic::Identity],
    finds: &[
        "BSN: «111222333»",
        "mijn burgerservicenummer is «1112.22.333»",
    ],
    ignores: &["BSN: 111222334", "111222333"],
    looks: &[Look::Number(
        &[Bare(9, 9), Groups(&[0x333, 0x423, 0x432], JOINTS)],
        find,
    )],
};

/// Whether the check digit holds.
pub(super) fn fits(digits: &[u8]) -> bool {
    let sum = checksum::weighted(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]);
    sum > 0 && sum % 11 == u32::from(digits[8])
}

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    nine(number, Topic::NlBsn, scene);
}
