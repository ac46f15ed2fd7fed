//! Sampling knowledge, checked against definitions, models and round trips.

use proptest::prelude::*;

use super::bucket::{Bucket, SecondCount};
use super::decimal::Decimal;
use super::dynamic::{Aim, Dynamic, Setup};
use super::fair_share::{allocate, fair_share};
use super::loops::{Calls, Shape};
use super::lru::Lru;
use super::memory::{DroppedMemory, Kept, KeptMemory, NO_POLICY, Packed};
use super::randomness::Randomness;
use super::rollup::{Amount, Figure, Rollup};
use super::shared::{Pins, Spent};
use super::sums::{Bar, Most};
use super::threshold::{RANGE, Threshold};
use super::tracestate::{Ot, Stamp};
use super::verdict::{Certainty, Trigger};
use super::wheel::Wheel;

fn id(n: u64) -> [u8; 16] {
    (u128::from(n) + 1).to_be_bytes()
}

fn kept(threshold: u64) -> Kept {
    Kept {
        certainty: Certainty::Known(Threshold::from_bits(threshold).unwrap()),
        randomness: Randomness::from_bits(RANGE - 1).unwrap(),
        write_rv: true,
        incomplete: false,
        trigger: Trigger::Idle,
        policy: 3,
    }
}

#[test]
fn a_stamp_raises_erases_or_leaves_the_threshold() {
    #[track_caller]
    fn check(threshold: Option<&str>, rv: u64, before: &str, after: Option<&str>) {
        let stamp = Stamp {
            threshold: threshold.map(|th| Threshold::decode(th).unwrap()),
            randomness: Randomness::from_bits(rv).unwrap(),
            write_rv: false,
        };
        assert_eq!(after, stamp.apply(before).as_deref());
    }
    const TOP: u64 = RANGE - 1;
    check(Some("8"), TOP, "", Some("ot=th:8"));
    check(Some("8"), TOP, "ot=th:c", None);
    check(
        Some("c"),
        TOP,
        "a=1,ot=x:y;th:8,b=2",
        Some("ot=x:y;th:c,a=1,b=2"),
    );
    check(Some("0"), TOP, "ot=th:8", None);
    check(Some("0"), 0, "ot=th:8", Some(""));
    check(None, TOP, "zz=1,ot=th:8", Some("zz=1"));
    check(Some("8"), TOP, "ot=th:xyz", Some("ot=th:8"));
}

#[test]
fn unreadable_sampling_keys_count_as_absent() {
    assert_eq!(Ot::default(), Ot::read("ot=th:;rv:123"));
    assert_eq!(Ot::default(), Ot::read("other=th:8"));
    let ot = Ot::read(" a=b , ot=rv:90000000000000;th:8");
    assert_eq!(Some("8".to_owned()), ot.threshold.map(|th| th.to_string()));
    assert!(ot.randomness.is_some());
}

#[test]
fn doubles_are_read_as_the_decimals_they_name() {
    #[track_caller]
    fn check(parts: &[f64], sum: f64) {
        let total: Decimal = parts.iter().filter_map(|x| Decimal::from_f64(*x)).sum();
        assert_eq!(Decimal::from_f64(sum), Some(total));
    }
    check(&[0.1; 10], 1.0);
    check(&[0.6, 0.3, 0.1], 1.0);
    check(&[0.000_000_000_04, 0.000_000_000_06], 0.000_000_000_1);
    check(&[123_456_789.125, -123_456_789.0], 0.125);
    assert!(Decimal::from_f64(0.300_000_000_000_000_04) > Decimal::from_f64(0.3));
    assert_eq!(None, Decimal::from_f64(f64::NAN));
    assert!(Decimal::from_f64(1e300) > Decimal::from_f64(1e19));
}

#[test]
fn a_bucket_starts_full_refills_and_is_not_charged_for_a_refusal() {
    let bucket = Bucket::new(10.0, 20.0);
    assert!(bucket.take(20, 1_000));
    assert!(!bucket.take(1, 1_000));
    assert!(!bucket.take(11, 2_000));
    assert!(bucket.take(10, 2_000));
    assert!(!bucket.take(21, 3_600_000));
    assert!(bucket.take(20, 3_600_000));
}

