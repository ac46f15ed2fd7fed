//! What a configuration needs to know of each span: compiled once, shared by all workers.

use std::borrow::Cow;

use super::policy::Basis;
use crate::otlp::Encoded;
use crate::sampling::expression::{
    Bits, Check, Keys, Operand, Place, Reading, Scalar, Screened, Several, Slot, Slots, SpanTest,
};
use crate::sampling::loops::{CallKeys, Shape};
use crate::sampling::rollup::{Amount, Figure, Figures};
use crate::sampling::sums::{Height, Most};

/// Everything one walk over a span has to find out.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// The attributes somebody asks about.
    pub keys: Keys,
    /// Span tests that leave a bit.
    pub bits: Bits,
    /// Span tests that are counted, each in its place.
    pub counted: Several<Counted>,
    /// Loop policies' views of tool calls.
    pub loops: Vec<LoopSpec>,
    /// Attributes whose values are remembered per trace.
    pub tracked: Vec<Slot>,
    /// Session keys, the most wanted first.
    pub sessions: Vec<Slot>,
    /// Whether cost or tokens are summed.
    pub sums: Option<SumSlots>,
    /// Name and score of evaluations, if somebody asks about them.
    pub evaluations: Option<(Slot, Slot)>,
    /// What makes a span a root; none is "has no parent".
    pub root: Option<SpanTest>,
    /// Hashes tool calls.
    pub call_keys: CallKeys,
    /// Whether anything is counted or summed over spans.
    pub gathers: bool,
    /// Whether values or sessions are remembered.
    pub notes: bool,
    /// Nanoseconds: no policy minds how long traces are that are no longer than this.
    pub durations: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Plan {
            keys: Keys::default(),
            bits: Bits::default(),
            counted: Several::default(),
            loops: Vec::new(),
            tracked: Vec::new(),
            sessions: Vec::new(),
            sums: None,
            evaluations: None,
            root: None,
            call_keys: CallKeys::default(),
            gathers: false,
            notes: false,
            durations: u64::MAX,
        }
    }
}

/// What a count is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    /// What changes with it.
    pub basis: Basis,
    /// So many change nothing.
    pub idle: u32,
}

/// One loop policy's view of tool calls.
#[derive(Clone, Debug)]
pub(super) struct LoopSpec {
    /// What counts as going round in circles.
    pub shape: Shape,
    /// The tool's name.
    pub tool: Slot,
    /// The arguments, if they tell calls apart.
    pub arguments: Option<Slot>,
    /// Where its calls are counted, by the test that tells which spans are calls.
    pub place: usize,
}

impl LoopSpec {
    /// What is equal for calls that are equal.
    pub(super) fn key(&self, keys: &CallKeys, span: &Reading<'_>) -> u64 {
        let tool = span.own(self.tool).as_str().unwrap_or_default();
        let arguments = self.arguments.and_then(|slot| match span.own(slot) {
            Scalar::Str(text) => Some(Cow::Borrowed(text)),
            // Structured arguments cannot be compared here: such calls are never the same.
            Scalar::Other => Some(Cow::Owned(span.id.to_string())),
            _ => None,
        });
        keys.of(tool, arguments.as_deref())
    }
}

/// Where a span's own figures stand, and who asks what they come to.
#[derive(Clone, Debug, Default)]
pub(super) struct SumSlots {
    /// Those that somebody asks about; of several places for a figure the most wanted first.
    numbers: Vec<(Figure, Slot)>,
    /// Bits of all these.
    any: u64,
    /// What somebody keeps traces for.
    bars: Vec<Height>,
    /// Somebody always wants to know what they come to.
    pub exactly: bool,
}

impl SumSlots {
    /// Makes a figure be summed.
    fn ask(&mut self, figure: Figure, keys: &mut Keys, cost_attributes: &[String]) {
        if self.numbers.iter().any(|(own, _)| *own == figure) {
            return;
        }
        let slots: Vec<Slot> = match figure {
            Figure::Cost => cost_attributes.iter().map(|key| keys.slot(key)).collect(),
            Figure::Input => vec![keys.slot("gen_ai.usage.input_tokens")],
            Figure::Output => vec![keys.slot("gen_ai.usage.output_tokens")],
        };
        for slot in slots {
            self.numbers.push((figure, slot));
            self.any |= Slots::bit(slot);
        }
    }

