//! What is written between two looks at the sockets. Knows nothing of what it is.

use super::LoopState;
use crate::engine::connection::Connection;
use crate::engine::overflow::EVENTS_OF_REPORT;

/// Subscribers written to between two looks at commands and sockets: two milliseconds or so.
const FLUSHES_AT_ONCE: usize = 256;
/// Room that the list of subscribers to be written to keeps.
const KEPT_LIST: usize = 4096;

impl LoopState {
    /// Writes to all that have something new.
    pub(super) fn flush_dirty(&mut self) {
        while let Some(slot) = self.ctx.dirty.pop() {
            let Some(connection) = self.connections.get_mut(slot as usize) else {
                continue;
            };
            connection.dirty = false;
            connection.fanned = false;
            let target = connection.target;
            self.guarded(slot, target, Connection::flush);
        }
    }

    /// Tells Java which sessions have dropped messages or have drained. The turn is over then, so each is told once in it;
    /// those that find no room are first in the next one.
    pub(super) fn report(&mut self) {
        let mut told = 0;
        while told < self.ctx.reports.len() && self.ctx.batch.remaining() >= EVENTS_OF_REPORT {
            let slot = self.ctx.reports[told];
            if let Some(connection) = self.connections.get_mut(slot as usize) {
                connection.report(&mut self.ctx);
            }
            told += 1;
        }
        self.ctx.reports.drain(..told);
    }

    /// Writes to some of those that got publications; who comes later finds more of them waiting.
    pub(super) fn flush_fanned(&mut self) {
        for _ in 0..FLUSHES_AT_ONCE {
            let Some(slot) = self.fanned.pop_front() else { break };
            let Some(connection) = self.connections.get_mut(slot as usize) else { continue };
            if std::mem::take(&mut connection.fanned) {
                let target = connection.target;
                self.guarded(slot, target, Connection::flush);
            }
        }
        if self.fanned.is_empty() {
            self.fanned.shrink_to(KEPT_LIST);
        }
    }
}
