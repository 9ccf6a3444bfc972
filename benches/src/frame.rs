//! Frames as a client sees them (RFC 6455 section 5.2): its own going out, echoes coming in. Knows no sockets or time.

use anyhow::{Context, Result, ensure};

use crate::deflate::EchoInflater;
use crate::messages::Messages;

/// Longest header a server may send: two bytes and a 64-bit length, no masking key.
const MAX_HEADER_BYTES: usize = 10;
/// The one masking key of all frames. A browser must draw a fresh one (section 5.3); here drawing would cost the
/// load generator time and a server cannot tell the difference. Not zero, so that unmasking is real work.
const MASKING_KEY: [u8; 4] = [0x5a, 0xc3, 0x91, 0x2e];

/// The bit of a masked frame, beside the length.
const MASKED: u8 = 0x80;
/// The reserved bit of a compressed message (RFC 7692 section 6).
pub(crate) const RSV1: u8 = 0x40;
pub(crate) const OPCODE_CONTINUATION: u8 = 0x0;
pub(crate) const OPCODE_CLOSE: u8 = 0x8;

/// Kind of the messages under way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MessageKind {
    /// Opcode 0x1.
    Text,
    /// Opcode 0x2.
    Binary,
}

impl MessageKind {
    pub(crate) const fn opcode(self) -> u8 {
        match self {
            Self::Text => 0x1,
            Self::Binary => 0x2,
        }
    }
}

/// Returns one whole message as a masked frame.
pub fn encode_message(kind: MessageKind, payload: &[u8]) -> Vec<u8> {
    encode(kind.opcode(), payload)
}

/// Returns one whole message, `compressed` as permessage-deflate has it, as a masked frame.
pub fn encode_compressed_message(kind: MessageKind, compressed: &[u8]) -> Vec<u8> {
    encode(RSV1 | kind.opcode(), compressed)
}

/// Returns one whole message as a server sends it: not masked.
pub fn server_message(kind: MessageKind, payload: &[u8]) -> Vec<u8> {
    let mut frame = header(kind.opcode(), payload.len());
    frame[1] &= !MASKED;
    frame.extend(payload);
    frame
}

/// Payload bytes of a whole server's `frame`.
pub const fn payload_bytes(frame: &[u8]) -> usize {
    match frame[1] {
        126 => frame.len() - 4,
        127 => frame.len() - MAX_HEADER_BYTES,
        length => length as usize,
    }
}

/// Returns a masked Close frame with code 1000 (section 7.4.1).
pub fn encode_close() -> Vec<u8> {
    encode(OPCODE_CLOSE, &1000_u16.to_be_bytes())
}

fn encode(opcode_and_bits: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = header(opcode_and_bits, payload.len());
    frame.extend(MASKING_KEY);
    frame.extend(payload.iter().zip(MASKING_KEY.iter().cycle()).map(|(byte, key)| byte ^ key));
    frame
}

