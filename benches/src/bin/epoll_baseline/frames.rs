//! Turns a client's frames into a server's, in the buffer they were read into (RFC 6455 section 5.2). Knows no sockets.

use std::ops::Range;

use anyhow::{Result, ensure};

/// Masking key of a client's frame, which a server's has not: an answer is that much shorter than its question.
const KEY_BYTES: usize = 4;
const OPCODE_CLOSE: u8 = 0x8;
const OPCODE_PING: u8 = 0x9;
const OPCODE_PONG: u8 = 0xa;

/// What the frames were.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Any number of data frames.
    Data,
    /// One Ping, turned into its Pong.
    Ping,
    /// One Pong, which nobody answers.
    Pong,
    /// One Close frame, turned into its answer.
    Close,
}

/// Frames at the beginning of a buffer that were turned.
#[derive(Debug, Eq, PartialEq)]
pub struct Turned {
    /// What they were.
    pub kind: Kind,
    /// Bytes they took.
    pub consumed: usize,
    /// Where their answer lies now.
    pub answer: Range<usize>,
}

/// Turns the data frames at the beginning of `buffer`, or the control frame there. `None`: the first frame is not whole.
///
/// The first payload stays where it is; those behind it move up, so that all of the answer is one piece. Text is not
/// checked for UTF-8 and fragments are answered as they come: this is a limit to compare with, not a server to use.
///
/// # Errors
/// If a frame is not masked or its opcode unknown (sections 5.1 and 5.2).
pub fn turn_in_place(buffer: &mut [u8]) -> Result<Option<Turned>> {
    let mut turned: Option<Turned> = None;
    let mut from = 0;
    while let Some(frame) = Frame::parse(&buffer[from..])? {
        let behind = turned.as_ref();
        if behind.is_some_and(|data| data.kind != frame.kind) {
            break;
        }
        let answer = behind.map_or(KEY_BYTES..KEY_BYTES, |data| data.answer.clone());
        let end = frame.write_answer(buffer, from, answer.end);
        from += frame.header_bytes + frame.payload_bytes;
        turned = Some(Turned { kind: frame.kind, consumed: from, answer: answer.start..end });
        if frame.kind != Kind::Data {
            break;
        }
    }
    Ok(turned)
}

/// The header of a whole frame.
#[derive(Debug)]
struct Frame {
    kind: Kind,
    header_bytes: usize,
    payload_bytes: usize,
}

impl Frame {
    /// `None`: there is no whole frame at the beginning of `input`.
    fn parse(input: &[u8]) -> Result<Option<Self>> {
        let [first, second, ..] = *input else { return Ok(None) };
        ensure!(second & 0x80 != 0, "a frame of a client is not masked");
        let kind = match first & 0x0f {
            0..=2 => Kind::Data,
            OPCODE_CLOSE => Kind::Close,
            OPCODE_PING => Kind::Ping,
            OPCODE_PONG => Kind::Pong,
            opcode => anyhow::bail!("opcode {opcode:#x} is unknown"),
        };
        let length_bytes = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let Some(length) = input.get(2..2 + length_bytes) else { return Ok(None) };
        let payload_bytes = match length_bytes {
            0 => usize::from(second & 0x7f),
            _ => length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)),
        };
        let header_bytes = 2 + length_bytes + KEY_BYTES;
        let is_whole = input.len() >= header_bytes && input.len() - header_bytes >= payload_bytes;
        Ok(is_whole.then_some(Self { kind, header_bytes, payload_bytes }))
    }

    /// Writes the answer to the frame at `from` to `to`, which is before its payload; returns where it ends.
    fn write_answer(&self, buffer: &mut [u8], from: usize, to: usize) -> usize {
        let key_at = from + self.header_bytes - KEY_BYTES;
        let payload_at = from + self.header_bytes;
        let key = [buffer[key_at], buffer[key_at + 1], buffer[key_at + 2], buffer[key_at + 3]];
        unmask(&mut buffer[payload_at..payload_at + self.payload_bytes], key);
        if self.kind == Kind::Ping {
            buffer[from] = buffer[from] & 0xf0 | OPCODE_PONG;
        }
        buffer[from + 1] &= 0x7f;
        let payload_to = to + self.header_bytes - KEY_BYTES;
        buffer.copy_within(from..key_at, to);
        if payload_to != payload_at {
            buffer.copy_within(payload_at..payload_at + self.payload_bytes, payload_to);
        }
        payload_to + self.payload_bytes
    }
}

