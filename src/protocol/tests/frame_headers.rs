//! What one frame can show (RFC 6455 sections 5.1, 5.2, 5.5). Lines 1 to 14.

use super::support::*;
use crate::protocol::*;

#[test]
fn lengths_at_the_borders_of_the_three_forms_are_written_and_read_alike() {
    for (payload_bytes, header_size) in [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
        for mask in [None, Some(KEY)] {
            let mut wire = Vec::new();
            encode_header(&mut wire, true, false, Opcode::Binary, payload_bytes, mask);
            let size = header_size + if mask.is_some() { 4 } else { 0 };
            assert_eq!(wire.len(), size);
            assert_eq!(header_bytes(payload_bytes, mask.is_some()), size);
            let role = if mask.is_some() { Role::Server } else { Role::Client };
            let mut at = 0;
            let decoded = FrameDecoder::new(role).decode(&wire, &mut at);
            let payload_bytes = payload_bytes as u64;
            let expected = FrameHeader { fin: true, rsv1: false, opcode: Opcode::Binary, mask, payload_bytes };
            assert_eq!((decoded, at), (Ok(Some(expected)), size));
        }
    }
}

#[test]
fn a_header_split_at_every_byte_is_read_and_the_payload_is_not_touched() {
    let mut wire = header(false, Opcode::Text, 70_000);
    wire.extend_from_slice(b"rest");
    for cut in 0..=MAX_HEADER_BYTES {
        let mut decoder = FrameDecoder::new(Role::Server);
        let mut at = 0;
        let first = decoder.decode(&wire[..cut], &mut at).expect("valid header");
        assert_eq!(first.is_some(), cut == MAX_HEADER_BYTES);
        let mut at_second = 0;
        let header = first.or_else(|| decoder.decode(&wire[cut..], &mut at_second).expect("valid header"));
        assert_eq!(header.map(|header| header.payload_bytes), Some(70_000), "cut at {cut}");
        assert_eq!(at + at_second, MAX_HEADER_BYTES);
    }
}

#[test]
fn a_64_bit_length_with_the_top_bit_is_refused() {
    let wire = [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4];
    assert_eq!(violation(&wire), ProtocolViolation::LengthOutOfRange { payload_bytes: (1 << 63) + 1 });
}

#[test]
fn a_length_that_fits_a_shorter_form_is_refused() {
    for payload_bytes in [0_u16, 1, 125] {
        let [high, low] = payload_bytes.to_be_bytes();
        let expected = ProtocolViolation::NonMinimalLength { payload_bytes: payload_bytes.into() };
        assert_eq!(violation(&[0x82, 0xFE, high, low, 1, 2, 3, 4]), expected);
    }
    for payload_bytes in [0_u64, 125, 126, 65_535] {
        let mut wire = vec![0x82, 0xFF];
        wire.extend_from_slice(&payload_bytes.to_be_bytes());
        wire.extend_from_slice(&KEY);
        assert_eq!(violation(&wire), ProtocolViolation::NonMinimalLength { payload_bytes });
    }
}

#[test]
fn a_huge_declared_length_is_refused_at_the_header_and_allocates_nothing() {
    let wire = header(true, Opcode::Binary, 1 << 62);
    let expected = ProtocolViolation::MessageTooBig { limit_bytes: 2000, setting: LimitSetting::Binary };
    assert_eq!(violation(&wire), expected);
}

#[test]
fn a_declared_megabyte_without_payload_holds_no_bytes() {
    let limits = MessageLimits { max_text_bytes: 1 << 21, max_binary_bytes: 1 << 21, ..LIMITS };
    let mut reader = MessageReader::new(Role::Server, limits);
    let mut outcome = Outcome::default();
    feed(&mut reader, &header(true, Opcode::Text, 1 << 20), &mut outcome);
    assert_eq!((outcome, reader.held_bytes()), (Outcome::default(), 0));
}

#[test]
fn client_frames_must_be_masked_and_server_frames_must_not() {
    let mut unmasked = Vec::new();
    encode_frame(&mut unmasked, true, Opcode::Text, b"hi", None);
    let masked = frame(true, Opcode::Text, b"hi");
    let client = || MessageReader::new(Role::Client, LIMITS);

    assert_eq!(violation(&unmasked), ProtocolViolation::UnmaskedClientFrame { opcode: Opcode::Text });
    let refused = read(client, &masked).violation;
    assert_eq!(refused, Some(ProtocolViolation::MaskedServerFrame { opcode: Opcode::Text }));
    assert_eq!(read(client, &unmasked).events, [text("hi")]);
    assert_eq!(read_as_server(&masked).events, [text("hi")]);
}

