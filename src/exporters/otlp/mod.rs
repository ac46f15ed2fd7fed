//! Sends OTLP over gRPC or HTTP/protobuf: one try, and a verdict the queue can act on.
//!
//! Both transports are unary, so both are one POST over the same hyper client: gRPC adds a
//! five-byte frame in front and reads its verdict from trailers.

mod answer;
mod body;
mod client;
mod endpoint;
mod grpc;
mod headers;
mod http;

use std::sync::Arc;

use ::http::HeaderMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::component::{
    BoxFuture, ConfigError, Context, Delivered, Entry, ExportError, Exporter, ExporterConfig,
    Request, Trust,
};
use crate::config::{self, Size};
use client::{Client, Posted};
use endpoint::Endpoint;
use headers::Headers;

pub(super) const ENTRY: Entry = Entry::exporter::<Config>(
    "otlp",
    "send all signals to an OTLP destination over gRPC or HTTP/protobuf",
    r#"endpoint = "http://127.0.0.1:4317"
compression = "zstd""#,
);

/// How requests travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Protocol {
    /// OTLP/gRPC, usually port 4317.
    #[default]
    Grpc,
    /// OTLP/HTTP with protobuf bodies, usually port 4318.
    #[serde(alias = "http/protobuf")]
    Http,
}

/// How bodies are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Compression {
    /// Not at all.
    #[default]
    None,
    /// Understood by every OTLP receiver.
    Gzip,
    /// A third of gzip's cost, where the destination understands it.
    Zstd,
}

impl Compression {
    fn token(self) -> Option<&'static str> {
        match self {
            Compression::None => None,
            Compression::Gzip => Some("gzip"),
            Compression::Zstd => Some("zstd"),
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// `http://` or `https://`, host and port; a path, if there is one, goes before `/v1/traces`.
    /// Without a scheme: plain on this machine, TLS elsewhere.
    /// To follow the environment: `"${env:OTEL_EXPORTER_OTLP_ENDPOINT:-http://127.0.0.1:4317}"`.
    endpoint: String,
    /// `grpc` or `http` (`http/protobuf`).
    protocol: Protocol,
    /// Allows a plain connection to another machine.
    insecure: bool,
    /// Sent with every request; values are never printed. A table, or the text form of
    /// `OTEL_EXPORTER_OTLP_HEADERS`: `"key=value,other=value"`.
    headers: Headers,
    /// `none`, `gzip` or `zstd`.
    compression: Compression,
    /// TLS material; public certificate authorities are trusted by default.
    tls: Trust,
    /// Largest request before compression; larger ones are split.
    max_request: Size,
    /// Largest answer that is read; a larger one counts as a refusal.
    max_response: Size,
    /// Waiting, batching and retrying.
    queue: config::Queue,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            endpoint: "http://127.0.0.1:4317".into(),
            protocol: Protocol::default(),
            insecure: false,
            headers: Headers::default(),
            compression: Compression::default(),
            tls: Trust::default(),
            max_request: Size::mib(64),
            max_response: Size::mib(4),
            queue: config::Queue::default(),
        }
    }
}

impl ExporterConfig for Config {
    fn check(&self) -> Vec<ConfigError> {
        let endpoint = Endpoint::parse(&self.endpoint, self.insecure).err();
        let endpoint = endpoint.map(|why| ConfigError::at("endpoint", why));
        let headers = self
            .headers
            .map()
            .err()
            .map(|why| ConfigError::at("headers", why));
        let tls = self.tls.fault("tls");
        endpoint.into_iter().chain(headers).chain(tls).collect()
    }

    fn build(self, context: &mut Context) -> Result<Arc<dyn Exporter>, ConfigError> {
        let endpoint = Endpoint::parse(&self.endpoint, self.insecure);
        let endpoint = endpoint.map_err(|why| ConfigError::at("endpoint", why))?;
        let headers = self
            .headers
            .map()
            .map_err(|why| ConfigError::at("headers", why))?;
        let client = Client::new(self.protocol, &self.tls, &context.folder)?;
        Ok(Arc::new(Otlp {
            protocol: self.protocol,
            compression: self.compression,
            endpoint,
            headers,
            client,
            max_request: self.max_request.bytes(),
            max_response: self.max_response.bytes(),
            clock: context.clock,
        }))
    }

    fn queue(&self) -> config::Queue {
        self.queue.clone()
    }
}

struct Otlp {
    protocol: Protocol,
    compression: Compression,
    endpoint: Endpoint,
    headers: HeaderMap,
    client: Client,
    max_request: usize,
    max_response: usize,
    clock: Clock,
}

impl Exporter for Otlp {
    fn export(&self, request: Arc<Request>) -> BoxFuture<'_, Result<Delivered, ExportError>> {
        Box::pin(async move {
            let verdict = self.send(request).await;
            verdict.map_err(|error| headers::mask(error, &self.headers))
        })
    }
}

impl Otlp {
    async fn send(&self, request: Arc<Request>) -> Result<Delivered, ExportError> {
        let bytes = request.encoded_len();
        if bytes > self.max_request {
            return Err(ExportError::TooLarge(format!(
                "{bytes} bytes before compression"
            )));
        }
        let signal = request.signal;
        let body = body::encode(request, self.protocol, self.compression).await?;
        let request = match self.protocol {
            Protocol::Grpc => grpc::request(&self.endpoint, signal, self.compression, body),
            Protocol::Http => http::request(&self.endpoint, signal, self.compression, body),
        };
        let mut request = request.map_err(|why| ExportError::Reject(why.to_string()))?;
        request.headers_mut().extend(self.headers.clone());
        match self.client.post(request, self.max_response).await? {
            Posted::TooLong => {
                let limit = self.max_response;
                Err(ExportError::Reject(format!(
                    "the answer is longer than {limit} bytes"
                )))
            }
            Posted::Answered(answer) => match self.protocol {
                Protocol::Grpc => grpc::verdict(&answer),
                Protocol::Http => http::verdict(&answer, self.clock.now()),
            },
        }
    }
}

#[cfg(test)]
mod tests;
