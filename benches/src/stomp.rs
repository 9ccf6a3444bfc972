//! As much STOMP 1.2 as a broadcast needs: a session, one subscription, SEND and the bodies of MESSAGE. Knows no numbers of
//! publications.

use std::io::{Read, Write};

use anyhow::{Result, bail, ensure};

use crate::frame::{self, MessageKind};
use crate::message_reader::MessageReader;
use crate::stream::Stream;

/// Most bytes of a frame beside its body; Spring's have about 150.
pub const MOST_HEAD_BYTES: usize = 1024;

const KIND: MessageKind = MessageKind::Text;
const CONNECT: &[u8] = b"CONNECT\naccept-version:1.2\nhost:localhost\nheart-beat:0,0\n\n\0";
const SUBSCRIBE: &[u8] = b"SUBSCRIBE\nid:0\ndestination:/topic/bench\n\n\0";
const SHOWN_BYTES: usize = 200;

/// The frame that publishes `body`.
pub fn send(body: &[u8]) -> Vec<u8> {
    let head = format!("SEND\ndestination:/topic/bench\ncontent-type:text/plain\ncontent-length:{}\n\n", body.len());
    [head.as_bytes(), body, b"\0"].concat()
}

/// The body of a MESSAGE that is all of a WebSocket message.
///
/// # Errors
/// Another command, or a frame that is cut.
pub fn body(message: &[u8]) -> Result<&[u8]> {
    let rest = message.strip_prefix(b"MESSAGE\n").and_then(|rest| rest.strip_suffix(b"\0"));
    let body = rest.and_then(|rest| {
        let end = rest.windows(2).position(|pair| pair == b"\n\n")?;
        Some(&rest[end + 2..])
    });
    let Some(body) = body else { bail!("{:?} where a MESSAGE belongs", shown(message)) };
    Ok(body)
}

/// Opens a session on `stream`, which has its opening handshake behind it and is blocking.
///
/// # Errors
/// A failed stream, or an answer other than CONNECTED.
pub fn connect(stream: &mut Stream) -> Result<()> {
    write(stream, CONNECT)?;
    let (mut reader, mut piece) = (MessageReader::default(), [0; 4096]);
    loop {
        let count = stream.read(&mut piece)?;
        ensure!(count > 0, "the server closed before CONNECTED");
        let mut input = &piece[..count];
        let Some(message) = reader.take(&mut input, KIND)? else { continue };
        ensure!(message.payload.starts_with(b"CONNECTED\n"), "{:?} where CONNECTED belongs", shown(message.payload));
        ensure!(input.is_empty(), "the server says more than CONNECTED");
        return Ok(());
    }
}

/// As [`connect`], then subscribes to what is published.
///
/// # Errors
/// As [`connect`].
pub fn subscribe(stream: &mut Stream) -> Result<()> {
    connect(stream)?;
    write(stream, SUBSCRIBE)
}

fn write(stream: &mut Stream, text: &[u8]) -> Result<()> {
    stream.write_all(&frame::encode_message(KIND, text))?;
    Ok(stream.flush()?)
}

fn shown(message: &[u8]) -> String {
    String::from_utf8_lossy(&message[..message.len().min(SHOWN_BYTES)]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{body, send};

    #[test]
    fn a_body_is_what_stands_behind_the_head() {
        let message = b"MESSAGE\ndestination:/topic/bench\nmessage-id:a-1\n\nfirst\n\nsecond\0";

        assert_eq!(body(message).expect("well formed"), b"first\n\nsecond");
        assert_eq!(body(b"MESSAGE\na:b\n\n\0").expect("well formed"), b"");
    }

    #[test]
    fn what_is_no_whole_message_is_refused_and_shown() {
        for wrong in ["ERROR\nmessage:no such thing\n\n\0", "MESSAGE\na:b\n\nbody", "MESSAGE\na:b\0", "\n", ""] {
            let error = body(wrong.as_bytes()).expect_err("refused").to_string();
            assert!(error.contains(&format!("{wrong:?}")), "{error}");
        }
    }

    #[test]
    fn a_publication_says_how_long_it_is() {
        let text = String::from_utf8(send(b"abc")).expect("text");

        assert!(text.starts_with("SEND\ndestination:/topic/bench\n") && text.ends_with("content-length:3\n\nabc\0"));
    }
}
