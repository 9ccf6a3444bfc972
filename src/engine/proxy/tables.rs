//! Which connections the upstream may ask about, for any thread. Knows nothing of what it is told of them.
//!
//! Bounded by the connections of the engine: an entry leaves with what it stands for.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::bridge::{Endpoints, SessionId};

/// Opening handshakes that the upstream is being asked about, with the records of their requests.
#[derive(Default)]
pub struct Asked(Mutex<HashMap<SessionId, Arc<[u8]>>>);

impl Asked {
    /// The record of a handshake.
    pub fn get(&self, session: SessionId) -> Option<Arc<[u8]>> {
        self.0.lock().get(&session).map(Arc::clone)
    }

    /// Lists a handshake.
    pub fn insert(self: &Arc<Self>, session: SessionId, record: Vec<u8>) -> AskedEntry {
        self.0.lock().insert(session, record.into());
        AskedEntry { table: Arc::clone(self), session }
    }
}

/// A handshake that is listed; is no longer when this is dropped.
pub struct AskedEntry {
    table: Arc<Asked>,
    session: SessionId,
}

impl Drop for AskedEntry {
    fn drop(&mut self) {
        self.table.0.lock().remove(&self.session);
    }
}

/// Spliced connections by the port that the upstream sees.
#[derive(Default)]
pub struct Peers(Mutex<HashMap<u16, (SessionId, Arc<Endpoints>)>>);

impl Peers {
    /// Who is at the other end.
    pub fn get(&self, port: u16) -> Option<Arc<Endpoints>> {
        self.0.lock().get(&port).map(|(_, endpoints)| Arc::clone(endpoints))
    }

    /// Lists a connection, in place of an older one whose port the system has given again.
    pub fn insert(self: &Arc<Self>, port: u16, session: SessionId, endpoints: Endpoints) -> PeerEntry {
        self.0.lock().insert(port, (session, Arc::new(endpoints)));
        PeerEntry { table: Arc::clone(self), port, session }
    }
}

/// A connection that is listed; is no longer when this is dropped.
pub struct PeerEntry {
    table: Arc<Peers>,
    port: u16,
    session: SessionId,
}

impl Drop for PeerEntry {
    fn drop(&mut self) {
        let mut peers = self.table.0.lock();
        if peers.get(&self.port).is_some_and(|(session, _)| *session == self.session) {
            peers.remove(&self.port);
        }
    }
}
