//! Every fault of the list that one peer's frames can have, against a running engine: its close code, one violation on
//! the counter, everything freed, and another session that goes on. What the protocol makes of each fault, cut at every
//! byte, is tested in `src/protocol/tests`. "Lines" are those of docs/hostile-input.md.

#![cfg(feature = "engine")]

mod support;

use hawser::bridge::Accept;
use hawser::engine::Engine;
use hawser::protocol::{DeflateSettings, MessageLimits};
use support::deflate::{Codec, RSV1, accept_offer, bomb, upgrade};
use support::{Client, Counter, Kind, TestEngine, TestEvent, default_accept, echo, frames};

const LIMIT_BYTES: u32 = 100_000;
const MAX_FRAGMENTS: u32 = 1000;
/// So many zeros are larger than the limit and compress to a few hundred bytes.
const BOMB_BYTES: usize = 200_000;
const OFFER: &str = "permessage-deflate; client_max_window_bits";

/// An echo whose sessions have compression with context, and limits of their own.
fn limited(engine: &Engine, event: &TestEvent) {
    if event.kind != Kind::Request {
        return echo(engine, event);
    }
    let limits =
        MessageLimits { max_text_bytes: u32::MAX, max_binary_bytes: LIMIT_BYTES, max_fragments: MAX_FRAGMENTS };
    let settings = DeflateSettings { context_takeover: true, max_window_bits: 15 };
    accept_offer(engine, event, settings, Accept { limits, ..default_accept() });
}

/// An engine, and a session that has to go on whatever becomes of others.
struct Stage {
    engine: TestEngine,
    bystander: Client,
    violations: u64,
}

impl Stage {
    fn new() -> Self {
        let engine = TestEngine::start("", limited);
        let (bystander, _) = engine.open();
        Self { engine, bystander, violations: 0 }
    }

    /// Sends bytes that break a rule, on a session of their own.
    fn assert_fails(&mut self, what: &str, offer: Option<&str>, faulty: &[u8], code: u16) {
        let mut client = self.engine.connect();
        let handshake = |path: &str| offer.map_or_else(|| Client::upgrade(path), |offer| upgrade(path, offer));
        let session = self.engine.request_session_with(&mut client, handshake);
        client.read_101();
        client.may_compress = true;
        client.write(faulty);

        assert_eq!(client.read_close_code(), Some(code), "{what}");
        client.expect_end();
        drop(client);
        assert_eq!(self.engine.events.closed(session).0, code, "{what}");
        self.violations += 1;
        assert_eq!(self.engine.counter(Counter::Violations), self.violations, "{what}");
        self.engine.await_counter(Counter::Open, 1);
        assert_eq!(self.engine.counter(Counter::SessionsClosed), self.violations, "{what}");
        assert_eq!(self.engine.counter(Counter::TransportsLost), 0, "{what}");
        self.bystander.write(&frames::text(what));
        self.bystander.expect_text(what);
    }

    fn assert_all_fail(&mut self, code: u16, faults: &[(&str, Vec<u8>)]) {
        for (what, faulty) in faults {
            self.assert_fails(what, None, faulty, code);
        }
    }
}

fn rsv1(fin: bool, opcode: u8, payload: &[u8]) -> Vec<u8> {
    frames::frame(fin, opcode | RSV1, payload)
}

fn long_form(length: u64) -> Vec<u8> {
    [&[0x82, 0xff][..], &length.to_be_bytes(), &[1, 2, 3, 4]].concat()
}

/// Lines 1 to 4.
#[test]
fn lengths_and_masks_that_lie_fail_their_session_alone() {
    let mut stage = Stage::new();
    stage.assert_all_fail(
        1002,
        &[
            ("top bit of the length", long_form((1 << 63) + 1)),
            ("5 bytes in 16 bits", vec![0x82, 0xfe, 0, 5, 1, 2, 3, 4]),
            ("125 bytes in 16 bits", vec![0x82, 0xfe, 0, 125, 1, 2, 3, 4]),
            ("5 bytes in 64 bits", long_form(5)),
            ("65,535 bytes in 64 bits", long_form(65_535)),
            ("not masked", b"\x81\x02hi".to_vec()),
        ],
    );
    stage.assert_all_fail(1009, &[("2^62 bytes declared", frames::header(true, frames::BINARY, 1 << 62))]);
}

