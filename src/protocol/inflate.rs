//! Inflates one message (RFC 7692 section 7.2.2). Knows nothing of frames or UTF-8, and keeps nothing of a connection.

use flate2::{Decompress, FlushDecompress, Status};

/// What the sender takes off the end of a compressed message (section 7.2.1): an empty stored block less its first bits.
pub(super) const TAIL: [u8; 4] = [0x00, 0x00, 0xFF, 0xFF];

/// [`TAIL`], and an empty last block. Only behind a complete message this is the end of the stream.
const ENDING: [u8; 9] = [0x00, 0x00, 0xFF, 0xFF, 0x01, 0x00, 0x00, 0xFF, 0xFF];

/// Deflate never refers further back.
const MAX_WINDOW_BYTES: usize = 1 << 15;

/// Input bytes for each further last block inside a message, beyond [`FREE_RESTARTS`]. A restart copies up to 32 KiB of
/// history: in a long message a byte of input costs no more copying than the 1,032 bytes it can inflate to. What short
/// ones cost is counted, see [`Inflater::work_bytes`].
const BYTES_PER_RESTART: usize = 32;
const FREE_RESTARTS: usize = 16;

/// A message up to this size is inflated in memory that is there already.
const KEPT_SCRATCH_BYTES: usize = 64 << 10;

/// What a message costs beside the bytes that are written: about as much as writing these.
const MESSAGE_WORK_BYTES: usize = 512;

/// The decompressor that a loop lends to all its connections.
///
/// Nothing of one message is left for the next: it is reset before each, and what a connection with context takeover
/// has to remember lies in its [`MessageReader`](super::MessageReader). So neither an error nor a panic in between can
/// spoil it. 48 KB, and up to 64 KiB in which messages are inflated, allocated for the first compressed message.
#[derive(Debug, Default)]
pub struct Inflater {
    stream: Option<Decompress>,
    /// Where messages are inflated; they leave it as large as they are. At most [`KEPT_SCRATCH_BYTES`].
    scratch: Vec<u8>,
    /// What messages have cost since [`take_work_bytes`](Inflater::take_work_bytes).
    work_bytes: usize,
}

/// Why a message could not be inflated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum InflateFault {
    /// Not deflate, or cut, or with something behind its end.
    Corrupt,
    /// More bytes than the limit.
    TooBig,
}

impl Inflater {
    /// Bytes written since [`take_work_bytes`](Self::take_work_bytes), histories included, and [`MESSAGE_WORK_BYTES`] for
    /// each message: so that a caller can end its turn, whatever small messages ask for.
    #[must_use]
    pub const fn work_bytes(&self) -> usize {
        self.work_bytes
    }

    /// Begins to count anew.
    pub const fn take_work_bytes(&mut self) -> usize {
        std::mem::replace(&mut self.work_bytes, 0)
    }

    /// Inflates the payload of a whole message, which may refer back into `history`. The result never has more than
    /// `limit_bytes` bytes, nor room for more than one further.
    ///
    /// An empty payload is taken as an empty message: that is what zlib gives a sender which flushes twice.
    pub(super) fn inflate(
        &mut self,
        compressed: &[u8],
        history: &[u8],
        limit_bytes: usize,
    ) -> Result<Vec<u8>, InflateFault> {
        if compressed.is_empty() {
            return Ok(Vec::new());
        }
        let stream = self.stream.get_or_insert_with(|| Decompress::new(false));
        let restarts = FREE_RESTARTS + compressed.len() / BYTES_PER_RESTART;
        let out = std::mem::take(&mut self.scratch);
        let mut run = Run { stream, history, limit_bytes, restarts, copied_bytes: 0, out, filled: 0 };
        // Text often shrinks to a quarter; the margin is what the fast loop of the decompressor needs.
        run.grow_to(compressed.len().saturating_mul(4).saturating_add(512));
        let result = run.inflate(compressed);
        let Run { out, filled, copied_bytes, .. } = run;
        self.work_bytes = self.work_bytes.saturating_add(MESSAGE_WORK_BYTES + copied_bytes + filled);
        result.map(|()| self.take_message(out, filled))
    }

