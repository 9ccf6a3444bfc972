//! Who has subscribed to what, for all threads of an engine. Knows nothing of frames, nor of the lists of the loops.
//!
//! Locks: a session's topics before the registry, never the other way round. Commands that follow from a change are pushed
//! under the registry's lock, and publications under its read half: so every loop sees both in the order that the numbers
//! of subscribers tell.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard, RwLock};

use crate::bridge::{DeflateSet, FrameClass, SessionId, TopicId};

/// A table that is larger and three quarters empty gives memory back.
const KEPT_TOPICS: usize = 64;

/// The topics of one session, by name; nothing is allocated before the first.
#[derive(Debug, Default)]
pub struct SessionTopics(Mutex<Option<Box<Joined>>>);

/// Names and lives of the topics that a session is subscribed to.
pub type Joined = HashMap<Arc<[u8]>, TopicId>;

impl SessionTopics {
    /// For as long as the guard lives nobody else changes them.
    pub fn lock(&self) -> MutexGuard<'_, Option<Box<Joined>>> {
        self.0.lock()
    }

    /// Whether the session is subscribed.
    pub fn contains(&self, name: &[u8]) -> bool {
        self.lock().as_ref().is_some_and(|joined| joined.contains_key(name))
    }
}

/// A session as a topic counts it.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    pub session: SessionId,
    pub loop_index: u32,
    pub class: FrameClass,
}

/// One topic that somebody has subscribed to.
#[derive(Debug)]
pub struct Topic {
    pub id: TopicId,
    /// How many subscribers each loop has, for loops that have some.
    loops: Vec<(u32, u32)>,
    /// How many of each class there are.
    classes: Vec<(FrameClass, u32)>,
    /// Those that compress in context, by threshold, with their loops.
    in_context: BTreeMap<(u32, SessionId), u32>,
}

impl Topic {
    const fn new(id: TopicId) -> Self {
        Self { id, loops: Vec::new(), classes: Vec::new(), in_context: BTreeMap::new() }
    }

    /// Loops that have subscribers, with their number.
    pub fn loops(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.loops.iter().copied()
    }

    /// How many there are in all.
    pub fn subscribers(&self) -> u32 {
        self.loops.iter().map(|(_, count)| count).sum()
    }

    /// The parameters of those that share compressed frames.
    pub fn deflate_sets(&self) -> impl Iterator<Item = DeflateSet> + '_ {
        self.classes.iter().filter_map(|(class, _)| match class {
            FrameClass::Deflate(set) => Some(*set),
            FrameClass::Plain | FrameClass::InContext { .. } => None,
        })
    }

    /// Those that compress in context, of the thresholds up to this, with their loops.
    pub fn in_context(&self, longest: u32) -> impl Iterator<Item = (SessionId, u32)> + '_ {
        let up_to = self.in_context.iter().take_while(move |((threshold, _), _)| *threshold <= longest);
        up_to.map(|((_, session), loop_index)| (*session, *loop_index))
    }

    fn add(&mut self, member: Member) {
        count_up(&mut self.loops, member.loop_index);
        count_up(&mut self.classes, member.class);
        if let FrameClass::InContext { threshold_bytes } = member.class {
            self.in_context.insert((threshold_bytes, member.session), member.loop_index);
        }
    }

    fn remove(&mut self, member: Member) {
        count_down(&mut self.loops, member.loop_index);
        count_down(&mut self.classes, member.class);
        if let FrameClass::InContext { threshold_bytes } = member.class {
            self.in_context.remove(&(threshold_bytes, member.session));
        }
    }
}

fn count_up<K: PartialEq>(counts: &mut Vec<(K, u32)>, key: K) {
    match counts.iter_mut().find(|(known, _)| *known == key) {
        Some((_, count)) => *count += 1,
        None => counts.push((key, 1)),
    }
}

