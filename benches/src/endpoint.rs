//! The `ws://` or `wss://` address of a server under load. Resolves names, opens nothing.

use std::net::{SocketAddr, ToSocketAddrs};
use std::str::FromStr;

use anyhow::{Context, Error, Result, ensure};

/// Where to connect and what to ask for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Endpoint {
    /// Resolved address of the server.
    pub address: SocketAddr,
    /// `host:port` as written, for the Host header.
    pub authority: String,
    /// Whether it is `wss://`: TLS first.
    pub is_secure: bool,
    /// Request target, with its leading slash.
    pub path: String,
}

impl Endpoint {
    /// The same server, asked for `path`, which begins with a slash.
    #[must_use]
    pub fn with_path(&self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self.clone() }
    }
}

impl FromStr for Endpoint {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self> {
        let (scheme, rest) = url.split_once("://").unwrap_or_default();
        ensure!(["ws", "wss"].contains(&scheme), "URL {url:?} must start with ws:// or wss://");
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let address = authority
            .to_socket_addrs()
            .with_context(|| format!("URL {url:?} must have host:port"))?
            .next()
            .with_context(|| format!("{authority:?} has no address"))?;
        let path = if path.is_empty() { "/" } else { path };
        Ok(Self { address, authority: authority.to_owned(), is_secure: scheme == "wss", path: path.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::Endpoint;

    #[test]
    fn a_url_without_a_path_asks_for_the_root() {
        let endpoint: Endpoint = "ws://127.0.0.1:9001".parse().expect("valid");

        assert_eq!((endpoint.address.port(), endpoint.path.as_str()), (9001, "/"));
        assert!(!endpoint.is_secure);
    }

    #[test]
    fn a_server_is_asked_for_another_path() {
        let endpoint: Endpoint = "ws://127.0.0.1:9001/echo".parse().expect("valid");

        assert_eq!(endpoint.with_path("/sleep"), "ws://127.0.0.1:9001/sleep".parse().expect("valid"));
    }

    #[test]
    fn a_wss_url_asks_for_tls() {
        assert!("wss://127.0.0.1:9001/echo".parse::<Endpoint>().expect("valid").is_secure);
    }

    #[test]
    fn a_url_with_another_scheme_or_no_port_is_refused() {
        for url in ["http://127.0.0.1:9001/", "ws://127.0.0.1/echo"] {
            assert!(url.parse::<Endpoint>().is_err(), "{url}");
        }
    }
}
