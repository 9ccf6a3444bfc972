//! Runs `wsbench` on the load core and reads its report. Knows its flags, not what it does.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};

use anyhow::{Context, Result, ensure};

use crate::report::{IdleReport, RunReport};
use crate::server::Environment;
use crate::server_process::{ServerProcess, pinned};

/// Shape of an echo load.
#[derive(Clone, Copy, Debug)]
pub struct EchoLoad {
    /// Connections open at once.
    pub connections: usize,
    /// Messages in flight on each.
    pub in_flight: usize,
    /// What is sent.
    pub traffic: Traffic,
}

/// What the messages of a load are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Traffic {
    /// Payload in bytes, before compression.
    pub message_bytes: usize,
    /// JSON, different messages in turn; otherwise one plain text.
    pub is_json: bool,
    /// What the opening handshake offers.
    pub extension: Extension,
}

/// What the opening handshake offers: the value of `Sec-WebSocket-Extensions`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Extension {
    /// Nothing.
    None,
    /// permessage-deflate, which the server must take; messages and echoes are compressed.
    Deflate(&'static str),
    /// Something that no server takes.
    Declined(&'static str),
}

/// How long one run lasts.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Echoes before the window.
    pub warm_up_messages: u64,
    /// Seconds before the window; both must have passed.
    pub warm_up_seconds: f64,
    /// Length of the window in seconds.
    pub seconds: f64,
}

/// Runs the load once against `server`.
///
/// # Errors
/// If a connection failed or an echo was wrong; `wsbench` has said which on stderr.
pub fn echo(environment: &Environment, server: &ServerProcess, load: EchoLoad, span: Span) -> Result<RunReport> {
    let mut line = command_line(environment, "echo", server, load.connections, load.traffic);
    for (name, value) in [
        ("--in-flight", load.in_flight.to_string()),
        ("--warm-messages", span.warm_up_messages.to_string()),
        ("--warm-seconds", span.warm_up_seconds.to_string()),
        ("--seconds", span.seconds.to_string()),
        ("--pid", server.pid().to_string()),
    ] {
        line.extend([name.to_owned(), value]);
    }
    let output = pinned(environment.load_core, &line).stderr(Stdio::inherit()).output().context("wsbench")?;
    ensure!(output.status.success(), "the load on {} failed: {}", server.server.name, output.status);
    serde_json::from_slice(&output.stdout).context("report of wsbench")
}

/// Idle connections held by a `wsbench` process.
#[derive(Debug)]
pub struct HeldConnections {
    child: Child,
    /// What was opened.
    pub report: IdleReport,
}

impl HeldConnections {
    /// Opens `connections`, exchanges a message on each and returns when all are there.
    ///
    /// # Errors
    /// If one of them failed; `wsbench` has said which on stderr.
    pub fn open(
        environment: &Environment,
        server: &ServerProcess,
        connections: usize,
        traffic: Traffic,
    ) -> Result<Self> {
        let line = command_line(environment, "idle", server, connections, traffic);
        let mut child = pinned(environment.load_core, &line)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("wsbench cannot be started")?;
        let mut report = String::new();
        BufReader::new(child.stdout.take().context("stdout is piped")?).read_line(&mut report)?;
        match serde_json::from_str(&report) {
            Ok(report) => Ok(Self { child, report }),
            Err(_) => {
                let status = child.wait()?;
                Err(anyhow::anyhow!("opening idle connections to {} failed: {status}", server.server.name))
            }
        }
    }

    /// Closes them all.
    ///
    /// # Errors
    /// If the server had cut one meanwhile.
    pub fn close(mut self) -> Result<()> {
        let mut stdin = self.child.stdin.take().context("stdin is piped")?;
        stdin.write_all(b"\n")?;
        let status = self.child.wait()?;
        ensure!(status.success(), "idle connections did not last: {status}");
        Ok(())
    }
}

fn command_line(
    environment: &Environment,
    mode: &str,
    server: &ServerProcess,
    connections: usize,
    traffic: Traffic,
) -> Vec<String> {
    let mut line = vec![environment.here.join("wsbench").to_string_lossy().into_owned(), mode.to_owned()];
    for (name, value) in [
        ("--url", server.url.clone()),
        ("--conns", connections.to_string()),
        ("--bytes", traffic.message_bytes.to_string()),
    ] {
        line.extend([name.to_owned(), value]);
    }
    if traffic.is_json {
        line.push("--json".to_owned());
    }
    match traffic.extension {
        Extension::None => {}
        Extension::Deflate(offer) => line.extend(["--offer".to_owned(), offer.to_owned()]),
        Extension::Declined(offer) => line.extend(["--declined-offer".to_owned(), offer.to_owned()]),
    }
    line
}
