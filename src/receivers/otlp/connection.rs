//! One connection from its handshake to its end.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulConnection;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tower::Layer;
use tower::util::option_layer;

use super::crowd::Member;
use super::grpc::Grpc;
use super::http::{Http, LastWords};
use super::patience::{Patience, Patient};
use super::tls::Keeper;
use crate::component::Stop;

/// Which protocol a listener speaks.
#[derive(Clone)]
pub(super) enum Protocol {
    /// OTLP/gRPC over HTTP/2.
    Grpc(Arc<Grpc>),
    /// OTLP/HTTP over HTTP/1.1 and HTTP/2.
    Http(Arc<Http>),
}

/// How a listener treats its connections.
pub(super) struct Manners {
    /// Waiting for peers.
    pub(super) patience: Patience,
    /// HTTP/2 streams of one connection.
    pub(super) streams: u32,
    /// Bytes of a request's head.
    pub(super) head_bytes: u32,
    /// Ping idle peers this often.
    pub(super) ping_every: Duration,
    /// And give them this long to answer.
    pub(super) ping_timeout: Duration,
    /// Ask connections of this age to leave; `None` keeps them.
    pub(super) age: Option<Duration>,
    /// Certificates, if this listener speaks TLS.
    pub(super) tls: Option<Arc<Keeper>>,
    /// Resolves when the receiver should stop.
    pub(super) stop: Stop,
    /// Resolves when it may wait no longer.
    pub(super) abort: Stop,
}

/// Time for a TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Header fields of one HTTP/1 request.
const HEADERS_MAX: usize = 100;
/// Smallest read buffer that hyper allows.
const BUFFER_MIN: usize = 8192;
/// What a sender may have under way on one stream, in bytes.
const STREAM_WINDOW: u32 = 1 << 20;
/// What a sender may have under way on one connection, in bytes.
const CONNECTION_WINDOW: u32 = 2 << 20;

/// Serves one connection.
pub(super) async fn serve(
    stream: TcpStream,
    member: Member,
    protocol: Protocol,
    manners: Arc<Manners>,
) {
    // A peer that is already gone is found out soon enough.
    drop(stream.set_nodelay(true));
    let Some(keeper) = &manners.tls else {
        return speak(stream, member, protocol, &manners).await;
    };
    let handshake = timeout(HANDSHAKE, keeper.acceptor().accept(stream));
    let shaken = tokio::select! {
        shaken = handshake => shaken,
        () = member.evicted() => return,
        () = manners.stop.cancelled() => return,
    };
    match shaken {
        Ok(Ok(stream)) => speak(stream, member, protocol, &manners).await,
        Ok(Err(error)) => tracing::debug!(%error, "TLS handshake failed"),
        Err(_) => tracing::debug!("TLS handshake timed out"),
    }
}

async fn speak<S>(stream: S, member: Member, protocol: Protocol, manners: &Manners)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let is_grpc = matches!(protocol, Protocol::Grpc(_));
    let builder = builder(manners, is_grpc);
    let io = Patient::new(stream, member.clone(), manners.patience, is_grpc);
    match protocol {
        Protocol::Grpc(grpc) => {
            let service = service_fn(|request| {
                let (grpc, in_service) = (Arc::clone(&grpc), member.serve());
                async move { Ok::<_, Infallible>(grpc.answer(request, in_service).await) }
            });
            let io = TokioIo::new(io);
            converse(builder.serve_connection(io, service), &member, manners).await;
        }
        Protocol::Http(http) => {
            let cors = option_layer(http.cors.clone());
            let caller = member.clone();
            let service = cors.layer(tower::service_fn(move |request| {
                let (http, in_service) = (Arc::clone(&http), caller.serve());
                async move { Ok::<_, Infallible>(http.answer(request, in_service).await) }
            }));
            let service = TowerToHyperService::new(service);
            let io = TokioIo::new(LastWords::new(io));
            converse(builder.serve_connection(io, service), &member, manners).await;
        }
    }
}

/// Lets a connection live until it ends, has to make room, grows too old, or everything stops.
async fn converse<C: GracefulConnection>(connection: C, member: &Member, manners: &Manners)
where
    C::Error: std::fmt::Display,
{
    let mut connection = pin!(connection);
    let mut is_leaving = false;
    let mut old_age = pin!(async {
        match manners.age {
            // A tenth up or down, so that connections made together do not come back together.
            Some(age) => sleep(age.mul_f64(0.9 + fastrand::f64() / 5.0)).await,
            None => std::future::pending().await,
        }
    });
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "connection ended");
                }
                return;
            }
            () = member.evicted() => return,
            () = manners.abort.cancelled() => return,
            () = manners.stop.cancelled(), if !is_leaving => {
                is_leaving = true;
                connection.as_mut().graceful_shutdown();
            }
            () = &mut old_age, if !is_leaving => {
                is_leaving = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

fn builder(manners: &Manners, is_grpc: bool) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // `Patient` tells a slow head from an idle connection; this one cannot.
        .header_read_timeout(None)
        .max_headers(HEADERS_MAX)
        .max_buf_size((manners.head_bytes as usize).max(BUFFER_MIN));
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(manners.streams)
        .max_header_list_size(manners.head_bytes)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .keep_alive_interval(manners.ping_every)
        .keep_alive_timeout(manners.ping_timeout);
    if is_grpc {
        builder.http2_only()
    } else {
        builder
    }
}
