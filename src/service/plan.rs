//! Reads the whole of `pipelines.toml` into a plan, with every fault and warning at once.

use std::sync::Arc;

use super::settings::{Admin, Settings};
use super::spending::{self, Spend};
use crate::component::{Built, Entry};
use crate::config::{Document, Fault, Reading, Table, nearest};
use crate::genai::dialect::Sources;
use crate::otlp::Signal;
use crate::spend::Budget;

/// The rows of the three registers, so that a plan can be read against others in tests.
#[derive(Clone, Copy)]
pub struct Registers {
    /// Known receivers.
    pub receivers: &'static [Entry],
    /// Known processors.
    pub processors: &'static [Entry],
    /// Known exporters.
    pub exporters: &'static [Entry],
}

impl Registers {
    /// What this binary has.
    pub fn all() -> Self {
        Registers {
            receivers: crate::receivers::ALL,
            processors: crate::processors::ALL,
            exporters: crate::exporters::ALL,
        }
    }

    /// The three kinds, as they are called in `pipelines.toml`.
    pub fn kinds(&self) -> [(&'static str, &'static [Entry]); 3] {
        [
            ("receivers", self.receivers),
            ("processors", self.processors),
            ("exporters", self.exporters),
        ]
    }
}

/// One component instance: its name and what its table was read into.
pub struct Part {
    /// `redact` or `redact/strict`.
    pub name: String,
    /// Ready to be built.
    pub built: Built,
    /// Facts that processors behind it need, in whichever pipeline.
    pub behind: Vec<&'static str>,
}

/// One pipeline: names of instances, in order.
#[derive(Clone, Debug)]
pub struct PipelinePlan {
    /// `traces` or `traces/second`.
    pub name: String,
    /// What it carries.
    pub signal: Signal,
    /// Instance names.
    pub receivers: Vec<String>,
    /// Instance names, in the order data flows.
    pub processors: Vec<String>,
    /// Instance names.
    pub exporters: Vec<String>,
}

/// A configuration that can be built.
pub struct Plan {
    /// The file it came from.
    pub document: Arc<Document>,
    /// The process.
    pub settings: Settings,
    /// The admin port.
    pub admin: Admin,
    /// The spend ledger.
    pub spend: Spend,
    /// The budgets over it.
    pub budgets: Vec<Budget>,
    /// Where identity is looked for.
    pub identity: Sources,
    /// Receivers in use.
    pub receivers: Vec<Part>,
    /// Processors in use.
    pub processors: Vec<Part>,
    /// Exporters in use.
    pub exporters: Vec<Part>,
    /// The pipelines, in file order.
    pub pipelines: Vec<PipelinePlan>,
    /// What is odd and does not keep the service from starting.
    pub warnings: Vec<Fault>,
}

/// Tables `pipelines.toml` may have at its top. Budgets are read by the spend ledger, tests by
/// `tollgate test`.
const TOP: &[&str] = &[
    "service",
    "admin",
    "spend",
    "identity",
    "receivers",
    "processors",
    "exporters",
    "pipelines",
    "budgets",
    "tests",
];

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct PipelineTable {
    receivers: Vec<String>,
    #[serde(default)]
    processors: Vec<String>,
    exporters: Vec<String>,
}

impl Plan {
    /// Reads a document against the registers; answers the plan, or every fault in it.
    pub fn read(document: &Arc<Document>, registers: Registers) -> Reading<Plan> {
        let root = document.root();
        let mut faults = Vec::new();
        unknown_tables(&root, &mut faults);
        let settings = keep(&mut faults, section(&root, "service").read(Settings::check));
        let admin = keep(&mut faults, section(&root, "admin").read(Admin::check));
        let spending = keep(&mut faults, spending::read(&root));
        let identity = keep(&mut faults, super::dialects::identity(&root));
        let pipelines = pipelines(&root, registers, &mut faults);
        let mut warnings = Vec::new();
        let mut parts = registers.kinds().map(|(kind, entries)| {
            let used = used(&pipelines, kind);
            parts(&root, kind, entries, &used, &mut faults, &mut warnings)
        });
        faults.sort_by(|a, b| a.place.cmp(&b.place));
        let (Some(settings), Some(admin), Some((spend, budgets)), Some(identity), true) =
            (settings, admin, spending, identity, faults.is_empty())
        else {
            return Err(faults);
        };
        let [receivers, mut processors, exporters] = parts.each_mut().map(std::mem::take);
        for pipeline in &pipelines {
            super::order::warn(&root, pipeline, &processors, &mut warnings);
            super::order::look_behind(&pipeline.processors, &mut processors);
        }
        let document = Arc::clone(document);
        Ok(Plan {
            document,
            settings,
            admin,
            spend,
            budgets,
            identity,
            receivers,
            processors,
            exporters,
            pipelines,
            warnings,
        })
    }
}

impl Plan {
    /// Reads only the processors of these names, in this order; those without a table have their
    /// defaults.
    pub fn chain(
        document: &Arc<Document>,
        registers: Registers,
        names: &[&str],
    ) -> Reading<Vec<Part>> {
        let tables = section(&document.root(), "processors");
        let (mut parts, mut faults) = (Vec::new(), Vec::new());
        for name in names {
            let Some(entry) = entry(registers.processors, name) else {
                let remedy = remedy(registers.processors, name);
                faults.push(tables.fault(name, unknown("processors", name), remedy));
                continue;
            };
            let table = tables.table(name).unwrap_or_else(Table::empty);
            let built = keep(&mut faults, (entry.read)(&table));
            parts.extend(built.map(|built| Part {
                name: (*name).to_owned(),
                built,
                behind: Vec::new(),
            }));
        }
        super::order::look_behind(names, &mut parts);
        if faults.is_empty() {
            Ok(parts)
        } else {
            Err(faults)
        }
    }
}

