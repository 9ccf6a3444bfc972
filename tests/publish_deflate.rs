//! Publications to subscribers that have agreed on different compression.

#![cfg(feature = "engine")]

mod support;

use hawser::bridge::{DeflateChoice, SendOutcome, SessionId, Subscribed};
use hawser::engine::{Compress, Engine, MessageKind, Publish, ReadyState};
use hawser::protocol::{DeflateSettings, negotiate_deflate};
use support::deflate::{Codec, accept_offer, upgrade};
use support::{Client, Counter, Frame, Kind, TestEngine, TestEvent, default_accept, echo, publish, publish_text, send};

const TOPIC: &str = "news";
const TAKEOVER: DeflateSettings = DeflateSettings { context_takeover: true, max_window_bits: 15 };
/// A text that refers to itself over more bytes than the smallest window has.
const OFFERS: [(&str, u32); 3] = [
    ("permessage-deflate", 128),
    ("permessage-deflate; server_max_window_bits=9", 128),
    ("permessage-deflate; server_max_window_bits=9", 2000),
];

/// Accepts with context takeover when the path says so, and with the threshold of a header.
fn accepting(engine: &Engine, event: &TestEvent) {
    if event.kind != Kind::Request {
        return echo(engine, event);
    }
    let head = event.request().head;
    if head.contains("X-Takeover") {
        return accept_offer(engine, event, TAKEOVER, default_accept());
    }
    let offers = head.lines().filter_map(|line| line.strip_prefix("Sec-WebSocket-Extensions: "));
    let settings = DeflateSettings { context_takeover: false, max_window_bits: 15 };
    let threshold = head.lines().find_map(|line| line.strip_prefix("X-Threshold: "));
    let threshold_bytes = threshold.map_or(128, |number| number.parse().expect("a number"));
    let parameters = negotiate_deflate(offers.map(str::as_bytes), &settings);
    let deflate = parameters.map(|parameters| DeflateChoice { parameters, level: 1, threshold_bytes });
    support::accept(engine, event.session, hawser::bridge::Accept { deflate, ..default_accept() });
}

/// A subscriber with its own decompressor.
struct Reader {
    client: Client,
    session: SessionId,
    codec: Codec,
}

impl Reader {
    fn open(engine: &TestEngine, offer: &str, header: &str) -> Self {
        let mut client = engine.connect();
        let session = engine.request_session_with(&mut client, |path| {
            let request = String::from_utf8(upgrade(path, offer)).expect("ASCII");
            request.replace("\r\n\r\n", &format!("\r\n{header}\r\n\r\n")).into_bytes()
        });
        client.read_101();
        client.may_compress = true;
        assert_eq!(engine.subscribe(session, TOPIC.as_bytes()), Subscribed::Done);
        Self { client, session, codec: Codec::new(header.contains("X-Takeover")) }
    }

    fn in_context(engine: &TestEngine) -> Self {
        Self::open(engine, "permessage-deflate", "X-Takeover: 1")
    }

    fn plain(engine: &TestEngine) -> Self {
        let (client, session) = engine.open();
        assert_eq!(engine.subscribe(session, TOPIC.as_bytes()), Subscribed::Done);
        Self { client, session, codec: Codec::new(false) }
    }

    /// Reads a frame and checks what it carries.
    fn expect(&mut self, text: &[u8]) -> Frame {
        let frame = self.client.read_frame();
        assert_eq!(self.codec.payload(&frame), text, "{frame:?}");
        frame
    }
}

fn with(compress: Compress) -> Publish<'static> {
    Publish { compress, ..publish_text(TOPIC) }
}

#[test]
fn plain_and_compressing_subscribers_of_one_topic_all_get_it() {
    let engine = TestEngine::start("loops=2", accepting);
    let mut plain = [Reader::plain(&engine), Reader::plain(&engine)];
    let mut compressing: Vec<_> = OFFERS
        .iter()
        .flat_map(|(offer, threshold)| [(offer, threshold); 2])
        .map(|(offer, threshold)| Reader::open(&engine, offer, &format!("X-Threshold: {threshold}")))
        .collect();
    let mut in_context = [Reader::in_context(&engine), Reader::in_context(&engine)];
    let text = "every window sees this. ".repeat(40);
    let all = 10;

    for round in 0..3 {
        assert_eq!(publish(&engine, publish_text(TOPIC), text.as_bytes()), all);
        plain.iter_mut().for_each(|reader| assert!(!reader.expect(text.as_bytes()).rsv1));
        for (at, reader) in compressing.iter_mut().enumerate() {
            assert_eq!(reader.expect(text.as_bytes()).rsv1, at < 4, "the last two have a higher threshold");
        }
        for reader in &mut in_context {
            let frame = reader.expect(text.as_bytes());
            assert!(frame.rsv1 && (round == 0 || frame.payload.len() < 20), "it refers to the last one: {frame:?}");
        }
    }

    assert_eq!(publish(&engine, with(Compress::Always), b"aaaaaaaaaaaaaaaaaaaaaaaaaaa"), all);
    assert_eq!(publish(&engine, with(Compress::Never), text.as_bytes()), all);
    for reader in compressing.iter_mut().chain(&mut in_context) {
        assert!(reader.expect(b"aaaaaaaaaaaaaaaaaaaaaaaaaaa").rsv1);
        assert!(!reader.expect(text.as_bytes()).rsv1);
    }
    for reader in &mut plain {
        assert!(!reader.expect(b"aaaaaaaaaaaaaaaaaaaaaaaaaaa").rsv1 && !reader.expect(text.as_bytes()).rsv1);
    }
}

