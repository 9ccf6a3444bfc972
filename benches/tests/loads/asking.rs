//! The plain HTTP load against servers that answer rightly and wrongly.

use crate::http_server::{self, Manner};
use crate::run::{error, report, wsbench};

/// What the load expects for 45 bytes.
const BODY: &str = "the quick brown fox jumps over the lazy dog. ";

#[test]
fn every_connection_asks_again_and_again() {
    let url = http_server::start(Manner::Right, BODY);
    let report = report(&wsbench("http", &url, &["--conns", "3", "--bytes", "45"]));

    assert_eq!((report.connections, report.in_flight, report.message_bytes), (3, 1, 45));
    assert!(report.messages > 3 && report.p50_us > 0.0 && report.p50_us <= report.max_us, "{report:?}");
}

#[test]
fn a_wrong_answer_is_an_error_and_no_figure() {
    for (manner, part) in
        [(Manner::Changes, "another body"), (Manner::Refuses, "503"), (Manner::Ends, "the server ended it")]
    {
        let url = http_server::start(manner, BODY);
        let error = error(&wsbench("http", &url, &["--conns", "2", "--bytes", "45"]));
        assert!(error.contains(part), "{manner:?}: {error}");
    }
}
