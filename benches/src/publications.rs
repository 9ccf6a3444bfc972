//! What is published in a broadcast, and the check of what receivers get. Knows no sockets and no time.

use anyhow::{Context, Result, bail, ensure};

use crate::deflate::{Agreement, Inflater};
use crate::frame::{self, MessageKind};
use crate::message_reader::{Message, MessageReader};
use crate::stomp;
use crate::text;

/// How much of a wrong publication an error shows.
const SHOWN_BYTES: usize = 60;
const KIND: MessageKind = MessageKind::Text;

/// A cycle of texts that are published one after the other, numbered from 0 on, and a call sign before the first.
///
/// The call sign is published until every receiver has had it once: a server may take a moment to subscribe a connection
/// whose handshake is done.
#[derive(Debug)]
pub struct Publications {
    payloads: Vec<Vec<u8>>,
    call_sign: Vec<u8>,
    /// By message of the cycle: the frame that stands for it, once it is known; empty before. Whole frames that are equal need no
    /// parsing, and every byte is checked all the same.
    known_frames: Vec<Vec<u8>>,
    /// Whether receivers offered deflate, which the server must take.
    is_compressed: bool,
    /// Whether they are bodies of STOMP frames, whose heads differ from receiver to receiver.
    is_stomp: bool,
    /// For all receivers whose messages stand for themselves.
    inflater: Inflater,
}

impl Publications {
    /// Prepares `payloads`, at least one, different from the call sign.
    ///
    /// # Errors
    /// Without payloads, or if the first of them is empty.
    pub fn new(payloads: Vec<Vec<u8>>, is_compressed: bool) -> Result<Self> {
        let bytes = payloads.first().context("there is no message")?.len();
        let call_sign = text::repeated("Is everybody here? ", bytes);
        ensure!(bytes > 0 && !payloads.contains(&call_sign), "messages must differ from {call_sign:?}");
        let known_frame =
            |payload: &Vec<u8>| if is_compressed { Vec::new() } else { frame::server_message(KIND, payload) };
        Ok(Self {
            known_frames: payloads.iter().map(known_frame).collect(),
            payloads,
            call_sign,
            is_compressed,
            is_stomp: false,
            inflater: Inflater::new(Agreement { keeps_context: false }),
        })
    }

    /// The same as bodies of STOMP frames.
    #[must_use]
    pub fn in_stomp(mut self) -> Self {
        self.known_frames.iter_mut().for_each(Vec::clear);
        Self { is_stomp: true, ..self }
    }

    /// Payload of a message in bytes.
    pub const fn message_bytes(&self) -> usize {
        self.call_sign.len()
    }

    /// The publisher's frame of publication `number`.
    pub fn frame(&self, number: u64) -> Vec<u8> {
        self.encode(&self.payloads[self.place(number)])
    }

    /// The publisher's frame of the call sign.
    pub fn call_frame(&self) -> Vec<u8> {
        self.encode(&self.call_sign)
    }

    fn encode(&self, payload: &[u8]) -> Vec<u8> {
        if self.is_stomp {
            return frame::encode_message(KIND, &stomp::send(payload));
        }
        frame::encode_message(KIND, payload)
    }

    fn place(&self, number: u64) -> usize {
        (number % self.payloads.len() as u64) as usize
    }
}

/// What a piece of input brought to a receiver.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Delivery {
    /// Number of the first publication.
    pub first: u64,
    /// How many there were, in their order.
    pub count: u64,
    /// Their payload bytes as they came over the wire.
    pub wire_bytes: u64,
}

/// The stream of one receiver: publications in their order, without a gap.
#[derive(Debug)]
pub struct ReceiverStream {
    reader: MessageReader,
    /// The publication that comes next; `None` before the first of them.
    next: Option<u64>,
    was_called: bool,
    /// For a stream whose messages refer to earlier ones.
    inflater: Option<Box<Inflater>>,
}

impl ReceiverStream {
    /// Begins with the `answer` to the offered extension.
    ///
    /// # Errors
    /// If the server answered what it must not, or not what it must.
    pub fn new(answer: Option<&str>, publications: &Publications) -> Result<Self> {
        ensure!(
            answer.is_some() == publications.is_compressed,
            "the server answers {answer:?} where {}",
            if publications.is_compressed { "deflate was offered" } else { "nothing was offered" }
        );
        let agreement = answer.map(Agreement::parse).transpose()?;
        let own = agreement.filter(|agreement| agreement.keeps_context);
        let inflater = own.map(|agreement| Box::new(Inflater::new(agreement)));
        Ok(Self { reader: MessageReader::default(), next: None, was_called: false, inflater })
    }

    /// Whether the call sign has come: the server has subscribed this receiver.
    pub const fn was_called(&self) -> bool {
        self.was_called
    }

    /// Whether the server has sent its Close frame.
    pub const fn is_closed(&self) -> bool {
        self.reader.is_closed()
    }

