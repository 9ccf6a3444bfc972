//! Heads between the engine and an upstream server (RFC 9112): what a request gets added, what an answer says. Knows
//! nothing of sockets, of paths, or of who signs what.

use super::handshake::{HeadLimits, HeadScanner, check_header};

/// Names that begin like this are between the engine and its upstream; a client's own are dropped.
const PRIVATE_PREFIX: &str = "x-hawser-";
const ACCEPTED: &str = "x-hawser-accepted";
/// Headers of an answer that say how it is sent, or what only a 101 of the engine may say.
const NOT_COPIED: [&str; 8] =
    ["connection", "content-length", "content-type", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];
const PREFIXES_NOT_COPIED: [&str; 3] = ["proxy-", PRIVATE_PREFIX, "sec-websocket-"];

/// A complete request head without the lines that only the engine may send.
#[must_use]
pub fn strip_private_headers(head: &[u8]) -> Vec<u8> {
    let mut lines = head.split_inclusive(|&byte| byte == b'\n');
    let mut kept = lines.next().unwrap_or_default().to_vec();
    lines.filter(|line| !has_prefix(line, PRIVATE_PREFIX)).for_each(|line| kept.extend_from_slice(line));
    kept
}

/// The same head with the line that names its connection at the end.
#[must_use]
pub fn name_connection(head: &[u8], value: &str) -> Vec<u8> {
    let lines = head.strip_suffix(b"\r\n").unwrap_or(head);
    [lines, b"X-Hawser-Connection: ", value.as_bytes(), b"\r\n\r\n"].concat()
}

/// The target of a complete request head: its second word.
#[must_use]
pub fn request_target(head: &[u8]) -> &[u8] {
    head.split(|&byte| byte == b' ').nth(1).unwrap_or_default()
}

fn has_prefix(line: &[u8], prefix: &str) -> bool {
    line.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// The head of an upstream's answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AnswerHead {
    /// The HTTP status.
    pub status: u16,
    /// Bytes of the head, its empty line included.
    pub head_bytes: usize,
    /// Bytes of the body; `None` if only its end shows where it ends.
    pub body_bytes: Option<u64>,
    /// Whether the connection may carry another request.
    pub keep_alive: bool,
    /// Which connection the upstream has accepted.
    pub accepted: Option<String>,
    /// `Name: value` lines that go to the client with a 101 of the engine's own.
    pub copied: String,
}

/// Where an answer ends; the rest of its head is not looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AnswerFraming {
    /// The HTTP status.
    pub status: u16,
    /// Bytes of the head, its empty line included.
    pub head_bytes: usize,
    /// Bytes of the body, 0 where the status says that there is none; `None` if it comes in chunks, or ends with the connection.
    pub body_bytes: Option<u64>,
    /// Whether the body comes in chunks.
    pub chunked: bool,
}

/// An answer that is not HTTP/1, or over the limits.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the upstream's answer is no head of HTTP/1 within the limits")]
pub struct MalformedAnswer;

/// Reads an answer's head that arrives in pieces, looking at each byte once.
#[derive(Clone, Copy, Debug, Default)]
pub struct AnswerReader {
    scanner: HeadScanner,
}

impl AnswerReader {
    /// A reader at the beginning of an answer.
    #[must_use]
    pub const fn new() -> Self {
        Self { scanner: HeadScanner::new() }
    }

    /// Looks at `bytes`, which must begin with all bytes of the earlier calls; `None` if more are needed. The next head
    /// needs a new reader.
    ///
    /// # Errors
    /// [`MalformedAnswer`]; nothing that follows can be understood.
    pub fn read(&mut self, bytes: &[u8], limits: &HeadLimits) -> Result<Option<AnswerHead>, MalformedAnswer> {
        self.parse(bytes, limits, describe)
    }

    /// [`read`](Self::read) for whom only the end of the answer matters.
    ///
    /// # Errors
    /// [`MalformedAnswer`] also if the connection is to end with the answer, or if readers may differ on where it ends.
    pub fn read_framing(
        &mut self,
        bytes: &[u8],
        limits: &HeadLimits,
    ) -> Result<Option<AnswerFraming>, MalformedAnswer> {
        self.parse(bytes, limits, frame)
    }

