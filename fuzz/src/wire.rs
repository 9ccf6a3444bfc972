//! Streams of frames out of an input: what a peer might send, correct for long and then broken. Knows nothing of who reads.

use hawser::protocol::{Deflater, Direction, Opcode, Role, apply_mask, encode_header, header_bytes};

use super::input::Input;

/// What one stream may have at most, so that runs of bytes do not make a check slow.
const MAX_STREAM_BYTES: usize = 70_000;

/// What text is made of: whole code points, and parts that make one only with the right neighbour.
const TEXT: [&[u8]; 16] = [
    b"a",
    b"{",
    b"\"name\": ",
    b"z",
    b"0",
    "é".as_bytes(),
    "€".as_bytes(),
    "😀".as_bytes(),
    b"\xC3",
    b"\xA9",
    b"\xE2",
    b"\x82\xAC",
    b"\xF0\x9F",
    b"\x98\x80",
    b"hello, hello, ",
    b"\x7F",
];

/// Close codes on and beside every border, as two bytes.
const CODES: [u16; 16] = [1000, 1001, 0, 999, 1003, 1004, 1005, 1006, 1007, 1014, 1015, 1016, 2999, 3000, 4999, 5000];

const OPCODES: [Opcode; 8] = [
    Opcode::Continuation,
    Opcode::Continuation,
    Opcode::Text,
    Opcode::Binary,
    Opcode::Ping,
    Opcode::Pong,
    Opcode::Close,
    Opcode::Text,
];

/// What the peer of an endpoint in `role` sends, compressed where `deflate` says how: the rest of the input as it is, or
/// frames built after it.
pub fn stream(input: &mut Input<'_>, role: Role, deflate: Option<Direction>) -> Vec<u8> {
    if input.flag() {
        return input.rest().to_vec();
    }
    let mut frames = Frames::new(role);
    let mut compressor = deflate.map(|direction| (direction, None));
    while !input.is_empty() && frames.wire.len() < MAX_STREAM_BYTES {
        add_frame(&mut frames, input, &mut compressor);
    }
    frames.wire
}

fn add_frame(frames: &mut Frames, input: &mut Input<'_>, compressor: &mut Option<(Direction, Option<Deflater>)>) {
    let shape = input.byte();
    let opcode = OPCODES[usize::from(shape & 7)];
    let fin = shape & 8 == 0 || opcode.is_control();
    let payload = if opcode == Opcode::Close { close_payload(input) } else { payload(input, opcode.is_control()) };
    let start = frames.wire.len();
    match compressor {
        Some((direction, deflater)) if shape & 0x30 == 0x10 && matches!(opcode, Opcode::Text | Opcode::Binary) => {
            let deflater = deflater.get_or_insert_with(|| Deflater::new(direction.window_bits.max(9), 1));
            let mut compressed = Vec::new();
            deflater.compress_message(&payload, direction.context_takeover, &mut compressed);
            frames.add_message(opcode, true, &compressed, if fin { 1 } else { 3 });
        }
        _ => frames.add(fin, false, opcode, &payload),
    }
    if shape & 0x70 == 0x70 {
        let at = start + usize::from(input.byte()) % header_bytes(payload.len(), frames.role == Role::Server);
        if let Some(byte) = frames.wire.get_mut(at) {
            *byte ^= input.byte();
        }
    }
}

/// Frames in a row, masked if the peer is a client.
#[derive(Clone, Debug)]
pub struct Frames {
    /// What the peer sends.
    pub wire: Vec<u8>,
    role: Role,
}

impl Frames {
    /// No frames yet; `role` is that of the reader.
    #[must_use]
    pub const fn new(role: Role) -> Self {
        Self { wire: Vec::new(), role }
    }

