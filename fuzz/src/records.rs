//! Records between Java and Rust: one of TLS settings, written as the picture says, is read as it was meant, and any other
//! is refused; a request's, read by a reader of our own, holds what was put in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hawser::bridge::Endpoints;
use hawser::bridge::encode_request;
use hawser::bridge::{ClientAuth, IdentityRecord, TlsRecord};

use super::input::Input;

/// See the file.
///
/// # Panics
/// If something is lost, added, or read from where it is not.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    match input.byte() % 3 {
        0 => check_any_record(input.rest()),
        1 => check_written_record(&mut input),
        _ => check_request(&mut input),
    }
}

/// What is read is all that was there.
fn check_any_record(bytes: &[u8]) {
    match TlsRecord::parse(bytes) {
        Ok(record) => assert_eq!(written(&record), bytes, "{record:?}"),
        Err(malformed) => assert!(malformed.at <= bytes.len()),
    }
}

fn check_written_record(input: &mut Input<'_>) {
    let record = TlsRecord {
        client_auth: input.pick(&[ClientAuth::None, ClientAuth::Optional, ClientAuth::Required]),
        identities: list(input, |input| IdentityRecord {
            name: text(input),
            dns_names: list(input, text),
            chain: list(input, blob),
            key: blob(input),
        }),
        trusted: list(input, blob),
    };
    let mut bytes = written(&record);
    assert_eq!(TlsRecord::parse(&bytes), Ok(record));
    for end in 0..bytes.len() {
        assert!(TlsRecord::parse(&bytes[..end]).is_err(), "cut at {end}");
    }
    bytes.push(input.byte());
    assert!(TlsRecord::parse(&bytes).is_err(), "a byte too much");
}

fn list<T>(input: &mut Input<'_>, item: impl Fn(&mut Input<'_>) -> T) -> Vec<T> {
    let count = input.byte() % 4;
    (0..count).map(|_| item(input)).collect()
}

fn text(input: &mut Input<'_>) -> String {
    String::from_utf8_lossy(&blob(input)).into_owned()
}

fn blob(input: &mut Input<'_>) -> Vec<u8> {
    let count = usize::from(input.byte() % 32);
    input.take(count).to_vec()
}

/// The record as its picture says.
fn written(record: &TlsRecord) -> Vec<u8> {
    let mut out = vec![match record.client_auth {
        ClientAuth::None => 0,
        ClientAuth::Optional => 1,
        ClientAuth::Required => 2,
    }];
    put_list(&mut out, &record.identities, |out, identity| {
        put_text(out, &identity.name);
        put_list(out, &identity.dns_names, |out, name| put_text(out, name));
        put_list(out, &identity.chain, |out, certificate| put_blob(out, certificate));
        put_blob(out, &identity.key);
    });
    put_list(&mut out, &record.trusted, |out, certificate| put_blob(out, certificate));
    out
}

fn put_list<T>(out: &mut Vec<u8>, items: &[T], put: impl Fn(&mut Vec<u8>, &T)) {
    out.extend_from_slice(&(items.len() as u16).to_be_bytes());
    items.iter().for_each(|item| put(out, item));
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&(text.len() as u16).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

fn put_blob(out: &mut Vec<u8>, blob: &[u8]) {
    out.extend_from_slice(&(blob.len() as u32).to_be_bytes());
    out.extend_from_slice(blob);
}

fn check_request(input: &mut Input<'_>) {
    let endpoints = Endpoints {
        remote: address(input),
        local: address(input),
        secure: input.flag(),
        client_certificate: blob(input),
    };
    let (head, body) = (blob(input), blob(input));
    let record = encode_request(&endpoints, &head, &body);
    let mut reader = Input::new(&record);
    for address in [endpoints.remote, endpoints.local] {
        let size = usize::from(reader.byte());
        let ip: IpAddr = match <[u8; 4]>::try_from(reader.clone().take(size)) {
            Ok(ip) => Ipv4Addr::from(ip).into(),
            Err(_) => Ipv6Addr::from(<[u8; 16]>::try_from(reader.clone().take(size)).expect("4 or 16 bytes")).into(),
        };
        reader.take(size);
        assert_eq!(ip, address.ip().to_canonical());
        assert_eq!(number(&mut reader, 2), u32::from(address.port()));
    }
    assert_eq!(reader.byte(), u8::from(endpoints.secure));
    for part in [&endpoints.client_certificate, &head] {
        let size = number(&mut reader, 4) as usize;
        assert_eq!(reader.take(size), part);
    }
    assert_eq!(reader.rest(), body);
}

fn number(reader: &mut Input<'_>, bytes: usize) -> u32 {
    reader.take(bytes).iter().fold(0, |number, &byte| number << 8 | u32::from(byte))
}

fn address(input: &mut Input<'_>) -> SocketAddr {
    let shape = input.byte();
    let v4 = Ipv4Addr::from(std::array::from_fn(|_| input.byte()));
    let ip: IpAddr = match shape % 3 {
        0 => v4.into(),
        1 => v4.to_ipv6_mapped().into(),
        _ => Ipv6Addr::from([v4.octets(); 4].as_flattened().try_into().unwrap_or([0; 16])).into(),
    };
    SocketAddr::new(ip, input.number() as u16)
}
