//! From the bytes of a certificate and its key to something that can sign. Knows nothing of names.

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};

use super::fault::TlsError;
use crate::bridge::IdentityRecord;

/// A certificate whose key is its own.
pub fn certified_key(record: &IdentityRecord, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
    let identity = || record.name.clone();
    if record.chain.is_empty() {
        return Err(TlsError::NoCertificate { identity: identity() });
    }
    let key = private_key(record)?;
    let key = provider.key_provider.load_private_key(key);
    let key = key.map_err(|cause| TlsError::UnusableKey { identity: identity(), cause })?;
    let chain = record.chain.iter().map(|certificate| CertificateDer::from(certificate.clone())).collect();
    let certified = CertifiedKey::new(chain, key);
    match certified.keys_match() {
        // Of a key whose public half is not known nothing can be said before it signs.
        Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(certified),
        Err(Error::InconsistentKeys(_)) => Err(TlsError::KeyMismatch { identity: identity() }),
        Err(cause) => Err(TlsError::BadCertificate { identity: identity(), cause }),
    }
}

fn private_key(record: &IdentityRecord) -> Result<PrivateKeyDer<'static>, TlsError> {
    let identity = record.name.clone();
    let key = record.key.as_slice();
    if key.trim_ascii().is_empty() {
        return Err(TlsError::NoKey { identity });
    }
    let is_pem = contains(key, b"-----BEGIN ");
    // DER begins with a SEQUENCE.
    if key[0] == 0x30 && !is_pem {
        return PrivateKeyDer::try_from(key.to_vec()).map_err(|_| match is_encrypted_der(key) {
            true => TlsError::EncryptedKey { identity },
            false => TlsError::MalformedKey { identity, cause: "no private key in DER" },
        });
    }
    if is_encrypted_pem(key) {
        return Err(TlsError::EncryptedKey { identity });
    }
    PrivateKeyDer::from_pem_slice(key).map_err(|error| match error {
        PemError::NoItemsFound if !is_pem => TlsError::MalformedKey { identity, cause: "neither PEM nor DER" },
        PemError::NoItemsFound => TlsError::NoKey { identity },
        error => TlsError::MalformedKey { identity, cause: pem_fault(&error) },
    })
}

/// What is wrong, in our own words: the error's have the lines in them, and a key without its line breaks is one of them.
fn pem_fault(error: &PemError) -> &'static str {
    match error {
        PemError::MissingSectionEnd { .. } => "a BEGIN line without its END line; were line breaks lost?",
        PemError::IllegalSectionStart { .. } => "a BEGIN line with more on it than its label; were line breaks lost?",
        PemError::Base64Decode(_) => "no base64 between the BEGIN and the END line",
        _ => "no PEM that can be read",
    }
}

/// RFC 5958 section 3, and the older header of OpenSSL.
fn is_encrypted_pem(key: &[u8]) -> bool {
    contains(key, b"-----BEGIN ENCRYPTED PRIVATE KEY-----") || contains(key, b"Proc-Type: 4,ENCRYPTED")
}

/// RFC 5958 section 3: a SEQUENCE that begins with a SEQUENCE, the algorithm, which begins with an OBJECT IDENTIFIER.
fn is_encrypted_der(key: &[u8]) -> bool {
    inside_sequence(key).and_then(inside_sequence).is_some_and(|inner| inner.first() == Some(&0x06))
}

/// What stands in a SEQUENCE, behind its length.
fn inside_sequence(der: &[u8]) -> Option<&[u8]> {
    let [0x30, length, rest @ ..] = der else { return None };
    let length_bytes = if *length < 0x80 { 0 } else { usize::from(*length & 0x7f) };
    rest.get(length_bytes..)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
