//! Topics as any thread uses them: subscribe, publish, count. Knows nothing of sockets.
//!
//! A publication is one command to each loop that has subscribers. Subscribers that compress in context are the exception:
//! each gets a frame of its own, made by the publishing thread.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::bridge::{Command, DeflateSet, Publication, SessionId, SharedFrame, Subscribed, TopicId};
use crate::engine::engine::Engine;
use crate::engine::sending::{MessageKind, Outbound, Recipient, encode, frame};
use crate::engine::session_deflate::{Compress, OutboundDeflate};
use crate::engine::session_table::{ReadyState, Session};
use crate::engine::topics::{Joined, Member};
use crate::protocol::header_bytes;

/// Bytes of a topic's name.
pub const MAX_TOPIC_BYTES: usize = 255;

/// Publications that may wait for one loop, in bytes with [`PUBLICATION_OVERHEAD_BYTES`] for each. Far more than one
/// session may have waiting, so who gets here publishes faster than the loop can even look at its subscribers.
const MAX_WAITING_BYTES: u64 = 64 << 20;
/// What a waiting publication costs beside its frames.
const PUBLICATION_OVERHEAD_BYTES: u64 = 256;

/// A message for a topic, but for its payload.
#[derive(Clone, Copy, Debug)]
pub struct Publish<'a> {
    /// The topic.
    pub topic: &'a [u8],
    /// Text or binary; a publication is always whole.
    pub kind: MessageKind,
    /// Whether it is compressed for subscribers with permessage-deflate.
    pub compress: Compress,
    /// A subscriber that does not get it.
    pub excluded: Option<SessionId>,
    /// With a key only the newest publication of this topic and key waits in a subscriber's queue.
    pub conflate_key: Option<&'a [u8]>,
}

impl Publish<'_> {
    fn outbound(&self) -> Outbound {
        Outbound::new(self.kind, false, self.compress)
    }

    /// What conflates: topic and key.
    fn whole_key(&self) -> Option<Arc<[u8]>> {
        let key = self.conflate_key?;
        Some([&[self.topic.len() as u8], self.topic, key].concat().into())
    }

    /// The highest threshold up to which a payload is compressed in context; `None`: this one is not. Nothing may be dropped
    /// that the peer's decompressor needs, so what a newer one may replace is not compressed so.
    fn in_context_up_to(&self, payload_bytes: usize) -> Option<u32> {
        match self.compress {
            _ if self.conflate_key.is_some() => None,
            Compress::Never => None,
            Compress::Always => Some(u32::MAX),
            Compress::ByThreshold => Some(u32::try_from(payload_bytes).unwrap_or(u32::MAX)),
        }
    }
}

/// A publication with its frames.
struct Frames {
    plain: SharedFrame,
    compressed: Vec<(DeflateSet, SharedFrame)>,
    payload_bytes: usize,
    weight: u64,
}

impl Frames {
    fn payload(&self) -> &[u8] {
        &self.plain.bytes()[header_bytes(self.payload_bytes, false)..]
    }

    fn for_loop(&self, publish: &Publish<'_>, topic: TopicId) -> Box<Publication> {
        let compressed = self.compressed.iter().map(|(set, frame)| (*set, frame.for_loop())).collect();
        Box::new(Publication {
            topic,
            excluded: publish.excluded,
            plain: self.plain.for_loop(),
            compressed,
            in_context_up_to: publish.in_context_up_to(self.payload_bytes),
            weight: self.weight,
        })
    }
}

impl Engine {
    /// Subscribes a session. From any thread; when it returns, the session counts, and every later publication is for it.
    pub fn subscribe(&self, id: SessionId, topic: &[u8]) -> Subscribed {
        let subscribed = self.sessions.with(id, |session| {
            let mut joined = session.topics.lock();
            if session.state() != ReadyState::Open {
                return Subscribed::Closed;
            }
            if joined.as_ref().is_some_and(|joined| joined.contains_key(topic)) {
                return Subscribed::Already;
            }
            if joined.as_ref().map_or(0, |joined| joined.len()) >= self.config.max_topics_per_session {
                return Subscribed::TooMany;
            }
            let member = member(id, session);
            let (name, topic) = self.topics.join(topic, member, |topic| {
                self.push(id, session, |target| Command::Subscribe(target, topic, member.class));
            });
            joined.get_or_insert_default().insert(name, topic);
            Subscribed::Done
        });
        subscribed.unwrap_or(Subscribed::Closed)
    }

