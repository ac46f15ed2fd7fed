//! Max-min fairness: nobody gets more than asked, and what small ones leave is split evenly.

/// Splits `limit` over `demand`; the grants are in the order of the demands.
pub fn fair_share(limit: f64, demand: &[f64]) -> Vec<f64> {
    let level = level(limit, demand);
    demand.iter().map(|wish| wish.max(0.0).min(level)).collect()
}

/// The water level: whoever asks for less gets all of it, whoever asks for more gets this much.
pub fn level(limit: f64, demand: &[f64]) -> f64 {
    let mut wishes: Vec<f64> = demand.iter().map(|wish| wish.max(0.0)).collect();
    wishes.sort_by(f64::total_cmp);
    let mut left = limit.max(0.0);
    let mut askers = wishes.len();
    for wish in wishes {
        let even = left / askers as f64;
        if wish > even {
            return even;
        }
        left -= wish;
        askers -= 1;
    }
    f64::INFINITY
}

/// The probability with which each key is kept, so that about `goal` of `counts` are: rare keys
/// whole, loud ones share what is left, nobody at zero.
pub fn allocate(goal: f64, counts: &[f64]) -> Vec<f64> {
    let level = level(goal, counts);
    counts
        .iter()
        .map(|count| if *count <= level { 1.0 } else { level / count })
        .collect()
}
