//! Bodies: decompressed within bounds, paid for exactly, whatever way they arrive.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use proptest::prelude::*;
use tokio::sync::Semaphore;

use super::super::body::Filling;
use super::super::decompress::{Coding, Fault, Inflater};
use super::super::refusal::{Kind, Refusal};
use super::rig::Memory;
use crate::component::Intake;

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn zstd(plain: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(plain, 1).unwrap()
}

fn encode(coding: Coding, plain: &[u8]) -> Vec<u8> {
    match coding {
        Coding::Identity => plain.to_vec(),
        Coding::Gzip => gzip(plain),
        Coding::Zstd => zstd(plain),
    }
}

/// Decompresses all of `input` in chunks of `step` bytes.
fn inflate(coding: Coding, input: &[u8], step: usize) -> Result<Vec<u8>, Fault> {
    let mut inflater = Inflater::new(coding)?;
    let mut out = Vec::new();
    for mut chunk in input.chunks(step) {
        loop {
            out.reserve(64);
            let before = out.len();
            let used = inflater.step(chunk, &mut out)?;
            chunk = &chunk[used..];
            if chunk.is_empty() && out.len() == before {
                break;
            }
        }
    }
    if inflater.finished() {
        Ok(out)
    } else {
        Err(Fault::Truncated)
    }
}

#[test]
fn codings_have_one_name_each_and_never_stack() {
    for (name, coding) in [
        ("gzip", Some(Coding::Gzip)),
        (" GZIP", Some(Coding::Gzip)),
        ("zstd", Some(Coding::Zstd)),
        ("identity", Some(Coding::Identity)),
        ("gzip, gzip", None),
        ("br", None),
        ("", None),
    ] {
        assert_eq!(Coding::named(name), coding, "{name}");
    }
}

#[test]
fn a_stream_cut_anywhere_is_truncated_or_corrupt() {
    let plain = b"spans and spans and spans".repeat(20);
    for coding in [Coding::Gzip, Coding::Zstd] {
        let whole = encode(coding, &plain);
        assert_eq!(inflate(coding, &whole, 7), Ok(plain.clone()));
        for end in 0..whole.len() {
            assert!(
                inflate(coding, &whole[..end], 64).is_err(),
                "{coding:?} cut at {end}"
            );
        }
    }
}

#[test]
fn members_follow_one_another_and_junk_does_not() {
    for coding in [Coding::Gzip, Coding::Zstd] {
        let (one, two) = (encode(coding, b"one "), encode(coding, b"two"));
        assert_eq!(
            inflate(coding, &[one.clone(), two].concat(), 1000),
            Ok(b"one two".to_vec())
        );
        let junk = [one.as_slice(), b"junk"].concat();
        assert!(
            matches!(inflate(coding, &junk, 1000), Err(Fault::Corrupt(_))),
            "{coding:?}"
        );
        assert!(inflate(coding, &one.repeat(64), 1000).is_ok());
        assert_eq!(
            inflate(coding, &one.repeat(65), 1000),
            Err(Fault::TooManyMembers)
        );
    }
}

#[test]
fn checksums_are_checked() {
    let mut whole = gzip(b"a span");
    let crc = whole.len() - 8;
    whole[crc] ^= 1;
    assert!(matches!(
        inflate(Coding::Gzip, &whole, 1000),
        Err(Fault::Corrupt(_))
    ));
}

#[test]
fn a_window_over_eight_mebibytes_is_refused() {
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(24).unwrap();
    encoder.write_all(&vec![7; 1 << 20]).unwrap();
    let whole = encoder.finish().unwrap();
    assert_eq!(
        inflate(Coding::Zstd, &whole, 1 << 16),
        Err(Fault::WindowTooLarge)
    );
}

