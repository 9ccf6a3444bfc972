//! `epoll-baseline [--port 0]`: what the kernel leaves to win. A bare epoll loop on one thread that does the least a server
//! can do: `/echo` answers, what arrives on `/publish` goes to all of `/subscribe`.
//!
//! One read and one write per turn and connection; frames become their answers in the buffer they were read into, and what
//! one read brought from a publisher is written to each subscriber in one call. No UTF-8 check, no compression, no limits
//! but those that keep it alive: no server can do less per message.

mod connection;
mod frames;

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result};
use connection::{Connection, Role};
use frames::Kind;
use hawser_bench::args::Flags;
use mio::event::Event;
use mio::net::TcpListener;
use mio::{Events, Interest, Poll, Token};
use socket2::{Domain, Socket, Type};

const BUFFER_BYTES: usize = 256 * 1024;
const BACKLOG: i32 = 1024;
const EVENTS: usize = 1024;
/// The connections have the tokens from 0 on.
const LISTENER: Token = Token(usize::MAX);

fn main() -> Result<()> {
    let flags = Flags::parse(std::env::args().skip(1), &["--port"], &[])?;
    let port: u16 = flags.value("--port", 0)?;
    hawser_bench::file_limit::reserve(0)?;
    let listener = listen(port).with_context(|| format!("port {port}"))?;
    println!("listening on ws://{}/echo", listener.local_addr()?);
    Server::new(listener)?.run()
}

fn listen(port: u16) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into())?;
    socket.listen(BACKLOG)?;
    Ok(TcpListener::from_std(socket.into()))
}

struct Server {
    poll: Poll,
    listener: TcpListener,
    /// By token.
    connections: Vec<Option<Connection>>,
    free: Vec<usize>,
    /// Tokens of the connections on `/subscribe`.
    subscribers: Vec<usize>,
    /// One for all: between turns a connection keeps only what is not whole.
    buffer: Vec<u8>,
}

impl Server {
    fn new(mut listener: TcpListener) -> Result<Self> {
        let poll = Poll::new()?;
        poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
        let buffer = vec![0; BUFFER_BYTES];
        Ok(Self { poll, listener, connections: Vec::new(), free: Vec::new(), subscribers: Vec::new(), buffer })
    }

    fn run(&mut self) -> Result<()> {
        let mut events = Events::with_capacity(EVENTS);
        loop {
            self.poll.poll(&mut events, None)?;
            for event in &events {
                match event.token() {
                    LISTENER => self.accept()?,
                    Token(token) => {
                        let result = self.ready(token, event);
                        self.end_if_over(token, result);
                    }
                }
            }
        }
    }

    fn accept(&mut self) -> Result<()> {
        loop {
            let mut socket = match self.listener.accept() {
                Ok((socket, _)) => socket,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            socket.set_nodelay(true)?;
            let token = self.free.pop().unwrap_or_else(|| {
                self.connections.push(None);
                self.connections.len() - 1
            });
            // Both from the start: the kernel reports room only after it had none.
            let interest = Interest::READABLE | Interest::WRITABLE;
            self.poll.registry().register(&mut socket, Token(token), interest)?;
            self.connections[token] = Some(Connection::new(socket));
        }
    }

    fn ready(&mut self, token: usize, event: &Event) -> Result<()> {
        loop {
            // Ended earlier in this turn.
            let Some(connection) = &mut self.connections[token] else { return Ok(()) };
            if event.is_writable() {
                connection.flush()?;
            }
            if !event.is_readable() {
                return Ok(());
            }
            let Some(filled) = connection.read(&mut self.buffer)? else { return Ok(()) };
            self.handle_bytes(token, filled)?;
            // A read that does not fill the buffer has emptied the socket; what comes later is a new event.
            if filled < self.buffer.len() {
                return Ok(());
            }
        }
    }

    fn handle_bytes(&mut self, token: usize, filled: usize) -> Result<()> {
        let connection = self.connections[token].as_mut().context("the connection is there")?;
        let mut from = 0;
        if connection.role == Role::Opening {
            let Some(head) = self.buffer[..filled].windows(4).position(|end| end == b"\r\n\r\n") else {
                connection.keep(&self.buffer[..filled]);
                return Ok(());
            };
            from = head + 4;
            connection.answer_request(&String::from_utf8_lossy(&self.buffer[..from]))?;
            if connection.role == Role::Subscribe {
                self.subscribers.push(token);
            }
        }
        while let Some(turned) = frames::turn_in_place(&mut self.buffer[from..filled])? {
            let answer = from + turned.answer.start..from + turned.answer.end;
            from += turned.consumed;
            let connection = self.connections[token].as_mut().context("the connection is there")?;
            match (turned.kind, connection.role) {
                (Kind::Data, Role::Publish) => self.publish(answer),
                (Kind::Data, Role::Echo) | (Kind::Ping, _) => connection.write(&self.buffer[answer])?,
                (Kind::Close, _) => {
                    connection.write(&self.buffer[answer])?;
                    connection.is_closing = true;
                    return Ok(());
                }
                (Kind::Data | Kind::Pong, _) => {}
            }
        }
        let connection = self.connections[token].as_mut().context("the connection is there")?;
        connection.keep(&self.buffer[from..filled]);
        Ok(())
    }

    /// Writes the frames in this range of the buffer to all subscribers.
    fn publish(&mut self, frames: std::ops::Range<usize>) {
        let mut failed = Vec::new();
        for &token in &self.subscribers {
            let Some(subscriber) = &mut self.connections[token] else { continue };
            if let Err(error) = subscriber.write(&self.buffer[frames.clone()]) {
                failed.push((token, error));
            }
        }
        for (token, error) in failed {
            self.end_if_over(token, Err(error));
        }
    }

    fn end_if_over(&mut self, token: usize, result: Result<()>) {
        let Some(connection) = &self.connections[token] else { return };
        if let Err(error) = &result {
            eprintln!("connection {token}: {error}");
        }
        if result.is_err() || connection.is_over() {
            self.subscribers.retain(|subscriber| *subscriber != token);
            // Dropping the socket takes it out of epoll.
            self.connections[token] = None;
            self.free.push(token);
        }
    }
}