    fn parse<T>(
        &mut self,
        bytes: &[u8],
        limits: &HeadLimits,
        describe: impl FnOnce(&httparse::Response<'_, '_>, usize) -> Result<T, MalformedAnswer>,
    ) -> Result<Option<T>, MalformedAnswer> {
        let Some(head_bytes) = self.scanner.scan(bytes, limits).map_err(|_| MalformedAnswer)? else {
            return Ok(None);
        };
        let mut fields = vec![httparse::EMPTY_HEADER; self.scanner.header_lines()];
        let mut response = httparse::Response::new(&mut fields);
        match response.parse(&bytes[..head_bytes]) {
            Ok(httparse::Status::Complete(_)) => describe(&response, head_bytes).map(Some),
            Ok(httparse::Status::Partial) | Err(_) => Err(MalformedAnswer),
        }
    }
}

/// RFC 9112 section 6.3 without its doubts.
fn frame(response: &httparse::Response<'_, '_>, head_bytes: usize) -> Result<AnswerFraming, MalformedAnswer> {
    let status = response.code.ok_or(MalformedAnswer)?;
    let encoding = single(response, "transfer-encoding")?;
    let length = single(response, "content-length")?;
    let is_plain = encoding.is_none_or(|encoding| encoding.eq_ignore_ascii_case(b"chunked") && length.is_none());
    let mut connection = response.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("connection"));
    let closes = |header: &httparse::Header<'_>| {
        header.value.split(|&byte| byte == b',').any(|token| token.trim_ascii().eq_ignore_ascii_case(b"close"))
    };
    if !is_plain || response.version != Some(1) || connection.any(closes) {
        return Err(MalformedAnswer);
    }
    let body_bytes = body_bytes(response, status)?;
    Ok(AnswerFraming { status, head_bytes, body_bytes, chunked: encoding.is_some() && body_bytes.is_none() })
}

fn describe(response: &httparse::Response<'_, '_>, head_bytes: usize) -> Result<AnswerHead, MalformedAnswer> {
    let status = response.code.ok_or(MalformedAnswer)?;
    let connection = list(response, "connection");
    let is_named = |token: &str| connection.iter().any(|element| element == token);
    let accepted = single(response, ACCEPTED)?.map(|value| String::from_utf8_lossy(value).into_owned());
    let copied = response.headers.iter().filter_map(|header| copied_line(header, &is_named)).collect();
    Ok(AnswerHead {
        status,
        head_bytes,
        body_bytes: body_bytes(response, status)?,
        keep_alive: response.version == Some(1) && !is_named("close"),
        accepted,
        copied,
    })
}

/// RFC 9112 section 6.3, as far as a length is known beforehand.
fn body_bytes(response: &httparse::Response<'_, '_>, status: u16) -> Result<Option<u64>, MalformedAnswer> {
    let length = single(response, "content-length")?;
    if matches!(status, 100..=199 | 204 | 304) {
        return Ok(Some(0));
    }
    if single(response, "transfer-encoding")?.is_some() {
        return Ok(None);
    }
    let Some(length) = length else { return Ok(None) };
    // `str::parse` alone would take a sign.
    let text = std::str::from_utf8(length).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    text.and_then(|text| text.parse().ok()).map(Some).ok_or(MalformedAnswer)
}

/// A line for the 101, unless the header is of one hop, about the body, or none that the engine can send.
fn copied_line(header: &httparse::Header<'_>, is_of_hop: &impl Fn(&str) -> bool) -> Option<String> {
    let name = header.name.to_ascii_lowercase();
    let is_ours = NOT_COPIED.contains(&&*name) || PREFIXES_NOT_COPIED.iter().any(|prefix| name.starts_with(prefix));
    let value = std::str::from_utf8(header.value).ok().map(str::trim)?;
    let fits = !is_ours && !is_of_hop(&name) && check_header(header.name, value).is_ok();
    fits.then(|| format!("{}: {value}\n", header.name))
}

/// The elements of a list, in lower case.
fn list(response: &httparse::Response<'_, '_>, name: &str) -> Vec<String> {
    let lines = response.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
    let elements = lines.flat_map(|header| header.value.split(|&byte| byte == b','));
    elements.map(|element| String::from_utf8_lossy(element.trim_ascii()).to_ascii_lowercase()).collect()
}

/// The value of a header that may come once.
fn single<'h>(response: &httparse::Response<'h, '_>, name: &str) -> Result<Option<&'h [u8]>, MalformedAnswer> {
    let mut lines = response.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
    let first = lines.next().map(|header| header.value.trim_ascii());
    if lines.next().is_some() { Err(MalformedAnswer) } else { Ok(first) }
}
