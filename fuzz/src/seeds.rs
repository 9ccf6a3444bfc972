//! Inputs to begin with, one list for each target: what random bytes do not find by themselves. Knows the formats of the
//! checks' inputs.

/// The RFC's own examples of frames (RFC 6455 section 5.7), and broken ones.
const FRAMES: [&[u8]; 9] = [
    b"\x81\x05Hello",
    b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
    b"\x01\x03Hel\x80\x02lo",
    b"\x89\x05Hello\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
    b"\x82\x7E\x01\x00aaaa",
    b"\x88\x82\0\0\0\0\x03\xe8",
    b"\x01\x81\0\0\0\0\xE2\x89\x80\0\0\0\0\x80\x82\0\0\0\0\x82\xAC",
    b"\x82\xFF\x40\0\0\0\0\0\0\0\0\0\0\0",
    b"\xC1\x87\0\0\0\0\xf2\x48\xcd\xc9\xc9\x07\0",
];

/// Behind `configuration`: the frames as they are, and the same bytes as a plan of frames.
fn streams(configuration: usize) -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for role in [0, 1] {
        for raw in [0, 1] {
            for frames in FRAMES {
                let mut seed = vec![0; configuration + 2];
                seed[0] = role;
                seed[configuration + 1] = raw;
                seed.extend_from_slice(frames);
                seeds.push(seed);
            }
        }
    }
    seeds
}

/// For `reader_differential`.
pub fn reader_differential() -> Vec<Vec<u8>> {
    streams(1)
}

/// For `reader_pieces`.
pub fn reader_pieces() -> Vec<Vec<u8>> {
    streams(6)
}

/// For `handshake`.
pub fn handshake() -> Vec<Vec<u8>> {
    let configuration = |both_roles: u8, raw: u8| vec![1 - both_roles, 10, 20, 3, 200, 0, 0, raw];
    let mut seeds: Vec<Vec<u8>> = [
        &b"GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
           Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n\x81\x80\0\0\0\0"[..],
        b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"\r\nHEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
          Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: a\r\n\r\n",
    ]
    .iter()
    .map(|head| [&configuration(0, 1), *head].concat())
    .collect();
    for odd in 0..48 {
        // Each odd line behind the first three, and instead of each of them.
        seeds.push([&configuration(0, 0)[..], &[255, 255, 255, odd, 255, 255]].concat());
        seeds.push([&configuration(0, 0)[..], &[255, 96, odd, 255]].concat());
    }
    seeds.push([&configuration(1, 0)[..], b"\x04/a?b\x03X-Y\x05value\x01"].concat());
    seeds
}

/// For `event_batch`.
pub fn event_batch() -> Vec<Vec<u8>> {
    vec![(0..=255).collect(), [&[2][..], &[7; 200]].concat(), (0..=255).rev().collect()]
}
