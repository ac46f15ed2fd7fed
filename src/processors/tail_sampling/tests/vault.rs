//! What is put away comes back whole, and holes do not keep the disk.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use crate::processors::tail_sampling::vault::{Ticket, Vault};

/// Bytes that hardly shrink, different for each number.
fn bytes(n: u64, len: usize) -> Vec<u8> {
    let word = |n: u64| {
        (n ^ 0x9e37_79b9)
            .wrapping_mul(0xd134_2543_de82_ef95)
            .rotate_left(23)
    };
    let mut state = n + 1;
    std::iter::repeat_with(|| {
        state = word(state);
        state as u8
    })
    .take(len)
    .collect()
}

fn on_disk(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).expect("a folder").flatten();
    files
        .map(|file| file.metadata().expect("a file").len())
        .sum()
}

const MAX: u64 = 64 << 10;

#[test]
fn a_few_that_stay_do_not_hold_on_to_all_the_disk_of_their_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut vault = Vault::open(folder.path(), 0, MAX).expect("a vault");
    let mut stay = Vec::new();
    // Fifty times what fits; one in forty stays to the end.
    for n in 0..3200 {
        let ticket = vault.put(&bytes(n, 1000)).expect("room");
        if n % 160 == 0 {
            stay.push((n, ticket));
        } else {
            vault.free(&ticket);
        }
        assert!(vault.bytes() <= MAX && vault.bytes() == on_disk(folder.path()));
    }
    for (n, ticket) in stay {
        assert_eq!(bytes(n, 1000), vault.take(&ticket).expect("still there"));
    }
    drop(vault);
    assert_eq!(0, on_disk(folder.path()));
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Put(usize),
    Take(usize),
    Free(usize),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (1_usize..6000).prop_map(Event::Put),
        1 => any::<usize>().prop_map(Event::Take),
        2 => any::<usize>().prop_map(Event::Free),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn everything_comes_back_whole_whatever_left_before(
        events in prop::collection::vec(event(), 1..200),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut vault = Vault::open(folder.path(), 0, MAX).expect("a vault");
        let mut known: BTreeMap<u64, (usize, Ticket)> = BTreeMap::new();
        for (n, event) in (0..).zip(events) {
            let pick = |place: usize| known.keys().copied().nth(place % known.len().max(1));
            match event {
                Event::Put(len) => {
                    if let Ok(ticket) = vault.put(&bytes(n, len)) {
                        known.insert(n, (len, ticket));
                    }
                }
                Event::Take(place) => if let Some((n, (len, ticket))) = pick(place).and_then(|n| known.remove_entry(&n)) {
                    prop_assert_eq!(bytes(n, len), vault.take(&ticket).expect("there"));
                },
                Event::Free(place) => if let Some((_, ticket)) = pick(place).and_then(|n| known.remove(&n)) {
                    vault.free(&ticket);
                },
            }
            let wanted: usize = known.values().map(|(len, _)| *len).sum();
            // Four times, a segment that is being filled, and what compression adds.
            prop_assert!(vault.bytes() <= 4 * wanted as u64 + MAX / 2);
            prop_assert_eq!(vault.bytes(), on_disk(folder.path()));
        }
        for (n, (len, ticket)) in known {
            prop_assert_eq!(bytes(n, len), vault.take(&ticket).expect("there"));
        }
        prop_assert_eq!((0, 0), (vault.bytes(), on_disk(folder.path())));
    }
}
