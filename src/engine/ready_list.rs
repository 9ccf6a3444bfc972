//! Which connections of a loop have something to do. Knows nothing of what that is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Wake, Waker};

use parking_lot::Mutex;

/// Slots whose socket became readable or writable, each at most once.
#[derive(Debug, Default)]
pub struct ReadyList(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    slots: Vec<u32>,
    turn: Option<Waker>,
}

impl ReadyList {
    /// The waker of the turn that looks at this list.
    pub fn set_turn(&self, waker: &Waker) {
        let mut inner = self.0.lock();
        if !inner.turn.as_ref().is_some_and(|known| known.will_wake(waker)) {
            inner.turn = Some(waker.clone());
        }
    }

    /// Moves all ready slots into `into`.
    pub fn take(&self, into: &mut Vec<u32>) {
        into.append(&mut self.0.lock().slots);
    }

    /// Whether nothing is ready.
    pub fn is_empty(&self) -> bool {
        self.0.lock().slots.is_empty()
    }

    /// Makes the turn look again.
    pub fn wake_turn(&self) {
        let waker = self.0.lock().turn.clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn push(&self, slot: u32) {
        let mut inner = self.0.lock();
        inner.slots.push(slot);
        if inner.slots.len() == 1
            && let Some(waker) = &inner.turn
        {
            waker.wake_by_ref();
        }
    }
}

/// The waker of one socket: puts its slot on the list, once until the loop has taken it.
#[derive(Debug)]
pub struct SocketWaker {
    slot: u32,
    listed: AtomicBool,
    list: Arc<ReadyList>,
}

impl SocketWaker {
    /// A waker for the socket in `slot`.
    pub fn new(slot: u32, list: &Arc<ReadyList>) -> Arc<Self> {
        Arc::new(Self { slot, listed: AtomicBool::new(false), list: Arc::clone(list) })
    }

    /// The loop has taken the slot from the list.
    pub fn taken(&self) {
        self.listed.store(false, Ordering::Release);
    }
}

impl Wake for SocketWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.listed.swap(true, Ordering::AcqRel) {
            self.list.push(self.slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_listed_once_until_it_is_taken() {
        let list = Arc::new(ReadyList::default());
        let socket = SocketWaker::new(7, &list);
        let waker = Waker::from(Arc::clone(&socket));
        waker.wake_by_ref();
        waker.wake_by_ref();
        let mut taken = Vec::new();
        list.take(&mut taken);
        assert_eq!(taken, [7]);
        waker.wake_by_ref();
        assert!(list.is_empty(), "the loop has not looked at it yet");
        socket.taken();
        waker.wake_by_ref();
        assert!(!list.is_empty());
    }
}
