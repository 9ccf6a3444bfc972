//! What a handler does with an event: the echo, and the pieces of which tests make others. Knows the engine's calls.

use std::convert::Infallible;

use hawser::bridge::{Accept, Respond, SendOutcome, SessionId};
use hawser::engine::{Compress, Engine, MessageKind, Outbound, Publish};
use hawser::protocol::MessageLimits;

use super::engine::UPGRADE;
use super::event::{Kind, TestEvent};

const LAST: u8 = 8;

/// Accepts every WebSocket, echoes messages, answers plain HTTP with what was asked, goes on with every closing.
pub fn echo(engine: &Engine, event: &TestEvent) {
    let session = event.session;
    match event.kind {
        Kind::Request if event.flags & UPGRADE != 0 => {
            accept(engine, session, default_accept());
        }
        Kind::Accepted => {
            accept(engine, session, Accept { head: event.payload.clone(), ..default_accept() });
        }
        Kind::Request => answer_http(engine, event),
        Kind::Text | Kind::Binary => {
            let kind = if event.kind == Kind::Text { MessageKind::Text } else { MessageKind::Binary };
            send(engine, session, kind, event.flags & LAST == 0, &event.payload);
            engine.consumed(session, event.cost);
        }
        Kind::Pong => engine.consumed(session, event.cost),
        Kind::Closing => engine.proceed_closing(session),
        Kind::Failed | Kind::Closed | Kind::Drained | Kind::Dropped | Kind::Log => {}
    }
}

/// A counted session with room for every test.
pub fn default_accept() -> Accept {
    Accept {
        head: Vec::new(),
        window_bytes: Some(64 << 10),
        limits: MessageLimits { max_text_bytes: 4 << 20, max_binary_bytes: 4 << 20, max_fragments: 16_384 },
        partial: false,
        deflate: None,
        outbound: None,
    }
}

/// Accepts, and gives back the window with which a session begins: `afterConnectionEstablished` has returned at once.
pub fn accept(engine: &Engine, session: SessionId, accept: Accept) -> SendOutcome {
    let window_bytes = accept.window_bytes.unwrap_or(0);
    let outcome = engine.accept(session, accept);
    engine.consumed(session, window_bytes);
    outcome
}

pub fn send(engine: &Engine, session: SessionId, kind: MessageKind, more_follows: bool, payload: &[u8]) -> SendOutcome {
    let outbound = Outbound::new(kind, more_follows, Compress::ByThreshold);
    let sent = engine.send(session, outbound, payload.len(), |bytes| {
        bytes.extend_from_slice(payload);
        Ok::<_, Infallible>(())
    });
    let Ok(outcome) = sent;
    outcome
}

pub fn send_text(engine: &Engine, session: SessionId, text: &str) -> SendOutcome {
    send(engine, session, MessageKind::Text, false, text.as_bytes())
}

/// A text for all subscribers of a topic, without anything special.
pub fn publish_text(topic: &str) -> Publish<'_> {
    let kind = MessageKind::Text;
    Publish { topic: topic.as_bytes(), kind, compress: Compress::ByThreshold, excluded: None, conflate_key: None }
}

pub fn publish(engine: &Engine, publish: Publish<'_>, payload: &[u8]) -> u32 {
    let published = engine.publish(&publish, payload.len(), |bytes| {
        bytes.extend_from_slice(payload);
        Ok::<_, Infallible>(())
    });
    let Ok(queued) = published;
    queued
}

pub fn respond(engine: &Engine, session: SessionId, status: u16, head: &str, body: &[u8]) -> SendOutcome {
    let (head, body) = (head.into(), body.into());
    engine.respond(session, Respond { status, head, body })
}

/// 200 with the request line and the body that came.
fn answer_http(engine: &Engine, event: &TestEvent) {
    let request = event.request();
    let mut body = request.head.lines().next().expect("a request line").as_bytes().to_vec();
    body.push(b'\n');
    body.extend_from_slice(&request.body);
    respond(engine, event.session, 200, "Content-Type: text/plain\n", &body);
}
