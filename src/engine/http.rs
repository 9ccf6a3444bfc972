//! One plain HTTP request of a connection, served by hyper. Knows nothing of WebSockets.
//!
//! The loop has read the head and decided that it is plain HTTP; hyper gets the bytes of just this request. When it
//! asks for the next one, the exchange is over and the socket goes back to the loop, whose head parser decides again.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body, Incoming};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::oneshot;
use tokio::time::Sleep;

use crate::bridge::{Endpoints, Respond, Target, encode_request};
use crate::engine::counters::Counters;
use crate::engine::proxy::Answer;
use crate::engine::ready_list::ReadyList;
use crate::engine::transport::Transport;
use crate::protocol::Refusal;

/// A response whose reader takes nothing for this long is given up.
const WRITE_STALL: Duration = Duration::from_secs(30);

/// What an exchange says to its loop.
pub enum Notice {
    /// The request is complete: ask Java.
    Request { target: Target, record: Vec<u8>, answer: oneshot::Sender<Respond> },
    /// The exchange, or the splice, is over.
    Done { target: Target, outcome: Outcome },
    /// What the upstream says about an opening handshake.
    Answered { target: Target, answer: Answer },
}

/// What is left of a connection after an exchange.
pub enum Outcome {
    /// Nothing: the transport failed.
    Lost,
    /// The response is out and was the last one.
    Close(Transport),
    /// Another request may come; the bytes are its beginning.
    KeepAlive(Transport, Vec<u8>),
    /// Nothing: both sides are done.
    Ended,
    /// The client, to be told why its request cannot be answered.
    Refused(Transport, Refusal),
}

impl Outcome {
    /// Whether the connection may carry another request.
    pub const fn goes_on(&self) -> bool {
        matches!(self, Self::KeepAlive(..))
    }
}

/// Notices of all exchanges of a loop.
#[derive(Default)]
pub struct Notices {
    queue: Mutex<Vec<Notice>>,
    ready: Arc<ReadyList>,
}

impl Notices {
    /// Notices that wake the turn that looks at `ready`.
    pub fn new(ready: &Arc<ReadyList>) -> Self {
        Self { queue: Mutex::default(), ready: Arc::clone(ready) }
    }

    /// Takes all notices.
    pub fn take(&self) -> Vec<Notice> {
        std::mem::take(&mut self.queue.lock())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.queue.lock().is_empty()
    }

    /// Tells the loop.
    pub fn push(&self, notice: Notice) {
        self.queue.lock().push(notice);
        self.ready.wake_turn();
    }
}

/// One request, as the loop hands it over.
pub struct Exchange {
    pub target: Target,
    pub socket: Transport,
    /// Everything read so far, from the first byte of the head on.
    pub bytes: Vec<u8>,
    pub head_bytes: usize,
    /// Length of the body; `None`: chunked, so the connection ends with the response.
    pub body_bytes: Option<u64>,
    pub endpoints: Endpoints,
    pub max_body_bytes: usize,
    pub body_timeout: Duration,
    pub counters: Arc<Counters>,
}

/// Serves one request and gives the socket back, also if serving it panics.
pub async fn serve(exchange: Exchange, notices: Arc<Notices>) {
    let target = exchange.target;
    let mut done = done_on_drop(target, Arc::clone(&notices));
    let keep_alive = exchange.body_bytes.is_some();
    let once = Mutex::new(Some(Asking::new(&exchange, notices)));
    let mut io = ExchangeIo::new(exchange);
    let service = service_fn(move |request| {
        let asking = once.lock().take();
        async move {
            Ok::<_, Infallible>(match asking {
                Some(asking) => asking.answer(request).await,
                None => text(500, "one exchange serves one request"),
            })
        }
    });
    // `half_close`: hyper must not look for the end of the connection while Java works on the answer.
    let served = http1::Builder::new().keep_alive(keep_alive).half_close(true).serve_connection(&mut io, service).await;
    match served {
        Ok(()) => done.outcome = io.into_outcome(),
        Err(error) => tracing::debug!(session = target.session.raw(), %error, "HTTP exchange failed"),
    }
}

/// Tells the loop that a connection is done with, also after a panic; then it is lost.
pub const fn done_on_drop(target: Target, notices: Arc<Notices>) -> DoneOnDrop {
    DoneOnDrop { target, notices, outcome: Outcome::Lost }
}

/// See [`done_on_drop`].
pub struct DoneOnDrop {
    target: Target,
    notices: Arc<Notices>,
    pub outcome: Outcome,
}

impl Drop for DoneOnDrop {
    fn drop(&mut self) {
        let outcome = std::mem::replace(&mut self.outcome, Outcome::Lost);
        self.notices.push(Notice::Done { target: self.target, outcome });
    }
}

struct Asking {
    target: Target,
    head: Vec<u8>,
    endpoints: Endpoints,
    max_body_bytes: usize,
    body_timeout: Duration,
    counters: Arc<Counters>,
    notices: Arc<Notices>,
}

