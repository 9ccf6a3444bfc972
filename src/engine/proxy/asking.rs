//! One opening handshake, asked of the upstream. Knows nothing of the client.

use std::io::{self, ErrorKind};
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::LoopUpstream;
use crate::bridge::{SessionId, Target};
use crate::engine::http::{Notice, Notices};
use crate::protocol::{AnswerHead, AnswerReader, Refusal};

const READ_BYTES: usize = 4096;
/// Answers such as 103 before the one that counts.
const MOST_INTERIM: usize = 8;
/// A body behind an acceptance up to which the connection is worth keeping.
const MOST_DRAINED_BYTES: u64 = 64 << 10;

/// What the upstream is asked.
pub struct Question {
    pub target: Target,
    /// The whole head, as it goes out.
    pub head: Vec<u8>,
}

/// What is to become of the connection.
pub enum Answer {
    /// A session, if Java knows of it as well; these lines go with the 101.
    Accepted(String),
    /// The upstream answers itself: what it has sent so far, and whether that begins with a 101.
    Relayed { upstream: TcpStream, bytes: Vec<u8>, tunnel: bool },
    /// There is no answer.
    Failed(Refusal),
}

/// Why there is no answer.
enum Fault {
    /// The connection has ended before a byte of an answer.
    Silent(io::Error),
    Unreachable(io::Error),
    Broken(io::Error),
    Malformed,
    Late,
}

impl Fault {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Unreachable(_) => Refusal::new(502, "the server behind this one cannot be reached"),
            Self::Silent(_) | Self::Broken(_) => {
                Refusal::new(502, "the server behind this one has ended the connection without an answer")
            }
            Self::Malformed => Refusal::new(502, "the server behind this one has not answered in HTTP"),
            Self::Late => Refusal::new(504, "the server behind this one has not answered in time"),
        }
    }

    fn log(&self, session: SessionId) {
        let session = session.raw();
        match self {
            Self::Silent(error) | Self::Unreachable(error) | Self::Broken(error) => {
                tracing::debug!(session, %error, "the upstream has not answered a handshake");
            }
            Self::Malformed => tracing::debug!(session, "the upstream's answer to a handshake is not HTTP"),
            Self::Late => tracing::debug!(session, "the upstream has not answered a handshake in time"),
        }
    }
}

/// A connection with an answer on it.
struct Answered {
    upstream: TcpStream,
    head: AnswerHead,
    /// The head and what came behind it.
    bytes: Vec<u8>,
}

/// Asks, tells the loop, and keeps the connection if it can be used again.
pub async fn ask(question: Question, ours: Arc<LoopUpstream>, notices: Arc<Notices>) {
    let mut telling = Telling { target: question.target, notices, done: false };
    let session = question.target.session;
    match converse(&question.head, &ours).await {
        Err(fault) => {
            fault.log(session);
            telling.tell(Answer::Failed(fault.refusal()));
        }
        Ok(Answered { upstream, head, bytes }) if is_acceptance(&head, session) => {
            telling.tell(Answer::Accepted(head.copied));
            if head.keep_alive
                && let Some(body_bytes) = head.body_bytes
            {
                keep(upstream, body_bytes, bytes.len() - head.head_bytes, &ours).await;
            }
        }
        Ok(Answered { upstream, head, bytes }) => {
            telling.tell(Answer::Relayed { upstream, bytes, tunnel: head.status == 101 });
        }
    }
}

fn is_acceptance(head: &AnswerHead, session: SessionId) -> bool {
    head.status == 200 && head.accepted.as_ref().is_some_and(|accepted| *accepted == session.to_string())
}

/// The loop hears of the end whatever happens, also of a panic.
struct Telling {
    target: Target,
    notices: Arc<Notices>,
    done: bool,
}

impl Telling {
    fn tell(&mut self, answer: Answer) {
        self.done = true;
        self.notices.push(Notice::Answered { target: self.target, answer });
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        if !self.done {
            self.tell(Answer::Failed(Refusal::new(500, "asking the server behind this one failed")));
        }
    }
}

/// Over a connection of the pool if there is one; should that have ended meanwhile, once more over a fresh one.
async fn converse(head: &[u8], ours: &LoopUpstream) -> Result<Answered, Fault> {
    if let Some(pooled) = ours.pool.take() {
        match talk(pooled, head, ours).await {
            Err(Fault::Silent(_)) => {}
            other => return other,
        }
    }
    talk(connect(ours).await.map_err(Fault::Unreachable)?, head, ours).await
}

/// A fresh connection.
///
/// # Errors
/// What the system said, or that it took too long.
pub async fn connect(ours: &LoopUpstream) -> io::Result<TcpStream> {
    let connecting = TcpStream::connect(ours.shared.address);
    let upstream = timeout(ours.shared.connect_timeout, connecting).await.map_err(|_| ErrorKind::TimedOut)??;
    upstream.set_nodelay(true)?;
    Ok(upstream)
}

async fn talk(mut upstream: TcpStream, head: &[u8], ours: &LoopUpstream) -> Result<Answered, Fault> {
    let talking = async {
        upstream.write_all(head).await.map_err(Fault::Silent)?;
        read_answer(&mut upstream, ours).await
    };
    match timeout(ours.shared.answer_timeout, talking).await {
        Ok(Ok((head, bytes))) => Ok(Answered { upstream, head, bytes }),
        Ok(Err(fault)) => Err(fault),
        Err(_) => Err(Fault::Late),
    }
}

/// Reads as far as the answer that counts.
async fn read_answer(upstream: &mut TcpStream, ours: &LoopUpstream) -> Result<(AnswerHead, Vec<u8>), Fault> {
    let mut bytes = Vec::new();
    for _ in 0..MOST_INTERIM {
        let mut reader = AnswerReader::default();
        let head = loop {
            match reader.read(&bytes, &ours.shared.head_limits) {
                Err(_) => return Err(Fault::Malformed),
                Ok(Some(head)) => break head,
                Ok(None) => {}
            }
            let is_first = bytes.is_empty();
            read_more(upstream, &mut bytes).await.map_err(if is_first { Fault::Silent } else { Fault::Broken })?;
        };
        if head.status >= 200 || head.status == 101 {
            return Ok((head, bytes));
        }
        bytes.drain(..head.head_bytes);
    }
    Err(Fault::Malformed)
}

/// Appends something that came; the end of the connection is an error.
async fn read_more(upstream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<()> {
    bytes.reserve(READ_BYTES);
    match upstream.read_buf(bytes).await? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

/// Gives a connection to the pool when the body behind an acceptance is read, of which some bytes are there already.
async fn keep(mut upstream: TcpStream, body_bytes: u64, there: usize, ours: &LoopUpstream) {
    if body_bytes > MOST_DRAINED_BYTES || there as u64 > body_bytes {
        return;
    }
    let (mut left, mut rest) = (body_bytes as usize - there, Vec::new());
    while left > 0 {
        rest.clear();
        let is_read = timeout(ours.shared.answer_timeout, read_more(&mut upstream, &mut rest)).await;
        if !matches!(is_read, Ok(Ok(()))) || rest.len() > left {
            return;
        }
        left -= rest.len();
    }
    ours.pool.put(upstream);
}