    /// Ends a subscription: `Done`, `Already` if there was none, or `Closed`. From any thread; what was published before
    /// is still delivered.
    pub fn unsubscribe(&self, id: SessionId, topic: &[u8]) -> Subscribed {
        let unsubscribed = self.sessions.with(id, |session| {
            let mut joined = session.topics.lock();
            let Some((name, topic)) = joined.as_mut().and_then(|joined| joined.remove_entry(topic)) else {
                let is_open = session.state() == ReadyState::Open;
                return if is_open { Subscribed::Already } else { Subscribed::Closed };
            };
            if joined.as_ref().is_some_and(|joined| joined.is_empty()) {
                *joined = None;
            }
            self.topics.leave(std::iter::once(&*name), member(id, session), || {
                self.push(id, session, |target| Command::Unsubscribe(target, vec![topic]));
            });
            Subscribed::Done
        });
        unsubscribed.unwrap_or(Subscribed::Closed)
    }

    /// Whether a session is subscribed.
    pub fn is_subscribed(&self, id: SessionId, topic: &[u8]) -> bool {
        self.sessions.with(id, |session| session.topics.contains(topic)).unwrap_or(false)
    }

    /// How many sessions are subscribed to a topic.
    pub fn subscribers(&self, topic: &[u8]) -> u32 {
        self.topics.with(topic, |topic| topic.subscribers()).unwrap_or(0)
    }

    /// Ends all subscriptions of a session that Java closes. It is not open any more, so none can follow.
    pub(super) fn leave_topics(&self, id: SessionId, session: &Session) {
        let mut joined = session.topics.lock();
        let Some(left) = joined.take() else { return };
        self.topics.leave(names(&left), member(id, session), || {
            let topics = left.values().copied().collect();
            self.push(id, session, |target| Command::Unsubscribe(target, topics));
        });
    }

    /// Bytes of all frames that wait, a publication counted once: what is held against the engine's budget.
    #[must_use]
    pub fn budgeted_bytes(&self) -> u64 {
        self.budget.bytes()
    }

