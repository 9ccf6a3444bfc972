//! Text is UTF-8, checked as it arrives (RFC 6455 section 8.1, RFC 3629). Lines 15 to 17.

use super::support::*;
use crate::protocol::*;

const BAD: [&[u8]; 14] = [
    b"\x80",                                         // continuation byte alone
    b"\xC0\x80",                                     // overlong NUL
    b"\xC1\xBF",                                     // overlong
    b"\xE0\x80\x80",                                 // overlong
    b"\xE0\x9F\xBF",                                 // overlong
    b"\xED\xA0\x80",                                 // surrogate U+D800
    b"\xED\xBF\xBF",                                 // surrogate U+DFFF
    b"\xF0\x80\x80\x80",                             // overlong
    b"\xF0\x8F\xBF\xBF",                             // overlong
    b"\xF4\x90\x80\x80",                             // U+110000
    b"\xF5\x80\x80\x80",                             // above every code point
    b"\xFE",                                         // never in UTF-8
    b"\xFF",                                         // never in UTF-8
    b"\xCE\xBA\xE1\xBD\xB9\xCF\x80\xED\xA0\x80\x65", // Autobahn 6.3
];

const GOOD: [&str; 8] =
    ["", "a", "\0", "\u{80}", "\u{7FF}\u{800}", "\u{D7FF}\u{E000}\u{FFFD}", "\u{10000}\u{10FFFF}", "κόσμε 😀"];

/// Pads so that the SIMD validator is used too.
fn padded(bytes: &[u8], before: usize, after: usize) -> Vec<u8> {
    [&vec![b'x'; before][..], bytes, &vec![b'y'; after]].concat()
}

#[test]
fn valid_text_passes_in_every_cut_and_ascii_is_told() {
    for good in GOOD {
        for (before, after) in [(0, 0), (40, 0), (0, 40), (30, 31)] {
            let bytes = padded(good.as_bytes(), before, after);
            let message = String::from_utf8(bytes).expect("valid");
            assert_eq!(read_as_server(&frame(true, Opcode::Text, message.as_bytes())).events, [text(&message)]);
        }
    }
}

#[test]
fn invalid_text_is_refused_in_every_cut() {
    for bad in BAD {
        for (before, after) in [(0, 0), (40, 0), (0, 40), (31, 2)] {
            let found = violation(&frame(true, Opcode::Text, &padded(bad, before, after)));
            assert_eq!(found, ProtocolViolation::InvalidUtf8, "{bad:x?} with {before} and {after} around");
            assert_eq!(found.close_code(), CloseCode::INVALID_PAYLOAD);
        }
    }
}

#[test]
fn a_text_that_ends_inside_a_code_point_is_refused() {
    let whole = "é€😀";
    for end in [1, 3, 4, 6, 7, 8] {
        let wire = frame(true, Opcode::Text, &whole.as_bytes()[..end]);
        assert_eq!(violation(&wire), ProtocolViolation::TruncatedUtf8, "{end} bytes");
    }
}

#[test]
fn code_points_may_be_split_over_fragments_at_every_byte() {
    let message = "aé€😀z";
    for cut in 0..=message.len() {
        let (left, right) = message.as_bytes().split_at(cut);
        let wire = [
            frame(false, Opcode::Text, left),
            frame(true, Opcode::Ping, "é".as_bytes()),
            frame(false, Opcode::Continuation, b""),
            frame(true, Opcode::Continuation, right),
        ]
        .concat();
        assert_eq!(read_as_server(&wire).events, [Event::Ping("é".into()), text(message)], "cut at {cut}");
    }
}

#[test]
fn an_invalid_byte_early_in_a_declared_gigabyte_fails_at_once() {
    let limits =
        MessageLimits { max_text_bytes: u32::MAX, max_binary_bytes: u32::MAX, max_fragments: DEFAULT_MAX_FRAGMENTS };
    let mut wire = header(true, Opcode::Text, 1 << 30);
    let payload_start = wire.len();
    wire.extend_from_slice(b"hello \xFF");
    apply_mask(&mut wire[payload_start..], KEY, 0);
    let outcome = read(|| MessageReader::new(Role::Server, limits), &wire);
    assert_eq!(outcome.violation, Some(ProtocolViolation::InvalidUtf8));
}

#[test]
fn a_code_point_that_cannot_become_valid_fails_before_it_is_complete() {
    // Autobahn 6.4.1 to 6.4.4 in their strict reading: the second byte shows that nothing valid can follow.
    for prefix in [&b"\xF4\x90"[..], b"\xED\xA0", b"\xE0\x9F", b"\xF0\x8F", b"\xF0\x90\x41", b"\xC1", b"\xF5"] {
        for before in [0, 40] {
            let wire = frame(false, Opcode::Text, &padded(prefix, before, 0));
            assert_eq!(violation(&wire), ProtocolViolation::InvalidUtf8, "{prefix:x?}");
        }
    }
}

#[test]
fn a_code_point_that_may_still_become_valid_is_waited_for() {
    for prefix in [&b"\xF4"[..], b"\xF4\x8F", b"\xF4\x8F\xBF", b"\xED\x9F", b"\xE0\xA0", b"\xC2"] {
        assert_eq!(read_as_server(&frame(false, Opcode::Text, prefix)), Outcome::default(), "{prefix:x?}");
    }
}

#[test]
fn binary_messages_take_every_byte() {
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(read_as_server(&frame(true, Opcode::Binary, &all)).events, [binary(&all)]);
}

#[test]
fn the_validator_agrees_with_the_standard_library_on_every_short_sequence() {
    let interesting =
        [0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xE0, 0xED, 0xF0, 0xF4, 0xF5, 0xFF];
    let count = interesting.len();
    for number in 0..count.pow(4) {
        let bytes = [0, 1, 2, 3].map(|digit: u32| interesting[number / count.pow(digit) % count]);
        let mut validator = Utf8Validator::new();
        let in_bytes =
            bytes.chunks(1).try_for_each(|byte| validator.handle_bytes(byte)).and_then(|()| validator.finish());
        let mut validator = Utf8Validator::new();
        let whole = validator.handle_bytes(&bytes).and_then(|()| validator.finish());
        let expected = std::str::from_utf8(&bytes).is_ok();
        assert_eq!((in_bytes.is_ok(), whole.is_ok()), (expected, expected), "{bytes:x?}");
    }
}
