//! The load generator against the baseline server, as processes: both speak the same protocol and report truly.

mod support;

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, Output, Stdio};

use hawser_bench::report::{IdleReport, RunReport};
use socket2::{Domain, Socket, Type};
use support::Baseline;

/// The server, and what is asked of it here.
struct Server(Baseline);

impl Server {
    fn start() -> Self {
        Self(Baseline::start(env!("CARGO_BIN_EXE_echo-baseline")))
    }

    fn load(&self, mode: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wsbench"));
        command.args([mode, "--url", &self.0.url]).args(arguments);
        command
    }

    fn echo(&self, arguments: &[&str]) -> Output {
        let pid = self.0.process.id().to_string();
        let span = ["--warm-messages", "200", "--warm-seconds", "0", "--seconds", "0.05", "--pid", &pid];
        self.load("echo", &[&span, arguments].concat()).output().expect("wsbench runs")
    }
}

#[test]
fn every_shape_of_load_is_echoed_and_counted() {
    let baseline = Server::start();
    for (arguments, in_flight, message_bytes) in [
        (&["--conns", "3"][..], 1, 64),
        (&["--conns", "2", "--in-flight", "16", "--unicode"], 16, 64),
        (&["--conns", "2", "--bytes", "70000", "--in-flight", "4", "--binary"], 4, 70_000),
        (&["--conns", "1", "--bytes", "0"], 1, 0),
    ] {
        let output = baseline.echo(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        let report: RunReport = serde_json::from_slice(&output.stdout).expect("a report");
        assert_eq!((report.in_flight, report.message_bytes), (in_flight, message_bytes));
        assert!(report.messages > 0 && report.server_cpu_seconds.is_some(), "{report:?}");
    }
}

#[test]
fn a_server_that_declines_what_it_must_take_is_an_error_and_no_figure() {
    let baseline = Server::start();

    let declined = baseline.echo(&["--conns", "1", "--json", "--bytes", "1024", "--declined-offer", "x-unknown"]);
    assert!(declined.status.success(), "{}", String::from_utf8_lossy(&declined.stderr));
    let refused = baseline.echo(&["--conns", "1", "--json", "--bytes", "1024", "--offer", "permessage-deflate"]);
    assert!(!refused.status.success() && refused.stdout.is_empty());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("does not take the offer"));
}

#[test]
fn idle_connections_are_held_until_a_line_comes() {
    let baseline = Server::start();
    let mut load = baseline
        .load("idle", &["--conns", "20"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("wsbench starts");
    let mut line = String::new();
    BufReader::new(load.stdout.take().expect("piped")).read_line(&mut line).expect("report");

    let report: IdleReport = serde_json::from_str(&line).expect("a report");
    assert_eq!(report.connections, 20);
    assert!(load.try_wait().expect("known").is_none(), "it must hold its connections");

    load.stdin.take().expect("piped").write_all(b"\n").expect("it listens");
    assert!(load.wait().expect("ends").success());
}

#[test]
fn a_server_that_does_not_answer_is_an_error() {
    // Bound but not listening: the port refuses and nobody else can take it meanwhile.
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).expect("a free port");
    let address = socket.local_addr().expect("bound").as_socket().expect("IPv4");

    let url = format!("ws://{address}/");
    let output =
        Command::new(env!("CARGO_BIN_EXE_wsbench")).args(["echo", "--url", &url]).output().expect("wsbench runs");

    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("connection 0"));
}
