//! Signs the ids that go to the upstream, so that nobody else can name a connection. Knows nothing of connections.

use std::fmt::Write;
use std::hint::black_box;
use std::io;

use rustls::crypto::tls13::{Hkdf, OkmBlock};

use crate::bridge::SessionId;
use crate::engine::tls::cryptography;

const KEY_BYTES: usize = 32;

/// HMAC-SHA256 (RFC 2104) with a key that never leaves the engine.
pub struct Seal {
    key: [u8; KEY_BYTES],
    hash: &'static dyn Hkdf,
}

impl Seal {
    /// A seal with a random key.
    ///
    /// # Errors
    /// If the system has no random numbers.
    pub fn new() -> io::Result<Self> {
        let mut key = [0; KEY_BYTES];
        let random = cryptography::default_provider().secure_random;
        random.fill(&mut key).map_err(|_| io::Error::other("the system gives no random numbers"))?;
        // The one suite of which every TLS 1.3 has SHA-256 (RFC 8446 section 9.1).
        let suite = cryptography::cipher_suite::TLS13_AES_128_GCM_SHA256.tls13();
        let hash = suite.map(|suite| suite.hkdf_provider).ok_or_else(|| io::Error::other("TLS has no SHA-256"))?;
        Ok(Self { key, hash })
    }

    /// `<id>.<hmac>`, both in hex.
    pub fn name(&self, session: SessionId) -> String {
        let mut name = session.to_string();
        let tag = self.hash.hmac_sign(&OkmBlock::new(&self.key), name.as_bytes());
        name.push('.');
        for byte in tag.as_ref() {
            // Writing to a String cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        name
    }

    /// The id of a name that was made here, and in no other spelling. Takes as long for a name that is almost right as for
    /// any other of its length.
    pub fn open(&self, name: &[u8]) -> Option<SessionId> {
        let id = name.split(|&byte| byte == b'.').next().and_then(|id| std::str::from_utf8(id).ok())?;
        let session = SessionId::from_raw(u64::from_str_radix(id, 16).ok()?);
        let right = self.name(session).into_bytes();
        let differences = right.iter().zip(name).fold(0, |sum, (one, other)| black_box(sum | (one ^ other)));
        (right.len() == name.len() && differences == 0).then_some(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_names_in_their_one_spelling_are_opened() {
        let (seal, other) = (Seal::new().expect("random numbers"), Seal::new().expect("random numbers"));
        let session = SessionId::from_raw(0xabc);
        let name = seal.name(session);
        assert_eq!(seal.open(name.as_bytes()), Some(session));
        assert_eq!(name.len(), "abc.".len() + 64);
        assert_eq!(other.open(name.as_bytes()), None);
        let forged = [
            name.replacen("abc", "abd", 1),
            name.replacen("abc", "0abc", 1),
            name.replacen("abc", "+abc", 1),
            name.to_uppercase(),
            format!("{name}0"),
            name[..name.len() - 1].to_owned(),
            "abc.".to_owned(),
            "abc".to_owned(),
            ".".to_owned(),
            String::new(),
        ];
        for forged in forged {
            assert_eq!(seal.open(forged.as_bytes()), None, "{forged}");
        }
        for at in 0..name.len() {
            let mut bent = name.clone().into_bytes();
            bent[at] ^= 1;
            assert_eq!(seal.open(&bent), None, "a bit of byte {at}");
        }
    }
}
