//! The words that are said around one-time codes, by what they tell.

use std::ops::Range;
use std::sync::LazyLock;

use super::code_around::signs_before;
use super::code_letters::{end_key, is_sign, joined_end, small, start_key, tail_key};
use crate::pii::gate::Gate;
use crate::pii::keyed::Keyed;
use crate::pii::text::{eight, span_start};
use crate::pii::words::{Topic, sections, words};

/// What is said around codes, written down for people to read and extend.
const LIST: &str = include_str!("../codes.txt");

/// The words that were read.
pub(super) static SAID: LazyLock<Said> = LazyLock::new(Said::read);

/// What a word around a code tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tells {
    /// That there is a code: `code`, `koden`.
    Code,
    /// It names codes by itself: `verification code`, `OTP`.
    Strong,
    /// The shortest of those: `pin`.
    Short,
    /// That it is entered, or used, somewhere.
    Enter,
    Use,
    /// What for: to sign in, or to confirm something.
    Login,
    Confirm,
    /// Where: on a page, in an application.
    Place,
    /// That nobody may know it, or how it came.
    Care,
    /// That it came in a message, right before it: `texted me`.
    Texted,
    /// The same, of anything that comes: `received`.
    Came,
    /// By what it came: `phone`.
    Medium,
    /// For how long it is good.
    Valid,
    Minutes,
    /// What leads from a word to the code.
    Copula,
    Articles,
    /// What leads from the code to words behind it, and whose it is.
    Is,
    Yours,
    /// Verbs and words for codes that stand behind it.
    EnterBehind,
    NounBehind,
    /// That a record speaks of signing in.
    Record,
    /// That something is sold, failed, or that the code is of another kind.
    Sold,
    Against,
    Other,
    OtherBehind,
}

