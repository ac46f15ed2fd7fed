//! Asks a recogniser over gRPC: one call of `proto/tollgate/recognize/v1/recognize.proto`.

use std::error::Error;

use http::uri::PathAndQuery;
use http::{HeaderMap, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::ClientConfig;
use tonic::body::Body;
use tonic::metadata::MetadataMap;
use tonic::{Request, Status};
use tonic_prost::ProstCodec;

use super::client::{ANSWER_MAX, Endpoint, told};
use super::text::{Answer, Question};

const METHOD: &str = "/tollgate.recognize.v1.Recognizer/Recognize";

pub(super) struct Grpc {
    client: Client<HttpsConnector<HttpConnector>, Body>,
    origin: Uri,
    headers: HeaderMap,
}

impl Grpc {
    pub(super) fn new(endpoint: Endpoint, tls: ClientConfig) -> Self {
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http2()
            .build();
        let mut client = Client::builder(TokioExecutor::new());
        Grpc {
            client: client.http2_only(true).build(https),
            origin: endpoint.uri,
            headers: endpoint.headers,
        }
    }

    pub(super) async fn ask(&self, question: &Question) -> Result<Answer, String> {
        let call = tonic::client::Grpc::with_origin(self.client.clone(), self.origin.clone());
        let mut call = call.max_decoding_message_size(ANSWER_MAX);
        call.ready().await.map_err(|error| told(&error))?;
        let mut request = Request::new(question.clone());
        *request.metadata_mut() = MetadataMap::from_headers(self.headers.clone());
        let codec = ProstCodec::default();
        let answer = call.unary(request, PathAndQuery::from_static(METHOD), codec);
        let answer = answer.await.map_err(|status| why(&status))?;
        Ok(answer.into_inner())
    }
}

/// What a status means, without the words that came with it, which may quote what was asked.
fn why(status: &Status) -> String {
    match status.source() {
        Some(error) => told(error),
        None => format!("answered {:?}: {}", status.code(), status.code()),
    }
}
