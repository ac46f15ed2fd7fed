//! The baseline: a gRPC server that passes the bytes of each request on and the answer back.

use bytes::Bytes;
use tokio::net::TcpListener;
use tonic::Status;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};

use crate::Failure;
use crate::raw::{self, Exports, Handler};

#[derive(Clone)]
struct Forward(Channel);

impl Handler for Forward {
    async fn handle(self, message: Bytes) -> Result<Bytes, Status> {
        raw::send(self.0, message).await.map(|()| Bytes::new())
    }
}

/// Serves until the process is ended.
pub(crate) async fn serve(listen: u16, to: u16) -> Result<(), Failure> {
    let onward = Endpoint::from_shared(format!("http://127.0.0.1:{to}"))?;
    let listener = TcpListener::bind(("127.0.0.1", listen)).await?;
    Server::builder()
        .add_service(Exports(Forward(onward.connect_lazy())))
        .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true)))
        .await?;
    Ok(())
}
