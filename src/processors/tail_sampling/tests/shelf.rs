//! Chains hold what was put in them, waste little, and give their memory back.

use bytes::Bytes;
use proptest::prelude::*;

use super::{ERRORS, drive, left, of, span};
use crate::otlp::Span;
use crate::processors::tail_sampling::shelf::{Chain, Shelf};
use crate::processors::tail_sampling::slab::Slab;

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
        prop_assert_eq!(0, shelf.used());
        // One segment of each size stays for those who come next.
        prop_assert!(shelf.resident() <= (1..=16).map(|size| size * 32 * 256).sum());
    }
}

/// Encoded fields of a span of trace 7, in ways that all decoders accept.
fn fields() -> Vec<Vec<u8>> {
    let id = 7_u128.to_be_bytes();
    let field = |head: &[u8], body: &[u8]| [head, body].concat();
    vec![
        field(&[0x0a, 0x10], &id),
        field(&[0x8a, 0x00, 0x10], &id),
        field(&[0x0a, 0x90, 0x00], &id),
        field(&[0x12, 0x08], &[3; 8]),
        field(&[0x2a, 0x04], b"step"),
        field(&[0x7a, 0x02], &[0x18, 0x02]),
        field(&[0xf2, 0x07, 0x03], b"new"),
        field(&[0x41], &[2; 8]),
        field(&[0x39], &[1; 8]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn spans_leave_byte_for_byte_as_they_came_whatever_order_their_fields_have(
        spans in prop::collection::vec(Just(fields()).prop_shuffle(), 1..6),
    ) {
        let settings = "mode = \"fixed\"\nwait = \"1s\"\nearly = false\nstamp = false\nexplain = false";
        let mut drive = drive(&format!("{settings}\n{ERRORS}"));
        let parse = |fields: &Vec<Vec<u8>>| Span::parse(Bytes::from(fields.concat()));
        let spans: Vec<Span> = spans.iter().map(|fields| parse(fields).expect("a span")).collect();
        for span in &spans {
            drive.send(of(vec![span.clone()]));
        }
        drive.until(1_000);
        let bytes = |spans: &[Span]| spans.iter().map(|span| span.parts().concat()).collect();
        let (came, out): (Vec<_>, Vec<_>) = (bytes(&spans), bytes(&left(&mut drive)));
        prop_assert_eq!(came, out);
    }

    #[test]
    fn whoever_has_a_place_is_found_there_until_it_leaves(
        events in prop::collection::vec((any::<bool>(), any::<prop::sample::Index>()), 1..2000),
    ) {
        let mut slab = Slab::new();
        let mut here: Vec<(u32, usize)> = Vec::new();
        for (number, (comes, index)) in events.into_iter().enumerate() {
            if comes || here.is_empty() {
                here.push((slab.put(number), number));
            } else {
                let (place, number) = here.swap_remove(index.index(here.len()));
                prop_assert_eq!(Some(number), slab.take(place));
                prop_assert_eq!(None, slab.get(place));
            }
        }
        for (place, number) in &here {
            prop_assert_eq!(Some(number), slab.get(*place));
        }
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
