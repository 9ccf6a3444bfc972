//! Request heads: the same answer however they arrive, and what we call an opening handshake or a request is one for
//! httparse and tungstenite, too. Then both our roles against each other. Knows the places where they differ.

use hawser::bridge::Accept;
use hawser::protocol::{
    AnswerReader, Head, HeadLimits, HeadReader, HttpRequestHead, Refusal, UpgradeRequest, check_header, client_request,
    name_connection, parse_head, strip_private_headers, switching_protocols, verify_response,
};
use tungstenite::handshake::derive_accept_key;
use tungstenite::handshake::machine::TryParse;
use tungstenite::handshake::server::{Request, create_response};

use super::input::{Cuts, Input};
use super::request::head;

/// As many as any check needs; tungstenite itself takes 124.
const MAX_HEADERS: usize = 124;

/// See the file.
///
/// # Panics
/// If an answer depends on the way the head arrived, or another parser does not see what we saw.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    let both_roles = input.byte().is_multiple_of(4);
    let cuts = Cuts::new(&mut input);
    if both_roles {
        check_both_roles(&mut input);
        return;
    }
    let limits = HeadLimits {
        max_bytes: input.pick(&[16_384, 0, 1, 2, 3, 100, 256, 1 << 20]),
        max_headers: input.pick(&[100, 0, 1, 5, 6, 20, MAX_HEADERS]),
    };
    let bytes = head(&mut input);
    let whole = parse_head(&bytes, &limits);
    assert_eq!(read(grown(&bytes, &cuts), &limits), whole, "in pieces");
    if bytes.len() < 2048 {
        assert_eq!(read((0..=bytes.len()).map(|end| &bytes[..end]), &limits), whole, "byte by byte");
    }
    match whole {
        Head::Incomplete => assert!(bytes.len() < limits.max_bytes, "no more than the limit is waited for"),
        Head::Upgrade(upgrade, head_bytes) => check_upgrade(&upgrade, head_of(&bytes, upgrade.head_start, head_bytes)),
        Head::Http(http, head_bytes) => check_http(&http, head_of(&bytes, http.head_start, head_bytes)),
        Head::Refused(refusal) => check_refusal(&refusal),
    }
    // The same bytes as the answer of a server: an error or a wish for more, and more bytes do not take back an error.
    check_as_response(&bytes, &limits, &cuts);
}

fn grown<'a>(bytes: &'a [u8], cuts: &Cuts) -> impl Iterator<Item = &'a [u8]> {
    let mut end = 0;
    std::iter::once(&bytes[..0]).chain(cuts.pieces(bytes).map(move |piece| {
        end += piece.len();
        &bytes[..end]
    }))
}

fn read<'a>(grown: impl Iterator<Item = &'a [u8]>, limits: &HeadLimits) -> Head {
    let mut reader = HeadReader::new();
    grown.map(|bytes| reader.read(bytes, limits)).find(|head| *head != Head::Incomplete).unwrap_or(Head::Incomplete)
}

fn head_of(bytes: &[u8], head_start: usize, head_bytes: usize) -> &[u8] {
    assert!(head_start == 0 || (head_start == 2 && bytes.starts_with(b"\r\n")), "one empty line is tolerated");
    let head = &bytes[head_start..head_bytes];
    assert!(head.ends_with(b"\r\n\r\n") && !head[..head.len() - 4].windows(4).any(|four| four == b"\r\n\r\n"));
    head
}

/// A head as httparse sees it, who is not told where it ends.
struct Parsed<'a> {
    method: &'a str,
    version: u8,
    headers: Vec<httparse::Header<'a>>,
}

impl<'a> Parsed<'a> {
    fn new(head: &'a [u8]) -> Self {
        let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut request = httparse::Request::new(&mut fields);
        let status = request.parse(head).expect("httparse takes it");
        assert_eq!(status, httparse::Status::Complete(head.len()), "the head ends at the same byte");
        let (method, version) = (request.method.expect("a method"), request.version.expect("a version"));
        Self { method, version, headers: request.headers.to_vec() }
    }

