//! Checks bearer tokens in constant time, without keeping them in the clear.

use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, header};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use super::refusal::{Kind, Refusal};

/// What each token is told apart by: a keyed hash, compared in constant time.
const MESSAGE: &[u8] = b"tollgate otlp receiver";

/// The tokens that are accepted.
pub(super) struct Tokens(Vec<[u8; 32]>);

impl Tokens {
    /// Remembers the fingerprints of `tokens`.
    pub(super) fn new(tokens: &[SecretString]) -> Self {
        let fingerprint = |token: &SecretString| {
            let mac = keyed(token.expose_secret().as_bytes())?;
            Some(mac.finalize().into_bytes().into())
        };
        Tokens(tokens.iter().filter_map(fingerprint).collect())
    }

    /// Passes a request that shows an accepted token in `authorization: Bearer …`.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let refuse = |message| Err(Refusal::new(Kind::Unauthenticated, message));
        let Some(value) = headers.get(header::AUTHORIZATION) else {
            return refuse("an `authorization: Bearer` header is required");
        };
        let Some(token) = bearer(value.as_bytes()) else {
            return refuse("the `authorization` header must be of the scheme Bearer");
        };
        // Every token is compared, so that the time does not tell which one was nearly right.
        let hits = self.0.iter().filter(|known| matches(token, known)).count();
        if hits > 0 {
            Ok(())
        } else {
            refuse("the token is not accepted")
        }
    }
}

fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(7)?;
    scheme
        .eq_ignore_ascii_case(b"bearer ")
        .then(|| token.trim_ascii())
}

fn matches(token: &[u8], known: &[u8; 32]) -> bool {
    keyed(token).is_some_and(|mac| mac.verify_slice(known).is_ok())
}

fn keyed(token: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(token).ok()?;
    mac.update(MESSAGE);
    Some(mac)
}
