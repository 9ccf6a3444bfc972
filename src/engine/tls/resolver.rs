//! Which certificate a client gets to see. Knows nothing of handshakes but the name that the client asks for.

use std::collections::HashMap;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::fault::TlsError;
use super::identity::certified_key;
use crate::bridge::IdentityRecord;

/// Chooses by the name of RFC 6066 section 3 (SNI): a certificate for just this name, else one for `*.` in place of the
/// first label (RFC 6125 section 6.4.3), else the default. Of several for one name the first counts.
#[derive(Debug)]
pub struct Resolver {
    by_name: HashMap<String, Arc<CertifiedKey>>,
    default: Arc<CertifiedKey>,
}

impl Resolver {
    /// # Errors
    /// [`TlsError`] for the first identity that cannot be used.
    pub fn new(identities: &[IdentityRecord], provider: &CryptoProvider) -> Result<Self, TlsError> {
        let mut default = None;
        let mut by_name = HashMap::new();
        for identity in identities {
            let key = Arc::new(certified_key(identity, provider)?);
            for name in &identity.dns_names {
                by_name.entry(normal(name)).or_insert_with(|| Arc::clone(&key));
            }
            default.get_or_insert(key);
        }
        Ok(Self { by_name, default: default.ok_or(TlsError::NoIdentity)? })
    }

    fn choose(&self, name: &str) -> &Arc<CertifiedKey> {
        let name = normal(name);
        let found = self.by_name.get(&name).or_else(|| {
            let (_, parent) = name.split_once('.')?;
            self.by_name.get(&format!("*.{parent}"))
        });
        found.unwrap_or(&self.default)
    }
}

impl ResolvesServerCert for Resolver {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(hello.server_name().map_or(&self.default, |name| self.choose(name))))
    }
}

fn normal(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}
