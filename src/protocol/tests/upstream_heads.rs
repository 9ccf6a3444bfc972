//! What goes to an upstream server, and what its answer is understood as.

use crate::protocol::{
    AnswerHead, AnswerReader, HeadLimits, MalformedAnswer, name_connection, request_target, strip_private_headers,
};

const LIMITS: HeadLimits = HeadLimits { max_bytes: 512, max_headers: 20 };

fn read(answer: &str) -> Result<Option<AnswerHead>, MalformedAnswer> {
    let bytes = answer.as_bytes();
    let whole = AnswerReader::default().read(bytes, &LIMITS);
    let mut reader = AnswerReader::default();
    let cut = (0..=bytes.len()).map(|end| reader.read(&bytes[..end], &LIMITS)).find(|read| !matches!(read, Ok(None)));
    assert_eq!(cut.unwrap_or(Ok(None)), whole, "one byte at a time is the same");
    whole
}

fn head(answer: &str) -> AnswerHead {
    read(answer).expect("well formed").expect("whole")
}

#[test]
fn a_request_keeps_every_line_in_its_order_but_the_private_ones() {
    let request =
        b"GET /a?x-hawser-b HTTP/1.1\r\nX-HAWSER-Connection: 1.2\r\nHost: h\r\nx-hawser-x: 1\r\nCookie: a\r\n\
                    X-Hawse: stays\r\nCookie: X-Hawser-\r\n\r\n";
    let stripped = strip_private_headers(request);
    let expected = "GET /a?x-hawser-b HTTP/1.1\r\nHost: h\r\nCookie: a\r\nX-Hawse: stays\r\nCookie: X-Hawser-\r\n\r\n";
    assert_eq!(String::from_utf8_lossy(&stripped), expected);
    let named = name_connection(&stripped, "7.ab");
    let expected = expected.replace("X-Hawser-\r\n\r\n", "X-Hawser-\r\nX-Hawser-Connection: 7.ab\r\n\r\n");
    assert_eq!(String::from_utf8_lossy(&named), expected);
    assert_eq!(request_target(request), b"/a?x-hawser-b");
}

#[test]
fn an_acceptance_is_read_with_the_headers_for_the_client() {
    let answer = head(
        "HTTP/1.1 200 OK\r\nX-Hawser-Accepted: 7\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\nContent-Type: text/html\r\n\
         Connection: keep-alive, X-Hop\r\nX-Hop: no\r\nKeep-Alive: timeout=60\r\nProxy-Status: no\r\nTE: no\r\n\
         Sec-WebSocket-Extensions: no\r\nDate: today\r\nset-cookie:c=d\r\nX-Latin: \u{e9}\r\nX-Empty:\r\n\r\n",
    );
    assert_eq!((answer.status, answer.body_bytes, answer.keep_alive), (200, Some(0), true));
    assert_eq!(answer.accepted.as_deref(), Some("7"));
    assert_eq!(answer.copied, "Set-Cookie: a=b\nDate: today\nset-cookie: c=d\nX-Empty: \n");
}

#[test]
fn how_long_a_body_is_stands_in_the_head_or_only_at_its_end() {
    let length = |lines: &str| head(&format!("HTTP/1.1 200 OK\r\n{lines}\r\n")).body_bytes;
    assert_eq!(length("Content-Length: 12\r\n"), Some(12));
    assert_eq!(length(""), None);
    assert_eq!(length("Transfer-Encoding: chunked\r\n"), None);
    assert_eq!(head("HTTP/1.1 101 Switching\r\n\r\n").body_bytes, Some(0));
    assert_eq!(head("HTTP/1.1 204 No Content\r\n\r\n").body_bytes, Some(0));
    assert!(!head("HTTP/1.1 200 OK\r\nConnection: Close\r\n\r\n").keep_alive);
    assert!(!head("HTTP/1.0 200 OK\r\n\r\n").keep_alive);
}

#[test]
fn what_is_no_answer_within_the_limits_is_malformed() {
    for malformed in [
        "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 200 OK\nSet-Cookie: a\n\n",
        "HTTP/1.1 200 OK\r\nSet-Cookie: a\0b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-Hawser-Accepted: 1\r\nX-Hawser-Accepted: 2\r\n\r\n",
    ] {
        assert_eq!(read(malformed), Err(MalformedAnswer), "{malformed:?}");
    }
    let long = format!("HTTP/1.1 200 OK\r\nX-Long: {}\r\n\r\n", "a".repeat(500));
    assert_eq!(read(&long), Err(MalformedAnswer));
    assert_eq!(read("HTTP/1.1 200 OK\r\n"), Ok(None));
}