    /// Adds up what a span's figures come to at most; says whether it has any.
    #[inline]
    pub(super) fn raise(&self, most: &mut Most, span: &Slots<'_>) -> bool {
        if !span.has_any(self.any) {
            return false;
        }
        let mut raised = 0_u8;
        for (figure, slot) in &self.numbers {
            let bit = 1 << *figure as u8;
            if raised & bit == 0
                && let Some(number) = span.find(*slot).and_then(at_most)
            {
                most.raise(*figure, number);
                raised |= bit;
            }
        }
        raised != 0
    }

    /// A span's figures.
    pub(super) fn figures(&self, span: &Slots<'_>) -> Figures {
        let mut figures = Figures::default();
        for (figure, slot) in &self.numbers {
            let own = &mut figures[*figure as usize];
            if !own.exists() {
                *own = span.find(*slot).map_or(Amount::Absent, amount);
            }
        }
        figures
    }

    /// Whether somebody may keep a trace for what its figures come to at most.
    #[inline]
    pub(super) fn matter(&self, most: &Most) -> bool {
        self.bars.iter().any(|bar| bar.is_within(most))
    }
}

/// A span's number.
fn amount(value: Encoded<'_>) -> Amount {
    match Scalar::of(value) {
        Scalar::Int(n) => Amount::Whole(n),
        Scalar::Double(x) if x.is_finite() => Amount::Double(x),
        _ => Amount::Absent,
    }
}

/// What a span's number comes to at most, if it is one; nearly all are not looked into further.
#[inline]
fn at_most(value: Encoded<'_>) -> Option<f64> {
    if let Some(n) = value.whole() {
        return Some(n as f64);
    }
    match value.double() {
        Some(x) => x.is_finite().then(|| x.max(0.0)),
        None => at_most_exactly(value),
    }
}

#[cold]
fn at_most_exactly(value: Encoded<'_>) -> Option<f64> {
    let amount = amount(value);
    amount.exists().then(|| amount.at_most())
}

impl Plan {
    /// Makes a span test leave a bit.
    pub(super) fn bit(&mut self, test: SpanTest) -> Result<u16, String> {
        self.bits
            .add(test)
            .ok_or_else(|| "too many conditions in one sampler".to_owned())
    }

    /// Makes a span test be counted; says in which place.
    pub(super) fn count(&mut self, test: Screened, basis: Basis, idle: u32) -> usize {
        self.counted.push(Counted { basis, idle }, test);
        self.counted.len() - 1
    }

    /// Nothing is added from here on: what nobody asks about need not be looked at.
    pub(super) fn finish(&mut self) {
        self.keys.mind(&self.bits);
        self.gathers = self.sums.is_some() || !self.counted.is_empty();
        self.notes = !(self.tracked.is_empty() && self.sessions.is_empty());
    }

    /// Makes an attribute's values be remembered.
    pub(super) fn track(&mut self, key: &str) -> usize {
        let slot = self.keys.slot(key);
        if let Some(place) = self.tracked.iter().position(|own| *own == slot) {
            return place;
        }
        self.tracked.push(slot);
        self.tracked.len() - 1
    }

    /// Makes cost and tokens be summed: for somebody who keeps traces in which some figures come to
    /// at least so much, or else always wants to know.
    pub(super) fn sum(
        &mut self,
        cost_attributes: &[String],
        figures: &[Figure],
        least: Option<f64>,
    ) {
        let sums = self.sums.get_or_insert_default();
        for figure in figures {
            sums.ask(*figure, &mut self.keys, cost_attributes);
        }
        sums.exactly |= least.is_none();
        sums.bars
            .push(Height::of(figures, least.unwrap_or(f64::NEG_INFINITY)));
    }

    /// Makes it matter how long traces are that are longer than this, in nanoseconds.
    pub(super) fn durations_above(&mut self, nanos: u64) {
        self.durations = self.durations.min(nanos);
    }

    /// The test for a span that is a tool call, of one of `tools` if any are given.
    pub(super) fn tool_call(&mut self, tools: &[String]) -> SpanTest {
        let operation = self.keys.slot("gen_ai.operation.name");
        let tool = self.keys.slot("gen_ai.tool.name");
        let on_span = |slot, check| SpanTest::Attribute(slot, Place::Span, check);
        let is_call = SpanTest::Any(vec![
            on_span(
                operation,
                Check::Eq(Operand::Str("execute_tool".to_owned())),
            ),
            SpanTest::All(vec![
                on_span(operation, Check::Absent),
                on_span(tool, Check::Exists),
            ]),
        ]);
        if tools.is_empty() {
            return is_call;
        }
        let names = tools.iter().cloned().map(Operand::Str).collect();
        SpanTest::All(vec![is_call, on_span(tool, Check::In(names))])
    }
}
