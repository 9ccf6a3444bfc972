//! Connections to the upstream that wait for the next opening handshake of their loop. Knows nothing of handshakes.

use std::io::ErrorKind;

use parking_lot::Mutex;
use tokio::net::TcpStream;

/// At most so many; the last that came is the first to go.
pub struct Pool {
    idle: Mutex<Idle>,
}

struct Idle {
    connections: Vec<TcpStream>,
    most: usize,
}

impl Pool {
    /// An empty pool for up to `most` connections.
    pub const fn new(most: usize) -> Self {
        Self { idle: Mutex::new(Idle { connections: Vec::new(), most }) }
    }

    /// A connection that was alive a moment ago.
    pub fn take(&self) -> Option<TcpStream> {
        let mut idle = self.idle.lock();
        std::iter::from_fn(|| idle.connections.pop()).find(is_silent)
    }

    /// Keeps a connection of which nothing is owed, if there is room; those that have ended make room.
    pub fn put(&self, connection: TcpStream) {
        let mut idle = self.idle.lock();
        idle.connections.retain(is_silent);
        if idle.connections.len() < idle.most && is_silent(&connection) {
            idle.connections.push(connection);
        }
    }

    /// Ends all, and those that still come.
    pub fn close(&self) {
        let mut idle = self.idle.lock();
        idle.most = 0;
        idle.connections.clear();
    }
}

/// Neither its end nor anything that nobody asked for has come.
fn is_silent(connection: &TcpStream) -> bool {
    matches!(connection.try_read(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock)
}
