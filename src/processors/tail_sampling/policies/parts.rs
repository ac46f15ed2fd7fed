//! The parts of a policy made of others.

use super::super::policy::{Builder, Case, Policy, PolicySpec};

/// Compiled parts.
pub(super) struct Parts(Vec<Part>);

struct Part {
    policy: Box<dyn Policy>,
    /// Its yes and its no are never a matter of chance or limits.
    sure: bool,
}

impl Parts {
    /// Compiles each.
    pub(super) fn build(specs: &[PolicySpec], builder: &mut Builder<'_>) -> Result<Self, String> {
        if specs.is_empty() {
            return Err("`of` names no part".to_owned());
        }
        let part = |spec: &PolicySpec| {
            let policy = spec.build(builder)?;
            Ok(Part {
                sure: policy.monotone() || policy.sure(),
                policy,
            })
        };
        specs
            .iter()
            .map(part)
            .collect::<Result<_, String>>()
            .map(Parts)
    }

    /// The parts, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &dyn Policy> {
        self.0.iter().map(|part| &*part.policy)
    }

    /// Lets each learn.
    pub(super) fn learn(&self, case: &Case<'_>) {
        self.iter().for_each(|part| part.learn(case));
    }

    /// Whether all are monotone.
    pub(super) fn monotone(&self) -> bool {
        self.0.iter().all(|part| part.policy.monotone())
    }

    /// Whether no part depends on chance or limits.
    pub(super) fn sure(&self) -> bool {
        self.0.iter().all(|part| part.sure)
    }
}
