//! Decides: asks the policies in their order and makes one ruling of their votes.

use std::sync::Arc;

use super::budget::Purse;
use super::config::{Config, Evaluate, Fallback};
use super::early::Early;
use super::learnt::{Owner, Stock};
use super::named::Named;
use super::plan::Plan;
use super::policy::{Basis, Builder, Case, Vote};
use super::votes::Votes;
use crate::sampling::shared::{Pins, SessionKey};
use crate::sampling::verdict::Certainty;

/// What was decided, and why.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ruling {
    pub keep: bool,
    /// Who is credited.
    pub by: Option<Arc<str>>,
    pub certainty: Certainty,
    /// The keep pins the trace's session.
    pub pins: bool,
    /// Policies on trial that would have decided otherwise.
    pub trials: Vec<Arc<str>>,
}

impl Ruling {
    /// Dropped, credited to somebody or nobody.
    pub(super) fn drop(by: Option<Arc<str>>) -> Self {
        Ruling {
            keep: false,
            by,
            certainty: Certainty::Unknown,
            pins: false,
            trials: Vec::new(),
        }
    }

    /// Kept.
    pub(super) fn keep(by: Arc<str>, certainty: Certainty, pins: bool) -> Self {
        Ruling {
            keep: true,
            by: Some(by),
            certainty,
            pins,
            trials: Vec::new(),
        }
    }
}

/// The policies of one version of the rules, asked by all workers.
pub(super) struct Judge {
    pub(super) evaluate: Evaluate,
    fallback: Fallback,
    pub(super) policies: Vec<Named>,
    drops: Vec<usize>,
    /// Those whose keep is certain before the end, and what it depends on.
    keepers: Vec<(usize, Basis)>,
    /// Who of them may keep before the end.
    early: Early,
    window_ms: u64,
    pins: Arc<Pins>,
    budget: Option<Purse>,
    words: Words,
}

/// Who is credited for the sake of a session.
pub(super) const SESSION: &str = "session";

/// Credits that are no policies.
struct Words {
    session: Arc<str>,
    budget: Arc<str>,
    default: Arc<str>,
}

/// Sessions pinned at a time.
const PINS: usize = 1 << 16;

impl Judge {
    /// Compiles the policies, and the plan of what they need to know.
    /// Limits, pins and budgets go on as `stock` has them from earlier versions.
    pub(super) fn compile(
        config: &Config,
        workers: usize,
        stock: &mut Stock,
    ) -> Result<(Judge, Plan), String> {
        let mut plan = Plan::default();
        let pins = stock.shared("pins", || Pins::new(PINS));
        let budget = config
            .budget
            .as_ref()
            .map(|budget| Purse::open(budget, &mut plan, config, stock));
        let cost_attributes = &config.cost_attributes;
        let mut builder = Builder {
            plan: &mut plan,
            cost_attributes,
            workers,
            stock,
            owner: Owner::default(),
        };
        let mut policies = Vec::new();
        for spec in &config.policies {
            let when = match spec.when.as_slice() {
                [] => None,
                when => Some(builder.conditions(when, spec.matching)?),
            };
            let named = Named {
                name: spec.name.as_str().into(),
                policy: spec.build(&mut builder)?,
                when,
                drop_rule: spec.settings.is_drop_rule(),
                pins: spec.pin_session,
                trial: spec.dry_run,
                certain_by: Basis::NOTHING,
                monotone: false,
                drops: false,
                inverted: false,
            };
            policies.push(named.settle());
        }
        if let Some(root) = &config.root {
            plan.root = Some(root.on_span(&mut plan.keys)?);
        }
        // A session's name is worth its memory only if somebody asks for it.
        if config.knows_sessions() {
            let keys = config.session.keys.iter();
            plan.sessions = keys.map(|key| plan.keys.slot(key)).collect();
        }
        plan.finish();
        Ok((Judge::of(config, policies, pins, budget), plan))
    }

    fn of(config: &Config, policies: Vec<Named>, pins: Arc<Pins>, budget: Option<Purse>) -> Judge {
        let keepers: Vec<(usize, Basis)> = { policies.iter().enumerate() }
            .filter(|(_, named)| named.certain_by != Basis::NOTHING)
            .map(|(index, named)| (index, named.certain_by))
            .collect();
        Judge {
            evaluate: config.evaluate,
            fallback: config.default,
            drops: (0..policies.len())
                .filter(|index| policies.get(*index).is_some_and(|named| named.drops))
                .collect(),
            early: Early::of(config, &policies),
            keepers,
            policies,
            window_ms: config.session.window.as_ms(),
            pins,
            budget,
            words: Words {
                session: SESSION.into(),
                budget: "budget".into(),
                default: "default".into(),
            },
        }
    }

    /// Decides for good, charges limits and budgets, and learns.
    pub(super) fn rule(&self, case: &Case<'_>) -> Ruling {
        let ruling = match self.evaluate {
            Evaluate::All | Evaluate::FirstSampled => self.by_votes(case),
            Evaluate::Rules => self.by_rules(case),
        };
        let ruling = self.charge(ruling, case);
        self.learn(case);
        ruling
    }

    /// Lets the policies learn from a trace that was decided without them.
    pub(super) fn learn(&self, case: &Case<'_>) {
        self.policies
            .iter()
            .for_each(|named| named.policy.learn(case));
    }

