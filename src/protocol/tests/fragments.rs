//! Messages in fragments and their limits (RFC 6455 section 5.4). Lines 8, 18 to 20.

use super::support::*;
use crate::protocol::*;

fn join(frames: &[Vec<u8>]) -> Vec<u8> {
    frames.concat()
}

#[test]
fn fragments_are_joined_and_control_frames_between_them_come_first() {
    let wire = join(&[
        frame(false, Opcode::Text, b"a"),
        frame(true, Opcode::Ping, b"1"),
        frame(false, Opcode::Continuation, b""),
        frame(true, Opcode::Pong, b"2"),
        frame(true, Opcode::Continuation, b"b"),
        frame(true, Opcode::Binary, b"c"),
    ]);
    let expected = [Event::Ping(b"1".into()), Event::Pong(b"2".into()), text("ab"), binary(b"c")];
    assert_eq!(read_as_server(&wire).events, expected);
}

#[test]
fn empty_messages_are_messages() {
    let wire = join(&[
        frame(true, Opcode::Text, b""),
        frame(false, Opcode::Binary, b""),
        frame(true, Opcode::Continuation, b""),
    ]);
    assert_eq!(read_as_server(&wire).events, [text(""), binary(b"")]);
}

#[test]
fn a_continuation_without_a_message_is_refused() {
    assert_eq!(violation(&frame(true, Opcode::Continuation, b"x")), ProtocolViolation::ContinuationWithoutMessage);
    let wire = join(&[frame(true, Opcode::Text, b"done"), frame(false, Opcode::Continuation, b"x")]);
    let outcome = read_as_server(&wire);
    assert_eq!(outcome.events, [text("done")]);
    assert_eq!(outcome.violation, Some(ProtocolViolation::ContinuationWithoutMessage));
}

#[test]
fn a_new_message_inside_a_message_is_refused() {
    for opcode in [Opcode::Text, Opcode::Binary] {
        let wire = join(&[frame(false, Opcode::Text, b"a"), frame(true, opcode, b"b")]);
        assert_eq!(violation(&wire), ProtocolViolation::DataInsideMessage { opcode });
    }
}

#[test]
fn a_message_at_the_limit_passes_and_one_byte_over_is_refused_at_its_header() {
    for (opcode, limit, setting) in
        [(Opcode::Text, 1000, LimitSetting::Text), (Opcode::Binary, 2000, LimitSetting::Binary)]
    {
        for size in [limit - 1, limit] {
            let outcome = read_as_server(&frame(true, opcode, &vec![b'x'; size]));
            assert_eq!((outcome.events.len(), outcome.violation), (1, None), "{size} bytes");
        }
        let expected = ProtocolViolation::MessageTooBig { limit_bytes: limit as u32, setting };
        for size in [limit + 1, limit + 2] {
            assert_eq!(violation(&header(true, opcode, size)), expected);
        }
    }
}

#[test]
fn the_limit_counts_all_fragments() {
    let in_three = |last: usize| {
        join(&[
            frame(false, Opcode::Text, &[b'x'; 600]),
            frame(false, Opcode::Continuation, &[b'x'; 400 - 7]),
            frame(true, Opcode::Continuation, &vec![b'x'; last]),
        ])
    };
    assert_eq!(read_as_server(&in_three(6)).events.len(), 1);
    assert_eq!(read_as_server(&in_three(7)).events.len(), 1);
    for last in [8, 9] {
        let expected = ProtocolViolation::MessageTooBig { limit_bytes: 1000, setting: LimitSetting::Text };
        assert_eq!(violation(&in_three(last)), expected);
    }
}

