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

/// A message, or a part of one, but for its payload. In one byte, so that it passes from function to function in a register.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Outbound(u8);

impl Outbound {
    const KIND: u8 = 0b0_0011;
    const MORE_FOLLOWS: u8 = 0b0_0100;
    const ALWAYS: u8 = 0b0_1000;
    const NEVER: u8 = 0b1_0000;

    /// `more_follows`: it is a part and not the last. RFC 6455 section 5.5: control frames come in one piece, so theirs is
    /// ignored. `compress`: whether it is compressed, where permessage-deflate was agreed on. Parts never are.
    #[inline]
    pub const fn new(kind: MessageKind, more_follows: bool, compress: Compress) -> Self {
        let compress = match compress {
            Compress::ByThreshold => 0,
            Compress::Always => Self::ALWAYS,
            Compress::Never => Self::NEVER,
        };
        let more_follows = if more_follows && !kind.is_control() { Self::MORE_FOLLOWS } else { 0 };
        Self((kind as u8 - MessageKind::Text as u8) | more_follows | compress)
    }

    /// What it is.
    #[inline]
    pub const fn kind(self) -> MessageKind {
        match self.0 & Self::KIND {
            0 => MessageKind::Text,
            1 => MessageKind::Binary,
            2 => MessageKind::Ping,
            _ => MessageKind::Pong,
        }
    }

    /// It is a part and not the last.
    #[inline]
    pub const fn more_follows(self) -> bool {
        self.0 & Self::MORE_FOLLOWS != 0
    }

    /// Whether it goes ahead of waiting data.
    #[inline]
    pub const fn is_control(self) -> bool {
        self.kind().is_control()
    }

    /// Whether it is compressed, where permessage-deflate was agreed on.
    #[inline]
    pub const fn compress(self) -> Compress {
        match self.0 & (Self::ALWAYS | Self::NEVER) {
            0 => Compress::ByThreshold,
            Self::ALWAYS => Compress::Always,
            _ => Compress::Never,
        }
    }
}

impl From<MessageKind> for Outbound {
    /// A whole message, compressed from the session's threshold on.
    fn from(kind: MessageKind) -> Self {
        Self::new(kind, false, Compress::ByThreshold)
    }
}

impl std::fmt::Debug for Outbound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fields = (self.kind(), self.more_follows(), self.compress());
        write!(f, "Outbound(kind: {:?}, more_follows: {}, compress: {:?})", fields.0, fields.1, fields.2)
    }
}

/// A session as `send` has found it.
#[derive(Clone, Copy)]
pub struct Recipient<'a> {
    /// Its id.
    pub id: SessionId,
    /// The session, which may have ended meanwhile.
    pub session: &'a Session,
}

impl Recipient<'_> {
    const fn target(&self) -> Target {
        Target { session: self.id, slot: self.session.slot }
    }
}

impl Engine {
    /// Queues a message of `payload_bytes`, which `append` appends to what it is given. From any thread; one thread's messages keep their order.
    ///
    /// # Errors
    /// What `append` returns; then nothing was queued.
    pub fn send<E>(
        &self,
        id: SessionId,
        outbound: Outbound,
        payload_bytes: usize,
        append: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<SendOutcome, E> {
        let sent =
            self.sessions.with(id, |session| self.send_to(Recipient { id, session }, outbound, payload_bytes, append));
        sent.unwrap_or(Ok(SendOutcome::Closed))
    }

    /// [`send`](Self::send) to a session that was looked up.
    ///
    /// # Errors
    /// What `append` returns; then nothing was queued.
    #[inline]
    pub fn send_to<E>(
        &self,
        to: Recipient<'_>,
        outbound: Outbound,
        payload_bytes: usize,
        append: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<SendOutcome, E> {
        if let Some(refusal) = self.refuse(to, outbound, payload_bytes) {
            return Ok(refusal);
        }
        match deflate_for(to.session, outbound, payload_bytes) {
            None => self.send_frame(to, outbound, false, payload_bytes, append),
            Some(OutboundDeflate { context: Some(context), level, window_bits, .. }) => {
                self.send_in_context(to, outbound, (context, (*window_bits, *level)), payload_bytes, append)
            }
            Some(deflate) => self.send_compressed(to, outbound, deflate, payload_bytes, append),
        }
    }

    /// Puts a message into the outbox of its session if it may go there, else into the loop's queue.
    #[inline]
    fn send_frame<E>(
        &self,
        to: Recipient<'_>,
        outbound: Outbound,
        is_compressed: bool,
        payload_bytes: usize,
        append: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<SendOutcome, E> {
        let (session, load) = (to.session, self.load(to.session));
        let frame_bytes = header_bytes(payload_bytes, false) + payload_bytes;
        let epoch = self.publish_epoch.load(Ordering::Acquire);
        let is_whole = !outbound.more_follows() && !outbound.is_control();
        let draft = is_whole.then(|| session.outbox.begin(frame_bytes, epoch, &load.buffers)).flatten();
        // Looked at while the outbox is held: who begins a message in parts says so before he comes here.
        let Some(mut draft) = draft.filter(|_| !session.parts.is_open()) else {
            let mut bytes = Vec::with_capacity(frame_bytes);
            encode(&mut bytes, outbound, is_compressed, payload_bytes, append)?;
            return Ok(self.queue(to, outbound, bytes, false));
        };
        encode(draft.bytes(), outbound, is_compressed, payload_bytes, append)?;
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
        append: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<SendOutcome, E> {
        self.deflaters.lend(deflate.window_bits, deflate.level, |codec| {
            codec.plain.clear();
            append(&mut codec.plain)?;
            codec.deflater.compress_message(&codec.plain, false, &mut codec.compressed);
            let is_smaller = codec.compressed.len() < payload_bytes;
            let payload = if is_smaller { &codec.compressed } else { &codec.plain };
            self.send_frame(to, outbound, is_smaller, payload.len(), |into| {
                into.extend_from_slice(payload);
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
        append: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<SendOutcome, E> {
        let mut plain = Vec::with_capacity(payload_bytes);
        append(&mut plain)?;
        Ok(context
            .compress(codec, &plain, |compressed| self.queue(to, outbound, frame(outbound, true, compressed), true)))
    }

    #[inline]
    fn queue(&self, to: Recipient<'_>, outbound: Outbound, bytes: Vec<u8>, in_context: bool) -> SendOutcome {
        let (more_follows, is_control) = (outbound.more_follows(), outbound.is_control());
        let session = to.session;
        if more_follows && !session.parts.begin(outbound.kind() as u8) {
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
    let is_whole = !outbound.is_control() && !outbound.more_follows() && !session.parts.is_open();
    (is_whole && deflate.wants(outbound.compress(), payload_bytes)).then_some(deflate)
}

/// Appends a frame whose payload is appended by `append`.
#[inline]
pub fn encode<E>(
    out: &mut Vec<u8>,
    outbound: Outbound,
    is_compressed: bool,
    payload_bytes: usize,
    append: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    encode_header(out, !outbound.more_follows(), is_compressed, outbound.kind().opcode(), payload_bytes, None);
    let end = out.len() + payload_bytes;
    append(out)?;
    assert_eq!(out.len(), end, "the payload is as long as its header says");
    Ok(())
}

/// A whole message in one frame; RSV1 says that it is compressed.
pub fn frame(outbound: Outbound, is_compressed: bool, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(header_bytes(payload.len(), false) + payload.len());
    encode_header(&mut bytes, true, is_compressed, outbound.kind().opcode(), payload.len(), None);
    bytes.extend_from_slice(payload);
    bytes
}