fn count_down<K: PartialEq>(counts: &mut Vec<(K, u32)>, key: K) {
    if let Some(at) = counts.iter().position(|(known, _)| *known == key) {
        counts[at].1 -= 1;
        if counts[at].1 == 0 {
            counts.swap_remove(at);
        }
    }
}

/// All topics of an engine that have subscribers.
#[derive(Debug, Default)]
pub struct Topics(RwLock<Registry>);

#[derive(Debug, Default)]
struct Registry {
    by_name: HashMap<Arc<[u8]>, Topic>,
    lives: u64,
}

impl Topics {
    /// Looks a topic up and uses it while nobody can join or leave. `None` if it has no subscriber.
    pub fn with<R>(&self, name: &[u8], use_it: impl FnOnce(&Topic) -> R) -> Option<R> {
        self.0.read().by_name.get(name).map(use_it)
    }

    /// Adds a member that was none before, and calls `then` while nobody can publish.
    pub fn join(&self, name: &[u8], member: Member, then: impl FnOnce(TopicId)) -> (Arc<[u8]>, TopicId) {
        let mut registry = self.0.write();
        let Registry { by_name, lives } = &mut *registry;
        let known = by_name.get_key_value(name).map(|(name, _)| Arc::clone(name));
        let name = known.unwrap_or_else(|| name.into());
        let topic = by_name.entry(Arc::clone(&name)).or_insert_with(|| {
            *lives += 1;
            Topic::new(TopicId(*lives))
        });
        topic.add(member);
        then(topic.id);
        (name, topic.id)
    }

    /// Takes a member off these topics, and calls `then` while nobody can publish.
    pub fn leave<'a>(&self, names: impl Iterator<Item = &'a [u8]>, member: Member, then: impl FnOnce()) {
        let mut registry = self.0.write();
        let by_name = &mut registry.by_name;
        for name in names {
            let Some(topic) = by_name.get_mut(name) else { continue };
            topic.remove(member);
            if topic.loops.is_empty() {
                by_name.remove(name);
            }
        }
        if by_name.capacity() > KEPT_TOPICS && by_name.len() < by_name.capacity() / 4 {
            let room = by_name.len() * 2;
            by_name.shrink_to(room);
        }
        then();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(session: u64, loop_index: u32, class: FrameClass) -> Member {
        Member { session: SessionId::from_raw(session), loop_index, class }
    }

    #[test]
    fn a_topic_lives_from_its_first_subscriber_to_its_last() {
        let topics = Topics::default();
        let (one, two) = (member(1, 0, FrameClass::Plain), member(2, 3, FrameClass::InContext { threshold_bytes: 9 }));
        let (name, first_life) = topics.join(b"news", one, |_| ());
        topics.join(b"news", two, |_| ());
        let counts =
            topics.with(b"news", |topic| (topic.subscribers(), topic.loops().count(), topic.in_context(9).count()));
        assert_eq!(counts, Some((2, 2, 1)));
        assert_eq!(topics.with(b"news", |topic| topic.in_context(8).count()), Some(0), "its threshold is higher");
        topics.leave(std::iter::once(&*name), one, || ());
        assert_eq!(topics.with(b"news", |topic| topic.loops().collect::<Vec<_>>()), Some(vec![(3, 1)]));
        topics.leave([&b"other"[..], b"news"].into_iter(), two, || ());
        assert_eq!(topics.with(b"news", |_| ()), None);
        let (_, second_life) = topics.join(b"news", one, |_| ());
        assert_ne!(first_life, second_life);
    }

    #[test]
    fn many_topics_that_ended_leave_no_table_behind() {
        let topics = Topics::default();
        let one = member(1, 0, FrameClass::Plain);
        let names: Vec<_> = (0..10_000_u32).map(|n| topics.join(&n.to_le_bytes(), one, |_| ()).0).collect();
        topics.leave(names.iter().map(|name| &**name), one, || ());
        assert!(topics.0.read().by_name.capacity() <= KEPT_TOPICS);
    }
}
