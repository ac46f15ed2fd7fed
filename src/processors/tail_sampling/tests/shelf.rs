//! Chains hold what was put in them, waste little, and give their memory back.

use proptest::prelude::*;

use super::{ERRORS, drive, of, span};
use crate::processors::tail_sampling::shelf::{Chain, Shelf};

/// Bytes that tell where they belong.
fn bytes(chain: usize, from: usize, len: usize) -> Vec<u8> {
    let byte = |place| (chain * 131 + place * 7 + place / 256) as u8;
    (from..from + len).map(byte).collect()
}

proptest! {
    #[test]
    fn chains_hold_what_was_put_in_them_whatever_left_before(
        events in prop::collection::vec((0_usize..12, prop::option::weighted(0.8, 1_usize..700)), 1..300),
    ) {
        let mut shelf = Shelf::default();
        let mut chains: Vec<(Chain, usize)> = (0..12).map(|_| <_>::default()).collect();
        for (number, event) in events {
            let (chain, len) = &mut chains[number];
            if let Some(more) = event {
                let new = bytes(number, *len, more);
                let (one, other) = new.split_at(more / 3);
                shelf.append(chain, &[one, &[], other]);
                *len += more;
            } else {
                shelf.free(chain);
                *len = 0;
            }
            prop_assert_eq!(*len == 0, chains[number].0.is_empty());
        }
        let mut resident = 0;
        for (number, (chain, len)) in chains.iter().enumerate() {
            prop_assert_eq!(bytes(number, 0, *len), shelf.read(chain));
            prop_assert!(chain.resident() <= *len as u64 * 512 / 508 + 35);
            resident += chain.resident();
        }
        prop_assert_eq!(resident, shelf.used());
        for (chain, _) in &mut chains {
            shelf.free(chain);
        }
        prop_assert_eq!((0, 0), (shelf.used(), shelf.resident()));
    }
}

#[test]
fn after_a_rush_memory_goes_back_though_somebody_stays() {
    const MIB: u64 = 1 << 20;
    let mut shelf = Shelf::default();
    let mut stays = Chain::default();
    shelf.append(&mut stays, &[b"here"]);
    let mut rush: Vec<Chain> = (0..4000).map(|_| Chain::default()).collect();
    for chain in &mut rush {
        shelf.append(chain, &[&[1; 2100]]);
    }
    assert!(shelf.resident() > 7 * MIB);
    for chain in &mut rush {
        shelf.free(chain);
    }
    assert!(shelf.resident() < MIB);
    assert_eq!(b"here".as_slice(), shelf.read(&stays));
}

#[test]
fn whatever_becomes_of_traces_their_places_are_given_back() {
    for way in super::WAYS {
        let mut drive = drive(&format!("{way}\n{ERRORS}"));
        for round in 0..30 {
            drive.send(of((1..20)
                .map(|n| span(n * round % 23 + 1, n, n % 5 == 0))
                .collect()));
            drive.until(drive.now_ms() + 400);
        }
        drive.drain();
        assert_eq!(0, drive.worker().room.shelf.used(), "{way}");
    }
}
