//! Tests as bits: what has to be so, and what must not be, of what is known of a span at a glance.

use super::check::Check;
use super::reading::{BITS, Reading, Scalar, Slot, Slots};
use super::syntax::{Field, Place};
use super::test::SpanTest;

/// What is known of a span at a glance, by bit: see [`OWN`], [`RESOURCE`] and [`ANSWERS`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts([u64; 3]);

/// Which of the first slots have a value on the span; above them its status, kind, and place.
const OWN: usize = 0;
/// Which of the first slots have a value on its resource.
const RESOURCE: usize = 1;
/// Answers to questions about values, once they were asked.
const ANSWERS: usize = 2;

/// The bits of the slots.
const VALUES: u64 = (1 << BITS) - 1;
/// Above them: one for each status, the last for those without a word.
const STATUS: u32 = BITS as u32;
const STATUSES: u32 = 4;
/// Then one for each kind, the last for those without a word.
const KIND: u32 = STATUS + STATUSES;
const KINDS: u32 = 7;
/// Then whether it is a root.
const ROOT: u32 = KIND + KINDS;

impl Facts {
    /// What can be seen of a span before anything is asked.
    #[inline]
    pub(super) fn of(
        own: &Slots<'_>,
        resource: &Slots<'_>,
        status: i32,
        kind: i32,
        is_root: bool,
    ) -> Self {
        let bit = |number: i32, bits: u32| (number as u32).min(bits - 1);
        let signs = 1 << (STATUS + bit(status, STATUSES)) | 1 << (KIND + bit(kind, KINDS));
        let own = own.present() | signs | u64::from(is_root) << ROOT;
        Facts([own, resource.present(), 0])
    }

    /// Takes in the answers.
    #[inline]
    pub(super) fn answer(&mut self, answers: u64) {
        self.0[ANSWERS] = answers;
    }

    /// The answer of this number.
    pub(super) fn has_answer(self, number: u8) -> bool {
        self.0[ANSWERS] >> number & 1 != 0
    }

    /// Whether there is one of these signs.
    #[inline]
    pub(super) fn has_any(&self, signs: &Signs) -> bool {
        (self.0[OWN] | self.0[RESOURCE]) & signs.seen | self.0[ANSWERS] & signs.answers != 0
    }
}

/// Facts of which a span has to have one to pass a test.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Signs {
    /// Of the span or its resource.
    seen: u64,
    /// Answers.
    answers: u64,
}

impl Signs {
    pub(super) const NONE: Signs = Signs {
        seen: 0,
        answers: 0,
    };
    /// Every span has one of these.
    const ANY: Signs = Signs {
        seen: u64::MAX,
        answers: 0,
    };

    fn seen(seen: u64) -> Self {
        Signs { seen, answers: 0 }
    }

    pub(super) fn or(self, other: Signs) -> Signs {
        Signs {
            seen: self.seen | other.seen,
            answers: self.answers | other.answers,
        }
    }

    /// Few of which each way has one, the rarer ones if there is a choice.
    fn of_ways(ways: &[Clause]) -> Self {
        let mut left: Vec<Vec<Signs>> = ways.iter().map(Clause::signs).collect();
        let mut all = Signs::NONE;
        while let Some(way) = left.first() {
            let shown_by = |sign: &&Signs| left.iter().filter(|way| way.contains(sign)).count();
            // Of equal ones the last, which are the rarest.
            let Some(best) = way.iter().max_by_key(shown_by).copied() else {
                return Signs::ANY;
            };
            all = all.or(best);
            left.retain(|way| !way.contains(&best));
        }
        all
    }

    /// Those of a test that is not told by ways.
    pub(super) fn of_test(test: &SpanTest) -> Self {
        match test {
            SpanTest::Attribute(_, _, check) if check.takes_none() => Signs::ANY,
            SpanTest::Attribute(slot, ..) if *slot < BITS => Signs::seen(1 << slot),
            SpanTest::Number(field, passes) => Signs::seen(signs_of(*field, *passes).0),
            SpanTest::All(tests) => {
                let each = tests.iter().map(Signs::of_test);
                let rarest = each.min_by_key(|signs| (signs.seen & !VALUES).count_ones());
                rarest.unwrap_or(Signs::ANY)
            }
            SpanTest::Any(tests) => {
                let each = tests.iter().map(Signs::of_test);
                each.fold(Signs::NONE, Signs::or)
            }
            _ => Signs::ANY,
        }
    }
}

/// Facts that have to be as it wants them, all of those it looks at.
#[derive(Clone, Copy, Debug, Default)]
struct Clause {
    looks_at: [u64; 3],
    wants: [u64; 3],
}

impl Clause {
    /// Some bits of a word: all set, or none.
    fn of(word: usize, bits: u64, set: bool) -> Self {
        let mut clause = Clause::default();
        clause.looks_at[word] = bits;
        clause.wants[word] = if set { bits } else { 0 };
        clause
    }

    #[inline]
    fn holds(&self, facts: &Facts) -> bool {
        let odd = |word: usize| facts.0[word] & self.looks_at[word] ^ self.wants[word];
        odd(OWN) == 0 && odd(ANSWERS) | odd(RESOURCE) == 0
    }

