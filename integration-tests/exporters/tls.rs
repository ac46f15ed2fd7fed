//! Encrypted destinations: trusted by configuration or not at all.

use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tollgate::component::Reason;

use super::rig::{Rig, spans};

const FIXTURES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/integration-tests/fixtures/tls"
);

/// An HTTP/1.1 destination that says 200 to everything, behind TLS.
async fn destination() -> u16 {
    let file = |name: &str| Path::new(FIXTURES).join(name);
    let chain = CertificateDer::pem_file_iter(file("server.pem")).expect("a certificate");
    let chain = chain.collect::<Result<Vec<_>, _>>().expect("PEM");
    let key = PrivateKeyDer::from_pem_file(file("server.key")).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a pair");
    let acceptor = TlsAcceptor::from(Arc::new(server));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // A client that does not trust us hangs up here.
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let mut request = vec![0; 4096];
                while stream.read(&mut request).await.is_ok_and(|n| n > 0) {
                    let reply = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                    stream
                        .write_all(reply)
                        .await
                        .expect("the client is still there");
                }
            });
        }
    });
    port
}

#[tokio::test]
async fn a_destination_is_trusted_by_its_authority() {
    let port = destination().await;
    let table = format!(
        "endpoint = \"https://localhost:{port}\"\nprotocol = \"http\"\n\
         tls = {{ ca = \"{FIXTURES}/ca.pem\" }}"
    );
    let rig = Rig::new("otlp", &table);
    rig.offer(spans(3, 8));
    assert_eq!((3, vec![]), rig.settled().await);
}

#[tokio::test]
async fn a_destination_nobody_vouches_for_gets_nothing() {
    let port = destination().await;
    let table = format!("endpoint = \"https://localhost:{port}\"\nprotocol = \"http\"");
    let rig = Rig::with("otlp", &table, |queue| {
        queue.max_age = tollgate::config::Duration::from_millis(200);
    });
    rig.offer(spans(3, 8));
    assert_eq!((0, vec![(Reason::MaxAge, 3)]), rig.settled().await);
}
