//! How any thread sends on a session: from a payload to a frame in the loop's queue. Knows nothing of sockets.

use std::sync::atomic::Ordering;

use crate::bridge::{Command, Outgoing, SendOutcome, SessionId, Target};
use crate::engine::acceptor::LoopLoad;
use crate::engine::engine::Engine;
use crate::engine::overflow::queued;
use crate::engine::session_deflate::{Compress, Context, OutboundDeflate};
use crate::engine::session_table::Session;
use crate::protocol::{Opcode, encode_header, header_bytes};

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
    /// Whether it goes ahead of waiting data.
    pub const fn is_control(self) -> bool {
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
pub(super) struct Recipient<'a> {
    pub(super) id: SessionId,
    pub(super) session: &'a Session,
}

impl Recipient<'_> {
    const fn target(&self) -> Target {
        Target { session: self.id, slot: self.session.slot }
    }
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
            let more_follows = outbound.more_follows && !outbound.kind.is_control();
            let outbound = Outbound { more_follows, ..outbound };
            let to = Recipient { id, session };
            if let Some(refusal) = self.refuse(to, outbound, payload_bytes) {
                return Ok(refusal);
            }
            match deflate_for(session, outbound, payload_bytes) {
                None => self.send_frame(to, outbound, false, payload_bytes, fill),
                Some(OutboundDeflate { context: Some(context), level, window_bits, .. }) => {
                    self.send_in_context(to, outbound, (context, (*window_bits, *level)), payload_bytes, fill)
                }
                Some(deflate) => self.send_compressed(to, outbound, deflate, payload_bytes, fill),
            }
        });
        sent.unwrap_or(Ok(SendOutcome::Closed))
    }

    /// Puts a message into the outbox of its session if it may go there, else into the loop's queue.
    #[inline]
    fn send_frame<E>(
        &self,
        to: Recipient<'_>,
        outbound: Outbound,
        is_compressed: bool,
        payload_bytes: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<SendOutcome, E> {
        let (session, load) = (to.session, self.load(to.session));
        let frame_bytes = header_bytes(payload_bytes, false) + payload_bytes;
        let epoch = self.publish_epoch.load(Ordering::Acquire);
        let is_whole = !outbound.more_follows && !outbound.kind.is_control();
        let draft = is_whole.then(|| session.outbox.begin(frame_bytes, epoch, &load.buffers)).flatten();
        // Looked at while the outbox is held: who begins a message in parts says so before he comes here.
        let Some(mut draft) = draft.filter(|_| !session.parts.is_open()) else {
            let mut bytes = Vec::with_capacity(frame_bytes);
            encode(&mut bytes, outbound, is_compressed, payload_bytes, fill)?;
            return Ok(self.queue(to, outbound, bytes, false));
        };
        encode(draft.bytes(), outbound, is_compressed, payload_bytes, fill)?;
        let weight = session.pressure.add_message(frame_bytes, false);
        if draft.commit(|| load.commands.enqueue(Command::Flush(to.target()))) {
            load.commands.wake();
        }
        Ok(queued(session, weight))
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
        self.deflaters.lend(deflate.window_bits, deflate.level, |codec| {
            codec.plain.resize(payload_bytes, 0);
            fill(&mut codec.plain)?;
            codec.deflater.compress_message(&codec.plain, false, &mut codec.compressed);
            let is_smaller = codec.compressed.len() < payload_bytes;
            let payload = if is_smaller { &codec.compressed } else { &codec.plain };
            self.send_frame(to, outbound, is_smaller, payload.len(), |into| {
                into.copy_from_slice(payload);
                Ok(())
            })
        })
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
        let commands = &self.load(session).commands;
        session.outbox.seal(|| commands.enqueue(Command::Send(to.target(), outgoing)));
        commands.wake();
        if !more_follows && !is_control {
            session.parts.end();
        }
        queued(session, weight)
    }

    fn load(&self, session: &Session) -> &LoopLoad {
        &self.loads[session.loop_index as usize]
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

/// Appends a frame whose payload is written by `fill`.
#[inline]
pub fn encode<E>(
    out: &mut Vec<u8>,
    outbound: Outbound,
    is_compressed: bool,
    payload_bytes: usize,
    fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
) -> Result<(), E> {
    encode_header(out, !outbound.more_follows, is_compressed, outbound.kind.opcode(), payload_bytes, None);
    let start = out.len();
    out.resize(start + payload_bytes, 0);
    fill(&mut out[start..])
}

/// A whole message in one frame; RSV1 says that it is compressed.
pub fn frame(outbound: Outbound, is_compressed: bool, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(header_bytes(payload.len(), false) + payload.len());
    encode_header(&mut bytes, true, is_compressed, outbound.kind.opcode(), payload.len(), None);
    bytes.extend_from_slice(payload);
    bytes
}
