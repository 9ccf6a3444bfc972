//! One pass over the subscribers of a topic. Knows nothing of who publishes, nor of when it is written.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use super::{LOOKED_AT_ONCE, LoopState, panic_text};
use crate::bridge::{Publication, SessionId, SharedFrame, Target};
use crate::engine::connection::Connection;
use crate::engine::loop_context::LoopContext;
use crate::engine::parcels::{Parcel, pack};
use crate::engine::publications::{Readiness, Taken};
use crate::engine::subscribers::Group;

/// Room for publications that the list keeps between two passes.
const KEPT_PUBLICATIONS: usize = 1024;

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
        self.come_together = publications.len() > 1;
        self.take_off_lists();
        let subscribers = std::mem::take(&mut self.ctx.subscribers);
        // Our bug must cost neither the lists nor the account of what waits.
        let passed = catch_unwind(AssertUnwindSafe(|| {
            subscribers.groups(first.topic).iter().for_each(|group| self.pass(group, &publications));
        }));
        self.ctx.subscribers = subscribers;
        if let Err(payload) = passed {
            self.ctx.counters.panics.add(1);
            tracing::error!("a bug in the engine ended a pass over subscribers: {}", panic_text(&*payload));
        }
        let load = &self.share.loads[self.share.index as usize];
        load.publications.fetch_sub(publications.iter().map(|publication| publication.weight).sum(), Ordering::Relaxed);
        let refused = load.refused_publications.swap(0, Ordering::Relaxed);
        self.ctx.counters.dropped_newest.add(refused);
        self.publications = publications;
        self.publications.clear();
        self.publications.shrink_to(KEPT_PUBLICATIONS);
    }

    fn pass(&mut self, group: &Group, publications: &[Publication]) {
        let given = Given::new(group, publications);
        let mut queued = 0;
        for block in group.targets.chunks(LOOKED_AT_ONCE) {
            let mut found = [Readiness::Unsure; LOOKED_AT_ONCE];
            for (found, target) in found.iter_mut().zip(block) {
                let connection = self.connections.get(target.slot as usize);
                *found = connection.map_or(Readiness::Unsure, |connection| given.readiness(connection, *target));
            }
            // What still waits for this loop may be for the same.
            let is_last = self.fetched.is_empty() && self.commands().is_empty();
            for (target, found) in block.iter().zip(found) {
                let found = if is_last && self.flushed < self.most_in_pass { found } else { found.later() };
                queued += self.give(&given, *target, found);
            }
            // While the processor has them at hand.
            if is_last {
                self.flush_some(block.len(), self.most_in_pass);
            }
        }
        self.ctx.counters.publications_delivered.add(queued);
    }

    /// Gives a subscriber what he gets. Returns how many publications that were.
    #[inline]
    fn give(&mut self, given: &Given<'_>, target: Target, found: Readiness) -> u64 {
        let Some(connection) = self.connections.get_mut(target.slot as usize) else { return 0 };
        if found == Readiness::Clear && given.write_straight(connection, &mut self.ctx) {
            self.flushed += 1;
            return given.frames.len() as u64;
        }
        let taken = match found {
            Readiness::Clear | Readiness::Room => given.take_whole(connection),
            Readiness::Unsure if connection.target != target => 0,
            Readiness::Unsure => given.take_singly(connection, &mut self.ctx),
        };
        if taken > 0 && !connection.fanned {
            connection.fanned = true;
            self.fanned.push_back(target.slot);
        }
        taken
    }

    /// Takes subscriptions that have ended off the lists, which nobody runs through now.
    pub(super) fn take_off_lists(&mut self) {
        for (topic, session) in self.ctx.unlisted.drain(..) {
            self.ctx.subscribers.remove(topic, session);
        }
    }
}

/// What a group gets in one pass.
struct Given<'a> {
    frames: Vec<(&'a SharedFrame, Option<SessionId>)>,
    parcels: Vec<Parcel>,
    bytes: usize,
    /// Who does not get all of it.
    excluded: Vec<SessionId>,
    /// Nothing in it replaces what waits.
    adds_only: bool,
}

impl<'a> Given<'a> {
    fn new(group: &Group, publications: &'a [Publication]) -> Self {
        let frame = |publication: &'a Publication| Some((publication.frame(group.class)?, publication.excluded));
        let frames: Vec<_> = publications.iter().filter_map(frame).collect();
        let parcels = pack(&frames.iter().map(|(frame, _)| *frame).collect::<Vec<_>>(), group.targets.len());
        let excluded = frames.iter().filter_map(|(_, excluded)| *excluded).collect();
        let bytes = frames.iter().map(|(frame, _)| frame.bytes().len()).sum();
        let adds_only = !frames.is_empty() && !frames.iter().any(|(frame, _)| frame.is_conflatable());
        Self { frames, parcels, bytes, excluded, adds_only }
    }

    /// How a subscriber would take all of it.
    #[inline]
    fn readiness(&self, connection: &Connection, target: Target) -> Readiness {
        if connection.target != target || !self.adds_only || self.excluded.contains(&target.session) {
            return Readiness::Unsure;
        }
        connection.readiness(self.bytes, self.frames.len())
    }

    /// Writes all of it, if that is one piece.
    #[inline]
    fn write_straight(&self, connection: &mut Connection, ctx: &mut LoopContext) -> bool {
        matches!(&*self.parcels, [parcel] if connection.write_straight(ctx, parcel))
    }

    /// Gives all of it. Returns how many publications were put into the write queue.
    #[inline]
    fn take_whole(&self, connection: &mut Connection) -> u64 {
        connection.take_all(&self.parcels, self.bytes, self.frames.len());
        self.frames.len() as u64
    }

    /// Gives one publication after the other, as the subscriber's strategy wants. Returns how many were put into the
    /// write queue.
    fn take_singly(&self, connection: &mut Connection, ctx: &mut LoopContext) -> u64 {
        let session = connection.target.session;
        let for_it = self.frames.iter().filter(|(_, excluded)| *excluded != Some(session));
        for_it.map(|(frame, _)| u64::from(connection.take_publication(ctx, frame) == Taken::Queued)).sum()
    }
}
