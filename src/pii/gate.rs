//! Tells at most places, by a few bytes, that no context word starts there.

use std::sync::LazyLock;

use super::text::byte;

/// Tells at most places by their first three bytes, and at most others by six, that no word starts
/// there: a test of one place does not wait for that of the place before it.
pub(super) struct Gate {
    /// How words begin.
    begins: Triples,
    /// How words begin that have less than six bytes.
    begins_short: Triples,
    /// The fourth to sixth byte of the others.
    goes_on: Triples,
}

impl Gate {
    pub(super) fn of<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut gate = Gate {
            begins: Triples([0; 512]),
            begins_short: Triples([0; 512]),
            goes_on: Triples([0; 512]),
        };
        for head in words.flat_map(heads) {
            let (threes, rest) = head.as_bytes().as_chunks::<3>();
            match (threes, rest) {
                ([first, then, ..], _) => {
                    gate.begins.add(*first);
                    gate.goes_on.add(*then);
                }
                ([only], _) => {
                    gate.begins.add(*only);
                    gate.begins_short.add(*only);
                }
                // A word of two bytes may be followed by any third.
                ([], [one, two]) => {
                    for third in 0..32 {
                        gate.begins.add([*one, *two, third]);
                        gate.begins_short.add([*one, *two, third]);
                    }
                }
                _ => {}
            }
        }
        gate
    }

    /// Calls `visit` with every place between two others at which a word may start.
    pub(super) fn each(&self, bytes: &[u8], from: usize, to: usize, mut visit: impl FnMut(usize)) {
        let [a, b, _] = three(bytes, from);
        let mut last = Triples::next(Triples::next(0, a), b);
        let thirds = bytes.get(from + 2..bytes.len().min(to + 2));
        let thirds = thirds.unwrap_or_default();
        for (place, byte) in thirds.iter().enumerate() {
            last = Triples::next(last, *byte);
            if self.begins.has(last) && self.goes_on(bytes, from + place) {
                visit(from + place);
            }
        }
        // A word of two bytes may stand at the very end.
        for at in from + thirds.len()..to {
            if self.goes_on(bytes, at) {
                visit(at);
            }
        }
    }

    /// Whether the bytes behind its first three let a word start.
    #[cold]
    fn goes_on(&self, bytes: &[u8], at: usize) -> bool {
        let bit = |at: usize| three(bytes, at).into_iter().fold(0, Triples::next);
        self.goes_on.has(bit(at + 3)) || self.begins_short.has(bit(at))
    }
}

/// How the first six bytes of a folded word may stand in a text, the case of ASCII letters aside.
fn heads(word: &str) -> Vec<String> {
    let mut heads = vec![String::new()];
    for letter in word.chars() {
        if heads[0].len() >= 6 {
            break;
        }
        let capitals = CAPITALS.iter().filter(|(small, _)| *small == letter);
        let forms: Vec<char> = capitals
            .map(|(_, capital)| *capital)
            .chain([letter])
            .collect();
        heads = heads
            .iter()
            .flat_map(|head| forms.iter().map(move |form| format!("{head}{form}")))
            .collect();
    }
    heads
}

/// Letters beyond ASCII that folding makes small, with what it makes of them.
static CAPITALS: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let letters = ('\u{C0}'..'\u{540}').chain('\u{1E80}'..='\u{1EFF}');
    let pairs = letters.filter_map(|capital| {
        let small = capital.to_lowercase().next()?;
        let same_width = small.len_utf8() == capital.len_utf8();
        (small != capital && same_width).then_some((small, capital))
    });
    pairs.collect()
});

/// A set of three bytes each, of which five bits count: the case of an ASCII letter makes no
/// difference, nor which sign joins the parts of a name.
struct Triples([u64; 512]);

impl Triples {
    fn add(&mut self, three: [u8; 3]) {
        let bit = three.into_iter().fold(0, Self::next);
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    fn has(&self, three: usize) -> bool {
        self.0[three / 64 % 512] >> (three % 64) & 1 == 1
    }

    /// The number of the last three bytes, when `byte` follows.
    fn next(last: usize, byte: u8) -> usize {
        let class = match byte {
            b'_' | b'-' | b'.' => b' ' & 31,
            byte => byte & 31,
        };
        last >> 5 | usize::from(class) << 10
    }
}

/// Three bytes from `at` on, spaces behind the end.
fn three(bytes: &[u8], at: usize) -> [u8; 3] {
    [byte(bytes, at), byte(bytes, at + 1), byte(bytes, at + 2)]
}
