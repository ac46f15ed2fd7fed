//! What a configuration needs to know of each span: compiled once, shared by all workers.

use crate::sampling::expression::{Bits, Check, Keys, Operand, Place, Screened, Slot, SpanTest};
use crate::sampling::loops::{CallKeys, Shape};

/// Everything one walk over a span has to find out.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// The attributes somebody asks about.
    pub keys: Keys,
    /// Span tests that leave a bit.
    pub bits: Bits,
    /// Span tests that are counted.
    pub counters: Vec<Screened>,
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
}

/// One loop policy's view of tool calls.
#[derive(Clone, Debug)]
pub(super) struct LoopSpec {
    /// What counts as going round in circles.
    pub shape: Shape,
    /// Which spans are calls.
    pub is_call: Screened,
    /// The tool's name.
    pub tool: Slot,
    /// The arguments, if they tell calls apart.
    pub arguments: Option<Slot>,
}

/// Where a span's own figures stand.
#[derive(Clone, Debug)]
pub(super) struct SumSlots {
    /// Cost in US dollars, the most wanted first.
    pub cost: Vec<Slot>,
    /// `gen_ai.usage.input_tokens`.
    pub input: Slot,
    /// `gen_ai.usage.output_tokens`.
    pub output: Slot,
}

impl Plan {
    /// Whether anything is counted or summed over spans.
    #[inline]
    pub(super) fn gathers(&self) -> bool {
        self.sums.is_some() || !(self.counters.is_empty() && self.loops.is_empty())
    }

    /// Makes a span test leave a bit.
    pub(super) fn bit(&mut self, test: SpanTest) -> Result<u16, String> {
        self.bits
            .add(test)
            .ok_or_else(|| "too many conditions in one sampler".to_owned())
    }

    /// Makes a span test be counted.
    pub(super) fn counter(&mut self, test: SpanTest) -> usize {
        let test = self.bits.screen(test);
        self.counters.push(test);
        self.counters.len() - 1
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

    /// Makes cost and tokens be summed.
    pub(super) fn sum(&mut self, cost_attributes: &[String]) {
        if self.sums.is_none() {
            self.sums = Some(SumSlots {
                cost: cost_attributes
                    .iter()
                    .map(|key| self.keys.slot(key))
                    .collect(),
                input: self.keys.slot("gen_ai.usage.input_tokens"),
                output: self.keys.slot("gen_ai.usage.output_tokens"),
            });
        }
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
