//! The log reads back as it was written, and around whatever became of a part of it.

use proptest::prelude::*;

use super::super::memory::{Kept, NO_POLICY};
use super::super::randomness::Randomness;
use super::super::verdict::{Certainty, Trigger};
use super::*;

fn id(n: u8) -> [u8; 16] {
    [n; 16]
}

fn keep(n: u8, policy: u16) -> Entry {
    let kept = Kept {
        certainty: Certainty::SURE,
        randomness: Randomness::from_bits(u64::from(n)).expect("56 bits"),
        write_rv: false,
        incomplete: false,
        trigger: Trigger::Idle,
        policy,
    };
    Entry::Kept(id(n), kept)
}

fn name(number: u16, name: &str) -> Entry {
    Entry::Name(number, name.to_owned())
}

/// The file, and where each entry begins.
fn written(entries: &[Entry]) -> (Vec<u8>, Vec<usize>) {
    let mut file = MAGIC.to_vec();
    let starts = entries.iter().map(|entry| {
        let start = file.len();
        encode(entry, &mut file);
        start
    });
    let starts = starts.collect();
    (file, starts)
}

fn gap(offset: usize, bytes: usize, verdicts: usize) -> Read {
    Read::Gap(Gap {
        offset,
        bytes,
        verdicts,
    })
}

fn entries(file: &[u8]) -> Vec<Entry> {
    let entry = |read| match read {
        Read::Entry(entry) => Some(entry),
        Read::Gap(_) => None,
    };
    decode(file).filter_map(entry).collect()
}

#[test]
fn a_damaged_verdict_costs_itself_alone() {
    let told = [
        name(3, "errors"),
        keep(1, 3),
        Entry::Dropped(id(2)),
        keep(4, 3),
    ];
    let (mut file, starts) = written(&told);
    file[starts[1] + 9] ^= 1;
    let [first, _, third, last] = told.map(Read::Entry);
    let bytes = starts[2] - starts[1];
    assert_eq!(
        vec![first, gap(starts[1], bytes, 1), third, last],
        decode(&file).collect::<Vec<_>>()
    );
}

#[test]
fn a_length_that_is_wrong_hides_nothing_behind_it() {
    let told = [
        Entry::Dropped(id(1)),
        Entry::Dropped(id(2)),
        keep(3, NO_POLICY),
    ];
    let (mut file, starts) = written(&told);
    for length in [0, 1, 18, 35, 255] {
        file[starts[0] + 1] = length;
        assert_eq!(told[1..], entries(&file), "a length of {length}");
    }
}

#[test]
fn a_torn_tail_is_a_gap_at_the_end() {
    let told = [name(3, "errors"), keep(1, 3), Entry::Dropped(id(2))];
    let (file, starts) = written(&told);
    for cut in MAGIC.len()..file.len() {
        let whole = starts.iter().filter(|start| **start <= cut).count() - 1;
        let from = starts[whole];
        let mut wanted: Vec<Read> = told[..whole].iter().cloned().map(Read::Entry).collect();
        if from < cut {
            wanted.push(gap(from, cut - from, (cut - from).div_ceil(23)));
        }
        assert_eq!(
            wanted,
            decode(&file[..cut]).collect::<Vec<_>>(),
            "cut at {cut}"
        );
    }
    assert_eq!(vec![gap(0, 5, 1)], decode(&file[..5]).collect::<Vec<_>>());
    assert_eq!(0, decode(&[]).count());
}

#[test]
fn after_a_lost_name_its_number_credits_nobody_until_it_is_named_again() {
    let told = [
        name(3, "errors"),
        keep(1, 3),
        name(3, "slow"),
        keep(2, 3),
        name(3, "dear"),
        keep(4, 3),
    ];
    let (mut file, starts) = written(&told);
    file[starts[2] + 4] ^= 1;
    let wanted = [
        told[0].clone(),
        told[1].clone(),
        keep(2, NO_POLICY),
        told[4].clone(),
        told[5].clone(),
    ];
    assert_eq!(wanted.to_vec(), entries(&file));
}

proptest! {
    #[test]
    fn what_was_not_touched_is_read(
        kinds in prop::collection::vec(0_u8..3, 1..40),
        at in any::<prop::sample::Index>(),
        damage in prop::collection::vec(any::<u8>(), 1..90),
    ) {
        let told: Vec<Entry> = kinds.iter().zip(0..).map(|(kind, n)| match kind {
            0 => Entry::Dropped(id(n)),
            1 => keep(n, NO_POLICY),
            _ => name(u16::from(n), "a policy"),
        }).collect();
        let (mut file, starts) = written(&told);
        let from = at.index(file.len());
        let to = file.len().min(from + damage.len());
        file[from..to].copy_from_slice(&damage[..to - from]);
        let ends = starts.iter().skip(1).copied().chain([file.len()]);
        let untouched = starts.iter().zip(ends).zip(&told);
        let untouched = untouched.filter(|((start, end), _)| *end <= from || to <= **start);
        let read = entries(&file);
        for (_, entry) in untouched {
            prop_assert!(read.contains(entry), "{entry:?} is gone");
        }
        let lost = decode(&file).map(|read| match read {
            Read::Gap(gap) => gap.bytes,
            Read::Entry(_) => 0,
        });
        prop_assert!(lost.sum::<usize>() <= damage.len() + 2 * 41);
    }
}

#[test]
fn a_frame_that_no_version_writes_is_a_gap() {
    let frame = |payload: &[u8]| {
        let mut frame = vec![VERDICT, payload.len() as u8];
        frame.extend(payload);
        frame.extend(check(&frame).to_le_bytes());
        frame
    };
    let dropped = [&id(1)[..], &[DROPPED]].concat();
    assert_eq!(entries(&frame(&dropped)), [Entry::Dropped(id(1))]);
    for payload in [
        [&dropped[..], &[0]].concat(),
        [&id(1)[..], &[2; 19]].concat(),
    ] {
        assert_eq!(entries(&frame(&payload)), []);
    }
}
