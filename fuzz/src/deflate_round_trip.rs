//! What our compressor writes, our reader and a decoder of our own give back, whatever the window, the level, the
//! context and the cut; within a limit that is exactly the size of the largest message.

use hawser::protocol::{
    DataKind, Deflater, Direction, Inflater, MessageLimits, MessageReader, Opcode, Role, encode_frame,
};

use super::inflate::{Stop, inflate};
use super::input::{Cuts, Input};
use super::reading::{Bounds, CONTROL_BUFFER_BYTES, Event, read_pieces};
use super::wire::{Frames, payload};

const MAX_MESSAGES: usize = 12;

/// See the file.
///
/// # Panics
/// If anything but the same messages comes out.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    let role = if input.flag() { Role::Client } else { Role::Server };
    let level = 1 + input.byte() % 9;
    let shape = input.byte();
    let direction = Direction { window_bits: 9 + (shape & 0x7F) % 7, context_takeover: shape & 0x80 != 0 };
    let cuts = Cuts::new(&mut input);

    let mut deflater = Deflater::new(direction.window_bits, level);
    let mut frames = Frames::new(role);
    let (mut expected, mut history) = (Vec::new(), Vec::new());
    while !input.is_empty() && expected.len() < MAX_MESSAGES {
        let shape = input.byte();
        let payload = message(&mut input, &expected);
        if shape & 7 == 7 {
            // A plain message between compressed ones is nothing to refer to.
            frames.add_message(Opcode::Binary, false, &payload, 1);
        } else {
            if shape & 0x38 == 0x38 {
                // A sender may begin anew at any time.
                deflater = Deflater::new(direction.window_bits, level);
            }
            let keep_context = direction.context_takeover && shape & 8 == 0;
            let mut compressed = vec![0xAA];
            deflater.compress_message(&payload, keep_context, &mut compressed);
            let compressed = &compressed[1..];
            assert_inflates(compressed, &history, &payload);
            remember(&mut history, &payload, direction);
            frames.add_message(Opcode::Binary, true, compressed, usize::from(shape >> 6));
        }
        expected.push(payload);
    }
    encode_ping(&mut frames, role);
    read_back(role, direction, &frames.wire, &cuts, expected);
}

/// A payload, or one made of an earlier one: something to refer to.
fn message(input: &mut Input<'_>, earlier: &[Vec<u8>]) -> Vec<u8> {
    let shape = input.byte();
    let new = payload(input, false);
    let again = earlier.get(usize::from(shape >> 1) % MAX_MESSAGES).filter(|_| shape & 1 == 1);
    again.map_or_else(|| new.clone(), |again| [again, &new[..], again].concat().into_iter().take(0x9000).collect())
}

/// What a peer's decoder may remember: of compressed messages, as far back as the window.
fn remember(history: &mut Vec<u8>, payload: &[u8], direction: Direction) {
    history.extend_from_slice(payload);
    let most_bytes = if direction.context_takeover { 1 << direction.window_bits } else { 0 };
    history.drain(..history.len().saturating_sub(most_bytes));
}

/// RFC 7692 section 7.2.2, by the book.
fn assert_inflates(compressed: &[u8], history: &[u8], payload: &[u8]) {
    let whole = [compressed, &[0, 0, 0xFF, 0xFF]].concat();
    let inflated = inflate(&whole, history, payload.len());
    assert_eq!((inflated.stop, inflated.last_blocks), (Stop::BetweenBlocks, 0), "{} bytes", payload.len());
    assert!(inflated.bytes == payload, "our compressor's output inflates to something else");
    // An honest message at the limit must not be refused for its compressed size.
    assert!(compressed.len() <= payload.len() + payload.len() / 8 + 1024, "{} of {}", compressed.len(), payload.len());
}

/// Shows that the reader is still in step behind the last message.
fn encode_ping(frames: &mut Frames, role: Role) {
    encode_frame(&mut frames.wire, true, Opcode::Ping, b"end", (role == Role::Server).then_some([1, 2, 3, 4]));
}

fn read_back(role: Role, direction: Direction, wire: &[u8], cuts: &Cuts, messages: Vec<Vec<u8>>) {
    let message_bytes = messages.iter().map(Vec::len).max().unwrap_or(0);
    let limits = MessageLimits { max_text_bytes: 0, max_binary_bytes: message_bytes as u32, max_fragments: 3 };
    let bounds = Bounds {
        held_bytes: message_bytes + message_bytes / 8 + 1024 + CONTROL_BUFFER_BYTES,
        history_bytes: if direction.context_takeover { 1 << direction.window_bits } else { 0 },
        message_bytes,
    };
    let mut expected: Vec<Event> = messages
        .into_iter()
        .map(|bytes| Event::Message { kind: DataKind::Binary, bytes, ascii: false, first: true, last: true })
        .collect();
    expected.push(Event::Ping(b"end".to_vec()));
    let mut inflater = Inflater::default();
    for whole in [true, false] {
        let mut reader = MessageReader::new(role, limits);
        reader.set_deflate(direction);
        let outcome = if whole {
            read_pieces(reader, &mut inflater, [wire], bounds)
        } else {
            read_pieces(reader, &mut inflater, cuts.pieces(wire), bounds)
        };
        assert!(outcome.violation.is_none(), "{:?}", outcome.violation);
        assert!(outcome.events == expected, "other messages came out");
    }
}
