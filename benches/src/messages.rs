//! The messages of a load, ready for the wire, sent in a cycle. Knows no sockets and no answers.

use anyhow::{Context, Result, bail};

use crate::deflate::{EchoInflater, compress_message};
use crate::frame::{self, MessageKind};

/// What the opening handshake offers: the value of `Sec-WebSocket-Extensions`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Offer {
    /// permessage-deflate, which the server must take: messages and echoes are compressed.
    Deflate(String),
    /// Something that no server takes: a request as long as the other, and messages as they are.
    Declined(String),
}

/// A cycle of messages that all connections send; each may begin at another place.
#[derive(Debug)]
pub struct Messages {
    /// Text or binary.
    pub kind: MessageKind,
    /// Invariant: at least one.
    payloads: Vec<Vec<u8>>,
    /// Where each frame starts in `wire`, and where the cycle ends.
    starts: Vec<usize>,
    /// One cycle, and behind it as many frames as may be in flight, so that one write can carry them from any place.
    wire: Vec<u8>,
    /// What the frames are made for.
    offer: Option<Offer>,
}

impl Messages {
    /// Prepares `payloads` for connections with up to `in_flight` messages under way (at least 1), compressed if
    /// `offer` says so.
    ///
    /// # Errors
    /// Without payloads.
    pub fn new(kind: MessageKind, payloads: Vec<Vec<u8>>, in_flight: usize, offer: Option<Offer>) -> Result<Self> {
        payloads.first().context("there is no message")?;
        let encode = |payload: &Vec<u8>| match offer {
            Some(Offer::Deflate(_)) => frame::encode_compressed_message(kind, &compress_message(payload)),
            _ => frame::encode_message(kind, payload),
        };
        let frames: Vec<Vec<u8>> = payloads.iter().map(encode).collect();
        let mut starts = vec![0];
        starts.extend(frames.iter().scan(0, |end, frame| {
            *end += frame.len();
            Some(*end)
        }));
        let wire = frames.iter().cycle().take(frames.len() + in_flight).flatten().copied().collect();
        Ok(Self { kind, payloads, starts, wire, offer })
    }

    /// What the opening handshake offers.
    pub fn offer(&self) -> Option<&str> {
        match &self.offer {
            Some(Offer::Deflate(value) | Offer::Declined(value)) => Some(value),
            None => None,
        }
    }

    /// How echoes are inflated under the server's `answer` to the offer; `None` where nothing was to be agreed on.
    ///
    /// # Errors
    /// If the server answered what it must not, or not what it must.
    pub fn inflater(&self, answer: Option<&str>) -> Result<Option<Box<EchoInflater>>> {
        match (&self.offer, answer) {
            (None | Some(Offer::Declined(_)), None) => Ok(None),
            (Some(Offer::Deflate(offer)), None) => bail!("the server does not take the offer {offer:?}"),
            (None | Some(Offer::Declined(_)), Some(answer)) => bail!("the server answers the extension {answer:?}"),
            (Some(Offer::Deflate(_)), Some(answer)) => {
                EchoInflater::agreed(answer, self.payloads.len()).map(Box::new).map(Some)
            }
        }
    }

    /// The payload of message `index`, below the length of the cycle.
    pub fn payload(&self, index: usize) -> &[u8] {
        &self.payloads[index]
    }

    /// The frame of message `index`, below the length of the cycle.
    pub fn frame(&self, index: usize) -> &[u8] {
        &self.wire[self.starts[index]..self.starts[index + 1]]
    }

    /// The message `count` places behind `index`.
    pub fn behind(&self, index: usize, count: usize) -> usize {
        (index + count) % self.payloads.len()
    }

    /// Bytes on the wire of `count` messages from `index` on.
    pub fn wire_bytes(&self, index: usize, count: usize) -> usize {
        let cycle = self.payloads.len();
        let place = |number: usize| number / cycle * self.cycle_bytes() + self.starts[number % cycle];
        place(index + count) - place(index)
    }

    /// Where the frame of message `index` starts in the cycle.
    pub fn offset(&self, index: usize) -> usize {
        self.starts[index]
    }

    /// Bytes from `offset` on, in one piece as many as may be in flight.
    pub fn wire_from(&self, offset: usize) -> &[u8] {
        &self.wire[offset..]
    }

    /// The offset `bytes` behind `offset`.
    pub fn offset_behind(&self, offset: usize, bytes: usize) -> usize {
        (offset + bytes) % self.cycle_bytes()
    }

    fn cycle_bytes(&self) -> usize {
        self.starts[self.payloads.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::{Messages, Offer};
    use crate::frame::MessageKind;

    fn messages(in_flight: usize) -> Messages {
        let payloads = vec![b"a".to_vec(), b"bcd".to_vec(), vec![]];
        Messages::new(MessageKind::Text, payloads, in_flight, None).expect("messages")
    }

    #[test]
    fn all_in_flight_lie_in_one_piece_behind_every_message() {
        let messages = messages(4);
        for first in 0..3 {
            let mut frames = Vec::new();
            for count in 0..4 {
                assert_eq!(messages.wire_bytes(first, count), frames.len());
                frames.extend_from_slice(messages.frame(messages.behind(first, count)));
            }
            assert!(messages.wire_from(messages.offset(first)).starts_with(&frames), "from {first}");
        }
    }

    #[test]
    fn the_cycle_begins_again_behind_its_end() {
        let messages = messages(1);
        let cycle = messages.wire_bytes(0, 3);

        assert_eq!(messages.offset_behind(messages.offset(2), messages.frame(2).len()), 0);
        assert_eq!((messages.offset_behind(3, cycle), messages.behind(2, 1)), (3, 0));
        assert_eq!(messages.wire_bytes(1, 7), 2 * cycle + messages.frame(1).len());
    }

    #[test]
    fn an_answer_must_belong_to_an_offer() {
        let made_for =
            |offer| Messages::new(MessageKind::Text, vec![vec![b'x'; 200]], 1, Some(offer)).expect("a message");
        let compressed = made_for(Offer::Deflate("permessage-deflate".to_owned()));
        let declined = made_for(Offer::Declined("x-nobody".to_owned()));

        assert!(compressed.frame(0).len() < 100 && compressed.frame(0)[0] == 0xc1);
        assert!(compressed.inflater(None).is_err());
        assert!(compressed.inflater(Some("permessage-deflate")).expect("agreed").is_some());
        assert!(declined.frame(0).len() > 200 && declined.offer() == Some("x-nobody"));
        assert!(declined.inflater(Some("x-nobody")).is_err());
        assert!(declined.inflater(None).expect("nothing").is_none());
        assert!(messages(1).inflater(Some("permessage-deflate")).is_err());
        assert!(messages(1).inflater(None).expect("nothing").is_none());
    }
}