    /// Both; `None` if they contradict each other.
    fn and(&self, other: &Clause) -> Option<Clause> {
        let mut both = *self;
        for word in 0..both.wants.len() {
            let shared = self.looks_at[word] & other.looks_at[word];
            if (self.wants[word] ^ other.wants[word]) & shared != 0 {
                return None;
            }
            both.looks_at[word] |= other.looks_at[word];
            both.wants[word] |= other.wants[word];
        }
        Some(both)
    }
}

impl Clause {
    /// The signs by which each of the facts that it wants is seen; the rarest last.
    fn signs(&self) -> Vec<Signs> {
        let each = |bits: u64| {
            (0..u64::BITS)
                .map(|bit| 1 << bit)
                .filter(move |bit| bits & bit != 0)
        };
        let answers = each(self.wants[ANSWERS]).map(|answers| Signs { seen: 0, answers });
        let values = (self.wants[OWN] | self.wants[RESOURCE]) & VALUES;
        let barred = self.looks_at[OWN] & !self.wants[OWN];
        let numbers = [Field::Kind, Field::Status].map(|field| signs_of(field, u8::MAX).1);
        let numbers = numbers.into_iter().filter(|all| barred & all != 0);
        answers
            .chain(each(values).map(Signs::seen))
            .chain(numbers.map(|all| Signs::seen(all & !barred)))
            .collect()
    }
}

/// More ways to pass than this are not told apart by bits.
const CLAUSES_MAX: usize = 12;

/// The ways in which a settled test turns out as wanted; `None` if bits do not say.
fn clauses(test: &SpanTest, wanted: bool) -> Option<Vec<Clause>> {
    let parts = |tests: &[SpanTest]| {
        let each = tests.iter().map(|test| clauses(test, wanted));
        each.collect::<Option<Vec<_>>>()
    };
    let ways = match test {
        SpanTest::Not(test) => clauses(test, !wanted)?,
        SpanTest::All(tests) if wanted => all(&parts(tests)?)?,
        SpanTest::Any(tests) if !wanted => all(&parts(tests)?)?,
        SpanTest::All(tests) | SpanTest::Any(tests) => parts(tests)?.concat(),
        SpanTest::Answer(number) => vec![Clause::of(ANSWERS, 1 << number, wanted)],
        SpanTest::Number(field, passes) => {
            let (signs, all) = signs_of(*field, *passes);
            // One of them is set.
            let others = if wanted { all & !signs } else { signs };
            vec![Clause::of(OWN, others, false)]
        }
        SpanTest::Field(Field::IsRoot, check) => {
            let ways = [true, false].into_iter();
            ways.filter(|is_root| check.holds(Scalar::Bool(*is_root)) == wanted)
                .map(|is_root| Clause::of(OWN, 1 << ROOT, is_root))
                .collect()
        }
        SpanTest::Attribute(slot, place, check @ (Check::Exists | Check::Absent))
            if *slot < BITS =>
        {
            presence(*slot, *place, matches!(check, Check::Exists) == wanted)?
        }
        _ => return None,
    };
    (ways.len() <= CLAUSES_MAX).then_some(ways)
}

/// All combinations of ways.
fn all(parts: &[Vec<Clause>]) -> Option<Vec<Clause>> {
    let mut ways = vec![Clause::default()];
    for part in parts {
        let pairs = ways
            .iter()
            .flat_map(|way| part.iter().map(|own| own.and(way)));
        ways = pairs.flatten().collect();
        if ways.len() > CLAUSES_MAX {
            return None;
        }
    }
    Some(ways)
}

/// The ways in which there is a value, or none.
fn presence(slot: Slot, place: Place, there: bool) -> Option<Vec<Clause>> {
    let [own, resource] = [OWN, RESOURCE].map(|word| Clause::of(word, 1 << slot, there));
    Some(match place {
        Place::Span => vec![own],
        Place::Resource => vec![resource],
        Place::Any if there => vec![own, resource],
        Place::Any => own.and(&resource).into_iter().collect(),
        Place::Root => return None,
    })
}

/// The signs of a number that passes, and those of all numbers.
fn signs_of(field: Field, passes: u8) -> (u64, u64) {
    let (first, bits) = match field {
        Field::Status => (STATUS, STATUSES),
        _ => (KIND, KINDS),
    };
    let all = (1 << bits) - 1;
    ((u64::from(passes) & all) << first, all << first)
}

/// A test that is answered by bits, or at least not asked of spans that cannot pass it.
#[derive(Clone, Debug)]
pub struct Screened {
    /// A span that has none of them does not pass.
    pub(super) signs: Signs,
    how: How,
}

#[derive(Clone, Debug)]
enum How {
    /// Any of these ways passes.
    Bits(Box<[Clause]>),
    /// The test itself.
    Test(SpanTest),
}

impl Screened {
    /// A settled test, and what it is once its questions have been asked.
    pub(super) fn new(test: &SpanTest, asked: SpanTest) -> Self {
        match clauses(&asked, true) {
            Some(ways) => Screened {
                signs: Signs::of_ways(&ways),
                how: How::Bits(ways.into()),
            },
            None => Screened {
                signs: Signs::of_test(test),
                how: How::Test(asked),
            },
        }
    }

    /// Whether the span passes.
    #[inline]
    pub fn holds(&self, span: &Reading<'_>) -> bool {
        span.facts.has_any(&self.signs)
            && match &self.how {
                How::Bits(ways) => ways.iter().any(|way| way.holds(&span.facts)),
                How::Test(test) => test.holds(span),
            }
    }
}
