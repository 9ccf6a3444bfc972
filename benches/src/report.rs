//! What one run of the load found, as the JSON line that `wsbench` prints and `compare` reads. No logic.

use serde::{Deserialize, Serialize};

/// One run of `wsbench echo`; the warm-up is not in it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct EchoReport {
    /// Connections open all the time.
    pub connections: usize,
    /// Messages in flight on each connection.
    pub in_flight: usize,
    /// Payload of a message in bytes.
    pub message_bytes: usize,
    /// Payload of an echo as it came over the wire, in bytes, on average; below `message_bytes` when it was compressed.
    pub echo_bytes: f64,
    /// Length of the measured window in seconds.
    pub seconds: f64,
    /// Echoes that came back, all of them compared byte by byte.
    pub messages: u64,
    /// `messages / seconds`.
    pub messages_per_second: f64,
    /// `messages` by the server's CPU seconds; absent without `--pid` or when the window was below a clock tick.
    pub messages_per_cpu_second: Option<f64>,
    /// CPU seconds of the server, user and system; absent without `--pid`.
    pub server_cpu_seconds: Option<f64>,
    /// CPU seconds of the load generator; near `seconds` means that it was the bottleneck.
    pub client_cpu_seconds: f64,
    /// Time from writing a message to reading its echo, median, in microseconds.
    pub p50_us: f64,
    /// The same, 99 of 100 below.
    pub p99_us: f64,
    /// The same, 999 of 1,000 below.
    pub p999_us: f64,
}

/// `wsbench idle` has all its connections and now only holds them.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct IdleReport {
    /// Connections open, each with one echo behind it.
    pub connections: usize,
    /// Connects with handshake and one echo, one after the other.
    pub connects_per_second: f64,
}
