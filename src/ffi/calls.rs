//! What the native methods do, with Rust's types. The JNI signatures are in `exports`.

use std::time::Duration;

use crate::bridge::{
    Accept, DeflateChoice, OutboundLimits, OverflowStrategy, Respond, SendOutcome, SessionId, Subscribed, TlsRecord,
};
use crate::config::EngineConfig;
use crate::engine::{
    ApiMisuse, CloseRequest, Compress, Engine, MAX_TOPIC_BYTES, MessageKind, Outbound, Publish, TlsServer, Turn,
};
use crate::ffi::exception::NativeError;
use crate::ffi::memory::CopyFault;
use crate::ffi::{driven, registry, text_buffer};
use crate::protocol::{
    CloseCode, CloseReason, DEFAULT_MAX_FRAGMENTS, DeflateParameters, DeflateSettings, MessageLimits, check_header,
    is_utf8, negotiate_deflate as negotiate,
};

/// Added to a message kind: the message is not complete yet.
const MORE_FOLLOWS: i32 = 16;
/// Added to a message kind: it is not compressed.
const NEVER_COMPRESS: i32 = 32;
/// Added to a message kind: it is compressed whatever its size.
const ALWAYS_COMPRESS: i32 = 64;
/// Added to the kind of a text: the application has encoded it, so it is looked at.
const UNCHECKED: i32 = 128;
/// Bit of `accept`'s flags: deliver messages in parts.
const PARTIAL: i32 = 1;

/// Starts an engine from `key=value` lines; an empty TLS record stands for plain connections.
pub fn start(config: &[u8], tls: &[u8]) -> Result<i64, NativeError> {
    let text = std::str::from_utf8(config).map_err(|_| NativeError::IllegalArgument("config is not UTF-8".into()))?;
    let config = EngineConfig::parse(text)?;
    let engine = match tls {
        [] => Engine::start(config),
        tls => Engine::start_tls(config, TlsServer::new(&TlsRecord::parse(tls)?)?),
    };
    Ok(registry::insert(engine?))
}

/// Exchanges the certificates of an engine.
pub fn reload_tls(engine: i64, tls: &[u8]) -> Result<(), NativeError> {
    let engine = registry::get(engine)?;
    Ok(engine.tls()?.reload(&TlsRecord::parse(tls)?)?)
}

/// Drives a loop; -1 when it has stopped.
pub fn turn(engine: i64, index: i32, epoch: i64) -> Result<i32, NativeError> {
    let epoch = u64::try_from(epoch).map_err(|_| NativeError::IllegalArgument(format!("epoch={epoch} is negative")))?;
    let running = driven::pause(engine)?;
    match running.turn_in_epoch(loop_index(index)?, epoch)? {
        Turn::Events(count) => {
            driven::resume(engine, running);
            Ok(count as i32)
        }
        Turn::Stopped => Ok(-1),
    }
}

/// The payload of one event.
pub fn fetch(engine: i64, index: i32, event: i32) -> Result<Vec<u8>, NativeError> {
    let event = usize::try_from(event).map_err(|_| ApiMisuse::NothingToFetch(0))?;
    Ok(registry::get(engine)?.fetch(loop_index(index)?, event)?)
}

/// Queues a message that `append` appends.
pub fn send(
    engine: i64,
    session: i64,
    kind: i32,
    length: i32,
    append: impl FnOnce(&mut Vec<u8>) -> Result<(), CopyFault>,
) -> Result<SendOutcome, NativeError> {
    let (outbound, length) = (outbound(kind)?, payload_bytes(length)?);
    let append = |out: &mut Vec<u8>| {
        let start = out.len();
        append(out)?;
        // Our copy is looked at: the application may change its array at any time.
        if kind & UNCHECKED != 0 && !is_utf8(&out[start..]) { Err(CopyFault::Malformed) } else { Ok(()) }
    };
    let sent = driven::with_session(engine, id(session), |engine, to| engine.send_to(to, outbound, length, append));
    match sent.unwrap_or(Ok(SendOutcome::Closed)) {
        Err(CopyFault::Malformed) => Ok(SendOutcome::Malformed),
        sent => Ok(sent?),
    }
}

/// Queues the text of so many UTF-16 units that lies in the current thread's buffer.
pub fn send_text(engine: i64, session: i64, kind: i32, units: i32) -> Result<SendOutcome, NativeError> {
    text_buffer::with_text(payload_bytes(units)?, |text| {
        send(engine, session, kind, text.len() as i32, |out| {
            out.extend_from_slice(text);
            Ok(())
        })
    })
}

