//! The admin port's routes. Nothing here changes state, so nothing here needs a token.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use super::health::Health;
use crate::component::{Page, Stop, cannot_listen};

/// A listening admin port.
pub struct Server {
    listener: TcpListener,
    app: Router,
}

struct Shown {
    health: Health,
    pages: HashMap<String, Page>,
    loopback: bool,
}

/// Listens at `address`; refuses with the operator's remedy when the port is taken.
pub async fn listen(
    address: SocketAddr,
    health: Health,
    pages: Vec<(String, Page)>,
) -> io::Result<Server> {
    let listener = TcpListener::bind(address).await.map_err(|error| {
        let why = cannot_listen(address, &error);
        let remedy = "`[admin] listen` names the address, \"\" turns it off";
        io::Error::new(error.kind(), format!("admin port: {why}; {remedy}"))
    })?;
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "the admin port can be reached from other machines and asks for no token");
    }
    let address = listener.local_addr()?;
    tracing::info!(%address, "admin port listening");
    let loopback = address.ip().is_loopback();
    let shown = Arc::new(Shown {
        health,
        pages: pages.into_iter().collect(),
        loopback,
    });
    let app = Router::new()
        .route("/", get(index))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/debug/{*name}", get(page))
        .layer(middleware::from_fn_with_state(Arc::clone(&shown), guard))
        .with_state(shown);
    Ok(Server { listener, app })
}

impl Server {
    /// Answers until `stop`.
    pub async fn serve(self, stop: Stop) {
        let stopped = async move { stop.cancelled().await };
        if let Err(error) = axum::serve(self.listener, self.app)
            .with_graceful_shutdown(stopped)
            .await
        {
            tracing::error!(%error, "the admin port failed");
        }
    }
}

/// A browser may be told by a stranger's page to ask loopback under another name (DNS rebinding):
/// a loopback port answers only to loopback names.
async fn guard(State(shown): State<Arc<Shown>>, request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    if shown.loopback && !host.is_none_or(is_loopback_name) {
        let text = "this port answers only to loopback names\n";
        return (StatusCode::MISDIRECTED_REQUEST, text).into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        "x-content-type-options",
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    );
    response
}

fn is_loopback_name(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

async fn index(State(shown): State<Arc<Shown>>) -> String {
    let mut names = shown
        .pages
        .keys()
        .map(|name| format!("/debug/{name}\n"))
        .collect::<Vec<_>>();
    names.sort();
    format!("/healthz\n/readyz\n/metrics\n{}", names.concat())
}

async fn ready(State(shown): State<Arc<Shown>>) -> (StatusCode, &'static str) {
    if shown.health.is_ready() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    }
}

async fn metrics(State(shown): State<Arc<Shown>>) -> impl IntoResponse {
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        shown.health.metrics(),
    )
}

async fn page(State(shown): State<Arc<Shown>>, Path(name): Path<String>) -> Response {
    match shown.pages.get(&name) {
        Some(page) => Json(page()).into_response(),
        None => (StatusCode::NOT_FOUND, "no such page; / lists them\n").into_response(),
    }
}

#[cfg(test)]
mod tests;
