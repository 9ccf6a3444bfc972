//! What a listening engine needs to speak TLS: certificates, keys, whom to trust. Knows nothing of connections.

mod fault;
mod identity;
mod metered;
mod opening;
mod resolver;

use std::sync::Arc;

use parking_lot::RwLock;
use rustls::pki_types::CertificateDer;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoClientAuth, NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

pub use self::fault::TlsError;
pub use self::metered::Metered;
pub use self::opening::TlsOpening;
use self::resolver::Resolver;
use crate::bridge::{ClientAuth, TlsRecord};

#[cfg(all(feature = "aws-lc-rs", not(feature = "ring")))]
pub use rustls::crypto::aws_lc_rs as cryptography;
#[cfg(feature = "ring")]
pub use rustls::crypto::ring as cryptography;

/// The only protocol on the port (RFC 7301 section 6).
const ALPN_HTTP_1_1: &[u8] = b"http/1.1";
/// TLS 1.3 tickets after a handshake: a WebSocket comes back as one connection, where a page opens several.
const TICKETS: usize = 1;

/// TLS as a server speaks it now; can be told to speak otherwise from the next connection on.
pub struct TlsServer {
    config: RwLock<Arc<ServerConfig>>,
}

impl TlsServer {
    /// TLS 1.2 and 1.3 with these certificates.
    ///
    /// # Errors
    /// [`TlsError`] names the certificate that cannot be used, why, and what to do.
    pub fn new(record: &TlsRecord) -> Result<Self, TlsError> {
        Ok(Self { config: RwLock::new(server_config(record)?) })
    }

    /// New certificates for new connections; those that are open, or in their handshake, keep the old ones. A session
    /// ticket of before is not taken any more, so who is no longer trusted has to show a certificate again.
    ///
    /// # Errors
    /// [`TlsError`]; then nothing has changed.
    pub fn reload(&self, record: &TlsRecord) -> Result<(), TlsError> {
        let config = server_config(record)?;
        *self.config.write() = config;
        Ok(())
    }

    fn acceptor(&self) -> TlsAcceptor {
        Arc::clone(&self.config.read()).into()
    }
}

fn server_config(record: &TlsRecord) -> Result<Arc<ServerConfig>, TlsError> {
    // Passed explicitly: another native library in this process may have installed its own as the default.
    let provider = Arc::new(cryptography::default_provider());
    let resolver = Resolver::new(&record.identities, &provider)?;
    let verifier = client_verifier(record, &provider)?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Setup)?
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(Arc::new(resolver));
    config.alpn_protocols = vec![ALPN_HTTP_1_1.to_vec()];
    // The clients keep what resuming a session needs, encrypted: nothing is held here for those that never come back.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.ticketer = cryptography::Ticketer::new().map_err(TlsError::Setup)?;
    config.send_tls13_tickets = TICKETS;
    Ok(Arc::new(config))
}

fn client_verifier(
    record: &TlsRecord,
    provider: &Arc<rustls::crypto::CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    if record.client_auth == ClientAuth::None {
        return Ok(Arc::new(NoClientAuth));
    }
    if record.trusted.is_empty() {
        return Err(TlsError::NobodyTrusted);
    }
    let mut roots = RootCertStore::empty();
    for (at, certificate) in record.trusted.iter().enumerate() {
        let added = roots.add(CertificateDer::from(certificate.as_slice()));
        added.map_err(|cause| TlsError::BadTrusted { number: at + 1, cause })?;
    }
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
    let builder = match record.client_auth {
        ClientAuth::Optional => builder.allow_unauthenticated(),
        ClientAuth::None | ClientAuth::Required => builder,
    };
    builder.build().map_err(TlsError::Verifier)
}