    fn values(&self, name: &str) -> Vec<&'a [u8]> {
        let same = self.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
        same.map(|header| header.value).collect()
    }

    fn has(&self, name: &str, token: &str) -> bool {
        let values = self.values(name);
        let elements = values.iter().flat_map(|value| value.split(|&byte| byte == b','));
        elements.into_iter().any(|element| element.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
    }
}

fn check_upgrade(upgrade: &UpgradeRequest, head: &[u8]) {
    let parsed = Parsed::new(head);
    assert_eq!((parsed.method, parsed.version), ("GET", 1));
    assert_eq!(parsed.values("Sec-WebSocket-Key"), [&upgrade.key[..]]);
    assert_eq!(parsed.values("Sec-WebSocket-Version"), [b"13"]);
    assert_eq!(parsed.values("Host").len(), 1);
    assert!(parsed.has("Upgrade", "websocket") && parsed.has("Connection", "Upgrade"));
    let (consumed, request) = Request::try_parse(head).expect("tungstenite takes it").expect("it is whole");
    assert_eq!(consumed, head.len());
    // It takes no lists in Upgrade, and only the first line of each.
    let upgrades = parsed.values("Upgrade");
    if upgrades.len() == 1
        && !upgrades[0].contains(&b',')
        && parsed.values("Connection").len() == 1
        && has_plain_lists(&parsed)
    {
        create_response(&request).expect("tungstenite accepts it");
    }
    check_asking(upgrade, head);
    let answer = switching_protocols(upgrade, None, &[]).expect("no headers that could be wrong");
    let key = std::str::from_utf8(&upgrade.key).expect("base64");
    let accept = format!("Sec-WebSocket-Accept: {}\r\n", derive_accept_key(key.as_bytes()));
    let answer_text = String::from_utf8(answer.clone()).expect("ASCII");
    assert!(answer_text.to_ascii_lowercase().contains(&accept.to_ascii_lowercase()), "{answer_text}");
    let limits = HeadLimits { max_bytes: 4096, max_headers: 10 };
    verify_response(&answer, &limits, key, &[], None).expect("our client accepts our answer");
}

/// tungstenite asks for visible ASCII, also in what it does not look at.
fn has_plain_lists(parsed: &Parsed<'_>) -> bool {
    let plain = |name| parsed.values(name).iter().all(|value| value.iter().all(|byte| (b' '..=b'~').contains(byte)));
    plain("Upgrade") && plain("Connection")
}

/// Where a body ends must be beyond doubt: at most one of the two headers, once.
fn check_http(http: &HttpRequestHead, head: &[u8]) {
    let parsed = Parsed::new(head);
    assert!(!parsed.has("Upgrade", "websocket") && parsed.values("Sec-WebSocket-Key").is_empty());
    let (lengths, encodings) = (parsed.values("Content-Length"), parsed.values("Transfer-Encoding"));
    assert!(lengths.len() + encodings.len() <= 1, "one framing at most");
    assert_eq!(http.chunked, encodings.iter().any(|encoding| encoding.eq_ignore_ascii_case(b"chunked")));
    assert_eq!(http.chunked, !encodings.is_empty());
    assert!(!http.chunked || parsed.version == 1);
    let length = lengths.first().map(|value| {
        assert!(!value.is_empty() && value.iter().all(u8::is_ascii_digit), "digits only: {value:?}");
        value.iter().fold(0_u128, |sum, digit| sum.saturating_mul(10).saturating_add(u128::from(digit - b'0')))
    });
    assert_eq!(http.content_length.map(u128::from), length);
    assert_eq!(http.head_method, parsed.method == "HEAD");
    assert!(!http.keep_alive || !parsed.has("Connection", "close"));
}

fn check_refusal(refusal: &Refusal) {
    let answer = refusal.to_bytes();
    let mut fields = [httparse::EMPTY_HEADER; 8];
    let mut response = httparse::Response::new(&mut fields);
    let httparse::Status::Complete(head_bytes) = response.parse(&answer).expect("an HTTP answer") else {
        panic!("the head of a refusal is whole");
    };
    assert!(matches!(response.code, Some(400..=599)) && response.code == Some(refusal.status));
    let length = response.headers.iter().find(|header| header.name == "Content-Length").expect("a length");
    assert_eq!(length.value, (answer.len() - head_bytes).to_string().as_bytes());
    let printable = refusal.body.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    assert!(printable && refusal.body.len() < 1000, "one printable line: {:?}", refusal.body);
}

