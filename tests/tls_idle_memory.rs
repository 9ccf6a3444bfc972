//! What a connection over TLS costs that says nothing. Linux only: read from /proc.
//!
//! The clients' half of TLS is as large, so they live in another process: this test program, started a second time.

#![cfg(all(feature = "engine", target_os = "linux"))]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};

use support::tls::{Authority, server, trusting_der};
use support::{Client, Counter, TestEngine, echo, frames};

const CONNECTIONS: usize = 2000;
/// The engine alone; what the kernel holds for a socket is not in this number.
const MOST_BYTES: usize = 16 << 10;
/// Tells the second process where to connect, and whom to trust.
const ADDRESS: &str = "HAWSER_TEST_ADDRESS";
const AUTHORITY: &str = "HAWSER_TEST_AUTHORITY";
const COUNT: &str = "HAWSER_TEST_COUNT";

/// Resident memory of this process that no file backs, in bytes.
fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).expect("a line of Linux 4.5");
    let kibibytes: usize = line.split_whitespace().nth(1).and_then(|field| field.parse().ok()).expect("a number");
    kibibytes * 1024
}

/// Connections of another process, each with an echo behind it; they end with it.
struct Peers(Child, BufReader<ChildStdout>);

impl Peers {
    fn connect(address: SocketAddr, authority: &Authority, count: usize) -> Self {
        let hex: String = authority.der().iter().map(|byte| format!("{byte:02x}")).collect();
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "the_clients_of_the_other_process", "--nocapture"])
            .envs([(ADDRESS, address.to_string()), (AUTHORITY, hex), (COUNT, count.to_string())])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this test again");
        let mut said = BufReader::new(child.stdout.take().expect("a pipe"));
        let connected = said.by_ref().lines().any(|line| line.expect("text").contains("connected"));
        assert!(connected, "the clients are connected");
        Self(child, said)
    }

    fn disconnect(mut self) {
        drop(self.0.stdin.take());
        std::io::copy(&mut self.1, &mut std::io::sink()).expect("a pipe");
        self.0.wait().expect("a process that ends with its input");
    }
}

#[test]
fn the_clients_of_the_other_process() {
    let Ok(address) = std::env::var(ADDRESS) else {
        return;
    };
    let address: SocketAddr = address.parse().expect("an address");
    let hex = std::env::var(AUTHORITY).expect("a certificate");
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("a byte");
    let authority: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
    let config = trusting_der(&authority, rustls::ALL_VERSIONS, None);
    let count = std::env::var(COUNT).ok().and_then(|count| count.parse().ok()).expect("a number");
    let clients: Vec<_> = (0..count)
        .map(|_| {
            let mut client = Client::connect(address).secure(config.clone(), "localhost").expect("a handshake");
            client.write(&Client::upgrade("/"));
            client.read_101();
            // A message, so that nothing is left which only the opening had needed.
            client.write(&frames::text("hello"));
            client.expect_text("hello");
            client
        })
        .collect();
    println!("connected");
    std::io::stdout().flush().expect("a pipe");
    let _ = std::io::stdin().read(&mut [0]);
    drop(clients);
}

#[test]
fn an_idle_session_over_tls_costs_less_than_its_budget() {
    let authority = Authority::new("issuer");
    let tls = server(&[authority.server(&["localhost"])]);
    let engine = TestEngine::unrecorded_tls("backlog=4096", &tls, echo);
    let warm = Peers::connect(engine.address(), &authority, 100);
    let before = resident_bytes();

    let peers = Peers::connect(engine.address(), &authority, CONNECTIONS);

    let each = resident_bytes().saturating_sub(before) / CONNECTIONS;
    println!("{each} bytes for each connection");
    assert!(each <= MOST_BYTES, "{each} bytes for each connection");
    assert_eq!(engine.counter(Counter::Open), CONNECTIONS as u64 + 100);
    peers.disconnect();
    warm.disconnect();
    engine.await_counter(Counter::Open, 0);
}
