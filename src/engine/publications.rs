//! What a subscriber does with a publication: its own room, its own order. Knows nothing of topics' lists.

use crate::bridge::{Pressure, SharedFrame};
use crate::engine::connection::{Connection, Phase};
use crate::engine::loop_context::LoopContext;
use crate::engine::parcels::Parcel;
use crate::engine::topics::Member;
use crate::engine::write_queue::Dropped;

/// What has become of a publication for one subscriber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It waits in the write queue.
    Queued,
    /// It waits, accounted, for the end of a message in parts.
    Deferred,
    /// It was dropped; it may be that the subscriber is closed with 1013 for it, in its own time.
    Dropped,
}

/// How a subscriber would take publications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// Nothing is before them, and the socket is said to take something: they may be written at once.
    Clear,
    /// It has room for all of them.
    Room,
    /// Its state or its overflow strategy decides about each.
    Unsure,
}

impl Readiness {
    /// The same for publications that are not to be written yet.
    pub const fn later(self) -> Self {
        match self {
            Self::Clear => Self::Room,
            other => other,
        }
    }
}

/// Publications that wait for the end of a message that Java sends in parts (RFC 6455 section 5.4: no other data frame
/// between the fragments of a message). They are accounted to the session.
#[derive(Debug, Default)]
pub struct Deferred(Vec<Waiting>);

#[derive(Debug)]
enum Waiting {
    /// Others hold it too.
    Shared(SharedFrame),
    /// Of this session alone; it must not be missing, as what follows is compressed in its context.
    Own(Vec<u8>),
}

impl Waiting {
    /// It is not written at all.
    fn end(&self, pressure: &Pressure) {
        match self {
            Self::Shared(frame) => pressure.subtract_shared(frame.bytes().len(), 1),
            Self::Own(bytes) => pressure.end_message(bytes.len(), false),
        }
    }
}

impl Connection {
    /// Takes a publication that is not accounted yet.
    #[inline]
    pub fn take_publication(&mut self, ctx: &mut LoopContext, frame: &SharedFrame) -> Taken {
        let Phase::Open(open) = &mut self.phase else { return Taken::Dropped };
        if !open.may_send() {
            return Taken::Dropped;
        }
        let replaced_bytes = if frame.is_conflatable() { self.conflate(ctx, frame) } else { 0 };
        if !self.offer(ctx, frame.bytes().len(), replaced_bytes) {
            return Taken::Dropped;
        }
        self.place(Waiting::Shared(frame.clone()))
    }

    /// How publications of so many bytes would be taken. Only looks: when several are asked one behind the other, the
    /// processor fetches what it needs for all of them at the same time.
    #[inline]
    pub fn readiness(&self, bytes: usize, messages: usize) -> Readiness {
        let Phase::Open(open) = &self.phase else { return Readiness::Unsure };
        if !open.may_send() || open.in_fragments || !self.has_room_for(bytes, messages) {
            return Readiness::Unsure;
        }
        if self.is_clear() { Readiness::Clear } else { Readiness::Room }
    }

    /// Takes publications for which the session has [room](Readiness::Room), of so many bytes together.
    #[inline]
    pub fn take_all(&mut self, parcels: &[Parcel], bytes: usize, messages: usize) {
        self.session.pressure.add_shared(bytes, messages);
        for parcel in parcels {
            self.queue.push_shared_batch(parcel.frames.clone(), parcel.messages);
        }
    }

    /// Writes publications of which the session is [clear](Readiness::Clear) without queueing them. `false`: the socket has
    /// taken none, or has failed, which the next write finds again.
    #[inline]
    pub fn write_straight(&mut self, ctx: &mut LoopContext, parcel: &Parcel) -> bool {
        let bytes = parcel.frames.bytes();
        let Some(written) = self.socket.as_ref().and_then(|socket| socket.try_write(bytes)) else { return false };
        if written < bytes.len() {
            self.keep_rest(ctx, parcel, written);
        } else {
            ctx.counters.add_written(written, parcel.messages as usize);
        }
        true
    }

    /// The socket has taken a part of publications.
    #[cold]
    fn keep_rest(&mut self, ctx: &mut LoopContext, parcel: &Parcel, written: usize) {
        self.session.pressure.add_shared(parcel.frames.bytes().len(), parcel.messages as usize);
        self.queue.push_shared_batch(parcel.frames.clone(), parcel.messages);
        self.take_off_written(ctx, written);
        self.mark_dirty(ctx);
    }