    /// Takes the next piece of input.
    ///
    /// # Errors
    /// The first byte that differs from what was published, or the first frame that no server may send.
    pub fn handle_bytes(&mut self, mut input: &[u8], publications: &mut Publications) -> Result<Delivery> {
        let first = self.next.unwrap_or(0);
        let mut wire_bytes = 0;
        loop {
            wire_bytes += self.skip_known(&mut input, publications);
            let Some(message) = self.reader.take(&mut input, KIND)? else { break };
            let bytes = message.payload.len() as u64;
            let inflater = self.inflater.as_deref_mut();
            match verify(message, self.next, inflater, publications)? {
                Some(next) => (self.next, wire_bytes) = (Some(next), wire_bytes + bytes),
                None => self.was_called = true,
            }
        }
        Ok(Delivery { first, count: self.next.unwrap_or(0) - first, wire_bytes })
    }

    /// Takes frames from the front of `input` while they are the known ones; returns their payload bytes.
    fn skip_known(&mut self, input: &mut &[u8], publications: &Publications) -> u64 {
        let Some(next) = self.next.as_mut() else { return 0 };
        if self.inflater.is_some() || !self.reader.is_between_messages() {
            return 0;
        }
        let mut wire_bytes = 0;
        loop {
            let known = publications.known_frames[publications.place(*next)].as_slice();
            let Some(rest) = input.strip_prefix(known).filter(|_| !known.is_empty()) else { return wire_bytes };
            wire_bytes += frame::payload_bytes(known) as u64;
            *input = rest;
            *next += 1;
        }
    }
}

/// Returns the number of the publication behind `message`; `None`: it was the call sign.
fn verify(
    message: Message<'_>,
    next: Option<u64>,
    own: Option<&mut Inflater>,
    publications: &mut Publications,
) -> Result<Option<u64>> {
    ensure!(
        message.is_compressed == publications.is_compressed,
        "a message that is {}compressed",
        if message.is_compressed { "" } else { "not " }
    );
    let number = next.unwrap_or(0);
    let place = publications.place(number);
    let limit = publications.message_bytes() + if publications.is_stomp { stomp::MOST_HEAD_BYTES } else { 0 };
    let is_own = own.is_some();
    let payload = match message.is_compressed {
        true => own.unwrap_or(&mut publications.inflater).inflate(message.payload, limit)?,
        false => message.payload,
    };
    let payload = if publications.is_stomp { stomp::body(payload)? } else { payload };
    if next.is_none() && payload == publications.call_sign {
        return Ok(None);
    }
    if payload != publications.payloads[place] {
        let other = publications.payloads.iter().position(|other| payload == other);
        let start = String::from_utf8_lossy(&payload[..payload.len().min(SHOWN_BYTES)]);
        bail!(
            "it got something else than publication {number}: {start:?}, text {other:?} of the cycle where {place} belongs"
        );
    }
    if message.is_whole_frame && !is_own && !publications.is_stomp {
        publications.known_frames[place].clear();
        publications.known_frames[place].extend_from_slice(message.frame);
    }
    Ok(Some(number + 1))
}

#[cfg(test)]
mod tests {
    use flate2::{Compress, Compression, FlushCompress};

    use super::{Delivery, Publications, ReceiverStream};
    use crate::frame::{self, MessageKind};

    const OFFER_TAKEN: &str = "permessage-deflate; server_no_context_takeover";

    fn payloads() -> Vec<Vec<u8>> {
        ["one", "two", "six"].map(|word| word.repeat(70).into_bytes()).to_vec()
    }

    fn server_frame(payload: &[u8]) -> Vec<u8> {
        frame::server_message(MessageKind::Text, payload)
    }

    /// The call sign twice, then publications 0 to 4.
    fn plain_stream() -> Vec<u8> {
        let call_sign = Publications::new(payloads(), false).expect("payloads").call_sign;
        let published = payloads().into_iter().cycle().take(5);
        [call_sign.clone(), call_sign].into_iter().chain(published).flat_map(|payload| server_frame(&payload)).collect()
    }

    fn read(answer: Option<&str>, pieces: &[&[u8]]) -> anyhow::Result<(u64, bool)> {
        let mut publications = Publications::new(payloads(), answer.is_some())?;
        let mut stream = ReceiverStream::new(answer, &publications)?;
        let mut count = 0;
        for piece in pieces {
            let delivery = stream.handle_bytes(piece, &mut publications)?;
            assert_eq!(delivery.first, count);
            count += delivery.count;
        }
        Ok((count, stream.was_called()))
    }

    #[test]
    fn publications_are_counted_behind_the_call_sign_however_their_bytes_are_cut() {
        let stream = plain_stream();
        for cut in 0..=stream.len() {
            assert_eq!(read(None, &[&stream[..cut], &stream[cut..]]).expect("well formed"), (5, true), "cut at {cut}");
        }
    }

