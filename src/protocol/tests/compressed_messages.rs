//! Compressed messages as they come (RFC 7692 sections 6 and 7.2.2). Lines 5, 9, 16, 23, 25, 27.

use super::support::*;
use crate::protocol::*;

/// "Hello" in one block with fixed codes (section 7.2.3.1).
const HELLO: [u8; 7] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00];

fn read_deflate(wire: &[u8], context_takeover: bool) -> Outcome {
    read(|| deflate_reader(LIMITS, context_takeover), wire)
}

/// What a session without takeover, cut at every byte, makes of one compressed message.
fn read_one(opcode: Opcode, payload: &[u8]) -> Outcome {
    let outcome = read_deflate(&rsv1_frame(true, opcode, payload), false);
    assert_eq!(read_deflate(&rsv1_frame(true, opcode, payload), true), outcome, "with context takeover");
    outcome
}

#[track_caller]
fn corrupt(payload: &[u8]) {
    let outcome = read_one(Opcode::Binary, payload);
    assert_eq!(outcome.events, [], "{payload:x?}");
    let violation = outcome.violation.expect("corrupt");
    assert_eq!(violation, ProtocolViolation::InvalidDeflate, "{payload:x?}");
    assert_eq!(violation.close_code(), CloseCode::INVALID_PAYLOAD);
}

/// A block as it was, with BFINAL or without.
fn stored(bytes: &[u8], last: bool) -> Vec<u8> {
    let length = (bytes.len() as u16).to_le_bytes();
    let check = (!(bytes.len() as u16)).to_le_bytes();
    [&[u8::from(last)], &length[..], &check[..], bytes].concat()
}

fn compressed(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Deflater::new(15, 6).compress_message(payload, false, &mut out);
    out
}

