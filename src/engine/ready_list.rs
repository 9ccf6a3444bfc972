//! Which connections of a loop have something to do. Knows nothing of what that is.

use std::sync::Arc;
use std::task::{Wake, Waker};

use parking_lot::Mutex;

/// Slots whose socket became readable or writable, each at most once.
#[derive(Debug, Default)]
pub struct ReadyList(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    slots: Vec<u32>,
    /// A bit for each slot that is in `slots`. All of them are at hand where those of the connections would not be.
    listed: Vec<u64>,
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
        let mut inner = self.0.lock();
        let Inner { slots, listed, .. } = &mut *inner;
        for &slot in slots.iter() {
            let (word, bit) = place(slot);
            listed[word] &= !bit;
        }
        into.append(slots);
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
        let (word, bit) = place(slot);
        if word >= inner.listed.len() {
            inner.listed.resize(word + 1, 0);
        }
        if inner.listed[word] & bit != 0 {
            return;
        }
        inner.listed[word] |= bit;
        inner.slots.push(slot);
        if inner.slots.len() == 1
            && let Some(waker) = &inner.turn
        {
            waker.wake_by_ref();
        }
    }
}

/// Where the bit of a slot is. The listener's slot is the highest number: its bit is the first one.
const fn place(slot: u32) -> (usize, u64) {
    let at = slot.wrapping_add(1);
    (at as usize / 64, 1 << (at % 64))
}

/// The waker of one socket: puts its slot on the list, once until the loop has taken it.
#[derive(Debug)]
pub struct SocketWaker {
    slot: u32,
    list: Arc<ReadyList>,
}

impl SocketWaker {
    /// A waker for the socket in `slot`.
    pub fn waker(slot: u32, list: &Arc<ReadyList>) -> Waker {
        Waker::from(Arc::new(Self { slot, list: Arc::clone(list) }))
    }
}

impl Wake for SocketWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.list.push(self.slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_listed_once_until_it_is_taken() {
        let list = Arc::new(ReadyList::default());
        let socket = SocketWaker::waker(700, &list);
        let listener = SocketWaker::waker(u32::MAX, &list);
        for waker in [&socket, &listener, &socket, &listener] {
            waker.wake_by_ref();
        }
        let mut taken = Vec::new();
        list.take(&mut taken);
        assert_eq!(taken, [700, u32::MAX]);
        assert!(list.is_empty());
        listener.wake_by_ref();
        socket.wake_by_ref();
        list.take(&mut taken);
        assert_eq!(taken, [700, u32::MAX, u32::MAX, 700]);
    }
}
