//! Finds one-time codes beside the field that a program types them into.

use super::otp;
use crate::pii::detector::{Number, Scene};
use crate::pii::lists::{List, Phrases, table};
use crate::pii::text::{before, byte, starts_with};
use crate::pii::words::Topic;

/// What stands right before the value in a call that types it, or in the record of one.
const LEADS: Phrases = Phrases::of(&[
    ".fill(\"",
    ".fill('",
    ".type(\"",
    ".type('",
    "send_keys(\"",
    "send_keys('",
    "sendKeys(\"",
    "sendKeys('",
    ".setValue(\"",
    ".setValue('",
    "addValue('",
    "addValue(\"",
    "input_text(\"",
    "enterText(\"",
    "typeText(\"",
    "replaceText(\"",
    "pressSequentially('",
    "pressSequentially(\"",
    "\"text\":\"",
    "\"text\": \"",
    "\"value\":\"",
    "\"value\": \"",
    "\"input\":\"",
    "\"input\": \"",
    "\"keys\":\"",
    "\"keys\": \"",
    "', '",
    "\", \"",
    "','",
    "\",\"",
]);

/// Whether a number may be typed into a field.
pub(super) fn may_be_typed(number: &Number, bytes: &[u8]) -> bool {
    let quote = before(bytes, number.start);
    matches!(quote, b'"' | b'\'')
        && (byte(bytes, number.end) == quote || byte(bytes, number.end) == b'{')
        && LEADS.before(bytes, number.start).is_some()
}

/// `locator('input[name=otp]').fill("015454")`, `{"selector":"#otp-input","text":"015454"}`.
pub(super) fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    const TAIL_MAX: usize = 24;
    /// What the names of fields end in.
    static TAILS: List = List::of(&table::<64>(
        "input field code box value text name id number digits el element textbox entry by selector \
        exact true first nth",
    ));
    const TYPES: Phrases = Phrases::of(&[
        "fill", "type", "eys(", "Value(", "ext(", "input", "selector",
    ]);
    let bytes = scene.bytes;
    let Some(lead) = LEADS.before(bytes, number.start) else {
        return;
    };
    let word = scene.context.nearest(number.start, otp::REACH + 4, |word| {
        word.topic == Topic::Otp
    });
    let Some(from) = word.and_then(|word| usize::try_from(word.end).ok()) else {
        return;
    };
    let Some(gap) = bytes.get(from..number.start - lead.len()) else {
        return;
    };
    let mut words = gap.split(|byte| !byte.is_ascii_alphanumeric());
    let plain = words.all(|word| word.is_empty() || TAILS.has_in_any_case(word));
    let signs = gap.iter().all(|byte| *byte != b'\n' && *byte != b';');
    // Two arguments in a row are those of a call that types.
    let call = !matches!(lead, "', '" | "\", \"" | "','" | "\",\"")
        || TYPES.are_in(&bytes[from.saturating_sub(2 * TAIL_MAX)..from]);
    if gap.len() <= TAIL_MAX && plain && signs && call {
        scene.report(number.start, number.end, "typed into a field for codes");
    }
}

/// Words of places and of what is brought there.
const PLACES: Phrases = Phrases::of(&[
    "deliver",
    "village",
    "post office",
    "branch",
    "district",
    "dist.",
    "taluk",
    "tehsil",
    "area",
    "city",
    "town",
    "state",
    "nagar",
    "road",
    "address",
    "ship",
    "pickup",
    "courier",
    "serviceable",
    "bengaluru",
    "bangalore",
    "mumbai",
    "delhi",
    "chennai",
    "kolkata",
    "hyderabad",
    "pune",
    "india",
    "maharashtra",
    "karnataka",
    "tamil nadu",
    "kerala",
    "gujarat",
    "punjab",
    "rajasthan",
    "pradesh",
    "sector",
    "colony",
    "layout",
    "locality",
    "p.o.",
    "डाकघर",
    "गाँव",
    "जिला",
]);

/// Words of codes that sign somebody in.
const CODES: Phrases = Phrases::of(&[
    "your", "enter", "verif", "login", "log in", "sign in", "sms", "otp", "card", " sim", "expire",
    "minutes", "unlock",
]);

/// `Bengaluru, PIN: 560034`, `delivery to PIN code 575313`: the code of a post office in India.
pub(super) fn is_postal(number: &Number, scene: &mut Scene<'_, '_>) -> bool {
    const REACH: usize = 64;
    let bytes = scene.bytes;
    if !number.is_bare() || number.total != 6 || matches!(bytes[number.start], b'0' | b'9') {
        return false;
    }
    let word = scene
        .context
        .nearest(number.start, REACH, |word| word.topic == Topic::Otp);
    let Some(word) = word.and_then(|word| usize::try_from(word.start).ok()) else {
        return false;
    };
    if !starts_with(bytes, word, "pin") {
        return false;
    }
    let near = &bytes[word.saturating_sub(REACH)..bytes.len().min(number.end + REACH)];
    PLACES.are_in_any_case(near) && !CODES.are_in_any_case(near)
}
