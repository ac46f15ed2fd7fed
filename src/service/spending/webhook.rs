//! Posts one JSON document to a webhook, with a few tries.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::Full;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// Longest time of one try.
const PATIENCE: Duration = Duration::from_secs(10);
/// Tries after the first.
const RETRIES: usize = 4;

/// Posts `body`; a webhook that stays deaf is logged once.
pub(super) async fn post(url: String, body: Value) {
    let body = Bytes::from(body.to_string());
    let mut pauses = ExponentialBuilder::default()
        .with_jitter()
        .with_max_times(RETRIES)
        .build();
    loop {
        let why = match tokio::time::timeout(PATIENCE, attempt(&url, body.clone())).await {
            Ok(Ok(())) => return,
            Ok(Err(why)) => why,
            Err(_) => "no answer in time".to_owned(),
        };
        let Some(pause) = pauses.next() else {
            let host = url
                .parse::<http::Uri>()
                .ok()
                .and_then(|url| url.host().map(str::to_owned));
            // The path of a webhook is often its secret.
            tracing::error!(host, why, "a budget's webhook could not be reached");
            return;
        };
        tokio::time::sleep(pause).await;
    }
}

async fn attempt(url: &str, body: Bytes) -> Result<(), String> {
    let https = HttpsConnectorBuilder::new()
        .with_webpki_roots()
        .https_or_http()
        .enable_http1()
        .build();
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build(https);
    let request = Request::builder()
        .method(Method::POST)
        .uri(url)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(body))
        .map_err(|error| error.to_string())?;
    let answer = client
        .request(request)
        .await
        .map_err(|error| error.to_string())?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(format!("answered {}", answer.status()))
    }
}
