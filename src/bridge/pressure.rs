//! How much a session still has to write, and whether somebody waits for it to become less. Knows nothing of who writes it.
//!
//! A sender that finds the session at a mark raises the flag and looks once more; the loop takes off what it has written
//! and then looks at the flag. The flag is a bit of the word that both change, so one of the two sees the other:
//! `tests/pressure_model.rs` checks every interleaving.

#[cfg(hawser_loom)]
use loom::sync::atomic::{AtomicU64, Ordering};
#[cfg(not(hawser_loom))]
use std::sync::atomic::{AtomicU64, Ordering};

use crate::bridge::buffer_budget::{ALLOWANCE_BYTES, BudgetShare};

/// Added to each waiting message when it is held against the marks, so that a flood of empty messages is bounded too.
/// In bytes.
pub const MESSAGE_OVERHEAD_BYTES: u64 = 64;

const BYTE_BITS: u32 = 36;
const ONE_MESSAGE: u64 = 1 << BYTE_BITS;
const BYTES_MASK: u64 = ONE_MESSAGE - 1;
/// The session was at a mark, and the loop tells when it has drained.
const PRESSURED: u64 = 1 << 63;

/// Exact count of the bytes and messages that were accepted and are not yet written to the socket.
///
/// One word holds both, so a sender pays one atomic addition: 36 bits of bytes (64 GiB) and 27 bits of messages, far above
/// what the largest high-water mark (1 GiB) lets in.
#[derive(Debug, Default)]
pub struct Pressure {
    /// Messages of this session alone, and the flag.
    own: AtomicU64,
    /// Publications, which other sessions hold too. Changed by the loop alone.
    shared: AtomicU64,
    /// Control frames among `own`: they have a bound of their own.
    control: AtomicU64,
    /// Where the engine counts what its sessions hold.
    budget: Option<BudgetShare>,
}

impl Pressure {
    /// Nothing waits; what will is counted in a budget too.
    pub fn new(budget: BudgetShare) -> Self {
        let mut pressure = Self::default();
        pressure.budget = Some(budget);
        pressure
    }

    /// Accounts one message of `frame_bytes` and returns the weight after it.
    pub fn add_message(&self, frame_bytes: usize, is_control: bool) -> u64 {
        let added = ONE_MESSAGE + frame_bytes as u64;
        if is_control {
            self.control.fetch_add(added, Ordering::AcqRel);
        }
        let before = self.own.fetch_add(added, Ordering::AcqRel);
        self.count(before, before + added);
        weigh(before + added) + weigh(self.shared.load(Ordering::Acquire))
    }

    /// Accounts so many publications of `bytes` together, which count themselves in the budget; on the loop only. Returns
    /// the weight after them.
    pub fn add_shared(&self, bytes: usize, messages: usize) -> u64 {
        // One thread changes it, so no locked addition is needed.
        let after = self.shared.load(Ordering::Relaxed) + ONE_MESSAGE * messages as u64 + bytes as u64;
        self.shared.store(after, Ordering::Release);
        weigh(after) + weigh(self.own.load(Ordering::Acquire))
    }

    /// Takes off bytes that were written, and the messages that ended with them.
    pub fn subtract(&self, bytes: usize, messages: usize) {
        let taken = ONE_MESSAGE * messages as u64 + bytes as u64;
        let before = self.own.fetch_sub(taken, Ordering::AcqRel);
        self.count(before, before - taken);
    }

    /// Takes off bytes of publications that were written, and the publications that ended with them; on the loop only.
    pub fn subtract_shared(&self, bytes: usize, messages: usize) {
        let taken = ONE_MESSAGE * messages as u64 + bytes as u64;
        self.shared.store(self.shared.load(Ordering::Relaxed) - taken, Ordering::Release);
        // Into the order of the word that has the flag: who raises it later sees what was taken off.
        self.own.fetch_add(0, Ordering::AcqRel);
    }

    /// Takes a control frame of `frame_bytes` off the control frames, once it is gone as a whole.
    pub fn end_control(&self, frame_bytes: usize) {
        self.control.fetch_sub(ONE_MESSAGE + frame_bytes as u64, Ordering::AcqRel);
    }

    /// Takes off a message that was not written at all.
    pub fn end_message(&self, frame_bytes: usize, is_control: bool) {
        self.subtract(frame_bytes, 1);
        if is_control {
            self.end_control(frame_bytes);
        }
    }

