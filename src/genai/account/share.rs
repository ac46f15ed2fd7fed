//! Splits an integer amount by weights without losing or making a unit.

/// The shares of `amount` by `weights`: they add up to `amount` exactly.
///
/// Each share is the amount's part rounded down; what rounding left goes, unit by unit, to the
/// largest remainders, the earlier first. All weights zero: the first gets everything.
pub(super) fn split(amount: i128, weights: &[u64]) -> Vec<i128> {
    // Larger weights say no more about a proportion, and their products would not fit.
    const WEIGHT_MAX: u64 = 1 << 48;
    let weights: Vec<u64> = weights
        .iter()
        .map(|weight| (*weight).min(WEIGHT_MAX))
        .collect();
    let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    let Ok(total) = i128::try_from(total) else {
        return whole_to_first(amount, weights.len());
    };
    if total == 0 {
        return whole_to_first(amount, weights.len());
    }
    // Parts are exact: the amount is taken apart before it is multiplied, so nothing overflows.
    let (each, rest) = (amount.div_euclid(total), amount.rem_euclid(total));
    let mut shares = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    for (index, weight) in weights.iter().enumerate() {
        let weight = i128::from(*weight);
        let part = rest.saturating_mul(weight);
        shares.push(
            each.saturating_mul(weight)
                .saturating_add(part.div_euclid(total)),
        );
        remainders.push((part.rem_euclid(total), index));
    }
    let given: i128 = shares.iter().sum();
    let left = usize::try_from(amount - given).unwrap_or(0);
    remainders.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    for (_, index) in remainders.into_iter().cycle().take(left) {
        if let Some(share) = shares.get_mut(index) {
            *share += 1;
        }
    }
    shares
}

fn whole_to_first(amount: i128, parts: usize) -> Vec<i128> {
    let mut shares = vec![0; parts];
    if let Some(first) = shares.first_mut() {
        *first = amount;
    }
    shares
}
