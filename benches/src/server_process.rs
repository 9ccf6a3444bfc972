//! A server that runs on its own core, from start to end. Knows nothing of the load.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::server::{Environment, Server};

const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A running server; dropping it ends it.
#[derive(Debug)]
pub struct ServerProcess {
    /// Its line in the table.
    pub server: &'static Server,
    /// Where it listens, as it printed it.
    pub url: String,
    child: Child,
    /// Whether it has said what [`Server::says_when_ready`] wants.
    is_ready: Arc<AtomicBool>,
}

impl ServerProcess {
    /// Prepares `server`, starts it on the server core and waits until it has printed its address.
    /// What it prints goes to `<output>/<server>.log`.
    ///
    /// # Errors
    /// If it cannot be prepared or started, or is not ready in a minute; names the log.
    pub fn start(server: &'static Server, environment: &Environment) -> Result<Self> {
        prepare(server, environment)?;
        let line = server.command_line(environment, free_port()?)?;
        let log_path = environment.output.join(format!("{}.log", server.name));
        // Appended: the same server may run twice, when it is compared with itself.
        let log = OpenOptions::new().create(true).append(true).open(&log_path);
        let mut log = log.with_context(|| format!("{}", log_path.display()))?;
        writeln!(log, "$ {}", line.join(" "))?;
        let mut child = pinned(environment.server_core, &line)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.try_clone()?)
            .spawn()
            .context("taskset or setpriv (package util-linux) cannot be started")?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let is_ready = Arc::new(AtomicBool::new(server.says_when_ready.is_none()));
        let mut process = Self { server, url: String::new(), child, is_ready: Arc::clone(&is_ready) };
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || drain(stdout, log, &sender, (server, &is_ready)));
        process.url = receiver.recv_timeout(START_TIMEOUT).map_err(|error| {
            let what = match error {
                RecvTimeoutError::Timeout => "printed no address in time",
                RecvTimeoutError::Disconnected => "ended before it printed its address",
            };
            anyhow::anyhow!("{} {what}, see {}", server.name, log_path.display())
        })?;
        Ok(process)
    }

    /// Whether the load has brought it where it is to be measured.
    pub fn is_ready(&self) -> bool {
        self.is_ready.load(Ordering::Relaxed)
    }

    /// Its address with another path.
    pub fn url_of(&self, path: &str) -> String {
        with_path(&self.url, path)
    }

    /// Process id; `setpriv` and `taskset` have replaced themselves by the server.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // Both fail only where the process is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the server's preparation to its end, which shows what it says.
fn prepare(server: &Server, environment: &Environment) -> Result<()> {
    let line = server.preparation_line(environment)?;
    let Some((program, arguments)) = line.split_first() else { return Ok(()) };
    let status = Command::new(program).args(arguments).stdin(Stdio::null()).status();
    let status = status.with_context(|| format!("{program} cannot be started"))?;
    ensure!(status.success(), "{} cannot be prepared: {program} ended with {status}", server.name);
    Ok(())
}

/// A command that runs `line` on `core` alone and ends when this process does, however it ends.
pub fn pinned(core: usize, line: &[String]) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "taskset", "--cpu-list", &core.to_string()]).args(line);
    command
}

/// Copies the server's output to its log, so that it never waits for a reader; reports the first address in it, and what the
/// server says when it may be measured.
fn drain(stdout: ChildStdout, mut log: File, address: &Sender<String>, (server, is_ready): (&Server, &AtomicBool)) {
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        if let Some(url) = find_url(&line) {
            // Later addresses have no taker.
            let _ = address.send(url.to_owned());
        }
        if server.says_when_ready.is_some_and(|wanted| line.contains(wanted)) {
            is_ready.store(true, Ordering::Relaxed);
        }
        // A full disk must not stop the server.
        let _ = writeln!(log, "{line}");
    }
}

fn find_url(line: &str) -> Option<&str> {
    let start = line.find("wss://").or_else(|| line.find("ws://"))?;
    line[start..].split_whitespace().next()
}

/// `url` up to its host and port, with `path` behind it.
fn with_path(url: &str, path: &str) -> String {
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    let end = url[host..].find('/').map_or(url.len(), |slash| host + slash);
    format!("{}{path}", &url[..end])
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::{find_url, with_path};

    #[test]
    fn the_address_is_found_inside_a_line() {
        assert_eq!(find_url("Echo on ws://127.0.0.1:9/echo (mode inline)"), Some("ws://127.0.0.1:9/echo"));
        assert_eq!(find_url("listening on wss://127.0.0.1:9/"), Some("wss://127.0.0.1:9/"));
        assert_eq!(find_url("starting"), None);
    }

    #[test]
    fn another_path_of_the_same_server_is_asked_for() {
        assert_eq!(with_path("ws://127.0.0.1:9/echo", "/sleep"), "ws://127.0.0.1:9/sleep");
        assert_eq!(with_path("wss://127.0.0.1:9", "/echo"), "wss://127.0.0.1:9/echo");
    }
}
