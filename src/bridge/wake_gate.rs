//! One wake for a parked loop, however many commands wait. Knows nothing of what is queued.
//!
//! Dekker's handshake: a producer publishes its command, then looks whether the loop is parked; the loop says that it
//! parks, then looks whether there are commands. With a full fence between the two steps on both sides at least one
//! of them sees the other. `tests/wake_gate_model.rs` checks every interleaving.

use std::task::Waker;

#[cfg(hawser_loom)]
use loom::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering, fence},
};
#[cfg(not(hawser_loom))]
use std::sync::atomic::{AtomicBool, Ordering, fence};

#[cfg(not(hawser_loom))]
use parking_lot::Mutex;

/// Lets producers wake one consumer that sleeps in its runtime.
#[derive(Debug)]
pub struct WakeGate {
    parked: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Default for WakeGate {
    fn default() -> Self {
        Self { parked: AtomicBool::new(false), waker: Mutex::new(None) }
    }
}

impl WakeGate {
    /// Producer, after it published its work: wakes the consumer if it is parked and nobody else did.
    pub fn wake(&self) {
        fence(Ordering::SeqCst);
        // Compare, not swap: a producer that comes too late writes nothing that a later one could read.
        let claimed = || self.parked.compare_exchange(true, false, Ordering::AcqRel, Ordering::Relaxed);
        if self.parked.load(Ordering::Relaxed) && claimed().is_ok() {
            let waker = self.lock().clone();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    /// Consumer: says that it is about to park. It must look for work once more before it really does, and call
    /// [`unpark`](Self::unpark) if there is some.
    pub fn park(&self, waker: &Waker) {
        {
            let mut kept = self.lock();
            if !kept.as_ref().is_some_and(|kept| kept.will_wake(waker)) {
                *kept = Some(waker.clone());
            }
        }
        self.parked.store(true, Ordering::Release);
        fence(Ordering::SeqCst);
    }

    /// Consumer: it is awake, producers need not wake it.
    pub fn unpark(&self) {
        self.parked.store(false, Ordering::Release);
    }

    #[cfg(not(hawser_loom))]
    fn lock(&self) -> impl std::ops::DerefMut<Target = Option<Waker>> + '_ {
        self.waker.lock()
    }

    #[cfg(hawser_loom)]
    fn lock(&self) -> impl std::ops::DerefMut<Target = Option<Waker>> + '_ {
        self.waker.lock().expect("no model thread panics while it holds the waker")
    }
}