    #[test]
    fn a_frame_is_looked_for_only_where_one_begins() {
        // Five bytes into its frame the first text goes on, together with the frame behind it, as if the frame began there.
        let first = [&b"\x81\x14\x81\x14z".repeat(4)[..], b"\x81\x14"].concat()[2..].to_vec();
        let payloads = vec![first, b"z\x81\x14.................".to_vec()];
        let stream = payloads.iter().map(|payload| server_frame(payload)).collect::<Vec<_>>().concat().repeat(2);
        for cut in 0..=stream.len() {
            let mut publications = Publications::new(payloads.clone(), false).expect("payloads");
            let mut receiver = ReceiverStream::new(None, &publications).expect("nothing to agree on");
            let mut read = |piece| receiver.handle_bytes(piece, &mut publications).expect("well formed").count;
            assert_eq!(read(&stream[..cut]) + read(&stream[cut..]), 4, "cut at {cut}");
        }
    }

    #[test]
    fn a_publication_in_fragments_or_beside_a_ping_is_the_same() {
        let (first, second) = (&payloads()[0][..100], &payloads()[0][100..]);
        let mut stream = vec![0x01, 100];
        stream.extend(first);
        stream.extend(b"\x89\x00\x80");
        stream.push(second.len() as u8);
        stream.extend(second);
        stream.extend(server_frame(&payloads()[1]));

        assert_eq!(read(None, &[&stream]).expect("well formed").0, 2);
    }

    #[test]
    fn a_publication_that_is_lost_doubled_or_changed_is_an_error() {
        let frames: Vec<Vec<u8>> = payloads().iter().map(|payload| server_frame(payload)).collect();
        let mut changed = frames[1].clone();
        *changed.last_mut().expect("a payload") ^= 1;
        for wrong in [
            [&frames[0][..], &frames[2]].concat(),
            [&frames[0][..], &frames[0]].concat(),
            [&frames[0][..], &changed].concat(),
            frames[1].clone(),
        ] {
            let error = read(None, &[&wrong]).expect_err("must be refused").to_string();
            assert!(error.contains("something else"), "{error}");
        }
    }

    /// As a server compresses: each message by itself, or with the history of those before.
    fn compressed_stream(keeps_context: bool, level: u32) -> Vec<u8> {
        let call_sign = Publications::new(payloads(), true).expect("payloads").call_sign;
        let mut compress = Compress::new(Compression::new(level), false);
        let mut stream = Vec::new();
        for payload in [call_sign].into_iter().chain(payloads()).chain(payloads()) {
            if !keeps_context {
                compress.reset();
            }
            let mut compressed = Vec::with_capacity(1000);
            compress.compress_vec(&payload, &mut compressed, FlushCompress::Sync).expect("room");
            compressed.truncate(compressed.len() - 4);
            let mut frame = server_frame(&compressed);
            frame[0] |= 0x40;
            stream.extend(frame);
        }
        stream
    }

    #[test]
    fn compressed_publications_are_inflated_with_the_history_that_was_agreed_on() {
        for (answer, keeps_context) in [(OFFER_TAKEN, false), ("permessage-deflate", true)] {
            let stream = compressed_stream(keeps_context, 6);
            for cut in 0..=stream.len() {
                let pieces = [&stream[..cut], &stream[cut..]];
                assert_eq!(read(Some(answer), &pieces).expect("well formed"), (6, true), "{answer} cut at {cut}");
            }
        }
    }

    #[test]
    fn a_frame_known_from_one_receiver_is_checked_in_the_stream_of_another() {
        let mut publications = Publications::new(payloads(), true).expect("payloads");
        let streams = [compressed_stream(false, 6), compressed_stream(false, 1)];
        for stream in [&streams[0], &streams[0], &streams[1]] {
            let mut receiver = ReceiverStream::new(Some(OFFER_TAKEN), &publications).expect("agreed");
            let delivery = receiver.handle_bytes(stream, &mut publications).expect("well formed");
            assert!(matches!(delivery, Delivery { first: 0, count: 6, wire_bytes: 1.. }), "{delivery:?}");
        }
    }

    #[test]
    fn publications_in_stomp_are_bodies_whatever_their_heads_say() {
        let mut publications = Publications::new(payloads(), false).expect("payloads").in_stomp();
        let mut receiver = ReceiverStream::new(None, &publications).expect("nothing to agree on");
        let message = |number: usize, body: &[u8]| {
            let head = format!("MESSAGE\nmessage-id:session-{number}\ncontent-length:{}\n\n", body.len());
            server_frame(&[head.as_bytes(), body, b"\0"].concat())
        };
        let stream: Vec<u8> = (0..6).flat_map(|number| message(number, &payloads()[number % 3])).collect();

        assert_eq!(receiver.handle_bytes(&stream, &mut publications).expect("well formed").count, 6);
        assert!(receiver.handle_bytes(&message(6, b"other"), &mut publications).is_err());
        assert!(receiver.handle_bytes(&server_frame(&payloads()[0]), &mut publications).is_err());
    }

    #[test]
    fn what_is_not_compressed_as_agreed_is_an_error() {
        assert!(read(Some(OFFER_TAKEN), &[&plain_stream()]).is_err());
        assert!(read(None, &[&compressed_stream(false, 6)]).is_err());
        let publications = Publications::new(payloads(), true).expect("payloads");
        assert!(ReceiverStream::new(None, &publications).is_err());
    }
}
