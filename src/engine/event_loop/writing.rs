//! What is written between two looks at the sockets. Knows nothing of what it is.

use super::LoopState;
use crate::engine::connection::Connection;
use crate::engine::overflow::EVENTS_OF_REPORT;

/// Subscribers written to between two looks at commands and sockets, at most: six milliseconds or so. It is cheapest while
/// they take their publications.
pub(super) const MOST_FLUSHES: usize = 1024;
/// The same where publications come close together: the next ones are there soon, and all other subscribers get them in
/// the same system call.
const SOON_FLUSHES: usize = 64;
/// Of those that are left so many, which is a quarter of the time.
const LATER_FLUSHES: usize = 256;
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

    /// Tells Java which sessions have dropped messages or have drained, at the end of a turn; those that find no room at the
    /// beginning of the next one, before messages fill that as well. So each is told twice in a turn at most.
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

    /// Writes to those that got publications, as many as are due in this round; who comes later finds more waiting.
    pub(super) fn flush_fanned(&mut self) {
        // Where a pass has used its share, the sockets are looked at first.
        if self.flushed < self.most_in_pass {
            self.flush_some(LATER_FLUSHES, MOST_FLUSHES);
        }
        self.flushed = 0;
        self.most_in_pass = if self.come_together { SOON_FLUSHES } else { MOST_FLUSHES };
        if self.fanned.is_empty() {
            self.fanned.shrink_to(KEPT_LIST);
        }
    }

    /// Writes to the next few of them, unless `most` were written to in this round.
    pub(super) fn flush_some(&mut self, count: usize, most: usize) {
        let until = most.min(self.flushed + count);
        while self.flushed < until
            && let Some(slot) = self.fanned.pop_front()
        {
            // Who has been written to since is only listed still, and must take nobody's turn: with much traffic of their
            // own there are more of them in each round than there are turns.
            let Some(connection) = self.connections.get_mut(slot as usize) else { continue };
            if std::mem::take(&mut connection.fanned) {
                self.flushed += 1;
                let target = connection.target;
                self.guarded(slot, target, Connection::flush);
            }
        }
    }
}