#[test]
fn what_does_not_become_smaller_goes_out_as_it_is() {
    let engine = TestEngine::start("", accepting);
    let mut reader = Reader::open(&engine, OFFERS[0].0, "X-Threshold: 0");
    let mut noise = vec![0; 4000];
    getrandom::fill(&mut noise).expect("random bytes");
    let binary = Publish { kind: MessageKind::Binary, ..publish_text(TOPIC) };

    for payload in [&noise[..], b"", b"a"] {
        assert_eq!(publish(&engine, binary, payload), 1);
        assert!(!reader.expect(payload).rsv1);
    }
}

#[test]
fn publications_and_sends_share_one_context_in_the_order_of_the_wire() {
    let engine = TestEngine::start("send_high_water_bytes=100000000", accepting);
    let mut reader = Reader::in_context(&engine);
    let session = reader.session;
    let text = |thread: u32, number: u32| format!("message {number} of {thread}: {}", "the same again ".repeat(20));

    let senders: Vec<_> = (0..4)
        .map(|thread| {
            let engine = engine.shared();
            std::thread::spawn(move || {
                for number in 0..200 {
                    let text = text(thread, number);
                    if thread % 2 == 0 {
                        assert_eq!(publish(&engine, publish_text(TOPIC), text.as_bytes()), 1);
                    } else {
                        send(&engine, session, MessageKind::Text, false, text.as_bytes());
                    }
                }
            })
        })
        .collect();

    let mut next = [0; 4];
    for _ in 0..800 {
        let frame = reader.client.read_frame();
        let read = String::from_utf8(reader.codec.payload(&frame)).expect("text");
        let thread = (0..4).find(|&thread| read == text(thread, next[thread as usize]));
        next[thread.unwrap_or_else(|| panic!("out of order: {read}")) as usize] += 1;
    }
    senders.into_iter().for_each(|sender| sender.join().expect("no panic"));
}

#[test]
fn a_publication_in_the_middle_of_parts_waits_whatever_the_context() {
    let engine = TestEngine::start("", accepting);
    let mut reader = Reader::in_context(&engine);
    let text = "compressed in context ".repeat(20);
    let part = |more_follows, part: &str| {
        assert_eq!(
            send(&engine, reader.session, MessageKind::Text, more_follows, part.as_bytes()),
            SendOutcome::Queued
        );
    };

    assert_eq!(publish(&engine, publish_text(TOPIC), text.as_bytes()), 1);
    part(true, "one ");
    assert_eq!(publish(&engine, publish_text(TOPIC), text.as_bytes()), 1);
    part(false, "message");
    assert_eq!(publish(&engine, publish_text(TOPIC), text.as_bytes()), 1);

    reader.expect(text.as_bytes());
    assert_eq!(reader.client.read_frame().payload, b"one ");
    assert_eq!(reader.client.read_frame().payload, b"message");
    reader.expect(text.as_bytes());
    reader.expect(text.as_bytes());
}

#[test]
fn a_state_is_not_compressed_in_context_so_that_it_may_be_dropped() {
    let engine = TestEngine::start("", accepting);
    let mut reader = Reader::in_context(&engine);
    let text = "the state of the world ".repeat(20);
    let state = Publish { conflate_key: Some(b"world"), ..publish_text(TOPIC) };

    assert_eq!(publish(&engine, state, text.as_bytes()), 1);
    assert_eq!(publish(&engine, publish_text(TOPIC), text.as_bytes()), 1);

    assert!(!reader.expect(text.as_bytes()).rsv1);
    assert!(reader.expect(text.as_bytes()).rsv1);
}

#[test]
fn a_publication_in_context_that_finds_no_room_is_dropped_alone_in_the_middle_of_a_message_in_parts() {
    let config = "overflow_strategy=3\nsend_low_water_bytes=500\nsend_high_water_bytes=1000";
    let engine = TestEngine::start(config, accepting);
    let reader = Reader::in_context(&engine);
    assert_eq!(send(&engine, reader.session, MessageKind::Text, true, b"one "), SendOutcome::Queued);
    let mut random = [0; 3000];
    getrandom::fill(&mut random).expect("random bytes");
    let text = random.map(|byte| char::from(b'0' + byte % 64)).iter().collect::<String>();

    // The first alone is far over the mark.
    for _ in 0..3 {
        assert_eq!(publish(&engine, publish_text(TOPIC), text.as_bytes()), 1);
    }
    engine.await_counter(Counter::DroppedNewest, 2);

    assert_eq!(engine.ready_state(reader.session), ReadyState::Open);
    assert_eq!(engine.counter(Counter::TerminatedSlow), 0);
}
