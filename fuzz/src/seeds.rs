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
        for code in 0..16 {
            let mut seed = vec![0; configuration + 2];
            seed[0] = role;
            seed.extend_from_slice(&[6, code | 0x20, 0, 7]);
            seeds.push(seed);
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
    let mut seeds = streams(8);
    for mut seed in seeds.clone() {
        // One frame for a message.
        seed[4] = 1;
        seeds.push(seed.clone());
        // 15 window bits and context takeover.
        seed[1] = 0x8F;
        seed[4] = 0;
        seeds.push(seed);
    }
    seeds
}

/// For `deflate_round_trip`: a few shapes of payloads, with and without context.
pub fn deflate_round_trip() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for shape in [6, 0x86, 0x80] {
        for level in [0, 5, 8] {
            for message in 0..4 {
                let mut seed = vec![level & 1, level, shape, 5, 200, 1, 130];
                for again in 0..4 {
                    seed.extend_from_slice(&[again << 6, again, 0x7C | message, 7, 6, 5, 4, 3, 2, 1, 0]);
                    seed.extend_from_slice(b"{\"name\": \"value\", \"name\": \"other value\"}");
                }
                seeds.push(seed);
            }
        }
    }
    seeds
}

/// For `deflate_arbitrary`: the examples of RFC 7692 section 7.2.3, and blocks of each kind.
pub fn deflate_arbitrary() -> Vec<Vec<u8>> {
    const MESSAGES: [&[u8]; 11] = [
        b"\xf2\x48\xcd\xc9\xc9\x07\x00",
        b"\xf2\x00\x11\x00\x00",
        b"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00",
        b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00",
        b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00",
        b"\x00",
        b"\x01\x00\x00\xff\xff",
        b"\x03\x00",
        // A stored block without its four bytes.
        b"\x00\x04\x00\xfb\xff",
        b"\x4b\x04\x00",
        // A dynamic block: "aaaaaaaaaabbbbbbbbbbcccc" over and over.
        b"\x04\xc1\x81\x00\x00\x00\x00\x00\x90\xff\x6b\x04",
    ];
    let mut seeds = Vec::new();
    for shape in [7, 0x87] {
        for message in MESSAGES {
            let mut seed = vec![0, shape, 0, 3, 1, 200, 40];
            for _ in 0..2 {
                seed.extend_from_slice(&[1, 0, message.len() as u8, 0]);
                seed.extend_from_slice(message);
            }
            // Then matches far back, and a message of our own.
            seed.extend_from_slice(&[
                1, 0x52, 0, 0x60, 0x64, 2, 5, 1, 2, 5, 6, 1, 2, 0, 8, 0x31, 2, 0, 7, 2, 0, 8, 2, 0, 6,
            ]);
            seed.extend_from_slice(&[2, 3, 0x7D, 1, 2, 3, 4, 5, 6, 7]);
            seeds.push(seed);
        }
    }
    seeds.extend(windows());
    seeds
}

/// Messages of which the second refers to the very begin of the window that the first has filled, and the third one byte
/// further.
fn windows() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    // The window bits as the input writes them, the choice of a distance that is the window, and of one that is more.
    for (bits, window, beyond) in [(1, 7, 8), (7, 12, 12), (2, 9, 10)] {
        for last in [0, 15] {
            let mut seed = vec![0, 0x80 | bits, 15, 3, 1, 200, 40];
            // 63 symbols: literals, and matches of 258 bytes at distance 1.
            seed.extend_from_slice(&[1, 0xFA, 0, 0x64, 0x60, 0x68]);
            for _ in 3..63 {
                seed.extend_from_slice(&[2, 5, 1]);
            }
            // The same 126 matches more, so that the largest window is full.
            for _ in 0..2 {
                seed.extend_from_slice(&[1, 0xFA, 0]);
                for _ in 0..63 {
                    seed.extend_from_slice(&[2, 5, 1]);
                }
            }
            // A last block in between, then the match.
            seed.extend_from_slice(&[1, 0x12, last, 0x64, 0x60, 1, 2, 0, window, 0x68]);
            seed.extend_from_slice(&[1, 0x02, 0, 2, 0, window]);
            seed.extend_from_slice(&[1, 0x02, 0, 2, 0, beyond]);
            seeds.push(seed);
        }
    }
    seeds
}

