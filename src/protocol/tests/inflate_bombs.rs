//! Compressed messages that are larger than they look: the limit counts inflated bytes. Lines 22 and 26.

use super::support::*;
use crate::protocol::*;

const TOO_BIG: ProtocolViolation =
    ProtocolViolation::MessageTooBig { limit_bytes: LIMITS.max_binary_bytes, setting: LimitSetting::Binary };

/// As small as deflate makes it: 1,000 to 1 for many equal bytes.
fn compressed(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Deflater::new(15, 9).compress_message(payload, false, &mut out);
    out
}

/// Bytes that deflate cannot make smaller.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    std::iter::repeat_with(next).take(bytes).collect()
}

fn limits(max_binary_bytes: u32) -> MessageLimits {
    MessageLimits { max_binary_bytes, ..LIMITS }
}

#[test]
fn a_bomb_ends_with_1009_in_one_frame_and_over_fragments() {
    let bomb = compressed(&vec![0; 1_000_000]);
    assert!(bomb.len() < 1100, "{} bytes", bomb.len());
    let mut fragments = rsv1_frame(false, Opcode::Binary, &bomb[..1]);
    for byte in &bomb[1..] {
        fragments.extend(frame(false, Opcode::Continuation, &[*byte]));
    }
    fragments.extend(frame(true, Opcode::Continuation, b""));
    for wire in [rsv1_frame(true, Opcode::Binary, &bomb), fragments] {
        for pieces in [wire.chunks(wire.len()), wire.chunks(1)] {
            let outcome = read_pieces(deflate_reader(LIMITS, false), pieces);
            assert_eq!(outcome, Outcome { events: vec![], violation: Some(TOO_BIG) });
            assert_eq!(TOO_BIG.close_code(), CloseCode::MESSAGE_TOO_BIG);
        }
    }
}

#[test]
fn who_waits_only_for_the_close_frame_inflates_nothing() {
    let bomb = rsv1_frame(true, Opcode::Binary, &compressed(&vec![0; 1_000_000]));
    let wire = [bomb.repeat(3), frame(true, Opcode::Ping, b"p"), frame(true, Opcode::Close, b"")].concat();
    let mut reader = deflate_reader(LIMITS, true);
    reader.stop_inflating();

    let outcome = read_pieces(reader, [&wire[..]]);

    assert_eq!(outcome.violation, None);
    assert_eq!(outcome.events[..3], [binary(b""), binary(b""), binary(b"")]);
    assert_eq!(outcome.events.len(), 5, "the ping and the Close frame behind them");
}

#[test]
fn a_bomb_over_the_takeover_window_ends_with_1009() {
    // Less than a window by what zlib needs to look ahead.
    let window = noise(32_000);
    let mut deflater = Deflater::new(15, 9);
    let mut first = Vec::new();
    deflater.compress_message(&window, true, &mut first);
    let mut second = Vec::new();
    deflater.compress_message(&window.repeat(8), true, &mut second);
    assert!(second.len() < 4000, "{} bytes", second.len());
    let wire = [rsv1_frame(true, Opcode::Binary, &first), rsv1_frame(true, Opcode::Binary, &second)].concat();
    let outcome = read_pieces(deflate_reader(limits(40_000), true), [&wire[..]]);
    assert_eq!(outcome.events, [binary(&window)]);
    assert!(matches!(outcome.violation, Some(ProtocolViolation::MessageTooBig { limit_bytes: 40_000, .. })));
    let enough = read_pieces(deflate_reader(limits(1 << 20), true), [&wire[..]]);
    assert_eq!(enough.events[1], binary(&window.repeat(8)));
}

#[test]
fn inflating_stops_one_byte_beyond_the_limit() {
    // What follows the surplus byte is corrupt, and is never looked at.
    let bomb = [&compressed(&[0; 2001])[..], b"\x07"].concat();
    let wire = rsv1_frame(true, Opcode::Binary, &bomb);
    assert_eq!(read_pieces(deflate_reader(LIMITS, false), [&wire[..]]).violation, Some(TOO_BIG));
    let enough = read_pieces(deflate_reader(limits(2001), false), [&wire[..]]);
    assert_eq!(enough.violation, Some(ProtocolViolation::InvalidDeflate));
}

#[test]
fn the_limit_passes_and_one_byte_more_does_not() {
    for content in [vec![b'x'; 70_000], noise(70_000)] {
        for limit in [0, 1, 100, 511, 512, 513, 1000, 4096, 32_768, 65_535, 65_536, 69_000] {
            for bytes in [limit.max(1) - 1, limit, limit + 1] {
                let wire = rsv1_frame(true, Opcode::Binary, &compressed(&content[..bytes]));
                let outcome = read_pieces(deflate_reader(limits(limit as u32), true), wire.chunks(5000));
                if bytes <= limit {
                    assert_eq!(outcome.events, [binary(&content[..bytes])], "{bytes} of {limit}");
                } else {
                    assert_eq!(outcome.events, []);
                    assert_eq!(outcome.violation.map(ProtocolViolation::close_code), Some(CloseCode::MESSAGE_TOO_BIG));
                }
            }
        }
    }
}

