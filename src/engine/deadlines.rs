//! The one timer structure of a loop. Knows nothing of what a deadline is for.

use std::collections::BTreeSet;
use std::time::Instant;

/// At most one deadline for each slot, in the order of time.
#[derive(Debug, Default)]
pub struct Deadlines(BTreeSet<(Instant, u32)>);

impl Deadlines {
    /// Replaces the deadline of a slot, which keeps it in `kept`.
    pub fn set(&mut self, slot: u32, kept: &mut Option<Instant>, deadline: Option<Instant>) {
        if let Some(old) = kept.take() {
            self.0.remove(&(old, slot));
        }
        if let Some(new) = deadline {
            self.0.insert((new, slot));
        }
        *kept = deadline;
    }

    /// The earliest deadline.
    pub fn earliest(&self) -> Option<Instant> {
        self.0.first().map(|(at, _)| *at)
    }

    /// Takes one slot whose deadline has come.
    pub fn pop_expired(&mut self, now: Instant) -> Option<u32> {
        let (at, slot) = *self.0.first()?;
        (at <= now).then(|| {
            self.0.pop_first();
            slot
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn only_the_last_deadline_of_a_slot_expires() {
        let (mut deadlines, mut kept, start) = (Deadlines::default(), None, Instant::now());
        let after = |ms| start + Duration::from_millis(ms);
        deadlines.set(3, &mut kept, Some(after(10)));
        deadlines.set(3, &mut kept, Some(after(20)));
        assert_eq!(deadlines.earliest(), Some(after(20)));
        assert_eq!(deadlines.pop_expired(after(19)), None);
        assert_eq!(deadlines.pop_expired(after(20)), Some(3));
        assert_eq!(deadlines.earliest(), None);
    }
}