    /// Bytes waiting, frame headers included: what `getBufferedAmount()` answers.
    pub fn bytes(&self) -> u64 {
        (self.own.load(Ordering::Acquire) & BYTES_MASK) + (self.shared.load(Ordering::Acquire) & BYTES_MASK)
    }

    /// Bytes waiting with [`MESSAGE_OVERHEAD_BYTES`] for each message: what is held against the marks.
    pub fn weight(&self) -> u64 {
        weigh(self.own.load(Ordering::Acquire)) + weigh(self.shared.load(Ordering::Acquire))
    }

    /// The same without publications, which other sessions hold too.
    pub fn own_weight(&self) -> u64 {
        weigh(self.own.load(Ordering::Acquire))
    }

    /// The weight of the control frames among it.
    pub fn control_weight(&self) -> u64 {
        weigh(self.control.load(Ordering::Acquire))
    }

    /// Whether the flag is up: the session was at a mark and has not drained.
    pub fn is_pressured(&self) -> bool {
        self.own.load(Ordering::Acquire) & PRESSURED != 0
    }

    /// A sender has found the session at `mark`: raises the flag and looks once more. `true`: it still weighs that much, so
    /// [`try_drain`](Self::try_drain) succeeds after a later write. `false`: there is room already.
    pub fn set_pressured(&self, mark: u64) -> bool {
        let is_high = |own: u64| weigh(own) + weigh(self.shared.load(Ordering::Acquire)) >= mark;
        let raise = |own: u64| is_high(own).then_some(own | PRESSURED);
        let raised = self.own.fetch_update(Ordering::AcqRel, Ordering::Acquire, raise);
        raised.is_ok_and(is_high)
    }

    /// Whether the flag is up, the session weighs less than `low_water`, and the engine has room for more than its allowance.
    /// The loop asks after it has taken something off.
    pub fn has_drained(&self, low_water: u64) -> bool {
        self.is_drained(self.own.load(Ordering::Acquire), low_water)
    }

    /// Takes the flag down if the session [has drained](Self::has_drained). `true`: it had, and senders are to be told.
    pub fn try_drain(&self, low_water: u64) -> bool {
        let lower = |own: u64| self.is_drained(own, low_water).then_some(own & !PRESSURED);
        self.own.fetch_update(Ordering::AcqRel, Ordering::Acquire, lower).is_ok()
    }

    /// Takes the flag down however much waits. `true`: it was up, and senders are to be told.
    pub fn take_flag(&self) -> bool {
        self.own.fetch_and(!PRESSURED, Ordering::AcqRel) & PRESSURED != 0
    }

    /// Whether the flag is up. Who raises it later sees what the caller has changed before.
    pub fn was_pressured(&self) -> bool {
        self.own.fetch_add(0, Ordering::AcqRel) & PRESSURED != 0
    }

    fn is_drained(&self, own: u64, low_water: u64) -> bool {
        let weight = weigh(own) + weigh(self.shared.load(Ordering::Acquire));
        let is_low = own & PRESSURED != 0 && weight < low_water.max(1);
        is_low && (weight <= ALLOWANCE_BYTES || !self.is_over_budget())
    }

    /// Whether all sessions together hold as much as the engine may.
    pub fn is_over_budget(&self) -> bool {
        self.budget.as_ref().is_some_and(BudgetShare::is_used_up)
    }

    #[inline]
    fn count(&self, before: u64, after: u64) {
        if (before | after) & BYTES_MASK > ALLOWANCE_BYTES
            && let Some(budget) = &self.budget
        {
            budget.change(before & BYTES_MASK, after & BYTES_MASK);
        }
    }
}

/// What was sent to a session that ended before its loop fetched it is nowhere taken off, but must not count for ever.
impl Drop for Pressure {
    fn drop(&mut self) {
        self.count(self.own.load(Ordering::Acquire), 0);
    }
}

const fn weigh(word: u64) -> u64 {
    let word = word & !PRESSURED;
    (word & BYTES_MASK) + (word >> BYTE_BITS) * MESSAGE_OVERHEAD_BYTES
}

#[cfg(all(test, not(hawser_loom)))]
mod tests {
    use super::*;
    use crate::bridge::BufferBudget;
    use std::sync::Arc;

