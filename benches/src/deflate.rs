//! permessage-deflate as the load needs it (RFC 7692): messages compressed beforehand, echoes inflated and compared. Knows no
//! frames.

use anyhow::{Context, Result, ensure};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};

/// The end of a sync flush, which a message leaves out (section 7.2.1).
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];
/// Room beside the expected bytes, so that one call is enough and an echo that is too long shows.
const SPARE_BYTES: usize = 64;
/// Of the answers' parameters those that concern the load; `server_max_window_bits` does not, 15 inflate all.
const DEFLATE: &str = "permessage-deflate";
const SERVER_NO_CONTEXT_TAKEOVER: &str = "server_no_context_takeover";
const CLIENT_MAX_WINDOW_BITS: &str = "client_max_window_bits";

/// Compresses one message that refers to no other, at zlib's default level and with a window of 15 bits.
pub fn compress_message(payload: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::with_capacity(payload.len() + payload.len() / 8 + SPARE_BYTES);
    let mut compress = Compress::new(Compression::default(), false);
    compress.compress_vec(payload, &mut compressed, FlushCompress::Sync).expect("a fresh stream takes all input");
    assert!(compressed.ends_with(&TAIL), "the room is enough for incompressible input");
    compressed.truncate(compressed.len() - TAIL.len());
    compressed
}

/// What a server agreed to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Agreement {
    /// Whether its messages may refer to earlier ones of the same connection.
    pub keeps_context: bool,
}

impl Agreement {
    /// Reads `answer`, the value of `Sec-WebSocket-Extensions`.
    ///
    /// # Errors
    /// If it is not permessage-deflate, or asks for a window that the prepared messages do not keep to.
    pub fn parse(answer: &str) -> Result<Self> {
        let mut parameters = answer.split(';').map(str::trim);
        let is_deflate = parameters.next() == Some(DEFLATE);
        ensure!(is_deflate && !answer.contains(','), "the server answers the extension {answer:?}");
        let keeps_window = parameters.all(|parameter| match parameter.split_once('=') {
            Some((name, bits)) if name.trim() == CLIENT_MAX_WINDOW_BITS => bits.trim().trim_matches('"') == "15",
            _ => true,
        });
        ensure!(keeps_window, "the messages have windows of 15 bits, against {answer:?}");
        Ok(Self { keeps_context: !answer.contains(SERVER_NO_CONTEXT_TAKEOVER) })
    }
}

/// Inflates messages of one connection, or of all connections on which messages stand for themselves.
#[derive(Debug)]
pub struct Inflater {
    decompress: Decompress,
    keeps_context: bool,
    inflated: Vec<u8>,
}

impl Inflater {
    /// Starts without history.
    pub fn new(agreement: Agreement) -> Self {
        Self { decompress: Decompress::new(false), keeps_context: agreement.keeps_context, inflated: Vec::new() }
    }

    /// Returns what `compressed` stands for, which is as before afterwards.
    ///
    /// # Errors
    /// If it is no deflate data, or stands for more than `limit` bytes.
    pub fn inflate(&mut self, compressed: &mut Vec<u8>, limit: usize) -> Result<&[u8]> {
        compressed.extend_from_slice(&TAIL);
        if !self.keeps_context {
            self.decompress.reset(false);
        }
        self.inflated.clear();
        self.inflated.reserve(limit + SPARE_BYTES);
        let before = self.decompress.total_in();
        let inflated = self.decompress.decompress_vec(compressed, &mut self.inflated, FlushDecompress::Sync);
        inflated.context("what came is not deflate data")?;
        let taken = self.decompress.total_in() - before;
        ensure!(taken == compressed.len() as u64, "what came inflates to more than its message");
        compressed.truncate(compressed.len() - TAIL.len());
        Ok(&self.inflated)
    }
}

