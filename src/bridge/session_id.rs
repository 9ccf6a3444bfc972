//! The number by which Java knows a connection. Knows nothing of what it names.

/// Names one connection of one engine for ever: a later connection never gets the same number, so a stale id is
/// recognised. Java holds ids, never addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(u64);

impl SessionId {
    /// Takes the number as it crossed the border.
    pub const fn from_raw(raw: u64) -> Self {
        Self(raw)
    }

    /// The number as it crosses the border.
    pub const fn raw(self) -> u64 {
        self.0
    }
}

impl std::fmt::Display for SessionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:x}", self.0)
    }
}
