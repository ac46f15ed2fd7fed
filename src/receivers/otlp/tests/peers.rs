//! Peers who are idle, slow or deaf, on a clock that jumps.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{Instant, timeout};

use super::super::crowd::{Crowd, Member};
use super::super::patience::{Patience, Patient};

const PATIENCE: Patience = Patience {
    head: Duration::from_secs(10),
    idle: Duration::from_mins(1),
    write: Duration::from_secs(30),
};

async fn patient(http2_only: bool) -> (Patient<DuplexStream>, DuplexStream, Member) {
    let (here, there) = duplex(64);
    let member = Crowd::new(1).join().await;
    (
        Patient::new(here, member.clone(), PATIENCE, http2_only),
        there,
        member,
    )
}

/// Seconds until reading fails, having read everything that came before.
async fn gives_up(connection: &mut Patient<DuplexStream>) -> u64 {
    let start = Instant::now();
    let mut bytes = Vec::new();
    connection.read_to_end(&mut bytes).await.unwrap_err();
    start.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn a_silent_peer_is_idle() {
    let (mut connection, _peer, _) = patient(false).await;
    assert_eq!(gives_up(&mut connection).await, 60);
}

#[tokio::test(start_paused = true)]
async fn a_head_that_trickles_has_its_time() {
    let (mut connection, mut peer, _) = patient(false).await;
    let trickle = tokio::spawn(async move {
        for byte in b"POST /v1/traces HTTP/1.1" {
            if peer.write_all(&[*byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    assert_eq!(gives_up(&mut connection).await, 10);
    drop(connection);
    trickle.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_request_in_service_is_not_hurried_and_then_idle_again() {
    let (mut connection, mut peer, member) = patient(false).await;
    peer.write_all(b"POST / HTTP/1.1\r\n\r\n").await.unwrap();
    let in_service = member.serve();
    let mut some = [0; 64];
    assert!(connection.read(&mut some).await.unwrap() > 0);
    let waiting = timeout(Duration::from_mins(5), connection.read(&mut some));
    assert!(
        waiting.await.is_err(),
        "a request in service is timed by who serves it"
    );
    drop(in_service);
    assert_eq!(gives_up(&mut connection).await, 60);
}

#[tokio::test(start_paused = true)]
async fn http2_is_hurried_to_its_preface_and_then_left_to_pings() {
    for http2_only in [true, false] {
        let (mut connection, mut peer, _) = patient(http2_only).await;
        peer.write_all(b"PRI * HTTP/2.0\r\n").await.unwrap();
        assert_eq!(gives_up(&mut connection).await, 10);

        let (mut connection, mut peer, _) = patient(http2_only).await;
        peer.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .await
            .unwrap();
        let mut bytes = Vec::new();
        let waiting = timeout(Duration::from_hours(1), connection.read_to_end(&mut bytes));
        assert!(waiting.await.is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_never_reads_is_left() {
    let (mut connection, _peer, _) = patient(false).await;
    let start = Instant::now();
    connection.write_all(&[0; 1000]).await.unwrap_err();
    assert_eq!(start.elapsed().as_secs(), 30);
}

#[tokio::test]
async fn the_longest_idle_makes_room_and_the_busy_stay() {
    let crowd = Crowd::new(3);
    let (served, silent, busy) = (crowd.join().await, crowd.join().await, crowd.join().await);
    let _in_service = busy.serve();
    drop(served.serve());
    let _fourth = crowd.join().await;
    silent.evicted().await;
    let fifth = crowd.join().await;
    // The fourth never asked for anything either; who was served once goes last.
    let _also = fifth.serve();
    let _sixth = crowd.join().await;
    served.evicted().await;
    let patience = Duration::from_millis(1);
    assert!(timeout(patience, busy.evicted()).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_full_crowd_of_busy_ones_lets_the_next_wait() {
    let crowd = Crowd::new(1);
    let only = crowd.join().await;
    let in_service = only.serve();
    assert!(timeout(Duration::from_secs(9), crowd.join()).await.is_err());
    drop(in_service);
    crowd.join().await;
    only.evicted().await;
}
