//! The engine before an HTTP server on this machine, its upstream. Knows nothing of who that is.
//!
//! A request that is no opening handshake is spliced to a fresh connection, byte for byte. An opening handshake is asked
//! about: the upstream gets its head with one line more, `X-Hawser-Connection: <id>.<hmac>`, whose answer decides.
//!
//! ```text
//!  Head --> Spliced ------------------------------> removed
//!    |         ^
//!    +--> Asking --- any other answer ---+  (a genuine 101: a tunnel)
//!            |
//!            +-- 200, X-Hawser-Accepted: <id> --> Handshaking --> Open
//! ```

mod asking;
mod claims;
mod lookout;
mod opening;
mod pool;
mod seal;
mod splice;
mod tables;
mod way;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

pub use self::asking::Answer;
use self::claims::Claims;
pub use self::opening::Asking;
use self::pool::Pool;
use self::seal::Seal;
pub use self::splice::Reins;
use self::tables::{Asked, Peers};
use crate::bridge::{SessionId, encode_request};
use crate::config::EngineConfig;
use crate::engine::engine::Engine;
use crate::protocol::{HeadLimits, request_target};

/// What is read at once of either side of a splice, and so what may wait in each direction.
const SPLICE_BYTES: usize = 64 << 10;

/// What all loops of an engine know of its upstream.
pub struct Upstream {
    address: SocketAddr,
    claims: Claims,
    connect_timeout: Duration,
    answer_timeout: Duration,
    head_limits: HeadLimits,
    seal: Seal,
    asked: Arc<Asked>,
    peers: Arc<Peers>,
}

impl Upstream {
    /// `None` if the engine has none.
    ///
    /// # Errors
    /// If the system has no random numbers.
    pub fn new(config: &EngineConfig) -> std::io::Result<Option<Self>> {
        let Some(address) = config.upstream else { return Ok(None) };
        Ok(Some(Self {
            address,
            claims: Claims::new(&config.own_paths),
            connect_timeout: config.upstream_connect_timeout,
            answer_timeout: config.upstream_answer_timeout,
            head_limits: HeadLimits { max_bytes: config.max_head_bytes, max_headers: config.max_headers },
            seal: Seal::new()?,
            asked: Arc::default(),
            peers: Arc::default(),
        }))
    }

    /// What is known of a connection whose opening handshake the upstream has not answered, by the header it was named with.
    fn find_upgrade(&self, header: &[u8]) -> Option<(SessionId, Arc<[u8]>)> {
        let session = self.seal.open(header)?;
        Some((session, self.asked.get(session)?))
    }
}

/// What one loop has of it.
pub struct LoopUpstream {
    shared: Arc<Upstream>,
    pool: Pool,
    /// Where splices read, one after the other: what their other side takes at once they need not hold.
    scratch: Mutex<Vec<u8>>,
}

impl LoopUpstream {
    /// A loop that keeps so many connections for later.
    pub fn new(shared: Arc<Upstream>, max_idle: usize) -> Self {
        Self { shared, pool: Pool::new(max_idle), scratch: Mutex::new(vec![0; SPLICE_BYTES]) }
    }

    /// Whether a request, a whole head, is for the upstream.
    pub fn takes(&self, head: &[u8]) -> bool {
        !self.shared.claims.contains(request_target(head))
    }

    /// The engine stops: connections that wait for a handshake would only hold the upstream up.
    pub fn stop(&self) {
        self.pool.close();
    }
}

impl Engine {
    /// The connection that `header`, an `X-Hawser-Connection` that the upstream got, names: its id and the record of its
    /// request ([`encode_request`]). `None` if the header was not made here, or the upstream has answered.
    pub fn find_upgrade(&self, header: &[u8]) -> Option<(SessionId, Arc<[u8]>)> {
        self.upstream.as_ref()?.find_upgrade(header)
    }

    /// Whether the upstream is being asked about this connection.
    pub fn is_asked(&self, id: SessionId) -> bool {
        self.upstream.as_ref().is_some_and(|upstream| upstream.asked.get(id).is_some())
    }

    /// Who has the spliced connection that comes to the upstream from this port of ours: a record without a request.
    pub fn find_client(&self, source_port: u16) -> Option<Vec<u8>> {
        let endpoints = self.upstream.as_ref()?.peers.get(source_port)?;
        Some(encode_request(&endpoints, &[], &[]))
    }
}