impl Tells {
    pub(super) const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// What the words of a section tell.
const SECTIONS: &[(&str, Tells)] = &[
    ("Code", Tells::Code),
    ("Short", Tells::Short),
    ("Enter", Tells::Enter),
    ("Use", Tells::Use),
    ("Login", Tells::Login),
    ("Confirm", Tells::Confirm),
    ("Place", Tells::Place),
    ("Care", Tells::Care),
    ("Texted", Tells::Texted),
    ("Came", Tells::Came),
    ("Medium", Tells::Medium),
    ("Valid", Tells::Valid),
    ("Minutes", Tells::Minutes),
    ("Copula", Tells::Copula),
    ("Articles", Tells::Articles),
    ("Is", Tells::Is),
    ("Yours", Tells::Yours),
    ("EnterBehind", Tells::EnterBehind),
    ("NounBehind", Tells::NounBehind),
    ("Record", Tells::Record),
    ("Sold", Tells::Sold),
    ("Against", Tells::Against),
    ("Other", Tells::Other),
    ("OtherBehind", Tells::OtherBehind),
];

/// What leads to a code by itself, and what only links it with such words or with how it came.
const LEADS: u32 = Tells::Code.bit() | Tells::Enter.bit() | Tells::Use.bit() | Tells::Texted.bit();
const LINKS: u32 = Tells::Copula.bit() | Tells::Articles.bit();
/// What may stand right behind it.
const FOLLOWS: u32 =
    Tells::Is.bit() | Tells::Yours.bit() | Tells::EnterBehind.bit() | Tells::NounBehind.bit();

/// Words in small letters, found by how they start.
pub(super) struct Said {
    words: Vec<Word>,
    /// By their first three bytes, those of eight by their first eight, and longer ones by their first twelve.
    by_three: Keyed<Member>,
    by_eight: Keyed<Member>,
    by_twelve: Keyed<Member>,
    /// The first three bytes of all, and the first eight of long ones.
    starts: Gate<512>,
    heads: Gate<512>,
    /// The last three bytes of what leads to a code and of what links it with that.
    ends: Gate<512>,
    /// More of what leads to a code, of what links it with that, and of what stands before a link.
    leads: Gate<512>,
    links: Gate<256>,
    linked: Gate<512>,
    /// How what follows a code starts.
    follows: Gate<512>,
}

/// Words of so many bytes are found by as many.
const HEAD: usize = 8;
/// The same of longer ones, of which many begin alike.
const LONG_HEAD: usize = 12;
/// So many of its first bytes tell that a word does not stand at a place.
const TOLD: usize = 2 * HEAD;

/// A word with its first bytes, twice eight, as far as it has them: many words of a group begin alike.
struct Member {
    head: u128,
    known: u128,
    place: u16,
}

struct Word {
    text: Box<[u8]>,
    /// All that it tells, as bits.
    tells: u32,
    /// Whether it may have any ending.
    is_long: bool,
}

/// A number for the twelve bytes at a place.
fn twelve(text: &[u8], at: usize) -> u64 {
    const ODD: u64 = 0xD6E8_FEB8_6659_FD93;
    eight(text, at).wrapping_mul(ODD) ^ eight(text, at + LONG_HEAD - HEAD)
}

impl Said {
    fn read() -> Self {
        let mut words = Self::listed();
        words.sort_by(|one, other| one.0.cmp(&other.0));
        words.dedup_by(|other, one| {
            let same = one.0 == other.0;
            one.1 |= if same { other.1 } else { 0 };
            same
        });
        let words: Vec<Word> = words
            .into_iter()
            .map(|(text, tells)| Word::new(&text, tells))
            .collect();
        let places = (0..).zip(&words);
        let keyed = |lengths: Range<usize>, key: fn(&[u8], usize) -> u64| {
            let places = places
                .clone()
                .filter(|(_, word)| lengths.contains(&word.text.len()));
            Keyed::of(
                places
                    .map(|(place, word)| (key(&word.text, 0), word.member(place)))
                    .collect(),
            )
        };
        let mut said = Self {
            by_three: keyed(0..HEAD, start_key),
            by_eight: keyed(HEAD..LONG_HEAD, eight),
            by_twelve: keyed(LONG_HEAD..usize::MAX, twelve),
            words: Vec::new(),
            heads: Gate::default(),
            starts: Gate::default(),
            ends: Gate::default(),
            leads: Gate::default(),
            links: Gate::default(),
            linked: Gate::default(),
            follows: Gate::default(),
        };
        for word in &words {
            said.add(word);
        }
        // `a(z) `, in Hungarian.
        said.ends.add(end_key(b"(z)", 3));
        said.leads.add(tail_key(b"(z)", 3));
        Self { words, ..said }
    }

    /// Tells by a bit each how a word starts and ends.
    fn add(&mut self, Word { text, tells, .. }: &Word) {
        let end = tail_key(text, text.len());
        if tells & (LEADS | LINKS) != 0 {
            self.ends.add(end_key(text, text.len()));
        }
        self.starts.add(start_key(text, 0));
        if text.len() >= HEAD {
            self.heads.add(eight(text, 0));
        }
        if tells & FOLLOWS != 0 {
            self.follows.add(start_key(text, 0));
        }
        if tells & LEADS != 0 {
            self.leads.add(end);
        }
        if tells & (LEADS | Tells::Care.bit()) != 0 {
            self.linked.add(end);
        }
        if tells & LINKS != 0 {
            self.links.add(end);
            // Of a link of two words the first one stands before the last one.
            if let Some(end) = text.iter().rposition(|byte| is_sign(*byte)) {
                self.linked.add(tail_key(text, end));
            }
        }
    }

    /// Every word, and what it tells.
    fn listed() -> Vec<(String, u32)> {
        let listed = sections(LIST).flat_map(|(name, words)| {
            let tells = SECTIONS.iter().find(|(known, _)| *known == name);
            let tells = tells.map_or(0, |(_, tells)| tells.bit());
            words
                .split([',', '\n'])
                .map(move |word| (word.trim().to_lowercase(), tells))
        });
        let strong = words().filter(|(topic, word)| *topic == Topic::Otp && word.len() > 3);
        let strong = strong.map(|(_, word)| (word.to_lowercase(), Tells::Strong.bit()));
        listed
            .chain(strong)
            .filter(|(word, _)| !word.is_empty())
            .collect()
    }

