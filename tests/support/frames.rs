//! Frames of a client, built by hand (RFC 6455 section 5.2). Knows nothing of the crate under test.

pub const CONTINUATION: u8 = 0;
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A masked frame.
pub fn frame(fin: bool, opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = header(fin, opcode, payload.len() as u64);
    bytes.extend(payload.iter().zip(KEY.iter().cycle()).map(|(byte, key)| byte ^ key));
    bytes
}

/// The header of a masked frame, whatever follows it.
pub fn header(fin: bool, opcode: u8, payload_bytes: u64) -> Vec<u8> {
    let mut bytes = vec![if fin { 0x80 } else { 0 } | opcode];
    match payload_bytes {
        0..=125 => bytes.push(0x80 | payload_bytes as u8),
        126..=0xffff => {
            bytes.push(0x80 | 126);
            bytes.extend((payload_bytes as u16).to_be_bytes());
        }
        _ => {
            bytes.push(0x80 | 127);
            bytes.extend(payload_bytes.to_be_bytes());
        }
    }
    bytes.extend(KEY);
    bytes
}

pub fn text(text: &str) -> Vec<u8> {
    frame(true, TEXT, text.as_bytes())
}

pub fn binary(payload: &[u8]) -> Vec<u8> {
    frame(true, BINARY, payload)
}

pub fn ping(payload: &[u8]) -> Vec<u8> {
    frame(true, PING, payload)
}

pub fn close(code: u16, reason: &str) -> Vec<u8> {
    frame(true, CLOSE, &close_payload(code, reason))
}

/// What stands in a Close frame.
pub fn close_payload(code: u16, reason: &str) -> Vec<u8> {
    [&code.to_be_bytes(), reason.as_bytes()].concat()
}

/// A close without a code.
pub fn empty_close() -> Vec<u8> {
    frame(true, CLOSE, b"")
}
