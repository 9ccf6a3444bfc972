//! The subscribers that one loop has of each topic, as lists to be run through. Knows nothing of connections.

use std::collections::HashMap;

use crate::bridge::{FrameClass, SessionId, Target, TopicId};

/// Subscribers of one topic that all get the same frame.
#[derive(Debug)]
pub struct Group {
    pub class: FrameClass,
    /// In no order: who leaves gives his place to the last.
    pub targets: Vec<Target>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    group: u32,
    at: u32,
}

/// All subscribers of a loop.
///
/// A slot is used again, so whoever runs through a list compares the id as well: an entry may be stale until the command
/// that takes it off arrives.
#[derive(Debug, Default)]
pub struct Subscribers {
    topics: HashMap<TopicId, Vec<Group>>,
    places: HashMap<(TopicId, SessionId), Place>,
}

impl Subscribers {
    /// The lists of a topic.
    pub fn groups(&self, topic: TopicId) -> &[Group] {
        self.topics.get(&topic).map_or(&[], |groups| &groups[..])
    }

    /// Lists a subscriber.
    pub fn add(&mut self, topic: TopicId, target: Target, class: FrameClass) {
        if self.places.contains_key(&(topic, target.session)) {
            return;
        }
        let groups = self.topics.entry(topic).or_default();
        let group = groups.iter().position(|group| group.class == class).unwrap_or_else(|| {
            groups.push(Group { class, targets: Vec::new() });
            groups.len() - 1
        });
        let targets = &mut groups[group].targets;
        self.places.insert((topic, target.session), Place { group: group as u32, at: targets.len() as u32 });
        targets.push(target);
    }

    /// Takes a subscriber off a list, in constant time.
    pub fn remove(&mut self, topic: TopicId, session: SessionId) {
        let Some(place) = self.places.remove(&(topic, session)) else { return };
        let Some(groups) = self.topics.get_mut(&topic) else { return };
        let targets = &mut groups[place.group as usize].targets;
        targets.swap_remove(place.at as usize);
        if let Some(moved) = targets.get(place.at as usize) {
            self.places.insert((topic, moved.session), place);
        }
        shrink(targets);
        if groups.iter().all(|group| group.targets.is_empty()) {
            self.topics.remove(&topic);
        }
        if self.places.is_empty() {
            *self = Self::default();
        }
    }
}

/// A list that was long and is not any more gives memory back.
fn shrink(targets: &mut Vec<Target>) {
    if targets.capacity() > 64 && targets.len() < targets.capacity() / 4 {
        targets.shrink_to(targets.len() * 2);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const CLASSES: [FrameClass; 2] = [FrameClass::Plain, FrameClass::InContext { threshold_bytes: 1 }];

    fn listed(subscribers: &Subscribers, topic: u64) -> BTreeSet<(u64, u32)> {
        let groups = subscribers.groups(TopicId(topic)).iter();
        let targets: Vec<_> = groups.flat_map(|group| &group.targets).collect();
        let set: BTreeSet<_> = targets.iter().map(|target| (target.session.raw(), target.slot)).collect();
        assert_eq!(set.len(), targets.len(), "nobody twice");
        set
    }

    proptest! {
        #[test]
        fn lists_hold_who_joined_and_did_not_leave(
            steps in prop::collection::vec((any::<bool>(), 0..3_u64, 1..20_u64), 0..300)
        ) {
            let (mut subscribers, mut model) = (Subscribers::default(), BTreeSet::new());
            for (joins, topic, session) in steps {
                let target = Target { session: SessionId::from_raw(session), slot: session as u32 + 100 };
                if joins {
                    subscribers.add(TopicId(topic), target, CLASSES[session as usize % 2]);
                    model.insert((topic, session));
                } else {
                    subscribers.remove(TopicId(topic), target.session);
                    model.remove(&(topic, session));
                }
                for topic in 0..3 {
                    let of_topic = model.iter().filter(|(of, _)| *of == topic);
                    let expected: BTreeSet<_> = of_topic.map(|(_, session)| (*session, *session as u32 + 100)).collect();
                    prop_assert_eq!(listed(&subscribers, topic), expected);
                }
            }
        }
    }
}
