//! Publications that wait for a loop together: one pass gives them to all subscribers, each by its own rules.

#![cfg(feature = "engine")]

mod support;

use std::sync::{Arc, Mutex};

use hawser::bridge::{Accept, OutboundLimits, OverflowStrategy, SendOutcome, SessionId, Subscribed};
use hawser::engine::{Engine, MessageKind, Publish};
use support::{
    Client, Counter, Kind, TestEngine, TestEvent, default_accept, echo, frames, publish, publish_text, send, until,
};

const TOPIC: &str = "news";
const MESSAGES: usize = 300;

/// Accepts with the strategy of a header and a high-water mark of 1,000 bytes, or else with the engine's limits.
fn accept_by_header(engine: &Engine, event: &TestEvent) {
    let head = event.request().head;
    let strategies = [
        ("drop-oldest", OverflowStrategy::DropOldest),
        ("drop-newest", OverflowStrategy::DropNewest),
        ("block", OverflowStrategy::Block),
    ];
    let strategy = strategies.into_iter().find(|(name, _)| head.contains(&format!("X-Overflow: {name}\r\n")));
    let limits = |overflow| OutboundLimits { low_water_bytes: 500, high_water_bytes: 1000, overflow };
    let outbound = strategy.map(|(_, overflow)| limits(overflow));
    support::accept(engine, event.session, Accept { outbound, ..default_accept() });
}

/// Texts, each with the session that does not get it.
type Texts = Vec<(String, Option<SessionId>)>;

/// An engine that publishes in one callback what lies ready, so that its loop finds it all at once.
fn start() -> (TestEngine, Arc<Mutex<Texts>>) {
    let ready = Arc::new(Mutex::new(Texts::new()));
    let taken = Arc::clone(&ready);
    let engine = TestEngine::start("", move |engine, event| match event.kind {
        Kind::Request => accept_by_header(engine, event),
        Kind::Text => {
            for (text, excluded) in taken.lock().expect("not poisoned").drain(..) {
                let message = Publish { excluded, ..publish_text(TOPIC) };
                assert!(publish(engine, message, text.as_bytes()) > 0);
            }
        }
        _ => echo(engine, event),
    });
    (engine, ready)
}

fn publish_all(engine: &TestEngine, ready: &Mutex<Texts>, texts: Texts) {
    *ready.lock().expect("not poisoned") = texts;
    let (mut client, session) = engine.open();
    client.write(&frames::text("go"));
    engine.events.first(session, Kind::Text);
}

fn subscriber(engine: &TestEngine, overflow: &str) -> (Client, SessionId) {
    let mut client = engine.connect();
    let session = engine.request_session_with(&mut client, |path| {
        let plain = String::from_utf8(Client::upgrade(path)).expect("ASCII");
        plain.replace("\r\n\r\n", &format!("\r\nX-Overflow: {overflow}\r\n\r\n")).into_bytes()
    });
    client.read_101();
    assert_eq!(engine.subscribe(session, TOPIC.as_bytes()), Subscribed::Done);
    (client, session)
}

fn numbered(number: usize) -> String {
    format!("{number:0100}")
}

#[test]
fn each_subscriber_gets_all_of_a_pass_that_is_for_it_in_order() {
    let (engine, ready) = start();
    let mut plain: Vec<_> = (0..4).map(|_| subscriber(&engine, "none")).collect();
    let (mut half, excluded) = subscriber(&engine, "none");
    let (mut in_parts, parts_session) = subscriber(&engine, "none");
    let part = |more_follows, text: &[u8]| send(&engine, parts_session, MessageKind::Text, more_follows, text);
    assert_eq!(part(true, b"one "), SendOutcome::Queued);
    assert_eq!(in_parts.read_frame().payload, b"one ");
    // Small ones, large ones, and both sides of every border between them.
    let text = |number: usize| format!("{number} {}", "x".repeat(number * 37 % 5000));
    let texts = (0..MESSAGES).map(|number| (text(number), (number % 2 == 1).then_some(excluded))).collect();

    publish_all(&engine, &ready, texts);

    for (client, _) in &mut plain {
        (0..MESSAGES).for_each(|number| client.expect_text(&text(number)));
    }
    (0..MESSAGES).step_by(2).for_each(|number| half.expect_text(&text(number)));
    assert!(matches!(part(false, b"message"), SendOutcome::Queued | SendOutcome::Pressured));
    assert_eq!(in_parts.read_frame().payload, b"message");
    (0..MESSAGES).for_each(|number| in_parts.expect_text(&text(number)));
    engine.await_counter(Counter::PublicationsDelivered, 5 * MESSAGES as u64 + MESSAGES as u64 / 2);
}