#[test]
fn the_examples_of_the_rfc_are_read() {
    for (section, payload) in [
        ("7.2.3.1", &HELLO[..]),
        ("7.2.3.3", b"\x00\x05\x00\xfa\xffHello\x00"),
        ("7.2.3.4", b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00"),
        ("7.2.3.5", b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"),
    ] {
        assert_eq!(
            read_one(Opcode::Text, payload),
            Outcome { events: vec![text("Hello")], violation: None },
            "{section}"
        );
    }
    // Section 7.2.3.6, which begins a new message here.
    assert_eq!(read_one(Opcode::Text, b"\x00").events, [text("")]);
}

#[test]
fn the_fragmented_example_of_the_rfc_is_read() {
    let wire = [rsv1_frame(false, Opcode::Text, &HELLO[..3]), frame(true, Opcode::Continuation, &HELLO[3..])].concat();
    assert_eq!(read_deflate(&wire, false).events, [text("Hello")]);
    assert_eq!(wire[0] & 0x70, 0x40);
}

#[test]
fn the_shared_window_of_the_rfc_is_read_with_takeover_and_only_then() {
    let wire = [
        rsv1_frame(true, Opcode::Text, &HELLO),
        rsv1_frame(true, Opcode::Text, b"\xf2\x00\x11\x00\x00"), // section 7.2.3.2
    ]
    .concat();
    assert_eq!(read_deflate(&wire, true).events, [text("Hello"), text("Hello")]);
    let without = read_deflate(&wire, false);
    assert_eq!((without.events, without.violation), (vec![text("Hello")], Some(ProtocolViolation::InvalidDeflate)));
}

#[test]
fn stored_and_empty_blocks_are_read() {
    for payload in [
        [stored(b"Hello", false), vec![0]].concat(),
        [stored(b"", false), stored(b"He", false), stored(b"", false), stored(b"llo", false), vec![0]].concat(),
        [stored(b"Hello", true), vec![0]].concat(),
        [stored(b"He", true), stored(b"llo", true), vec![0]].concat(),
        [stored(b"He", true), stored(b"", true), stored(b"llo", false), vec![0]].concat(),
        // A peer that ends with BFINAL and forgets the byte behind it: nothing is missing.
        stored(b"Hello", true),
        b"\xf3\x48\xcd\xc9\xc9\x07\x00".to_vec(),
    ] {
        assert_eq!(read_one(Opcode::Text, &payload).events, [text("Hello")], "{payload:x?}");
    }
}

#[test]
fn an_empty_payload_is_an_empty_message() {
    assert_eq!(read_one(Opcode::Binary, b"").events, [binary(b"")]);
    assert_eq!(read_one(Opcode::Text, &stored(b"", true)).events, [text("")]);
}

#[test]
fn a_last_block_keeps_what_later_blocks_and_messages_refer_to() {
    let again = b"\xf2\x00\x11\x00\x00"; // five bytes from five bytes before
    let last = b"\xf3\x48\xcd\xc9\xc9\x07\x00"; // "Hello", BFINAL
    let inside = [&last[..], again].concat();
    assert_eq!(read_one(Opcode::Text, &inside).events, [text("HelloHello")]);
    let wire = [
        rsv1_frame(true, Opcode::Text, &[&last[..], b"\x00"].concat()),
        rsv1_frame(true, Opcode::Text, again),
        // What is referred to lies before the last block, in the message before.
        rsv1_frame(true, Opcode::Text, &[&stored(b"", true)[..], again].concat()),
        rsv1_frame(true, Opcode::Text, &[&stored(b"", true)[..], b"\x03\x00", again].concat()),
    ]
    .concat();
    assert_eq!(read_deflate(&wire, true).events, vec![text("Hello"); 4]);
}

#[test]
fn a_last_block_keeps_a_whole_window() {
    let limits = MessageLimits { max_binary_bytes: 1 << 20, ..LIMITS };
    let noise: Vec<u8> = (0..60_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    // History of the message before, of this message, and of both together.
    for (before, inside) in [(40_000, 0), (0, 40_000), (20_000, 12_768), (32_768, 1)] {
        let (before, inside) = (&noise[..before], &noise[before..before + inside]);
        let seen = [before, inside].concat();
        let oldest = &seen[seen.len() - 32_768..][..200];
        // One stream over everything, from which the parts are taken where they were flushed.
        let mut deflater = Deflater::new(15, 9);
        let mut reference = Vec::new();
        deflater.compress_message(before, true, &mut Vec::new());
        deflater.compress_message(inside, true, &mut Vec::new());
        deflater.compress_message(oldest, true, &mut reference);
        assert!(oldest.is_empty() || reference.len() < 50, "{} bytes refer back", reference.len());
        let mut wire = rsv1_frame(true, Opcode::Binary, &compressed(before));
        let second = [stored(inside, true), reference].concat();
        wire.extend(rsv1_frame(true, Opcode::Binary, &second));
        let outcome = read_pieces(deflate_reader(limits, true), [&wire[..]]);
        assert_eq!(outcome.violation, None);
        assert_eq!(outcome.events, [binary(before), binary(&[inside, oldest].concat())]);
    }
}

#[test]
fn a_message_without_its_end_is_corrupt() {
    let payload = compressed(b"The quick brown fox jumps over the lazy dog, and over the quick brown fox.");
    for end in 1..payload.len() {
        corrupt(&payload[..end]);
    }
    let payload = [stored(b"Hello", false), vec![0]].concat();
    // Its first byte alone is an empty message.
    for end in 2..payload.len() {
        corrupt(&payload[..end]);
    }
}

#[test]
fn what_stands_behind_the_end_is_corrupt() {
    for garbage in [&b"\x00"[..], b"garbage", b"\x00\x00\xff\xff", b"\xff"] {
        corrupt(&[&HELLO[..], garbage].concat());
        corrupt(&[&stored(b"Hello", true)[..], b"\x00", garbage].concat());
    }
}

#[test]
fn what_is_not_deflate_is_corrupt() {
    for payload in [
        &b"\x07"[..],                            // block type 3
        b"\x00\x05\x00\xfa\xfeHello\x00",        // length and its complement
        b"\x02\x11\x00\x00",                     // refers before the beginning
        b"\x78\x9c\xf3\x48\xcd\xc9\xc9\x07\x00", // zlib's header
        b"\xff\xff\xff\xff",
        b"{\"plain\":\"json\"}",
    ] {
        corrupt(payload);
    }
}

#[test]
fn a_truncated_message_and_a_close_give_the_close_alone() {
    let wire = [rsv1_frame(false, Opcode::Text, &HELLO[..4]), frame(true, Opcode::Close, &[3, 0xE8])].concat();
    let outcome = read_deflate(&wire, true);
    assert_eq!(outcome.events, [Event::Close(Some(CloseReason::new(CloseCode::NORMAL, "")))]);
}

#[test]
fn corrupt_data_of_one_session_leaves_the_next_one_alone() {
    let mut inflater = Inflater::default();
    let cut_block = &compressed(&[b'x'; 500])[..3];
    for broken in [&b"\x07"[..], b"\x00\x05\x00\xfa\xfeHello\x00", cut_block, b"\xf2\x48\xff\xff\xff\xff"] {
        let mut outcome = Outcome::default();
        let wire = rsv1_frame(true, Opcode::Text, broken);
        assert!(!feed_with(&mut inflater, &mut deflate_reader(LIMITS, true), &wire, &mut outcome));
        assert_eq!(outcome.violation, Some(ProtocolViolation::InvalidDeflate));

        let mut next = Outcome::default();
        assert!(feed_with(
            &mut inflater,
            &mut deflate_reader(LIMITS, true),
            &rsv1_frame(true, Opcode::Text, &HELLO),
            &mut next
        ));
        assert_eq!(next.events, [text("Hello")]);
    }
}

#[test]
fn sessions_with_takeover_do_not_see_each_others_history() {
    let mut inflater = Inflater::default();
    let (mut first, mut second) = (deflate_reader(LIMITS, true), deflate_reader(LIMITS, true));
    let mut outcome = Outcome::default();
    let again = rsv1_frame(true, Opcode::Text, b"\xf2\x00\x11\x00\x00");
    assert!(feed_with(&mut inflater, &mut first, &rsv1_frame(true, Opcode::Text, &HELLO), &mut outcome));
    let howdy = rsv1_frame(true, Opcode::Text, &compressed(b"Howdy"));
    assert!(feed_with(&mut inflater, &mut second, &howdy, &mut outcome));
    assert!(feed_with(&mut inflater, &mut first, &again, &mut outcome));
    assert!(feed_with(&mut inflater, &mut second, &again, &mut outcome));
    assert_eq!(outcome.events[2..], [text("Hello"), text("Howdy")]);
    assert!(!feed_with(&mut inflater, &mut deflate_reader(LIMITS, true), &again, &mut outcome));
    assert_eq!(outcome.violation, Some(ProtocolViolation::InvalidDeflate));
}

#[test]
fn rsv1_stands_on_the_first_frame_of_a_data_message_alone() {
    for opcode in [Opcode::Ping, Opcode::Pong, Opcode::Close] {
        let outcome = read_deflate(&rsv1_frame(true, opcode, b""), false);
        assert_eq!(outcome.violation, Some(ProtocolViolation::MisplacedRsv1 { opcode }));
    }
    for first in [rsv1_frame(false, Opcode::Text, &HELLO[..3]), frame(false, Opcode::Text, b"He")] {
        let wire = [first, rsv1_frame(true, Opcode::Continuation, &HELLO[3..])].concat();
        let violation = read_deflate(&wire, false).violation.expect("RSV1 on a continuation");
        assert_eq!(violation, ProtocolViolation::MisplacedRsv1 { opcode: Opcode::Continuation });
        assert_eq!(violation.close_code(), CloseCode::PROTOCOL_ERROR);
    }
}

#[test]
fn only_rsv1_gets_a_meaning_and_only_by_negotiation() {
    for bits in [0x20, 0x10, 0x60, 0x50, 0x30, 0x70] {
        let mut wire = frame(true, Opcode::Text, &HELLO);
        wire[0] |= bits;
        assert_eq!(read_deflate(&wire, false).violation, Some(ProtocolViolation::ReservedBits { bits }));
    }
    let outcome = read_as_server(&rsv1_frame(true, Opcode::Text, &HELLO));
    assert_eq!(outcome.violation, Some(ProtocolViolation::ReservedBits { bits: 0x40 }));
}

#[test]
fn compressed_and_plain_messages_and_control_frames_mix() {
    let wire = [
        frame(true, Opcode::Text, b"plain"),
        rsv1_frame(true, Opcode::Text, &HELLO),
        rsv1_frame(false, Opcode::Text, &HELLO[..2]),
        frame(true, Opcode::Ping, b"1"),
        frame(false, Opcode::Continuation, b""),
        frame(true, Opcode::Pong, b"2"),
        frame(true, Opcode::Continuation, &HELLO[2..]),
        frame(false, Opcode::Binary, b"a"),
        frame(true, Opcode::Continuation, b"b"),
        rsv1_frame(false, Opcode::Binary, b""),
        frame(true, Opcode::Continuation, &HELLO),
    ]
    .concat();
    let expected = [
        text("plain"),
        text("Hello"),
        Event::Ping(b"1".into()),
        Event::Pong(b"2".into()),
        text("Hello"),
        binary(b"ab"),
        binary(b"Hello"),
    ];
    for context_takeover in [false, true] {
        assert_eq!(read_deflate(&wire, context_takeover).events, expected);
    }
}

#[test]
fn a_plain_message_is_no_part_of_the_history() {
    let wire = [
        rsv1_frame(true, Opcode::Text, &HELLO),
        frame(true, Opcode::Text, b"other"),
        rsv1_frame(true, Opcode::Text, b"\xf2\x00\x11\x00\x00"),
    ]
    .concat();
    assert_eq!(read_deflate(&wire, true).events, [text("Hello"), text("other"), text("Hello")]);
}

#[test]
fn the_peer_of_a_client_may_compress_too() {
    let mut reader = MessageReader::new(Role::Client, LIMITS);
    reader.set_deflate(Direction { window_bits: 15, context_takeover: true });
    let outcome =
        read_pieces(reader, [&[&[0xC1, 0x07], &HELLO[..], &[0xC1, 0x05], b"\xf2\x00\x11\x00\x00"].concat()[..]]);
    assert_eq!(outcome.events, [text("Hello"), text("Hello")]);
}

#[test]
fn text_is_checked_behind_inflating() {
    let message = "aé€😀zκόσμε";
    let payload = compressed(message.as_bytes());
    for cut in 0..payload.len() {
        let wire =
            [rsv1_frame(false, Opcode::Text, &payload[..cut]), frame(true, Opcode::Continuation, &payload[cut..])]
                .concat();
        assert_eq!(read_deflate(&wire, false).events, [text(message)], "fragment {cut}");
    }
    for (bytes, expected) in [
        (&b"ab\xFF"[..], ProtocolViolation::InvalidUtf8),
        (b"ab\xED\xA0\x80", ProtocolViolation::InvalidUtf8),
        (b"ab\xE2\x82", ProtocolViolation::TruncatedUtf8),
    ] {
        let outcome = read_one(Opcode::Text, &compressed(bytes));
        assert_eq!(outcome, Outcome { events: vec![], violation: Some(expected) });
        assert_eq!(expected.close_code(), CloseCode::INVALID_PAYLOAD);
        assert_eq!(read_one(Opcode::Binary, &compressed(bytes)).events, [binary(bytes)]);
    }
}

#[test]
fn code_points_are_whole_wherever_inflating_stops_for_more_room() {
    let limits = MessageLimits { max_text_bytes: 1 << 20, ..LIMITS };
    // The room begins with four times the input and doubles: each start of the text moves all borders by a byte.
    for before in 0..4 {
        for code_point in ["é", "€", "😀"] {
            let message = "x".repeat(before) + &code_point.repeat(100_000);
            let wire = rsv1_frame(true, Opcode::Text, &compressed(message.as_bytes()));
            assert!(wire.len() < 2000, "{} bytes", wire.len());
            let outcome = read_pieces(deflate_reader(limits, false), [&wire[..]]);
            assert!(outcome.events == [text(&message)], "{before} before {code_point}");
        }
    }
}

#[test]
fn a_compressed_message_is_one_part_in_partial_delivery() {
    let wire = [
        rsv1_frame(false, Opcode::Text, &HELLO[..3]),
        frame(true, Opcode::Continuation, &HELLO[3..]),
        frame(true, Opcode::Text, b"plain"),
    ]
    .concat();
    let mut reader = deflate_reader(LIMITS, true);
    reader.set_partial_delivery(true);
    assert_eq!(read_pieces(reader, [&wire[..4], &wire[4..]]).events, [text("Hello"), text("plain")]);
}

#[test]
fn a_session_that_never_compressed_holds_nothing() {
    let mut inflater = Inflater::default();
    let mut reader = deflate_reader(LIMITS, true);
    let mut outcome = Outcome::default();
    assert!(feed_with(&mut inflater, &mut reader, &frame(true, Opcode::Text, b"plain"), &mut outcome));
    assert_eq!((reader.held_bytes(), reader.history_bytes()), (0, 0));
    assert_eq!(format!("{inflater:?}"), format!("{:?}", Inflater::default()), "not allocated yet");
}

#[test]
fn the_history_grows_with_what_came_up_to_the_window_and_goes_with_the_session() {
    let limits = MessageLimits { max_binary_bytes: 1 << 20, ..LIMITS };
    for (window_bits, most_bytes) in [(15, 32_768), (10, 1024), (9, 512), (8, 512)] {
        let mut reader = MessageReader::new(Role::Server, limits);
        reader.set_deflate(Direction { window_bits, context_takeover: true });
        let mut outcome = Outcome::default();
        let mut arrived = 0;
        for bytes in [1, 10, 100, 1000, 10_000, 100_000, 7] {
            feed(&mut reader, &rsv1_frame(true, Opcode::Binary, &compressed(&vec![7; bytes])), &mut outcome);
            arrived += bytes;
            assert!(reader.history_bytes() >= arrived.min(most_bytes), "{} of {arrived}", reader.history_bytes());
            assert!(reader.history_bytes() <= (2 * arrived).min(most_bytes), "{} of {arrived}", reader.history_bytes());
        }
        assert_eq!(reader.held_bytes(), 0);
        feed(&mut reader, &frame(true, Opcode::Close, b""), &mut outcome);
        assert_eq!(reader.history_bytes(), 0);
    }
}