    /// Whether what has `changed` may have brought about a keep that nothing can take back.
    #[inline]
    pub(super) fn may_be_early(&self, changed: Basis) -> bool {
        self.early.by.meets(changed)
    }

    /// A keep that nothing can take back, if what has `changed` brought one about.
    pub(super) fn early(&self, case: &Case<'_>, changed: Basis) -> Option<Ruling> {
        match self.evaluate {
            Evaluate::Rules => self.early.in_turn(&self.policies, case),
            _ => self.certain(case, changed),
        }
    }

    /// Pays for a keep.
    pub(super) fn charge(&self, ruling: Ruling, case: &Case<'_>) -> Ruling {
        match self.budget.as_ref().filter(|_| ruling.keep) {
            Some(purse) if !purse.pay(&ruling, case) => Ruling {
                trials: ruling.trials,
                ..Ruling::drop(Some(Arc::clone(&self.words.budget)))
            },
            _ => ruling,
        }
    }

    /// Pins a session from now on; says which, as other workers will hear of it.
    pub(super) fn pin(&self, session: &str, now_ms: u64) -> SessionKey {
        let key = self.pins.key(session);
        self.pins.pin(key, now_ms + self.window_ms);
        key
    }

    /// The pins of all workers.
    pub(super) fn pins(&self) -> &Arc<Pins> {
        &self.pins
    }

    fn by_votes(&self, case: &Case<'_>) -> Ruling {
        let mut trials = Vec::new();
        if let Some(ruling) = self.dropped(case, &mut trials) {
            return Ruling { trials, ..ruling };
        }
        if self.pinned(case) {
            return Ruling::keep(Arc::clone(&self.words.session), Certainty::SURE, true);
        }
        let first_only = self.evaluate == Evaluate::FirstSampled;
        let mut count = Votes::default();
        for (index, named) in self.policies.iter().enumerate() {
            if named.must_refuse(case.trace.ever) {
                count.refuse();
                continue;
            }
            if named.drops || named.drop_rule || !named.applies(case) {
                continue;
            }
            let vote = named.policy.vote(case);
            if named.trial {
                trials.extend(named.trial_word(vote));
                continue;
            }
            if count.add(index, named.inverted, vote) && first_only {
                break;
            }
        }
        let ruling = count.result().and_then(|(index, certainty)| {
            let named = self.policies.get(index)?;
            Some(Ruling::keep(Arc::clone(&named.name), certainty, named.pins))
        });
        Ruling {
            trials,
            ..ruling.unwrap_or_else(|| Ruling::drop(None))
        }
    }

    fn by_rules(&self, case: &Case<'_>) -> Ruling {
        let mut trials = Vec::new();
        if let Some(ruling) = self.dropped(case, &mut trials) {
            return Ruling { trials, ..ruling };
        }
        let pinned = self.pinned(case);
        for named in &self.policies {
            if named.drops || !named.applies(case) {
                continue;
            }
            let name = Arc::clone(&named.name);
            let ruling = if named.drop_rule {
                Ruling::drop(Some(name))
            } else if pinned {
                break;
            } else {
                match named.policy.vote(case) {
                    Vote::Yes(certainty) => Ruling::keep(name, certainty, named.pins),
                    Vote::No => Ruling::drop(Some(name)),
                }
            };
            if named.trial {
                let vote = if ruling.keep {
                    Vote::Yes(ruling.certainty)
                } else {
                    Vote::No
                };
                trials.push(named.word(vote));
                continue;
            }
            return Ruling { trials, ..ruling };
        }
        let ruling = match (pinned, self.fallback) {
            (true, _) => Ruling::keep(Arc::clone(&self.words.session), Certainty::SURE, true),
            (_, Fallback::Keep) => {
                Ruling::keep(Arc::clone(&self.words.default), Certainty::SURE, false)
            }
            (_, Fallback::Drop) => Ruling::drop(None),
        };
        Ruling { trials, ..ruling }
    }

    /// The first drop policy that holds.
    pub(super) fn dropped(&self, case: &Case<'_>, trials: &mut Vec<Arc<str>>) -> Option<Ruling> {
        for index in &self.drops {
            let Some(named) = self.policies.get(*index) else {
                continue;
            };
            if !named.applies(case) || !named.policy.vote(case).is_yes() {
                continue;
            }
            if named.trial {
                trials.push(named.word(Vote::No));
                continue;
            }
            return Some(Ruling::drop(Some(Arc::clone(&named.name))));
        }
        None
    }

    fn pinned(&self, case: &Case<'_>) -> bool {
        let session = case.trace.session();
        session.is_some_and(|session| self.pins.pinned(self.pins.key(session), case.now_ms))
    }

    /// The first keep that may come early, of those that what has `changed` matters to.
    fn certain(&self, case: &Case<'_>, changed: Basis) -> Option<Ruling> {
        let upto = self.early.upto;
        let asked = self.keepers.iter().take_while(|(index, _)| *index < upto);
        let mut concerned = asked.filter(|(_, by)| by.meets(changed));
        concerned.find_map(|(index, _)| {
            let named = self.policies.get(*index)?;
            let keeps = named.applies(case) && named.policy.vote(case).is_yes();
            keeps.then(|| named.keep())
        })
    }
}
