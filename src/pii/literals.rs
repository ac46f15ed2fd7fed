//! Finds fixed words in a text by two of their threes of bytes: one stands at every second place.

use super::gate::{Set, Slots};

/// Words of three bytes and more, each with what it stands for.
#[derive(Debug)]
pub(super) struct Literals<T> {
    words: Vec<(&'static str, T)>,
    /// The threes by which words are looked for.
    threes: Set,
    /// By them the words' places, and how far behind the start of the word they stand.
    by_three: Slots<(usize, usize)>,
}

/// At so many places of a text one is looked at.
const STRIDE: usize = 2;
/// So many bytes are taken at once, and so many of them are done with then.
const TAKEN: usize = 8;
const DONE: usize = 6;

impl<T> Default for Literals<T> {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            threes: Set::default(),
            by_three: Slots::of(Vec::new()),
        }
    }
}

impl<T> Literals<T> {
    pub(super) fn add(&mut self, word: &'static str, meaning: T) {
        self.words.push((word, meaning));
    }

    /// To be called when all words were added.
    pub(super) fn build(&mut self) {
        let mut members = Vec::new();
        for (place, (word, _)) in self.words.iter().enumerate() {
            for (back, three) in threes(word.as_bytes()) {
                self.threes.add(three);
                members.push((three, (place, back)));
            }
        }
        self.by_three = Slots::of(members);
    }

    /// Calls `visit` for each word that stands in the text, with the place where it ends.
    pub(super) fn each(&self, bytes: &[u8], mut visit: impl FnMut(&T, usize)) {
        let mut at = 0;
        while let Some(taken) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
            self.look(bytes, at, *taken, &mut visit);
            at += DONE;
        }
        while at < bytes.len() {
            let mut taken = [0; TAKEN];
            let rest = &bytes[at..];
            taken[..rest.len()].copy_from_slice(rest);
            self.look(bytes, at, taken, &mut visit);
            at += DONE;
        }
    }

    fn look(&self, bytes: &[u8], at: usize, taken: [u8; TAKEN], visit: &mut impl FnMut(&T, usize)) {
        let taken = u64::from_le_bytes(taken);
        for step in [0, STRIDE, 2 * STRIDE] {
            let three = (taken >> (8 * step)) as u32 & 0xFF_FFFF;
            if self.threes.has(three) {
                self.words_at(bytes, at + step, three, visit);
            }
        }
    }

    #[inline(never)]
    fn words_at(&self, bytes: &[u8], at: usize, three: u32, visit: &mut impl FnMut(&T, usize)) {
        for (place, back) in self.by_three.of_key(three) {
            let (word, meaning) = &self.words[*place];
            if let Some(start) = at.checked_sub(*back)
                && bytes[start..].starts_with(word.as_bytes())
            {
                visit(meaning, start + word.len());
            }
        }
    }
}

/// Two neighbouring threes of a word, the rarest there are, and where they stand in it. In a word of
/// three bytes the second goes on with any byte.
fn threes(word: &[u8]) -> Vec<(usize, u32)> {
    let three = |text: &[u8]| u32::from_le_bytes([text[0], text[1], text[2], 0]);
    if let [first, second, third] = *word {
        let any = (0..=0xFF).map(|any| (1, three(&[second, third, any])));
        return any.chain([(0, three(&[first, second, third]))]).collect();
    }
    let commonness = |four: &[u8]| four.iter().map(|&byte| commonness(byte)).sum::<u32>();
    let fours = word.windows(3 + STRIDE - 1).enumerate();
    fours
        .min_by_key(|(_, four)| commonness(four))
        .map(|(back, four)| {
            (0..STRIDE)
                .map(|step| (back + step, three(&four[step..])))
                .collect()
        })
        .unwrap_or_default()
}

/// How often a byte stands in texts, as the logarithm of its share: letters as in English.
fn commonness(byte: u8) -> u32 {
    match byte {
        b' ' | b'e' => 8,
        b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 7,
        b'h' | b'd' | b'l' | b'c' | b'u' | b'm' => 6,
        b'w' | b'f' | b'g' | b'y' | b'p' | b'b' => 5,
        b'v' | b'k' | b'-' | b'.' | b'0'..=b'9' | 0x80.. => 4,
        b'A'..=b'Z' | b'_' | b'/' | b':' => 3,
        _ => 2,
    }
}
