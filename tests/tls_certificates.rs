//! Which certificate a client sees, which one it has to show, and which material is not taken.

#![cfg(feature = "engine")]

mod support;

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use hawser::bridge::{ClientAuth, IdentityRecord, TlsRecord};
use hawser::engine::{ApiMisuse, TlsServer};
use rcgen::KeyPair;
use rustls::version;
use support::tls::{Authority, asking_server, server, trusting_der};
use support::{Client, Counter, Kind, TestEngine, frames, until};

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
const RSA: &str = include_str!("keys/rsa.pem");

#[test]
fn the_certificate_is_chosen_by_the_name_the_client_asks_for() {
    let authority = Authority::new("issuer");
    let identities =
        [&["first.test"][..], &["*.wild.test", "Exact.Test"], &["a.wild.test"]].map(|names| authority.server(names));
    let engine = TestEngine::echo_tls("", &server(&identities));
    let shown = |name: &str| {
        let mut config = authority.trusting();
        // The default certificate is not for the name that is asked for; who asks decides what to make of it.
        config.dangerous().set_certificate_verifier(Arc::new(Anyone));
        let client = engine.connect().secure(config, name).expect("a handshake");
        let shown = client.tls().peer_certificates().expect("a certificate")[0].to_vec();
        identities.iter().position(|identity| identity.chain[0] == shown).expect("one of ours")
    };
    let expected = [
        ("first.test", 0),
        ("exact.test", 1),
        ("b.wild.test", 1),
        ("a.wild.test", 2),
        ("A.Wild.Test", 2),
        ("two.labels.wild.test", 0),
        ("wild.test", 0),
        ("unknown.test", 0),
    ];
    for (name, identity) in expected {
        assert_eq!(shown(name), identity, "{name}");
    }
}

#[test]
fn the_default_certificate_is_for_clients_that_name_nobody() {
    let authority = Authority::new("issuer");
    let identities = [authority.server(&["127.0.0.1"]), authority.server(&["localhost"])];
    let engine = TestEngine::echo_tls("", &server(&identities));
    // An address is no name, so none is sent.
    let client = engine.connect().secure(authority.trusting(), "127.0.0.1").expect("a handshake");
    assert_eq!(client.tls().peer_certificates().expect("a certificate")[0].to_vec(), identities[0].chain[0]);
}

/// Trusts everybody.
#[derive(Debug)]
struct Anyone;

impl rustls::client::danger::ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &rustls::pki_types::CertificateDer<'_>,
        _: &[rustls::pki_types::CertificateDer<'_>],
        _: &rustls::pki_types::ServerName<'_>,
        _: &[u8],
        _: rustls::pki_types::UnixTime,
    ) -> Result<rustls::client::danger::ServerCertVerified, rustls::Error> {
        Ok(rustls::client::danger::ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &rustls::pki_types::CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &rustls::pki_types::CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        vec![rustls::SignatureScheme::ECDSA_NISTP256_SHA256]
    }
}

/// An engine that asks for certificates of the second authority, and the first, which issued its own.
fn asking(client_auth: ClientAuth) -> (TestEngine, Authority, Authority) {
    let (authority, clients) = (Authority::new("issuer"), Authority::new("issuer of clients"));
    let tls = asking_server(authority.server(&["localhost"]), client_auth, &clients);
    (TestEngine::echo_tls("", &tls), authority, clients)
}

#[test]
fn a_client_certificate_is_shown_to_the_handler() {
    for client_auth in [ClientAuth::Optional, ClientAuth::Required] {
        for version in [&version::TLS12, &version::TLS13] {
            let (engine, authority, clients) = asking(client_auth);
            let identity = clients.client("somebody");
            let leaf = identity.0[0].to_vec();
            let config = authority.trusting_with(&[version], Some(identity));
            let mut client = engine.connect().secure(config, "localhost").expect("a handshake");
            let session = engine.request_session(&mut client);
            client.read_101();
            assert_eq!(engine.events.first(session, Kind::Request).request().client_certificate, leaf);

            let mut client = engine
                .connect()
                .secure(authority.trusting_with(&[version], Some(clients.client("another"))), "localhost")
                .expect("a handshake");
            client.write(GET);
            client.read_response();
            let last = engine.events.all().pop().expect("an event").request();
            assert!(last.secure && !last.client_certificate.is_empty(), "plain HTTP has it too");
        }
    }
}

#[test]
fn a_client_without_a_certificate_is_let_in_where_it_is_optional() {
    let (engine, authority, _) = asking(ClientAuth::Optional);
    let mut client = engine.connect().secure(authority.trusting(), "localhost").expect("a handshake");
    let session = engine.request_session(&mut client);
    client.read_101();
    assert!(engine.events.first(session, Kind::Request).request().client_certificate.is_empty());
}

