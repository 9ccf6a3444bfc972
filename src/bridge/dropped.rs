//! Messages that an overflow strategy threw away, until Java is told. Knows nothing of queues.

use parking_lot::Mutex;

/// So many messages, and their bytes with frame headers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Messages.
    pub messages: u64,
    /// Their bytes, frame headers included; uncompressed where they had not been compressed yet.
    pub bytes: u64,
    /// Of the messages those that their senders dropped, which no loop has counted.
    pub by_senders: u64,
}

impl Dropped {
    /// The payload of the event: messages, then bytes, each as 8 bytes little-endian.
    pub fn to_payload(self) -> Vec<u8> {
        [self.messages.to_le_bytes(), self.bytes.to_le_bytes()].concat()
    }
}

/// What one session has lost since Java was told.
#[derive(Debug, Default)]
pub struct DroppedAccount(Mutex<Option<Box<Dropped>>>);

impl DroppedAccount {
    /// Accounts messages, or bytes of one that has not ended. `true`: the account had no message, so somebody has to see to it
    /// that Java is told.
    pub fn add(&self, dropped: Dropped) -> bool {
        let mut account = self.0.lock();
        let sum = account.get_or_insert_default();
        let had_none = sum.messages == 0;
        sum.messages += dropped.messages;
        sum.bytes += dropped.bytes;
        sum.by_senders += dropped.by_senders;
        had_none && sum.messages > 0
    }

    /// Takes everything out. `None`, changing nothing, as long as no message has ended.
    pub fn take(&self) -> Option<Dropped> {
        self.0.lock().take_if(|dropped| dropped.messages > 0).map(|dropped| *dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_makes_the_account_not_empty_is_told() {
        let account = DroppedAccount::default();
        assert_eq!(account.take(), None);
        assert!(account.add(Dropped { messages: 1, bytes: 10, by_senders: 1 }));
        assert!(!account.add(Dropped { messages: 2, bytes: 30, by_senders: 0 }));
        assert_eq!(account.take(), Some(Dropped { messages: 3, bytes: 40, by_senders: 1 }));
        assert!(account.add(Dropped { messages: 1, bytes: 0, by_senders: 0 }));
    }

    #[test]
    fn bytes_of_a_message_in_parts_wait_for_its_end() {
        let account = DroppedAccount::default();
        assert!(!account.add(Dropped { messages: 0, bytes: 10, by_senders: 0 }));
        assert_eq!(account.take(), None);
        assert!(account.add(Dropped { messages: 1, bytes: 5, by_senders: 1 }));
        assert_eq!(account.take(), Some(Dropped { messages: 1, bytes: 15, by_senders: 1 }));
    }

    #[test]
    fn the_payload_is_two_numbers_little_endian() {
        let payload = Dropped { messages: 1, bytes: 0x0102, by_senders: 0 }.to_payload();
        assert_eq!(payload, [1, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0]);
    }
}
