//! The opening handshake of a client (RFC 6455 section 4.1): the request, and the check of the answer. Knows nothing of
//! sockets, TLS, or where the random key comes from.

use tungstenite::handshake::client::{Response, generate_request};
use tungstenite::handshake::derive_accept_key;
use tungstenite::handshake::machine::TryParse;
use tungstenite::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, Uri};

use super::extension::{DeflateParameters, DeflateSettings, accept_answer, deflate_offer};
use super::handshake::{HeadFault, HeadLimits, HeadScanner, InvalidHeader, check_header, escape_and_cut, is_host_byte};

const EXTENSIONS: &str = "sec-websocket-extensions";

/// An accepted connection.
#[derive(Clone, Debug)]
pub struct ServerResponse {
    /// The subprotocol that the server chose out of the offered ones.
    pub subprotocol: Option<Box<str>>,
    /// How messages may be compressed, if the server has accepted the offer.
    pub deflate: Option<DeflateParameters>,
    /// All headers of the answer.
    pub headers: HeaderMap,
}

/// Why there is no connection. The socket must be closed (section 4.1).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ClientHandshakeError {
    /// The head is longer or has more lines than the limits say, or is not HTTP.
    #[error("the server's answer is not a response head within the limits: {0:?}")]
    Head(HeadFault),
    /// The head has the form of lines, but is not a response.
    #[error("the server's answer is not HTTP: {0}")]
    Malformed(String),
    /// The server did not switch protocols: a refusal, a redirect, a request for credentials.
    #[error("the server answered {status} instead of 101")]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// A header is missing, repeated or wrong.
    #[error("the server's header {name} is {found}; expected {expected}")]
    Header {
        /// The name.
        name: &'static str,
        /// What was there, escaped and cut.
        found: String,
        /// What section 4.1 demands.
        expected: &'static str,
    },
}

/// The request of a client. `host` is the value of the Host header, `target` the path with its query, `key` 16 random
/// bytes in base64, fresh for each connection; `deflate` is offered if it is there.
///
/// # Errors
/// A part that cannot stand in a request; a mistake of the caller.
pub fn client_request(
    host: &str,
    target: &str,
    key: &str,
    subprotocols: &[&str],
    deflate: Option<&DeflateSettings>,
    extra_headers: &[(&str, &str)],
) -> Result<Vec<u8>, InvalidHeader> {
    // `Uri` takes more than our own server does.
    let is_path = target.starts_with('/') && target.is_ascii() && !target.contains('#');
    let uri = target.parse::<Uri>().ok().filter(|_| is_path).ok_or_else(|| {
        InvalidHeader::new(
            ":path",
            target,
            "the target must be a path that starts with /; percent-encode what is not ASCII",
        )
    })?;
    if !host.bytes().all(is_host_byte) {
        return Err(InvalidHeader::new("Host", host, "the host must be a name or an address, with an optional port"));
    }
    let mut request = Request::new(());
    *request.uri_mut() = uri;
    let subprotocols = subprotocols.join(", ");
    let own = [("Host", host), ("Sec-WebSocket-Key", key), ("Sec-WebSocket-Version", "13")];
    let offer = Some(("Sec-WebSocket-Protocol", &subprotocols[..])).filter(|_| !subprotocols.is_empty());
    for (name, value) in own.into_iter().chain(offer) {
        let (name, value) = check_header(name, value)?;
        request.headers_mut().insert(name, value);
    }
    if let Some(settings) = deflate {
        let offer = HeaderValue::try_from(deflate_offer(settings)).expect("an offer is made of tokens");
        request.headers_mut().insert(EXTENSIONS, offer);
    }
    request.headers_mut().insert("Connection", HeaderValue::from_static("Upgrade"));
    request.headers_mut().insert("Upgrade", HeaderValue::from_static("websocket"));
    add_headers(request.headers_mut(), extra_headers)?;
    let (bytes, _key) = generate_request(request)
        .map_err(|_| InvalidHeader::new("request", target, "the parts do not make a valid request"))?;
    Ok(bytes)
}

/// Adds the application's headers, unless they are those of the handshake.
fn add_headers(headers: &mut HeaderMap, extra_headers: &[(&str, &str)]) -> Result<(), InvalidHeader> {
    for &(name, value) in extra_headers {
        let (header_name, header_value) = check_header(name, value)?;
        if header_name.as_str() == "host" || header_name.as_str().starts_with("sec-websocket-") {
            return Err(InvalidHeader::new(name, value, "the client sets this header itself; use its own argument"));
        }
        headers.append(header_name, header_value);
    }
    Ok(())
}

