//! Compresses one message (RFC 7692 section 7.2.1). Knows nothing of frames, of thresholds, or of who keeps it.

use flate2::{Compress, Compression, FlushCompress};

use super::inflate::TAIL;

/// Room below which a flush may have to repeat its marker (zlib's manual, `deflate`).
const LEAST_ROOM_BYTES: usize = 64;

/// A compressor for messages of one window size and level; about 250 KB at 9 window bits, 380 KB at 15.
///
/// Without context takeover one serves any number of connections, with it each connection needs its own. It may be
/// dropped and made anew between any two messages: a sender never has to refer back.
#[derive(Debug)]
pub struct Deflater {
    stream: Compress,
}

impl Deflater {
    /// A compressor that refers back by at most 2^`window_bits` bytes (9 to 15) and works at `level` (1 to 9: fast to
    /// small).
    ///
    /// # Panics
    /// If either number is outside its range.
    #[must_use]
    pub fn new(window_bits: u8, level: u8) -> Self {
        assert!((1..=9).contains(&level), "level {level} is outside 1 to 9");
        Self { stream: Compress::new_with_window_bits(Compression::new(level.into()), false, window_bits) }
    }

    /// Appends the payload of the compressed message, without the four bytes 00 00 FF FF at its end. With
    /// `keep_context` it may refer to the messages before, otherwise they are forgotten first.
    ///
    /// The result may be larger than `payload`; with `keep_context` it must be sent nevertheless, or this compressor
    /// be dropped, as the peer would miss what later messages refer to.
    pub fn compress_message(&mut self, payload: &[u8], keep_context: bool, out: &mut Vec<u8>) {
        if payload.is_empty() {
            // Section 7.2.3.6. zlib itself gives nothing for a second flush without input between.
            out.push(0x00);
            return;
        }
        if !keep_context {
            self.stream.reset();
        }
        out.reserve(payload.len() / 4 + LEAST_ROOM_BYTES);
        let start = self.stream.total_in();
        loop {
            let used = (self.stream.total_in() - start) as usize;
            let result = self.stream.compress_vec(&payload[used..], out, FlushCompress::Sync);
            result.expect("the stream is never finished, so that it takes all input");
            // Room left means that everything is out, the flush included.
            if out.len() < out.capacity() {
                break;
            }
            out.reserve(payload.len() / 4 + LEAST_ROOM_BYTES);
        }
        debug_assert_eq!((self.stream.total_in() - start) as usize, payload.len());
        debug_assert!(out.ends_with(&TAIL));
        out.truncate(out.len() - TAIL.len());
    }
}
