//! TLS for the listeners: loads certificates and follows their files when they change.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use tokio_rustls::TlsAcceptor;

use crate::component::Stop;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// The files TLS is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Files {
    /// Certificate chain, PEM.
    pub(super) cert: PathBuf,
    /// Private key, PEM.
    pub(super) key: PathBuf,
    /// Who signs clients; without it clients need no certificate.
    pub(super) client_ca: Option<PathBuf>,
}

/// The current certificates of one listener.
pub(super) struct Keeper {
    files: Files,
    alpn: Vec<Vec<u8>>,
    current: ArcSwap<ServerConfig>,
}

impl Keeper {
    /// Loads the files for a listener that speaks `alpn`. Never falls back to plaintext.
    pub(super) fn load(files: Files, alpn: &[&str]) -> Result<Arc<Self>, String> {
        let alpn = alpn
            .iter()
            .map(|name| name.as_bytes().to_vec())
            .collect::<Vec<_>>();
        let current = ArcSwap::from_pointee(configure(&files, &alpn)?);
        Ok(Arc::new(Keeper {
            files,
            alpn,
            current,
        }))
    }

    /// For the next handshake.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.current.load_full())
    }

    /// Looks at the files until `stop`, and takes them over when they have changed.
    pub(super) async fn follow(self: Arc<Self>, stop: Stop) {
        let mut known = self.files.fingerprint();
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            let seen = self.files.fingerprint();
            if seen != known {
                known = seen;
                self.reload();
            }
        }
    }

    /// Takes over what the files hold now; keeps what works if they cannot be used.
    pub(super) fn reload(&self) {
        let cert = self.files.cert.display();
        match configure(&self.files, &self.alpn) {
            Ok(config) => {
                self.current.store(Arc::new(config));
                tracing::info!(%cert, "certificates reloaded");
            }
            Err(error) => tracing::error!(%cert, error, "changed certificates not taken over"),
        }
    }
}

impl Files {
    /// Warns about a private key that others may read.
    pub(super) fn warn_of_open_key(&self) {
        if readable_by_others(&self.key) {
            tracing::warn!(key = %self.key.display(), "the private key can be read by others");
        }
    }

    fn fingerprint(&self) -> Vec<Option<(std::time::SystemTime, u64)>> {
        let paths = [Some(&self.cert), Some(&self.key), self.client_ca.as_ref()];
        let look = |path: &PathBuf| {
            let metadata = std::fs::metadata(path).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        paths.into_iter().flatten().map(look).collect()
    }
}

#[cfg(unix)]
fn readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn readable_by_others(_: &Path) -> bool {
    false
}

fn configure(files: &Files, alpn: &[Vec<u8>]) -> Result<ServerConfig, String> {
    let said = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let chain = certificates(&files.cert).map_err(|error| said(&files.cert, &error))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| said(&files.key, &error))?;
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let builder = match &files.client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for authority in certificates(path).map_err(|error| said(path, &error))? {
                roots.add(authority).map_err(|error| said(path, &error))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .build()
                .map_err(|error| said(path, &error))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut config = builder
        .with_single_cert(chain, key)
        .map_err(|error| said(&files.cert, &error))?;
    config.alpn_protocols = alpn.to_vec();
    Ok(config)
}

fn certificates(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let found = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| io::Error::other(error.to_string()))?;
    if found.is_empty() {
        return Err(io::Error::other("no certificate in this file"));
    }
    Ok(found)
}
