//! OTLP over gRPC without reading it: a request is its bytes, at both ends.

use std::task::{Context, Poll};

use bytes::{Buf, BufMut, Bytes};
use http::uri::PathAndQuery;
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::{BoxFuture, Service};
use tonic::server::UnaryService;
use tonic::transport::Channel;
use tonic::{Request, Response, Status};

/// The one method this driver speaks.
pub(crate) const EXPORT: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

/// Requests larger than any that is sent.
const MOST: usize = 64 << 20;

/// Sends one request and waits for the answer.
pub(crate) async fn send(channel: Channel, message: Bytes) -> Result<(), Status> {
    let mut grpc = tonic::client::Grpc::new(channel);
    grpc.ready()
        .await
        .map_err(|error| Status::unavailable(error.to_string()))?;
    let path = PathAndQuery::from_static(EXPORT);
    grpc.unary(Request::new(message), path, Raw)
        .await
        .map(|_| ())
}

/// Answers Export calls with whatever `Handler` makes of the bytes.
#[derive(Clone)]
pub(crate) struct Exports<H>(pub(crate) H);

/// Takes the bytes of a request, gives the bytes of the answer.
pub(crate) trait Handler: Clone + Send + Sync + 'static {
    fn handle(self, message: Bytes) -> impl Future<Output = Result<Bytes, Status>> + Send;
}

impl<H> tonic::server::NamedService for Exports<H> {
    const NAME: &'static str = "opentelemetry.proto.collector.trace.v1.TraceService";
}

impl<H: Handler> Service<http::Request<Body>> for Exports<H> {
    type Response = http::Response<Body>;
    type Error = std::convert::Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let handler = self.clone();
        Box::pin(async move {
            let mut grpc = tonic::server::Grpc::new(Raw).max_decoding_message_size(MOST);
            Ok(grpc.unary(handler, request).await)
        })
    }
}

impl<H: Handler> UnaryService<Bytes> for Exports<H> {
    type Response = Bytes;
    type Future = BoxFuture<Response<Bytes>, Status>;

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let handler = self.0.clone();
        Box::pin(async move {
            handler
                .handle(request.into_inner())
                .await
                .map(Response::new)
        })
    }
}

/// A codec that leaves messages alone.
#[derive(Clone, Copy, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Raw;
    type Decoder = Raw;

    fn encoder(&mut self) -> Raw {
        Raw
    }

    fn decoder(&mut self) -> Raw {
        Raw
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put(message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}
