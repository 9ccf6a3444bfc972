//! Requests that ask for a WebSocket (RFC 6455 section 4.2): the checks, and the 101 that accepts. Knows nothing of
//! paths, origins or subprotocols; who accepts, gives their headers.

use tungstenite::handshake::server::{create_response, write_response};
use tungstenite::http::{HeaderName, HeaderValue, Request};

use super::headers::Headers;
use super::http_head::{check_body, check_host};
use super::refusal::{Refusal, escape_and_cut};

/// The only version there is (section 4.1).
const VERSION: &str = "13";

const EXTENSIONS: &str = "sec-websocket-extensions";

/// Headers that the engine writes into a 101 itself, or that a 101 must not have.
const RESERVED_HEADERS: [&str; 7] =
    ["connection", "upgrade", "sec-websocket-accept", EXTENSIONS, "content-length", "transfer-encoding", "trailer"];

/// A correct opening handshake, reduced to what the answer needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UpgradeRequest {
    /// The value of Sec-WebSocket-Key: 16 bytes in base64.
    pub key: [u8; 24],
    /// Where the request line begins in the parsed bytes: 0, or 2 behind a tolerated empty line.
    pub head_start: usize,
}

/// A response header of the application that cannot be written; a mistake of the caller.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("header \"{name}\" with value \"{value}\" cannot be sent: {problem}")]
pub struct InvalidHeader {
    /// The name, escaped and cut.
    pub name: String,
    /// The value, escaped and cut.
    pub value: String,
    /// What is wrong and what to do.
    pub problem: &'static str,
}

impl InvalidHeader {
    pub(in super::super) fn new(name: &str, value: &str, problem: &'static str) -> Self {
        Self { name: escape_and_cut(name.as_bytes()), value: escape_and_cut(value.as_bytes()), problem }
    }
}

/// The complete 101 response. `extension` is the value of Sec-WebSocket-Extensions, such as
/// [`DeflateParameters::to_header`](crate::protocol::DeflateParameters::to_header) gives it; `extra_headers` are those of the application, such as Sec-WebSocket-Protocol or
/// Set-Cookie.
///
/// # Errors
/// A name that is no token, a value with CR, LF, NUL or anything but visible ASCII, or a header that only the engine
/// may set.
pub fn switching_protocols(
    upgrade: &UpgradeRequest,
    extension: Option<&str>,
    extra_headers: &[(&str, &str)],
) -> Result<Vec<u8>, InvalidHeader> {
    // The request was checked when it was parsed, with lists and repeated lines that `create_response` does not take;
    // it gets the same request in the plainest form.
    let key = HeaderValue::from_bytes(&upgrade.key).expect("base64 is a valid header value");
    let request = Request::get("/")
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", VERSION)
        .header("Sec-WebSocket-Key", key)
        .body(())
        .expect("constant request with a valid key");
    let mut response = create_response(&request).expect("the key was checked when the request was parsed");
    if let Some(extension) = extension {
        let value = visible_ascii(EXTENSIONS, extension)?;
        response.headers_mut().insert(EXTENSIONS, value);
    }
    for &(name, value) in extra_headers {
        let (name, value) = check_header(name, value)?;
        response.headers_mut().append(name, value);
    }
    let mut bytes = Vec::with_capacity(256);
    write_response(&mut bytes, &response).expect("all values are visible ASCII and a Vec takes all bytes");
    Ok(bytes)
}

/// Validates one header of the application.
///
/// # Errors
/// [`InvalidHeader`] if the name is no token or one that the engine sets, or the value is not visible ASCII.
pub fn check_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), InvalidHeader> {
    let invalid = |problem| InvalidHeader::new(name, value, problem);
    let header_name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| invalid("the name must be a token of letters, digits and -"))?;
    if RESERVED_HEADERS.contains(&header_name.as_str()) {
        return Err(invalid("the engine sets this header itself; leave it out"));
    }
    Ok((header_name, visible_ascii(name, value)?))
}

fn visible_ascii(name: &str, value: &str) -> Result<HeaderValue, InvalidHeader> {
    let problem = "the value must be visible ASCII without line breaks; encode other characters";
    let header_value = HeaderValue::from_str(value).ok().filter(|value| value.to_str().is_ok());
    header_value.ok_or_else(|| InvalidHeader::new(name, value, problem))
}

/// Whether the client wants a WebSocket, correctly or not. Everything else is plain HTTP.
pub(super) fn is_attempt(headers: &Headers<'_>) -> bool {
    headers.has_token("Upgrade", "websocket") || headers.contains("Sec-WebSocket-Key")
}

/// Checks an attempt (section 4.2.1) and returns its key.
pub(super) fn check(method: &str, http_1_1: bool, headers: &Headers<'_>) -> Result<[u8; 24], Refusal> {
    if method != "GET" {
        let method = escape_and_cut(method.as_bytes());
        let refusal = Refusal::new(405, format!("method {method} cannot open a WebSocket; use GET"));
        return Err(refusal.with_header("Allow", "GET"));
    }
    if !http_1_1 {
        return Err(Refusal::bad_request("a WebSocket needs HTTP/1.1; this request is HTTP/1.0 (a proxy in between?)"));
    }
    check_host(http_1_1, headers)?;
    let (content_length, chunked) = check_body(http_1_1, headers)?;
    if chunked || content_length.is_some_and(|bytes| bytes > 0) {
        return Err(Refusal::bad_request(
            "a request that opens a WebSocket must not have a body; leave out Content-Length and Transfer-Encoding",
        ));
    }
    check_upgrade_headers(headers)?;
    check_version(headers)?;
    check_key(headers)
}

fn check_upgrade_headers(headers: &Headers<'_>) -> Result<(), Refusal> {
    for (name, token) in [("Upgrade", "websocket"), ("Connection", "Upgrade")] {
        // Both are lists, and proxies add their own elements and lines (RFC 9110 section 7.6.1).
        if !headers.has_token(name, token) {
            let found = headers.describe(name);
            return Err(Refusal::bad_request(format!(
                "header {name} is {found}; it must contain \"{token}\" (does a proxy in between drop it?)"
            )));
        }
    }
    Ok(())
}

/// Section 4.2.2: another version gets 426 and the version that is understood.
fn check_version(headers: &Headers<'_>) -> Result<(), Refusal> {
    if headers.single("Sec-WebSocket-Version")? == Some(VERSION.as_bytes()) {
        return Ok(());
    }
    let found = headers.describe("Sec-WebSocket-Version");
    let refusal =
        Refusal::new(426, format!("header Sec-WebSocket-Version is {found}; this server speaks version {VERSION}"));
    Err(refusal.with_header("Upgrade", "websocket").with_header("Sec-WebSocket-Version", VERSION))
}

fn check_key(headers: &Headers<'_>) -> Result<[u8; 24], Refusal> {
    let key = headers.single("Sec-WebSocket-Key")?;
    key.and_then(|key| <[u8; 24]>::try_from(key).ok()).filter(is_base64_of_16_bytes).ok_or_else(|| {
        let found = headers.describe("Sec-WebSocket-Key");
        Refusal::bad_request(format!(
            "header Sec-WebSocket-Key is {found}; it must be 16 random bytes in base64 (24 characters)"
        ))
    })
}

/// 22 digits, of which the last carries 2 bits, and the padding.
fn is_base64_of_16_bytes(key: &[u8; 24]) -> bool {
    let (digits, padding) = key.split_at(22);
    digits.iter().all(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
        && matches!(digits[21], b'A' | b'Q' | b'g' | b'w')
        && padding == b"=="
}
