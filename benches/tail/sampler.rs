//! One worker's sampler with ten policies, called as a worker calls it.

use tollgate::clock::Now;
use tollgate::component::{Account, Batch, Next, Processor, ProcessorConfig};
use tollgate::config::Table;
use tollgate::otlp::Telemetry;
use tollgate::processors::tail_sampling::{Config, Sampler, TailSampling};

/// Ten policies, as an agent's operator would write them.
const POLICIES: &str = r#"policies = [
  { name = "errors", type = "status", codes = ["ERROR"] },
  { name = "expensive", type = "cost", min_usd = 5.0 },
  { name = "slow", type = "latency", min_ms = 600000 },
  { name = "tools", type = "tool_error", min_count = 2 },
  { name = "loops", type = "loop", max_calls = 20 },
  { name = "vip", type = "string", key = "tenant.id", values = ["acme", "globex"] },
  { name = "model", type = "model", names = ["gpt-x", "o-large"] },
  { name = "big", type = "numeric", key = "gen_ai.usage.input_tokens", min = 200000 },
  { name = "route", type = "condition", conditions = [{ attr = "http.route", op = "starts_with", value = "/admin" }] },
  { name = "rest", type = "probability", percent = 10 },
]"#;

/// The last of them.
const SHARE: &str = r#"policies = [{ name = "rest", type = "probability", percent = 10 }]"#;

/// Between two ticks, as in the service.
pub(crate) const TICK_MS: u64 = 100;

/// A worker without its thread.
pub(crate) struct Bench {
    worker: TailSampling,
    account: Account,
    /// Spans that came out.
    pub kept: u64,
}

impl Bench {
    /// Traces are decided a fixed time after their first span; there is no limit to how many are
    /// open.
    pub(crate) fn waiting(wait_ms: u64) -> Self {
        Bench::with(POLICIES, wait_ms)
    }

    /// The same, where the last of the policies is alone.
    pub(crate) fn carrying(wait_ms: u64) -> Self {
        Bench::with(SHARE, wait_ms)
    }

    fn with(policies: &str, wait_ms: u64) -> Self {
        let text = format!(
            "mode = \"fixed\"\nwait = \"{wait_ms}ms\"\nlimits = {{ bytes = 0, traces = 0 }}\n{policies}"
        );
        let read = Table::of(&text).read(Config::check);
        let config = read.unwrap_or_else(|faults| panic!("{faults:?}"));
        let sampler =
            Sampler::new(config, "tail_sampling", 1).unwrap_or_else(|why| panic!("{why}"));
        Bench {
            worker: sampler.worker(0),
            account: Account::default(),
            kept: 0,
        }
    }

    /// A request arrives.
    pub(crate) fn send(&mut self, telemetry: Telemetry, now: Now) {
        self.call(now, |worker, next| {
            worker.process(Batch::unpaid(telemetry), next);
        });
    }

    /// Time has passed.
    pub(crate) fn tick(&mut self, now: Now) {
        self.call(now, Processor::tick);
    }

    /// Open traces.
    pub(crate) fn open(&self) -> usize {
        self.worker.open_traces().len()
    }

    /// Bytes of open traces as the byte budget counts them.
    pub(crate) fn counted_bytes(&self) -> u64 {
        self.worker.bytes_held()
    }

    fn call(&mut self, now: Now, call: impl FnOnce(&mut TailSampling, &mut Next<'_>)) {
        let kept = &mut self.kept;
        let mut take = |batch: Batch| *kept += batch.items();
        let mut next = Next::new(&mut [], &mut take, &self.account, now, 0.0);
        call(&mut self.worker, &mut next);
    }
}
