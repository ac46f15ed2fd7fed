//! Takes a body in: reserved as it arrives, never as it is announced; decompressed on the way.

use bytes::Bytes;
use tokio::sync::Semaphore;

use super::decompress::{Coding, Fault, Inflater};
use super::refusal::{Kind, Refusal};
use super::reservation::{Reservation, STEP_MIN, probe};
use crate::component::{Intake, Receipt};

/// Output after which other requests get their turn.
const TURN: usize = 1 << 20;
/// Output after which a compressed body waits until it has arrived, and then for its lane.
const PARK_AT: usize = 4 << 20;

/// A body on its way in. Its capacity is what has been reserved for it, no more.
///
/// Small bodies are decompressed as they arrive. Of large ones only a few may grow at the same
/// time, and only when nothing of them is still to come, so that neither bombs nor slow senders
/// can hold much memory between them.
pub(super) struct Filling<'a> {
    limit: usize,
    inflater: Inflater,
    bytes: Vec<u8>,
    reserved: Reservation<'a>,
    parked: Vec<u8>,
    parked_reserved: Reservation<'a>,
}

impl<'a> Filling<'a> {
    /// Admission: refuses what is announced over `limit`, and asks whether there is room for what
    /// is announced. Only the first step stays reserved, because announcing costs a sender nothing.
    pub(super) async fn admit(
        intake: &'a dyn Intake,
        limit: usize,
        coding: Coding,
        announced: Option<usize>,
    ) -> Result<Self, Refusal> {
        let mut filling = Filling::new(Some(intake), limit, coding, announced)?;
        let announced = announced.unwrap_or(STEP_MIN);
        if announced > STEP_MIN {
            probe(intake, announced).await?;
        }
        filling.reserved.grow(announced.min(STEP_MIN)).await?;
        Ok(filling)
    }

    /// A body too small to be worth reserving for.
    pub(super) fn unpaid(
        limit: usize,
        coding: Coding,
        announced: Option<usize>,
    ) -> Result<Self, Refusal> {
        Filling::new(None, limit, coding, announced)
    }

    fn new(
        intake: Option<&'a dyn Intake>,
        limit: usize,
        coding: Coding,
        announced: Option<usize>,
    ) -> Result<Self, Refusal> {
        if announced.is_some_and(|len| len > limit) {
            return Err(Refusal::too_large(limit));
        }
        // One byte more than the limit shows that it is passed.
        let most = limit.saturating_add(1);
        let plain_len = announced.filter(|_| coding == Coding::Identity);
        Ok(Filling {
            limit,
            inflater: Inflater::new(coding)?,
            bytes: Vec::new(),
            reserved: Reservation::new(intake, plain_len.unwrap_or(most)),
            parked: Vec::new(),
            parked_reserved: Reservation::new(intake, announced.unwrap_or(limit)),
        })
    }

    /// Takes the next bytes as they came from the wire.
    pub(super) async fn pour(&mut self, chunk: &[u8]) -> Result<(), Refusal> {
        if matches!(self.inflater, Inflater::Identity) {
            return self.append(chunk).await;
        }
        let left = if self.parked.is_empty() {
            self.inflate(chunk, PARK_AT).await?
        } else {
            chunk
        };
        self.park(left).await
    }

    /// The whole body, with the receipt that pays for it.
    pub(super) async fn finish(mut self, lanes: &Semaphore) -> Result<(Bytes, Receipt), Refusal> {
        let parked = std::mem::take(&mut self.parked);
        if !parked.is_empty() {
            // The lanes are never closed; without one there is no bound, but the body is whole.
            let _lane = lanes.acquire().await;
            self.inflate(&parked, usize::MAX).await?;
        }
        if !self.inflater.finished() {
            return Err(Fault::Truncated.into());
        }
        if self.bytes.capacity() > self.bytes.len() + self.bytes.len() / 8 {
            self.bytes.shrink_to_fit();
        }
        let receipt = self.reserved.into_receipt(self.bytes.len());
        Ok((Bytes::from(self.bytes), receipt))
    }

    /// A plain body that nobody reserved for.
    pub(super) fn into_plain(self) -> Bytes {
        Bytes::from(self.bytes)
    }

    async fn append(&mut self, chunk: &[u8]) -> Result<(), Refusal> {
        let total = self.bytes.len() + chunk.len();
        if total > self.limit {
            return Err(Refusal::too_large(self.limit));
        }
        make_room(&mut self.bytes, &mut self.reserved, total).await?;
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }

    async fn park(&mut self, chunk: &[u8]) -> Result<(), Refusal> {
        let total = self.parked.len() + chunk.len();
        if total > self.limit {
            return Err(Refusal::too_large(self.limit));
        }
        make_room(&mut self.parked, &mut self.parked_reserved, total).await?;
        self.parked.extend_from_slice(chunk);
        Ok(())
    }

    /// Decompresses until the input or `stop_at` is reached; returns what is left of the input.
    async fn inflate<'i>(
        &mut self,
        mut input: &'i [u8],
        stop_at: usize,
    ) -> Result<&'i [u8], Refusal> {
        let mut turn = self.bytes.len() + TURN;
        loop {
            let before = self.bytes.len();
            make_room(&mut self.bytes, &mut self.reserved, before + 1).await?;
            let used = self.inflater.step(input, &mut self.bytes)?;
            let after = self.bytes.len();
            if after > self.limit {
                return Err(Refusal::too_large(self.limit));
            }
            input = input.get(used..).unwrap_or_default();
            let has_room = after < self.bytes.capacity();
            if (input.is_empty() && has_room) || after >= stop_at {
                return Ok(input);
            }
            if used == 0 && after == before {
                return Err(Refusal::new(
                    Kind::BadData,
                    "the compressed body makes no progress",
                ));
            }
            if after > turn {
                turn = after + TURN;
                tokio::task::yield_now().await;
            }
        }
    }
}

/// Reserves, then allocates, for at least `total` bytes in all.
async fn make_room(
    buffer: &mut Vec<u8>,
    reserved: &mut Reservation<'_>,
    total: usize,
) -> Result<(), Refusal> {
    if total > buffer.capacity() {
        let target = reserved.grow(total).await?;
        buffer.reserve_exact(target.max(total) - buffer.len());
    }
    Ok(())
}