fn check_as_response(bytes: &[u8], limits: &HeadLimits, cuts: &Cuts) {
    let verify = |bytes| {
        verify_response(bytes, limits, "dGhlIHNhbXBsZSBub25jZQ==", &["a"], None)
            .map(|answer| answer.map(|(_, end)| end))
    };
    let whole = verify(bytes);
    let in_pieces = grown(bytes, cuts).map(verify).find(|answer| *answer != Ok(None)).unwrap_or(Ok(None));
    assert_eq!(in_pieces, whole, "the answer of a server, in pieces");
    let whole = AnswerReader::default().read(bytes, limits);
    let mut reader = AnswerReader::default();
    let read = grown(bytes, cuts).map(|bytes| reader.read(bytes, limits)).find(|answer| *answer != Ok(None));
    assert_eq!(read.unwrap_or(Ok(None)), whole, "the answer of an upstream, in pieces");
    if let Ok(Some(answer)) = whole {
        let lines = Accept::headers(&answer.copied);
        assert!(lines.iter().all(|(name, value)| check_header(name, value).is_ok()), "{:?}", answer.copied);
    }
}

/// What an upstream gets of it is the same opening handshake, with one line more that only we can have written.
fn check_asking(upgrade: &UpgradeRequest, head: &[u8]) {
    let asked = name_connection(&strip_private_headers(head), "1.ab");
    let limits = HeadLimits { max_bytes: 1 << 21, max_headers: MAX_HEADERS + 1 };
    let same = UpgradeRequest { head_start: 0, ..*upgrade };
    assert_eq!(parse_head(&asked, &limits), Head::Upgrade(same, asked.len()));
    let text = asked.to_ascii_lowercase();
    let named = text.windows(10).filter(|ten| ten == b"\nx-hawser-").count();
    assert_eq!(named, 1, "{}", asked.escape_ascii());
}

/// What our client sends, our server takes, and the other way round.
fn check_both_roles(input: &mut Input<'_>) {
    const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
    let text = |input: &mut Input<'_>| {
        let count = usize::from(input.byte() % 32);
        String::from_utf8_lossy(input.take(count)).into_owned()
    };
    let host = if input.flag() { text(input) } else { "example.org".to_owned() };
    let target = format!("/{}", text(input));
    let (name, value) = (text(input), text(input));
    let subprotocols = ["a", "v2.b"];
    let extra = [(&name[..], &value[..])];
    let extra = if name.is_empty() { &extra[..0] } else { &extra[..] };
    let limits = HeadLimits { max_bytes: 4096, max_headers: 20 };
    let Ok(request) = client_request(&host, &target, KEY, &subprotocols, None, extra) else { return };
    let upgrade = match parse_head(&request, &limits) {
        Head::Upgrade(upgrade, head_bytes) => {
            assert_eq!(head_bytes, request.len());
            upgrade
        }
        other => panic!("{other:?} to {:?}", String::from_utf8_lossy(&request)),
    };
    assert_eq!(upgrade.key, KEY.as_bytes());
    let parsed = Parsed::new(&request);
    assert_eq!(parsed.headers.len(), 6 + extra.len(), "no line came out of a value");
    let chosen = input.pick(&subprotocols);
    let mut answer_headers = vec![("Sec-WebSocket-Protocol", chosen)];
    answer_headers.extend_from_slice(extra);
    let Ok(answer) = switching_protocols(&upgrade, None, &answer_headers) else { return };
    let verified = verify_response(&answer, &limits, KEY, &subprotocols, None).expect("our client accepts our answer");
    let (response, head_bytes) = verified.expect("it is whole");
    assert_eq!((response.subprotocol.as_deref(), head_bytes), (Some(chosen), answer.len()));
}
