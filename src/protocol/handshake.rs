//! The opening handshake of a server (RFC 6455 section 4.2, RFC 9112): bytes of a request head to a decision. One
//! parser decides for every request on a connection. Knows nothing of paths, origins, subprotocols or sockets.

mod head_scanner;
mod headers;
mod http_head;
mod refusal;
mod upgrade;

pub use head_scanner::{HeadFault, HeadScanner};
pub use http_head::HttpRequestHead;
pub use refusal::{Refusal, escape_and_cut};
pub use upgrade::{InvalidHeader, UpgradeRequest, check_header, switching_protocols};

use super::token::is_token_byte;
use headers::Headers;
pub(super) use http_head::is_host_byte;

/// What a request head may cost. Equal passes; beyond either number the answer is 431.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct HeadLimits {
    /// From the first byte of the request to the empty line, both included.
    pub max_bytes: usize,
    /// Number of header lines.
    pub max_headers: usize,
}

/// What the bytes so far are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Head {
    /// More bytes are needed, and within the limits more may come.
    Incomplete,
    /// A correct opening handshake, and how many bytes its head has; what follows them are frames.
    Upgrade(UpgradeRequest, usize),
    /// A correct HTTP request that does not ask for a WebSocket, and how many bytes its head has.
    Http(HttpRequestHead, usize),
    /// A faulty request; the answer to it. The connection must be closed after it.
    Refused(Refusal),
}

/// Reads one request head that arrives in pieces. Each byte is looked at once while the head grows, and parsed once
/// when it is complete: linear in the size of the head, however it is cut.
#[derive(Clone, Copy, Debug, Default)]
pub struct HeadReader {
    scanner: HeadScanner,
}

impl HeadReader {
    /// A reader at the beginning of a request.
    #[must_use]
    pub const fn new() -> Self {
        Self { scanner: HeadScanner::new() }
    }

    /// Looks at `bytes`, which must begin with all bytes of the earlier calls. After any answer but
    /// [`Head::Incomplete`] the next request needs a new reader.
    pub fn read(&mut self, bytes: &[u8], limits: &HeadLimits) -> Head {
        let head_bytes = match self.scanner.scan(bytes, limits) {
            Ok(Some(head_bytes)) => head_bytes,
            Ok(None) => return Head::Incomplete,
            Err(fault) => return Head::Refused(refuse_fault(fault, limits)),
        };
        let head_start = self.scanner.head_start();
        match parse(&bytes[head_start..head_bytes], self.scanner.header_lines()) {
            Ok(Parsed::Upgrade(key)) => Head::Upgrade(UpgradeRequest { key, head_start }, head_bytes),
            Ok(Parsed::Http(head)) => Head::Http(HttpRequestHead { head_start, ..head }, head_bytes),
            Err(refusal) => Head::Refused(refusal),
        }
    }
}

/// [`HeadReader`] for a caller that has the head in one piece, or rarely in several: scans from the start each time.
#[must_use]
pub fn parse_head(bytes: &[u8], limits: &HeadLimits) -> Head {
    HeadReader::new().read(bytes, limits)
}

enum Parsed {
    Upgrade([u8; 24]),
    Http(HttpRequestHead),
}

/// Parses a head that the scanner has found complete and free of control characters.
fn parse(head: &[u8], header_lines: usize) -> Result<Parsed, Refusal> {
    let mut fields = vec![httparse::EMPTY_HEADER; header_lines];
    let mut request = httparse::Request::new(&mut fields);
    match request.parse(head) {
        Ok(httparse::Status::Complete(_)) => {}
        Ok(httparse::Status::Partial) => return Err(Refusal::bad_request("the request head is malformed")),
        Err(error) => return Err(refuse_malformed(error, head)),
    }
    let method = request.method.unwrap_or_default();
    let http_1_1 = request.version == Some(1);
    check_target(method, request.path.unwrap_or_default())?;
    let headers = Headers::new(request.headers);
    if upgrade::is_attempt(&headers) {
        upgrade::check(method, http_1_1, &headers).map(Parsed::Upgrade)
    } else {
        HttpRequestHead::check(method, http_1_1, &headers).map(Parsed::Http)
    }
}

/// RFC 9112 section 3.2: a path, an absolute URI, or `*` with OPTIONS; RFC 6455 section 3: no fragment.
fn check_target(method: &str, target: &str) -> Result<(), Refusal> {
    let refuse = |problem: &str| {
        Err(Refusal::bad_request(format!("the request target \"{}\" {problem}", escape_and_cut(target.as_bytes()))))
    };
    if !target.is_ascii() {
        return refuse("contains bytes outside ASCII; percent-encode them");
    }
    if target.contains('#') {
        return refuse("contains a fragment (#...), which is never sent");
    }
    let absolute = ["http://", "https://", "ws://", "wss://"]
        .iter()
        .any(|scheme| target.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    if target.starts_with('/') || absolute || (target == "*" && method == "OPTIONS") {
        return Ok(());
    }
    refuse("is neither a path that starts with / nor an http or ws URI")
}

fn refuse_fault(fault: HeadFault, limits: &HeadLimits) -> Refusal {
    match fault {
        HeadFault::TooLong => Refusal::new(
            431,
            format!(
                "the request head is longer than {} bytes; send fewer or shorter headers (cookies?)",
                limits.max_bytes
            ),
        ),
        HeadFault::TooManyHeaders => {
            Refusal::new(431, format!("the request has more than {} header lines; send fewer", limits.max_headers))
        }
        HeadFault::ControlCharacter { byte, offset } => Refusal::bad_request(format!(
            "control character {byte:#04x} at byte {offset} of the request head; is this HTTP, and not TLS?"
        )),
        HeadFault::BareLineFeed { offset } => Refusal::bad_request(format!(
            "line feed without carriage return at byte {offset} of the request head; lines end in CR LF"
        )),
        HeadFault::BareCarriageReturn { offset } => Refusal::bad_request(format!(
            "carriage return without line feed at byte {offset} of the request head; lines end in CR LF"
        )),
        HeadFault::EmptyLines => Refusal::bad_request("empty lines before the request line"),
    }
}

fn refuse_malformed(error: httparse::Error, head: &[u8]) -> Refusal {
    let request_line = head.split(|&byte| byte == b'\r').next().unwrap_or_default();
    let message = match error {
        httparse::Error::HeaderName | httparse::Error::HeaderValue => {
            let line = first_malformed_line(head);
            format!(
                "malformed header line \"{}\"; expected \"Name: value\", no space before the colon, no folded lines",
                escape_and_cut(line)
            )
        }
        httparse::Error::Version => {
            format!("unknown HTTP version in \"{}\"; use HTTP/1.1", escape_and_cut(request_line))
        }
        other => format!(
            "malformed request line \"{}\" ({other}); expected \"GET /path HTTP/1.1\"",
            escape_and_cut(request_line)
        ),
    };
    Refusal::bad_request(message)
}

/// The first header line without a token and a colon at its start; the last line if all have one.
fn first_malformed_line(head: &[u8]) -> &[u8] {
    let is_token = |name: &[u8]| !name.is_empty() && name.iter().all(|&byte| is_token_byte(byte));
    let lines =
        || head.split(|&byte| byte == b'\n').skip(1).map(<[u8]>::trim_ascii_end).filter(|line| !line.is_empty());
    let malformed =
        |line: &&[u8]| line.iter().position(|&byte| byte == b':').is_none_or(|colon| !is_token(&line[..colon]));
    lines().find(malformed).or_else(|| lines().last()).unwrap_or_default()
}
