//! Request heads out of an input, correct for long and then broken. Knows nothing of who reads.

use super::input::Input;

/// The lines of a correct opening handshake.
const UPGRADE: [&str; 6] = [
    "GET /chat?room=1 HTTP/1.1\r\n",
    "Host: example.org:8080\r\n",
    "Upgrade: websocket\r\n",
    "Connection: keep-alive, Upgrade\r\n",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    "Sec-WebSocket-Version: 13\r\n",
];

/// The lines of a plain request.
const PLAIN: [&str; 2] = ["POST /upload HTTP/1.1\r\n", "Host: example.org\r\n"];

/// What may stand instead of, or between, those lines.
const ODD: [&str; 48] = [
    "\r\n",
    "\n",
    "\r",
    " ",
    "\t",
    ":",
    ",",
    "\0",
    "GET / HTTP/1.1\r\n",
    "GET / HTTP/1.0\r\n",
    "POST /a HTTP/1.1\r\n",
    "HEAD * HTTP/1.1\r\n",
    "OPTIONS * HTTP/1.1\r\n",
    "GET http://a.b:80/x#y HTTP/1.1\r\n",
    "GET ws://[::1]/%2e%2e/ HTTP/1.1\r\n",
    "GET //evil.example/ HTTP/1.1\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "CONNECT a:443 HTTP/1.1\r\n",
    "Host: a, b\r\n",
    "host: [::1]\r\n",
    "UPGRADE: h2c, WebSocket\r\n",
    "upgrade: websocket/13\r\n",
    "Connection: upgrade\r\n",
    "Connection: close\r\n",
    "Connection: \r\n",
    "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAB==\r\n",
    "Sec-WebSocket-Key:\r\n",
    "Sec-WebSocket-Version: 8, 13\r\n",
    "Sec-WebSocket-Version: 013\r\n",
    "Content-Length: 0\r\n",
    "Content-Length: 18446744073709551616\r\n",
    "Content-Length: +1\r\n",
    "content-length: 17, 17\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: gzip, chunked\r\n",
    "Transfer-Encoding : chunked\r\n",
    "Expect: 100-continue\r\n",
    "Sec-WebSocket-Protocol: a, b,,c\r\n",
    "Origin: null\r\n",
    "Cookie: a=\u{e9}\r\n",
    " folded: line\r\n",
    "no colon\r\n",
    ": no name\r\n",
    "X: y\r\n",
    "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n",
    "\u{7f}",
    "\x16\x03\x01\x02\0\x01\0\x01",
];

/// The rest of the input as it is, or a head made of lines: those of a correct request in their order unless the input
/// says otherwise, and the input's own bytes in between.
pub fn head(input: &mut Input<'_>) -> Vec<u8> {
    let shape = input.byte();
    if shape & 1 == 1 {
        return input.rest().to_vec();
    }
    let mut head = Vec::new();
    let mut lines = if shape & 2 == 0 { UPGRADE.iter() } else { PLAIN.iter() };
    while !input.is_empty() && head.len() < 0x10000 {
        match input.byte() {
            choice @ 0..=95 => head.extend_from_slice(ODD[usize::from(choice) % ODD.len()].as_bytes()),
            // The next one is left out.
            96..=111 => _ = lines.next(),
            count @ 112..=143 => head.extend_from_slice(input.take(usize::from(count - 111))),
            _ => match lines.next() {
                Some(line) => head.extend_from_slice(line.as_bytes()),
                None => head.extend_from_slice(b"\r\n"),
            },
        }
    }
    for line in lines {
        head.extend_from_slice(line.as_bytes());
    }
    head.extend_from_slice(b"\r\n");
    head
}
