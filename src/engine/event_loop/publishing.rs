//! One pass over the subscribers of a topic. Knows nothing of who publishes, nor of when it is written.

use std::sync::atomic::Ordering;

use super::LoopState;
use super::parcels::{Parcel, pack};
use crate::bridge::{Publication, SessionId, SharedFrame};
use crate::engine::connection::{Connection, LoopContext};
use crate::engine::publications::Taken;
use crate::engine::subscribers::Group;

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
            self.pass(group, &publications);
        }
        self.ctx.subscribers = subscribers;
        let load = &self.share.loads[self.share.index as usize];
        load.publications.fetch_sub(publications.iter().map(|publication| publication.weight).sum(), Ordering::Relaxed);
        let refused = load.refused_publications.swap(0, Ordering::Relaxed);
        self.ctx.counters.dropped_newest.add(refused);
        self.publications = publications;
        self.publications.clear();
    }

    fn pass(&mut self, group: &Group, publications: &[Publication]) {
        let given = Given::new(group, publications);
        let mut queued = 0;
        for &target in &group.targets {
            let Some(connection) = self.connections.get_mut(target.slot as usize) else { continue };
            if connection.target != target {
                continue;
            }
            let taken = given.to(connection, &mut self.ctx);
            queued += taken;
            if taken > 0 && !connection.fanned {
                connection.fanned = true;
                self.fanned.push_back(target.slot);
            }
        }
        self.ctx.counters.publications_delivered.add(queued);
    }
}

/// What a group gets in one pass.
struct Given<'a> {
    frames: Vec<(&'a SharedFrame, Option<SessionId>)>,
    parcels: Vec<Parcel>,
    /// Who does not get all of it.
    excluded: Vec<SessionId>,
}

impl<'a> Given<'a> {
    fn new(group: &Group, publications: &'a [Publication]) -> Self {
        let frame = |publication: &'a Publication| Some((publication.frame(group.class)?, publication.excluded));
        let frames: Vec<_> = publications.iter().filter_map(frame).collect();
        let parcels = pack(&frames.iter().map(|(frame, _)| *frame).collect::<Vec<_>>(), group.targets.len());
        let excluded = frames.iter().filter_map(|(_, excluded)| *excluded).collect();
        Self { frames, parcels, excluded }
    }

    /// Gives it to a subscriber. Returns how many publications were put into its write queue.
    #[inline]
    fn to(&self, connection: &mut Connection, ctx: &mut LoopContext) -> u64 {
        let session = connection.target.session;
        let is_whole = !self.excluded.contains(&session);
        let (mut rest, mut queued) = (&self.frames[..], 0);
        for parcel in &self.parcels {
            let (frames, left) = rest.split_at(parcel.messages as usize);
            rest = left;
            if parcel.messages > 1 && is_whole && connection.take_publications(&parcel.frames, parcel.messages) {
                queued += u64::from(parcel.messages);
                continue;
            }
            for (frame, excluded) in frames {
                let is_for_it = is_whole || *excluded != Some(session);
                queued += u64::from(is_for_it && connection.take_publication(ctx, frame) == Taken::Queued);
            }
        }
        queued
    }
}
