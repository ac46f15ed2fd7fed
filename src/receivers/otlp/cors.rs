//! Which web pages may send over OTLP/HTTP (CORS, WHATWG Fetch): none, unless they are named.

use http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::settings::Cors;
use crate::component::ConfigError;

/// What every browser SDK sends beside the headers that need no leave.
const HEADERS: [HeaderName; 3] = [
    header::CONTENT_TYPE,
    header::CONTENT_ENCODING,
    header::AUTHORIZATION,
];

/// Answers preflights, and marks the answers that a page may read.
pub(super) fn layer(cors: &Cors) -> CorsLayer {
    let origins = cors.allowed_origins.clone();
    let named = cors.allowed_headers.iter();
    let headers = named.filter_map(|name| name.parse::<HeaderName>().ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| {
            origins.iter().any(|allowed| matches(allowed, origin))
        }))
        .allow_methods([Method::POST])
        .allow_headers(HEADERS.into_iter().chain(headers).collect::<Vec<_>>())
        .expose_headers([header::RETRY_AFTER])
        .max_age(cors.max_age.get())
}

/// Every fault serde cannot see.
pub(super) fn faults(cors: &Cors) -> Vec<ConfigError> {
    let mut faults = Vec::new();
    if cors.allowed_origins.is_empty() {
        let message = "names no page; write such as [\"https://app.example.com\"]";
        faults.push(ConfigError::at("cors.allowed_origins", message));
    }
    for origin in &cors.allowed_origins {
        if !is_origin(origin) {
            let message = format!(
                "\"{origin}\" is no origin: write scheme and host, such as \
                 \"https://app.example.com\" or \"https://*.example.com\", with no path"
            );
            faults.push(ConfigError::at("cors.allowed_origins", message));
        }
    }
    for name in &cors.allowed_headers {
        if name.parse::<HeaderName>().is_err() {
            let message = format!("\"{name}\" is no name of a header");
            faults.push(ConfigError::at("cors.allowed_headers", message));
        }
    }
    faults
}

/// `*`, or a scheme and a host with at most one `*` in it.
fn is_origin(origin: &str) -> bool {
    let host = origin.split_once("://").map(|(_, host)| host);
    let is_host =
        |host: &str| !host.is_empty() && !host.contains('/') && host.matches('*').count() <= 1;
    origin == "*" || host.is_some_and(is_host)
}

/// Whether a page's origin is the allowed one; scheme and host know no case.
fn matches(allowed: &str, origin: &HeaderValue) -> bool {
    let (allowed, origin) = (allowed.as_bytes(), origin.as_bytes());
    let Some(star) = memchr::memchr(b'*', allowed) else {
        return allowed.eq_ignore_ascii_case(origin);
    };
    let (before, after) = (&allowed[..star], &allowed[star + 1..]);
    origin.len() >= before.len() + after.len()
        && origin[..before.len()].eq_ignore_ascii_case(before)
        && origin[origin.len() - after.len()..].eq_ignore_ascii_case(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_allowed_as_it_is_written() {
        for (allowed, origin, is_allowed) in [
            ("https://app.example.com", "https://app.example.com", true),
            ("https://app.example.com", "HTTPS://APP.example.com", true),
            ("https://app.example.com", "http://app.example.com", false),
            (
                "https://app.example.com",
                "https://app.example.com.evil.org",
                false,
            ),
            ("https://*.example.com", "https://app.example.com", true),
            ("https://*.example.com", "https://example.com", false),
            ("https://*.example.com", "https://app.example.org", false),
            ("http://localhost:*", "http://localhost:5173", true),
            ("*", "null", true),
        ] {
            let origin = HeaderValue::from_static(origin);
            assert_eq!(
                matches(allowed, &origin),
                is_allowed,
                "{allowed} {origin:?}"
            );
        }
    }

    #[test]
    fn what_is_no_origin_is_told() {
        let cors = |origin: &str| Cors {
            allowed_origins: vec![origin.to_owned()],
            ..Cors::default()
        };
        for origin in [
            "app.example.com",
            "https://",
            "https://a/b",
            "https://*.*.com",
        ] {
            assert_eq!(faults(&cors(origin)).len(), 1, "{origin}");
        }
        for origin in ["*", "https://app.example.com", "http://localhost:*"] {
            assert!(faults(&cors(origin)).is_empty(), "{origin}");
        }
        assert_eq!(faults(&Cors::default()).len(), 1);
    }
}
