//! Feeds a `MessageReader` and holds it to what its documentation promises for every input. Knows nothing of what the
//! events should be.

use std::ops::Range;

use hawser::protocol::{CloseReason, DataKind, Incoming, Inflater, MessageReader, Payload, ProtocolViolation};

/// A control frame that two reads have split.
pub const CONTROL_BUFFER_BYTES: usize = 126;

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

/// What the reader may own.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Of an incomplete frame or message.
    pub held_bytes: usize,
    /// Of earlier compressed messages.
    pub history_bytes: usize,
    /// Of a message in a buffer of its own, when it is handed on.
    pub message_bytes: usize,
}

/// Reads `pieces` one after the other until a violation.
pub fn read_pieces<'a>(
    mut reader: MessageReader,
    inflater: &mut Inflater,
    pieces: impl IntoIterator<Item = &'a [u8]>,
    bounds: Bounds,
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut input = Vec::new();
    let mut fed_bytes = 0;
    for piece in pieces {
        input.clear();
        input.extend_from_slice(piece);
        fed_bytes += piece.len();
        feed(&mut reader, inflater, &mut input, bounds, &mut outcome);
        let (held_bytes, history_bytes) = (reader.held_bytes(), reader.history_bytes());
        // A declared length allocates nothing; a control frame that is split has its fixed place.
        let allowed_bytes = bounds.held_bytes.min(2 * fed_bytes + CONTROL_BUFFER_BYTES);
        assert!(held_bytes <= allowed_bytes, "holds {held_bytes} bytes, {allowed_bytes} are allowed");
        assert!(history_bytes <= bounds.history_bytes, "a history of {history_bytes} bytes");
        if let Some(violation) = outcome.violation {
            assert!(violation.close_code().may_be_sent(), "a code for {violation}");
            break;
        }
    }
    assert_stays_ended(&mut reader, &outcome);
    outcome
}

fn feed(reader: &mut MessageReader, inflater: &mut Inflater, input: &mut [u8], bounds: Bounds, outcome: &mut Outcome) {
    let mut at = 0;
    loop {
        let before = at;
        let answer = reader.next_event(input, &mut at, inflater);
        assert!((before..=input.len()).contains(&at), "moves forward and stays inside");
        match answer {
            Ok(Some(event)) => {
                assert!(at > before, "an event uses a byte");
                assert!(!matches!(event, Incoming::Close(_)) || at == input.len(), "the rest is dropped");
                if let Incoming::Message { payload, .. } = &event {
                    assert_in_bounds(payload, before..at, bounds);
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

fn assert_in_bounds(payload: &Payload, taken: Range<usize>, bounds: Bounds) {
    match payload {
        Payload::InPlace(range) => {
            assert!(taken.start <= range.start && range.end <= taken.end, "the payload lies in what was taken");
        }
        Payload::Owned(bytes) => {
            // The one byte shows that a compressed message is too big.
            let most_bytes = bounds.message_bytes.saturating_add(1);
            assert!(bytes.capacity() <= most_bytes, "{} bytes for a message", bytes.capacity());
        }
    }
}

/// After a Close frame or a violation nothing more is read and nothing is held.
fn assert_stays_ended(reader: &mut MessageReader, outcome: &Outcome) {
    if outcome.violation.is_none() && !matches!(outcome.events.last(), Some(Event::Close(_))) {
        return;
    }
    let mut input = *b"\x81\x80\0\0\0\0\x81\0";
    let mut at = 0;
    let answer = reader.next_event(&mut input, &mut at, &mut Inflater::default());
    assert_eq!((answer, at), (Ok(None), input.len()), "nothing follows the end");
    assert_eq!((reader.held_bytes(), reader.history_bytes()), (0, 0), "nothing is held after the end");
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
