//! Arbitrary bytes as compressed messages: the reader gives what a decoder of our own gives, or fails where that fails;
//! never more than the limit; and the shared decompressor serves the next session as if nothing had been.

use hawser::protocol::{Deflater, Direction, Inflater, MessageLimits, MessageReader, Opcode, ProtocolViolation, Role};

use super::fixed_blocks::FixedBlocks;
use super::inflate::{Stop, inflate};
use super::input::{Cuts, Input};
use super::reading::{Bounds, CONTROL_BUFFER_BYTES, Event, Outcome, read_pieces};
use super::wire::{Frames, payload};

const MAX_MESSAGES: usize = 8;

/// What a complete message ends with, and behind it an empty last block, so that the end can be seen.
const ENDING: [u8; 9] = [0x00, 0x00, 0xFF, 0xFF, 0x01, 0x00, 0x00, 0xFF, 0xFF];

/// As many last blocks inside a message as are taken without a question.
const FREE_LAST_BLOCKS: usize = 16;

/// What one message should come to.
#[derive(Debug)]
enum Verdict {
    Message(Vec<u8>),
    Corrupt,
    TooBig,
    /// Too big and, were it not, corrupt further on; who looks ahead may say either.
    Bad,
    /// So many last blocks that the reader may refuse.
    Unknown,
}

/// See the file.
///
/// # Panics
/// If the reader and the decoder disagree.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    let role = if input.flag() { Role::Client } else { Role::Server };
    let shape = input.byte();
    let direction = Direction { window_bits: 8 + (shape & 0x7F) % 8, context_takeover: shape & 0x80 != 0 };
    let limit_bytes =
        input.pick(&[1 << 16, 0, 1, 2, 3, 5, 10, 64, 257, 258, 259, 1000, 0x7FFF, 0x8000, 0x8001, 1 << 18]);
    let cuts = Cuts::new(&mut input);

    let mut frames = Frames::new(role);
    let mut messages = Vec::new();
    let mut deflater = None;
    while !input.is_empty() && messages.len() < MAX_MESSAGES {
        let shape = input.byte();
        let compressed = compressed(&mut input, &mut deflater);
        frames.add_message(Opcode::Binary, true, &compressed, usize::from(shape & 3));
        messages.push(compressed);
    }

    let mut inflater = Inflater::default();
    let mut read = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let outcome = read_session(role, direction, limit_bytes, &mut inflater, pieces);
        assert_serves_the_next(&mut inflater);
        outcome
    };
    let whole = read(&mut std::iter::once(&frames.wire[..]));
    assert_eq!(read(&mut cuts.pieces(&frames.wire)), whole, "in pieces");
    compare(whole, &messages, direction, limit_bytes as usize);
}

fn read_session(
    role: Role,
    direction: Direction,
    limit_bytes: u32,
    inflater: &mut Inflater,
    pieces: &mut dyn Iterator<Item = &[u8]>,
) -> Outcome {
    let limits = MessageLimits { max_text_bytes: 0, max_binary_bytes: limit_bytes, max_fragments: 3 };
    let message_bytes = limit_bytes as usize;
    let bounds = Bounds {
        held_bytes: message_bytes + message_bytes / 8 + 1024 + CONTROL_BUFFER_BYTES,
        history_bytes: if direction.context_takeover { 1 << direction.window_bits.max(9) } else { 0 },
        message_bytes,
    };
    let mut reader = MessageReader::new(role, limits);
    reader.set_deflate(direction);
    read_pieces(reader, inflater, pieces, bounds)
}

/// Holds what came out against the decoder, message by message, up to the first fault.
fn compare(outcome: Outcome, messages: &[Vec<u8>], direction: Direction, limit_bytes: usize) {
    let mut events = outcome.events.into_iter();
    let mut history = Vec::new();
    for compressed in messages {
        match (verdict(compressed, &history, limit_bytes), events.next()) {
            (Verdict::Message(expected), Some(Event::Message { bytes, .. })) => {
                assert!(bytes == expected, "inflated to something else: {compressed:02x?}");
                remember(&mut history, &bytes, direction);
            }
            (Verdict::Unknown, Some(Event::Message { bytes, .. })) => remember(&mut history, &bytes, direction),
            (verdict, None) => {
                let agreed = verdict.allows(outcome.violation);
                assert!(agreed, "{verdict:?}, but {:?}: {compressed:02x?}", outcome.violation);
                return;
            }
            (verdict, Some(event)) => panic!("{verdict:?}, but {event:?}: {compressed:02x?}"),
        }
    }
    assert_eq!((events.next(), outcome.violation), (None, None), "nothing but the messages");
}

impl Verdict {
    /// Whether the stream may end like this.
    fn allows(&self, violation: Option<ProtocolViolation>) -> bool {
        match self {
            Self::Message(_) => false,
            Self::Corrupt => violation == Some(ProtocolViolation::InvalidDeflate),
            Self::TooBig => matches!(violation, Some(ProtocolViolation::MessageTooBig { .. })),
            Self::Bad | Self::Unknown => violation.is_some(),
        }
    }
}

