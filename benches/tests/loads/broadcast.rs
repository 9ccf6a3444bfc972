//! The broadcast load against servers that publish rightly and wrongly.

use crate::broadcast_server::{self, Manner};
use crate::run::{error, report, wsbench};

#[test]
fn every_receiver_gets_every_publication() {
    let url = broadcast_server::start(Manner::Right);
    for (arguments, in_flight) in [
        (&["--conns", "5", "--bytes", "512"][..], 1),
        (&["--conns", "3", "--in-flight", "16", "--bytes", "70000"], 16),
        (&["--conns", "3", "--in-flight", "4", "--json", "--bytes", "512"], 4),
        (&["--conns", "3", "--per-second", "400", "--bytes", "64"], 0),
    ] {
        let report = report(&wsbench("broadcast", &url, arguments));
        assert_eq!(report.in_flight, in_flight);
        assert!(report.messages > 0 && report.p50_us > 0.0 && report.p50_us <= report.max_us, "{report:?}");
        assert!((report.wire_bytes - report.message_bytes as f64).abs() < 0.01, "{report:?}");
        assert_eq!(report.send_lag_p99_us.is_some(), in_flight == 0);
    }
}

#[test]
fn a_receiver_that_is_subscribed_late_is_waited_for() {
    let url = broadcast_server::start(Manner::SubscribesLate);

    assert!(report(&wsbench("broadcast", &url, &["--conns", "4"])).messages > 0);
}

#[test]
fn a_server_that_does_not_publish_rightly_is_an_error_and_no_figure() {
    for (manner, part) in [
        (Manner::Loses, "something else than publication"),
        (Manner::Changes, "something else than publication"),
        (Manner::Closes, "closed receiver"),
    ] {
        let url = broadcast_server::start(manner);
        let output = wsbench("broadcast", &url, &["--conns", "3", "--in-flight", "2", "--json", "--bytes", "200"]);
        let error = error(&output);
        assert!(error.contains(part), "{manner:?}: {error}");
    }
}

#[test]
fn a_receiver_that_never_reads_is_not_waited_for() {
    let url = broadcast_server::start(Manner::Right);
    let report = report(&wsbench("broadcast", &url, &["--conns", "4", "--stalled", "1", "--per-second", "200"]));

    assert_eq!(report.connections, 4);
    assert!(report.messages > 0, "{report:?}");
}

#[test]
fn every_subscriber_of_a_stomp_broker_gets_every_publication() {
    let url = broadcast_server::start(Manner::Right);
    for (arguments, message_bytes) in
        [(&["--conns", "5"][..], 64), (&["--conns", "3", "--in-flight", "4", "--json", "--bytes", "512"], 512)]
    {
        let report = report(&wsbench("broadcast", &url, &[&["--stomp"], arguments].concat()));
        assert_eq!(report.message_bytes, message_bytes);
        // The head of a MESSAGE comes on top.
        assert!(report.messages > 0 && report.wire_bytes > message_bytes as f64, "{report:?}");
    }
}

#[test]
fn a_stomp_broker_that_does_not_publish_rightly_is_an_error_and_no_figure() {
    for (manner, part) in [
        (Manner::Loses, "something else than publication"),
        (Manner::Changes, "something else than publication"),
        (Manner::Closes, "closed receiver"),
        (Manner::SubscribesLate, "where CONNECTED belongs"),
    ] {
        let url = broadcast_server::start(manner);
        let load = ["--stomp", "--conns", "3", "--in-flight", "2", "--json", "--bytes", "200"];
        let error = error(&wsbench("broadcast", &url, &load));
        assert!(error.contains(part), "{manner:?}: {error}");
    }
}
