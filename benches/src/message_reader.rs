//! Whole messages out of a server's byte stream (RFC 6455 section 5.2), kept until they are complete. Knows no contents.

use anyhow::{Result, ensure};

use crate::frame::{MessageKind, OPCODE_CLOSE, OPCODE_CONTINUATION, RSV1};

/// A message of a server.
#[derive(Debug)]
pub struct Message<'r> {
    /// Its payload as it came over the wire.
    pub payload: &'r mut Vec<u8>,
    /// Whether it is marked as compressed (RFC 7692 section 6).
    pub is_compressed: bool,
    /// The bytes of its frame when it came in one, else those of its last.
    pub frame: &'r [u8],
    /// Whether it came in one frame.
    pub is_whole_frame: bool,
}

/// Collects frames that may be cut anywhere; for streams whose messages are small.
#[derive(Debug, Default)]
pub struct MessageReader {
    /// What there is of the current frame.
    frame: Vec<u8>,
    /// Whether `frame` is complete and was given out.
    frame_is_done: bool,
    payload: Vec<u8>,
    is_compressed: bool,
    /// Whether the last fragment of the current message has not come yet.
    in_message: bool,
    closed: bool,
    close_code: Option<u16>,
}

impl MessageReader {
    /// Whether nothing of a frame or message is kept: the next byte begins a message.
    pub fn is_between_messages(&self) -> bool {
        !self.in_message && (self.frame_is_done || self.frame.is_empty())
    }

    /// Whether the server has sent its Close frame.
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// The status code of the server's Close frame (RFC 6455 section 5.5.1); `None`: there was no such frame yet, or it had none.
    pub const fn close_code(&self) -> Option<u16> {
        self.close_code
    }

    /// Takes `input` up to the end of the next message and returns it; `None` when all of `input` was taken before. Control frames
    /// are skipped, what follows a Close frame is ignored.
    ///
    /// # Errors
    /// The first frame that no server may send where messages are of this `kind`.
    pub fn take<'r>(&'r mut self, input: &mut &[u8], kind: MessageKind) -> Result<Option<Message<'r>>> {
        loop {
            if self.closed {
                *input = &[];
            }
            if !self.take_frame(input) {
                return Ok(None);
            }
            if self.end_frame(kind)? {
                break;
            }
        }
        let is_whole_frame = self.payload.len() == self.frame.len() - header_bytes(&self.frame);
        let (frame, is_compressed) = (self.frame.as_slice(), self.is_compressed);
        Ok(Some(Message { payload: &mut self.payload, is_compressed, frame, is_whole_frame }))
    }

    /// Returns whether the current frame is complete.
    fn take_frame(&mut self, input: &mut &[u8]) -> bool {
        if std::mem::take(&mut self.frame_is_done) {
            self.frame.clear();
        }
        loop {
            let wanted = frame_bytes(&self.frame);
            let missing = wanted - self.frame.len();
            // A frame of two bytes is complete without payload.
            if missing == 0 {
                self.frame_is_done = true;
                return true;
            }
            let (now, later) = input.split_at(missing.min(input.len()));
            self.frame.extend_from_slice(now);
            *input = later;
            if now.len() < missing {
                return false;
            }
        }
    }

    /// Returns whether a message is complete.
    fn end_frame(&mut self, kind: MessageKind) -> Result<bool> {
        let [first, second] = [self.frame[0], self.frame[1]];
        ensure!(second & 0x80 == 0, "server masked a frame (RFC 6455 section 5.1)");
        let opcode = first & 0x0f;
        if opcode & 0x08 != 0 {
            self.closed = opcode == OPCODE_CLOSE;
            let code = self.frame.get(2..4).filter(|_| self.closed);
            self.close_code = code.map(|code| u16::from_be_bytes([code[0], code[1]]));
            return Ok(false);
        }
        let wanted = if self.in_message { OPCODE_CONTINUATION } else { kind.opcode() };
        ensure!(opcode == wanted, "frame of opcode {opcode:#x} where {wanted:#x} belongs");
        if !self.in_message {
            self.payload.clear();
            self.is_compressed = first & RSV1 != 0;
        }
        self.payload.extend_from_slice(&self.frame[header_bytes(&self.frame)..]);
        self.in_message = first & 0x80 == 0;
        Ok(!self.in_message)
    }
}

