//! Topics: who gets a publication, who does not, and what ends a subscription.

#![cfg(feature = "engine")]

mod support;

use hawser::bridge::{SendOutcome, SessionId, Subscribed};
use hawser::engine::{CloseRequest, MessageKind, Publish};
use hawser::protocol::{CloseCode, CloseReason};
use proptest::prelude::*;
use support::{Client, Counter, TestEngine, frames, publish, publish_text, send, until};

fn text(engine: &TestEngine, topic: &str, text: &str) -> u32 {
    publish(engine, publish_text(topic), text.as_bytes())
}

fn subscribe(engine: &TestEngine, session: SessionId, topic: &str) {
    assert_eq!(engine.subscribe(session, topic.as_bytes()), Subscribed::Done);
}

fn subscriber(engine: &TestEngine, topic: &str) -> (Client, SessionId) {
    let (client, session) = engine.open();
    subscribe(engine, session, topic);
    (client, session)
}

/// Everything that was queued for a session has arrived at its client when this returns, and nothing else.
fn expect_nothing_more(engine: &TestEngine, client: &mut Client, session: SessionId) {
    assert_eq!(support::send_text(engine, session, "the end"), SendOutcome::Queued);
    client.expect_text("the end");
}

#[test]
fn a_publication_reaches_every_subscriber_on_every_loop_and_nobody_else() {
    let engine = TestEngine::echo("loops=3");
    let mut news: Vec<_> = (0..9).map(|_| subscriber(&engine, "news")).collect();
    let (mut other, other_session) = subscriber(&engine, "other");

    assert_eq!(text(&engine, "news", "Grüße"), 9);
    let binary = Publish { kind: MessageKind::Binary, ..publish_text("news") };
    assert_eq!(publish(&engine, binary, &[0, 255]), 9);
    assert_eq!(text(&engine, "news", ""), 9);

    for (client, session) in &mut news {
        client.expect_text("Grüße");
        let frame = client.read_frame();
        assert_eq!((frame.opcode, &frame.payload[..]), (frames::BINARY, &[0, 255][..]));
        client.expect_text("");
        expect_nothing_more(&engine, client, *session);
    }
    expect_nothing_more(&engine, &mut other, other_session);
    assert_eq!(engine.counter(Counter::MessagesPublished), 3);
    engine.await_counter(Counter::PublicationsDelivered, 27);
}

#[test]
fn publishing_to_nobody_is_no_error_and_counts() {
    let engine = TestEngine::echo("");

    assert_eq!(text(&engine, "nobody", "hello?"), 0);

    assert_eq!(engine.subscribers(b"nobody"), 0);
    assert_eq!(engine.counter(Counter::MessagesPublished), 1);
}

#[test]
fn an_excluded_session_gets_nothing_and_is_not_counted() {
    let engine = TestEngine::echo("loops=2");
    let (mut one, first) = subscriber(&engine, "room");
    let (mut two, second) = subscriber(&engine, "room");
    let (_, stranger) = engine.open();
    let without = |excluded| {
        let message = Publish { excluded: Some(excluded), ..publish_text("room") };
        publish(&engine, message, b"from another")
    };

    assert_eq!((without(first), without(stranger)), (1, 2));

    one.expect_text("from another");
    expect_nothing_more(&engine, &mut one, first);
    two.expect_text("from another");
    two.expect_text("from another");
    expect_nothing_more(&engine, &mut two, second);
    assert_eq!(engine.unsubscribe(second, b"room"), Subscribed::Done);
    assert_eq!(without(first), 0, "only the excluded one is left");
}

#[test]
fn answers_tell_what_a_session_was_before() {
    let engine = TestEngine::echo("max_topics_per_session=2");
    let (_client, session) = engine.open();

    assert_eq!(engine.unsubscribe(session, b"a"), Subscribed::Already);
    assert_eq!(engine.subscribe(session, b"a"), Subscribed::Done);
    assert_eq!(engine.subscribe(session, b"a"), Subscribed::Already);
    assert_eq!(engine.subscribe(session, b"b"), Subscribed::Done);
    assert_eq!(engine.subscribe(session, b"c"), Subscribed::TooMany);
    assert!(engine.is_subscribed(session, b"a") && !engine.is_subscribed(session, b"c"));
    assert_eq!(engine.unsubscribe(session, b"a"), Subscribed::Done);
    assert_eq!(engine.unsubscribe(session, b"a"), Subscribed::Already);
    assert_eq!(engine.subscribe(session, b"c"), Subscribed::Done, "there is room again");
    assert_eq!((engine.subscribers(b"a"), engine.subscribers(b"b")), (0, 1));
    let unknown = SessionId::from_raw(u64::MAX);
    assert_eq!(engine.subscribe(unknown, b"a"), Subscribed::Closed);
    assert_eq!(engine.unsubscribe(unknown, b"a"), Subscribed::Closed);
    assert!(!engine.is_subscribed(unknown, b"a"));
}

