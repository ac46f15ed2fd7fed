//! A destination that does what a test tells it to, over HTTP/1.1 and HTTP/2.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::TcpListener;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Got {
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// What to do with a request.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    Answer(Answer),
    /// No answer, ever.
    Hang,
    /// Status 200 and a body that never ends.
    Endless,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    pub(super) trailers: Vec<(&'static str, String)>,
}

impl Reply {
    pub(super) fn http(status: u16) -> Reply {
        Reply::Answer(Answer {
            status,
            ..Answer::default()
        })
    }

    /// A gRPC status behind an empty message.
    pub(super) fn grpc(code: u32) -> Reply {
        Reply::grpc_with(code, vec![0; 5], &[])
    }

    pub(super) fn grpc_with(
        code: u32,
        body: Vec<u8>,
        trailers: &[(&'static str, String)],
    ) -> Reply {
        let status = ("grpc-status", code.to_string());
        let headers = vec![("content-type", "application/grpc".to_owned())];
        let trailers = [status]
            .into_iter()
            .chain(trailers.iter().cloned())
            .collect();
        Reply::Answer(Answer {
            status: 200,
            headers,
            body,
            trailers,
        })
    }

    /// A gRPC status in the head alone.
    pub(super) fn grpc_trailers_only(code: u32) -> Reply {
        let headers = vec![
            ("content-type", "application/grpc".to_owned()),
            ("grpc-status", code.to_string()),
        ];
        Reply::Answer(Answer {
            status: 200,
            headers,
            ..Answer::default()
        })
    }
}

type Script = dyn Fn(usize) -> Reply + Send + Sync;

pub(super) struct Fake {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Vec<Got>>>,
    accepted: Arc<AtomicUsize>,
}

impl Fake {
    /// Answers request number n (from 0) with `script(n)`.
    pub(super) async fn start(script: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Fake {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let accepted = Arc::new(AtomicUsize::new(0));
        let script: Arc<Script> = Arc::new(script);
        tokio::spawn(serve(
            listener,
            Arc::clone(&seen),
            Arc::clone(&accepted),
            script,
        ));
        Fake {
            address,
            seen,
            accepted,
        }
    }

    pub(super) fn seen(&self) -> Vec<Got> {
        self.seen.lock().expect("no panic inside").clone()
    }

    pub(super) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }
}

async fn serve(
    listener: TcpListener,
    seen: Arc<Mutex<Vec<Got>>>,
    accepted: Arc<AtomicUsize>,
    script: Arc<Script>,
) {
    while let Ok((stream, _)) = listener.accept().await {
        accepted.fetch_add(1, Ordering::SeqCst);
        let (seen, script) = (Arc::clone(&seen), Arc::clone(&script));
        let service =
            service_fn(move |request| answer(request, Arc::clone(&seen), Arc::clone(&script)));
        tokio::spawn(async move {
            let server = auto::Builder::new(TokioExecutor::new());
            // A client that goes away in the middle is part of some tests.
            drop(server.serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    seen: Arc<Mutex<Vec<Got>>>,
    script: Arc<Script>,
) -> Result<Response<BoxBody<Bytes, Infallible>>, hyper::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let got = Got {
        path: head.uri.path().to_owned(),
        headers: head.headers,
        body,
    };
    let number = {
        let mut seen = seen.lock().expect("no panic inside");
        seen.push(got);
        seen.len() - 1
    };
    match script(number) {
        Reply::Hang => std::future::pending().await,
        Reply::Endless => Ok(Response::new(
            Endless(Bytes::from(vec![0; 64 << 10])).boxed(),
        )),
        Reply::Answer(answer) => {
            let mut response = Response::builder().status(answer.status);
            for (key, value) in &answer.headers {
                response = response.header(*key, value);
            }
            let trailers = map(&answer.trailers);
            let body = Full::new(Bytes::from(answer.body));
            let body = if trailers.is_empty() {
                body.boxed()
            } else {
                body.with_trailers(async move { Some(Ok(trailers)) })
                    .boxed()
            };
            Ok(response.body(body).expect("a valid answer"))
        }
    }
}

fn map(pairs: &[(&'static str, String)]) -> HeaderMap {
    let pair = |(key, value): &(&'static str, String)| {
        (
            HeaderName::from_static(key),
            HeaderValue::try_from(value).expect("a header value"),
        )
    };
    pairs.iter().map(pair).collect()
}

/// A body that never ends.
struct Endless(Bytes);

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(self.0.clone()))))
    }
}
