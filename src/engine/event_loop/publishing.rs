//! One pass over the subscribers of a topic, and the writing behind it. Knows nothing of who publishes.

use std::sync::atomic::Ordering;

use super::LoopState;
use crate::bridge::{Publication, SharedFrame, Target};
use crate::engine::connection::Connection;
use crate::engine::publications::Taken;

/// Subscribers written to between two looks at commands and sockets: two milliseconds or so.
const FLUSHES_AT_ONCE: usize = 256;
/// Room that the list of subscribers to be written to keeps.
const KEPT_LIST: usize = 4096;

impl LoopState {
    /// Keeps a publication for the next pass; those of one topic that wait one behind the other share it.
    pub(super) fn collect(&mut self, publication: Publication) {
        if self.publications.first().is_some_and(|first| first.topic != publication.topic) {
            self.publish_collected();
        }
        self.publications.push(publication);
    }

    /// Gives what was collected to all subscribers.
    pub(super) fn publish_collected(&mut self) {
        let publications = std::mem::take(&mut self.publications);
        let Some(first) = publications.first() else { return };
        let subscribers = std::mem::take(&mut self.ctx.subscribers);
        for group in subscribers.groups(first.topic) {
            let frames: Vec<_> = publications.iter().map(|publication| publication.frame(group.class)).collect();
            self.pass(&group.targets, &publications, &frames);
        }
        self.ctx.subscribers = subscribers;
        let load = &self.share.loads[self.share.index as usize];
        load.publications.fetch_sub(publications.iter().map(|publication| publication.weight).sum(), Ordering::Relaxed);
        let refused = load.refused_publications.swap(0, Ordering::Relaxed);
        self.ctx.counters.dropped_newest.add(refused);
        self.publications = publications;
        self.publications.clear();
    }

    fn pass(&mut self, targets: &[Target], publications: &[Publication], frames: &[Option<&SharedFrame>]) {
        let mut queued = 0;
        for &target in targets {
            let Some(connection) = self.connections.get_mut(target.slot as usize) else { continue };
            if connection.target != target {
                continue;
            }
            let before = queued;
            for (publication, frame) in publications.iter().zip(frames) {
                let Some(frame) = frame.filter(|_| publication.excluded != Some(target.session)) else { continue };
                match connection.take_publication(&mut self.ctx, frame) {
                    Taken::Queued => queued += 1,
                    Taken::Deferred | Taken::Dropped => {}
                }
            }
            if queued > before && !connection.fanned {
                connection.fanned = true;
                self.fanned.push_back(target.slot);
            }
        }
        self.ctx.counters.publications_delivered.add(queued);
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