#[test]
fn a_session_that_is_not_open_cannot_subscribe() {
    let (engine, requests) = TestEngine::undecided("");
    let mut client = engine.connect();
    client.write(&Client::upgrade("/"));
    let session = requests.recv().expect("a request");

    assert_eq!(engine.subscribe(session, b"early"), Subscribed::Closed);
    support::accept(&engine, session, support::default_accept());
    client.read_101();
    subscribe(&engine, session, "in time");
    engine.close(session, CloseRequest::Handshake(None));
    assert_eq!(engine.subscribe(session, b"late"), Subscribed::Closed);
    assert_eq!(engine.unsubscribe(session, b"in time"), Subscribed::Closed);
}

#[test]
fn what_was_published_before_a_subscription_ends_is_delivered_and_nothing_after_it() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();

    for round in 0..100 {
        subscribe(&engine, session, "news");
        assert_eq!(text(&engine, "news", &round.to_string()), 1);
        assert_eq!(engine.unsubscribe(session, b"news"), Subscribed::Done);
        assert_eq!(text(&engine, "news", "too late"), 0);
    }

    for round in 0..100 {
        client.expect_text(&round.to_string());
    }
    expect_nothing_more(&engine, &mut client, session);
}

#[test]
fn what_was_published_before_a_close_goes_out_before_the_close_frame() {
    let engine = TestEngine::echo("");
    let (mut client, session) = subscriber(&engine, "news");

    assert_eq!(text(&engine, "news", "last words"), 1);
    let bye = CloseRequest::Handshake(Some(CloseReason::new(CloseCode(1000), "bye")));
    assert_eq!(engine.close(session, bye), SendOutcome::Queued);
    assert_eq!(text(&engine, "news", "too late"), 0, "closing ends the subscription at once");

    client.expect_text("last words");
    client.expect_close(1000, "bye");
}

#[test]
fn every_end_of_a_session_ends_its_subscriptions() {
    let engine = TestEngine::echo("close_timeout_ms=20");
    let ends: [fn(&TestEngine, Client, SessionId); 5] = [
        |_, mut client, _| client.write(&frames::close(1000, "")),
        |_, client, _| client.reset(),
        |_, mut client, _| client.write(&frames::frame(true, 7, b"no such opcode")),
        |engine, _, session| assert_eq!(engine.close(session, CloseRequest::Cut), SendOutcome::Queued),
        |engine, _client, session| {
            assert_eq!(engine.close(session, CloseRequest::Handshake(None)), SendOutcome::Queued);
        },
    ];
    let topics = ["a", "b", "c"];
    for end in ends {
        let (client, session) = engine.open();
        topics.iter().for_each(|topic| subscribe(&engine, session, topic));

        end(&engine, client, session);

        engine.events.closed(session);
        assert_eq!(topics.map(|topic| engine.subscribers(topic.as_bytes())), [0; 3]);
        assert_eq!(text(&engine, "a", "to nobody"), 0);
    }
}

#[test]
fn a_session_in_the_place_of_one_that_ended_gets_nothing_of_its_topics() {
    let engine = TestEngine::echo("");
    for _ in 0..50 {
        let (client, session) = subscriber(&engine, "mine");
        drop(client);
        engine.events.closed(session);
        let (mut next, next_session) = engine.open();
        assert_eq!(text(&engine, "mine", "not yours"), 0);
        expect_nothing_more(&engine, &mut next, next_session);
    }
}

#[test]
fn a_publication_waits_for_the_last_part_of_a_message() {
    let engine = TestEngine::echo("");
    let (mut client, session) = subscriber(&engine, "news");
    let part = |more_follows, part: &str| {
        assert_eq!(send(&engine, session, MessageKind::Text, more_follows, part.as_bytes()), SendOutcome::Queued);
    };

    part(true, "one ");
    assert_eq!(text(&engine, "news", "first"), 1);
    part(true, "mess");
    assert_eq!(text(&engine, "news", "second"), 1);
    part(false, "age");
    assert_eq!(text(&engine, "news", "third"), 1);

    let frames: Vec<_> = (0..6).map(|_| client.read_frame()).collect();
    let read: Vec<_> = frames.iter().map(|frame| (frame.fin, frame.opcode, &frame.payload[..])).collect();
    let (text, continuation) = (frames::TEXT, frames::CONTINUATION);
    assert_eq!(read[..3], [(false, text, &b"one "[..]), (false, continuation, b"mess"), (true, continuation, b"age")]);
    assert_eq!(read[3..], [(true, text, &b"first"[..]), (true, text, b"second"), (true, text, b"third")]);
    until("all is written", || (engine.buffered_amount(session) == 0).then_some(()));
    engine.await_counter(Counter::PublicationsDelivered, 3);
}

