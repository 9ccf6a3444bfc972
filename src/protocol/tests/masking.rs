//! RFC 6455 section 5.3.

use crate::protocol::{apply_mask, apply_mask_and_scan_ascii};

const KEY: [u8; 4] = [0x11, 0x82, 0x44, 0xF8];

fn mask_slowly(payload: &[u8], offset: usize) -> Vec<u8> {
    payload.iter().enumerate().map(|(index, byte)| byte ^ KEY[(offset + index) % 4]).collect()
}

#[test]
fn every_length_and_offset_is_masked_as_the_rfc_says() {
    let plain: Vec<u8> = (0..100).map(|index| (index * 7) as u8).collect();
    for length in 0..plain.len() {
        for offset in 0..9 {
            let mut payload = plain[..length].to_vec();
            apply_mask(&mut payload, KEY, offset);
            assert_eq!(payload, mask_slowly(&plain[..length], offset), "{length} bytes at offset {offset}");
        }
    }
}

#[test]
fn masking_twice_gives_the_payload_back_also_in_pieces() {
    let plain: Vec<u8> = (0..=255).collect();
    let mut payload = mask_slowly(&plain, 0);
    for (index, piece) in payload.chunks_mut(13).enumerate() {
        apply_mask(piece, KEY, index * 13);
    }
    assert_eq!(payload, plain);
}

#[test]
fn one_high_byte_anywhere_is_seen_in_the_unmasked_bytes() {
    for length in 1..70 {
        let mut ascii = mask_slowly(&vec![b'a'; length], 0);
        assert!(apply_mask_and_scan_ascii(&mut ascii, KEY, 0), "{length} ASCII bytes");
        for position in 0..length {
            let mut plain = vec![b'a'; length];
            plain[position] = 0x80;
            let mut payload = mask_slowly(&plain, 0);
            assert!(!apply_mask_and_scan_ascii(&mut payload, KEY, 0), "high byte at {position} of {length}");
            assert_eq!(payload, plain);
        }
    }
}
