//! Requests that do not ask for a WebSocket: how their body is framed (RFC 9112 section 6). Knows nothing of what is
//! asked.

use super::headers::Headers;
use super::refusal::{Refusal, escape_and_cut};

/// What the engine must know to read the body and to keep the connection in step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct HttpRequestHead {
    /// Where the request line begins in the parsed bytes: 0, or 2 behind a tolerated empty line.
    pub head_start: usize,
    /// The declared size of the body in bytes; `None` without the header. A number, never a reason to allocate.
    pub content_length: Option<u64>,
    /// Whether the body comes in chunks; `content_length` is `None` then.
    pub chunked: bool,
    /// Whether the connection may carry another request after the answer.
    pub keep_alive: bool,
    /// Whether the client waits for `100 Continue` before it sends the body.
    pub expect_continue: bool,
    /// Whether the method is HEAD: the answer must have no body.
    pub head_method: bool,
}

impl HttpRequestHead {
    pub(super) fn check(method: &str, http_1_1: bool, headers: &Headers<'_>) -> Result<Self, Refusal> {
        check_host(http_1_1, headers)?;
        let (content_length, chunked) = check_body(http_1_1, headers)?;
        Ok(Self {
            head_start: 0,
            content_length,
            chunked,
            // RFC 9112 section 9.3: HTTP/1.1 stays open unless told otherwise, HTTP/1.0 closes unless told otherwise.
            keep_alive: !headers.has_token("Connection", "close")
                && (http_1_1 || headers.has_token("Connection", "keep-alive")),
            expect_continue: http_1_1 && headers.has_token("Expect", "100-continue"),
            head_method: method == "HEAD",
        })
    }

    /// Whether any bytes of a body follow the head.
    #[must_use]
    pub fn has_body(&self) -> bool {
        self.chunked || self.content_length.is_some_and(|bytes| bytes > 0)
    }
}

/// RFC 9112 section 3.2: exactly one Host in HTTP/1.1, and a valid one.
pub(super) fn check_host(http_1_1: bool, headers: &Headers<'_>) -> Result<(), Refusal> {
    match headers.single("Host")? {
        None if http_1_1 => Err(Refusal::bad_request("header Host is missing; send \"Host: <name>[:<port>]\"")),
        Some(host) if !host.iter().all(|&byte| is_host_byte(byte)) => Err(Refusal::bad_request(format!(
            "header Host \"{}\" is not a host name with an optional port",
            escape_and_cut(host)
        ))),
        _ => Ok(()),
    }
}

/// Returns the content length and whether the body is chunked. Every doubt is refused: two parties that disagree on
/// where a body ends are how requests are smuggled (RFC 9112 section 11.2).
pub(super) fn check_body(http_1_1: bool, headers: &Headers<'_>) -> Result<(Option<u64>, bool), Refusal> {
    let content_length = headers.single("Content-Length")?.map(parse_content_length).transpose()?;
    let Some(encoding) = headers.single("Transfer-Encoding")? else {
        return Ok((content_length, false));
    };
    if content_length.is_some() {
        return Err(Refusal::bad_request("both Content-Length and Transfer-Encoding are there; send one of them"));
    }
    if !http_1_1 {
        return Err(Refusal::bad_request("Transfer-Encoding needs HTTP/1.1"));
    }
    if !encoding.eq_ignore_ascii_case(b"chunked") {
        let value = escape_and_cut(encoding);
        return Err(Refusal::new(501, format!("Transfer-Encoding \"{value}\" is not supported; use \"chunked\"")));
    }
    Ok((None, true))
}

fn parse_content_length(value: &[u8]) -> Result<u64, Refusal> {
    // `str::parse` alone would take a sign.
    let digits = value.iter().all(u8::is_ascii_digit);
    let number = std::str::from_utf8(value).ok().filter(|_| digits).and_then(|text| text.parse().ok());
    number.ok_or_else(|| {
        Refusal::bad_request(format!("header Content-Length \"{}\" is not a number of bytes", escape_and_cut(value)))
    })
}

/// RFC 3986 section 3.2.2, without the comma: two hosts joined by a proxy are not one host.
pub(in super::super) const fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'%' | b':' | b'[' | b']')
        || matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b';' | b'=')
}