/// Lines 5 to 9.
#[test]
fn bits_opcodes_and_orders_that_mean_nothing_fail_their_session_alone() {
    let mut stage = Stage::new();
    for bits in [0x40, 0x20, 0x10, 0x70] {
        stage.assert_fails("a reserved bit", None, &frames::frame(true, frames::TEXT | bits, b""), 1002);
    }
    for bits in [0x20, 0x10, 0x70] {
        stage.assert_fails("with compression", Some(OFFER), &frames::frame(true, frames::TEXT | bits, b""), 1002);
    }
    for opcode in (3..=7).chain(11..=15) {
        stage.assert_fails("a reserved opcode", None, &frames::frame(true, opcode, b""), 1002);
    }
    for opcode in [frames::CLOSE, frames::PING, frames::PONG] {
        stage.assert_fails("126 bytes of control", None, &frames::header(true, opcode, 126), 1002);
        stage.assert_fails("control in fragments", None, &frames::frame(false, opcode, b""), 1002);
        stage.assert_fails("control with RSV1", Some(OFFER), &rsv1(true, opcode, b""), 1002);
    }
    let half = frames::frame(false, frames::BINARY, b"half");
    stage.assert_all_fail(
        1002,
        &[
            ("nothing to continue", frames::frame(true, frames::CONTINUATION, b"")),
            ("a text inside a message", [&half[..], &frames::text("x")].concat()),
            ("a message inside a message", [&half[..], &half].concat()),
        ],
    );
    let continued = [half, rsv1(true, frames::CONTINUATION, b"")].concat();
    stage.assert_fails("RSV1 on a continuation", Some(OFFER), &continued, 1002);
}

/// Line 10.
#[test]
fn close_frames_that_say_nothing_fail_their_session_alone() {
    let mut stage = Stage::new();
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535] {
        stage.assert_fails(&format!("close {code}"), None, &frames::close(code, ""), 1002);
    }
    stage.assert_fails("half a code", None, &frames::frame(true, frames::CLOSE, &[3]), 1002);
    stage.assert_fails("no UTF-8", None, &frames::frame(true, frames::CLOSE, b"\x03\xe8\xff"), 1007);
}

/// Line 11: no violation, as nothing behind a Close frame is looked at.
#[test]
fn what_follows_a_close_frame_is_not_even_looked_at() {
    let engine = TestEngine::start("", limited);
    let (mut client, session) = engine.open();
    client.write(&[frames::close(1000, "bye"), frames::text("late"), vec![0xff; 5000]].concat());
    client.expect_close(1000, "bye");
    drop(client);
    assert_eq!(engine.events.closed(session), (1000, "bye".into()));
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closing, Kind::Closed]);
    assert_eq!(engine.counter(Counter::SessionsClosed), 1);
    assert_eq!((engine.counter(Counter::Violations), engine.counter(Counter::MessagesIn)), (0, 0));
}

/// Line 3.
#[test]
fn a_declared_length_without_a_body_is_a_lost_transport_when_its_peer_leaves() {
    let engine = TestEngine::start("max_held_bytes=1024", limited);
    // More is declared than all sessions may hold: were anything set aside for it, each of these would end with 1013.
    let mut peers: Vec<_> = (0..100).map(|_| engine.open()).collect();
    for (client, _) in &mut peers {
        client.write(&frames::header(true, frames::TEXT, 1 << 30));
    }
    for (client, session) in peers {
        drop(client);
        assert_eq!(engine.events.closed(session).0, 1006);
    }
    engine.await_counter(Counter::Open, 0);
    assert_eq!((engine.counter(Counter::TransportsLost), engine.counter(Counter::Violations)), (100, 0));
}

/// Lines 15 and 17.
#[test]
fn text_that_is_no_utf_8_fails_its_session_alone_as_soon_as_that_is_certain() {
    let mut stage = Stage::new();
    let early = [frames::header(true, frames::TEXT, 1 << 30), frames::frame(true, 0, b"hi \xff")[6..].to_vec()];
    stage.assert_all_fail(
        1007,
        &[
            ("early in a gigabyte", early.concat()),
            ("overlong", frames::frame(false, frames::TEXT, b"\xc0\xaf")),
            ("a surrogate", frames::frame(false, frames::TEXT, b"\xed\xa0\x80")),
            ("above U+10FFFF", frames::frame(false, frames::TEXT, b"\xf4\x90\x80\x80")),
            ("cut short", frames::frame(true, frames::TEXT, b"\xe2\x82")),
        ],
    );
}