/// Inflates the echoes of one connection and compares them with their messages.
///
/// Without context takeover an echo whose compressed bytes are those of an earlier, verified echo of the same message
/// needs no inflating: every byte is checked, and the load generator keeps its time for loading.
#[derive(Debug)]
pub struct EchoInflater {
    inflater: Inflater,
    compressed: Vec<u8>,
    /// By message: the compressed bytes of its last verified echo; empty before the first.
    verified: Vec<Vec<u8>>,
}

impl EchoInflater {
    /// Reads what the server agreed to; `messages` is the number of different messages.
    ///
    /// # Errors
    /// As [`Agreement::parse`].
    pub fn agreed(answer: &str, messages: usize) -> Result<Self> {
        let inflater = Inflater::new(Agreement::parse(answer)?);
        Ok(Self { inflater, compressed: Vec::new(), verified: vec![Vec::new(); messages] })
    }

    /// Takes a piece of the current echo.
    pub fn push(&mut self, piece: &[u8]) {
        self.compressed.extend_from_slice(piece);
    }

    /// Ends the current echo, which must inflate to `expected`, message number `message`.
    ///
    /// # Errors
    /// If it does not, or is not smaller than the message.
    pub fn finish(&mut self, message: usize, expected: &[u8]) -> Result<()> {
        let (echo, limit) = (self.compressed.len(), expected.len());
        ensure!(echo < limit, "an echo of {echo} compressed bytes for a message of {limit}");
        if self.inflater.keeps_context || self.compressed != self.verified[message] {
            let inflated = self.inflater.inflate(&mut self.compressed, limit)?;
            ensure!(inflated == expected, "an echo inflates to something else than its message");
            self.verified[message].clone_from(&self.compressed);
        }
        self.compressed.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Agreement, EchoInflater, compress_message};

    const ANSWER: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    fn text() -> Vec<u8> {
        b"to be or not to be, ".repeat(10)
    }

    fn check(inflater: &mut EchoInflater, echo: &[u8], expected: &[u8]) -> anyhow::Result<()> {
        let (first, second) = echo.split_at(echo.len() / 2);
        inflater.push(first);
        inflater.push(second);
        inflater.finish(0, expected)
    }

    #[test]
    fn an_echo_is_inflated_and_known_again() {
        let mut inflater = EchoInflater::agreed(ANSWER, 1).expect("agreed");
        for _ in 0..3 {
            check(&mut inflater, &compress_message(&text()), &text()).expect("the same");
        }
    }

    #[test]
    fn a_verified_echo_does_not_vouch_for_another() {
        let mut inflater = EchoInflater::agreed(ANSWER, 1).expect("agreed");
        let mut other = text();
        other[150] = b'!';

        check(&mut inflater, &compress_message(&text()), &text()).expect("the same");
        let error = check(&mut inflater, &compress_message(&other), &text()).expect_err("another");
        assert!(error.to_string().contains("something else"), "{error}");
    }

    #[test]
    fn an_echo_that_is_too_long_cut_or_no_deflate_is_an_error() {
        let long = [text(), text()].concat();
        let cut = compress_message(&text());
        for (echo, part) in [
            (compress_message(&long), "more than its message"),
            (cut[..cut.len() - 2].to_vec(), ""),
            (vec![0xff; 20], "not deflate"),
            (vec![0; 300], "300 compressed bytes"),
        ] {
            let mut inflater = EchoInflater::agreed(ANSWER, 1).expect("agreed");
            let error = check(&mut inflater, &echo, &text()).expect_err("wrong");
            assert!(error.to_string().contains(part), "{error}");
        }
    }

    #[test]
    fn an_answer_the_messages_cannot_keep_to_is_refused() {
        for answer in ["", "x-other", "permessage-deflate, x-other", "permessage-deflate; client_max_window_bits=10"] {
            assert!(EchoInflater::agreed(answer, 1).is_err(), "{answer}");
        }
        for (answer, keeps_context) in [
            ("permessage-deflate", true),
            ("permessage-deflate; client_max_window_bits=15", true),
            ("permessage-deflate;server_no_context_takeover", false),
        ] {
            assert_eq!(Agreement::parse(answer).expect(answer), Agreement { keeps_context });
        }
    }
}
