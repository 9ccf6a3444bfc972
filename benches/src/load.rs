//! Runs `wsbench` on the load core and reads its report. Knows its flags, not what it does.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};

use anyhow::{Context, Result, ensure};

use crate::report::{IdleReport, RunReport};
use crate::server::Environment;
use crate::server_process::{ServerProcess, pinned};
use crate::traffic::{Extension, Language, Rhythm, Shape, Traffic};

/// A warm-up is over after so many seconds: by then also a server that is slow has compiled what the load needs.
const MOST_WARM_UP_SECONDS: f64 = 8.0;

/// How long one run lasts.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Messages before the window, or as many as come within 8 s.
    pub warm_up_messages: u64,
    /// Seconds before the window; both must have passed.
    pub warm_up_seconds: f64,
    /// Length of the window in seconds.
    pub seconds: f64,
}

/// Runs the load once against `server`.
///
/// # Errors
/// If a connection failed or something came that should not; `wsbench` has said which on stderr.
pub fn run(environment: &Environment, server: &ServerProcess, shape: Shape, span: Span) -> Result<RunReport> {
    let mut line = vec![program(environment), mode(shape).to_owned(), "--url".to_owned(), server.url_of(shape.path())];
    line.extend(shape_flags(shape));
    for (name, value) in [
        ("--warm-messages", span.warm_up_messages.to_string()),
        ("--warm-seconds", span.warm_up_seconds.to_string()),
        ("--most-warm-seconds", MOST_WARM_UP_SECONDS.to_string()),
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
        let mut line = vec![program(environment), "idle".to_owned(), "--url".to_owned(), server.url_of("/echo")];
        line.extend(["--conns".to_owned(), connections.to_string()]);
        line.extend(traffic_flags(traffic));
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

fn program(environment: &Environment) -> String {
    environment.here.join("wsbench").to_string_lossy().into_owned()
}

const fn mode(shape: Shape) -> &'static str {
    match shape {
        Shape::Echo { .. } => "echo",
        Shape::Sleep { .. } => "sleep",
        Shape::Tail { .. } => "tail",
        Shape::Broadcast { .. } => "broadcast",
        Shape::Connects { .. } => "connects",
        Shape::Http { .. } => "http",
    }
}

fn shape_flags(shape: Shape) -> Vec<String> {
    let (numbers, traffic) = match shape {
        Shape::Echo { connections, in_flight, traffic } => {
            (vec![("--conns", connections.to_string()), ("--in-flight", in_flight.to_string())], traffic)
        }
        Shape::Sleep { connections, share } => {
            (vec![("--conns", connections.to_string()), ("--share", share.to_string())], Traffic::plain(64))
        }
        Shape::Tail { connections, per_second, traffic } => {
            (vec![("--conns", connections.to_string()), ("--per-second", per_second.to_string())], traffic)
        }
        Shape::Broadcast { receivers, stalled, rhythm, traffic, .. } => {
            let rhythm = match rhythm {
                Rhythm::InFlight(count) => ("--in-flight", count.to_string()),
                Rhythm::PerSecond(rate) => ("--per-second", rate.to_string()),
            };
            (vec![("--conns", receivers.to_string()), ("--stalled", stalled.to_string()), rhythm], traffic)
        }
        Shape::Connects { at_once: connections, .. } | Shape::Http { connections } => {
            (vec![("--conns", connections.to_string())], Traffic::plain(64))
        }
    };
    let numbers = numbers.into_iter().flat_map(|(name, value)| [name.to_owned(), value]);
    numbers.chain(switch(shape).map(str::to_owned)).chain(traffic_flags(traffic)).collect()
}

const fn switch(shape: Shape) -> Option<&'static str> {
    match shape {
        Shape::Broadcast { language: Language::Stomp, .. } => Some("--stomp"),
        Shape::Connects { echoes: false, .. } => Some("--no-echo"),
        _ => None,
    }
}

fn traffic_flags(traffic: Traffic) -> Vec<String> {
    let mut flags = vec!["--bytes".to_owned(), traffic.message_bytes.to_string()];
    if traffic.is_json {
        flags.push("--json".to_owned());
    }
    match traffic.extension {
        Extension::None => {}
        Extension::Deflate(offer) => flags.extend(["--offer".to_owned(), offer.to_owned()]),
        Extension::Declined(offer) => flags.extend(["--declined-offer".to_owned(), offer.to_owned()]),
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::shape_flags;
    use crate::traffic::{Extension, Language, Rhythm, Shape, Traffic};

    #[test]
    fn a_shape_is_written_in_flags() {
        let traffic = Traffic::json(512, Extension::Deflate("permessage-deflate"));
        let rhythm = Rhythm::PerSecond(50.0);
        let shape = |language| Shape::Broadcast { receivers: 1000, stalled: 1, rhythm, traffic, language };

        let numbers = "--conns 1000 --stalled 1 --per-second 50";
        let expected = format!("{numbers} --bytes 512 --json --offer permessage-deflate");
        assert_eq!(shape_flags(shape(Language::Paths)).join(" "), expected);
        assert!(shape_flags(shape(Language::Stomp)).join(" ").starts_with(&format!("{numbers} --stomp --bytes")));
        let handshakes = Shape::Connects { at_once: 64, echoes: false };
        assert_eq!(shape_flags(handshakes).join(" "), "--conns 64 --no-echo --bytes 64");
        assert_eq!(
            shape_flags(Shape::Sleep { connections: 64, share: 0.01 }).join(" "),
            "--conns 64 --share 0.01 --bytes 64"
        );
    }
}