/// Lines 18 to 20.
#[test]
fn messages_of_too_many_fragments_or_bytes_fail_their_session_alone() {
    let mut stage = Stage::new();
    let endless = |payload: &[u8], count: usize| {
        let first = frames::frame(false, frames::BINARY, payload);
        [first, frames::frame(false, frames::CONTINUATION, payload).repeat(count - 1)].concat()
    };
    let one_too_many = MAX_FRAGMENTS as usize + 1;
    stage.assert_all_fail(
        1008,
        &[("one byte each", endless(b"x", one_too_many)), ("empty ones", endless(b"", one_too_many))],
    );
    let limit = LIMIT_BYTES as usize;
    let half = frames::frame(false, frames::BINARY, &vec![1; limit / 2]);
    let rest = |bytes: usize| frames::frame(true, frames::CONTINUATION, &vec![1; bytes]);
    stage.assert_all_fail(
        1009,
        &[
            ("one byte over", frames::binary(&vec![1; limit + 1])),
            ("two bytes over", frames::binary(&vec![1; limit + 2])),
            ("one over in fragments", [&half[..], &rest(limit / 2 + 1)].concat()),
        ],
    );
    let (mut client, _) = stage.engine.open();
    client.write(&[&half[..], &rest(limit / 2)].concat());
    assert_eq!(client.read_frame().payload.len(), limit, "at the limit it passes");
}

/// Line 18 as it is written: at the default limit, with the peer still sending when it is failed.
#[test]
fn a_flood_of_131_072_fragments_is_cut_short_at_the_default_limit() {
    let engine = TestEngine::echo("");
    let (client, session) = engine.open();
    let mut writer = client.stream();
    let flooding = std::thread::spawn(move || {
        let fragments = frames::frame(false, frames::CONTINUATION, b"x").repeat(131_071);
        // The engine ends this before all is written.
        let first = std::io::Write::write_all(&mut writer, &frames::frame(false, frames::BINARY, b"x"));
        first.and_then(|()| std::io::Write::write_all(&mut writer, &fragments))
    });
    assert_eq!(engine.events.closed(session).0, 1008);
    drop(client);
    drop(flooding.join().expect("no panic"));
    engine.await_counter(Counter::Open, 0);
    assert_eq!((engine.counter(Counter::Violations), engine.counter(Counter::MessagesIn)), (1, 0));
}

/// Lines 22, 23 and 25.
#[test]
fn compressed_messages_that_are_bombs_or_broken_fail_their_session_alone() {
    let mut stage = Stage::new();
    let bomb = bomb(BOMB_BYTES);
    let (first, last) = bomb.split_at(bomb.len() / 2);
    let in_two = [rsv1(false, frames::BINARY, first), frames::frame(true, frames::CONTINUATION, last)].concat();
    let mut codec = Codec::new(true);
    let noise: Vec<u8> = (0..30_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let small = codec.message(frames::BINARY, &noise);
    // Refers back over the whole message before: 120,000 bytes out of a few thousand.
    let large = codec.message(frames::BINARY, &noise.repeat(4));
    assert!(large.len() < 5000, "{} bytes", large.len());
    stage.assert_fails("a bomb", Some(OFFER), &rsv1(true, frames::BINARY, &bomb), 1009);
    stage.assert_fails("a bomb in fragments", Some(OFFER), &in_two, 1009);
    let mut over_the_window = stage.engine.connect();
    stage.engine.request_session_with(&mut over_the_window, |path| upgrade(path, OFFER));
    over_the_window.read_101();
    over_the_window.may_compress = true;
    over_the_window.write(&small);
    assert_eq!(Codec::new(true).payload(&over_the_window.read_frame()), noise);
    over_the_window.write(&large);
    assert_eq!(over_the_window.read_close_code(), Some(1009));
    drop(over_the_window);
    stage.violations += 1;
    let hello = Codec::new(false).compress(b"Hello");
    for broken in [&b"\x07"[..], &hello[..hello.len() - 2], &[&hello[..], b"garbage"].concat(), b"plain text"] {
        stage.assert_fails("no deflate", Some(OFFER), &rsv1(true, frames::TEXT, broken), 1007);
    }
    let mut cut = stage.engine.connect();
    let session = stage.engine.request_session_with(&mut cut, |path| upgrade(path, OFFER));
    cut.read_101();
    cut.write(&[rsv1(false, frames::TEXT, &hello[..3]), frames::close(1000, "enough")].concat());
    cut.expect_close(1000, "enough");
    assert_eq!(stage.engine.events.closed(session).0, 1000, "a Close frame in a truncated message counts");
}
