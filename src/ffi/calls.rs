//! What the native methods do, with Rust's types. The JNI signatures are in `exports`.

use std::time::Duration;

use crate::bridge::{Accept, Respond, SendOutcome, SessionId};
use crate::config::EngineConfig;
use crate::engine::{ApiMisuse, CloseRequest, Engine, MessageKind, Turn};
use crate::ffi::exception::NativeError;
use crate::ffi::registry;
use crate::protocol::{CloseCode, CloseReason, DEFAULT_MAX_FRAGMENTS, MessageLimits, check_header};

/// Added to a message kind: the message is not complete yet.
const MORE_FOLLOWS: i32 = 16;
/// Bit of `accept`'s flags: deliver messages in parts.
const PARTIAL: i32 = 1;

/// Starts an engine from `key=value` lines.
pub fn start(config: &[u8]) -> Result<i64, NativeError> {
    let text = std::str::from_utf8(config).map_err(|_| NativeError::IllegalArgument("config is not UTF-8".into()))?;
    Ok(registry::insert(Engine::start(EngineConfig::parse(text)?)?))
}

/// Drives a loop; -1 when it has stopped.
pub fn turn(engine: i64, index: i32) -> Result<i32, NativeError> {
    match registry::get(engine)?.turn(loop_index(index)?)? {
        Turn::Events(count) => Ok(count as i32),
        Turn::Stopped => Ok(-1),
    }
}

/// The payload of one event.
pub fn fetch(engine: i64, index: i32, event: i32) -> Result<Vec<u8>, NativeError> {
    let event = usize::try_from(event).map_err(|_| ApiMisuse::NothingToFetch(0))?;
    Ok(registry::get(engine)?.fetch(loop_index(index)?, event)?)
}

/// Queues a message that `fill` writes.
pub fn send(
    engine: i64,
    session: i64,
    kind: i32,
    length: i32,
    fill: impl FnOnce(&mut [u8]) -> Result<(), NativeError>,
) -> Result<SendOutcome, NativeError> {
    let more_follows = kind & MORE_FOLLOWS != 0;
    let kind = match kind & !MORE_FOLLOWS {
        1 => MessageKind::Text,
        2 => MessageKind::Binary,
        3 => MessageKind::Ping,
        4 => MessageKind::Pong,
        _ => {
            return Err(NativeError::IllegalArgument(format!("kind={kind} is not a message kind")));
        }
    };
    let length =
        usize::try_from(length).map_err(|_| NativeError::IllegalArgument(format!("length={length} is negative")))?;
    match registry::find(engine) {
        Some(engine) => engine.send(id(session), kind, more_follows, length, fill),
        None => Ok(SendOutcome::Closed),
    }
}

/// Accepts an opening handshake. Headers that cannot be sent are an error as long as the answer can still be another.
pub fn accept(
    engine: i64,
    session: i64,
    head: Vec<u8>,
    window: i32,
    limits: MessageLimits,
    bits: i32,
) -> Result<SendOutcome, NativeError> {
    for (name, value) in Accept::headers(&String::from_utf8_lossy(&head)) {
        check_header(name, value).map_err(|error| NativeError::IllegalArgument(error.to_string()))?;
    }
    let window_bytes = u32::try_from(window).ok().filter(|&window| window > 0);
    let accept = Accept { head, window_bytes, limits, partial: bits & PARTIAL != 0 };
    Ok(registry::find(engine).map_or(SendOutcome::Closed, |engine| engine.accept(id(session), accept)))
}

/// Answers a request with anything but 101.
pub fn respond(
    engine: i64,
    session: i64,
    status: i32,
    head: Vec<u8>,
    body: Vec<u8>,
) -> Result<SendOutcome, NativeError> {
    let status = u16::try_from(status).ok().filter(|status| (200..600).contains(status));
    let status = status.ok_or_else(|| NativeError::IllegalArgument("status is outside 200..599".into()))?;
    let respond = Respond { status, head, body };
    Ok(registry::find(engine).map_or(SendOutcome::Closed, |engine| engine.respond(id(session), respond)))
}

/// Starts to close a session.
pub fn close(engine: i64, session: i64, code: i32, reason: Vec<u8>) -> Result<SendOutcome, NativeError> {
    let text = String::from_utf8(reason).map_err(|_| NativeError::IllegalArgument("reason is not UTF-8".into()))?;
    let code = u16::try_from(code).map(CloseCode);
    let request = match code {
        Ok(CloseCode::ABNORMAL | CloseCode::TLS_HANDSHAKE) => CloseRequest::Cut,
        Ok(CloseCode::NO_STATUS) => CloseRequest::Handshake(None),
        Ok(code) if (1000..5000).contains(&code.0) => CloseRequest::Handshake(Some(CloseReason::new(code, text))),
        _ => return Err(NativeError::IllegalArgument("code is outside 1000..4999".into())),
    };
    Ok(registry::find(engine).map_or(SendOutcome::Closed, |engine| engine.close(id(session), request)))
}

/// Message limits as they come from Java; the engine's settings give the rest.
pub fn limits(engine: i64, text: i32, binary: i32) -> Result<MessageLimits, NativeError> {
    let positive = |name: &str, value: i32| {
        u32::try_from(value).map_err(|_| NativeError::IllegalArgument(format!("{name}={value} is negative")))
    };
    Ok(MessageLimits {
        max_text_bytes: positive("maxText", text)?,
        max_binary_bytes: positive("maxBinary", binary)?,
        max_fragments: registry::find(engine).map_or(DEFAULT_MAX_FRAGMENTS, |engine| engine.max_fragments()),
    })
}

/// Starts the stop.
pub fn stop(engine: i64, timeout_ms: i32) {
    if let Some(engine) = registry::find(engine) {
        engine.stop(Duration::from_millis(u64::try_from(timeout_ms).unwrap_or(0)));
    }
}

/// A session's id.
pub const fn id(raw: i64) -> SessionId {
    SessionId::from_raw(raw.cast_unsigned())
}

/// A loop's index.
pub fn loop_index(index: i32) -> Result<usize, NativeError> {
    usize::try_from(index).map_err(|_| NativeError::IllegalArgument(format!("loop={index} is negative")))
}
