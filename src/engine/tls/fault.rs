//! What is wrong with the material an engine was given for TLS. Knows nothing of where it was read.

use rustls::server::VerifierBuilderError;

/// Material that cannot be used. The text names it and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Nothing to show.
    #[error("TLS: no certificate was given; an engine that speaks TLS needs one with its key")]
    NoIdentity,
    /// A key alone.
    #[error("{identity}: there is no certificate; give the server's certificate and behind it those of its issuers")]
    NoCertificate {
        /// Its name.
        identity: String,
    },
    /// No X.509.
    #[error(
        "{identity}: the first certificate cannot be used ({cause}); it must be an X.509 v3 certificate of a server"
    )]
    BadCertificate {
        /// Its name.
        identity: String,
        /// What is wrong with it.
        cause: rustls::Error,
    },
    /// A certificate alone.
    #[error("{identity}: there is no private key; give it as PEM or DER, as PKCS#8, PKCS#1 (RSA) or SEC1 (EC)")]
    NoKey {
        /// Its name.
        identity: String,
    },
    /// A key that needs a password.
    #[error(
        "{identity}: the private key is encrypted; decrypt it with `openssl pkey -in key.pem -out plain.pem`, or use a key store"
    )]
    EncryptedKey {
        /// Its name.
        identity: String,
    },
    /// Neither PEM nor DER.
    #[error(
        "{identity}: the private key is malformed ({cause}); it must be PEM or DER, as PKCS#8, PKCS#1 (RSA) or SEC1 (EC)"
    )]
    MalformedKey {
        /// Its name.
        identity: String,
        /// What was met; never anything of the key.
        cause: &'static str,
    },
    /// A key of an algorithm that TLS or the provider has not.
    #[error(
        "{identity}: the private key cannot be used ({cause}); take RSA of 2048 to 8192 bits, ECDSA P-256 or P-384, or Ed25519"
    )]
    UnusableKey {
        /// Its name.
        identity: String,
        /// What the cryptography said.
        cause: rustls::Error,
    },
    /// Two halves of different wholes.
    #[error(
        "{identity}: the private key does not belong to the certificate; give the key the certificate was issued for, with the server's certificate as the first of its chain"
    )]
    KeyMismatch {
        /// Its name.
        identity: String,
    },
    /// Client certificates are asked for and none can be accepted.
    #[error("client certificates: no certificate of an issuer to trust was given; give those whose clients are let in")]
    NobodyTrusted,
    /// An issuer that is no X.509.
    #[error(
        "client certificates: trusted certificate {number} cannot be used ({cause}); it must be the X.509 certificate of an issuer"
    )]
    BadTrusted {
        /// Its place, from 1.
        number: usize,
        /// What is wrong with it.
        cause: rustls::Error,
    },
    /// The issuers cannot be used together.
    #[error("client certificates: {0}")]
    Verifier(VerifierBuilderError),
    /// The cryptography itself.
    #[error("TLS: {0}")]
    Setup(rustls::Error),
}