/// Bytes of the input; blocks with the matches that the input wants; or a compressor's output, into which the input may
/// write.
fn compressed(input: &mut Input<'_>, deflater: &mut Option<Deflater>) -> Vec<u8> {
    let shape = input.byte();
    if shape & 3 == 0 {
        let count = input.number() % 512;
        return input.take(count).to_vec();
    }
    if shape & 3 == 2 {
        return blocks(input, usize::from(shape >> 2) + 1);
    }
    let payload = payload(input, false);
    let deflater = deflater.get_or_insert_with(|| Deflater::new(15, 6));
    let mut compressed = Vec::new();
    deflater.compress_message(&payload, shape & 2 != 0, &mut compressed);
    for _ in 0..shape >> 2 & 3 {
        let at = input.number() % compressed.len();
        compressed[at] = input.byte();
    }
    match shape >> 4 & 3 {
        // As some senders leave it, and cut short.
        1 => compressed.extend_from_slice(&ENDING[..4]),
        2 => compressed.truncate(compressed.len() / 2),
        3 => compressed[0] |= 1,
        _ => {}
    }
    if shape & 0xC0 == 0xC0 {
        // One message inside another, with context: a block may follow a last one.
        deflater.compress_message(&payload, true, &mut compressed);
    }
    compressed
}

/// Literals and matches, also far back, in one or more blocks.
fn blocks(input: &mut Input<'_>, count: usize) -> Vec<u8> {
    let mut blocks = FixedBlocks::default();
    let mut last = input.byte() & 15 == 15;
    blocks.begin(last);
    for _ in 0..count {
        let shape = input.byte();
        match shape & 3 {
            0 => blocks.literal(shape),
            1 => {
                blocks.end(last);
                last = shape & 0x30 == 0x30;
                blocks.begin(last);
            }
            _ => {
                let length = input.pick(&[3, 4, 10, 11, 257, 258]);
                let near = usize::from(shape >> 2) + 1;
                // On both sides of what a window holds.
                let distance = input.pick(&[near, 1, 3, 255, 256, 257, 511, 512, 513, 1024, 1025, 0x7FFF, 0x8000]);
                blocks.repeat(length, distance);
            }
        }
    }
    blocks.end(last);
    blocks.into_message()
}

fn verdict(compressed: &[u8], history: &[u8], limit_bytes: usize) -> Verdict {
    if compressed.is_empty() {
        return Verdict::Message(Vec::new());
    }
    if compressed.len() > limit_bytes + limit_bytes / 8 + 1024 {
        return Verdict::TooBig;
    }
    let without_ending = inflate(compressed, history, limit_bytes);
    if without_ending.last_blocks > FREE_LAST_BLOCKS {
        return Verdict::Unknown;
    }
    match without_ending.stop {
        Stop::Corrupt => return Verdict::Corrupt,
        Stop::OverLimit if inflate(compressed, history, limit_bytes + 300).stop == Stop::Corrupt => {
            return Verdict::Bad;
        }
        Stop::OverLimit => return Verdict::TooBig,
        // A last block at the very end; by RFC 7692 section 7.2.3.5 something should follow, but nothing is missing.
        Stop::BetweenBlocks if without_ending.ends_with_last_block => return Verdict::Message(without_ending.bytes),
        Stop::BetweenBlocks | Stop::InsideBlock => {}
    }
    let ended = inflate(&[compressed, &ENDING].concat(), history, limit_bytes);
    let complete = ended.stop == Stop::BetweenBlocks && ended.ends_with_last_block;
    match ended.stop {
        Stop::OverLimit => Verdict::Bad,
        _ if complete && ended.bytes.len() == without_ending.bytes.len() => Verdict::Message(ended.bytes),
        _ => Verdict::Corrupt,
    }
}

fn remember(history: &mut Vec<u8>, message: &[u8], direction: Direction) {
    history.extend_from_slice(message);
    let most_bytes = if direction.context_takeover { 1 << direction.window_bits.max(9) } else { 0 };
    history.drain(..history.len().saturating_sub(most_bytes));
}

/// RFC 7692 section 7.2.3.1, on another connection.
fn assert_serves_the_next(inflater: &mut Inflater) {
    let limits = MessageLimits { max_text_bytes: 5, max_binary_bytes: 0, max_fragments: 1 };
    let mut reader = MessageReader::new(Role::Client, limits);
    reader.set_deflate(Direction { window_bits: 15, context_takeover: true });
    let bounds = Bounds { held_bytes: 0, history_bytes: 1 << 15, message_bytes: 5 };
    let outcome = read_pieces(reader, inflater, [&b"\xC1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"[..]], bounds);
    let [Event::Message { bytes, .. }] = &outcome.events[..] else { panic!("{outcome:?}") };
    assert_eq!(bytes, b"Hello");
}