    /// Queues a message of `payload_bytes`, which `append` appends to what it is given, for all subscribers of a topic but the excluded one. From
    /// any thread, and never waits: the overflow strategy of each subscriber decides where it finds no room, and where a
    /// sender would wait, the subscriber is closed with 1013. One thread's publications and sends keep their order.
    ///
    /// Returns for how many it was queued at this moment. A loop that is [`MAX_WAITING_BYTES`] behind gets nothing: its
    /// subscribers are not among them, and count as dropped without being told. Those that compress in context have their
    /// frames in another way, and are among them.
    ///
    /// # Errors
    /// What `append` returns; then nothing was queued.
    pub fn publish<E>(
        &self,
        publish: &Publish<'_>,
        payload_bytes: usize,
        append: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<u32, E> {
        self.publisher_counters().messages_published.add_shared(1);
        let wants = |set: &DeflateSet| publish.compress.wants(set.threshold_bytes, payload_bytes);
        let Some(sets) = self.topics.with(publish.topic, |topic| topic.deflate_sets().filter(wants).collect()) else {
            return Ok(0);
        };
        let mut plain = Vec::with_capacity(header_bytes(payload_bytes, false) + payload_bytes);
        encode(&mut plain, publish.outbound(), false, payload_bytes, append)?;
        let frames = self.make_frames(publish, plain, payload_bytes, sets);
        // Without the excluded session's own lock it could leave between its being looked for and its being counted.
        let excluded = publish.excluded.unwrap_or(SessionId::from_raw(0));
        let queued = self.sessions.with(excluded, |session| {
            let joined = session.topics.lock();
            let is_among = joined.as_ref().is_some_and(|joined| joined.contains_key(publish.topic));
            self.queue_publication(publish, &frames, is_among.then_some(session.loop_index))
        });
        let (count, in_context) = queued.unwrap_or_else(|| self.queue_publication(publish, &frames, None));
        for (id, _) in in_context {
            self.publish_in_context(id, publish, &frames);
        }
        // Behind the commands: an outbox that begins in the new epoch sends for the loop behind them, too, so what this
        // thread sends from now on passes none of them. Before them, another thread could begin one in front of them.
        self.publish_epoch.fetch_add(1, Ordering::Release);
        Ok(count)
    }

    /// Compresses once for each set of parameters; sets that differ in nothing but the threshold share a frame.
    fn make_frames(
        &self,
        publish: &Publish<'_>,
        plain: Vec<u8>,
        payload_bytes: usize,
        sets: Vec<DeflateSet>,
    ) -> Frames {
        let mut weight = PUBLICATION_OVERHEAD_BYTES + plain.len() as u64;
        let key = publish.whole_key();
        let share = |bytes| SharedFrame::new(bytes, key.clone(), Arc::clone(&self.budget), 0);
        // Also those that did not become smaller, so that the next alike does not try again.
        let mut tried: Vec<(DeflateSet, Option<SharedFrame>)> = Vec::new();
        for set in sets {
            let is_alike = |other: &DeflateSet| (other.window_bits, other.level) == (set.window_bits, set.level);
            if let Some((_, frame)) = tried.iter().find(|(other, _)| is_alike(other)) {
                tried.push((set, frame.clone()));
                continue;
            }
            let payload = &plain[header_bytes(payload_bytes, false)..];
            let smaller = self.deflaters.lend(set.window_bits, set.level, |codec| {
                codec.deflater.compress_message(payload, false, &mut codec.compressed);
                let is_smaller = codec.compressed.len() < payload_bytes;
                is_smaller.then(|| frame(publish.outbound(), true, &codec.compressed))
            });
            weight += smaller.as_ref().map_or(0, |bytes| bytes.len() as u64);
            tried.push((set, smaller.map(&share)));
        }
        let compressed = tried.into_iter().filter_map(|(set, frame)| Some((set, frame?))).collect();
        Frames { plain: share(plain), compressed, payload_bytes, weight }
    }

    /// One command to each loop. Returns for how many, and those that compress in context, with their loops.
    fn queue_publication(
        &self,
        publish: &Publish<'_>,
        frames: &Frames,
        excluded_on: Option<u32>,
    ) -> (u32, Vec<(SessionId, u32)>) {
        let queued = self.topics.with(publish.topic, |topic| {
            let longest = publish.in_context_up_to(frames.payload_bytes);
            let in_context = longest.into_iter().flat_map(|longest| topic.in_context(longest));
            let in_context: Vec<_> = in_context.filter(|(id, _)| Some(*id) != publish.excluded).collect();
            let mut queued = 0;
            for (loop_index, subscribers) in topic.loops() {
                let for_it = subscribers - u32::from(excluded_on == Some(loop_index));
                if for_it == 0 {
                    continue;
                }
                let load = &self.loads[loop_index as usize];
                if load.publications.load(Ordering::Relaxed) >= MAX_WAITING_BYTES {
                    let past_it = in_context.iter().filter(|(_, at)| *at == loop_index).count() as u32;
                    load.refused_publications.fetch_add(u64::from(for_it - past_it), Ordering::Relaxed);
                    queued += past_it;
                    continue;
                }
                load.publications.fetch_add(frames.weight, Ordering::Relaxed);
                load.commands.push(Command::Publish(frames.for_loop(publish, topic.id)));
                queued += for_it;
            }
            (queued, in_context)
        });
        queued.unwrap_or_default()
    }

    /// A publication for one subscriber, compressed with what it has got before. In the middle of a message in parts the
    /// loop keeps it until the last part has gone; nothing else is compressed meanwhile.
    #[inline(never)]
    fn publish_in_context(&self, id: SessionId, publish: &Publish<'_>, frames: &Frames) {
        self.sessions.with(id, |session| {
            let (to, outbound) = (Recipient { id, session }, publish.outbound());
            let Some(OutboundDeflate { context: Some(context), window_bits, level, .. }) = session.deflate.get() else {
                return;
            };
            if self.refuse_publication(to, outbound, frames.payload_bytes).is_some() {
                return;
            }
            context.compress((*window_bits, *level), frames.payload(), |compressed| {
                let bytes = frame(outbound, true, compressed);
                session.pressure.add_message(bytes.len(), false);
                self.push(id, session, |target| Command::Deliver(target, bytes));
            });
        });
    }
}

fn member(session: SessionId, shared: &Session) -> Member {
    Member { session, loop_index: shared.loop_index, class: shared.deflate.frame_class() }
}

/// The names of a session's topics.
pub fn names(joined: &Joined) -> impl Iterator<Item = &[u8]> {
    joined.keys().map(|name| &**name)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;
    use crate::bridge::FrameClass;
    use crate::config::EngineConfig;

    const TOPIC: &[u8] = b"news";
    const SET: DeflateSet = DeflateSet { window_bits: 15, level: 1, threshold_bytes: 0 };

    /// An engine with two loops that nobody drives.
    fn engine() -> Engine {
        Engine::start(EngineConfig { port: 0, loops: 2, ..EngineConfig::default() }).expect("a free port")
    }

    /// Subscribes so many to a topic, by turns on both loops, without sessions.
    fn join(engine: &Engine, class: FrameClass, count: u64) {
        static LAST: AtomicU64 = AtomicU64::new(0);
        for at in 0..count {
            let session = SessionId::from_raw(LAST.fetch_add(1, Ordering::Relaxed) + 1);
            engine.topics.join(TOPIC, Member { session, loop_index: (at % 2) as u32, class }, |_| ());
        }
    }

    fn publish(engine: &Engine) -> u32 {
        let publish = Publish {
            topic: TOPIC,
            kind: MessageKind::Text,
            compress: Compress::ByThreshold,
            excluded: None,
            conflate_key: None,
        };
        let append = |payload: &mut Vec<u8>| {
            payload.resize(payload.len() + 1000, b'x');
            Ok::<_, std::convert::Infallible>(())
        };
        let Ok(count) = engine.publish(&publish, 1000, append);
        count
    }

    /// What waits for a loop.
    fn waiting(engine: &Engine, loop_index: usize) -> Vec<Publication> {
        let commands = std::iter::from_fn(|| engine.loads[loop_index].commands.pop());
        let publication = |command| match command {
            Command::Publish(publication) => *publication,
            other => panic!("{other:?}"),
        };
        commands.map(publication).collect()
    }

    #[test]
    fn each_loop_gets_one_command_however_many_subscribe() {
        let engine = engine();
        join(&engine, FrameClass::Plain, 60);
        join(&engine, FrameClass::Deflate(SET), 40);
        assert_eq!(publish(&engine), 100);
        let lengths = engine.loads.iter().map(|load| load.commands.len()).collect::<Vec<_>>();
        assert_eq!(lengths, [1, 1]);
    }

    #[test]
    fn all_loops_share_one_frame_of_each_kind_compressed_once() {
        let engine = engine();
        let (higher, smallest) = (DeflateSet { threshold_bytes: 10, ..SET }, DeflateSet { level: 9, ..SET });
        join(&engine, FrameClass::Plain, 50);
        for (set, compressed) in [(SET, 1), (higher, 2), (smallest, 4)] {
            join(&engine, FrameClass::Deflate(set), 50);
            publish(&engine);
            // Sets that differ in the threshold alone share a frame, levels do not.
            assert_eq!(engine.deflaters.lent(), compressed);
        }
        let of_loops = [0, 1].map(|at| waiting(&engine, at).pop().expect("a publication"));
        let address = |at: usize, class| of_loops[at].frame(class).expect("a shared frame").bytes().as_ptr();
        let [plain, fast, also_fast, small] =
            [FrameClass::Plain, FrameClass::Deflate(SET), FrameClass::Deflate(higher), FrameClass::Deflate(smallest)]
                .map(|class| {
                    assert_eq!(address(0, class), address(1, class), "{class:?}");
                    address(0, class)
                });
        assert_eq!(fast, also_fast);
        assert!(plain != fast && fast != small && small != plain);
    }

    #[test]
    fn a_loop_that_is_too_far_behind_loses_what_goes_through_it_and_no_more() {
        let engine = engine();
        join(&engine, FrameClass::Plain, 10);
        join(&engine, FrameClass::InContext { threshold_bytes: 1000 }, 6);
        join(&engine, FrameClass::InContext { threshold_bytes: 1001 }, 4);
        engine.loads[1].publications.store(MAX_WAITING_BYTES, Ordering::Relaxed);
        assert_eq!(publish(&engine), 10 + 3, "of the loop behind those that compress in context");
        let refused = |at: usize| engine.loads[at].refused_publications.load(Ordering::Relaxed);
        assert_eq!((refused(0), refused(1)), (0, 5 + 2));
        assert_eq!((waiting(&engine, 0).len(), waiting(&engine, 1).len()), (1, 0));
    }
}
