//! A recogniser that speaks gRPC: the messages of `recognize.proto`, served by tonic.

use std::convert::Infallible;
use std::future::{Ready, pending, ready};
use std::net::TcpListener;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use prost::Message;
use tonic::body::Body;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Identity, Server, ServerTlsConfig};
use tonic::{Code, Status};
use tonic_prost::ProstCodec;

use super::Manner;

#[derive(Clone, PartialEq, Message)]
struct Question {
    #[prost(message, repeated, tag = "1")]
    texts: Vec<Text>,
}

#[derive(Clone, PartialEq, Message)]
struct Text {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(string, tag = "2")]
    text: String,
}

#[derive(Clone, PartialEq, Message)]
struct Answer {
    #[prost(message, repeated, tag = "1")]
    findings: Vec<Findings>,
}

#[derive(Clone, PartialEq, Message)]
struct Findings {
    #[prost(message, repeated, tag = "1")]
    findings: Vec<Finding>,
}

#[derive(Clone, PartialEq, Message)]
struct Finding {
    #[prost(string, tag = "1")]
    r#type: String,
    #[prost(uint32, tag = "2")]
    start: u32,
    #[prost(uint32, tag = "3")]
    end: u32,
    #[prost(double, optional, tag = "4")]
    score: Option<f64>,
}

/// The call, with every `Jane Roe` in its answer.
struct Find;

impl UnaryService<Question> for Find {
    type Response = Answer;
    type Future = Ready<Result<tonic::Response<Answer>, Status>>;

    fn call(&mut self, question: tonic::Request<Question>) -> Self::Future {
        let find = |text: &Text| {
            assert!(matches!(text.key.as_str(), "body" | "note"), "{text:?}");
            let found = super::jane(&text.text).map(|start| Finding {
                r#type: "PERSON".to_owned(),
                start: start as u32,
                end: start as u32 + 8,
                score: None,
            });
            Findings {
                findings: found.into_iter().collect(),
            }
        };
        let findings = question.get_ref().texts.iter().map(find).collect();
        ready(Ok(tonic::Response::new(Answer { findings })))
    }
}

/// The service that holds the call.
#[derive(Clone)]
struct Recognizer(Manner);

impl NamedService for Recognizer {
    const NAME: &'static str = "tollgate.recognize.v1.Recognizer";
}

impl tower::Service<Request<Body>> for Recognizer {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let manner = self.0;
        assert_eq!(
            "/tollgate.recognize.v1.Recognizer/Recognize",
            request.uri().path()
        );
        Box::pin(async move {
            Ok(match manner {
                Manner::Answers => {
                    let codec = ProstCodec::<Answer, Question>::default();
                    Grpc::new(codec).unary(Find, request).await
                }
                Manner::Fails => Status::new(Code::Unavailable, "Jane Roe is busy").into_http(),
                Manner::Silent => pending().await,
            })
        })
    }
}

/// Starts a recogniser, with or without TLS, and returns its port. It ends with the test's process.
pub(super) fn recognizer(manner: Manner, tls: Option<&Path>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let read = |folder: &Path, name: &str| std::fs::read(folder.join(name)).unwrap();
    let identity =
        tls.map(|tls| Identity::from_pem(read(tls, "server.pem"), read(tls, "server.key")));
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let mut server = Server::builder();
            if let Some(identity) = identity {
                let tls = ServerTlsConfig::new().identity(identity);
                server = server.tls_config(tls).unwrap();
            }
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let server = server.add_service(Recognizer(manner));
            let served = server.serve_with_incoming(TcpIncoming::from(listener));
            served.await.unwrap();
        });
    });
    port
}
