//! Certificates and TLS clients for tests. Knows nothing of the engine but the record it is given.

use std::sync::Arc;

use hawser::bridge::{ClientAuth, IdentityRecord, TlsRecord};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
#[cfg(not(feature = "ring"))]
use rustls::crypto::aws_lc_rs as cryptography;
#[cfg(feature = "ring")]
use rustls::crypto::ring as cryptography;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};

/// What a client may show.
pub type ClientIdentity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// Somebody who issues certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    pub fn der(&self) -> Vec<u8> {
        self.0.der().to_vec()
    }

    /// A certificate for a server of these names, with a key of its own.
    pub fn server(&self, names: &[&str]) -> IdentityRecord {
        self.server_with(names, &KeyPair::generate().expect("a key"))
    }

    /// A certificate for a server of these names and this key.
    pub fn server_with(&self, names: &[&str], key: &KeyPair) -> IdentityRecord {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let mut params = CertificateParams::new(names.clone()).expect("DNS names");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(key, &self.0).expect("a certificate");
        IdentityRecord {
            name: format!("{}.pem", names[0]),
            dns_names: names,
            chain: vec![certificate.der().to_vec()],
            key: key.serialize_pem().into_bytes(),
        }
    }

    /// A certificate for a client of this name.
    pub fn client(&self, name: &str) -> ClientIdentity {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        (vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).expect("PKCS#8"))
    }

    /// A client that trusts this authority and shows nothing.
    pub fn trusting(&self) -> ClientConfig {
        self.trusting_with(rustls::ALL_VERSIONS, None)
    }

    /// A client that trusts this authority.
    pub fn trusting_with(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        identity: Option<ClientIdentity>,
    ) -> ClientConfig {
        trusting_der(&self.der(), versions, identity)
    }
}

/// A client that trusts the authority with this certificate.
pub fn trusting_der(
    authority: &[u8],
    versions: &[&'static SupportedProtocolVersion],
    identity: Option<ClientIdentity>,
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(authority)).expect("a certificate of an authority");
    let provider = Arc::new(cryptography::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(versions).expect("versions");
    let builder = builder.with_root_certificates(roots);
    match identity {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key).expect("a key that belongs to it"),
        None => builder.with_no_client_auth(),
    }
}

/// A server that asks no client for a certificate.
pub fn server(identities: &[IdentityRecord]) -> TlsRecord {
    TlsRecord { client_auth: ClientAuth::None, identities: identities.to_vec(), trusted: Vec::new() }
}

/// A server that asks for certificates of this authority.
pub fn asking_server(identity: IdentityRecord, client_auth: ClientAuth, trusted: &Authority) -> TlsRecord {
    TlsRecord { client_auth, identities: vec![identity], trusted: vec![trusted.der()] }
}
