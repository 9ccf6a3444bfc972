//! Feeds a `MessageReader` and holds it to what its documentation promises for every input. Knows nothing of what the
//! events should be.

use hawser::protocol::{CloseReason, DataKind, Incoming, MessageReader, Payload, ProtocolViolation};

/// An event with its payload copied out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
    /// A message, or a part of one.
    Message {
        /// Text or binary.
        kind: DataKind,
        /// The bytes.
        bytes: Vec<u8>,
        /// As the reader said.
        ascii: bool,
        /// As the reader said.
        first: bool,
        /// As the reader said.
        last: bool,
    },
    /// With its payload.
    Ping(Vec<u8>),
    /// With its payload.
    Pong(Vec<u8>),
    /// With its reason.
    Close(Option<CloseReason>),
}

/// Everything that came out of one stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// In order.
    pub events: Vec<Event>,
    /// What ended the stream, if anything did.
    pub violation: Option<ProtocolViolation>,
}

/// Reads `pieces` one after the other until a violation. `max_held_bytes` is what the reader may own in between.
pub fn read_pieces<'a>(
    mut reader: MessageReader,
    pieces: impl IntoIterator<Item = &'a [u8]>,
    max_held_bytes: usize,
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut input = Vec::new();
    for piece in pieces {
        input.clear();
        input.extend_from_slice(piece);
        feed(&mut reader, &mut input, &mut outcome);
        let held_bytes = reader.held_bytes();
        assert!(held_bytes <= max_held_bytes, "holds {held_bytes} bytes, {max_held_bytes} are allowed");
        if let Some(violation) = outcome.violation {
            // Every violation has a code that may be sent.
            assert!(violation.close_code().may_be_sent(), "{violation}");
            break;
        }
    }
    assert_stays_ended(&mut reader, &outcome);
    outcome
}

fn feed(reader: &mut MessageReader, input: &mut [u8], outcome: &mut Outcome) {
    let mut at = 0;
    loop {
        let before = at;
        let answer = reader.next_event(input, &mut at);
        assert!((before..=input.len()).contains(&at), "moves forward and stays inside");
        match answer {
            Ok(Some(event)) => {
                assert!(at > before, "an event uses a byte");
                assert!(!matches!(event, Incoming::Close(_)) || at == input.len(), "the rest is dropped");
                if let Incoming::Message { payload: Payload::InPlace(range), .. } = &event {
                    assert!(before <= range.start && range.end <= at, "the payload lies in what was taken");
                }
                outcome.events.push(copy_out(event, input));
            }
            Ok(None) => {
                assert_eq!(at, input.len(), "all input is used up");
                return;
            }
            Err(violation) => {
                assert_eq!(at, input.len(), "the rest is dropped");
                outcome.violation = Some(violation);
                return;
            }
        }
    }
}

/// After a Close frame or a violation nothing more is read and nothing is held.
fn assert_stays_ended(reader: &mut MessageReader, outcome: &Outcome) {
    if outcome.violation.is_none() && !matches!(outcome.events.last(), Some(Event::Close(_))) {
        return;
    }
    let mut more = Outcome::default();
    feed(reader, &mut b"\x81\x80\0\0\0\0\x81\0".to_owned(), &mut more);
    assert_eq!(more, Outcome::default(), "nothing follows the end");
    assert_eq!(reader.held_bytes(), 0, "nothing is held after the end");
}

fn copy_out(event: Incoming, input: &[u8]) -> Event {
    match event {
        Incoming::Message { kind, payload, ascii, first, last } => {
            let bytes = payload.bytes(input).to_vec();
            assert!(kind == DataKind::Binary || std::str::from_utf8(&bytes).is_ok(), "text is UTF-8: {bytes:02x?}");
            assert!(!ascii || (kind == DataKind::Text && bytes.is_ascii()), "a wrong ASCII flag: {bytes:02x?}");
            assert!(!bytes.is_empty() || last, "only a last part is empty");
            Event::Message { kind, bytes, ascii, first, last }
        }
        Incoming::Ping(payload) => Event::Ping(control(&payload, input)),
        Incoming::Pong(payload) => Event::Pong(control(&payload, input)),
        Incoming::Close(reason) => {
            assert!(reason.iter().all(|reason| reason.code.may_be_received() && reason.reason.len() <= 123));
            Event::Close(reason)
        }
    }
}

fn control(payload: &Payload, input: &[u8]) -> Vec<u8> {
    assert!(payload.len() <= 125, "a control payload has at most 125 bytes");
    payload.bytes(input).to_vec()
}
