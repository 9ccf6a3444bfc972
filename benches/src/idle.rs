//! The idle load: opens connections, takes one echo on each and holds them. Knows the server only by its address.

use std::io::{Read, Write};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::endpoint::Endpoint;
use crate::file_limit;
use crate::frame::{self, EchoReader};
use crate::handshake::{self, Opened};
use crate::messages::Messages;
use crate::report::IdleReport;
use crate::stream::Stream;

/// Connections that are open; dropping it closes them.
#[derive(Debug)]
pub struct IdleConnections {
    streams: Vec<Stream>,
    opened_in_seconds: f64,
}

impl IdleConnections {
    /// Opens `count` connections one after the other and exchanges one of `messages` on each, so that the server has been
    /// through everything an active session goes through.
    ///
    /// # Errors
    /// A failed connection or a wrong echo, with the number of the connection.
    pub fn open(endpoint: &Endpoint, count: usize, messages: &Messages) -> Result<Self> {
        file_limit::reserve(count)?;
        let begin = Instant::now();
        let mut streams = Vec::with_capacity(count);
        for index in 0..count {
            let opened = handshake::open(endpoint, index, messages.offer())?;
            let stream = exchange(opened, messages.behind(0, index), messages);
            streams.push(stream.with_context(|| format!("connection {index}"))?);
        }
        Ok(Self { streams, opened_in_seconds: begin.elapsed().as_secs_f64() })
    }

    /// What there is to say about the opening.
    pub fn report(&self) -> IdleReport {
        let connections = self.streams.len();
        IdleReport { connections, connects_per_second: connections as f64 / self.opened_in_seconds }
    }

    /// Sends a Close frame on every connection, then waits for the server to end each.
    ///
    /// # Errors
    /// A connection that failed, for example because the server had cut it meanwhile.
    pub fn close(mut self) -> Result<()> {
        for stream in &mut self.streams {
            let sent = stream.write_all(&frame::encode_close()).and_then(|()| stream.flush());
            sent.context("the server cut an idle connection")?;
        }
        for stream in &mut self.streams {
            stream.read_to_end(&mut Vec::new()).context("waiting for the server to end a connection")?;
        }
        Ok(())
    }
}

/// Sends a message and takes its echo.
fn exchange(opened: Opened, message: usize, messages: &Messages) -> Result<Stream> {
    let Opened { mut stream, answer } = opened;
    let inflater = messages.inflater(answer.as_deref())?;
    stream.write_all(messages.frame(message))?;
    stream.flush()?;
    let mut reader = EchoReader::new(message, inflater);
    let mut piece = [0; 4096];
    loop {
        let count = stream.read(&mut piece)?;
        ensure!(count > 0, "closed before the echo");
        if reader.handle_bytes(&piece[..count], messages)?.echoes > 0 {
            return Ok(stream);
        }
    }
}