#[test]
fn the_strategy_of_each_subscriber_counts_within_a_pass() {
    let (engine, ready) = start();
    // In the middle of a message in parts nothing can be written, so what waits is known to the byte.
    let mut waiting = ["drop-newest", "drop-oldest", "block"].map(|overflow| {
        let (mut client, session) = subscriber(&engine, overflow);
        assert_eq!(send(&engine, session, MessageKind::Text, true, b"one "), SendOutcome::Queued);
        assert_eq!(client.read_frame().payload, b"one ");
        until("it is written", || (engine.buffered_amount(session) == 0).then_some(()));
        (client, session)
    });
    let mut others: Vec<_> = (0..3).map(|_| subscriber(&engine, "none")).collect();

    publish_all(&engine, &ready, (0..MESSAGES).map(|number| (numbered(number), None)).collect());

    for (client, _) in &mut others {
        (0..MESSAGES).for_each(|number| client.expect_text(&numbered(number)));
    }
    // 102 bytes and 64 for each: the last of 7 finds 996, and is one too many where the oldest make room.
    let taken = [0..7, MESSAGES - 6..MESSAGES];
    for ((client, session), taken) in waiting.iter_mut().zip(taken) {
        assert_eq!(engine.buffered_amount(*session), taken.len() as u64 * 102);
        send(&engine, *session, MessageKind::Text, false, b"message");
        assert_eq!(client.read_frame().payload, b"message");
        taken.for_each(|number| client.expect_text(&numbered(number)));
    }
    let (client, session) = &mut waiting[2];
    assert_eq!(engine.events.closed(*session).0, 1013, "nobody waits for a publication");
    assert_eq!(client.read_close_code(), Some(1013));
    engine.await_counter(Counter::DroppedNewest, MESSAGES as u64 - 7);
    engine.await_counter(Counter::DroppedOldest, MESSAGES as u64 - 6);
    assert_eq!(engine.counter(Counter::TerminatedSlow), 1);
    assert_eq!(engine.subscribers(TOPIC.as_bytes()), 5);
}

#[test]
fn who_reads_is_not_ended_by_more_than_its_mark_in_one_callback() {
    let (engine, ready) = start();
    let mut clients = ["none", "block", "drop-newest", "drop-oldest"].map(|overflow| subscriber(&engine, overflow));

    publish_all(&engine, &ready, (0..MESSAGES).map(|number| (numbered(number), None)).collect());

    for (client, _) in &mut clients {
        (0..MESSAGES).for_each(|number| client.expect_text(&numbered(number)));
    }
    assert_eq!((engine.counter(Counter::DroppedNewest), engine.counter(Counter::TerminatedSlow)), (0, 0));
}

#[test]
fn the_last_part_of_a_message_does_not_wait_for_publications_that_wait_for_it() {
    let engine = TestEngine::echo("send_low_water_bytes=500\nsend_high_water_bytes=1000");
    let (mut client, session) = engine.open();
    assert_eq!(engine.subscribe(session, TOPIC.as_bytes()), Subscribed::Done);
    let part = |more_follows, text: &[u8]| send(&engine, session, MessageKind::Text, more_follows, text);
    assert_eq!(part(true, b"one "), SendOutcome::Queued);
    assert_eq!(client.read_frame().payload, b"one ");
    until("it is written", || (engine.buffered_amount(session) == 0).then_some(()));
    (0..7).for_each(|number| assert_eq!(publish(&engine, publish_text(TOPIC), numbered(number).as_bytes()), 1));
    until("they wait", || (engine.buffered_amount(session) == 7 * 102).then_some(()));

    assert_eq!(part(true, b"whole "), SendOutcome::Pressured);
    assert_eq!(client.read_frame().payload, b"whole ");
    // All is written that can be, so whoever waits may go on.
    until("it is told", || engine.events.kinds(session).contains(&Kind::Drained).then_some(()));
    assert!(matches!(part(false, b"message"), SendOutcome::Queued | SendOutcome::Pressured));

    assert_eq!(client.read_frame().payload, b"message");
    (0..7).for_each(|number| client.expect_text(&numbered(number)));
    assert_eq!(engine.counter(Counter::TerminatedSlow), 0);
}

#[test]
fn a_publication_that_a_socket_takes_in_parts_arrives_whole_and_is_accounted_to_the_byte() {
    let engine = TestEngine::echo("send_high_water_bytes=100000000");
    let mut client = Client::connect_narrow(engine.address());
    let session = engine.request_session_with(&mut client, Client::upgrade);
    client.read_101();
    assert_eq!(engine.subscribe(session, TOPIC.as_bytes()), Subscribed::Done);
    // More than the system's buffers hold, and less than the mark.
    let texts = ["a", "b"].map(|letter| letter.repeat(16 << 20));
    let frames_bytes = texts.iter().map(|text| text.len() as u64 + 10).sum();

    texts.iter().for_each(|text| assert_eq!(publish(&engine, publish_text(TOPIC), text.as_bytes()), 1));

    let waits = || Some(engine.buffered_amount(session)).filter(|bytes| (1..frames_bytes).contains(bytes));
    until("the socket is full", waits);
    texts.iter().for_each(|text| client.expect_text(text));
    until("it is written", || (engine.buffered_amount(session) == 0).then_some(()));
    assert_eq!(engine.counter(Counter::MessagesOut), 2);
}
