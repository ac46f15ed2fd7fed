//! The connection: made when first needed, kept, encrypted where it must be; answers are bounded.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::Protocol;
use crate::component::{ConfigError, ExportError, Trust};

/// How long a connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How often an HTTP/2 connection with requests in flight is asked whether it is alive.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// Idle connections are closed after this long.
const IDLE: Duration = Duration::from_secs(90);

/// A whole answer.
pub(super) struct Answer {
    pub(super) head: Parts,
    pub(super) body: Bytes,
    /// gRPC puts its verdict behind the body.
    pub(super) trailers: HeaderMap,
}

/// What came of a POST.
pub(super) enum Posted {
    Answered(Box<Answer>),
    /// The answer was cut off at the limit.
    TooLong,
}

pub(super) struct Client(legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Client {
    pub(super) fn new(protocol: Protocol, tls: &Trust, folder: &Path) -> Result<Self, ConfigError> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls.client(folder)?)
            .https_or_http();
        let connector = match protocol {
            Protocol::Grpc => https.enable_http2().wrap_connector(tcp),
            Protocol::Http => https.enable_all_versions().wrap_connector(tcp),
        };
        let client = legacy::Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .http2_only(protocol == Protocol::Grpc)
            .http2_keep_alive_interval(KEEP_ALIVE)
            .http2_adaptive_window(true)
            .build(connector);
        Ok(Client(client))
    }

    /// Sends, and reads the answer up to `max_response` bytes. Redirects are answers like others.
    pub(super) async fn post(
        &self,
        request: Request<Full<Bytes>>,
        max_response: usize,
    ) -> Result<Posted, ExportError> {
        let response = self
            .0
            .request(request)
            .await
            .map_err(|error| unreachable(&error))?;
        let (head, body) = response.into_parts();
        let body = match Limited::new(body, max_response).collect().await {
            Ok(body) => body,
            Err(error) if error.is::<LengthLimitError>() => return Ok(Posted::TooLong),
            Err(error) => return Err(unreachable(&*error)),
        };
        let trailers = body.trailers().cloned().unwrap_or_default();
        Ok(Posted::Answered(Box::new(Answer {
            head,
            body: body.to_bytes(),
            trailers,
        })))
    }
}

/// No answer, or half of one: the same request is worth another try.
fn unreachable(error: &(dyn Error + 'static)) -> ExportError {
    let mut words = Vec::new();
    let mut cause = Some(error);
    while let Some(error) = cause {
        words.push(error.to_string());
        cause = error.source();
    }
    words.dedup();
    ExportError::Retry {
        after: None,
        why: words.join(": "),
    }
}
