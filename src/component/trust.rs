//! Whom a client of ours trusts, and how it shows who it is.

use std::path::{Path, PathBuf};

use hyper_rustls::ConfigBuilderExt;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use schemars::JsonSchema;
use serde::Deserialize;

use super::ConfigError;

/// TLS material, as PEM files; paths start from the configuration's folder.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Trust {
    /// Certificates to trust instead of the public ones.
    ca: Option<PathBuf>,
    /// Our own certificate, for destinations that ask for one; needs `key`.
    cert: Option<PathBuf>,
    /// The private key of `cert`.
    key: Option<PathBuf>,
}

impl Trust {
    /// What is wrong with it, at a key of the component's table.
    pub fn fault(&self, key: &str) -> Option<ConfigError> {
        let pair = self.cert.is_some() == self.key.is_some();
        ConfigError::unless(pair, key, "`cert` and `key` come together").err()
    }

    /// Reads the files into what a client needs.
    pub fn client(&self, folder: &Path) -> Result<ClientConfig, ConfigError> {
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| ConfigError::at("tls", error.to_string()))?;
        let config = match &self.ca {
            None => config.with_webpki_roots(),
            Some(path) => config.with_root_certificates(roots(&folder.join(path))?),
        };
        let (Some(cert), Some(key)) = (&self.cert, &self.key) else {
            return Ok(config.with_no_client_auth());
        };
        let chain = certificates(&folder.join(cert), "tls.cert")?;
        let key = PrivateKeyDer::from_pem_file(folder.join(key))
            .map_err(|error| ConfigError::at("tls.key", format!("cannot be read: {error}")))?;
        config
            .with_client_auth_cert(chain, key)
            .map_err(|error| ConfigError::at("tls.cert", error.to_string()))
    }
}

fn roots(path: &Path) -> Result<RootCertStore, ConfigError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path, "tls.ca")? {
        roots
            .add(certificate)
            .map_err(|error| ConfigError::at("tls.ca", error.to_string()))?;
    }
    Ok(roots)
}

fn certificates(path: &Path, key: &str) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
    let fault = |error: &dyn std::fmt::Display| {
        ConfigError::at(key, format!("{} cannot be read: {error}", path.display()))
    };
    let found = CertificateDer::pem_file_iter(path).map_err(|error| fault(&error))?;
    let found: Vec<_> = found
        .collect::<Result<_, _>>()
        .map_err(|error| fault(&error))?;
    if found.is_empty() {
        return Err(fault(&"it holds no certificate"));
    }
    Ok(found)
}
