//! Certificates and keys as they come from Java. Knows nothing of TLS: what is in a blob is for the engine to judge.
//!
//! ```text
//! | u8 client certificates (0 none, 1 optional, 2 required)
//! | u16 n | n x identity { str name | u16 n { str DNS name } | u16 n { blob certificate, DER } | blob key, PEM or DER }
//! | u16 n | n x blob certificate of a trusted CA, DER |
//! ```
//! Big endian; str: `u16 bytes | UTF-8`, blob: `u32 bytes | bytes`. The first identity is the default.

use std::fmt;

/// Whether clients show a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// They are not asked.
    None,
    /// They are asked; one that is shown must be trusted.
    Optional,
    /// No handshake without one.
    Required,
}

/// One certificate with its key.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityRecord {
    /// Where it is from, for error texts: a file or an alias.
    pub name: String,
    /// The names it is chosen for; `*.` in place of the first label.
    pub dns_names: Vec<String>,
    /// DER, the server's own certificate first.
    pub chain: Vec<Vec<u8>>,
    /// The private key: PEM text or DER.
    pub key: Vec<u8>,
}

impl fmt::Debug for IdentityRecord {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityRecord")
            .field("name", &self.name)
            .field("dns_names", &self.dns_names)
            .finish_non_exhaustive()
    }
}

/// All that an engine needs to speak TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsRecord {
    /// Whether clients show a certificate.
    pub client_auth: ClientAuth,
    /// The certificates to choose from; the first is the default.
    pub identities: Vec<IdentityRecord>,
    /// Whose client certificates are trusted, DER.
    pub trusted: Vec<Vec<u8>>,
}

/// A record that is not laid out as it must be: a bug of who wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the TLS record is malformed at byte {at}")]
pub struct MalformedRecord {
    /// Where reading ended.
    pub at: usize,
}

impl TlsRecord {
    /// Reads a record. Lengths allocate nothing before their bytes are there.
    ///
    /// # Errors
    /// [`MalformedRecord`] if it is cut off, goes on behind its end, or has another number or text than it may.
    pub fn parse(bytes: &[u8]) -> Result<Self, MalformedRecord> {
        let mut reader = Reader { bytes, at: 0 };
        let client_auth = match reader.take(1)?[0] {
            0 => ClientAuth::None,
            1 => ClientAuth::Optional,
            2 => ClientAuth::Required,
            _ => return Err(reader.malformed()),
        };
        let identities = reader.list(|reader| {
            Ok(IdentityRecord {
                name: reader.text()?,
                dns_names: reader.list(Reader::text)?,
                chain: reader.list(Reader::blob)?,
                key: reader.blob()?,
            })
        })?;
        let trusted = reader.list(Reader::blob)?;
        if reader.at < bytes.len() {
            return Err(reader.malformed());
        }
        Ok(Self { client_auth, identities, trusted })
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    const fn malformed(&self) -> MalformedRecord {
        MalformedRecord { at: self.at }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], MalformedRecord> {
        let end = self.at.checked_add(count).ok_or(self.malformed())?;
        let taken = self.bytes.get(self.at..end).ok_or(self.malformed())?;
        self.at = end;
        Ok(taken)
    }

    /// A big-endian number of `count` bytes.
    fn number(&mut self, count: usize) -> Result<usize, MalformedRecord> {
        Ok(self.take(count)?.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }

    fn text(&mut self) -> Result<String, MalformedRecord> {
        let length = self.number(2)?;
        let bytes = self.take(length)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| self.malformed())
    }

    fn blob(&mut self) -> Result<Vec<u8>, MalformedRecord> {
        let length = self.number(4)?;
        Ok(self.take(length)?.to_vec())
    }

    fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, MalformedRecord>,
    ) -> Result<Vec<T>, MalformedRecord> {
        (0..self.number(2)?).map(|_| item(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &[u8] = b"\x02\0\x01\0\x04file\0\x02\0\x01a\0\x03*.b\0\x01\0\0\0\x02CC\0\0\0\x03KEY\0\x01\0\0\0\x01T";

    fn expected() -> TlsRecord {
        let identity = IdentityRecord {
            name: "file".into(),
            dns_names: vec!["a".into(), "*.b".into()],
            chain: vec![b"CC".to_vec()],
            key: b"KEY".to_vec(),
        };
        TlsRecord { client_auth: ClientAuth::Required, identities: vec![identity], trusted: vec![b"T".to_vec()] }
    }

    #[test]
    fn a_record_is_read_as_the_picture_says() {
        assert_eq!(TlsRecord::parse(RECORD), Ok(expected()));
    }

    #[test]
    fn a_record_that_is_cut_off_anywhere_is_malformed() {
        for end in 0..RECORD.len() {
            assert!(TlsRecord::parse(&RECORD[..end]).is_err(), "{end} bytes");
        }
    }

    #[test]
    fn what_a_record_must_not_have_is_malformed() {
        assert_eq!(TlsRecord::parse(&[RECORD, b"+"].concat()), Err(MalformedRecord { at: RECORD.len() }));
        assert_eq!(TlsRecord::parse(b"\x03\0\0\0\0"), Err(MalformedRecord { at: 1 }));
        assert!(TlsRecord::parse(b"\0\0\x01\0\x01\xff\0\0\0\0\0\0\0\0\0\0").is_err(), "a name that is no UTF-8");
        assert!(TlsRecord::parse(b"\0\0\0\xff\xff\xff\xff\xff\xff").is_err(), "lengths beyond the end");
    }

    #[test]
    fn a_key_is_not_shown() {
        assert!(!format!("{:?}", expected()).contains("75, 69, 89"), "the bytes of KEY");
    }
}