/// What is sent, from a number.
fn outbound(kind: i32) -> Result<Outbound, NativeError> {
    let has = |bit: i32| kind & bit != 0;
    let compress = match (has(NEVER_COMPRESS), has(ALWAYS_COMPRESS)) {
        (true, _) => Compress::Never,
        (false, true) => Compress::Always,
        (false, false) => Compress::ByThreshold,
    };
    let more_follows = has(MORE_FOLLOWS);
    let kind = match kind & !(MORE_FOLLOWS | NEVER_COMPRESS | ALWAYS_COMPRESS | UNCHECKED) {
        1 => MessageKind::Text,
        2 => MessageKind::Binary,
        3 => MessageKind::Ping,
        4 => MessageKind::Pong,
        _ => {
            return Err(NativeError::IllegalArgument(format!("kind={kind} is not a message kind")));
        }
    };
    Ok(Outbound::new(kind, more_follows, compress))
}

fn payload_bytes(length: i32) -> Result<usize, NativeError> {
    usize::try_from(length).map_err(|_| NativeError::IllegalArgument(format!("length={length} is negative")))
}

/// What is published, as it comes from Java.
pub struct Published<'a> {
    pub topic: &'a [u8],
    pub kind: i32,
    pub length: i32,
    /// A session's id; 0 for none.
    pub excluded: i64,
    pub conflate_key: Option<&'a [u8]>,
}

/// Queues a message that `append` appends for the subscribers of a topic.
pub fn publish(
    engine: i64,
    published: &Published<'_>,
    append: impl FnOnce(&mut Vec<u8>) -> Result<(), CopyFault>,
) -> Result<i32, NativeError> {
    let outbound = outbound(published.kind)?;
    let (kind, compress) = (outbound.kind(), outbound.compress());
    if published.kind & (MORE_FOLLOWS | UNCHECKED) != 0 || !matches!(kind, MessageKind::Text | MessageKind::Binary) {
        let text = format!("kind={} is not a whole text or binary message", published.kind);
        return Err(NativeError::IllegalArgument(text));
    }
    let publish = Publish {
        topic: topic(published.topic)?,
        kind,
        compress,
        excluded: (published.excluded != 0).then(|| id(published.excluded)),
        conflate_key: published.conflate_key,
    };
    let queued = registry::get(engine)?.publish(&publish, payload_bytes(published.length)?, append)?;
    Ok(queued.cast_signed())
}

/// Subscribes a session.
pub fn subscribe(engine: i64, session: i64, name: &[u8]) -> Result<Subscribed, NativeError> {
    let name = topic(name)?;
    Ok(registry::find(engine).map_or(Subscribed::Closed, |engine| engine.subscribe(id(session), name)))
}

/// Ends a subscription.
pub fn unsubscribe(engine: i64, session: i64, name: &[u8]) -> Result<Subscribed, NativeError> {
    let name = topic(name)?;
    Ok(registry::find(engine).map_or(Subscribed::Closed, |engine| engine.unsubscribe(id(session), name)))
}

/// Whether a session is subscribed: 1 or 0.
pub fn is_subscribed(engine: i64, session: i64, name: &[u8]) -> Result<i32, NativeError> {
    let name = topic(name)?;
    Ok(registry::find(engine).map_or(0, |engine| engine.is_subscribed(id(session), name).into()))
}

/// How many sessions are subscribed.
pub fn subscribers(engine: i64, name: &[u8]) -> Result<i32, NativeError> {
    let name = topic(name)?;
    Ok(registry::find(engine).map_or(0, |engine| engine.subscribers(name).cast_signed()))
}

/// The name of a topic.
fn topic(name: &[u8]) -> Result<&[u8], NativeError> {
    if (1..=MAX_TOPIC_BYTES).contains(&name.len()) {
        return Ok(name);
    }
    Err(NativeError::IllegalArgument(format!("topic has {} bytes, not 1 to {MAX_TOPIC_BYTES}", name.len())))
}

/// Chooses among a client's offers, one header value on each line; an empty answer takes none.
pub fn negotiate_deflate(offers: &[u8], context_takeover: bool, max_window_bits: i32) -> Result<String, NativeError> {
    let bits = u8::try_from(max_window_bits).ok().filter(|bits| (9..=15).contains(bits));
    let max_window_bits =
        bits.ok_or_else(|| NativeError::IllegalArgument(format!("maxWindowBits={max_window_bits} is outside 9..15")))?;
    let settings = DeflateSettings { context_takeover, max_window_bits };
    let agreed = negotiate(offers.split(|&byte| byte == b'\n'), &settings);
    Ok(agreed.map_or_else(String::new, |parameters| parameters.to_header()))
}

