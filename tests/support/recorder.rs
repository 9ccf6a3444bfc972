//! Every event of an engine, in the order in which its carriers saw them. Knows nothing of what they mean.

use std::sync::{Condvar, Mutex};

use hawser::bridge::SessionId;

use super::event::{Kind, TestEvent};
use super::wait::DEADLINE;

/// Events so far; a test waits until it likes them.
#[derive(Default)]
pub struct Recorder {
    events: Mutex<Vec<TestEvent>>,
    more: Condvar,
}

impl Recorder {
    pub fn add(&self, event: &TestEvent) {
        self.events.lock().expect("not poisoned").push(event.clone());
        self.more.notify_all();
    }

    /// Waits until `find` gives something.
    pub fn wait<T>(&self, what: &str, mut find: impl FnMut(&[TestEvent]) -> Option<T>) -> T {
        let mut found = None;
        let looking = |events: &mut Vec<TestEvent>| {
            found = find(events);
            found.is_none()
        };
        let events = self.events.lock().expect("not poisoned");
        let (events, _) = self.more.wait_timeout_while(events, DEADLINE, looking).expect("not poisoned");
        found.unwrap_or_else(|| panic!("waited in vain: {what}; there are {} events", events.len()))
    }

    /// Waits for the first event of a kind in a session.
    pub fn first(&self, session: SessionId, kind: Kind) -> TestEvent {
        self.wait(&format!("{kind:?} of {session}"), |events| {
            let mut matching = events.iter().filter(|event| event.session == session && event.kind == kind);
            matching.next().cloned()
        })
    }

    /// Waits for the last event of a session and returns its code and reason.
    pub fn closed(&self, session: SessionId) -> (u16, String) {
        let event = self.first(session, Kind::Closed);
        (event.code, event.text().to_owned())
    }

    /// The events of one session up to now.
    pub fn of(&self, session: SessionId) -> Vec<TestEvent> {
        let events = self.events.lock().expect("not poisoned");
        events.iter().filter(|event| event.session == session).cloned().collect()
    }

    /// Their kinds, but for lines of the log.
    pub fn kinds(&self, session: SessionId) -> Vec<Kind> {
        self.of(session).iter().map(|event| event.kind).filter(|kind| *kind != Kind::Log).collect()
    }

    /// How many events of a kind there are.
    pub fn count(&self, kind: Kind) -> usize {
        let events = self.events.lock().expect("not poisoned");
        events.iter().filter(|event| event.kind == kind).count()
    }

    /// Everything.
    pub fn all(&self) -> Vec<TestEvent> {
        self.events.lock().expect("not poisoned").clone()
    }
}
