//! What happens to a session whose peer does not read. Knows nothing of queues.

/// What is done with a message that finds its session at the high-water mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum OverflowStrategy {
    /// The sender waits until the session is below its low-water mark.
    #[default]
    Block = 0,
    /// The session is closed with 1013.
    Terminate = 1,
    /// The oldest waiting messages make room.
    DropOldest = 2,
    /// The message is not taken.
    DropNewest = 3,
}

impl OverflowStrategy {
    /// The strategy with this number.
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Block),
            1 => Some(Self::Terminate),
            2 => Some(Self::DropOldest),
            3 => Some(Self::DropNewest),
            _ => None,
        }
    }
}

/// The marks of one session in bytes ([`Pressure::weight`](crate::bridge::Pressure::weight)), and what counts beyond them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboundLimits {
    /// Below it a session that was at its high-water mark is drained; at most the high-water mark.
    pub low_water_bytes: u32,
    /// From it on the strategy decides about the next message.
    pub high_water_bytes: u32,
    /// What that is.
    pub overflow: OverflowStrategy,
}