#[test]
fn a_client_without_the_certificate_that_is_asked_for_gets_an_alert() {
    let (engine, authority, _) = asking(ClientAuth::Required);
    // TLS 1.3: the client's handshake is over before the server has seen its certificate.
    let mut client = engine.connect().secure(authority.trusting(), "localhost").expect("its half of a handshake");
    let error = client.read_error();
    assert!(error.to_string().contains("CertificateRequired"), "{error}");
    drop(client);
    engine.await_counter(Counter::TlsHandshakesFailed, 1);
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.events.count(Kind::Request), 0);
}

#[test]
fn a_client_certificate_of_somebody_else_gets_an_alert_also_where_it_is_optional() {
    for client_auth in [ClientAuth::Optional, ClientAuth::Required] {
        let (engine, authority, _) = asking(client_auth);
        let stranger = Authority::new("stranger").client("somebody");
        let config = authority.trusting_with(&[&version::TLS12], Some(stranger.clone_it()));
        let error = engine.connect().secure(config, "localhost").err().expect("no trust");
        assert_eq!(error.kind(), ErrorKind::InvalidData, "{error}");
        engine.await_counter(Counter::TlsHandshakesFailed, 1);
        let mut client = engine
            .connect()
            .secure(authority.trusting_with(&[&version::TLS13], Some(stranger)), "localhost")
            .expect("its half of a handshake");
        assert!(client.read_error().to_string().contains("fatal alert"));
        engine.await_counter(Counter::TlsHandshakesFailed, 2);
    }
}

/// A copy of a key, which rustls wants to be asked for by name.
trait CloneIt {
    fn clone_it(&self) -> Self;
}

impl CloneIt for support::tls::ClientIdentity {
    fn clone_it(&self) -> Self {
        (self.0.clone(), self.1.clone_key())
    }
}