#[test]
fn a_second_forgets_the_one_before() {
    let second = SecondCount::default();
    second.add(7, 1_999);
    assert_eq!(7, second.used(1_000));
    assert_eq!(0, second.used(2_000));
}

#[test]
fn loops_are_counted_by_shape() {
    #[track_caller]
    fn check(shape: Shape, calls: &str, most: u32) {
        let mut inside = Calls::new(shape);
        for (start, tool) in (0..).zip(calls.bytes()) {
            inside.add(start, u64::from(tool));
        }
        assert_eq!(most, inside.most(), "{calls} {shape:?}");
        let mut backwards = Calls::new(shape);
        for (start, tool) in (0..)
            .zip(calls.bytes())
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
        {
            backwards.add(start, u64::from(tool));
        }
        assert_eq!(most, backwards.most(), "{calls} backwards {shape:?}");
    }
    check(Shape::Anywhere, "sfssf", 3);
    check(Shape::Consecutive, "ssfsss", 3);
    check(Shape::Consecutive, "", 0);
    check(Shape::Cycle, "abcabcabc", 3);
    check(Shape::Cycle, "xabcdabcdabcdx", 3);
    check(Shape::Cycle, "aaaa", 4);
    check(Shape::Cycle, "abcdeabcde", 1);
}

#[test]
fn small_shares_are_whole_and_the_rest_is_even() {
    assert_eq!(
        vec![60.0, 10.0, 30.0],
        fair_share(100.0, &[1000.0, 10.0, 30.0])
    );
    assert_eq!(vec![30.0, 20.0], fair_share(100.0, &[30.0, 20.0]));
    assert!(fair_share(0.0, &[5.0]).iter().all(|grant| *grant == 0.0));
    let kept = allocate(300.0, &[10_000.0, 500.0, 5.0]);
    assert!(kept[2] >= 1.0 && kept[0] > 0.0 && kept[0] < kept[1]);
}

#[test]
fn dynamic_samplers_meet_their_goal_and_keep_rare_keys() {
    #[track_caller]
    fn check(aim: Aim, goal: f64) {
        let setup = Setup {
            aim,
            interval_ms: 1_000,
            initial: 0.5,
            keys_max: 100,
            burst: 0.0,
        };
        let mut sampler = Dynamic::new(setup);
        let mut kept = 0.0;
        for second in 0..60_u64 {
            kept = 0.0;
            for n in 0..1_000_u64 {
                let key = if n % 100 == 0 { "rare" } else { "loud" };
                let p = sampler.probability(key, 1.0, second * 1_000 + n);
                if second == 59 && key == "rare" {
                    assert!(p >= 1.0, "rare keys are kept whole");
                }
                kept += p;
            }
        }
        assert!(
            (goal * 0.9..goal * 1.1).contains(&kept),
            "{aim:?} kept {kept}"
        );
    }
    check(Aim::Average { rate: 10.0 }, 100.0);
    check(
        Aim::EmaAverage {
            rate: 20.0,
            weight: 0.5,
        },
        50.0,
    );
    check(
        Aim::EmaThroughput {
            per_second: 40.0,
            weight: 0.5,
        },
        40.0,
    );
    check(
        Aim::WindowedThroughput {
            per_second: 80.0,
            lookback: 30,
        },
        80.0,
    );
}

#[test]
fn memories_hold_what_they_promise_and_not_much_more() {
    for bound in [3, 64, 10_000] {
        let mut keeps = KeptMemory::new(bound);
        let mut drops = DroppedMemory::new(bound);
        for n in 0..bound as u64 * 3 {
            keeps.insert(id(n), kept(n));
            drops.insert(id(n));
        }
        let last = bound as u64 * 2..bound as u64 * 3;
        let found = last
            .clone()
            .filter(|n| keeps.get(&id(*n)) == Some(kept(*n)))
            .count();
        assert!(found as f64 >= bound as f64 * 0.95, "{found} of {bound}");
        assert!(last.clone().all(|n| drops.get(&id(n))));
        assert!((0..bound as u64 / 2).filter(|n| drops.get(&id(*n))).count() * 100 <= bound);
        drops.remove(&id(last.start));
        assert!(!drops.get(&id(last.start)));
    }
}

