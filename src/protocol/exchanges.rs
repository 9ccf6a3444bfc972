//! Requests and answers of one connection, one behind the other (RFC 9112), as far as must be known to find an opening
//! handshake that comes behind plain requests. Knows nothing of sockets, or of what is asked.
//!
//! All bytes pass as they are. A request's head passes when it is whole, everything else at once. What is in doubt, and a
//! request before the answer to the one before it is complete, ends the looking for good: what follows passes unseen.

use std::borrow::Cow;

use super::chunked::ChunkedBody;
use super::handshake::{Head, HeadLimits, HeadReader, HttpRequestHead};
use super::upstream_head::{AnswerFraming, AnswerReader, MalformedAnswer};

/// Follows both directions of one connection. The bytes of each request must be given before those of its answer.
#[derive(Debug)]
pub struct Exchanges {
    limits: HeadLimits,
    state: State,
    request: Part<HeadReader>,
    answer: Part<AnswerReader>,
    /// The request of which the answer is not complete.
    owed: Option<Owed>,
    /// Of the client, and not passed: the beginning of a head, or an opening handshake with all that came behind it. At
    /// most `max_bytes` and what came at once.
    withheld: Vec<u8>,
    /// The beginning of an answer's head, which has passed.
    answer_head: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Looking,
    Found,
    Lost,
}

/// Where one direction is.
#[derive(Clone, Copy, Debug)]
enum Part<R> {
    Head(R),
    Body(u64),
    Chunks(ChunkedBody),
}

#[derive(Clone, Copy, Debug)]
struct Owed {
    /// The answer has no body, whatever its head says.
    is_head: bool,
    /// The client may keep its body to itself if the answer comes first.
    expects: bool,
}

impl<R: Default> Part<R> {
    fn behind_head(chunked: bool, body_bytes: u64) -> Self {
        match body_bytes {
            _ if chunked => Self::Chunks(ChunkedBody::default()),
            0 => Self::Head(R::default()),
            bytes => Self::Body(bytes),
        }
    }

    /// Goes over what `bytes` have of a body, which has not ended. Returns how much that is.
    fn skip_body(&mut self, bytes: &[u8]) -> Option<usize> {
        let (skipped, has_ended) = match self {
            Self::Head(_) => return None,
            Self::Body(left) => {
                let skipped = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                *left -= skipped as u64;
                (skipped, *left == 0)
            }
            Self::Chunks(chunks) => (chunks.skip(bytes).ok()?, chunks.has_ended()),
        };
        if has_ended {
            *self = Self::Head(R::default());
        }
        Some(skipped)
    }
}

impl Exchanges {
    /// Before the first request.
    #[must_use]
    pub const fn new(limits: HeadLimits) -> Self {
        Self {
            limits,
            state: State::Looking,
            request: Part::Head(HeadReader::new()),
            answer: Part::Head(AnswerReader::new()),
            owed: None,
            withheld: Vec::new(),
            answer_head: Vec::new(),
        }
    }

    /// Behind a request without a body, of which no byte of the answer was given.
    #[must_use]
    pub const fn answering(limits: HeadLimits) -> Self {
        let mut exchanges = Self::new(limits);
        exchanges.owed = Some(Owed { is_head: false, expects: false });
        exchanges
    }

