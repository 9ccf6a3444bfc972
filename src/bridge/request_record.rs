//! A request as it goes up to Java. Knows nothing of HTTP.
//!
//! ```text
//! | u8 n | n bytes remote IP | u16 port | u8 n | n bytes local IP | u16 port
//! | u8 secure | u32 certificate length | client certificate | u32 head length | head | body ... |
//! ```
//! Big endian, `n` is 4 or 16, `secure` is 1 over TLS. The certificate is DER, the client's own; empty: it showed none.

use std::net::{IpAddr, SocketAddr};

/// Between whom a connection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// The address of the peer.
    pub remote: SocketAddr,
    /// Our address.
    pub local: SocketAddr,
    /// TLS lies in between.
    pub secure: bool,
    /// The certificate that the peer showed and that is trusted, DER; empty for none.
    pub client_certificate: Vec<u8>,
}

/// Writes a request with the endpoints of its connection.
pub fn encode_request(endpoints: &Endpoints, head: &[u8], body: &[u8]) -> Vec<u8> {
    let certificate = &endpoints.client_certificate;
    let mut record = Vec::with_capacity(2 * 19 + 1 + 4 + certificate.len() + 4 + head.len() + body.len());
    for address in [endpoints.remote, endpoints.local] {
        match address.ip().to_canonical() {
            IpAddr::V4(ip) => {
                record.push(4);
                record.extend_from_slice(&ip.octets());
            }
            IpAddr::V6(ip) => {
                record.push(16);
                record.extend_from_slice(&ip.octets());
            }
        }
        record.extend_from_slice(&address.port().to_be_bytes());
    }
    record.push(u8::from(endpoints.secure));
    record.extend_from_slice(&(certificate.len() as u32).to_be_bytes());
    record.extend_from_slice(certificate);
    record.extend_from_slice(&(head.len() as u32).to_be_bytes());
    record.extend_from_slice(head);
    record.extend_from_slice(body);
    record
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_laid_out_as_the_picture_says() {
        let mut endpoints = Endpoints {
            remote: "[::ffff:1.2.3.4]:258".parse().expect("address"),
            local: "[::1]:80".parse().expect("address"),
            secure: false,
            client_certificate: Vec::new(),
        };
        let record = encode_request(&endpoints, b"HEAD", b"body");
        assert_eq!(record[..7], [4, 1, 2, 3, 4, 1, 2], "a mapped address is shown as the IPv4 address it is");
        assert_eq!((record[7], record[23], &record[24..26]), (16, 1, &[0, 80][..]));
        assert_eq!(&record[26..], b"\0\0\0\0\0\0\0\0\x04HEADbody");
        endpoints.secure = true;
        endpoints.client_certificate = b"DER".to_vec();
        assert_eq!(&encode_request(&endpoints, b"HEAD", b"")[26..], b"\x01\0\0\0\x03DER\0\0\0\x04HEAD");
    }
}