    #[test]
    fn what_a_session_leaves_behind_is_not_counted_after_its_end() {
        let budget = Arc::new(BufferBudget::new(1, 1 << 20));
        let pressure = Pressure::new(BudgetShare::new(Arc::clone(&budget), 0));
        pressure.add_message(100_000, false);
        assert_eq!(budget.bytes(), 100_000 - ALLOWANCE_BYTES);
        drop(pressure);
        assert_eq!(budget.bytes(), 0);
    }

    #[test]
    fn bytes_are_exact_and_empty_messages_still_weigh() {
        let pressure = Pressure::default();
        assert_eq!(pressure.add_message(2, false), 66);
        assert_eq!(pressure.add_message(1000, false), 1002 + 128);
        assert_eq!(pressure.add_shared(10, 1), 1012 + 192);
        assert_eq!((pressure.bytes(), pressure.weight()), (1012, 1204));
        pressure.subtract(500, 0);
        pressure.subtract_shared(10, 1);
        pressure.subtract(502, 2);
        assert_eq!((pressure.bytes(), pressure.weight()), (0, 0));
    }

    #[test]
    fn control_frames_weigh_in_both_accounts_until_they_are_gone() {
        let pressure = Pressure::default();
        assert_eq!(pressure.add_message(100, true), 164);
        pressure.subtract(60, 0);
        assert_eq!((pressure.bytes(), pressure.control_weight()), (40, 164));
        pressure.subtract(40, 1);
        pressure.end_control(100);
        pressure.add_message(7, true);
        pressure.end_message(7, true);
        assert_eq!((pressure.weight(), pressure.control_weight()), (0, 0));
    }

    #[test]
    fn who_was_at_a_mark_is_told_once_when_it_is_below_the_low_one() {
        let pressure = Pressure::default();
        pressure.add_message(36, false);
        assert!(!pressure.set_pressured(101), "one below");
        assert!(!pressure.is_pressured());
        assert!(pressure.set_pressured(100), "at it");
        assert_eq!((pressure.bytes(), pressure.weight()), (36, 100), "the flag weighs nothing");
        assert!(!pressure.try_drain(100), "at low water is not below it");
        pressure.subtract(1, 0);
        assert!(pressure.try_drain(100));
        assert!(!pressure.try_drain(100), "told before");
        pressure.subtract(35, 1);
        assert_eq!(pressure.weight(), 0);
    }

    #[test]
    fn low_water_of_nothing_is_reached_when_nothing_waits() {
        let pressure = Pressure::default();
        pressure.add_shared(1, 1);
        assert!(pressure.set_pressured(1));
        assert!(!pressure.try_drain(0));
        pressure.subtract_shared(1, 1);
        assert!(pressure.try_drain(0));
    }

    #[test]
    fn the_budget_counts_what_a_session_holds_alone_beyond_its_allowance() {
        let budget = Arc::new(BufferBudget::new(1, 1000));
        let pressure = Pressure::new(BudgetShare::new(Arc::clone(&budget), 0));
        let allowance = ALLOWANCE_BYTES as usize;
        pressure.add_message(allowance, false);
        pressure.add_shared(1 << 20, 1);
        assert_eq!((budget.bytes(), pressure.is_over_budget()), (0, false));
        pressure.add_message(999, false);
        assert_eq!((budget.bytes(), pressure.is_over_budget()), (999, false));
        pressure.add_message(1, true);
        assert_eq!((budget.bytes(), pressure.is_over_budget()), (1000, true));
        pressure.subtract(allowance + 1, 1);
        assert_eq!(budget.bytes(), 0);
        pressure.subtract(999, 2);
        assert_eq!(budget.bytes(), 0);
    }

    #[test]
    fn an_engine_over_its_budget_has_no_room_for_more_than_the_allowance() {
        let budget = Arc::new(BufferBudget::new(1, 1000));
        let pressure = Pressure::new(BudgetShare::new(Arc::clone(&budget), 0));
        budget.add(0, 1000);
        let allowance = ALLOWANCE_BYTES as usize - MESSAGE_OVERHEAD_BYTES as usize;
        pressure.add_message(allowance + 1, false);
        assert!(pressure.set_pressured(ALLOWANCE_BYTES + 1));
        assert!(!pressure.try_drain(1 << 20), "below low water, and still too much");
        pressure.subtract(1, 0);
        assert!(pressure.try_drain(1 << 20));
        pressure.add_message(1, false);
        assert!(pressure.set_pressured(ALLOWANCE_BYTES + 1));
        budget.subtract(0, 1);
        assert!(pressure.try_drain(1 << 20), "the others hold less");
    }
}
