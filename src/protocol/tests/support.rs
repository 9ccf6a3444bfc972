//! Frame builders, and readers that are fed in every way a stream can be cut.

use crate::protocol::*;

pub const LIMITS: MessageLimits =
    MessageLimits { max_text_bytes: 1000, max_binary_bytes: 2000, max_fragments: DEFAULT_MAX_FRAGMENTS };
pub const KEY: [u8; 4] = [0x37, 0xFA, 0x21, 0x3D];

/// An event with its payload copied out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
    Message { kind: DataKind, bytes: Vec<u8>, ascii: bool, first: bool, last: bool },
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(Option<CloseReason>),
}

/// Everything that came out of one stream.
#[derive(Debug, Default, PartialEq)]
pub struct Outcome {
    pub events: Vec<Event>,
    pub violation: Option<ProtocolViolation>,
}

pub fn text(bytes: &str) -> Event {
    Event::Message { kind: DataKind::Text, bytes: bytes.into(), ascii: bytes.is_ascii(), first: true, last: true }
}

pub fn binary(bytes: &[u8]) -> Event {
    Event::Message { kind: DataKind::Binary, bytes: bytes.into(), ascii: false, first: true, last: true }
}

/// A frame as a client sends it.
pub fn frame(fin: bool, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let mut wire = Vec::new();
    encode_frame(&mut wire, fin, opcode, payload, Some(KEY));
    wire
}

/// Only the header of a frame as a client sends it.
pub fn header(fin: bool, opcode: Opcode, payload_bytes: usize) -> Vec<u8> {
    let mut wire = Vec::new();
    encode_header(&mut wire, fin, false, opcode, payload_bytes, Some(KEY));
    wire
}

pub fn server_reader() -> MessageReader {
    MessageReader::new(Role::Server, LIMITS)
}

/// A frame with RSV1 as a client sends it.
pub fn rsv1_frame(fin: bool, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let mut wire = frame(fin, opcode, payload);
    wire[0] |= 0x40;
    wire
}

/// A reader of a session with permessage-deflate.
pub fn deflate_reader(limits: MessageLimits, context_takeover: bool) -> MessageReader {
    let mut reader = MessageReader::new(Role::Server, limits);
    reader.set_deflate(Direction { window_bits: 15, context_takeover });
    reader
}

/// Feeds one piece and returns whether the reader can go on.
pub fn feed(reader: &mut MessageReader, piece: &[u8], outcome: &mut Outcome) -> bool {
    feed_with(&mut Inflater::default(), reader, piece, outcome)
}

/// [`feed`] with the inflater of a loop.
pub fn feed_with(inflater: &mut Inflater, reader: &mut MessageReader, piece: &[u8], outcome: &mut Outcome) -> bool {
    let mut input = piece.to_vec();
    let mut at = 0;
    loop {
        match reader.next_event(&mut input, &mut at, inflater) {
            Ok(Some(event)) => {
                assert!(!matches!(event, Incoming::Close(_)) || at == input.len(), "the rest is dropped");
                outcome.events.push(copy_out(event, &input));
            }
            Ok(None) => {
                assert_eq!(at, input.len(), "all input is used up");
                return true;
            }
            Err(violation) => {
                assert_eq!(at, input.len(), "the rest is dropped");
                outcome.violation = Some(violation);
                return false;
            }
        }
    }
}

pub fn read_pieces<'a>(mut reader: MessageReader, pieces: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
    let mut outcome = Outcome::default();
    let mut inflater = Inflater::default();
    for piece in pieces {
        if !feed_with(&mut inflater, &mut reader, piece, &mut outcome) {
            break;
        }
    }
    outcome
}

/// Reads the stream whole, cut at every byte, and byte by byte; all must give the same.
pub fn read(reader: impl Fn() -> MessageReader, wire: &[u8]) -> Outcome {
    let whole = read_pieces(reader(), [wire]);
    for cut in 1..wire.len() {
        let (left, right) = wire.split_at(cut);
        assert_eq!(read_pieces(reader(), [left, right]), whole, "cut at byte {cut}");
    }
    assert_eq!(read_pieces(reader(), wire.chunks(1)), whole, "byte by byte");
    whole
}

/// [`read`] in the role of the server.
pub fn read_as_server(wire: &[u8]) -> Outcome {
    read(server_reader, wire)
}

/// The violation that ends the stream, however it is cut; no event may come before it.
pub fn violation(wire: &[u8]) -> ProtocolViolation {
    let outcome = read_as_server(wire);
    assert_eq!(outcome.events, [], "no event before the violation");
    outcome.violation.expect("a violation")
}

fn copy_out(event: Incoming, input: &[u8]) -> Event {
    match event {
        Incoming::Message { kind, payload, ascii, first, last } => {
            Event::Message { kind, bytes: payload.bytes(input).to_vec(), ascii, first, last }
        }
        Incoming::Ping(payload) => Event::Ping(payload.bytes(input).to_vec()),
        Incoming::Pong(payload) => Event::Pong(payload.bytes(input).to_vec()),
        Incoming::Close(reason) => Event::Close(reason),
    }
}
