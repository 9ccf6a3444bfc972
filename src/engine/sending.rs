//! How any thread sends on a session: from a payload to a frame in the loop's queue. Knows nothing of sockets.

use crate::bridge::{Command, Outgoing, SendOutcome, SessionId};
use crate::engine::engine::Engine;
use crate::engine::session_deflate::{Compress, Context, OutboundDeflate};
use crate::engine::session_table::{ReadyState, Session};
use crate::protocol::{Opcode, encode_header, header_bytes};

/// Pings and pongs of Java that may wait, held against this instead of the high-water mark.
const MAX_CONTROL_BYTES: u64 = 64 << 10;

/// What Java sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// Text, valid UTF-8.
    Text = 1,
    /// Binary.
    Binary,
    /// Ping, at most 125 bytes.
    Ping,
    /// Pong, at most 125 bytes.
    Pong,
}

impl MessageKind {
    const fn is_control(self) -> bool {
        matches!(self, Self::Ping | Self::Pong)
    }

    const fn opcode(self) -> Opcode {
        match self {
            Self::Text => Opcode::Text,
            Self::Binary => Opcode::Binary,
            Self::Ping => Opcode::Ping,
            Self::Pong => Opcode::Pong,
        }
    }
}

/// A message, or a part of one, but for its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outbound {
    /// What it is.
    pub kind: MessageKind,
    /// It is a part and not the last. RFC 6455 section 5.5: control frames come in one piece, so theirs is ignored.
    pub more_follows: bool,
    /// Whether it is compressed, where permessage-deflate was agreed on. Parts never are.
    pub compress: Compress,
}

impl From<MessageKind> for Outbound {
    /// A whole message, compressed from the session's threshold on.
    fn from(kind: MessageKind) -> Self {
        Self { kind, more_follows: false, compress: Compress::ByThreshold }
    }
}

/// A session as `send` has found it.
#[derive(Clone, Copy)]
struct Recipient<'a> {
    id: SessionId,
    session: &'a Session,
}