    /// Appends a frame.
    pub fn add(&mut self, fin: bool, rsv1: bool, opcode: Opcode, payload: &[u8]) {
        let key = (self.role == Role::Server).then_some([opcode as u8, 0x21, 0, payload.len() as u8]);
        encode_header(&mut self.wire, fin, rsv1, opcode, payload.len(), key);
        let start = self.wire.len();
        self.wire.extend_from_slice(payload);
        if let Some(key) = key {
            apply_mask(&mut self.wire[start..], key, 0);
        }
    }

    /// Appends a message in `count` frames, the last of which may be empty.
    pub fn add_message(&mut self, opcode: Opcode, rsv1: bool, payload: &[u8], count: usize) {
        let size = payload.len() / count.max(1) + 1;
        let mut rest = payload;
        for index in 0..count.max(1) {
            let (piece, more) = rest.split_at(size.min(rest.len()));
            rest = more;
            let opcode = if index == 0 { opcode } else { Opcode::Continuation };
            self.add(index + 1 >= count, rsv1 && index == 0, opcode, piece);
        }
    }
}

/// Bytes as an application might send them; a control frame seldom gets more than it may have.
pub fn payload(input: &mut Input<'_>, control: bool) -> Vec<u8> {
    let shape = input.byte();
    let count = usize::from(shape >> 2);
    match shape & 3 {
        0 => input.take(count).to_vec(),
        1 => input.take(count.min(24)).iter().flat_map(|&byte| TEXT[usize::from(byte & 15)]).copied().collect(),
        2 if control => vec![input.byte(); count * 2],
        2 => vec![input.byte(); count * 16],
        _ if control => Vec::new(),
        // On both sides of the lengths where the header grows.
        _ => vec![b'x'; input.pick(&[0, 1, 2, 7, 8, 9, 31, 63, 124, 125, 126, 127, 128, 1000, 0xFFFF, 0x10000])],
    }
}

fn close_payload(input: &mut Input<'_>) -> Vec<u8> {
    let shape = input.byte();
    if shape & 0x80 != 0 {
        return input.take(usize::from(shape & 0x7F)).to_vec();
    }
    let mut payload = CODES[usize::from(shape & 15)].to_be_bytes().to_vec();
    payload.extend(input.take(usize::from(shape >> 4)).iter().flat_map(|&byte| TEXT[usize::from(byte & 15)]));
    payload
}

/// The beginning of `wire` that holds whole frames only (RFC 6455 section 5.2), whatever else is wrong with them.
#[must_use]
pub fn complete_frames(wire: &[u8]) -> &[u8] {
    let whole_bytes = frames(wire).map(<[u8]>::len).sum();
    &wire[..whole_bytes]
}

/// The most frames that a data message has, of those that are there as a whole.
#[must_use]
pub fn most_fragments(wire: &[u8]) -> u32 {
    let (mut most, mut count) = (0, 0);
    for frame in frames(wire) {
        match frame[0] & 0x0F {
            0 => count += 1,
            1 | 2 => count = 1,
            _ => {}
        }
        most = most.max(count);
    }
    most
}

fn frames(wire: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = wire;
    std::iter::from_fn(move || {
        let (frame, more) = rest.split_at(frame_bytes(rest)?);
        rest = more;
        Some(frame)
    })
}

/// The size of the first frame; `None` if it is not there as a whole.
fn frame_bytes(wire: &[u8]) -> Option<usize> {
    let (&second, long) = (wire.get(1)?, wire.get(2..)?);
    let (payload_bytes, length_bytes) = match second & 0x7F {
        126 => (u64::from(u16::from_be_bytes(*long.first_chunk()?)), 2),
        127 => (u64::from_be_bytes(*long.first_chunk()?), 8),
        short => (u64::from(short), 0),
    };
    let header_bytes = 2 + length_bytes + if second & 0x80 == 0 { 0 } else { 4 };
    let frame_bytes = usize::try_from(payload_bytes).ok()?.checked_add(header_bytes)?;
    (frame_bytes <= wire.len()).then_some(frame_bytes)
}