fn section(root: &Table, key: &str) -> Table {
    root.table(key).unwrap_or_else(Table::empty)
}

fn keep<T>(faults: &mut Vec<Fault>, reading: Reading<T>) -> Option<T> {
    reading.map_err(|more| faults.extend(more)).ok()
}

fn unknown_tables(root: &Table, faults: &mut Vec<Fault>) {
    for key in root
        .keys()
        .iter()
        .filter(|key| !TOP.contains(&key.as_str()))
    {
        let remedy = match nearest(key, TOP.iter().copied()) {
            Some(guess) => format!("did you mean `{guess}`?"),
            None => format!("accepted: {}", TOP.join(", ")),
        };
        faults.push(root.fault(key, format!("unknown table `{key}`"), remedy));
    }
}

fn pipelines(root: &Table, registers: Registers, faults: &mut Vec<Fault>) -> Vec<PipelinePlan> {
    let tables = section(root, "pipelines");
    let mut plans = Vec::new();
    for name in tables.keys() {
        let kind = name.split('/').next().unwrap_or_default();
        let Some(signal) = Signal::ALL.iter().find(|signal| signal.name() == kind) else {
            let remedy = "a pipeline is called `traces`, `metrics` or `logs`, or `traces/name`";
            faults.push(tables.fault(&name, format!("unknown pipeline `{name}`"), remedy));
            continue;
        };
        let Some(table) = tables.table(&name) else {
            faults.push(tables.fault(&name, "a pipeline is a table", "write `[pipelines.traces]`"));
            continue;
        };
        let Some(read) = keep(faults, table.read(|_: &PipelineTable| Vec::new())) else {
            continue;
        };
        let plan = PipelinePlan {
            name,
            signal: *signal,
            receivers: read.receivers,
            processors: read.processors,
            exporters: read.exporters,
        };
        check_names(&table, &plan, registers, faults);
        plans.push(plan);
    }
    if plans.is_empty() && faults.is_empty() {
        let remedy = "add `[pipelines.traces]` with receivers, processors and exporters";
        faults.push(root.fault("pipelines", "there is no pipeline", remedy));
    }
    plans
}

fn check_names(table: &Table, plan: &PipelinePlan, registers: Registers, faults: &mut Vec<Fault>) {
    let lists = [&plan.receivers, &plan.processors, &plan.exporters];
    for ((kind, entries), names) in registers.kinds().into_iter().zip(lists) {
        if names.is_empty() && kind != "processors" {
            let message = format!("pipeline `{}` has no {kind}", plan.name);
            faults.push(table.fault(kind, message, format!("name at least one of its {kind}")));
        }
        for (index, name) in names.iter().enumerate() {
            if names.iter().take(index).any(|other| other == name) {
                let message = format!("`{name}` stands twice in {kind} of `{}`", plan.name);
                faults.push(table.fault(kind, message, "name it once"));
            }
            if entry(entries, name).is_none() {
                faults.push(table.fault(kind, unknown(kind, name), remedy(entries, name)));
            }
        }
    }
}

fn entry(entries: &'static [Entry], name: &str) -> Option<&'static Entry> {
    let kind = name.split('/').next()?;
    entries.iter().find(|entry| entry.name == kind)
}

fn unknown(kind: &str, name: &str) -> String {
    format!("unknown {} `{name}`", kind.trim_end_matches('s'))
}

fn remedy(entries: &'static [Entry], name: &str) -> String {
    let kind = name.split('/').next().unwrap_or_default();
    let names = entries.iter().map(|entry| entry.name).collect::<Vec<_>>();
    match nearest(kind, names.iter().copied()) {
        Some(guess) => format!("did you mean `{guess}`?"),
        None => format!("there are: {}", names.join(", ")),
    }
}

fn used(pipelines: &[PipelinePlan], kind: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for pipeline in pipelines {
        let list = match kind {
            "receivers" => &pipeline.receivers,
            "processors" => &pipeline.processors,
            _ => &pipeline.exporters,
        };
        for name in list {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    names
}

/// Reads the tables of one kind. Those that no pipeline names are read too, for their faults, and
/// warned about.
fn parts(
    root: &Table,
    kind: &str,
    entries: &'static [Entry],
    used: &[String],
    faults: &mut Vec<Fault>,
    warnings: &mut Vec<Fault>,
) -> Vec<Part> {
    let tables = section(root, kind);
    let mut parts = Vec::new();
    for name in tables.keys().iter().filter(|name| !used.contains(name)) {
        let Some(entry) = entry(entries, name) else {
            faults.push(tables.fault(name, unknown(kind, name), remedy(entries, name)));
            continue;
        };
        if let Some(table) = tables.table(name) {
            keep(faults, (entry.read)(&table));
        }
        let message = format!("`{kind}.{name}` is defined and no pipeline uses it");
        warnings.push(
            tables
                .fault(name, message, "name it in a pipeline, or remove it")
                .warn(),
        );
    }
    for name in used {
        let Some(entry) = entry(entries, name) else {
            continue;
        };
        let table = tables.table(name).unwrap_or_else(Table::empty);
        if let Some(built) = keep(faults, (entry.read)(&table)) {
            parts.push(Part {
                name: name.clone(),
                built,
                behind: Vec::new(),
            });
        }
    }
    parts
}
