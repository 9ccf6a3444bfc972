//! The HTTP answer to a request that is refused. Knows nothing of why.

use std::fmt::Write;

use tungstenite::http::StatusCode;

/// Bytes of a peer's value that a text repeats.
const MAX_QUOTED_BYTES: usize = 64;

/// A final answer; the connection closes after it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Headers beyond Content-Type, Content-Length and Connection.
    pub extra_headers: Vec<(&'static str, &'static str)>,
    /// One line for people: what was wrong, with which value, what to do. Printable whatever the peer sent.
    pub body: String,
}

impl Refusal {
    /// A refusal with a readable text.
    #[must_use]
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self { status, extra_headers: Vec::new(), body: body.into() }
    }

    /// 400: the request is malformed.
    #[must_use]
    pub fn bad_request(body: impl Into<String>) -> Self {
        Self::new(400, body)
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &'static str) -> Self {
        self.extra_headers.push((name, value));
        self
    }

    /// The complete HTTP/1.1 response.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let phrase = StatusCode::from_u16(self.status).ok().and_then(|status| status.canonical_reason());
        // RFC 9110 section 7.8: who sends Upgrade, sends it as a connection option too.
        let upgrades = self.extra_headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Upgrade"));
        let connection = if upgrades { "close, Upgrade" } else { "close" };
        let mut response = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n\
             Content-Length: {}\r\nConnection: {connection}\r\n",
            self.status,
            phrase.unwrap_or("Refused"),
            self.body.len() + 1
        );
        for (name, value) in &self.extra_headers {
            // Writing to a String cannot fail.
            let _ = write!(response, "{name}: {value}\r\n");
        }
        response.push_str("\r\n");
        response.push_str(&self.body);
        response.push('\n');
        response.into_bytes()
    }
}

/// A peer's value, fit for a text or a log line: printable ASCII, at most 64 of its bytes.
#[must_use]
pub fn escape_and_cut(value: &[u8]) -> String {
    let shown = &value[..value.len().min(MAX_QUOTED_BYTES)];
    let more = if shown.len() < value.len() { "..." } else { "" };
    format!("{}{more}", shown.escape_ascii())
}
