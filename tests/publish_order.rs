//! The order of publications: per publishing thread, over all of its topics, sends and changes of subscriptions.

#![cfg(feature = "engine")]

mod support;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};

use hawser::bridge::{SendOutcome, SessionId, Subscribed};
use hawser::engine::{CloseRequest, Engine};
use hawser::protocol::DeflateSettings;
use support::deflate::{Codec, accept_offer, upgrade};
use support::{
    Client, Counter, Kind, TestEngine, default_accept, echo, frames, publish, publish_text, send_text, until,
};

const TOPICS: [&str; 3] = ["a", "b", "c"];
const MESSAGES: u32 = 1200;
const PUBLISHERS: u32 = 4;

fn subscriber(engine: &TestEngine, topics: &[&str]) -> (Client, SessionId) {
    let (client, session) = engine.open();
    topics.iter().for_each(|topic| assert_eq!(engine.subscribe(session, topic.as_bytes()), Subscribed::Done));
    (client, session)
}

/// Publishes by turns to all topics and sends to one session in between; every message has its number.
fn speak(engine: &Engine, publisher: u32, sends_to: SessionId) {
    for number in 0..MESSAGES {
        let text = format!("{publisher} {number}");
        match number as usize % 4 {
            3 => assert_ne!(send_text(engine, sends_to, &text), SendOutcome::Closed),
            topic => assert_eq!(publish(engine, publish_text(TOPICS[topic]), text.as_bytes()), 6),
        }
    }
}

/// Reads `count` messages and checks that each publisher's numbers grow.
fn read_in_order(client: &mut Client, count: u32) -> HashMap<u32, Vec<u32>> {
    let mut read: HashMap<u32, Vec<u32>> = HashMap::new();
    for _ in 0..count {
        let payload = client.read_frame().payload;
        let text = String::from_utf8(payload).expect("text");
        let (publisher, number) = text.split_once(' ').expect("publisher and number");
        read.entry(publisher.parse().expect("a number")).or_default().push(number.parse().expect("a number"));
    }
    for numbers in read.values() {
        assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    }
    read
}

#[test]
fn each_thread_is_heard_in_its_order_over_topics_and_sends() {
    let engine = TestEngine::echo("loops=2\nsend_high_water_bytes=100000000");
    let mut clients: Vec<_> = (0..6).map(|_| subscriber(&engine, &TOPICS)).collect();

    let speakers: Vec<_> = (0..PUBLISHERS)
        .map(|publisher| {
            let (engine, sends_to) = (engine.shared(), clients[publisher as usize].1);
            std::thread::spawn(move || speak(&engine, publisher, sends_to))
        })
        .collect();

    for (at, (client, _)) in clients.iter_mut().enumerate() {
        let is_sent_to = (at as u32) < PUBLISHERS;
        let published = PUBLISHERS * MESSAGES / 4 * 3;
        let read = read_in_order(client, published + if is_sent_to { MESSAGES / 4 } else { 0 });
        if is_sent_to {
            let own: Vec<_> = (0..MESSAGES).collect();
            assert_eq!(read[&(at as u32)], own, "publications and sends of one thread, none missing");
        }
    }
    speakers.into_iter().for_each(|speaker| speaker.join().expect("no panic"));
    let delivered = u64::from(PUBLISHERS * MESSAGES / 4 * 3 * 6);
    engine.await_counter(Counter::PublicationsDelivered, delivered);
}

/// An engine that compresses in context, whose loop stands still from a text that comes until it is let go.
fn held_engine() -> (TestEngine, mpsc::Sender<()>) {
    let (let_go, held) = mpsc::channel();
    let held = Mutex::new(held);
    let settings = DeflateSettings { context_takeover: true, max_window_bits: 15 };
    let engine = TestEngine::start("send_high_water_bytes=100000000", move |engine, event| match event.kind {
        Kind::Request => accept_offer(engine, event, settings, default_accept()),
        Kind::Text => held.lock().expect("not poisoned").recv().expect("the test goes on"),
        _ => echo(engine, event),
    });
    (engine, let_go)
}