/// Bytes of the header at the front of `frame`, as far as it shows.
fn header_bytes(frame: &[u8]) -> usize {
    match frame.get(1).map(|byte| byte & 0x7f) {
        Some(126) => 4,
        Some(127) => 10,
        _ => 2,
    }
}

/// Bytes of the whole frame that `frame` is the front of, or of its header while that is not complete.
fn frame_bytes(frame: &[u8]) -> usize {
    let header = header_bytes(frame);
    if frame.len() < header {
        return header;
    }
    let length = match header {
        2 => u64::from(frame[1] & 0x7f),
        _ => frame[2..header].iter().fold(0, |length, byte| length << 8 | u64::from(*byte)),
    };
    header + length as usize
}

#[cfg(test)]
mod tests {
    use super::MessageReader;
    use crate::frame::MessageKind;

    /// Payload, whether it is compressed, whether it came in one frame.
    type Read = (Vec<u8>, bool, bool);

    /// The messages, and whether the server has closed.
    fn read(pieces: &[&[u8]]) -> anyhow::Result<(Vec<Read>, bool)> {
        let (mut reader, mut messages) = (MessageReader::default(), Vec::new());
        for mut piece in pieces.iter().copied() {
            while let Some(message) = reader.take(&mut piece, MessageKind::Text)? {
                messages.push((message.payload.clone(), message.is_compressed, message.is_whole_frame));
            }
        }
        Ok((messages, reader.is_closed()))
    }

    #[test]
    fn messages_are_whole_however_their_bytes_are_cut() {
        // Two fragments with a Ping between them, an empty message, a compressed one, one of 300 bytes, a Close frame.
        let mut stream = b"\x01\x02he\x89\x01p\x80\x03llo\x81\x00\xc1\x02ab\x81\x7e\x01\x2c".to_vec();
        stream.extend([b'x'; 300]);
        stream.extend(b"\x88\x02\x03\xe8ignored");
        let expected = vec![
            (b"hello".to_vec(), false, false),
            (vec![], false, true),
            (b"ab".to_vec(), true, true),
            (vec![b'x'; 300], false, true),
        ];
        for cut in 0..=stream.len() {
            let read = read(&[&stream[..cut], &stream[cut..]]).expect("well formed");
            assert_eq!(read, (expected.clone(), true), "cut at {cut}");
        }
    }

    #[test]
    fn a_close_frame_says_why() {
        for (stream, code) in [(&b"\x81\x02hi"[..], None), (b"\x88\x00", None), (b"\x88\x04\x03\xf5no", Some(1013))] {
            let mut reader = MessageReader::default();
            let mut input = stream;
            while reader.take(&mut input, MessageKind::Text).expect("well formed").is_some() {}
            assert_eq!(reader.close_code(), code, "{stream:?}");
        }
    }

    #[test]
    fn frames_no_server_may_send_are_errors() {
        for (stream, part) in [
            (&b"\x82\x02hi"[..], "opcode 0x2"),
            (b"\x80\x02hi", "opcode 0x0"),
            (b"\x01\x02hi\x81\x02hi", "opcode 0x1"),
            (b"\x81\x82\0\0\0\0hi", "masked"),
        ] {
            let error = read(&[stream]).expect_err("must be refused").to_string();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn it_is_between_messages_only_where_one_may_begin() {
        let mut reader = MessageReader::default();
        for (piece, is_between) in [(&b""[..], true), (b"\x01", false), (b"\x01h", false), (b"\x80\x01i", true)] {
            let mut input = piece;
            while reader.take(&mut input, MessageKind::Text).expect("well formed").is_some() {}
            assert_eq!(reader.is_between_messages(), is_between, "behind {piece:?}");
        }
    }
}
