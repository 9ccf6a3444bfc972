//! Lines on stderr that say what is done and about how long the rest takes. Knows nothing of what is measured.

use std::cell::Cell;
use std::time::Instant;

/// Counts down planned seconds and corrects the plan by how long its parts took.
#[derive(Debug)]
pub struct Progress {
    begin: Instant,
    planned_seconds: Cell<f64>,
    done_seconds: Cell<f64>,
}

impl Progress {
    /// Begins with a plan of so many seconds.
    pub fn new(planned_seconds: f64) -> Self {
        Self { begin: Instant::now(), planned_seconds: Cell::new(planned_seconds), done_seconds: Cell::new(0.0) }
    }

    /// Prints `line` behind what is left.
    pub fn say(&self, line: &str) {
        let left =
            left_seconds(self.planned_seconds.get(), self.done_seconds.get(), self.begin.elapsed().as_secs_f64());
        eprintln!("  [{} left] {line}", words(left));
    }

    /// Crosses `planned` seconds off the plan.
    pub fn done(&self, planned: f64) {
        self.done_seconds.set(self.done_seconds.get() + planned);
    }
}

/// The rest of the plan, stretched as its first part was; a plan that has hardly begun is believed.
fn left_seconds(planned: f64, done: f64, elapsed: f64) -> f64 {
    let credit = 30.0;
    (planned - done).max(0.0) * (elapsed + credit) / (done + credit)
}

fn words(seconds: f64) -> String {
    if seconds < 90.0 { format!("{seconds:.0} s") } else { format!("about {:.0} min", seconds / 60.0) }
}

#[cfg(test)]
mod tests {
    use super::{left_seconds, words};

    #[test]
    fn a_plan_is_believed_first_and_corrected_by_what_it_took() {
        assert_eq!(left_seconds(600.0, 0.0, 0.0).round(), 600.0);
        assert_eq!(left_seconds(600.0, 300.0, 630.0).round(), 600.0);
        assert_eq!(left_seconds(600.0, 700.0, 630.0).round(), 0.0);
    }

    #[test]
    fn minutes_are_rounded() {
        assert_eq!(words(12.4), "12 s");
        assert_eq!(words(930.0), "about 16 min");
    }
}