#[test]
fn a_new_limit_counts_from_the_next_message_on() {
    let mut reader = server_reader();
    let mut outcome = Outcome::default();
    feed(&mut reader, &frame(false, Opcode::Text, b"12"), &mut outcome);
    reader.set_limits(MessageLimits { max_text_bytes: 3, max_binary_bytes: 3, ..LIMITS });
    feed(&mut reader, &frame(true, Opcode::Continuation, b"345"), &mut outcome);
    feed(&mut reader, &frame(true, Opcode::Text, b"678"), &mut outcome);
    assert_eq!((&outcome.events[..], outcome.violation), (&[text("12345"), text("678")][..], None));

    feed(&mut reader, &frame(true, Opcode::Text, b"9876"), &mut outcome);
    let expected = ProtocolViolation::MessageTooBig { limit_bytes: 3, setting: LimitSetting::Text };
    assert_eq!(outcome.violation, Some(expected));
}

#[test]
fn endless_fragments_end_at_the_limit_whether_empty_or_of_one_byte() {
    for payload in [&b""[..], b"x"] {
        let limits =
            MessageLimits { max_text_bytes: 1 << 20, max_binary_bytes: 1 << 20, max_fragments: DEFAULT_MAX_FRAGMENTS };
        let fragments = |count: u32, last: bool| {
            let mut wire = frame(false, Opcode::Binary, payload);
            for _ in 2..count {
                wire.extend(frame(false, Opcode::Continuation, payload));
            }
            wire.extend(frame(last, Opcode::Continuation, payload));
            read_pieces(MessageReader::new(Role::Server, limits), wire.chunks(4096))
        };
        let at_limit = fragments(DEFAULT_MAX_FRAGMENTS, true);
        assert_eq!((at_limit.events.len(), at_limit.violation), (1, None));
        for count in [DEFAULT_MAX_FRAGMENTS + 1, 131_072] {
            let over = fragments(count, false);
            assert_eq!(over.events, []);
            let violation = over.violation.expect("too many fragments");
            assert_eq!(violation, ProtocolViolation::TooManyFragments { limit: DEFAULT_MAX_FRAGMENTS });
            assert_eq!(violation.close_code(), CloseCode::POLICY_VIOLATION);
        }
    }
}

#[test]
fn held_bytes_grow_with_what_arrives_and_go_with_the_message() {
    let limits =
        MessageLimits { max_text_bytes: 1 << 20, max_binary_bytes: 1 << 20, max_fragments: DEFAULT_MAX_FRAGMENTS };
    let mut reader = MessageReader::new(Role::Server, limits);
    let mut outcome = Outcome::default();
    let wire = frame(true, Opcode::Binary, &vec![9; 1 << 20]);
    let mut arrived = 0;
    for piece in wire[..wire.len() - 1].chunks(10_000) {
        feed(&mut reader, piece, &mut outcome);
        arrived += piece.len();
        assert!(reader.held_bytes() + 14 >= arrived, "{} of {arrived}", reader.held_bytes());
        assert!(reader.held_bytes() <= (2 * arrived).min(1 << 20), "{} of {arrived}", reader.held_bytes());
    }
    feed(&mut reader, &wire[wire.len() - 1..], &mut outcome);
    assert_eq!(outcome.events.len(), 1);
    assert_eq!(reader.held_bytes(), 0);
}

#[test]
fn a_violation_and_a_close_free_what_was_held() {
    for end in [frame(true, Opcode::Text, b"x"), frame(true, Opcode::Close, b"")] {
        let mut reader = server_reader();
        let mut outcome = Outcome::default();
        feed(&mut reader, &frame(false, Opcode::Text, &[b'x'; 500]), &mut outcome);
        assert!(reader.held_bytes() >= 500);
        feed(&mut reader, &end, &mut outcome);
        assert_eq!(reader.held_bytes(), 0);
    }
}

#[test]
fn nothing_is_read_after_a_violation() {
    let mut reader = server_reader();
    let mut outcome = Outcome::default();
    assert!(!feed(&mut reader, &[0x83, 0x80], &mut outcome));
    assert!(feed(&mut reader, &frame(true, Opcode::Text, b"late"), &mut outcome));
    assert_eq!(outcome.events, []);
}