/// What was agreed on, with our own settings; none if `extension` is empty.
pub fn deflate_choice(extension: &[u8], level: i32, threshold: i32) -> Result<Option<DeflateChoice>, NativeError> {
    if extension.is_empty() {
        return Ok(None);
    }
    let illegal = |what: &str| NativeError::IllegalArgument(what.to_owned());
    let parameters = std::str::from_utf8(extension).ok().and_then(DeflateParameters::parse);
    let level = u8::try_from(level).ok().filter(|level| (1..=9).contains(level));
    Ok(Some(DeflateChoice {
        parameters: parameters.ok_or_else(|| illegal("extension is not what negotiateDeflate has answered"))?,
        level: level.ok_or_else(|| illegal("deflateLevel is outside 1..9"))?,
        threshold_bytes: u32::try_from(threshold).map_err(|_| illegal("deflateThresholdBytes is negative"))?,
    }))
}

/// Accepts an opening handshake. Headers that cannot be sent are an error as long as the answer can still be another.
pub fn accept(engine: i64, session: i64, accept: Accept) -> Result<SendOutcome, NativeError> {
    for (name, value) in Accept::headers(&String::from_utf8_lossy(&accept.head)) {
        check_header(name, value).map_err(|error| NativeError::IllegalArgument(error.to_string()))?;
    }
    Ok(registry::find(engine).map_or(SendOutcome::Closed, |engine| engine.accept(id(session), accept)))
}

/// The connection that a header names, as its id (eight bytes, big endian) and the record of its request; empty for none.
pub fn find_upgrade(engine: i64, header: &[u8]) -> Vec<u8> {
    let found = registry::find(engine).and_then(|engine| engine.find_upgrade(header));
    found.map_or_else(Vec::new, |(session, record)| [&session.raw().to_be_bytes(), &*record].concat())
}

/// The record of who has a spliced connection; empty for none.
pub fn find_client(engine: i64, source_port: i32) -> Vec<u8> {
    let port = u16::try_from(source_port).ok();
    let found = registry::find(engine).zip(port).and_then(|(engine, port)| engine.find_client(port));
    found.unwrap_or_default()
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

/// Closes a session with 1013 because a sender has waited for the send time limit.
pub fn terminate(engine: i64, session: i64) -> SendOutcome {
    registry::find(engine).map_or(SendOutcome::Closed, |engine| engine.terminate(id(session)))
}

/// Marks and strategy of a session as they come from Java.
pub fn outbound_limits(low: i32, high: i32, overflow: i32) -> Result<OutboundLimits, NativeError> {
    let overflow = u8::try_from(overflow).ok().and_then(OverflowStrategy::from_number);
    let overflow = overflow.ok_or_else(|| NativeError::IllegalArgument("overflow is outside 0..3".into()))?;
    match (u32::try_from(low), u32::try_from(high)) {
        (Ok(low_water_bytes), Ok(high_water_bytes)) if high > 0 && low <= high => {
            Ok(OutboundLimits { low_water_bytes, high_water_bytes, overflow })
        }
        (Ok(_), Ok(_)) if high > 0 => {
            Err(NativeError::IllegalArgument(format!("lowWaterBytes={low} is above highWaterBytes={high}")))
        }
        (Err(_), _) => Err(NativeError::IllegalArgument(format!("lowWaterBytes={low} is negative"))),
        _ => Err(NativeError::IllegalArgument(format!("highWaterBytes={high} is less than 1"))),
    }
}

/// An inbound window as it comes from Java: 0 is not counted.
pub fn window(bytes: i32) -> Option<u32> {
    u32::try_from(bytes).ok().filter(|&bytes| bytes > 0)
}

/// Whether messages are delivered in parts.
pub const fn is_partial(flags: i32) -> bool {
    flags & PARTIAL != 0
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_make_no_sense_are_refused_by_name() {
        let refused = |low, high, overflow| outbound_limits(low, high, overflow).map_err(|error| error.to_string());
        assert_eq!(refused(-1, 5, 0), Err("lowWaterBytes=-1 is negative".into()));
        assert_eq!(refused(0, 0, 0), Err("highWaterBytes=0 is less than 1".into()));
        assert_eq!(refused(0, -1, 0), Err("highWaterBytes=-1 is less than 1".into()));
        assert_eq!(refused(6, 5, 0), Err("lowWaterBytes=6 is above highWaterBytes=5".into()));
        for overflow in [-1, 4, 256] {
            assert_eq!(refused(5, 5, overflow), Err("overflow is outside 0..3".into()));
        }
        let limits = OutboundLimits { low_water_bytes: 5, high_water_bytes: 5, overflow: OverflowStrategy::DropNewest };
        assert_eq!(refused(5, 5, 3), Ok(limits));
    }
}