/// Checks the server's answer (section 4.1). Returns it and the size of its head, behind which frames may follow, or
/// `None` if more bytes are needed. `deflate` and `offered_subprotocols` are what stood in the request.
///
/// # Errors
/// The first fault; [`HeadFault::TooLong`] as soon as the limit is reached.
pub fn verify_response(
    bytes: &[u8],
    limits: &HeadLimits,
    key: &str,
    offered_subprotocols: &[&str],
    deflate: Option<&DeflateSettings>,
) -> Result<Option<(ServerResponse, usize)>, ClientHandshakeError> {
    let Some(head_bytes) = HeadScanner::new().scan(bytes, limits).map_err(ClientHandshakeError::Head)? else {
        return Ok(None);
    };
    let malformed = |reason: String| ClientHandshakeError::Malformed(reason);
    let parsed = Response::try_parse(&bytes[..head_bytes]).map_err(|error| malformed(error.to_string()))?;
    let (_, response) = parsed.ok_or_else(|| malformed("incomplete head".to_owned()))?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(ClientHandshakeError::Status { status: response.status().as_u16() });
    }
    let headers = response.headers();
    check_answer(headers, key)?;
    let subprotocol = chosen_subprotocol(headers, offered_subprotocols)?;
    let deflate = chosen_deflate(headers, deflate)?;
    Ok(Some((ServerResponse { subprotocol, deflate, headers: headers.clone() }, head_bytes)))
}

/// The steps 2 to 5 of section 4.1.
fn check_answer(headers: &HeaderMap, key: &str) -> Result<(), ClientHandshakeError> {
    if !has_token(headers, "upgrade", "websocket") {
        return Err(wrong(headers, "upgrade", "\"websocket\""));
    }
    if !has_token(headers, "connection", "upgrade") {
        return Err(wrong(headers, "connection", "\"Upgrade\""));
    }
    let accept_key = derive_accept_key(key.as_bytes());
    if single(headers, "sec-websocket-accept", "the key's answer")? != Some(accept_key.as_bytes()) {
        return Err(wrong(headers, "sec-websocket-accept", "the answer to the key that was sent"));
    }
    Ok(())
}

/// Step 6 of section 4.1: an extension that was not offered would change the meaning of every frame.
fn chosen_deflate(
    headers: &HeaderMap,
    offered: Option<&DeflateSettings>,
) -> Result<Option<DeflateParameters>, ClientHandshakeError> {
    let expected = if offered.is_some() {
        "one permessage-deflate, with parameters that the offer allows"
    } else {
        "none, as none was offered"
    };
    let Some(answer) = single(headers, EXTENSIONS, expected)? else {
        return Ok(None);
    };
    let accepted = offered.and_then(|settings| accept_answer(answer, settings));
    accepted.map(Some).ok_or_else(|| wrong(headers, EXTENSIONS, expected))
}

fn chosen_subprotocol(headers: &HeaderMap, offered: &[&str]) -> Result<Option<Box<str>>, ClientHandshakeError> {
    const NAME: &str = "sec-websocket-protocol";
    let Some(chosen) = single(headers, NAME, "one of the offered subprotocols")? else {
        return Ok(None);
    };
    match offered.iter().find(|subprotocol| subprotocol.as_bytes() == chosen) {
        Some(&subprotocol) => Ok(Some(subprotocol.into())),
        None => Err(wrong(headers, NAME, "one of the offered subprotocols")),
    }
}

/// The value of a header that may come once.
fn single<'a>(
    headers: &'a HeaderMap,
    name: &'static str,
    expected: &'static str,
) -> Result<Option<&'a [u8]>, ClientHandshakeError> {
    let mut values = headers.get_all(HeaderName::from_static(name)).iter();
    let first = values.next().map(|value| value.as_bytes());
    if values.next().is_some() { Err(wrong(headers, name, expected)) } else { Ok(first) }
}

fn has_token(headers: &HeaderMap, name: &'static str, token: &str) -> bool {
    let values = headers.get_all(HeaderName::from_static(name)).iter();
    values
        .flat_map(|value| value.as_bytes().split(|&byte| byte == b','))
        .any(|element| element.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
}

fn wrong(headers: &HeaderMap, name: &'static str, expected: &'static str) -> ClientHandshakeError {
    let values = headers.get_all(HeaderName::from_static(name)).iter();
    let found: Vec<_> = values.map(|value| format!("\"{}\"", escape_and_cut(value.as_bytes()))).take(3).collect();
    let found = if found.is_empty() { "missing".to_owned() } else { found.join(", ") };
    ClientHandshakeError::Header { name, found, expected }
}
