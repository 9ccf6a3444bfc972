//! One stream read whole, in pieces and byte by byte, with and without permessage-deflate: the same events, the same
//! violation, and never more memory than the limits say. With partial delivery the parts add up to the same messages.

use hawser::protocol::{DataKind, Direction, Inflater, MessageLimits, MessageReader, ProtocolViolation, Role};

use super::input::{Cuts, Input};
use super::reading::{Bounds, CONTROL_BUFFER_BYTES, Event, Outcome, read_pieces};
use super::wire::{most_fragments, stream};

/// More than any stream here has, and less than a bomb inflates to.
const LARGE_BYTES: u32 = 1 << 18;

/// How one stream is read.
struct Reading {
    role: Role,
    limits: MessageLimits,
    deflate: Option<Direction>,
    wire: Vec<u8>,
}

/// See the file.
///
/// # Panics
/// If what is read depends on how the stream is cut.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    let role = if input.flag() { Role::Client } else { Role::Server };
    let deflate = deflate(&mut input);
    let limits = MessageLimits {
        max_text_bytes: limit(&mut input),
        max_binary_bytes: limit(&mut input),
        max_fragments: input.pick(&[u32::MAX, 1, 2, 3, 10]),
    };
    let cuts = Cuts::new(&mut input);
    let wire = stream(&mut input, role, deflate);
    let reading = Reading { role, limits, deflate, wire };

    // One for all, as a loop lends it.
    let mut inflater = Inflater::default();
    let whole = reading.read([&reading.wire[..]], &mut inflater);
    assert_within(&limits, &whole);
    let too_many = matches!(whole.violation, Some(ProtocolViolation::TooManyFragments { .. }));
    let fragments = most_fragments(&reading.wire);
    assert!(whole.violation.is_some() || ended(&whole) || fragments <= limits.max_fragments, "{fragments} fragments");
    assert!(!too_many || fragments >= limits.max_fragments, "only {fragments} fragments");
    assert_eq!(reading.read(cuts.pieces(&reading.wire), &mut inflater), whole, "in pieces");
    if reading.wire.len() < 512 {
        assert_eq!(reading.read(reading.wire.chunks(1), &mut inflater), whole, "byte by byte");
    }
    reading.check_parts(&cuts, &mut inflater);
}

/// Whether frames may follow that were not read.
fn ended(outcome: &Outcome) -> bool {
    matches!(outcome.events.last(), Some(Event::Close(_)))
}

fn deflate(input: &mut Input<'_>) -> Option<Direction> {
    let shape = input.byte();
    (shape & 1 == 1).then_some(Direction { window_bits: 8 + (shape >> 1) % 8, context_takeover: shape & 0x80 != 0 })
}

fn limit(input: &mut Input<'_>) -> u32 {
    input.pick(&[1000, 0, 1, 2, 10, 64, 125, 126, 2000, 0xFFFF, 0x10000, LARGE_BYTES])
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

impl Reading {
    fn read<'a>(&self, pieces: impl IntoIterator<Item = &'a [u8]>, inflater: &mut Inflater) -> Outcome {
        let message_bytes = self.limits.max_text_bytes.max(self.limits.max_binary_bytes) as usize;
        // What is stored takes an eighth and 1 KiB more; see `MessageLimits`.
        let compressed_bytes = self.deflate.map_or(0, |_| message_bytes / 8 + 1024);
        let held_bytes = message_bytes + compressed_bytes + CONTROL_BUFFER_BYTES;
        let bounds = Bounds { held_bytes, history_bytes: self.history_bytes(), message_bytes };
        read_pieces(self.reader(self.limits), inflater, pieces, bounds)
    }

    fn reader(&self, limits: MessageLimits) -> MessageReader {
        let mut reader = MessageReader::new(self.role, limits);
        if let Some(direction) = self.deflate {
            reader.set_deflate(direction);
        }
        reader
    }

    fn history_bytes(&self) -> usize {
        // zlib writes 9 window bits where it was told 8.
        self.deflate
            .filter(|direction| direction.context_takeover)
            .map_or(0, |direction| 1 << direction.window_bits.max(9))
    }

    /// Partial delivery knows no limits but for compressed messages, so it is held against messages without limits.
    fn check_parts(&self, cuts: &Cuts, inflater: &mut Inflater) {
        let limits =
            MessageLimits { max_text_bytes: LARGE_BYTES, max_binary_bytes: LARGE_BYTES, max_fragments: u32::MAX };
        let bounds =
            Bounds { held_bytes: usize::MAX, history_bytes: self.history_bytes(), message_bytes: LARGE_BYTES as usize };
        let whole = read_pieces(self.reader(limits), inflater, [&self.wire[..]], bounds);
        if matches!(whole.violation, Some(ProtocolViolation::MessageTooBig { .. })) {
            // Declared and never sent, which is nothing to partial delivery; or a bomb.
            return;
        }
        let parts = || {
            let mut reader = self.reader(limits);
            reader.set_partial_delivery(true);
            reader
        };
        let expected = (with_neutral_flags(whole.events), whole.violation);
        // Without compression only a control frame, or a part of a code point inside the reader, waits between two calls.
        let bounds = Bounds { held_bytes: self.deflate.map_or(CONTROL_BUFFER_BYTES, |_| usize::MAX), ..bounds };
        for outcome in [
            read_pieces(parts(), inflater, [&self.wire[..]], bounds),
            read_pieces(parts(), inflater, cuts.pieces(&self.wire), bounds),
        ] {
            assert_eq!(join(outcome), expected, "parts add up");
        }
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