/// The first bytes of a masked frame, up to its length.
fn header(opcode_and_bits: u8, payload_bytes: usize) -> Vec<u8> {
    let mut frame = vec![0x80 | opcode_and_bits];
    // The guards make the narrowing casts exact.
    match payload_bytes {
        length @ 0..=125 => frame.push(MASKED | length as u8),
        length @ 126..=0xffff => {
            frame.push(MASKED | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(MASKED | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame
}

/// What a piece of input brought.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Progress {
    /// Echoes that ended in this piece.
    pub echoes: usize,
    /// Payload bytes of messages in this piece, as they came over the wire.
    pub payload_bytes: usize,
    /// The server has sent a Close frame; what follows it is ignored.
    pub closed: bool,
}

/// Reads echoes out of a byte stream that may be cut anywhere and compares every byte with what was sent.
///
/// A server may split an echo into fragments; Ping and Pong frames are skipped. After deflate was agreed on, an echo that
/// is not compressed is an error: its server would be measured at something else.
#[derive(Debug, Default)]
pub struct EchoReader {
    header: [u8; MAX_HEADER_BYTES],
    /// Header bytes there are of the current frame. Invariant: `<= MAX_HEADER_BYTES`.
    header_bytes: usize,
    /// Payload bytes of the current frame still to come; `None` while its header is read.
    payload_left: Option<usize>,
    /// The message of the cycle whose echo is under way or comes next.
    message: usize,
    /// Inflates echoes when deflate was agreed on; then every echo must be compressed.
    inflater: Option<Box<EchoInflater>>,
    /// Payload bytes of the current message that were compared or handed to the inflater.
    message_bytes: usize,
    /// Whether a message is open, that is: its last fragment has not come yet.
    in_message: bool,
    closed: bool,
}

impl EchoReader {
    /// Reads echoes of the cycle from message `first` on.
    pub fn new(first: usize, inflater: Option<Box<EchoInflater>>) -> Self {
        Self { message: first, inflater, ..Self::default() }
    }

    /// Whether the server has sent a Close frame.
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Goes to message `message` of the cycle. Only between echoes.
    pub const fn expect_message(&mut self, message: usize) {
        self.message = message;
    }

    /// Takes the next piece of input; the echoes must be `messages` in their order.
    ///
    /// # Errors
    /// The first difference between echo and message, or the first frame that no server may send.
    pub fn handle_bytes(&mut self, mut input: &[u8], messages: &Messages) -> Result<Progress> {
        let (mut echoes, mut payload_bytes) = (0, 0);
        while !self.closed {
            let left = match self.payload_left {
                Some(left) => left,
                None => match self.take_header(&mut input, messages.kind)? {
                    Some(length) => length,
                    None => break,
                },
            };
            let (now, later) = input.split_at(left.min(input.len()));
            input = later;
            payload_bytes += self.compare(now, messages)?;
            self.payload_left = Some(left - now.len());
            if now.len() < left {
                break;
            }
            echoes += usize::from(self.end_frame(messages)?);
        }
        Ok(Progress { echoes, payload_bytes, closed: self.closed })
    }

    /// Returns the payload length once the header is whole.
    fn take_header(&mut self, input: &mut &[u8], kind: MessageKind) -> Result<Option<usize>> {
        loop {
            let wanted = match (self.header_bytes, self.header[1] & 0x7f) {
                (0 | 1, _) => 2,
                (_, 126) => 4,
                (_, 127) => MAX_HEADER_BYTES,
                _ => 2,
            };
            if self.header_bytes == wanted {
                break;
            }
            let take = (wanted - self.header_bytes).min(input.len());
            if take == 0 {
                return Ok(None);
            }
            self.header[self.header_bytes..self.header_bytes + take].copy_from_slice(&input[..take]);
            self.header_bytes += take;
            *input = &input[take..];
        }
        self.check_header(kind)?;
        let length = match self.header[1] {
            126 => u64::from(u16::from_be_bytes([self.header[2], self.header[3]])),
            127 => self.header[2..].iter().fold(0, |length, byte| length << 8 | u64::from(*byte)),
            length => u64::from(length),
        };
        Ok(Some(usize::try_from(length)?))
    }

    fn check_header(&mut self, kind: MessageKind) -> Result<()> {
        let first_of_message = self.is_data() && !self.in_message;
        let agreed = if first_of_message && self.inflater.is_some() { RSV1 } else { 0 };
        let reserved = self.header[0] & 0x70;
        ensure!(reserved & !agreed == 0, "server set a reserved bit without an extension (RFC 6455 section 5.2)");
        ensure!(reserved == agreed, "server does not compress its echo, though deflate was agreed on");
        ensure!(self.header[1] & 0x80 == 0, "server masked a frame (RFC 6455 section 5.1)");
        let opcode = self.header[0] & 0x0f;
        if self.is_data() {
            let wanted = if self.in_message { OPCODE_CONTINUATION } else { kind.opcode() };
            ensure!(opcode == wanted, "frame of opcode {opcode:#x} where {wanted:#x} belongs");
            self.in_message = true;
        }
        Ok(())
    }

    /// Whether the current frame belongs to a message; control frames have the high bit of the opcode (section 5.5).
    const fn is_data(&self) -> bool {
        self.header[0] & 0x08 == 0
    }

    /// Returns the bytes of a message in `piece`.
    fn compare(&mut self, piece: &[u8], messages: &Messages) -> Result<usize> {
        if !self.is_data() {
            return Ok(0);
        }
        let from = self.message_bytes;
        if let Some(inflater) = &mut self.inflater {
            inflater.push(piece);
        } else {
            let wanted = messages.payload(self.message).get(from..from + piece.len());
            ensure!(wanted == Some(piece), "echo differs from its message at or behind byte {from}");
        }
        self.message_bytes += piece.len();
        Ok(piece.len())
    }

    /// Prepares for the next frame; says whether an echo is complete.
    fn end_frame(&mut self, messages: &Messages) -> Result<bool> {
        self.payload_left = None;
        self.header_bytes = 0;
        self.closed = self.header[0] & 0x0f == OPCODE_CLOSE;
        let is_last = self.is_data() && self.header[0] & 0x80 != 0;
        if is_last {
            self.end_message(messages.payload(self.message))?;
            self.message = messages.behind(self.message, 1);
        }
        Ok(is_last)
    }

    fn end_message(&mut self, expected: &[u8]) -> Result<()> {
        let (bytes, wanted) = (self.message_bytes, expected.len());
        if let Some(inflater) = &mut self.inflater {
            inflater
                .finish(self.message, expected)
                .with_context(|| format!("message {} of the cycle", self.message))?;
        } else {
            ensure!(bytes == wanted, "echo ends after {bytes} of {wanted} bytes");
        }
        self.message_bytes = 0;
        self.in_message = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{
        EchoReader, MASKING_KEY, MessageKind, Progress, encode_close, encode_compressed_message, encode_message,
    };
    use crate::deflate::compress_message;
    use crate::messages::{Messages, Offer};

    const EXPECTED: &[u8] = b"hello";

    fn read(pieces: &[&[u8]], expected: &[u8]) -> anyhow::Result<Progress> {
        let messages = Messages::new(MessageKind::Text, vec![expected.to_vec()], 1, None)?;
        read_cycle(EchoReader::default(), pieces, &messages)
    }

    fn read_cycle(mut reader: EchoReader, pieces: &[&[u8]], messages: &Messages) -> anyhow::Result<Progress> {
        let mut all = Progress::default();
        for piece in pieces {
            let progress = reader.handle_bytes(piece, messages)?;
            all.echoes += progress.echoes;
            all.payload_bytes += progress.payload_bytes;
            all.closed = progress.closed;
        }
        Ok(all)
    }

    /// A server's frame: the client's without the mask.
    fn unmasked(mut frame: Vec<u8>) -> Vec<u8> {
        let key_at = match frame[1] & 0x7f {
            126 => 4,
            127 => 10,
            _ => 2,
        };
        frame[1] &= 0x7f;
        let payload: Vec<u8> =
            frame.drain(key_at..).skip(4).zip(MASKING_KEY.iter().cycle()).map(|(b, k)| b ^ k).collect();
        [frame, payload].concat()
    }

    #[test]
    fn an_echo_is_counted_however_its_bytes_are_cut() {
        // Two fragments with a Ping between them, a whole message, a Close frame.
        let stream = b"\x01\x02he\x89\x01p\x80\x03llo\x81\x05hello\x88\x02\x03\xe8";
        for cut in 0..=stream.len() {
            let progress = read(&[&stream[..cut], &stream[cut..]], EXPECTED).expect("well formed");
            assert_eq!(progress, Progress { echoes: 2, payload_bytes: 10, closed: true }, "cut at {cut}");
        }
    }

    #[test]
    fn every_length_form_is_written_and_read_back() {
        for length in [0, 125, 126, 65_535, 65_536] {
            let payload = vec![b'x'; length];
            let stream = unmasked(encode_message(MessageKind::Text, &payload));
            for cut in 0..stream.len().min(12) {
                let progress = read(&[&stream[..cut], &stream[cut..]], &payload).expect("well formed");
                assert_eq!(progress.echoes, 1, "{length} bytes cut at {cut}");
            }
        }
    }

    #[test]
    fn a_wrong_echo_is_an_error() {
        for (stream, part) in [
            (&b"\x81\x05hellO"[..], "differs"),
            (b"\x81\x06hello!", "differs"),
            (b"\x81\x04hell", "ends after 4"),
            (b"\x82\x05hello", "opcode 0x2"),
            (b"\x80\x05hello", "opcode 0x0"),
            (b"\x01\x02he\x81\x03llo", "opcode 0x1"),
            (b"\x81\x85\0\0\0\0hello", "masked"),
            (b"\xc1\x05hello", "reserved bit"),
        ] {
            let message = read(&[stream], EXPECTED).expect_err("must be refused").to_string();
            assert!(message.contains(part), "{message}");
        }
    }

    /// Two messages agreed to be compressed, and the server's echoes of them.
    fn compressed() -> (Messages, Vec<u8>) {
        let payloads = vec![b"ahoy ".repeat(40), b"ship ".repeat(40)];
        let echo =
            |payload: &Vec<u8>| unmasked(encode_compressed_message(MessageKind::Text, &compress_message(payload)));
        let stream = payloads.iter().flat_map(echo).collect();
        let offer = Some(Offer::Deflate("permessage-deflate".to_owned()));
        (Messages::new(MessageKind::Text, payloads, 1, offer).expect("messages"), stream)
    }

    fn read_compressed(messages: &Messages, first: usize, pieces: &[&[u8]]) -> anyhow::Result<Progress> {
        let inflater = messages.inflater(Some("permessage-deflate; server_no_context_takeover"))?;
        read_cycle(EchoReader::new(first, inflater), pieces, messages)
    }

    #[test]
    fn a_compressed_echo_is_inflated_however_its_bytes_are_cut() {
        let (messages, stream) = compressed();
        for cut in 0..=stream.len() {
            let progress = read_compressed(&messages, 0, &[&stream[..cut], &stream[cut..]]).expect("well formed");
            assert_eq!((progress.echoes, progress.payload_bytes), (2, stream.len() - 4), "cut at {cut}");
        }
    }

    #[test]
    fn echoes_come_in_the_order_of_the_cycle() {
        let (messages, stream) = compressed();
        let second = messages.frame(0).len() - 4;
        let turned = [&stream[second..], &stream[..second]].concat();

        assert_eq!(read_compressed(&messages, 1, &[&turned]).expect("begins with the second").echoes, 2);
        assert!(read_compressed(&messages, 0, &[&turned]).is_err());
    }

    #[test]
    fn an_echo_that_is_not_compressed_is_an_error_once_deflate_is_agreed() {
        let (messages, _) = compressed();
        let plain = unmasked(encode_message(MessageKind::Text, messages.payload(0)));
        let error = read_compressed(&messages, 0, &[&plain]).expect_err("must be refused").to_string();

        assert!(error.contains("does not compress"), "{error}");
    }

    #[test]
    fn the_close_frame_carries_code_1000() {
        assert_eq!(unmasked(encode_close()), b"\x88\x02\x03\xe8");
    }
}