#[test]
fn a_memory_of_no_size_remembers_nothing() {
    let mut keeps = KeptMemory::new(0);
    keeps.insert(id(1), kept(0));
    assert_eq!(None, keeps.get(&id(1)));
}

#[test]
fn use_keeps_an_entry_in_a_small_memory() {
    let mut drops = DroppedMemory::new(2);
    drops.insert(id(1));
    drops.insert(id(2));
    assert!(drops.get(&id(1)));
    drops.insert(id(3));
    assert!(drops.get(&id(1)) && !drops.get(&id(2)) && drops.get(&id(3)));
}

#[test]
fn packed_decisions_come_back_whole() {
    let odd = Kept {
        certainty: Certainty::Unknown,
        incomplete: true,
        policy: NO_POLICY,
        ..kept(0)
    };
    for kept in [kept(0), kept(RANGE - 1), odd] {
        assert_eq!(kept, Kept::from(Packed::from(kept)));
    }
}

#[test]
fn pins_end_and_are_heard_of() {
    let pins = Pins::new(16);
    let (mut mine, one, two) = (0, pins.key("one"), pins.key("two"));
    pins.pin(one, 100);
    pins.pin(one, 90);
    assert!(pins.pinned(one, 99) && !pins.pinned(one, 100) && !pins.pinned(two, 0));
    pins.pin(two, 5);
    assert_eq!(
        [one, one, two].map(Pins::heard).to_vec(),
        pins.since(&mut mine)
    );
    assert!(pins.since(&mut mine).is_empty());
    for n in 0..1_000 {
        pins.pin(pins.key(&n.to_string()), n);
    }
    assert!(pins.pinned(pins.key("999"), 998));
}

#[test]
fn budgets_are_whole_amounts_per_window() {
    let spent = Spent::new(16);
    assert!(spent.take("acme", 1, 3, 5));
    assert!(!spent.take("acme", 1, 3, 5));
    assert!(spent.take("globex", 1, 5, 5));
    assert!(spent.take("acme", 2, 5, 5));
    assert!(spent.take("acme", 1, 2, 5));
}

#[test]
fn a_wheel_hands_out_no_more_than_it_is_asked_for_even_of_one_moment() {
    let mut wheel = Wheel::new(0);
    (0..10).for_each(|key| wheel.set(key, 1_000));
    let mut handed = Vec::new();
    for now in [1_000, 1_050, 1_300, 9_000] {
        let mut due = Vec::new();
        wheel.ring(now, 3, &mut due);
        handed.push(due);
    }
    let all: Vec<Vec<u32>> = vec![vec![0, 1, 2], vec![3, 4, 5], vec![6, 7, 8], vec![9]];
    assert_eq!(all, handed);
}

#[test]
fn a_stuck_wheel_catches_up_without_losing_a_timer() {
    let mut wheel = Wheel::new(1_000);
    (0..100).for_each(|key| wheel.set(key, 1_000 + u64::from(key) * 10_000));
    let mut due = Vec::new();
    let mut seen = Vec::new();
    for _ in 0..1_000 {
        due.clear();
        wheel.ring(2_000_000, 7, &mut due);
        seen.extend(due.iter().copied());
    }
    seen.sort_unstable();
    assert_eq!((0..100).collect::<Vec<_>>(), seen);
    assert!(wheel.is_empty());
}

/// The definition itself: a figure counts unless some descendant has one.
fn naive(spans: &[(u64, u64, Option<i64>)]) -> Decimal {
    let below = |top: u64| {
        let mut found: Vec<u64> = vec![top];
        let mut next = 0;
        while let Some(id) = found.get(next).copied() {
            next += 1;
            for (child, parent, _) in spans {
                if *parent == id && !found.contains(child) {
                    found.push(*child);
                }
            }
        }
        found.split_off(1)
    };
    let has = |id: u64| {
        spans
            .iter()
            .any(|(own, _, figure)| *own == id && figure.is_some())
    };
    spans
        .iter()
        .filter(|(id, _, _)| !below(*id).into_iter().any(has))
        .filter_map(|(_, _, figure)| figure.map(Decimal::from_int))
        .sum()
}

/// Small numbers and large ones, as they are packed differently.
fn figure() -> impl Strategy<Value = i64> {
    prop_oneof![-3_i64..100, -(1_i64 << 52)..1 << 52]
}

