//! What a loop has done, as numbers. Knows nothing of who reads them.

use std::sync::atomic::{AtomicU64, Ordering};

/// One number, counted by one loop and read by anyone.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Counts `n` more.
    pub fn add(&self, n: u64) {
        // One writer at a time, so no locked addition is needed.
        self.0.store(self.get() + n, Ordering::Relaxed);
    }

    /// Counts `n` more on any thread; for numbers that are counted in no other way.
    pub fn add_shared(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    /// Counts one less; for numbers that go up and down.
    pub fn take_one(&self) {
        self.0.store(self.get() - 1, Ordering::Relaxed);
    }

    /// The number now.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// The counters of one loop, in the order in which Java reads them.
        #[derive(Debug, Default)]
        pub struct Counters { $($(#[$doc])* pub $name: Counter),* }

        impl Counters {
            /// All numbers in order.
            pub fn values(&self) -> Vec<u64> {
                vec![$(self.$name.get()),*]
            }
        }
    };
}

impl Counters {
    /// Counts what a session's socket has taken.
    #[inline]
    pub fn add_written(&self, bytes: usize, messages: usize) {
        self.bytes_out.add(bytes as u64);
        self.messages_out.add(messages as u64);
    }
}

counters! {
    /// Connections taken from the listener.
    connections_accepted,
    /// Connections that exist now.
    connections_open,
    /// Opening handshakes that got an answer other than 101, and plain requests that were refused before Java saw them.
    handshakes_refused,
    /// Sessions that got their 101.
    sessions_opened,
    /// Sessions that ended.
    sessions_closed,
    /// Panics of our code, each of which ended one connection.
    panics,
    /// Messages (or parts) given to Java.
    messages_in,
    /// Frames that Java sent and the socket took.
    messages_out,
    /// Bytes read from sockets.
    bytes_in,
    /// Bytes written to sockets.
    bytes_out,
    /// Connections over a limit: answered 503 or 429, or cut.
    refused_over_limit,
    /// Sessions ended because their peer did not read and they stood at a limit of bytes.
    terminated_slow,
    /// Sessions ended because their peer broke a rule of the protocol or went over a limit.
    violations,
    /// Sessions of which the transport ended without a closing handshake, and plain requests it left unanswered.
    transports_lost,
    /// Connections that ended before one whole request could be handed on: the peer left, or sent nothing in time.
    handshakes_abandoned,
    /// TLS handshakes that failed or did not end in time.
    tls_handshakes_failed,
    /// Calls of publish.
    messages_published,
    /// Publications written to a subscriber or put into its write queue.
    publications_delivered,
    /// Messages that waited longest and were dropped for newer ones.
    dropped_oldest,
    /// Messages that were not taken because the session stood at a limit.
    dropped_newest,
    /// Waiting publications that a newer one of the same key has replaced.
    dropped_conflated,
    /// Sessions ended because their socket took nothing, or a sender waited, for the send time limit.
    terminated_stalled,
    /// Connections spliced to the upstream, tunnels included.
    connections_spliced,
    /// Opening handshakes that the upstream answered with a 101 of its own.
    upgrades_tunnelled,
    /// Sessions that the upstream has accepted.
    upgrades_accepted,
    /// Requests answered 502 or 504: the upstream did not answer, or not in HTTP.
    upstream_failed,
}