#[test]
fn a_thread_that_publishes_and_then_sends_is_not_overtaken_by_itself_when_another_sends_in_between() {
    let large = format!("publication {}", "of a megabyte ".repeat(75_000));
    for round in 0..40 {
        let (engine, let_go) = held_engine();
        let mut client = engine.connect();
        client.may_compress = true;
        let session = engine.request_session_with(&mut client, |path| upgrade(path, "permessage-deflate"));
        client.read_101();
        assert_eq!(engine.subscribe(session, b"a"), Subscribed::Done);
        client.write(&frames::text("hold"));
        engine.events.first(session, Kind::Text);

        let (shared, both) = (engine.shared(), Arc::new(Barrier::new(2)));
        let others = Arc::clone(&both);
        let other = std::thread::spawn(move || {
            others.wait();
            while shared.counters()[Counter::MessagesPublished as usize] == 0 {
                std::hint::spin_loop();
            }
            // At another place of the publication in each round.
            (0..round * 10_000).for_each(|_| std::hint::spin_loop());
            send_text(&shared, session, "other")
        });
        both.wait();
        assert_eq!(publish(&engine, publish_text("a"), large.as_bytes()), 1);
        assert_eq!(send_text(&engine, session, "mine"), SendOutcome::Queued);
        assert_eq!(other.join().expect("no panic"), SendOutcome::Queued);
        let_go.send(()).expect("the loop waits");

        let mut codec = Codec::new(true);
        let read = [(); 3].map(|()| codec.payload(&client.read_frame()));
        let place = |text: &[u8]| read.iter().position(|payload| payload.starts_with(text)).expect("it came");
        assert!(place(b"publication") < place(b"mine"), "round {round}");
    }
}

/// A session that subscribes, unsubscribes and closes while others publish, until told otherwise.
fn come_and_go(engine: &TestEngine, goes_on: &AtomicBool) -> u32 {
    let mut lives = 0;
    while goes_on.load(Ordering::Relaxed) {
        let (client, session) = engine.open();
        for topic in TOPICS {
            engine.subscribe(session, topic.as_bytes());
        }
        engine.unsubscribe(session, b"a");
        match lives % 3 {
            0 => drop(client),
            1 => client.reset(),
            _ => assert_eq!(engine.close(session, CloseRequest::Handshake(None)), SendOutcome::Queued),
        }
        engine.subscribe(session, b"a");
        lives += 1;
    }
    lives
}

#[test]
fn sessions_that_come_and_go_disturb_nobody_and_leave_nothing_behind() {
    let engine = Arc::new(TestEngine::echo("loops=2\nsend_high_water_bytes=100000000\nclose_timeout_ms=50"));
    let mut stayers: Vec<_> = (0..6).map(|_| subscriber(&engine, &TOPICS)).collect();
    let goes_on = Arc::new(AtomicBool::new(true));
    let movers: Vec<_> = (0..3)
        .map(|_| {
            let (engine, goes_on) = (Arc::clone(&engine), Arc::clone(&goes_on));
            std::thread::spawn(move || come_and_go(&engine, &goes_on))
        })
        .collect();

    let speakers: Vec<_> = (0..PUBLISHERS)
        .map(|publisher| {
            let engine = engine.shared();
            std::thread::spawn(move || {
                for number in 0..MESSAGES {
                    let (topic, text) = (TOPICS[number as usize % 3], format!("{publisher} {number}"));
                    assert!(publish(&engine, publish_text(topic), text.as_bytes()) >= 6);
                }
            })
        })
        .collect();

    for (client, _) in &mut stayers {
        let read = read_in_order(client, PUBLISHERS * MESSAGES);
        assert!(read.values().all(|numbers| numbers.len() == MESSAGES as usize));
    }
    speakers.into_iter().for_each(|speaker| speaker.join().expect("no panic"));
    goes_on.store(false, Ordering::Relaxed);
    let lives: u32 = movers.into_iter().map(|mover| mover.join().expect("no panic")).sum();
    assert!(lives > 0);
    drop(stayers);
    engine.await_counter(Counter::Open, 0);
    until("topics vanish", || TOPICS.iter().all(|topic| engine.subscribers(topic.as_bytes()) == 0).then_some(()));
    assert_eq!(engine.counter(Counter::Panics), 0);
}
