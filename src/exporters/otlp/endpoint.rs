//! Where requests go, and whether the way there must be encrypted.

use std::net::IpAddr;

use http::Uri;

/// A checked destination: scheme, host, port and an optional path prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// `https://host:port`
    origin: String,
    /// Empty, or starting with a slash and not ending with one.
    prefix: String,
}

impl Endpoint {
    /// Reads an endpoint. Plain connections to another machine must be asked for.
    pub(super) fn parse(text: &str, insecure: bool) -> Result<Self, String> {
        let (scheme, rest) = text
            .split_once("://")
            .map_or((None, text), |(s, r)| (Some(s), r));
        let rest: Uri = format!("http://{rest}").parse().map_err(|_| {
            format!("`{text}` is not an endpoint; write it like \"https://collector.example:4317\"")
        })?;
        let Some(authority) = rest.authority() else {
            return Err(format!("`{text}` names no host"));
        };
        if authority.as_str().contains('@') {
            return Err("credentials do not belong in an endpoint; use `headers`".into());
        }
        if rest.query().is_some() {
            return Err(format!(
                "`{text}` has a query; an endpoint is a host and perhaps a path"
            ));
        }
        let plain = insecure || is_loopback(authority.host());
        let scheme = match scheme {
            Some("http") | None if plain => "http",
            Some("https") | None => "https",
            Some("http") => {
                return Err(format!(
                    "`{text}` would send in plain text to another machine; \
                     write https://, or set `insecure = true`"
                ));
            }
            Some(other) => return Err(format!("`{other}://` is not http:// or https://")),
        };
        let prefix = rest.path().trim_end_matches('/').to_owned();
        Ok(Endpoint {
            origin: format!("{scheme}://{authority}"),
            prefix,
        })
    }

    /// The address of one service below this endpoint; `path` starts with a slash.
    pub(super) fn at(&self, path: &str) -> Result<Uri, http::uri::InvalidUri> {
        format!("{}{}{path}", self.origin, self.prefix).parse()
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}
