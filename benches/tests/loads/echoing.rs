//! The loads on an echo server beside plain echo: connecting, keeping a rate, sleeping handlers.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use crate::broadcast_server::{self, Manner};
use crate::run::{error, report, wsbench};

#[test]
fn connections_are_opened_used_and_closed_again_and_again() {
    let url = broadcast_server::start(Manner::Right);
    let report = report(&wsbench("connects", &url, &["--conns", "8"]));

    assert_eq!((report.connections, report.message_bytes), (8, 64));
    assert!(report.messages > 8 && report.p50_us > 0.0, "{report:?}");
}

#[test]
fn connections_are_opened_and_closed_without_an_echo() {
    let url = broadcast_server::start(Manner::Right);
    let report = report(&wsbench("connects", &url, &["--conns", "8", "--no-echo"]));

    assert_eq!((report.connections, report.message_bytes), (8, 0));
    assert!(report.messages > 8 && report.wire_bytes == 0.0, "{report:?}");
}

#[test]
fn a_connection_that_the_server_ends_without_closing_handshake_is_an_error() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let url = format!("ws://{}/", listener.local_addr().expect("bound"));
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            // The request is read, so that the end is no reset.
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(
                b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
            );
        }
    });

    let error = error(&wsbench("connects", &url, &["--conns", "1"]));
    assert!(error.contains("ended before the closing handshake") || error.contains("reset"), "{error}");
}

#[test]
fn a_rate_is_kept_and_its_latencies_reported() {
    let url = broadcast_server::start(Manner::Right);
    let report = report(&wsbench("tail", &url, &["--conns", "4", "--per-second", "2000"]));

    assert!(report.messages > 0 && report.send_lag_p99_us.is_some(), "{report:?}");
    assert!(report.p50_us <= report.p99_us && report.p99_us <= report.p999_us && report.p999_us <= report.max_us);
    assert!(error(&wsbench("tail", &url, &["--per-second", "0"])).contains("rate of 0"));
    assert!(error(&wsbench("tail", &url, &[])).contains("--per-second is missing"));
}

#[test]
fn sleeping_messages_are_sent_and_counted() {
    let url = broadcast_server::start(Manner::Right);

    let some = report(&wsbench("sleep", &url, &["--conns", "8", "--share", "0.1"]));
    assert!(some.sleeping_messages.expect("counted") > 0 && some.sleeping_p99_us.expect("timed") > 0.0, "{some:?}");
    let none = report(&wsbench("sleep", &url, &["--conns", "8", "--share", "0"]));
    assert_eq!(none.sleeping_messages, Some(0));
    assert!(error(&wsbench("sleep", &url, &["--conns", "1"])).contains("at least 2"));
}
