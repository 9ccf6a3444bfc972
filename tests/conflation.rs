//! Topics that carry state: of each key only the newest publication waits.

#![cfg(feature = "engine")]

mod support;

use hawser::bridge::{SendOutcome, SessionId, Subscribed};
use hawser::engine::{MessageKind, Publish};
use support::{Client, Counter, TestEngine, publish, publish_text, send, until};

/// More than the buffers of both sides hold.
const LARGE: usize = 16 << 20;

/// A subscriber in front of whom one large message is half written: what comes behind it waits.
fn busy_subscriber(engine: &TestEngine, topics: &[&str]) -> (Client, SessionId) {
    let mut client = Client::connect_narrow(engine.address());
    let session = engine.request_session(&mut client);
    client.read_101();
    topics.iter().for_each(|topic| assert_eq!(engine.subscribe(session, topic.as_bytes()), Subscribed::Done));
    let sent = send(engine, session, MessageKind::Binary, false, &vec![0; LARGE]);
    assert!(matches!(sent, SendOutcome::Queued | SendOutcome::Pressured));
    (client, session)
}

fn state(engine: &TestEngine, topic: &str, key: &str, text: &str) -> u32 {
    let message = Publish { conflate_key: Some(key.as_bytes()), ..publish_text(topic) };
    publish(engine, message, text.as_bytes())
}

#[test]
fn only_the_newest_of_each_key_waits_and_takes_its_place_at_the_end() {
    let engine = TestEngine::echo("send_high_water_bytes=100000000");
    let (mut client, session) = busy_subscriber(&engine, &["prices", "other"]);

    for round in 0..100 {
        assert_eq!(state(&engine, "prices", "gold", &format!("gold {round}")), 1);
        assert_eq!(state(&engine, "prices", "tin", &format!("tin {round}")), 1);
    }
    publish(&engine, publish_text("prices"), b"without a key");
    state(&engine, "other", "gold", "another topic");
    state(&engine, "prices", "gold", "the last gold");

    engine.await_counter(Counter::DroppedConflated, 2 * 99 + 1);
    assert_eq!(client.read_frame().payload.len(), LARGE);
    for text in ["tin 99", "without a key", "another topic", "the last gold"] {
        client.expect_text(text);
    }
    until("the account is even", || (engine.buffered_amount(session) == 0).then_some(()));
    assert_eq!(engine.counter(Counter::PublicationsDelivered), 203);
}

#[test]
fn a_state_that_is_half_written_is_completed() {
    let engine = TestEngine::echo("send_high_water_bytes=100000000");
    let mut client = Client::connect_narrow(engine.address());
    let session = engine.request_session(&mut client);
    client.read_101();
    assert_eq!(engine.subscribe(session, b"state"), Subscribed::Done);
    let large = "x".repeat(LARGE);

    assert_eq!(state(&engine, "state", "key", &large), 1);
    until("a part is written", || (engine.counter(Counter::BytesOut) > 200).then_some(()));
    for text in ["first", "second", "third"] {
        state(&engine, "state", "key", text);
    }
    engine.await_counter(Counter::DroppedConflated, 2);

    client.expect_text(&large);
    client.expect_text("third");
}

#[test]
fn a_state_that_waits_for_the_last_part_of_a_message_is_replaced_too() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();
    assert_eq!(engine.subscribe(session, b"state"), Subscribed::Done);
    assert_eq!(send(&engine, session, MessageKind::Text, true, b"parts "), SendOutcome::Queued);

    for text in ["old", "new"] {
        assert_eq!(state(&engine, "state", "key", text), 1);
    }
    engine.await_counter(Counter::DroppedConflated, 1);
    assert_eq!(send(&engine, session, MessageKind::Text, false, b"end"), SendOutcome::Queued);

    assert_eq!(client.read_frame().payload, b"parts ");
    assert_eq!(client.read_frame().payload, b"end");
    client.expect_text("new");
    engine.await_counter(Counter::PublicationsDelivered, 1);
}

#[test]
fn a_slow_subscriber_of_one_state_never_overflows() {
    let engine = TestEngine::echo("send_high_water_bytes=100000");
    let (mut slow, mut quick) = (Client::connect_narrow(engine.address()), engine.connect());
    for client in [&mut slow, &mut quick] {
        let session = engine.request_session(client);
        client.read_101();
        assert_eq!(engine.subscribe(session, b"state"), Subscribed::Done);
    }

    let text = |round: u32| format!("{round:010}").repeat(5_000);
    for round in 0..400 {
        assert_eq!(state(&engine, "state", "key", &text(round)), 2);
        // Who reads gets every state if it is given the time.
        quick.expect_text(&text(round));
    }

    assert!(engine.counter(Counter::DroppedConflated) > 0, "the slow one did not read");
    assert_eq!(engine.counter(Counter::TerminatedSlow), 0);
    let last = text(399);
    until("the newest state", || (slow.read_frame().payload == last.as_bytes()).then_some(()));
}

#[test]
fn a_state_that_replaces_another_is_not_dropped_for_what_else_waits() {
    let engine = TestEngine::echo("overflow_strategy=3\nsend_low_water_bytes=500\nsend_high_water_bytes=1000");
    let (mut client, session) = engine.open();
    assert_eq!(engine.subscribe(session, b"state"), Subscribed::Done);
    assert_eq!(send(&engine, session, MessageKind::Text, true, b"parts "), SendOutcome::Queued);
    assert_eq!(client.read_frame().payload, b"parts ");
    until("it is written", || (engine.buffered_amount(session) == 0).then_some(()));

    state(&engine, "state", "key", "old");
    let large = "y".repeat(120);
    let others = [["x"; 13].as_slice(), &[&large], &["z"; 6]].concat();
    others.iter().for_each(|text| assert_eq!(publish(&engine, publish_text("state"), text.as_bytes()), 1));
    // The state weighs 69 and each small one 67: the large one finds 940, and is more than the state makes room for.
    engine.await_counter(Counter::DroppedNewest, 6);
    state(&engine, "state", "key", "new");
    engine.await_counter(Counter::DroppedConflated, 1);
    let last = send(&engine, session, MessageKind::Text, false, b"end");
    assert!(matches!(last, SendOutcome::Queued | SendOutcome::Pressured));

    assert_eq!(client.read_frame().payload, b"end");
    others[..14].iter().for_each(|text| client.expect_text(text));
    client.expect_text("new");
    assert_eq!(engine.counter(Counter::DroppedNewest), 6);
}