    /// The first `filled` bytes of `out`, which is kept for the next message unless it is large.
    fn take_message(&mut self, mut out: Vec<u8>, filled: usize) -> Vec<u8> {
        if out.len() > KEPT_SCRATCH_BYTES {
            out.truncate(filled);
            return out;
        }
        let message = out[..filled].to_vec();
        self.scratch = out;
        message
    }
}

/// Where the stream stands when its input is used up.
#[derive(Eq, PartialEq)]
enum At {
    MoreExpected,
    /// Behind a last block.
    End,
}

/// One message on its way.
struct Run<'a> {
    stream: &'a mut Decompress,
    history: &'a [u8],
    limit_bytes: usize,
    /// How many last blocks may still be followed by something.
    restarts: usize,
    /// Of history.
    copied_bytes: usize,
    /// Room for the message, of which `filled` bytes are written.
    out: Vec<u8>,
    filled: usize,
}

impl Run<'_> {
    fn inflate(&mut self, compressed: &[u8]) -> Result<(), InflateFault> {
        self.restart()?;
        if self.feed(compressed)? == At::MoreExpected {
            let inflated_bytes = self.filled;
            if self.feed(&ENDING)? != At::End || self.filled > inflated_bytes {
                return Err(InflateFault::Corrupt);
            }
        }
        Ok(())
    }

    fn feed(&mut self, mut input: &[u8]) -> Result<At, InflateFault> {
        loop {
            let (taken, given) = (self.stream.total_in(), self.stream.total_out());
            // What is kept of earlier messages may have more room than this one may use.
            let end = self.out.len().min(self.limit_bytes.saturating_add(1));
            let room = &mut self.out[self.filled..end];
            let status = self.stream.decompress(input, room, FlushDecompress::None);
            let status = status.map_err(|_| InflateFault::Corrupt)?;
            input = &input[(self.stream.total_in() - taken) as usize..];
            self.filled += (self.stream.total_out() - given) as usize;
            if self.filled > self.limit_bytes {
                return Err(InflateFault::TooBig);
            }
            if status == Status::StreamEnd {
                if input.is_empty() {
                    return Ok(At::End);
                }
                // Section 7.2.3.4: a block with BFINAL ends the stream, not the message.
                self.restarts = self.restarts.checked_sub(1).ok_or(InflateFault::Corrupt)?;
                self.restart()?;
            } else if self.filled == end {
                self.grow_to(self.out.len().saturating_mul(2));
            } else if input.is_empty() {
                // Room left means that everything there is to inflate is out.
                return Ok(At::MoreExpected);
            } else {
                return Err(InflateFault::Corrupt);
            }
        }
    }

    /// Begins a stream that may refer back into the message so far, and from there into the history.
    fn restart(&mut self) -> Result<(), InflateFault> {
        self.stream.reset(false);
        let inflated = &self.out[self.filled.saturating_sub(MAX_WINDOW_BYTES)..self.filled];
        let history = if inflated.len() < MAX_WINDOW_BYTES { self.history } else { &[] };
        for dictionary in [history, inflated] {
            if !dictionary.is_empty() {
                self.copied_bytes += dictionary.len();
                self.stream.set_dictionary(dictionary).map_err(|_| InflateFault::Corrupt)?;
            }
        }
        Ok(())
    }

    /// Makes room for so many bytes, up to one beyond the limit.
    fn grow_to(&mut self, bytes: usize) {
        let wanted = bytes.min(self.limit_bytes.saturating_add(1));
        if wanted > self.out.len() {
            self.out.reserve_exact(wanted - self.out.len());
            self.out.resize(wanted, 0);
        }
    }
}
