//! Several workers on the batches of one run; what they made is written in the order of the input.

use std::io::{Error, Write};
use std::sync::atomic::Ordering;
use std::thread::{self, ScopedJoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::feed::{Batch, Feed};
use super::part::WHOLE;
use super::room::Room;
use super::source::Watch;
use super::worker::{Done, Worker};

/// So many batches wait for each worker.
const AHEAD: usize = 4;

/// A batch, and where to send what became of it.
type Job = (Batch, Sender<Done>);
/// Where what became of a batch will come, and the batch's bytes.
type Due = (Receiver<Done>, usize);

/// Works until the feed has ended, or nobody wants the output.
pub(super) fn work(
    mut feed: Feed,
    crew: &mut [Worker],
    watch: &Watch,
    out: &mut impl Write,
) -> Result<(), Error> {
    let room = Room::new(crew.len() * 2 * WHOLE);
    let (jobs, job) = bounded::<Job>(crew.len() * AHEAD);
    let (dues, due) = bounded::<Due>(crew.len() * AHEAD);
    thread::scope(|scope| {
        let room = &room;
        let reading = scope.spawn(move || read(&mut feed, &jobs, &dues, room));
        let working: Vec<_> = crew
            .iter_mut()
            .map(|worker| {
                let job = job.clone();
                scope.spawn(move || serve(worker, &job))
            })
            .collect();
        drop(job);
        let written = write(&due, room, out);
        // Whoever still reads or waits for room does so for nothing.
        watch.stop.store(true, Ordering::Relaxed);
        room.close();
        drop(due);
        let read = ended(reading).and_then(|read| read);
        let worked = working.into_iter().try_for_each(ended);
        written.and(worked).and(read)
    })
}

/// Hands out batches in order, as far as there is room for them.
fn read(feed: &mut Feed, jobs: &Sender<Job>, dues: &Sender<Due>, room: &Room) -> Result<(), Error> {
    while let Some(batch) = feed.next()? {
        let bytes = batch.bytes;
        let (done, becomes) = bounded(1);
        let is_wanted = room.take(bytes)
            && dues.send((becomes, bytes)).is_ok()
            && jobs.send((batch, done)).is_ok();
        if !is_wanted {
            break;
        }
    }
    Ok(())
}

fn serve(worker: &mut Worker, jobs: &Receiver<Job>) {
    for (batch, done) in jobs {
        // If the writer is gone, the reader soon ends too.
        let _gone = done.send(worker.work(batch));
    }
}

fn write(dues: &Receiver<Due>, room: &Room, out: &mut impl Write) -> Result<(), Error> {
    for (becomes, bytes) in dues {
        // A worker that panicked says why itself.
        let done = becomes
            .recv()
            .map_err(|_| Error::other("a worker failed"))?;
        put(done, out)?;
        room.give_back(bytes);
    }
    Ok(())
}

/// Writes what became of a batch, for whoever waits for it.
pub(super) fn put(done: Done, out: &mut impl Write) -> Result<(), Error> {
    out.write_all(&done.out)?;
    out.flush()?;
    done.fault.map_or(Ok(()), Err)
}

fn ended<T>(thread: ScopedJoinHandle<'_, T>) -> Result<T, Error> {
    thread.join().map_err(|_| Error::other("a worker failed"))
}