/// Eight bytes at a time, which the compiler turns into the widest steps there are.
fn unmask(payload: &mut [u8], key: [u8; KEY_BYTES]) {
    let wide = u64::from_ne_bytes([key[0], key[1], key[2], key[3], key[0], key[1], key[2], key[3]]);
    let mut chunks = payload.chunks_exact_mut(8);
    for chunk in &mut chunks {
        let masked = u64::from_ne_bytes(chunk.try_into().expect("a chunk of eight"));
        chunk.copy_from_slice(&(masked ^ wide).to_ne_bytes());
    }
    for (byte, key) in chunks.into_remainder().iter_mut().zip(key.iter().cycle()) {
        *byte ^= key;
    }
}

#[cfg(test)]
mod tests {
    use hawser_bench::frame::{MessageKind, encode_close, encode_message};

    use super::{Kind, turn_in_place};

    fn text(length: usize) -> Vec<u8> {
        (0..length).map(|at| b'a' + (at % 26) as u8).collect()
    }

    /// What the frames become, one piece after the other, when all of `input` is there.
    fn answers(input: &[u8]) -> (Vec<(Kind, Vec<u8>)>, usize) {
        let (mut buffer, mut from, mut found) = (input.to_vec(), 0, Vec::new());
        while let Some(turned) = turn_in_place(&mut buffer[from..]).expect("well formed") {
            found.push((turned.kind, buffer[from..][turned.answer].to_vec()));
            from += turned.consumed;
        }
        (found, from)
    }

    fn unmasked(opcode: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![0x80 | opcode];
        match payload.len() {
            length @ 0..=125 => frame.push(length as u8),
            length @ 126..=0xffff => frame.extend([&[126], &(length as u16).to_be_bytes()[..]].concat()),
            length => frame.extend([&[127], &(length as u64).to_be_bytes()[..]].concat()),
        }
        [frame, payload.to_vec()].concat()
    }

    #[test]
    fn frames_of_every_length_form_become_one_piece() {
        let lengths = [0, 1, 7, 125, 126, 65_535, 65_536];
        let input: Vec<u8> =
            lengths.iter().flat_map(|length| encode_message(MessageKind::Text, &text(*length))).collect();
        let wanted: Vec<u8> = lengths.iter().flat_map(|length| unmasked(1, &text(*length))).collect();

        assert_eq!(answers(&input), (vec![(Kind::Data, wanted)], input.len()));
    }

    #[test]
    fn a_frame_that_is_not_whole_waits_for_the_rest() {
        let whole = encode_message(MessageKind::Binary, &text(200));
        let input = [whole.clone(), whole.clone()].concat();
        for cut in 0..input.len() {
            let (found, consumed) = answers(&input[..cut]);
            assert_eq!(consumed, cut / whole.len() * whole.len(), "cut at {cut}");
            assert_eq!(found.len(), usize::from(cut >= whole.len()), "cut at {cut}");
        }
    }

    #[test]
    fn control_frames_stand_apart_and_are_answered_as_they_must() {
        let mut ping = encode_message(MessageKind::Text, b"hi");
        ping[0] = 0x89;
        let mut pong = ping.clone();
        pong[0] = 0x8a;
        let input = [encode_message(MessageKind::Text, b"one"), ping, pong, encode_close()].concat();

        let wanted = vec![
            (Kind::Data, unmasked(1, b"one")),
            (Kind::Ping, unmasked(0xa, b"hi")),
            (Kind::Pong, unmasked(0xa, b"hi")),
            (Kind::Close, unmasked(8, &[0x03, 0xe8])),
        ];
        assert_eq!(answers(&input), (wanted, input.len()));
    }

    #[test]
    fn a_frame_no_client_may_send_is_an_error() {
        for frame in [b"\x81\x02hi".to_vec(), b"\x83\x80\0\0\0\0".to_vec()] {
            assert!(turn_in_place(&mut frame.clone()).is_err(), "{frame:?}");
        }
    }
}