    /// Queues a frame that only this subscriber gets, and that its publisher has accounted.
    pub fn deliver_own(&mut self, ctx: &mut LoopContext, bytes: Vec<u8>) {
        if !matches!(&self.phase, Phase::Open(open) if open.may_send()) {
            self.session.pressure.end_message(bytes.len(), false);
            return;
        }
        self.watch_context(ctx);
        if self.place(Waiting::Own(bytes)) == Taken::Queued {
            ctx.counters.publications_delivered.add(1);
            self.mark_dirty(ctx);
        }
    }

    /// Queues what waited for the end of a message in parts.
    pub fn queue_deferred(&mut self, ctx: &mut LoopContext) {
        let Some(deferred) = self.open_state().and_then(|open| open.deferred.take()) else { return };
        ctx.counters.publications_delivered.add(deferred.0.len() as u64);
        for published in deferred.0 {
            self.place(published);
        }
    }

    /// Drops what waited for the end of a message in parts that will have none.
    fn drop_deferred(&mut self) {
        let Some(deferred) = self.open_state().and_then(|open| open.deferred.take()) else { return };
        for published in &deferred.0 {
            published.end(&self.session.pressure);
        }
    }

    /// Whether publications wait for the last part of a message.
    pub const fn awaits_last_part(&self) -> bool {
        matches!(&self.phase, Phase::Open(open) if open.deferred.is_some())
    }

    /// Drops the oldest of what waits for the end of a message in parts, until the session weighs at most `limit_weight`.
    pub fn drop_oldest_deferred(&mut self, limit_weight: u64, dropped: &mut Dropped) {
        let pressure = &self.session.pressure;
        let Phase::Open(open) = &mut self.phase else { return };
        let Some(deferred) = &mut open.deferred else { return };
        deferred.0.retain(|waiting| match waiting {
            Waiting::Shared(frame) if pressure.weight() > limit_weight => {
                waiting.end(pressure);
                dropped.messages += 1;
                dropped.bytes += frame.bytes().len() as u64;
                false
            }
            _ => true,
        });
    }

    /// No data goes out any more. The session is not open any more, so no subscription can follow.
    pub fn end_sending(&mut self, ctx: &mut LoopContext) {
        self.leave_topics(ctx);
        self.drop_deferred();
        self.release_senders(ctx);
    }

    fn leave_topics(&self, ctx: &mut LoopContext) {
        let mut joined = self.session.topics.lock();
        let Some(left) = joined.take() else { return };
        let (session, loop_index) = (self.target.session, self.session.loop_index);
        let member = Member { session, loop_index, class: self.session.deflate.frame_class() };
        ctx.topics.leave(left.keys().map(|name| &**name), member, || ());
        for topic in left.values() {
            ctx.unlisted.push((*topic, session));
        }
    }

    /// Whether a subscription that was made before may still be listed: those that end a session take it off the lists once.
    pub fn may_subscribe(&self) -> bool {
        match &self.phase {
            Phase::Handshaking(_) => true,
            Phase::Open(open) => open.may_send(),
            _ => false,
        }
    }

    fn place(&mut self, published: Waiting) -> Taken {
        if let Phase::Open(open) = &mut self.phase
            && open.in_fragments
        {
            open.deferred.get_or_insert_default().0.push(published);
            return Taken::Deferred;
        }
        match published {
            Waiting::Shared(frame) => self.queue.push_shared(frame),
            Waiting::Own(bytes) => self.queue.push_counted(bytes, false),
        }
        Taken::Queued
    }

    /// Drops the waiting publication that `newer` makes needless. Returns its bytes.
    fn conflate(&mut self, ctx: &mut LoopContext, newer: &SharedFrame) -> u64 {
        let pressure = &self.session.pressure;
        let mut dropped = self.queue.drop_conflated(newer, pressure);
        if let Phase::Open(open) = &mut self.phase
            && let Some(deferred) = &mut open.deferred
        {
            deferred.0.retain(|published| {
                let Waiting::Shared(older) = published else { return true };
                let is_needless = newer.conflates(older);
                if is_needless {
                    published.end(pressure);
                    dropped.messages += 1;
                    dropped.bytes += older.bytes().len() as u64;
                }
                !is_needless
            });
        }
        if dropped.messages > 0 {
            ctx.counters.dropped_conflated.add(u64::from(dropped.messages));
            // It may have drained.
            self.mark_dirty(ctx);
        }
        dropped.bytes
    }
}
