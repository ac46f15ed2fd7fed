//! Accepts connections on one address, and lets them go when the service stops.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_util::task::TaskTracker;

use super::connection::{Manners, Protocol, serve};
use super::crowd::Crowd;
use crate::component::cannot_listen;

/// How long those in service may finish after a stop.
const FAREWELL: Duration = Duration::from_secs(10);
/// Wait after a failed accept, from and to: out of descriptors is no reason to spin.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// One bound address.
pub(super) struct Listener {
    /// The socket.
    pub(super) socket: TcpListener,
    /// What is spoken on it.
    pub(super) protocol: Protocol,
    /// How connections are treated.
    pub(super) manners: Arc<Manners>,
    /// Who is connected.
    pub(super) crowd: Arc<Crowd>,
}

/// Binds `address` (`host:port`), saying which one in the error.
pub(super) async fn bind(address: &str) -> io::Result<TcpListener> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|error| cannot_listen(address, &error))
}

impl Listener {
    /// Accepts until the stop, then waits for those in service.
    pub(super) async fn run(self) {
        let Listener {
            socket,
            protocol,
            manners,
            crowd,
        } = self;
        let connections = TaskTracker::new();
        while let Some((stream, peer)) = accept(&socket, &manners).await {
            let joined = manners.stop.run_until_cancelled(crowd.join()).await;
            let Some(member) = joined else { break };
            tracing::trace!(%peer, "connected");
            connections.spawn(serve(
                stream,
                member,
                protocol.clone(),
                Arc::clone(&manners),
            ));
        }
        drop(socket);
        connections.close();
        if timeout(FAREWELL, connections.wait()).await.is_err() {
            tracing::warn!(open = connections.len(), "connections cut off at shutdown");
            manners.abort.cancel();
            connections.wait().await;
        }
    }
}

/// The next connection, or `None` when it is time to stop.
async fn accept(socket: &TcpListener, manners: &Manners) -> Option<(TcpStream, SocketAddr)> {
    let mut wait = BACK_OFF.0;
    loop {
        match manners.stop.run_until_cancelled(socket.accept()).await? {
            Ok(accepted) => return Some(accepted),
            Err(error) if is_of_one_peer(&error) => {}
            Err(error) => {
                tracing::warn!(%error, wait_ms = wait.as_millis() as u64, "cannot accept");
                manners.stop.run_until_cancelled(sleep(wait)).await?;
                wait = (wait * 2).min(BACK_OFF.1);
            }
        }
    }
}

/// Errors of a connection that ended before it was accepted.
fn is_of_one_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}
