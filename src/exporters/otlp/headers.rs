//! Headers sent with every request: read, checked, and kept out of every text.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::component::ExportError;

/// Most of a destination's own words that is kept, in bytes.
const WORDS_MAX: usize = 512;
/// Shorter values are too common to be searched for in texts.
const SECRET_MIN: usize = 4;

/// Headers as they are configured.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "headers are a table, or one text like \"key=value,other=value\""
)]
pub(super) enum Headers {
    /// One key per header.
    Table(#[schemars(with = "BTreeMap<String, String>")] BTreeMap<String, SecretString>),
    /// `key=value,other=value`; values may be percent-encoded.
    Text(#[schemars(with = "String")] SecretString),
}

impl Default for Headers {
    fn default() -> Self {
        Headers::Table(BTreeMap::new())
    }
}

impl Headers {
    /// The headers, checked. A fault names the key and never the value.
    pub(super) fn map(&self) -> Result<HeaderMap, String> {
        let mut map = HeaderMap::new();
        match self {
            Headers::Table(table) => {
                for (key, value) in table {
                    insert(&mut map, key, value.expose_secret())?;
                }
            }
            Headers::Text(text) => {
                let pairs = text.expose_secret().split(',').map(str::trim);
                for pair in pairs.filter(|pair| !pair.is_empty()) {
                    let Some((key, value)) = pair.split_once('=') else {
                        return Err("a header without `=`; write `key=value,other=value`".into());
                    };
                    insert(&mut map, key.trim(), &percent_decoded(value.trim()))?;
                }
            }
        }
        Ok(map)
    }
}

fn insert(map: &mut HeaderMap, key: &str, value: &str) -> Result<(), String> {
    let name = HeaderName::try_from(key.to_ascii_lowercase())
        .map_err(|_| format!("`{key}` is not a header name"))?;
    let mut value = HeaderValue::try_from(value)
        .map_err(|_| format!("the value of `{key}` has characters a header cannot carry"))?;
    value.set_sensitive(true);
    map.append(name, value);
    Ok(())
}

/// Takes every header value out of an error's text and shortens it.
pub(super) fn mask(error: ExportError, headers: &HeaderMap) -> ExportError {
    let clean = |text: String| shorten(&without_secrets(text, headers));
    match error {
        ExportError::Retry { after, why } => ExportError::Retry {
            after,
            why: clean(why),
        },
        ExportError::Reject(why) => ExportError::Reject(clean(why)),
        ExportError::TooLarge(why) => ExportError::TooLarge(clean(why)),
    }
}

fn without_secrets(mut text: String, headers: &HeaderMap) -> String {
    for value in headers.values().filter_map(|value| value.to_str().ok()) {
        // A destination may echo the credential without its scheme.
        let bare = value.split_once(' ').map_or(value, |(_, bare)| bare);
        for secret in [value, bare] {
            if secret.len() >= SECRET_MIN {
                text = text.replace(secret, "[masked]");
            }
        }
    }
    text
}

/// No longer than is useful in a log line.
pub(super) fn shorten(text: &str) -> String {
    text.get(..text.floor_char_boundary(WORDS_MAX))
        .unwrap_or_default()
        .to_owned()
}

/// `%41` is `A`; what is not an escape stays as it is.
pub(super) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escape = (first == b'%').then(|| after.get(..2)).flatten();
        let hex = escape.and_then(|hex| std::str::from_utf8(hex).ok());
        let decoded = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(decoded.unwrap_or(first));
        rest = if decoded.is_some() {
            after.get(2..).unwrap_or_default()
        } else {
            after
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