    /// What the client has sent next, nothing: it has ended. Returns what passes now.
    pub fn handle_request<'b>(&mut self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        if bytes.is_empty() {
            self.lose();
        }
        if self.withheld.is_empty() {
            let passing = self.follow_request(bytes);
            self.withheld = bytes[passing..].to_vec();
            return Cow::Borrowed(&bytes[..passing]);
        }
        let mut all = std::mem::take(&mut self.withheld);
        all.extend_from_slice(bytes);
        let passing = self.follow_request(&all);
        self.withheld = all.split_off(passing);
        Cow::Owned(all)
    }

    /// What the upstream has sent next, nothing: it has ended. All of it passes.
    pub fn handle_answer(&mut self, bytes: &[u8]) {
        let mut at = 0;
        while self.state == State::Looking && at < bytes.len() {
            match self.follow_answer(&bytes[at..]) {
                Some(taken) => at += taken,
                None => self.lose(),
            }
        }
        if bytes.is_empty() {
            self.lose();
        }
    }

    /// An opening handshake has come, and every answer before it is complete: the first of the bytes that are withheld is
    /// its first.
    #[must_use]
    pub const fn has_found(&self) -> bool {
        matches!(self.state, State::Found)
    }

    /// Nothing is looked at any more.
    #[must_use]
    pub const fn is_lost(&self) -> bool {
        matches!(self.state, State::Lost)
    }

    /// Looks no more; what was found is withheld still.
    pub const fn lose(&mut self) {
        self.state = State::Lost;
    }

    /// What was withheld.
    #[must_use]
    pub fn into_withheld(self) -> Vec<u8> {
        self.withheld
    }

    /// Returns how many of `bytes`, which begin with what is withheld, pass.
    fn follow_request(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        while self.state == State::Looking && at < bytes.len() {
            let rest = &bytes[at..];
            let Part::Head(reader) = &mut self.request else {
                match self.request.skip_body(rest) {
                    Some(skipped) => at += skipped,
                    None => self.lose(),
                }
                continue;
            };
            match reader.read(rest, &self.limits) {
                Head::Incomplete => return at,
                Head::Http(request, head_bytes) if self.owed.is_none() && request.keep_alive => {
                    self.begin(&request);
                    at += head_bytes;
                }
                Head::Upgrade(..) if self.owed.is_none() => self.state = State::Found,
                Head::Http(..) | Head::Upgrade(..) | Head::Refused(_) => self.lose(),
            }
        }
        if self.state == State::Lost { bytes.len() } else { at }
    }

    fn begin(&mut self, request: &HttpRequestHead) {
        self.owed = Some(Owed { is_head: request.head_method, expects: request.expect_continue });
        self.request = Part::behind_head(request.chunked, request.content_length.unwrap_or(0));
    }

    /// Returns how many of `bytes`, at least one, it has gone over; `None` if they are in doubt.
    fn follow_answer(&mut self, bytes: &[u8]) -> Option<usize> {
        let owed = self.owed?;
        let (taken, is_final) = match &mut self.answer {
            Part::Head(_) => self.follow_answer_head(bytes, owed).ok()?,
            body => (body.skip_body(bytes)?, true),
        };
        if is_final && matches!(self.answer, Part::Head(_)) {
            self.owed = None;
        }
        Some(taken)
    }

    /// Returns how many of `bytes` belong to the head, and whether that is whole and no interim one.
    fn follow_answer_head(&mut self, bytes: &[u8], owed: Owed) -> Result<(usize, bool), MalformedAnswer> {
        let Part::Head(reader) = &mut self.answer else { return Err(MalformedAnswer) };
        let before = self.answer_head.len();
        let framing = if before == 0 {
            reader.read_framing(bytes, &self.limits)?
        } else {
            self.answer_head.extend_from_slice(bytes);
            reader.read_framing(&self.answer_head, &self.limits)?
        };
        let Some(AnswerFraming { status, head_bytes, body_bytes, chunked }) = framing else {
            if before == 0 {
                self.answer_head = bytes.to_vec();
            }
            return Ok((bytes.len(), false));
        };
        self.answer_head = Vec::new();
        let is_final = status >= 200;
        let is_early = is_final && owed.expects && !matches!(self.request, Part::Head(_));
        if status == 101 || is_early {
            return Err(MalformedAnswer);
        }
        self.answer = match body_bytes {
            _ if owed.is_head || !is_final => Part::Head(AnswerReader::new()),
            Some(bytes) => Part::behind_head(false, bytes),
            None if chunked => Part::behind_head(true, 0),
            None => return Err(MalformedAnswer),
        };
        Ok((head_bytes - before, is_final))
    }
}
