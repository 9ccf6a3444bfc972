//! A request as it goes up to Java. Knows nothing of HTTP.
//!
//! ```text
//! | u8 n | n bytes remote IP | u16 port | u8 n | n bytes local IP | u16 port | u32 head length | head | body ... |
//! ```
//! Big endian, `n` is 4 or 16.

use std::net::{IpAddr, SocketAddr};

/// Writes a request with the addresses of its connection.
pub fn encode_request(remote: SocketAddr, local: SocketAddr, head: &[u8], body: &[u8]) -> Vec<u8> {
    let mut record = Vec::with_capacity(2 * 19 + 4 + head.len() + body.len());
    for address in [remote, local] {
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
        let remote = "[::ffff:1.2.3.4]:258".parse().expect("address");
        let local = "[::1]:80".parse().expect("address");
        let record = encode_request(remote, local, b"HEAD", b"body");
        assert_eq!(record[..7], [4, 1, 2, 3, 4, 1, 2], "a mapped address is shown as the IPv4 address it is");
        assert_eq!((record[7], record[23], &record[24..26]), (16, 1, &[0, 80][..]));
        assert_eq!(&record[26..], b"\0\0\0\x04HEADbody");
    }
}
