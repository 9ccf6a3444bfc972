//! Partial delivery: parts of messages as they arrive. Line 19.

use super::support::*;
use crate::protocol::*;

fn partial_reader() -> MessageReader {
    let mut reader = server_reader();
    reader.set_partial_delivery(true);
    reader
}

fn part(bytes: &[u8], kind: DataKind, first: bool, last: bool) -> Event {
    let ascii = kind == DataKind::Text && bytes.is_ascii();
    Event::Message { kind, bytes: bytes.into(), ascii, first, last }
}

/// Joins parts of text, checking that each is UTF-8 by itself and that the flags frame the messages.
fn join_texts(outcome: &Outcome) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let mut open = false;
    for event in &outcome.events {
        let Event::Message { bytes, ascii, first, last, .. } = event else {
            continue;
        };
        assert_eq!(*first, !open);
        assert!(*last || !bytes.is_empty(), "empty parts come only last");
        assert!(!ascii || bytes.is_ascii());
        if *first {
            texts.push(String::new());
        }
        let whole = texts.last_mut().expect("the first part has begun a text");
        whole.push_str(std::str::from_utf8(bytes).expect("no part splits a code point"));
        open = !last;
    }
    assert!(!open, "the last part of the last message came");
    texts
}

#[test]
fn each_fragment_and_each_read_gives_a_part() {
    let wire = [frame(false, Opcode::Text, b"abc"), frame(true, Opcode::Continuation, b"def")].concat();
    let cut = wire.len() - 1;
    let outcome = read_pieces(partial_reader(), [&wire[..cut], &wire[cut..]]);
    let expected = [
        part(b"abc", DataKind::Text, true, false),
        part(b"de", DataKind::Text, false, false),
        part(b"f", DataKind::Text, false, true),
    ];
    assert_eq!(outcome.events, expected);
}

#[test]
fn a_whole_message_is_one_part_and_an_empty_end_is_told() {
    let wire = [
        frame(true, Opcode::Binary, b"one"),
        frame(false, Opcode::Binary, b""),
        frame(false, Opcode::Continuation, b"two"),
        frame(true, Opcode::Continuation, b""),
        frame(true, Opcode::Text, b""),
    ]
    .concat();
    let expected = [
        part(b"one", DataKind::Binary, true, true),
        part(b"two", DataKind::Binary, true, false),
        part(b"", DataKind::Binary, false, true),
        part(b"", DataKind::Text, true, true),
    ];
    assert_eq!(read_pieces(partial_reader(), [&wire[..]]).events, expected);
}

#[test]
fn no_part_splits_a_code_point_wherever_the_stream_is_cut() {
    let message = "aé€😀zκόσμε";
    for fragment in 1..message.len() {
        let mut wire = frame(false, Opcode::Text, &message.as_bytes()[..fragment]);
        wire.extend(frame(true, Opcode::Continuation, &message.as_bytes()[fragment..]));
        wire.extend(frame(true, Opcode::Text, "ü".as_bytes()));
        for cut in 0..wire.len() {
            let outcome = read_pieces(partial_reader(), [&wire[..cut], &wire[cut..]]);
            assert_eq!(join_texts(&outcome), [message, "ü"], "fragment {fragment}, cut {cut}");
        }
        assert_eq!(join_texts(&read_pieces(partial_reader(), wire.chunks(1))), [message, "ü"]);
    }
}

#[test]
fn bad_text_is_refused_in_parts_too() {
    for (bytes, expected) in [
        (&b"ab\xFF"[..], ProtocolViolation::InvalidUtf8),
        (b"ab\xF4\x90", ProtocolViolation::InvalidUtf8),
        (b"ab\xE2\x82", ProtocolViolation::TruncatedUtf8),
    ] {
        let wire = frame(true, Opcode::Text, bytes);
        assert_eq!(read_pieces(partial_reader(), wire.chunks(1)).violation, Some(expected));
        assert_eq!(read_pieces(partial_reader(), [&wire[..]]).violation, Some(expected));
    }
}

#[test]
fn a_message_beyond_the_limits_passes_in_parts_and_holds_nothing() {
    let mut reader = partial_reader();
    let mut outcome = Outcome::default();
    feed(&mut reader, &header(true, Opcode::Binary, 1_000_000), &mut outcome);
    for _ in 0..1000 {
        feed(&mut reader, &[7; 1000], &mut outcome);
        assert_eq!(reader.held_bytes(), 0);
    }
    assert_eq!((outcome.events.len(), outcome.violation), (1000, None));
}

#[test]
fn switching_counts_from_the_next_message_on() {
    let mut reader = server_reader();
    let mut outcome = Outcome::default();
    feed(&mut reader, &frame(false, Opcode::Text, b"a"), &mut outcome);
    reader.set_partial_delivery(true);
    feed(&mut reader, &frame(true, Opcode::Continuation, b"b"), &mut outcome);
    feed(&mut reader, &frame(false, Opcode::Text, b"c"), &mut outcome);
    assert_eq!(outcome.events, [text("ab"), part(b"c", DataKind::Text, true, false)]);
}

#[test]
fn empty_continuations_without_end_give_no_parts_and_hold_nothing() {
    let mut reader = partial_reader();
    let mut outcome = Outcome::default();
    feed(&mut reader, &frame(false, Opcode::Text, b"a"), &mut outcome);
    let empties = frame(false, Opcode::Continuation, b"").repeat(1000);
    for _ in 0..131 {
        feed(&mut reader, &empties, &mut outcome);
        assert_eq!(reader.held_bytes(), 0);
    }
    assert_eq!(outcome, Outcome { events: vec![part(b"a", DataKind::Text, true, false)], violation: None });
}
