//! Waiting for a condition, with a deadline. Knows nothing of engines.

use std::time::{Duration, Instant};

/// No condition of a test takes this long, however busy the machine is.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// Looks again and again until `condition` gives something.
///
/// # Panics
/// After [`DEADLINE`], with `what` was waited for.
pub fn until<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = condition() {
            return found;
        }
        assert!(start.elapsed() < DEADLINE, "waited in vain: {what}");
        std::thread::park_timeout(Duration::from_millis(1));
    }
}
