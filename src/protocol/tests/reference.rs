//! The same streams through tungstenite: both must see the same messages, and agree on whether the stream is valid.

use std::io::{self, Cursor, Read, Write};

use proptest::collection::vec;
use proptest::prelude::*;
use tungstenite::protocol::{Role as ReferenceRole, WebSocket};
use tungstenite::{Error, Message};

use super::support::*;
use crate::protocol::*;

/// A peer that has sent `input` and takes whatever is written.
struct Peer {
    input: Cursor<Vec<u8>>,
}

impl Read for Peer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.input.read(buffer)
    }
}

impl Write for Peer {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The messages up to the end of the stream, and whether the reference found a fault before it.
fn read_by_reference(wire: &[u8]) -> (Vec<Event>, bool) {
    let peer = Peer { input: Cursor::new(wire.to_vec()) };
    let mut socket = WebSocket::from_raw_socket(peer, ReferenceRole::Server, None);
    let mut events = Vec::new();
    loop {
        match socket.read() {
            Ok(Message::Text(message)) => events.push(text(&message)),
            Ok(Message::Binary(message)) => events.push(binary(&message)),
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

fn frames() -> impl Strategy<Value = Vec<(bool, Opcode, Vec<u8>)>> {
    use Opcode::*;
    let opcode =
        prop_oneof![6 => Just(Continuation), 4 => Just(Text), 4 => Just(Binary), 2 => Just(Ping), 1 => Just(Pong)];
    let payload = prop_oneof![
        8 => "[a-zé€😀]{0,30}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..6),
    ];
    vec((any::<bool>(), opcode, payload), 0..10)
}

/// The reference answers an invalid code by itself; ours are tested in `close_frames`.
fn valid_code() -> impl Strategy<Value = u16> {
    prop_oneof![Just(1000), 3000_u16..5000]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn the_reader_and_tungstenite_see_the_same(frames in frames(), close in any::<bool>(), code in valid_code()) {
        let mut wire: Vec<u8> = frames
            .iter()
            .flat_map(|(fin, opcode, payload)| frame(*fin || opcode.is_control(), *opcode, payload))
            .collect();
        if close {
            wire.extend(frame(true, Opcode::Close, &code.to_be_bytes()));
        }
        let (events, fault) = read_by_reference(&wire);
        let limits = MessageLimits { max_text_bytes: 1 << 20, max_binary_bytes: 1 << 20, max_fragments: DEFAULT_MAX_FRAGMENTS };
        let ours = read_pieces(MessageReader::new(Role::Server, limits), [&wire[..]]);
        prop_assert_eq!((ours.events, ours.violation.is_some()), (events, fault), "{:?}", ours.violation);
    }
}