#[test]
fn text_and_binary_have_their_own_limits_and_parts_do_not_get_around_them() {
    for (opcode, limit_bytes, setting) in
        [(Opcode::Text, 1000, LimitSetting::Text), (Opcode::Binary, 2000, LimitSetting::Binary)]
    {
        let wire = rsv1_frame(true, opcode, &compressed(&vec![b'x'; limit_bytes as usize + 1]));
        for partial in [false, true] {
            let mut reader = deflate_reader(LIMITS, false);
            reader.set_partial_delivery(partial);
            let violation = read_pieces(reader, [&wire[..]]).violation;
            assert_eq!(violation, Some(ProtocolViolation::MessageTooBig { limit_bytes, setting }));
        }
    }
}

#[test]
fn room_for_the_result_is_bounded_by_the_limit() {
    let mut inflater = Inflater::default();
    for limit in [0, 1, 100, 1000, 100_000, 1_000_000] {
        for bytes in [limit / 2, limit.max(1) - 1, limit] {
            let inflated = inflater.inflate(&compressed(&vec![0; bytes]), &[], limit).expect("within the limit");
            assert_eq!(inflated.len(), bytes);
            assert!(inflated.capacity() <= limit + 1, "{} for {bytes} of {limit}", inflated.capacity());
        }
    }
}

#[test]
fn what_is_collected_is_bounded_by_the_limit_too() {
    let most = 2000 + 2000 / 8 + 1024;
    let head = |payload_bytes| {
        let mut wire = header(false, Opcode::Binary, payload_bytes);
        wire[0] |= 0x40;
        wire
    };
    let outcome = read_pieces(deflate_reader(LIMITS, false), [&head(most + 1)[..]]);
    assert_eq!(outcome.violation, Some(TOO_BIG), "the declared length decides");

    let mut reader = deflate_reader(LIMITS, false);
    let mut outcome = Outcome::default();
    feed(&mut reader, &[head(most), vec![0; most]].concat(), &mut outcome);
    assert_eq!(outcome, Outcome::default());
    assert!((most..=most).contains(&reader.held_bytes()), "{} held", reader.held_bytes());
    feed(&mut reader, &frame(false, Opcode::Continuation, b""), &mut outcome);
    assert_eq!(outcome.violation, None);
    feed(&mut reader, &frame(false, Opcode::Continuation, b"x"), &mut outcome);
    assert_eq!((outcome.violation, reader.held_bytes()), (Some(TOO_BIG), 0));
}

#[test]
fn an_incompressible_message_at_the_limit_passes_whatever_its_sender_makes_of_it() {
    for level in 1..=9 {
        let content = noise(1 << 20);
        let mut payload = Vec::new();
        Deflater::new(9, level).compress_message(&content, false, &mut payload);
        let wire = rsv1_frame(true, Opcode::Binary, &payload);
        let outcome = read_pieces(deflate_reader(limits(1 << 20), false), wire.chunks(65_536));
        assert_eq!((outcome.events.len(), outcome.violation), (1, None), "level {level}: {} bytes", payload.len());
    }
}

#[test]
fn a_compressed_message_may_have_as_many_fragments_as_the_limit_and_no_more() {
    for partial in [false, true] {
        let limits = MessageLimits { max_fragments: 3, ..LIMITS };
        let fragments = |count: usize| {
            let mut wire = rsv1_frame(false, Opcode::Binary, b"");
            wire.extend(frame(false, Opcode::Continuation, b"").repeat(count - 2));
            wire.extend(frame(true, Opcode::Continuation, &compressed(b"x")));
            let mut reader = deflate_reader(limits, false);
            reader.set_partial_delivery(partial);
            read_pieces(reader, [&wire[..]])
        };
        assert_eq!(fragments(3).events, [binary(b"x")]);
        assert_eq!(fragments(4).violation, Some(ProtocolViolation::TooManyFragments { limit: 3 }));
    }
}

#[test]
fn last_blocks_without_end_are_refused_as_each_copies_the_history() {
    let last_blocks = |count: usize| {
        let wire = rsv1_frame(true, Opcode::Binary, &[b"\x03\x00".repeat(count), vec![0]].concat());
        read_pieces(deflate_reader(LIMITS, true), [&wire[..]])
    };
    assert_eq!(last_blocks(16).events, [binary(b"")]);
    assert_eq!(last_blocks(500).violation, Some(ProtocolViolation::InvalidDeflate));
}
