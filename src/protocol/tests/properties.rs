//! Random streams, cut at random: the reader gives the same whatever the cut, and never panics.

use proptest::collection::vec;
use proptest::prelude::*;

use super::support::*;
use crate::protocol::*;

/// Something like a request head.
const HEAD: &str = "(GET|POST|get|\\PC{0,3}) \\PC{0,12} HTTP/1.[012]\r\n\
    (([A-Za-z-]{0,8}|Host|Upgrade|Content-Length): \\PC{0,9}\r?\n){0,4}\r\n";

fn opcode() -> impl Strategy<Value = Opcode> {
    use Opcode::*;
    // Weighted so that long valid streams are as common as broken ones.
    let data = prop_oneof![6 => Just(Continuation), 4 => Just(Text), 4 => Just(Binary)];
    let control = prop_oneof![2 => Just(Ping), 2 => Just(Pong), 1 => Just(Close)];
    prop_oneof![3 => data, 1 => control]
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => "[a-zé€😀]{0,60}".prop_map(String::into_bytes),
        2 => vec(0_u8..0x80, 0..300),
        1 => vec(any::<u8>(), 0..20),
        1 => Just(vec![3, 0xE8]),
    ]
}

fn any_stream() -> impl Strategy<Value = Vec<u8>> {
    vec((any::<bool>(), opcode(), payload(), any::<[u8; 4]>()), 0..12).prop_map(|frames| {
        let mut wire = Vec::new();
        for (fin, opcode, payload, key) in frames {
            let fin = fin || opcode.is_control();
            encode_frame(&mut wire, fin, opcode, &payload, Some(key));
        }
        wire
    })
}

/// Data messages in fragments, pings between them: never a violation of order.
fn valid_stream() -> impl Strategy<Value = Vec<u8>> {
    let message = (any::<bool>(), vec(payload(), 1..5), any::<[u8; 4]>());
    vec(message, 0..6).prop_map(|messages| {
        let mut wire = Vec::new();
        for (is_text, fragments, key) in messages {
            let count = fragments.len();
            for (index, payload) in fragments.into_iter().enumerate() {
                let start = if is_text { Opcode::Text } else { Opcode::Binary };
                let opcode = if index == 0 { start } else { Opcode::Continuation };
                encode_frame(&mut wire, index + 1 == count, opcode, &payload, Some(key));
                encode_frame(&mut wire, true, Opcode::Ping, &[index as u8], Some(key));
            }
        }
        wire
    })
}

fn cut<'a>(wire: &'a [u8], sizes: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = wire;
    let mut sizes = sizes.iter().cycle();
    std::iter::from_fn(move || {
        let size = (*sizes.next()?).min(rest.len());
        let (piece, more) = rest.split_at(size);
        rest = more;
        (size > 0).then_some(piece)
    })
}

/// Kind, bytes, and whether the last part has come.
type Joined = (DataKind, Vec<u8>, bool);

/// Joins the parts of partial delivery; drops what differs with the cut.
fn joined(outcome: Outcome) -> (Vec<Joined>, Option<ProtocolViolation>) {
    let mut messages: Vec<Joined> = Vec::new();
    for event in outcome.events {
        let Event::Message { kind, bytes, first, last, .. } = event else {
            continue;
        };
        if first {
            messages.push((kind, Vec::new(), false));
        }
        let message = messages.last_mut().expect("a first part came before");
        message.1.extend(bytes);
        message.2 = last;
    }
    messages.retain(|message| message.2);
    (messages, outcome.violation)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn a_stream_gives_the_same_events_whatever_way_it_is_cut(
        wire in prop_oneof![any_stream(), valid_stream()],
        sizes in vec(1_usize..200, 1..10),
    ) {
        let whole = read_pieces(server_reader(), [&wire[..]]);
        prop_assert_eq!(read_pieces(server_reader(), cut(&wire, &sizes)), whole);
    }

    #[test]
    fn parts_add_up_to_the_messages_that_come_whole(
        wire in prop_oneof![any_stream(), valid_stream()],
        sizes in vec(1_usize..200, 1..10),
    ) {
        let unlimited = MessageLimits { max_text_bytes: u32::MAX, max_binary_bytes: u32::MAX, max_fragments: DEFAULT_MAX_FRAGMENTS };
        let reader = |partial| {
            let mut reader = MessageReader::new(Role::Server, unlimited);
            reader.set_partial_delivery(partial);
            reader
        };
        let whole = joined(read_pieces(reader(false), [&wire[..]]));
        prop_assert_eq!(joined(read_pieces(reader(true), cut(&wire, &sizes))), whole);
    }

    #[test]
    fn arbitrary_bytes_never_panic_and_stay_within_the_limits(
        wire in vec(any::<u8>(), 0..400),
        sizes in vec(1_usize..50, 1..10),
        partial in any::<bool>(),
    ) {
        for role in [Role::Server, Role::Client] {
            let mut reader = MessageReader::new(role, LIMITS);
            reader.set_partial_delivery(partial);
            let mut outcome = Outcome::default();
            for piece in cut(&wire, &sizes) {
                feed(&mut reader, piece, &mut outcome);
                prop_assert!(reader.held_bytes() <= 2000 + 126);
            }
        }
    }

    #[test]
    fn arbitrary_heads_never_panic_and_give_the_same_answer_whatever_way_they_are_cut(
        head in HEAD,
        limit in 0_usize..120,
    ) {
        let limits = HeadLimits { max_bytes: limit, max_headers: 3 };
        let whole = parse_head(head.as_bytes(), &limits);
        let mut reader = HeadReader::new();
        let answers = (0..=head.len()).map(|end| reader.read(&head.as_bytes()[..end], &limits));
        let in_bytes = answers.into_iter().find(|answer| *answer != Head::Incomplete);
        prop_assert_eq!(in_bytes.unwrap_or(Head::Incomplete), whole);
    }
}
