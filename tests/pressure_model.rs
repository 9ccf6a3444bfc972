//! Every interleaving of senders that find a session full and a loop that writes. Empty but for the model checker:
//! `RUSTFLAGS="--cfg hawser_loom" cargo test --release --no-default-features --test pressure_model`
//! (a cfg of our own: tokio, which other tests use, does not compile under `--cfg loom`).

#![cfg(hawser_loom)]

use hawser::bridge::Pressure;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::sync::{Arc, Notify};
use loom::thread;

/// Frames of so many bytes weigh 100.
const FRAME_BYTES: usize = 36;
/// Two frames.
const HIGH_WATER: u64 = 200;
/// Less than one frame.
const LOW_WATER: u64 = 100;

/// A session, and a sender that waits for its events.
#[derive(Default)]
struct Session {
    pressure: Pressure,
    drained: Notify,
    drains: AtomicUsize,
}

impl Session {
    /// The loop: one frame more is on the wire.
    fn write(&self, is_shared: bool) {
        match is_shared {
            true => self.pressure.subtract_shared(FRAME_BYTES, 1),
            false => self.pressure.subtract(FRAME_BYTES, 1),
        }
        if self.pressure.has_drained(LOW_WATER) && self.pressure.try_drain(LOW_WATER) {
            self.drains.fetch_add(1, Ordering::Relaxed);
            self.drained.notify();
        }
    }

    /// Whether a sender finds it full, and the loop has been told to tell.
    fn is_full(&self) -> bool {
        self.pressure.weight() >= HIGH_WATER && self.pressure.set_pressured(HIGH_WATER)
    }

    fn drains(&self) -> usize {
        self.drains.load(Ordering::Relaxed)
    }
}

/// A session at its mark; `shared` of its two frames are publications.
fn full(shared: usize) -> Arc<Session> {
    let session = Arc::new(Session::default());
    for at in 0..2 {
        match at < shared {
            true => session.pressure.add_shared(FRAME_BYTES, 1),
            false => session.pressure.add_message(FRAME_BYTES, false),
        };
    }
    session
}

#[test]
fn a_sender_that_waits_is_always_told_whoever_owns_what_is_written() {
    for shared in 0..=2 {
        loom::model(move || {
            let session = full(shared);
            let written = Arc::clone(&session);
            let writing = thread::spawn(move || {
                for at in 0..2 {
                    written.write(at < shared);
                }
            });
            // A telling that gets lost is a deadlock, which loom finds.
            if session.is_full() {
                session.drained.wait();
            }
            writing.join().expect("no panic");
            assert!(session.drains() <= 1, "once for the one time it was full");
            assert_eq!(session.pressure.weight(), 0);
        });
    }
}

#[test]
fn a_message_that_takes_the_session_to_its_mark_is_followed_by_an_event_or_was_never_there() {
    loom::model(|| {
        let session = Arc::new(Session::default());
        session.pressure.add_message(FRAME_BYTES, false);
        let queued = Arc::new(AtomicUsize::new(0));
        let (writer, available) = (Arc::clone(&session), Arc::clone(&queued));
        let writing = thread::spawn(move || {
            writer.write(false);
            // The command of the second message, if it is there already.
            if available.load(Ordering::Acquire) == 1 {
                writer.write(false);
                return true;
            }
            false
        });
        let weight = session.pressure.add_message(FRAME_BYTES, false);
        queued.store(1, Ordering::Release);
        let is_pressured = weight >= HIGH_WATER && session.pressure.set_pressured(LOW_WATER);
        if !writing.join().expect("no panic") {
            session.write(false);
        }
        assert_eq!(session.drains(), usize::from(is_pressured));
        assert!(!session.pressure.is_pressured());
    });
}

#[test]
fn a_message_that_comes_while_the_session_drains_is_counted() {
    loom::model(|| {
        let session = full(0);
        assert!(session.is_full());
        let written = Arc::clone(&session);
        let writing = thread::spawn(move || {
            written.write(false);
            written.write(false);
        });
        session.pressure.add_message(FRAME_BYTES, false);
        writing.join().expect("no panic");
        assert_eq!(session.pressure.weight(), 100);
        session.write(false);
        assert_eq!((session.pressure.weight(), session.drains()), (0, 1));
    });
}

#[test]
fn two_senders_and_the_loop_leave_nobody_waiting() {
    let mut builder = loom::model::Builder::new();
    // More switches that no thread asked for take minutes and have found no more.
    builder.preemption_bound = Some(3);
    builder.check(|| {
        let session = full(1);
        let waiting: Vec<_> = (0..2)
            .map(|_| {
                let session = Arc::clone(&session);
                thread::spawn(move || session.is_full())
            })
            .collect();
        session.write(true);
        session.write(false);
        let told: usize = session.drains();
        let full: Vec<bool> = waiting.into_iter().map(|sender| sender.join().expect("no panic")).collect();
        // Who was full was told, or the flag is up for the next write, which cannot be: all is written.
        assert!(!full.contains(&true) || told + session.drains() > 0);
        assert!(!session.pressure.is_pressured() || !full.contains(&true));
    });
}
