//! Tells at a glance that a span cannot pass a test: it lacks what the test looks at.

use super::reading::{BITS, Reading};
use super::syntax::Field;
use super::test::SpanTest;

/// Above the bits of the slots: one for each status, the last for those without a word.
const STATUS: u32 = BITS as u32;
const STATUSES: u32 = 4;
/// Then one for each kind, the last for those without a word.
const KIND: u32 = STATUS + STATUSES;
const KINDS: u32 = 7;

/// The bits of a status and a kind, by their numbers.
#[inline]
pub(super) fn signs(status: i32, kind: i32) -> u64 {
    let bit = |number: i32, bits: u32| (number as u32).min(bits - 1);
    1 << (STATUS + bit(status, STATUSES)) | 1 << (KIND + bit(kind, KINDS))
}

/// A test that is not asked of spans that cannot pass it.
#[derive(Clone, Debug)]
pub struct Screened {
    test: SpanTest,
    /// A span that has none of the signs of one of these does not pass.
    needs: Box<[u64]>,
}

impl Screened {
    /// A settled test, and what it is once its questions have been asked.
    pub(super) fn new(test: &SpanTest, asked: SpanTest) -> Self {
        let needs = needs(test).into();
        Screened { test: asked, needs }
    }

    /// Whether the span passes.
    #[inline]
    pub fn holds(&self, span: &Reading<'_>) -> bool {
        self.needs.iter().all(|need| need & span.signs != 0) && self.test.holds(span)
    }
}

/// Sets of signs, of each of which a span must have one to pass.
fn needs(test: &SpanTest) -> Vec<u64> {
    match test {
        SpanTest::Attribute(_, _, check) if check.takes_none() => Vec::new(),
        SpanTest::Attribute(slot, ..) if *slot < BITS => vec![1 << slot],
        SpanTest::Number(field, passes) => {
            let (first, bits) = match field {
                Field::Status => (STATUS, STATUSES),
                _ => (KIND, KINDS),
            };
            let known = u64::from(*passes) & ((1 << (bits - 1)) - 1);
            let others = u64::from(passes >> (bits - 1) != 0);
            vec![(known | others << (bits - 1)) << first]
        }
        SpanTest::All(tests) => tests.iter().flat_map(needs).collect(),
        SpanTest::Any(tests) => {
            let each = tests.iter().map(|test| needs(test).first().copied());
            let one = { each }.try_fold(0, |all, own| Some(all | own?));
            one.into_iter().collect()
        }
        _ => Vec::new(),
    }
}