/// For `negotiation`.
pub fn negotiation() -> Vec<Vec<u8>> {
    let written: [&[u8]; 7] = [
        b"permessage-deflate; client_max_window_bits",
        b"permessage-deflate; client_max_window_bits; server_max_window_bits=10, permessage-deflate",
        b"foo; a=\"b\\c\", permessage-deflate;server_no_context_takeover\npermessage-deflate",
        b"permessage-deflate; server_max_window_bits=\"15\"; client_no_context_takeover",
        b"permessage-deflate",
        b"permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits=12",
        b"permessage-deflate; server_max_window_bits=9; client_max_window_bits=12",
    ];
    let mut seeds = Vec::new();
    for settings in [[0x86, 0x86], [6, 6], [0, 0x83], [0x86, 0x80]] {
        for mode in [0, 1] {
            seeds.extend(written.iter().map(|value| [&settings[..], &[mode], value].concat()));
        }
        seeds.push([&settings[..], &[2]].concat());
        seeds.push([&settings[..], &[3, 2, 0, 3, 0, 1, 0x12, 2, 1, 0, 2, 3, 0x13, 4]].concat());
    }
    seeds
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
        seeds.push([&configuration(0, 0)[..], &[96, odd]].concat());
        seeds.push([&configuration(0, 2)[..], &[96, odd]].concat());
        // Two of the lines about the body.
        seeds.push([&configuration(0, 2)[..], &[255, 30 + odd % 8, 30 + odd / 8]].concat());
    }
    seeds.push([&configuration(1, 0)[..], b"\x04/a?b\x03X-Y\x05value\x01"].concat());
    seeds
}

/// For `exchanges`: each request behind a whole exchange with each answer, and a handshake behind that.
pub fn exchanges() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for request in 0..16 {
        for answer in 0..12 {
            let configuration = [10, 20, 3, 200, 0, 0, 0];
            let steps = [[0, 0, 0], [1, 0, 0], [0, 0, request], [1, 0, answer], [0, 0, 8], [1, 0, 4], [0, 0, 1]];
            seeds.push([&configuration[..], &steps.concat()].concat());
        }
    }
    seeds
}

/// For `event_batch`.
pub fn event_batch() -> Vec<Vec<u8>> {
    let mut seeds = vec![(0..=255).collect(), [&[2][..], &[7; 200]].concat(), (0..=255).rev().collect()];
    for capacity in 1..4 {
        // More events with a payload of their own, or without, than fit; then the next batches.
        let mut seed = vec![capacity];
        for payload in [3, 3, 2, 3, 2, 2, 3, 2] {
            seed.extend_from_slice(&[7, payload]);
            seed.extend_from_slice(if payload == 3 { &[1, 0x55] } else { &[] });
            seed.extend_from_slice(&[1, 2, 3, payload, 0, 9, 1, 8]);
        }
        seed.extend_from_slice(&[1, 0, 0, 1, 0, 0, 1, 1]);
        seeds.push(seed);
    }
    seeds
}

/// For `records`.
pub fn records() -> Vec<Vec<u8>> {
    vec![
        b"\x00\x02\0\x01\0\x04file\0\x02\0\x01a\0\x03*.b\0\x01\0\0\0\x02CC\0\0\0\x03KEY\0\x01\0\0\0\x01T".to_vec(),
        b"\x00\0\0\0\xff\xff".to_vec(),
        b"\x01\x02\x02\x03abc\x02\x01a\x02bc\x01\x04CERT\x03KEY\x01d\0\x01\x02CC\x01K\x01\x01T".to_vec(),
        b"\x02\x00\x7f\0\0\x01\x50\0\x01\x7f\0\0\x01\x51\0\x01\x04CERT\x04HEAD\x04body".to_vec(),
    ]
}
