//! Asks a recogniser over HTTP: one POST of JSON.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::ClientConfig;

use super::client::{ANSWER_MAX, Endpoint, told};
use super::text::{Answer, Question};

pub(super) struct Http {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    uri: Uri,
    headers: HeaderMap,
}

impl Http {
    pub(super) fn new(endpoint: Endpoint, tls: ClientConfig) -> Self {
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_all_versions()
            .build();
        let mut headers = endpoint.headers;
        let json = header::HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
        Http {
            client: Client::builder(TokioExecutor::new()).build(https),
            uri: endpoint.uri,
            headers,
        }
    }

    pub(super) async fn ask(&self, question: &Question) -> Result<Answer, String> {
        let body = serde_json::to_vec(question).map_err(|error| error.to_string())?;
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = Method::POST;
        request.uri_mut().clone_from(&self.uri);
        request.headers_mut().clone_from(&self.headers);
        let sent = self.client.request(request).await;
        let answer = sent.map_err(|error| told(&error))?;
        if !answer.status().is_success() {
            return Err(format!("answered {}", answer.status()));
        }
        let body = Limited::new(answer.into_body(), ANSWER_MAX).collect().await;
        let body = body.map_err(|error| told(&*error))?.to_bytes();
        // The error of a parser may quote what it read.
        serde_json::from_slice(&body).map_err(|_| "the answer is not of the protocol".to_owned())
    }
}
