//! Adds a settled trace up.

use super::settlement::{Fate, Fault, ModelCall, Settlement, ToolCall, Totals};

impl Settlement {
    pub(super) fn sum_up(&mut self) {
        let mut totals = Totals::default();
        self.calls.iter().for_each(|call| totals.add_call(call));
        for (index, tool) in self.tools.iter().enumerate() {
            totals.add_tool(tool, self.repeated_failure(index).is_some());
        }
        for (_, fate) in &self.fates {
            match fate {
                Fate::Aside(reason, _) if reason.is_duplicate() => totals.n_duplicates += 1,
                Fate::Aside(..) => totals.n_aggregates += 1,
                _ => {}
            }
        }
        totals.faults.sort_unstable();
        self.totals = totals;
    }

    /// The failure of an earlier call that a tool call repeats, with equal arguments.
    pub fn repeated_failure(&self, index: usize) -> Option<&Fault> {
        let (earlier, rest) = self.tools.split_at(index.min(self.tools.len()));
        let tool = rest.first().filter(|tool| tool.arguments_hash.is_some())?;
        let same = |before: &&ToolCall| {
            before.name == tool.name && before.arguments_hash == tool.arguments_hash
        };
        let mut before = earlier.iter().rev().filter(same);
        before.find_map(|before| before.fault.as_ref())
    }
}

impl Totals {
    /// Adds another trace's sums.
    pub fn add(&mut self, other: &Totals) {
        let counts: [(&mut u64, u64); 15] = [
            (&mut self.n_calls, other.n_calls),
            (&mut self.n_calls_failed, other.n_calls_failed),
            (&mut self.n_calls_unpriced, other.n_calls_unpriced),
            (&mut self.n_calls_without_usage, other.n_calls_without_usage),
            (&mut self.n_calls_estimated, other.n_calls_estimated),
            (&mut self.n_tools, other.n_tools),
            (&mut self.n_tools_failed, other.n_tools_failed),
            (&mut self.n_tools_mcp, other.n_tools_mcp),
            (&mut self.n_duplicates, other.n_duplicates),
            (&mut self.n_aggregates, other.n_aggregates),
            (&mut self.input_total, other.input_total),
            (&mut self.cache_read, other.cache_read),
            (&mut self.cache_write, other.cache_write),
            (&mut self.output_total, other.output_total),
            (&mut self.reasoning, other.reasoning),
        ];
        for (sum, count) in counts {
            *sum = sum.saturating_add(count);
        }
        self.cost += other.cost;
        self.attributed.direct += other.attributed.direct;
        self.attributed.induced += other.attributed.induced;
        self.attributed.own += other.attributed.own;
        self.wasted.failed_calls += other.wasted.failed_calls;
        self.wasted.failed_tools += other.wasted.failed_tools;
        self.wasted.retried_tools += other.wasted.retried_tools;
        for (verdict, n) in &other.faults {
            match self.faults.iter_mut().find(|(known, _)| known == verdict) {
                Some((_, sum)) => *sum += n,
                None => self.faults.push((*verdict, *n)),
            }
        }
        self.faults.sort_unstable();
    }

    fn add_call(&mut self, call: &ModelCall) {
        self.n_calls += 1;
        self.n_calls_failed += u64::from(call.fault.is_some());
        self.n_calls_estimated += u64::from(call.estimated);
        self.n_calls_without_usage += u64::from(call.usage.is_none() && call.fault.is_none());
        if let Some(usage) = &call.usage {
            let sum = |total: &mut u64, part: Option<u64>| {
                *total = total.saturating_add(part.unwrap_or(0));
            };
            sum(&mut self.input_total, usage.input);
            sum(&mut self.cache_read, usage.cache_read);
            sum(&mut self.cache_write, usage.cache_write);
            sum(&mut self.output_total, usage.output);
            sum(&mut self.reasoning, usage.reasoning);
        }
        match call.amount() {
            Some(amount) => {
                self.cost += amount;
                if call.fault.is_some() {
                    self.wasted.failed_calls += amount;
                }
            }
            None => self.n_calls_unpriced += u64::from(call.usage.is_some()),
        }
        self.attributed.direct += call.attributed.direct;
        self.attributed.induced += call.attributed.induced;
        self.attributed.own += call.attributed.own;
        self.add_fault(call.fault.as_ref());
    }

    fn add_tool(&mut self, tool: &ToolCall, retried: bool) {
        self.n_tools += 1;
        self.n_tools_failed += u64::from(tool.fault.is_some());
        self.n_tools_mcp += u64::from(tool.is_mcp);
        if tool.fault.is_some() {
            self.wasted.failed_tools += tool.cost();
        } else if retried {
            self.wasted.retried_tools += tool.cost();
        }
        self.add_fault(tool.fault.as_ref());
    }

    fn add_fault(&mut self, fault: Option<&Fault>) {
        let Some(fault) = fault else { return };
        match self
            .faults
            .iter_mut()
            .find(|(verdict, _)| *verdict == fault.verdict)
        {
            Some((_, n)) => *n += 1,
            None => self.faults.push((fault.verdict, 1)),
        }
    }
}