#[test]
fn keys_are_taken_as_pem_and_der_in_all_their_forms() {
    let authority = Authority::new("issuer");
    let ec = KeyPair::generate().expect("a key");
    let rsa = KeyPair::from_pem(RSA).expect("a key");
    let (ec_der, rsa_der) = (ec.serialize_der(), rsa.serialize_der());
    // PKCS#8 has the older form as its last part: of a P-256 key behind 29 bytes, of an RSA key behind 26.
    let (sec1, pkcs1) = (ec_der[29..].to_vec(), rsa_der[26..].to_vec());
    let forms = [
        (&ec, ec.serialize_pem().into_bytes()),
        (&ec, ec_der),
        (&ec, pem("EC PRIVATE KEY", &sec1)),
        (&ec, sec1),
        (&rsa, RSA.as_bytes().to_vec()),
        (&rsa, rsa_der),
        (&rsa, pem("RSA PRIVATE KEY", &pkcs1)),
        (&rsa, pkcs1),
        (
            &ec,
            [b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", ec.serialize_pem().as_bytes()].concat(),
        ),
    ];
    for (at, (key, form)) in forms.into_iter().enumerate() {
        let identity = IdentityRecord { key: form, ..authority.server_with(&["localhost"], key) };
        let engine = TestEngine::echo_tls("", &server(&[identity]));
        let shaken = engine.connect().secure(authority.trusting(), "localhost");
        assert!(shaken.is_ok(), "form {at}: {:?}", shaken.err());
    }
}

fn pem(kind: &str, der: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = format!("-----BEGIN {kind}-----\n").into_bytes();
    for line in der.chunks(48) {
        for group in line.chunks(3) {
            let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
            let digit =
                |at: usize| if at <= group.len() { ALPHABET[(bits >> (18 - 6 * at) & 63) as usize] } else { b'=' };
            text.extend((0..4).map(digit));
        }
        text.push(b'\n');
    }
    text.extend(format!("-----END {kind}-----\n").into_bytes());
    text
}

#[test]
fn material_that_cannot_be_used_is_named_with_the_reason() {
    let authority = Authority::new("issuer");
    let good = authority.server(&["localhost"]);
    let well = server(std::slice::from_ref(&good));
    let with_key = |key: &[u8]| server(&[IdentityRecord { key: key.to_vec(), ..good.clone() }]);
    let with_chain = |chain: Vec<Vec<u8>>| server(&[IdentityRecord { chain, ..good.clone() }]);
    let other_key = KeyPair::generate().expect("a key").serialize_pem();
    let certificate = pem("CERTIFICATE", &good.chain[0]);
    let named = "localhost.pem: ";
    let cases: &[(TlsRecord, &str, &str)] = &[
        (with_key(other_key.as_bytes()), named, "the private key does not belong to the certificate"),
        (with_key(RSA.as_bytes()), named, "the private key does not belong to the certificate"),
        (with_key(b""), named, "there is no private key"),
        (with_key(&certificate), named, "there is no private key"),
        (with_key(include_bytes!("keys/encrypted.pem")), named, "the private key is encrypted"),
        (with_key(include_bytes!("keys/encrypted.der")), named, "the private key is encrypted"),
        (with_key(b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"), named, "the private key is encrypted"),
        (with_key(b"hello"), named, "the private key is malformed (neither PEM nor DER)"),
        (with_key(&good.chain[0]), named, "the private key is malformed"),
        (
            with_key(b"-----BEGIN PRIVATE KEY-----\n*!*\n-----END PRIVATE KEY-----\n"),
            named,
            "the private key is malformed",
        ),
        (with_key(b"-----BEGIN PRIVATE KEY-----\nAAAA\n"), named, "the private key is malformed"),
        (with_key(&pem("PRIVATE KEY", b"\x30\x03\x02\x01\x00")), named, "the private key cannot be used"),
        (with_chain(Vec::new()), named, "there is no certificate"),
        (with_chain(vec![b"no certificate".to_vec()]), named, "the first certificate cannot be used"),
        (server(&[]), "TLS: ", "no certificate was given"),
        (
            TlsRecord { client_auth: ClientAuth::Required, ..well.clone() },
            "client certificates: ",
            "no certificate of an issuer",
        ),
        (
            TlsRecord {
                client_auth: ClientAuth::Optional,
                trusted: vec![authority.der(), b"nobody".to_vec()],
                ..well.clone()
            },
            "client certificates: ",
            "trusted certificate 2 cannot be used",
        ),
    ];
    for (record, name, reason) in cases {
        let error = TlsServer::new(record).err().expect(reason).to_string();
        assert!(error.starts_with(name) && error.contains(reason) && error.contains(';'), "{reason}: {error}");
    }
}

#[test]
fn nothing_of_a_key_that_lost_its_line_breaks_is_told() {
    let authority = Authority::new("issuer");
    let good = authority.server(&["localhost"]);
    let pem = KeyPair::generate().expect("a key").serialize_pem();
    let secret = pem.lines().nth(1).expect("a line of base64");
    for key in [pem.replace('\n', " "), pem.replace('\n', "\\n"), pem.replace('\n', ""), pem.replacen('\n', " ", 1)] {
        let key = key.trim().as_bytes().to_vec();
        let error = TlsServer::new(&server(&[IdentityRecord { key, ..good.clone() }])).err().expect("no key");
        for text in [error.to_string(), format!("{error:?}")] {
            // The library prints bytes as a list of numbers.
            assert!(!text.contains(&secret[..8]) && !text.contains(", 45, 45"), "{text}");
        }
        assert!(error.to_string().contains("were line breaks lost?"), "{error}");
    }
}

#[test]
fn certificates_are_exchanged_while_the_engine_runs() {
    let (old, new) = (Authority::new("old"), Authority::new("new"));
    let engine = TestEngine::echo_tls("", &server(&[old.server(&["localhost"])]));
    let mut session = engine.connect().secure(old.trusting(), "localhost").expect("a handshake");
    session.write(&Client::upgrade("/"));
    session.read_101();

    let reload = |record: &TlsRecord| engine.tls().expect("an engine with TLS").reload(record);
    reload(&server(&[new.server(&["localhost"])])).expect("certificates that can be used");

    engine.connect().secure(new.trusting(), "localhost").expect("the new one");
    engine.connect().secure(old.trusting(), "localhost").err().expect("the old one is gone");
    let broken = server(&[IdentityRecord { key: b"none".to_vec(), ..old.server(&["localhost"]) }]);
    reload(&broken).expect_err("no key");
    engine.connect().secure(new.trusting(), "localhost").expect("still the new one");
    session.write(&frames::text("of before"));
    session.expect_text("of before");
}

#[test]
fn no_connection_fails_while_certificates_are_exchanged() {
    let authority = Authority::new("issuer");
    let records = [(); 2].map(|()| server(&[authority.server(&["localhost"])]));
    let engine = TestEngine::echo_tls("loops=2\nbacklog=4096", &records[0]);
    let (stop, served) = (AtomicBool::new(false), AtomicUsize::new(0));
    let der = authority.der();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                // One configuration for all, so that tickets of before come back after a reload, too.
                let config = trusting_der(&der, rustls::ALL_VERSIONS, None);
                while !stop.load(Ordering::Relaxed) {
                    let mut client = engine.connect().secure(config.clone(), "localhost").expect("a handshake");
                    client.write(&Client::upgrade("/"));
                    client.read_101();
                    client.write(&frames::text("hello"));
                    client.expect_text("hello");
                    served.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for at in 0..100 {
            engine.tls().expect("an engine with TLS").reload(&records[at % 2]).expect("good certificates");
            let before = served.load(Ordering::Relaxed);
            until("connections go on", || (served.load(Ordering::Relaxed) > before).then_some(()));
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(engine.counter(Counter::TlsHandshakesFailed), 0);
    assert!(served.into_inner() >= 100);
}

#[test]
fn an_engine_without_tls_has_no_certificates_to_exchange() {
    assert_eq!(TestEngine::echo("").tls().err(), Some(ApiMisuse::NoTls));
}