/// Pours `wire` in chunks; returns the body's bytes.
async fn fill(
    memory: &Arc<Memory>,
    limit: usize,
    coding: Coding,
    wire: &[u8],
    chunk: usize,
) -> Result<Vec<u8>, Refusal> {
    let lanes = Semaphore::new(1);
    let announced = Some(wire.len());
    let mut filling = Filling::admit(memory.as_ref(), limit, coding, announced).await?;
    for chunk in wire.chunks(chunk) {
        filling.pour(chunk).await?;
    }
    let (bytes, receipt) = filling.finish(&lanes).await?;
    memory.held.lock().unwrap().push(receipt);
    Ok(bytes.to_vec())
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(work)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_body_arrives_whole_is_paid_for_and_gives_everything_back(
        plain in proptest::collection::vec(0u8..4, 0..200_000),
        chunk in 1usize..50_000,
        coding in prop_oneof![Just(Coding::Identity), Just(Coding::Gzip), Just(Coding::Zstd)],
        limit in 1usize..250_000,
    ) {
        let memory = Memory::of(1 << 20);
        let wire = encode(coding, &plain);
        let outcome = block_on(fill(&memory, limit, coding, &wire, chunk));
        let reserved = (1 << 20) - memory.free();
        if plain.len() <= limit && wire.len() <= limit {
            prop_assert_eq!(outcome.unwrap().len(), plain.len());
            prop_assert!(reserved >= plain.len(), "{} for {}", reserved, plain.len());
        } else {
            prop_assert_eq!(outcome.unwrap_err().kind, Kind::TooLarge);
            prop_assert_eq!(reserved, 0);
        }
        memory.held.lock().unwrap().clear();
        prop_assert_eq!(memory.free(), 1 << 20);
    }
}

#[test]
fn what_is_announced_is_asked_for_and_not_kept() {
    let memory = Memory::of(1 << 20);
    let filling = block_on(Filling::admit(
        memory.as_ref(),
        1 << 26,
        Coding::Identity,
        Some(900_000),
    ));
    assert!(
        memory.free() > 1_000_000,
        "announcing costs nothing, so it holds next to nothing"
    );
    drop(filling);
    let refused = block_on(Filling::admit(
        memory.as_ref(),
        1 << 26,
        Coding::Identity,
        Some(2 << 20),
    ));
    assert_eq!(refused.err().unwrap().kind, Kind::Busy);
    assert_eq!(memory.free(), 1 << 20);
}

#[test]
fn what_is_announced_over_the_limit_is_not_even_asked_for() {
    let memory = Memory::of(1 << 20);
    let refused = block_on(Filling::admit(
        memory.as_ref(),
        1000,
        Coding::Gzip,
        Some(1001),
    ));
    assert_eq!(refused.err().unwrap().kind, Kind::TooLarge);
    assert_eq!(memory.asked.load(SeqCst), 0);
}

#[test]
fn a_bomb_stops_at_the_limit_and_not_beyond_memory() {
    let bomb = gzip(&vec![0; 10 << 20]);
    for coding_limit in [1 << 20, 5 << 20] {
        let memory = Memory::of(16 << 20);
        let refused = block_on(fill(&memory, coding_limit, Coding::Gzip, &bomb, 16 << 10));
        assert_eq!(refused.unwrap_err().kind, Kind::TooLarge);
        assert_eq!(memory.free(), 16 << 20);
    }
}

#[test]
fn a_large_body_costs_one_receipt_in_the_end() {
    let plain = vec![7; 10 << 20];
    for coding in [Coding::Identity, Coding::Gzip, Coding::Zstd] {
        let memory = Memory::of(64 << 20);
        let wire = encode(coding, &plain);
        let body = block_on(fill(&memory, 32 << 20, coding, &wire, 1 << 16)).unwrap();
        assert_eq!(body.len(), plain.len());
        assert_eq!((64 << 20) - memory.free(), plain.len(), "{coding:?}");
    }
}

#[test]
fn a_large_body_waits_for_room_and_a_small_one_does_not() {
    block_on(async {
        let memory = Memory::of(4 << 20);
        let all = memory.admit(4 << 20).unwrap();
        let small = Filling::admit(memory.as_ref(), 1 << 26, Coding::Identity, Some(1000)).await;
        assert_eq!(small.err().unwrap().kind, Kind::Busy);
        tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_secs(2)).await;
            drop(all);
        });
        let large = Filling::admit(memory.as_ref(), 1 << 26, Coding::Identity, Some(3 << 20)).await;
        assert!(large.is_ok());
    });
}