proptest! {
    #[test]
    fn rolled_up_sums_follow_the_definition(
        tree in prop::collection::vec((0_usize..40, prop::option::of(figure())), 1..40),
        order in any::<prop::sample::Index>(),
    ) {
        // Span n has a parent with a smaller number, or none that is in the trace.
        let mut spans: Vec<_> = (1_u64..).zip(&tree).map(|(n, (parent, figure))| {
            let parent = *parent as u64;
            (n, if parent < n { parent } else { 1_000 + n }, *figure)
        }).collect();
        let turn = order.index(spans.len());
        spans.rotate_left(turn);
        if turn % 2 == 0 {
            spans.reverse();
        }
        let mut rollup = Rollup::default();
        for (id, parent, figure) in &spans {
            let cost = figure.map_or(Amount::Absent, |n| Amount::Double(n as f64));
            let tokens = figure.map_or(Amount::Absent, Amount::Whole);
            rollup.add(*id, *parent, &[cost, Amount::Absent, tokens]);
        }
        prop_assert_eq!(naive(&spans), rollup.sum(Figure::Cost));
        prop_assert_eq!(naive(&spans), rollup.sum(Figure::Output));
        prop_assert_eq!(Decimal::ZERO, rollup.sum(Figure::Input));
    }

    #[test]
    fn figures_come_to_no_more_than_was_noted(
        // Some spans come twice, and some under themselves or under nobody.
        spans in prop::collection::vec((1_u64..20, 0_u64..20, prop::option::of(figure()), any::<bool>()), 1..40),
    ) {
        let (mut most, mut rollup) = (Most::default(), Rollup::default());
        for (id, parent, figure, whole) in spans {
            let amount = figure.map_or(Amount::Absent, |n| {
                if whole { Amount::Whole(n) } else { Amount::Double(n as f64 / 8.0) }
            });
            let figures = [Amount::Absent, amount, if whole { amount } else { Amount::Absent }];
            rollup.add(id, parent, &figures);
            for (figure, amount) in [Figure::Cost, Figure::Input, Figure::Output].into_iter().zip(figures) {
                most.raise(figure, amount.at_most());
            }
            let both = [Figure::Input, Figure::Output];
            let sum: Decimal = both.iter().map(|figure| rollup.sum(*figure)).sum();
            prop_assert!(sum.as_f64() <= most.of(&both));
            let bar = Bar::of(sum.as_f64().next_down()).unwrap();
            prop_assert!(bar.is_within(most.of(&both)) && bar.is_reached(sum));
        }
    }

    #[test]
    fn thresholds_survive_being_written(bits in 0..RANGE) {
        let threshold = Threshold::from_bits(bits).unwrap();
        prop_assert_eq!(Ok(threshold), Threshold::decode(&threshold.to_string()));
    }

    #[test]
    fn timers_ring_on_time_and_once(
        deadlines in prop::collection::vec(0_u64..1_000_000, 1..60),
        step in 1_u64..5_000,
    ) {
        let mut wheel = Wheel::new(0);
        for (key, deadline) in (0..).zip(&deadlines) {
            wheel.set(key, *deadline);
        }
        let mut rung = vec![0; deadlines.len()];
        let mut now = 0;
        while now < 1_010_000 {
            now += step;
            let mut due = Vec::new();
            wheel.ring(now, usize::MAX, &mut due);
            for key in due {
                let deadline = deadlines[key as usize];
                prop_assert!(deadline <= now && now < deadline + step + 1);
                rung[key as usize] += 1;
            }
        }
        prop_assert!(rung.iter().all(|n| *n == 1));
    }

    #[test]
    fn a_bounded_map_is_the_list_of_its_last_uses(uses in prop::collection::vec((0_u8..12, any::<bool>()), 0..80)) {
        let mut lru = Lru::new(5);
        let mut model: Vec<u8> = Vec::new();
        for (key, write) in uses {
            let known = model.contains(&key);
            if write || known {
                model.retain(|own| *own != key);
                model.push(key);
                if model.len() > 5 {
                    model.remove(0);
                }
            }
            if write { lru.insert(key, ()); } else { prop_assert_eq!(known, lru.get(&key).is_some()); }
            prop_assert_eq!(&model, &lru.iter().map(|(key, ())| *key).collect::<Vec<_>>());
        }
    }
}
