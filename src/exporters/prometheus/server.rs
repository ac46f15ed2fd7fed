//! The scrape endpoint: one page, two formats, few connections.

use std::convert::Infallible;
use std::io::Write;
use std::net::TcpListener as StdListener;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use flate2::write::GzEncoder;
use http::header::{ACCEPT, ACCEPT_ENCODING, ALLOW, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::text::Format;
use crate::component::Stop;

/// Scrapers are few; whoever comes beyond these waits in the kernel's queue.
const CONNECTIONS_MAX: usize = 32;
/// A request's head must be complete, and the next one begun, within this time.
const IDLE: Duration = Duration::from_secs(90);
/// Low: pages repeat themselves, and a scrape should be quick.
const GZIP_LEVEL: u32 = 1;

/// Writes the page in one of the formats.
pub(super) type Render = dyn Fn(Format) -> String + Send + Sync;

/// Answers scrapes until `stop`.
pub(super) async fn serve(listener: StdListener, render: Arc<Render>, stop: Stop) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(fault) => return tracing::error!(%fault, "the prometheus endpoint cannot listen"),
    };
    let free = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let permit = tokio::select! {
            () = stop.cancelled() => return,
            Ok(permit) = Arc::clone(&free).acquire_owned() => permit,
        };
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            // Out of descriptors, most likely; let others give some back.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (render, stop) = (Arc::clone(&render), stop.clone());
        tokio::spawn(async move {
            connection(stream, render, stop).await;
            drop(permit);
        });
    }
}

async fn connection(stream: TcpStream, render: Arc<Render>, stop: Stop) {
    let service = service_fn(move |request| answer(request, Arc::clone(&render)));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .max_buf_size(32 << 10)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(fault) = ended {
        tracing::debug!(%fault, "a scrape connection ended early");
    }
}

async fn answer(
    request: Request<Incoming>,
    render: Arc<Render>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path();
    if path != "/metrics" && path != "/" {
        return Ok(plain(StatusCode::NOT_FOUND, "metrics are at /metrics\n"));
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "only GET\n");
        response
            .headers_mut()
            .insert(ALLOW, http::HeaderValue::from_static("GET, HEAD"));
        return Ok(response);
    }
    let format = negotiate(request.headers());
    let gzip = accepts_gzip(request.headers());
    let page = tokio::task::spawn_blocking(move || page(&*render, format, gzip)).await;
    let Ok(Ok(body)) = page else {
        return Ok(plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the page could not be written\n",
        ));
    };
    let response = Response::builder()
        .header(CONTENT_TYPE, format.content_type())
        .header(VARY, "accept, accept-encoding");
    let response = if gzip {
        response.header(CONTENT_ENCODING, "gzip")
    } else {
        response
    };
    let failed = |_| {
        plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the page could not be sent\n",
        )
    };
    Ok(response
        .body(Full::new(Bytes::from(body)))
        .unwrap_or_else(failed))
}

fn page(render: &Render, format: Format, gzip: bool) -> std::io::Result<Vec<u8>> {
    let text = render(format).into_bytes();
    if !gzip {
        return Ok(text);
    }
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::new(GZIP_LEVEL));
    encoder.write_all(&text)?;
    encoder.finish()
}

fn plain(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response
}

/// The format the scraper likes best; the older one where it does not care.
pub(super) fn negotiate(headers: &HeaderMap) -> Format {
    let wish = |names: &[&str]| {
        let wishes = headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let wishes = wishes.flat_map(|value| value.split(',')).map(weighed);
        wishes
            .filter(|(name, _)| names.contains(&name.as_str()))
            .map(|(_, weight)| weight)
            .fold(0.0, f64::max)
    };
    let open = wish(&["application/openmetrics-text"]);
    if open > 0.0 && open >= wish(&["text/plain"]) {
        Format::OpenMetrics
    } else {
        Format::Prometheus
    }
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let codings = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    codings
        .flat_map(|value| value.split(','))
        .map(weighed)
        .any(|(name, weight)| name == "gzip" && weight > 0.0)
}

/// `text/plain;version=0.0.4;q=0.3` is `("text/plain", 0.3)`.
fn weighed(wish: &str) -> (String, f64) {
    let mut parts = wish.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let weight = parts
        .find_map(|part| part.strip_prefix("q="))
        .and_then(|q| q.parse().ok());
    (name, weight.unwrap_or(1.0))
}
