//! Masking of payloads (RFC 6455 section 5.3). Knows nothing of frames; where keys come from is the caller's business.

/// XORs `payload` with `key`. Masking and unmasking are the same operation.
///
/// `offset_in_payload` is the position of `payload[0]` inside the frame's payload, so that a payload may be handled
/// in pieces of any size.
pub fn apply_mask(payload: &mut [u8], key: [u8; 4], offset_in_payload: usize) {
    xor(payload, rotate(key, offset_in_payload));
}

/// As [`apply_mask`], and says whether the result is ASCII only: one pass over the bytes instead of two.
pub fn apply_mask_and_scan_ascii(payload: &mut [u8], key: [u8; 4], offset_in_payload: usize) -> bool {
    const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
    xor(payload, rotate(key, offset_in_payload)) & HIGH_BITS == 0
}

/// The key as it applies from `offset_in_payload` on.
#[inline]
pub(super) const fn rotate(key: [u8; 4], offset_in_payload: usize) -> [u8; 4] {
    u32::from_be_bytes(key).rotate_left(8 * (offset_in_payload % 4) as u32).to_be_bytes()
}

/// Returns the OR of all resulting words; the optimiser drops it where it is not used.
#[inline]
fn xor(payload: &mut [u8], key: [u8; 4]) -> u64 {
    let [a, b, c, d] = key;
    let wide_key = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let mut seen = 0;
    let (words, tail) = payload.as_chunks_mut::<8>();
    for word in words {
        let plain = u64::from_ne_bytes(*word) ^ wide_key;
        *word = plain.to_ne_bytes();
        seen |= plain;
    }
    for (byte, key_byte) in tail.iter_mut().zip([a, b, c, d, a, b, c]) {
        *byte ^= key_byte;
        seen |= u64::from(*byte);
    }
    seen
}
