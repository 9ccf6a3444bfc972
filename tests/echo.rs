//! What a client sends comes back, however it is cut into frames and segments.

#![cfg(feature = "engine")]

mod support;

use futures_util::{SinkExt, StreamExt};
use hawser::bridge::{Accept, SendOutcome};
use hawser::engine::MessageKind;
use support::{Counter, Kind, TestEngine, UPGRADE, default_accept, echo, frames, send};
use tokio::runtime::Builder;
use tokio_tungstenite::tungstenite::Message;

const FIRST_AND_LAST: u8 = 4 | 8;
const ASCII: u8 = 2;

#[test]
fn text_and_binary_come_back_as_they_were_sent() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();

    client.write(&[frames::text("grüße"), frames::text("plain"), frames::binary(&[0, 255, 128])].concat());

    client.expect_text("grüße");
    client.expect_text("plain");
    let frame = client.read_frame();
    assert_eq!((frame.fin, frame.opcode, &frame.payload[..]), (true, frames::BINARY, &[0, 255, 128][..]));
    let events = engine.events.of(session);
    assert_eq!(
        events.iter().map(|event| (event.kind, event.flags & !1)).collect::<Vec<_>>(),
        [
            (Kind::Request, UPGRADE),
            (Kind::Text, FIRST_AND_LAST),
            (Kind::Text, FIRST_AND_LAST | ASCII),
            (Kind::Binary, FIRST_AND_LAST)
        ]
    );
}

#[test]
fn an_empty_message_comes_back_empty() {
    let engine = TestEngine::echo("");
    let (mut client, _) = engine.open();

    client.write(&[frames::text(""), frames::binary(b"")].concat());

    client.expect_text("");
    assert_eq!(client.read_frame().opcode, frames::BINARY);
}

#[test]
fn messages_larger_than_a_read_and_than_the_arena_come_back_whole() {
    let engine = TestEngine::echo("send_high_water_bytes=16777216");
    let (mut client, _) = engine.open();
    for bytes in [65_535, 65_536, 1 << 20, 3 << 20] {
        let message: String = (0..bytes).map(|at| char::from(b'a' + (at % 23) as u8)).collect();
        let mut writer = client.stream();
        let frame = frames::text(&message);
        let writing = std::thread::spawn(move || std::io::Write::write_all(&mut writer, &frame));

        client.expect_text(&message);

        writing.join().expect("no panic").expect("the engine reads");
    }
}

#[test]
fn ten_thousand_frames_in_one_segment_come_back_in_order() {
    let engine = TestEngine::echo("send_high_water_bytes=16777216");
    let (mut client, _) = engine.open();
    let sent: Vec<u8> = (0..10_000).flat_map(|at| frames::text(&format!("{at}"))).collect();

    client.write(&sent);

    for at in 0..10_000 {
        client.expect_text(&format!("{at}"));
    }
    assert_eq!(engine.counter(Counter::MessagesIn), 10_000);
}

#[test]
fn more_frames_than_a_batch_holds_arrive_when_nobody_counts_the_session() {
    let accept_all = |engine: &hawser::engine::Engine, event: &support::TestEvent| {
        if event.kind == Kind::Request {
            let window_bytes = None;
            support::accept(engine, event.session, Accept { window_bytes, ..default_accept() });
        } else {
            echo(engine, event);
        }
    };
    let engine = TestEngine::start("send_high_water_bytes=16777216", accept_all);
    let (mut client, session) = engine.open();
    let (frames_sent, frame) = (30_000, frames::text(""));

    let sent: Vec<u8> = frame.repeat(frames_sent);
    let mut writer = client.stream();
    let writing = std::thread::spawn(move || std::io::Write::write_all(&mut writer, &sent));

    for _ in 0..frames_sent {
        client.expect_text("");
    }
    writing.join().expect("no panic").expect("the engine reads");
    assert!(engine.events.of(session).iter().all(|event| event.cost == 0), "nothing is counted");
}

#[test]
fn a_stream_cut_at_every_byte_gives_the_same_messages() {
    let engine = TestEngine::echo("");
    let (mut client, _) = engine.open();
    let stream = [
        frames::text("añb"),
        frames::frame(false, frames::TEXT, b"\xe2\x82"),
        frames::ping(b"in between"),
        frames::frame(true, frames::CONTINUATION, b"\xac"),
        frames::binary(&[7; 130]),
    ]
    .concat();

    for byte in stream {
        client.write(&[byte]);
    }

    assert_eq!(client.expect_texts_and_pongs(&["añb", "€"], 1), [b"in between"]);
    assert_eq!(client.read_frame().payload, [7; 130]);
}

