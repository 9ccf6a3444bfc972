//! A process that runs out of file descriptors: accepting pauses, and goes on when some are free again.

#![cfg(all(feature = "engine", target_os = "linux"))]

mod support;

use std::fs::File;
use std::process::Command;
use std::time::{Duration, Instant};

use support::{Kind, TestEngine, TestEvent, frames};

const CHILD: &str = "HAWSER_TEST_FEW_DESCRIPTORS";

fn is_failure(event: &&TestEvent) -> bool {
    event.kind == Kind::Log && event.text().contains("accepting fails")
}

/// The limit holds for a whole process, so the test runs in one of its own.
#[test]
fn accepting_pauses_without_spinning_while_descriptors_are_short() {
    if std::env::var_os(CHILD).is_some() {
        return run_short_of_descriptors();
    }
    let this = std::env::current_exe().expect("a path");
    let status = Command::new("sh")
        .args(["-c", "ulimit -n 64 && exec \"$0\" --nocapture --test-threads=1"])
        .arg(this)
        .env(CHILD, "1")
        .status();
    assert!(status.expect("a shell").success());
}

fn run_short_of_descriptors() {
    let engine = TestEngine::echo("");
    let (mut served, _) = engine.open();
    let mut hoard: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    // One descriptor for the client, none for the engine.
    hoard.pop();
    let start = Instant::now();
    let mut waiting = engine.connect();

    engine.events.wait("a third try", |events| (events.iter().filter(is_failure).count() > 2).then_some(()));
    assert!(start.elapsed() >= Duration::from_millis(200), "a pause before each further try");
    served.write(&frames::text("still served"));
    served.expect_text("still served");
    drop(hoard);

    waiting.write(&support::Client::upgrade("/"));
    waiting.read_101();
}