impl Engine {
    /// Queues a message of `payload_bytes`, which `fill` writes. From any thread; one thread's messages keep their order.
    ///
    /// # Errors
    /// What `fill` returns; then nothing was queued.
    pub fn send<E>(
        &self,
        id: SessionId,
        outbound: Outbound,
        payload_bytes: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<SendOutcome, E> {
        let sent = self.sessions.with(id, |session| {
            if let Some(refusal) = self.refuse(id, session, outbound.kind) {
                return Ok(refusal);
            }
            let more_follows = outbound.more_follows && !outbound.kind.is_control();
            let outbound = Outbound { more_follows, ..outbound };
            let to = Recipient { id, session };
            match deflate_for(session, outbound, payload_bytes) {
                None => Ok(self.queue(to, outbound, encode(outbound, payload_bytes, fill)?, false)),
                Some(OutboundDeflate { context: Some(context), level, window_bits, .. }) => {
                    self.send_in_context(to, outbound, (context, (*window_bits, *level)), payload_bytes, fill)
                }
                Some(deflate) => self.send_compressed(to, outbound, deflate, payload_bytes, fill),
            }
        });
        sent.unwrap_or(Ok(SendOutcome::Closed))
    }

    /// Compresses a message by itself; one that does not become smaller goes out as it came.
    #[inline(never)]
    fn send_compressed<E>(
        &self,
        to: Recipient<'_>,
        outbound: Outbound,
        deflate: &OutboundDeflate,
        payload_bytes: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<SendOutcome, E> {
        let frame = self.deflaters.lend(deflate.window_bits, deflate.level, |codec| {
            codec.plain.resize(payload_bytes, 0);
            fill(&mut codec.plain)?;
            codec.deflater.compress_message(&codec.plain, false, &mut codec.compressed);
            let is_smaller = codec.compressed.len() < payload_bytes;
            let payload = if is_smaller { &codec.compressed } else { &codec.plain };
            Ok(frame(outbound, is_smaller, payload))
        })?;
        Ok(self.queue(to, outbound, frame, false))
    }

    /// Compresses with what this session has sent before. RFC 7692 section 7.2.3.2: what went through the compressor
    /// must go out that way, and in that order.
    #[inline(never)]
    fn send_in_context<E>(
        &self,
        to: Recipient<'_>,
        outbound: Outbound,
        (context, codec): (&Context, (u8, u8)),
        payload_bytes: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<SendOutcome, E> {
        let mut plain = vec![0; payload_bytes];
        fill(&mut plain)?;
        Ok(context
            .compress(codec, &plain, |compressed| self.queue(to, outbound, frame(outbound, true, compressed), true)))
    }

    #[inline]
    fn queue(&self, to: Recipient<'_>, outbound: Outbound, bytes: Vec<u8>, in_context: bool) -> SendOutcome {
        let Outbound { kind, more_follows, .. } = outbound;
        let (session, is_control) = (to.session, kind.is_control());
        if more_follows && !session.parts.begin(kind as u8) {
            return SendOutcome::Interleaved;
        }
        let weight = session.pressure.add_message(bytes.len(), is_control);
        let outgoing = Outgoing { is_control, more_follows, in_context, bytes };
        self.push(to.id, session, |target| Command::Send(target, outgoing));
        if !more_follows && !is_control {
            session.parts.end();
        }
        let is_high = weight >= self.config.send_high_water_bytes;
        if is_high { SendOutcome::Pressured } else { SendOutcome::Queued }
    }

    /// Why a message is not taken.
    #[inline]
    fn refuse(&self, id: SessionId, session: &Session, kind: MessageKind) -> Option<SendOutcome> {
        if session.state() != ReadyState::Open {
            return Some(SendOutcome::Closed);
        }
        let is_full = match kind.is_control() {
            true => session.pressure.control_weight() >= MAX_CONTROL_BYTES,
            false => session.pressure.weight() >= self.config.send_high_water_bytes,
        };
        if is_full {
            return Some(self.terminate(id, session));
        }
        let fits = kind.is_control() || session.parts.allow(kind as u8);
        (!fits).then_some(SendOutcome::Interleaved)
    }

    pub(super) fn terminate(&self, id: SessionId, session: &Session) -> SendOutcome {
        if !session.transition(ReadyState::Open, ReadyState::Closing) {
            return SendOutcome::Closed;
        }
        self.push(id, session, Command::Terminate);
        SendOutcome::Terminated
    }
}

/// How a message is compressed, if it is: control frames never are (RFC 7692 section 5.2), and parts are not because
/// the compressor would have to wait for the last of them.
#[inline]
fn deflate_for(session: &Session, outbound: Outbound, payload_bytes: usize) -> Option<&OutboundDeflate> {
    let deflate = session.deflate.get()?;
    let is_whole = !outbound.kind.is_control() && !outbound.more_follows && !session.parts.is_open();
    (is_whole && deflate.wants(outbound.compress, payload_bytes)).then_some(deflate)
}

/// A frame whose payload is written by `fill`.
pub fn encode<E>(
    outbound: Outbound,
    payload_bytes: usize,
    fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, E> {
    let header_bytes = header_bytes(payload_bytes, false);
    let mut bytes = Vec::with_capacity(header_bytes + payload_bytes);
    encode_header(&mut bytes, !outbound.more_follows, false, outbound.kind.opcode(), payload_bytes, None);
    bytes.resize(header_bytes + payload_bytes, 0);
    fill(&mut bytes[header_bytes..])?;
    Ok(bytes)
}

/// A whole message in one frame; RSV1 says that it is compressed.
pub fn frame(outbound: Outbound, is_compressed: bool, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(header_bytes(payload.len(), false) + payload.len());
    encode_header(&mut bytes, true, is_compressed, outbound.kind.opcode(), payload.len(), None);
    bytes.extend_from_slice(payload);
    bytes
}
