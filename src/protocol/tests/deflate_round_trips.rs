//! What our compressor writes, our reader reads; and what anybody writes does no harm.

use proptest::collection::vec;
use proptest::prelude::*;

use super::support::*;
use crate::protocol::*;

const WIDE: MessageLimits =
    MessageLimits { max_text_bytes: 1 << 20, max_binary_bytes: 1 << 20, max_fragments: DEFAULT_MAX_FRAGMENTS };

/// Something like JSON, which repeats itself over messages.
fn record(number: usize) -> Vec<u8> {
    format!("{{\"id\":{number},\"name\":\"session {number}\",\"state\":\"open\",\"note\":\"café € 😀\"}}").into_bytes()
}

/// Every message, compressed one after the other and sent in fragments of `fragment_bytes`.
fn wire(messages: &[Vec<u8>], deflater: &mut Deflater, context_takeover: bool, fragment_bytes: usize) -> Vec<u8> {
    let mut wire = Vec::new();
    for message in messages {
        let mut payload = Vec::new();
        deflater.compress_message(message, context_takeover, &mut payload);
        let (first, rest) = payload.split_at(fragment_bytes.min(payload.len()));
        wire.extend(rsv1_frame(rest.is_empty(), Opcode::Binary, first));
        let count = rest.len().div_ceil(fragment_bytes);
        for (index, fragment) in rest.chunks(fragment_bytes).enumerate() {
            wire.extend(frame(index + 1 == count, Opcode::Continuation, fragment));
        }
    }
    wire
}

fn reader(window_bits: u8, context_takeover: bool) -> MessageReader {
    let mut reader = MessageReader::new(Role::Server, WIDE);
    reader.set_deflate(Direction { window_bits, context_takeover });
    reader
}

fn expected(messages: &[Vec<u8>]) -> Outcome {
    Outcome { events: messages.iter().map(|message| binary(message)).collect(), violation: None }
}

#[test]
fn every_window_and_level_comes_back() {
    let mut messages: Vec<Vec<u8>> = (0..20).map(record).collect();
    messages.push(Vec::new());
    messages.push(Vec::new());
    messages.push((0..2000).flat_map(record).collect());
    messages.push(vec![0xA5; 100_000]);
    messages.push((0..50_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 11) as u8).collect());
    messages.extend((0..20).map(record));
    for window_bits in 9..=15 {
        for level in 1..=9 {
            for context_takeover in [false, true] {
                let wire = wire(&messages, &mut Deflater::new(window_bits, level), context_takeover, 70_000);
                let outcome = read_pieces(reader(window_bits, context_takeover), wire.chunks(50_000));
                assert!(outcome == expected(&messages), "{window_bits} bits, level {level}, {context_takeover}");
            }
        }
    }
}

#[test]
fn an_empty_message_is_one_byte() {
    let mut deflater = Deflater::new(15, 1);
    for keep_context in [false, true, true, false] {
        let mut out = b"before".to_vec();
        deflater.compress_message(b"", keep_context, &mut out);
        assert_eq!(out, b"before\x00");
        deflater.compress_message(b"between", true, &mut out);
    }
}

#[test]
fn without_context_the_output_depends_on_the_message_alone() {
    let alone = |message: &[u8]| {
        let mut out = Vec::new();
        Deflater::new(15, 1).compress_message(message, false, &mut out);
        out
    };
    let mut shared = Deflater::new(15, 1);
    for number in 0..50 {
        let mut out = Vec::new();
        shared.compress_message(&record(number), false, &mut out);
        assert_eq!(out, alone(&record(number)));
        // Another session's message with context does not shine through either.
        shared.compress_message(&record(number), true, &mut Vec::new());
    }
}

#[test]
fn context_makes_messages_smaller() {
    let mut deflater = Deflater::new(15, 1);
    let (mut first, mut second) = (Vec::new(), Vec::new());
    deflater.compress_message(&record(1), true, &mut first);
    deflater.compress_message(&record(2), true, &mut second);
    assert!(second.len() * 2 < first.len(), "{} after {}", second.len(), first.len());
}

#[test]
fn output_goes_into_any_room() {
    let message: Vec<u8> = (0..3000).flat_map(record).collect();
    let mut expected = Vec::new();
    Deflater::new(15, 1).compress_message(&message, false, &mut expected);
    for room in [0, 1, 63, 64, 65, expected.len() - 1, expected.len(), expected.len() + 4, expected.len() + 5, 1 << 20]
    {
        let mut out = Vec::with_capacity(room);
        Deflater::new(15, 1).compress_message(&message, false, &mut out);
        let wire = rsv1_frame(true, Opcode::Binary, &out);
        assert_eq!(read_pieces(reader(15, false), [&wire[..]]).events, [binary(&message)], "room {room}");
    }
}

fn message() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => "[a-f]{0,300}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..300),
        1 => (any::<u8>(), 0_usize..5000).prop_map(|(byte, count)| vec![byte; count]),
    ]
}

/// Bytes that get past the first block more often than random ones.
fn anything() -> impl Strategy<Value = Vec<u8>> {
    let mutated = (message(), 0_usize..300, any::<u8>()).prop_map(|(message, at, byte)| {
        let mut payload = Vec::new();
        Deflater::new(15, 1).compress_message(&message, false, &mut payload);
        let at = at % payload.len();
        payload[at] = byte;
        payload
    });
    prop_oneof![2 => vec(any::<u8>(), 0..200), 1 => vec(0_u8..8, 0..50), 2 => mutated]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn what_the_compressor_writes_comes_back_whatever_way_it_is_cut(
        messages in vec(message(), 1..6),
        window_bits in 9_u8..=15,
        level in 1_u8..=9,
        context_takeover in any::<bool>(),
        fragment_bytes in 1_usize..400,
        piece_bytes in 1_usize..400,
    ) {
        let wire = wire(&messages, &mut Deflater::new(window_bits, level), context_takeover, fragment_bytes);
        let outcome = read_pieces(reader(window_bits, context_takeover), wire.chunks(piece_bytes));
        prop_assert_eq!(outcome, expected(&messages));
    }

    #[test]
    fn arbitrary_compressed_payloads_never_panic_stay_within_the_limits_and_leave_the_inflater_usable(
        payloads in vec(anything(), 1..5),
        context_takeover in any::<bool>(),
        piece_bytes in 1_usize..100,
    ) {
        let mut inflater = Inflater::default();
        let mut reader = deflate_reader(LIMITS, context_takeover);
        let mut outcome = Outcome::default();
        let wire: Vec<u8> = payloads.iter().flat_map(|payload| rsv1_frame(true, Opcode::Binary, payload)).collect();
        for piece in wire.chunks(piece_bytes) {
            if !feed_with(&mut inflater, &mut reader, piece, &mut outcome) {
                break;
            }
            prop_assert!(reader.held_bytes() <= 2000 + 250 + 1024 && reader.history_bytes() <= 32_768);
        }
        for event in &outcome.events {
            let fits = matches!(event, Event::Message { bytes, .. } if bytes.len() <= 2000);
            prop_assert!(fits, "{} events", outcome.events.len());
        }
        let mut next = Outcome::default();
        let wire = wire_of(b"fine");
        prop_assert!(feed_with(&mut inflater, &mut deflate_reader(LIMITS, true), &wire, &mut next));
        prop_assert_eq!(next.events, [binary(b"fine")]);
    }
}

fn wire_of(message: &[u8]) -> Vec<u8> {
    wire(&[message.to_vec()], &mut Deflater::new(15, 1), false, 1000)
}
