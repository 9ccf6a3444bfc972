//! The lock-free way from any thread to one loop. Knows nothing of what the commands mean.

use std::task::Waker;

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::bridge::{Command, WakeGate};

/// Commands for one loop, any number of producers, one consumer.
///
/// Unbounded as a queue; what bounds it is the accounting of each session's bytes before a command is pushed.
#[derive(Debug)]
pub struct CommandQueue {
    sender: Sender<Command>,
    receiver: Receiver<Command>,
    gate: WakeGate,
}

impl Default for CommandQueue {
    fn default() -> Self {
        let (sender, receiver) = unbounded();
        Self { sender, receiver, gate: WakeGate::default() }
    }
}

impl CommandQueue {
    /// Queues a command and wakes the loop if it sleeps. From any thread; one thread's commands keep their order.
    pub fn push(&self, command: Command) {
        self.enqueue(command);
        self.wake();
    }

    /// Queues a command without waking the loop: the caller holds a lock, and does that when it has let go of it.
    pub fn enqueue(&self, command: Command) {
        // Fails only without a receiver, and that one lives in `self`.
        let _ = self.sender.send(command);
    }

    /// Wakes the loop if it sleeps.
    pub fn wake(&self) {
        self.gate.wake();
    }

    /// Takes the next command, on the loop only.
    pub fn pop(&self) -> Option<Command> {
        self.receiver.try_recv().ok()
    }

    /// Commands waiting now.
    pub fn len(&self) -> usize {
        self.receiver.len()
    }

    /// Whether nothing waits now.
    pub fn is_empty(&self) -> bool {
        self.receiver.is_empty()
    }

    /// The loop is about to sleep and `waker` ends that. Returns whether it may: `false` if commands came meanwhile.
    pub fn try_park(&self, waker: &Waker) -> bool {
        self.gate.park(waker);
        if self.is_empty() {
            return true;
        }
        self.gate.unpark();
        false
    }

    /// The loop is awake.
    pub fn unpark(&self) {
        self.gate.unpark();
    }
}
