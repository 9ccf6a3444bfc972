//! One stream read whole, in pieces and byte by byte: the same events, the same violation, and never more memory than the
//! limits say. With partial delivery the parts add up to the same messages.

use hawser::protocol::{DataKind, MessageLimits, MessageReader, ProtocolViolation, Role};

use super::input::{Cuts, Input};
use super::reading::{Event, Outcome, read_pieces};
use super::wire::stream;

/// A control frame that a read has split.
const CONTROL_BUFFER_BYTES: usize = 126;

/// See the file.
///
/// # Panics
/// If what is read depends on how the stream is cut.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    let role = if input.flag() { Role::Client } else { Role::Server };
    let limits = MessageLimits { max_text_bytes: limit(&mut input), max_binary_bytes: limit(&mut input) };
    let cuts = Cuts::new(&mut input);
    let wire = stream(&mut input, role);

    let max_held_bytes = limits.max_text_bytes.max(limits.max_binary_bytes) as usize + CONTROL_BUFFER_BYTES;
    let reader = || MessageReader::new(role, limits);
    let whole = read_pieces(reader(), [&wire[..]], max_held_bytes);
    assert_within(&limits, &whole);
    assert_eq!(read_pieces(reader(), cuts.pieces(&wire), max_held_bytes), whole, "in pieces");
    if wire.len() < 512 {
        assert_eq!(read_pieces(reader(), wire.chunks(1), max_held_bytes), whole, "byte by byte");
    }
    check_parts(role, &wire, &cuts);
}

fn limit(input: &mut Input<'_>) -> u32 {
    input.pick(&[1000, 0, 1, 2, 10, 64, 125, 126, 2000, 0xFFFF, 0x10000, u32::MAX])
}

fn assert_within(limits: &MessageLimits, outcome: &Outcome) {
    for event in &outcome.events {
        if let Event::Message { kind, bytes, first, last, .. } = event {
            let limit_bytes = match kind {
                DataKind::Text => limits.max_text_bytes,
                DataKind::Binary => limits.max_binary_bytes,
            };
            assert!(bytes.len() <= limit_bytes as usize && *first && *last, "within {limit_bytes} bytes and whole");
        }
    }
}

/// Partial delivery knows no limits, so it is held against messages without limits.
fn check_parts(role: Role, wire: &[u8], cuts: &Cuts) {
    let unlimited = MessageLimits { max_text_bytes: u32::MAX, max_binary_bytes: u32::MAX };
    let whole = read_pieces(MessageReader::new(role, unlimited), [wire], usize::MAX);
    if matches!(whole.violation, Some(ProtocolViolation::MessageTooBig { .. })) {
        // Declared, never sent: beyond what even "unlimited" takes, but nothing to partial delivery.
        return;
    }
    let parts = || {
        let mut reader = MessageReader::new(role, unlimited);
        reader.set_partial_delivery(true);
        reader
    };
    let expected = (with_neutral_flags(whole.events), whole.violation);
    for outcome in [
        // Between two calls a part of a code point may wait, inside the fixed size of the reader.
        read_pieces(parts(), [wire], CONTROL_BUFFER_BYTES),
        read_pieces(parts(), cuts.pieces(wire), CONTROL_BUFFER_BYTES),
    ] {
        assert_eq!(join(outcome), expected, "parts add up");
    }
}

/// Joins the parts of each message and drops those of a message that never ended.
fn join(outcome: Outcome) -> (Vec<Event>, Option<ProtocolViolation>) {
    let mut events = Vec::new();
    let mut open: Option<(DataKind, Vec<u8>)> = None;
    for event in outcome.events {
        let Event::Message { kind, bytes, first, last, .. } = event else {
            events.push(event);
            continue;
        };
        assert_eq!(open.is_none(), first, "a first part begins, and only that");
        let (message_kind, message) = open.get_or_insert_with(|| (kind, Vec::new()));
        assert_eq!(*message_kind, kind, "all parts are of one kind");
        message.extend(bytes);
        if last {
            let (kind, bytes) = open.take().expect("a message is open");
            events.push(Event::Message { kind, bytes, ascii: false, first: true, last: true });
        }
    }
    (with_neutral_flags(events), outcome.violation)
}

/// A part next to a split code point may be ASCII without being marked as such.
fn with_neutral_flags(mut events: Vec<Event>) -> Vec<Event> {
    for event in &mut events {
        if let Event::Message { ascii, .. } = event {
            *ascii = false;
        }
    }
    events
}