#[test]
fn sessions_read_in_one_turn_do_not_see_the_bytes_of_each_other() {
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = std::sync::Mutex::new(released);
    let engine = TestEngine::start("", move |engine, event| {
        if event.payload == b"wait" {
            released.lock().expect("not poisoned").recv().expect("a word from the test");
        }
        echo(engine, event);
    });
    let mut peers: Vec<_> = (0..50).map(|_| engine.open()).collect();
    let (first, session) = &mut peers[0];
    first.write(&frames::text("wait"));
    engine.events.first(*session, Kind::Text);
    // While the carrier is held, everything arrives that the next turn reads.
    let text = |at: usize| format!("{at} ").repeat(300 + at);
    for (at, (client, _)) in peers.iter_mut().enumerate() {
        client.write(&frames::text(&text(at)));
    }

    release.send(()).expect("the handler waits");

    peers[0].0.expect_text("wait");
    for (at, (client, _)) in peers.iter_mut().enumerate() {
        client.expect_text(&text(at));
    }
}

#[test]
fn fragments_are_put_together() {
    let engine = TestEngine::echo("");
    let (mut client, _) = engine.open();

    client.write(&frames::frame(false, frames::TEXT, b"one "));
    client.write(&frames::frame(false, frames::CONTINUATION, b"two "));
    client.write(&frames::frame(true, frames::CONTINUATION, b"three"));

    client.expect_text("one two three");
}

#[test]
fn a_session_with_partial_delivery_gets_and_sends_parts() {
    let partial = |engine: &hawser::engine::Engine, event: &support::TestEvent| {
        if event.kind == Kind::Request {
            support::accept(engine, event.session, Accept { partial: true, ..default_accept() });
        } else {
            echo(engine, event);
        }
    };
    let engine = TestEngine::start("", partial);
    let (mut client, _) = engine.open();

    client.write(&frames::frame(false, frames::TEXT, b"one "));
    let first = client.read_frame();
    assert_eq!((first.fin, first.opcode, &first.payload[..]), (false, frames::TEXT, &b"one "[..]));

    client.write(&frames::frame(true, frames::CONTINUATION, b"two"));
    let last = client.read_frame();
    assert_eq!((last.fin, last.opcode, &last.payload[..]), (true, frames::CONTINUATION, &b"two"[..]));
    client.write(&frames::text("whole"));
    client.expect_text("whole");
}

#[test]
fn a_ping_between_the_parts_of_a_message_is_whole() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();

    send(&engine, session, MessageKind::Text, true, b"one ");
    client.read_frame();
    send(&engine, session, MessageKind::Ping, true, b"whole");
    let ping = client.read_frame();
    send(&engine, session, MessageKind::Text, false, b"two");
    let last = client.read_frame();

    assert_eq!((ping.fin, ping.opcode, &ping.payload[..]), (true, frames::PING, &b"whole"[..]));
    assert_eq!((last.fin, last.opcode), (true, frames::CONTINUATION));
}

#[test]
fn unsolicited_pongs_reach_the_handler() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();

    client.write(&frames::frame(true, frames::PONG, b"here"));

    assert_eq!(engine.events.first(session, Kind::Pong).payload, b"here");
}

#[test]
fn an_independent_client_is_understood() {
    let engine = TestEngine::echo("");
    let url = format!("ws://{}/chat", engine.address());
    let runtime = Builder::new_current_thread().enable_io().build().expect("a runtime");
    runtime.block_on(async {
        let (mut socket, response) = tokio_tungstenite::connect_async(url).await.expect("a handshake");
        assert_eq!(response.status(), 101);
        for message in [Message::text("hello"), Message::binary(vec![1, 2, 3]), Message::text("x".repeat(200_000))] {
            socket.send(message.clone()).await.expect("sent");
            assert_eq!(socket.next().await.expect("an answer").expect("a message"), message);
        }

        socket.send(Message::Ping("p".into())).await.expect("sent");
        let pong = socket.next().await.expect("an answer").expect("a message");
        assert_eq!(pong, Message::Pong("p".into()));

        socket.close(None).await.expect("sent");
        let close = socket.next().await.expect("an answer").expect("a message");
        assert_eq!(close, Message::Close(None));
        assert!(socket.next().await.is_none(), "the server closes the connection");
    });
}

#[test]
fn a_message_of_another_kind_does_not_get_between_the_parts_of_one() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();
    let part = |kind, more_follows| send(&engine, session, kind, more_follows, b"part");

    assert_eq!(part(MessageKind::Text, true), SendOutcome::Queued);
    assert_eq!(part(MessageKind::Binary, false), SendOutcome::Interleaved);
    assert_eq!(part(MessageKind::Binary, true), SendOutcome::Interleaved);
    assert_eq!(part(MessageKind::Ping, false), SendOutcome::Queued, "control frames may (RFC 6455 section 5.4)");
    assert_eq!(part(MessageKind::Text, false), SendOutcome::Queued);
    assert_eq!(part(MessageKind::Binary, false), SendOutcome::Queued);

    let seen: Vec<_> = (0..4).map(|_| client.read_frame()).filter(|frame| frame.opcode != frames::PING).collect();
    let shape: Vec<_> = seen.iter().map(|frame| (frame.fin, frame.opcode)).collect();
    assert_eq!(shape, [(false, frames::TEXT), (true, frames::CONTINUATION), (true, frames::BINARY)]);
}