    /// Whether a word that leads to a code may end before a place of a text as it is written, or one
    /// that is linked with it.
    #[inline]
    pub(super) fn may_lead(&self, bytes: &[u8], end: usize) -> bool {
        self.ends.has(end_key(bytes, end)) && self.may_end(bytes, end)
    }

    /// The same of those whose last letters such a word has.
    #[inline(never)]
    fn may_end(&self, bytes: &[u8], end: usize) -> bool {
        let last = tail_key(bytes, end);
        self.leads.has(last) || self.links.has(last) && self.may_be_linked(bytes, end)
    }

    /// Whether something that a code is linked with may stand before the link that ends at a place.
    fn may_be_linked(&self, bytes: &[u8], end: usize) -> bool {
        /// Longer than any link, and than the signs before it.
        const LINK_MAX: usize = 16;
        const SIGNS_MAX: usize = 8;
        let wide = end >= 3 && bytes[end - 3] >= 0xE3;
        let start = if wide {
            end - 3
        } else {
            span_start(bytes, end, end.saturating_sub(LINK_MAX), |byte| {
                !is_sign(*byte)
            })
        };
        let end = signs_before(bytes, start, start.saturating_sub(SIGNS_MAX));
        self.linked.has(tail_key(bytes, end))
    }

    /// Whether a word that follows a code may start at a place of a text as it is written.
    #[inline]
    pub(super) fn may_follow(&self, bytes: &[u8], at: usize) -> bool {
        self.follows.has(start_key(bytes, at))
    }

    /// Whether a word may start at a place of a text as it is written.
    #[inline]
    pub(super) fn may_start(&self, bytes: &[u8], at: usize) -> bool {
        self.starts.has(start_key(bytes, at))
    }

    /// Calls `visit` with the end of each word that stands at a place, its ending with it, and what
    /// it tells. The text is folded.
    pub(super) fn each_at(&self, text: &[u8], at: usize, mut visit: impl FnMut(usize, u32)) {
        let key = start_key(text, at);
        if !self.starts.has(key) {
            return;
        }
        let head = eight(text, at);
        let is_long = text.len() - at >= HEAD && self.heads.has(head);
        let behind = text.len().min(at + HEAD);
        let told = u128::from(eight(text, behind)) << (8 * HEAD) | u128::from(head);
        let long = is_long.then(|| {
            let is_longer = text.len() - at >= LONG_HEAD;
            let longer = is_longer.then(|| self.by_twelve.part(twelve(text, at)));
            [self.by_eight.part(head), longer.unwrap_or_default()]
        });
        let [eights, twelves] = long.unwrap_or_default();
        let members = self.by_three.part(key).iter().chain(eights).chain(twelves);
        for (_, member) in members {
            let word = &self.words[usize::from(member.place)];
            if told & member.known == member.head && word.goes_on(&text[at..]) {
                let bare = at + word.text.len();
                let end = joined_end(text, bare);
                if end == bare || word.is_long {
                    visit(end, word.tells);
                }
            }
        }
    }
}

impl Word {
    fn new(text: &str, tells: u32) -> Self {
        const LONG: usize = 6;
        let bytes = text.as_bytes();
        Self {
            text: (0..bytes.len()).map(|at| small(bytes, at)).collect(),
            tells,
            is_long: text.chars().count() >= LONG,
        }
    }

    fn member(&self, place: u16) -> Member {
        let told = self.text.iter().take(TOLD).rev();
        Member {
            head: told.fold(0, |head, byte| head << 8 | u128::from(*byte)),
            known: u128::MAX >> (8 * TOLD.saturating_sub(self.text.len())),
            place,
        }
    }

    /// Whether a text that starts with its first bytes starts with all of it.
    fn goes_on(&self, text: &[u8]) -> bool {
        self.text.len() <= TOLD || text.starts_with(&self.text)
    }
}