#[test]
fn each_reserved_bit_is_refused_while_no_extension_uses_it() {
    for bits in [0x40, 0x20, 0x10, 0x50, 0x70] {
        for opcode in [0x0, 0x1, 0x2, 0x8, 0x9, 0xA] {
            let wire = [0x80 | bits | opcode, 0x80, 1, 2, 3, 4];
            assert_eq!(violation(&wire), ProtocolViolation::ReservedBits { bits });
        }
    }
}

#[test]
fn rsv1_passes_only_on_the_first_frame_of_data_when_an_extension_allows_it() {
    let mut decoder = FrameDecoder::new(Role::Server);
    decoder.set_rsv1_allowed(true);
    for opcode in [Opcode::Text, Opcode::Binary] {
        let decoded = decoder.decode(&[0xC0 | opcode as u8, 0x80, 1, 2, 3, 4], &mut 0);
        assert!(matches!(decoded, Ok(Some(FrameHeader { rsv1: true, .. }))), "{opcode}");
    }
    for opcode in [Opcode::Continuation, Opcode::Close, Opcode::Ping, Opcode::Pong] {
        let decoded = decoder.decode(&[0xC0 | opcode as u8, 0x80, 1, 2, 3, 4], &mut 0);
        assert_eq!(decoded, Err(ProtocolViolation::MisplacedRsv1 { opcode }));
    }
    let rsv2 = decoder.decode(&[0xE1, 0x80, 1, 2, 3, 4], &mut 0);
    assert_eq!(rsv2, Err(ProtocolViolation::ReservedBits { bits: 0x60 }));
}

#[test]
fn reserved_opcodes_are_refused() {
    for opcode in (3..=7).chain(11..=15) {
        assert_eq!(violation(&[0x80 | opcode, 0x80, 1, 2, 3, 4]), ProtocolViolation::ReservedOpcode { opcode });
    }
}

#[test]
fn control_frames_carry_at_most_125_bytes_in_one_piece() {
    for (opcode, event) in [(Opcode::Ping, Event::Ping as fn(Vec<u8>) -> Event), (Opcode::Pong, Event::Pong)] {
        for payload in [vec![], vec![7; 124], vec![7; 125]] {
            assert_eq!(read_as_server(&frame(true, opcode, &payload)).events, [event(payload)]);
        }
    }
    for opcode in [Opcode::Close, Opcode::Ping, Opcode::Pong] {
        assert_eq!(violation(&frame(true, opcode, &[7; 126])), ProtocolViolation::ControlTooBig { opcode });
        assert_eq!(violation(&header(true, opcode, 70_000)), ProtocolViolation::ControlTooBig { opcode });
        assert_eq!(violation(&frame(false, opcode, b"hi")), ProtocolViolation::FragmentedControl { opcode });
    }
}

#[test]
fn a_fault_is_reported_at_the_byte_that_shows_it() {
    for (wire, expected) in [
        (&[0x83][..], ProtocolViolation::ReservedOpcode { opcode: 3 }),
        (&[0x81, 0x05], ProtocolViolation::UnmaskedClientFrame { opcode: Opcode::Text }),
        (&[0x89, 0xFE], ProtocolViolation::ControlTooBig { opcode: Opcode::Ping }),
        (&[0x80, 0x80, 1, 2, 3, 4], ProtocolViolation::ContinuationWithoutMessage),
    ] {
        assert_eq!(violation(wire), expected);
    }
}

#[test]
fn ten_thousand_frames_in_one_segment_come_out_in_order() {
    let wire: Vec<u8> = (0..10_000).flat_map(|n| frame(true, Opcode::Text, n.to_string().as_bytes())).collect();
    let outcome = read_pieces(server_reader(), [&wire[..]]);
    assert_eq!(outcome.violation, None);
    assert_eq!(outcome.events, (0..10_000).map(|n| text(&n.to_string())).collect::<Vec<_>>());
}

#[test]
fn a_whole_frame_is_handed_on_where_it_lies_and_nothing_is_held() {
    let mut input = frame(true, Opcode::Text, b"hello");
    input.extend(frame(true, Opcode::Ping, b"p"));
    let mut reader = server_reader();
    let mut at = 0;
    let message = reader.next_event(&mut input, &mut at, &mut Inflater::default()).expect("valid").expect("a message");
    let ping = reader.next_event(&mut input, &mut at, &mut Inflater::default()).expect("valid").expect("a ping");
    assert!(matches!(message, Incoming::Message { payload: Payload::InPlace(range), .. } if range == (6..11)));
    assert_eq!(ping, Incoming::Ping(Payload::InPlace(17..18)));
    assert_eq!(reader.held_bytes(), 0);
}

#[test]
fn the_state_of_a_connection_stays_small() {
    assert!(size_of::<MessageReader>() <= 128, "{}", size_of::<MessageReader>());
    assert!(size_of::<Result<Option<Incoming>, ProtocolViolation>>() <= 40);
    assert!(size_of::<Utf8Validator>() <= 5);
}
