//! What one run of the load found, as the JSON line that `wsbench` prints and `compare` reads. No logic.

use serde::{Deserialize, Serialize};

use crate::latency::Latencies;

/// One run of `wsbench`, whatever it does to the server; the warm-up is not in it.
///
/// A *message* is what the load counts: an echo that came back, a publication that one receiver got, a connection that was
/// opened, had its echo and was closed.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct RunReport {
    /// Connections open all the time; of a load that connects: at most.
    pub connections: usize,
    /// Messages in flight on each connection, publications in flight of a broadcast; 0 where a rate decides.
    pub in_flight: usize,
    /// Payload of a message in bytes.
    pub message_bytes: usize,
    /// Payload of an incoming message as it came over the wire, in bytes, on average; below `message_bytes` when it was compressed.
    pub wire_bytes: f64,
    /// Length of the measured window in seconds.
    pub seconds: f64,
    /// Messages of the window, all of them compared byte by byte.
    pub messages: u64,
    /// `messages / seconds`.
    pub messages_per_second: f64,
    /// `messages` by the server's CPU seconds; absent without `--pid` or when the window was below a clock tick.
    pub messages_per_cpu_second: Option<f64>,
    /// CPU seconds of the server, user and system; absent without `--pid`.
    pub server_cpu_seconds: Option<f64>,
    /// CPU seconds of the load generator; near `seconds` means that it was the bottleneck, unless it keeps a rate: then it spins.
    pub client_cpu_seconds: f64,
    /// Resident memory of the server at the end of the window, in bytes; absent without `--pid`.
    pub server_resident_bytes: Option<u64>,
    /// Resident memory of the server when its connections were open, before the first message, in bytes; absent without `--pid`.
    pub server_resident_before_bytes: Option<u64>,
    /// The most of it from then on to the end of the window, as looks every few milliseconds found it; absent without `--pid`.
    pub server_resident_peak_bytes: Option<u64>,
    /// Connections that never read which the server has ended, with status code 1013 or without any; only of a broadcast.
    pub stalled_ended: Option<usize>,
    /// Median time from writing a message to reading its answer, in microseconds; from when it should have been written, where a rate
    /// decides; from the connect to the end of the connection where connections are counted.
    pub p50_us: f64,
    /// The same, 99 of 100 below.
    pub p99_us: f64,
    /// The same, 999 of 1,000 below.
    pub p999_us: f64,
    /// The same, the largest.
    pub max_us: f64,
    /// How late the load generator itself was with its messages, 99 of 100 below, in microseconds; only where a rate decides.
    pub send_lag_p99_us: Option<f64>,
    /// Messages that made the handler sleep; only of `wsbench sleep`, where the latencies above are those of connections that never
    /// send one.
    pub sleeping_messages: Option<u64>,
    /// `p99_us` of the other connections.
    pub sleeping_p99_us: Option<f64>,
}

impl RunReport {
    /// Fills in what `latencies` say.
    #[must_use]
    pub fn with_latencies(self, latencies: &Latencies) -> Self {
        Self {
            p50_us: latencies.quantile_us(0.5),
            p99_us: latencies.quantile_us(0.99),
            p999_us: latencies.quantile_us(0.999),
            max_us: latencies.quantile_us(1.0),
            ..self
        }
    }
}

/// `wsbench idle` has all its connections and now only holds them.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct IdleReport {
    /// Connections open, each with one echo behind it.
    pub connections: usize,
    /// Connects with handshake and one echo, one after the other.
    pub connects_per_second: f64,
}