impl Asking {
    fn new(exchange: &Exchange, notices: Arc<Notices>) -> Self {
        Self {
            target: exchange.target,
            head: exchange.bytes[..exchange.head_bytes].to_vec(),
            endpoints: exchange.endpoints.clone(),
            max_body_bytes: exchange.max_body_bytes,
            body_timeout: exchange.body_timeout,
            counters: Arc::clone(&exchange.counters),
            notices,
        }
    }

    async fn answer(self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let body = match self.read_body(request.into_body()).await {
            Ok(body) => body,
            Err(refusal) => {
                self.counters.handshakes_refused.add(1);
                return closing(refusal);
            }
        };
        let record = encode_request(&self.endpoints, &self.head, &body);
        let (answer, answered) = oneshot::channel();
        self.notices.push(Notice::Request { target: self.target, record, answer });
        match answered.await {
            Ok(respond) => response(&respond),
            Err(_) => closing(text(503, "the server is stopping")),
        }
    }

    /// The whole body, or what is answered instead.
    async fn read_body(&self, body: Incoming) -> Result<Bytes, Response<Full<Bytes>>> {
        let most = self.max_body_bytes;
        let too_large = || text(413, &format!("the body is larger than {most} bytes"));
        // A declared length is refused before the client sends the body, or is told to (100 Continue).
        if body.size_hint().lower() > most as u64 {
            return Err(too_large());
        }
        match tokio::time::timeout(self.body_timeout, Limited::new(body, most).collect()).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
            Ok(Err(_)) => Err(text(400, "the body is malformed")),
            Err(_) => Err(text(408, &format!("the body did not arrive within {:?}", self.body_timeout))),
        }
    }
}

fn response(respond: &Respond) -> Response<Full<Bytes>> {
    let mut builder = Response::builder().status(respond.status);
    for line in String::from_utf8_lossy(&respond.head).lines() {
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        builder = builder.header(name, value);
    }
    if builder.headers_ref().is_some_and(|headers| headers.contains_key(hyper::header::UPGRADE)) {
        // RFC 9110 section 7.8: who sends Upgrade sends this as well.
        builder = builder.header(hyper::header::CONNECTION, "upgrade");
    }
    builder.body(Full::new(Bytes::copy_from_slice(&respond.body))).unwrap_or_else(|error| {
        tracing::warn!(status = respond.status, %error, "the HTTP handler's response cannot be sent, 500 is sent instead");
        text(500, "the response of the application is not valid HTTP")
    })
}

fn text(status: u16, body: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(format!("{body}\n"))));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    let plain = hyper::header::HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, plain);
    response
}

fn closing(mut response: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    let close = hyper::header::HeaderValue::from_static("close");
    response.headers_mut().insert(hyper::header::CONNECTION, close);
    response
}

/// The bytes of one request on the way in, the socket on the way out.
struct ExchangeIo {
    socket: Transport,
    /// What the loop had read already.
    bytes: Vec<u8>,
    at: usize,
    /// Bytes of this request that hyper has not got yet; `u64::MAX` for an unknown length.
    left: u64,
    /// hyper has served the request and wants another.
    asked_for_next: bool,
    stall: Option<Pin<Box<Sleep>>>,
}

impl ExchangeIo {
    fn new(exchange: Exchange) -> Self {
        let head_bytes = exchange.head_bytes as u64;
        let left = exchange.body_bytes.map_or(u64::MAX, |body| body.saturating_add(head_bytes));
        let Exchange { socket, bytes, .. } = exchange;
        Self { socket, bytes, at: 0, left, asked_for_next: false, stall: None }
    }

    fn into_outcome(mut self) -> Outcome {
        if self.asked_for_next {
            Outcome::KeepAlive(self.socket, self.bytes.split_off(self.at))
        } else {
            Outcome::Close(self.socket)
        }
    }

    /// A write that makes no progress ends after [`WRITE_STALL`].
    fn guard_stall<T>(&mut self, polled: Poll<io::Result<T>>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.stall = None;
            return polled;
        }
        let stall = self.stall.get_or_insert_with(|| Box::pin(tokio::time::sleep(WRITE_STALL)));
        ready!(stall.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl Read for ExchangeIo {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, mut buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.left == 0 {
            this.asked_for_next = true;
            return Poll::Ready(Ok(()));
        }
        let most = usize::try_from(this.left).unwrap_or(usize::MAX).min(buf.remaining());
        if this.at < this.bytes.len() {
            let end = this.bytes.len().min(this.at + most);
            buf.put_slice(&this.bytes[this.at..end]);
            this.left -= (end - this.at) as u64;
            this.at = end;
            return Poll::Ready(Ok(()));
        }
        let mut chunk = [0; 4096];
        let mut read = ReadBuf::new(&mut chunk[..most.min(4096)]);
        ready!(Pin::new(&mut this.socket).poll_read(cx, &mut read))?;
        this.left -= read.filled().len() as u64;
        buf.put_slice(read.filled());
        Poll::Ready(Ok(()))
    }
}

impl Write for ExchangeIo {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.guard_stall(polled, cx)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.socket).poll_flush(cx);
        self.guard_stall(polled, cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The loop decides what becomes of the socket.
        Poll::Ready(Ok(()))
    }
}
