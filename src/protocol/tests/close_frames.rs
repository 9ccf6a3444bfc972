//! The closing handshake (RFC 6455 sections 5.5.1 and 7). Lines 10 and 11.

use super::support::*;
use crate::protocol::*;

fn close_payload(code: u16, reason: &[u8]) -> Vec<u8> {
    [&code.to_be_bytes()[..], reason].concat()
}

fn reason(code: u16, reason: &str) -> CloseReason {
    CloseReason::new(CloseCode(code), reason)
}

#[test]
fn an_empty_close_frame_has_no_reason() {
    assert_eq!(read_as_server(&frame(true, Opcode::Close, b"")).events, [Event::Close(None)]);
}

#[test]
fn codes_that_a_peer_may_send_pass_with_their_reason() {
    for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999] {
        let outcome = read_as_server(&frame(true, Opcode::Close, &close_payload(code, "tschüß".as_bytes())));
        assert_eq!(outcome.events, [Event::Close(Some(reason(code, "tschüß")))]);
    }
}

#[test]
fn codes_that_nobody_may_send_are_refused() {
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535] {
        let found = violation(&frame(true, Opcode::Close, &close_payload(code, b"")));
        assert_eq!(found, ProtocolViolation::InvalidCloseCode { code });
        assert_eq!(found.close_code(), CloseCode::PROTOCOL_ERROR);
    }
}

#[test]
fn half_a_code_is_refused() {
    assert_eq!(violation(&frame(true, Opcode::Close, &[3])), ProtocolViolation::TruncatedCloseCode);
}

#[test]
fn a_reason_that_is_not_utf8_is_refused() {
    for bad in [&b"\xFF"[..], b"\xED\xA0\x80", "é".as_bytes().split_at(1).0] {
        let found = violation(&frame(true, Opcode::Close, &close_payload(1000, bad)));
        assert_eq!(found, ProtocolViolation::InvalidCloseReason);
        assert_eq!(found.close_code(), CloseCode::INVALID_PAYLOAD);
    }
}

#[test]
fn the_longest_reason_passes() {
    let longest = "x".repeat(MAX_REASON_BYTES);
    let outcome = read_as_server(&frame(true, Opcode::Close, &close_payload(4000, longest.as_bytes())));
    assert_eq!(outcome.events, [Event::Close(Some(reason(4000, &longest)))]);
}

#[test]
fn nothing_is_read_after_a_close_frame() {
    let mut wire = frame(true, Opcode::Close, &close_payload(1000, b"bye"));
    wire.extend(frame(true, Opcode::Text, b"late"));
    wire.extend([0xFF; 20]);
    let outcome = read_as_server(&wire);
    assert_eq!(outcome, Outcome { events: vec![Event::Close(Some(reason(1000, "bye")))], violation: None });
}

#[test]
fn a_close_frame_inside_a_message_ends_the_stream() {
    let wire = [frame(false, Opcode::Text, b"half"), frame(true, Opcode::Close, b"")].concat();
    assert_eq!(read_as_server(&wire).events, [Event::Close(None)]);
}

#[test]
fn what_is_encoded_is_what_the_peer_reads() {
    for (sent, expected) in [
        (None, None),
        (Some(reason(1000, "")), Some(reason(1000, ""))),
        (Some(reason(4321, "wiedersehen")), Some(reason(4321, "wiedersehen"))),
        (Some(reason(1005, "not sent")), None),
        (Some(reason(1006, "not sent")), None),
    ] {
        let mut wire = Vec::new();
        encode_close(&mut wire, sent.as_ref(), Some(KEY));
        assert_eq!(read_as_server(&wire).events, [Event::Close(expected)]);
    }
}

#[test]
fn a_long_reason_is_cut_to_123_bytes_at_a_code_point() {
    for length in [122, 123] {
        let short = "x".repeat(length);
        assert_eq!(truncate_reason(&short), short);
    }
    assert_eq!(truncate_reason(&"x".repeat(124)).len(), 123);
    for code_point in ["é", "€", "😀"] {
        for before in 0..4 {
            let long = "x".repeat(before) + &code_point.repeat(100);
            let cut = truncate_reason(&long);
            assert!(long.starts_with(cut));
            assert!(cut.len() <= 123 && cut.len() + code_point.len() > 123, "{} bytes", cut.len());
        }
    }
    let mut wire = Vec::new();
    encode_close(&mut wire, Some(&reason(1000, &"😀".repeat(50))), Some(KEY));
    assert_eq!(read_as_server(&wire).events, [Event::Close(Some(reason(1000, &"😀".repeat(30))))]);
}

#[test]
fn codes_that_may_be_sent_are_those_with_a_meaning_on_the_wire() {
    for code in [1000, 1001, 1012, 1013, 1014, 3000, 4999] {
        assert!(CloseCode(code).may_be_sent(), "{code}");
    }
    for code in [0, 999, 1005, 1006, 1015, 5000, 65_535] {
        assert!(!CloseCode(code).may_be_sent(), "{code}");
    }
    let receivable = (0..=u16::MAX).map(CloseCode).filter(|code| code.may_be_received());
    assert!(receivable.into_iter().all(CloseCode::may_be_sent), "every received code can be echoed");
}

#[test]
fn the_closing_handshake_sends_one_close_whoever_starts() {
    let mut we_start = ClosingState::Open;
    assert!(we_start.handle_close_sent());
    assert!(!we_start.may_send() && we_start.may_receive());
    assert!(!we_start.handle_close_sent(), "no second close frame");
    assert!(!we_start.handle_close_received(), "no answer is owed");
    assert_eq!(we_start, ClosingState::Closed);

    let mut peer_starts = ClosingState::Open;
    assert!(peer_starts.handle_close_received(), "an answer is owed");
    assert!(!peer_starts.may_send() && !peer_starts.may_receive());
    assert!(peer_starts.handle_close_sent());
    assert_eq!(peer_starts, ClosingState::Closed);

    let mut lost = ClosingState::Open;
    lost.handle_connection_lost();
    assert!(!lost.handle_close_sent(), "nothing can be sent any more");
}
