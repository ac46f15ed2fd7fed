//! TLS: what is spoken, who is let in, and certificates that change.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::super::tls::{Files, Keeper};
use super::rig::{Memory, PROTOBUF, Rig, TRACES};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("integration-tests/fixtures/tls")
        .join(name)
}

fn settings(client_ca: bool) -> String {
    let path = |name: &str| fixture(name).display().to_string();
    let ca = format!("tls.client_ca = \"{}\"", path("ca.pem"));
    let tls = format!(
        "tls.cert = \"{}\"\ntls.key = \"{}\"\n",
        path("server.pem"),
        path("server.key")
    );
    if client_ca { tls + &ca } else { tls }
}

fn client(with_certificate: bool) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(fixture("ca.pem")).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = if with_certificate {
        let chain = vec![CertificateDer::from_pem_file(fixture("client.pem")).unwrap()];
        let key = PrivateKeyDer::from_pem_file(fixture("client.key")).unwrap();
        builder.with_client_auth_cert(chain, key).unwrap()
    } else {
        builder.with_no_client_auth()
    };
    TlsConnector::from(Arc::new(config))
}

/// Posts a good request over TLS; the whole answer, or how it failed.
async fn post(rig: &Rig, client: &TlsConnector) -> std::io::Result<String> {
    let stream = TcpStream::connect(rig.http).await?;
    let mut stream = client
        .connect(ServerName::try_from("localhost").unwrap(), stream)
        .await?;
    let head = format!(
        "POST /v1/traces HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{PROTOBUF}Content-Length: {}\r\n\r\n",
        TRACES.len()
    );
    stream
        .write_all(&[head.as_bytes(), TRACES].concat())
        .await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn tls_serves_who_trusts_it_and_nobody_in_plaintext() {
    let rig = Rig::start(&settings(false), Memory::of(1 << 20)).await;
    assert!(
        post(&rig, &client(false))
            .await
            .unwrap()
            .starts_with("HTTP/1.1 200")
    );
    let plain = rig.post("/v1/traces", PROTOBUF, TRACES).await;
    assert!(!plain.contains("HTTP/1.1 200"), "{plain}");
    rig.stop().await;
}

#[tokio::test]
async fn a_client_authority_asks_for_certificates() {
    let rig = Rig::start(&settings(true), Memory::of(1 << 20)).await;
    assert!(
        post(&rig, &client(true))
            .await
            .unwrap()
            .starts_with("HTTP/1.1 200")
    );
    assert!(post(&rig, &client(false)).await.is_err());
    rig.stop().await;
}

#[tokio::test]
async fn changed_files_are_taken_over_and_broken_ones_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let copy = |from: &str, to: &str| {
        std::fs::copy(fixture(from), folder.path().join(to)).unwrap();
    };
    copy("server.pem", "cert");
    copy("server.key", "key");
    let files = Files {
        cert: folder.path().join("cert"),
        key: folder.path().join("key"),
        client_ca: None,
    };
    let keeper = Keeper::load(files, &["h2"]).unwrap();
    let first = keeper.acceptor();
    std::fs::write(folder.path().join("cert"), "no certificate").unwrap();
    keeper.reload();
    assert!(Arc::ptr_eq(first.config(), keeper.acceptor().config()));
    copy("second.pem", "cert");
    keeper.reload();
    assert!(
        Arc::ptr_eq(first.config(), keeper.acceptor().config()),
        "the key is another's"
    );
    copy("second.key", "key");
    keeper.reload();
    assert!(!Arc::ptr_eq(first.config(), keeper.acceptor().config()));
}

#[test]
fn tls_that_cannot_be_loaded_is_an_error_with_the_file_in_it() {
    let missing = Files {
        cert: "missing.pem".into(),
        key: fixture("server.key"),
        client_ca: None,
    };
    let error = Keeper::load(missing, &[]).err().unwrap();
    assert!(error.contains("missing.pem"), "{error}");
    let other = Files {
        cert: fixture("server.pem"),
        key: fixture("second.key"),
        client_ca: None,
    };
    assert!(Keeper::load(other, &[]).is_err());
}
