//! Every interleaving of producers and a loop that parks. Empty but for the model checker:
//! `RUSTFLAGS="--cfg hawser_loom" cargo test --release --no-default-features --test wake_gate_model`
//! (a cfg of our own: tokio, which other tests use, does not compile under `--cfg loom`).

#![cfg(hawser_loom)]

use std::sync::Arc as StdArc;
use std::task::{Wake, Waker};

use hawser::bridge::WakeGate;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::sync::{Arc, Notify};
use loom::thread;

/// What a parked runtime sleeps on.
#[derive(Default)]
struct Bed {
    notify: Notify,
    wakes: AtomicUsize,
}

/// The waker of std needs an `Arc` of std.
struct Alarm(Arc<Bed>);

impl Wake for Alarm {
    fn wake(self: StdArc<Self>) {
        self.0.wakes.fetch_add(1, Ordering::Relaxed);
        self.0.notify.notify();
    }
}

/// A loop with a queue of which only the length matters.
#[derive(Default)]
struct Loop {
    queued: AtomicUsize,
    gate: WakeGate,
}

impl Loop {
    fn push(&self) {
        self.queued.fetch_add(1, Ordering::Relaxed);
        self.gate.wake();
    }

    /// Takes commands until there were `expected`, sleeping in between; a lost wake-up is a deadlock, which loom finds.
    fn drain(&self, expected: usize, bed: &Arc<Bed>) {
        let waker = Waker::from(StdArc::new(Alarm(Arc::clone(bed))));
        let mut taken = 0;
        while taken < expected {
            self.gate.unpark();
            taken += self.queued.swap(0, Ordering::Relaxed);
            if taken == expected {
                break;
            }
            self.gate.park(&waker);
            if self.queued.load(Ordering::Relaxed) == 0 {
                bed.notify.wait();
            }
        }
    }
}

/// All interleavings with up to three switches that no thread asked for; more take minutes and have found no more.
fn check(model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(model);
}

#[test]
fn a_command_pushed_while_the_loop_parks_always_wakes_it() {
    loom::model(|| {
        let (shared, bed) = (Arc::new(Loop::default()), Arc::new(Bed::default()));
        let producer = Arc::clone(&shared);
        let pushing = thread::spawn(move || producer.push());
        shared.drain(1, &bed);
        pushing.join().expect("no panic");
    });
}

#[test]
fn a_loop_that_parks_again_and_again_misses_nothing() {
    check(|| {
        let (shared, bed) = (Arc::new(Loop::default()), Arc::new(Bed::default()));
        let producer = Arc::clone(&shared);
        let pushing = thread::spawn(move || {
            producer.push();
            producer.push();
        });
        shared.drain(2, &bed);
        pushing.join().expect("no panic");
    });
}

#[test]
fn two_producers_wake_a_loop_once_for_each_time_it_parks() {
    check(|| {
        let (shared, bed) = (Arc::new(Loop::default()), Arc::new(Bed::default()));
        let pushing: Vec<_> = (0..2)
            .map(|_| {
                let producer = Arc::clone(&shared);
                thread::spawn(move || producer.push())
            })
            .collect();
        shared.drain(2, &bed);
        for producer in pushing {
            producer.join().expect("no panic");
        }
        assert!(bed.wakes.load(Ordering::Relaxed) <= 2, "one wake for each time it parked");
    });
}