#[test]
fn publications_that_wait_for_a_last_part_end_with_their_session() {
    let engine = TestEngine::echo("");
    let (mut client, session) = subscriber(&engine, "news");
    assert_eq!(send(&engine, session, MessageKind::Text, true, b"never "), SendOutcome::Queued);
    assert_eq!(text(&engine, "news", "in between"), 1);
    until("it waits", || (engine.buffered_amount(session) == 12).then_some(()));

    engine.close(session, CloseRequest::Handshake(None));

    let frame = client.read_frame();
    assert_eq!((frame.fin, &frame.payload[..]), (false, &b"never "[..]));
    assert_eq!(client.read_close_code(), None);
    until("it is not accounted any more", || (engine.buffered_amount(session) == 0).then_some(()));
}

/// What a test does with three sessions and two topics.
#[derive(Clone, Debug)]
enum Step {
    Subscribe(usize, usize),
    Unsubscribe(usize, usize),
    Publish { topic: usize, excluded: Option<usize> },
    Send(usize),
    Close(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..3_usize, 0..2_usize).prop_map(|(session, topic)| Step::Subscribe(session, topic)),
        3 => (0..3_usize, 0..2_usize).prop_map(|(session, topic)| Step::Unsubscribe(session, topic)),
        8 => (0..2_usize, prop::option::of(0..3_usize)).prop_map(|(topic, excluded)| Step::Publish { topic, excluded }),
        2 => (0..3_usize).prop_map(Step::Send),
        1 => (0..3_usize).prop_map(Step::Close),
    ]
}

const TOPICS: [&str; 2] = ["left", "right"];

/// One session of a run, and what it should have got.
struct Modelled {
    client: Client,
    session: SessionId,
    is_open: bool,
    topics: [bool; 2],
    expected: Vec<String>,
}

fn take(engine: &TestEngine, all: &mut [Modelled], step: &Step, number: usize) {
    match *step {
        Step::Subscribe(who, topic) => {
            let one = &mut all[who];
            let expected = match (one.is_open, std::mem::replace(&mut one.topics[topic], one.is_open)) {
                (false, _) => Subscribed::Closed,
                (true, true) => Subscribed::Already,
                (true, false) => Subscribed::Done,
            };
            assert_eq!(engine.subscribe(one.session, TOPICS[topic].as_bytes()), expected);
        }
        Step::Unsubscribe(who, topic) => {
            let one = &mut all[who];
            let expected = match (one.is_open, std::mem::take(&mut one.topics[topic])) {
                (false, _) => Subscribed::Closed,
                (true, true) => Subscribed::Done,
                (true, false) => Subscribed::Already,
            };
            assert_eq!(engine.unsubscribe(one.session, TOPICS[topic].as_bytes()), expected);
        }
        Step::Publish { topic, excluded } => {
            let mut count = 0;
            for (at, one) in all.iter_mut().enumerate() {
                if one.topics[topic] && excluded != Some(at) {
                    one.expected.push(number.to_string());
                    count += 1;
                }
            }
            let message = Publish { excluded: excluded.map(|at| all[at].session), ..publish_text(TOPICS[topic]) };
            assert_eq!(publish(engine, message, number.to_string().as_bytes()), count);
        }
        Step::Send(who) => {
            let one = &mut all[who];
            let outcome = support::send_text(engine, one.session, &number.to_string());
            assert_eq!(outcome, if one.is_open { SendOutcome::Queued } else { SendOutcome::Closed });
            if one.is_open {
                one.expected.push(number.to_string());
            }
        }
        Step::Close(who) => {
            engine.close(all[who].session, CloseRequest::Handshake(None));
            all[who].is_open = false;
            all[who].topics = [false; 2];
        }
    }
    let counts = [0, 1].map(|topic| all.iter().filter(|one| one.topics[topic]).count() as u32);
    assert_eq!(TOPICS.map(|topic| engine.subscribers(topic.as_bytes())), counts);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn each_session_gets_what_a_simple_model_says(steps in prop::collection::vec(step(), 1..60)) {
        let engine = TestEngine::echo("loops=2");
        let open = || {
            let (client, session) = engine.open();
            Modelled { client, session, is_open: true, topics: [false; 2], expected: Vec::new() }
        };
        let mut all = [open(), open(), open()];

        for (number, step) in steps.iter().enumerate() {
            take(&engine, &mut all, step, number);
        }

        for mut one in all {
            one.expected.iter().for_each(|text| one.client.expect_text(text));
            if one.is_open {
                expect_nothing_more(&engine, &mut one.client, one.session);
            } else {
                prop_assert_eq!(one.client.read_close_code(), None);
            }
        }
    }
}
