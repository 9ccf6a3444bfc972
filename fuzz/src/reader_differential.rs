//! The same bytes through our reader and through tungstenite's, in both roles: the same messages, and the same opinion on
//! whether there was a fault. Knows the places where tungstenite is known to differ; each is written down here.

use std::io::{self, Cursor, Read, Write};

use hawser::protocol::{
    CloseCode, CloseReason, DataKind, Inflater, MessageLimits, MessageReader, ProtocolViolation, Role,
};
use tungstenite::protocol::{Role as ReferenceRole, WebSocket, WebSocketConfig};
use tungstenite::{Error, Message};

use super::input::Input;
use super::reading::{Bounds, CONTROL_BUFFER_BYTES, Event, Outcome, read_pieces};
use super::wire::{complete_frames, stream};

/// A peer that has sent `input` and takes whatever is written.
struct Peer<'a> {
    input: Cursor<&'a [u8]>,
}

impl Read for Peer<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.input.read(buffer)
    }
}

impl Write for Peer<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// See the file.
///
/// # Panics
/// If the two readers disagree in a way that is not known.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    let role = if input.flag() { Role::Client } else { Role::Server };
    let limit_bytes = input.pick(&[1 << 17, 0, 1, 10, 124, 125, 126, 200, 1000, 0xFFFF, 0x10000]);
    let wire = stream(&mut input, role, None);

    // Of an incomplete frame we say as soon as it is certain what tungstenite says when it is complete.
    let complete = complete_frames(&wire);
    let ours = read(role, limit_bytes, complete);
    compare(ours.clone(), read_by_reference(role, limit_bytes, complete));
    let whole = read(role, limit_bytes, &wire);
    assert_eq!(whole.events, ours.events, "an incomplete frame makes no event");
    assert!(ours.violation.is_none() || whole.violation == ours.violation, "more bytes do not change a violation");
}

fn read(role: Role, limit_bytes: u32, wire: &[u8]) -> Outcome {
    // The reference does not count fragments.
    let limits = MessageLimits { max_text_bytes: limit_bytes, max_binary_bytes: limit_bytes, max_fragments: u32::MAX };
    let message_bytes = limit_bytes as usize;
    let bounds = Bounds { held_bytes: message_bytes + CONTROL_BUFFER_BYTES, history_bytes: 0, message_bytes };
    read_pieces(MessageReader::new(role, limits), &mut Inflater::default(), [wire], bounds)
}

/// The messages, and whether the reference found a fault.
fn read_by_reference(role: Role, limit_bytes: u32, wire: &[u8]) -> (Vec<Event>, bool) {
    let role = match role {
        Role::Server => ReferenceRole::Server,
        Role::Client => ReferenceRole::Client,
    };
    let limit_bytes = limit_bytes as usize;
    let config = WebSocketConfig::default()
        .read_buffer_size(4096)
        .max_message_size(Some(limit_bytes))
        // It counts control frames, too.
        .max_frame_size(Some(limit_bytes.max(125)));
    let mut socket = WebSocket::from_raw_socket(Peer { input: Cursor::new(wire) }, role, Some(config));
    let mut events = Vec::new();
    loop {
        match socket.read() {
            Ok(Message::Text(text)) => events.push(message(DataKind::Text, text.as_bytes())),
            Ok(Message::Binary(bytes)) => events.push(message(DataKind::Binary, &bytes)),
            Ok(Message::Ping(payload)) => events.push(Event::Ping(payload.to_vec())),
            Ok(Message::Pong(payload)) => events.push(Event::Pong(payload.to_vec())),
            Ok(Message::Close(reason)) => {
                let reason = reason.map(|frame| CloseReason::new(CloseCode(frame.code.into()), frame.reason.as_str()));
                events.push(Event::Close(reason));
                return (events, false);
            }
            Ok(Message::Frame(_)) => unreachable!("never read"),
            Err(Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake)) => {
                return (events, false);
            }
            Err(_) => return (events, true),
        }
    }
}

fn message(kind: DataKind, bytes: &[u8]) -> Event {
    let ascii = kind == DataKind::Text && bytes.is_ascii();
    Event::Message { kind, bytes: bytes.to_vec(), ascii, first: true, last: true }
}

fn compare(mut ours: Outcome, (events, fault): (Vec<Event>, bool)) {
    // What the reference makes of a close code that it does not accept.
    let rejected = || Event::Close(Some(CloseReason::new(CloseCode::PROTOCOL_ERROR, "Protocol violation")));
    match ours.violation {
        // Section 5.2 demands the shortest form, in which a control frame has no long length; the reference takes any
        // form and goes on.
        Some(ProtocolViolation::NonMinimalLength { .. } | ProtocolViolation::ControlTooBig { .. }) => {
            assert!(events.starts_with(&ours.events), "{ours:?}\nreference: {events:?}");
            return;
        }
        Some(ProtocolViolation::InvalidCloseCode { .. }) if !fault => {
            ours.violation = None;
            ours.events.push(rejected());
        }
        _ => {}
    }
    // 1014 is in the IANA registry; the reference does not know it.
    if let Some(last @ Event::Close(Some(CloseReason { code: CloseCode::BAD_GATEWAY, .. }))) = ours.events.last_mut() {
        *last = rejected();
    }
    assert_eq!((ours.events, ours.violation.is_some()), (events, fault), "{:?}", ours.violation);
}
