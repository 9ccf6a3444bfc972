//! The order of publications: per publishing thread, over all of its topics, sends and changes of subscriptions.

#![cfg(feature = "engine")]

mod support;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hawser::bridge::{SendOutcome, SessionId, Subscribed};
use hawser::engine::{CloseRequest, Engine};
use support::{Client, Counter, TestEngine, publish, publish_text, send_text, until};

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
