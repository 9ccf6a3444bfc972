//! permessage-deflate as a peer does it, on flate2 alone (RFC 7692 section 7.2). Knows nothing of the crate's own codecs.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use hawser::bridge::{Accept, DeflateChoice};
use hawser::engine::Engine;
use hawser::protocol::{DeflateSettings, negotiate_deflate};

use super::client::{Client, Frame};
use super::event::TestEvent;
use super::frames;
use super::handler::{accept, default_accept};

/// What is left out at the end of each message.
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// RSV1, to be added to an opcode.
pub const RSV1: u8 = 0x40;

/// Accepts what a request offers.
pub fn accept_offer(engine: &Engine, event: &TestEvent, settings: DeflateSettings, accept_with: Accept) {
    let head = event.request().head;
    let offers = head.lines().filter_map(|line| line.strip_prefix("Sec-WebSocket-Extensions: "));
    let parameters = negotiate_deflate(offers.map(str::as_bytes), &settings);
    let deflate = parameters.map(|parameters| DeflateChoice { parameters, level: 1, threshold_bytes: 128 });
    accept(engine, event.session, Accept { deflate, ..accept_with });
}

/// [`accept_offer`] with the defaults of an endpoint.
pub fn accept_default_offer(engine: &Engine, event: &TestEvent) {
    accept_offer(engine, event, DeflateSettings { context_takeover: false, max_window_bits: 15 }, default_accept());
}

/// An opening handshake with an offer.
pub fn upgrade(path: &str, offer: &str) -> Vec<u8> {
    let plain = String::from_utf8(Client::upgrade(path)).expect("ASCII");
    plain.replace("\r\n\r\n", &format!("\r\nSec-WebSocket-Extensions: {offer}\r\n\r\n")).into_bytes()
}

/// One side's codecs.
pub struct Codec {
    compress: Compress,
    decompress: Decompress,
    context_takeover: bool,
}

impl Codec {
    pub fn new(context_takeover: bool) -> Self {
        let compress = Compress::new(Compression::new(6), false);
        Self { compress, decompress: Decompress::new(false), context_takeover }
    }

    /// The payload of a compressed message.
    pub fn compress(&mut self, payload: &[u8]) -> Vec<u8> {
        if !self.context_takeover {
            self.compress.reset();
        }
        let mut out = Vec::with_capacity(payload.len() + payload.len() / 100 + 64);
        self.compress.compress_vec(payload, &mut out, FlushCompress::Sync).expect("a live stream");
        assert!(out.len() < out.capacity(), "the flush is complete");
        assert_eq!(out.split_off(out.len() - TAIL.len()), TAIL);
        out
    }

    /// The payload that a compressed message carries.
    pub fn inflate(&mut self, compressed: &[u8]) -> Vec<u8> {
        if !self.context_takeover {
            self.decompress.reset(false);
        }
        let input = [compressed, &TAIL].concat();
        let (mut out, start) = (Vec::new(), self.decompress.total_in());
        loop {
            out.reserve(64 << 10);
            let used = (self.decompress.total_in() - start) as usize;
            self.decompress.decompress_vec(&input[used..], &mut out, FlushDecompress::Sync).expect("valid deflate");
            if out.len() < out.capacity() {
                return out;
            }
        }
    }

    /// A masked compressed message in one frame.
    pub fn message(&mut self, opcode: u8, payload: &[u8]) -> Vec<u8> {
        frames::frame(true, opcode | RSV1, &self.compress(payload))
    }

    /// What a frame carries, compressed or not.
    pub fn payload(&mut self, frame: &Frame) -> Vec<u8> {
        if frame.rsv1 { self.inflate(&frame.payload) } else { frame.payload.clone() }
    }
}

/// Bytes of zeros and a little more, a thousand times smaller when compressed.
pub fn bomb(bytes: usize) -> Vec<u8> {
    Codec::new(false).compress(&vec![0; bytes])
}
