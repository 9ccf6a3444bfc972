//! The Close frame on the wire (RFC 6455 section 5.5.1). Knows nothing of who closes, or of when.

use super::close::{CloseCode, CloseReason};
use super::frame::{MAX_CONTROL_PAYLOAD_BYTES, Opcode, encode_frame};
use super::violation::ProtocolViolation;

/// The largest reason in a Close frame: a control payload less the two bytes of the code.
pub const MAX_REASON_BYTES: usize = MAX_CONTROL_PAYLOAD_BYTES - 2;

/// Reads the unmasked payload of a Close frame; `None` if it is empty (code 1005).
///
/// # Errors
/// Half a code, a code that may not be received, or a reason that is not UTF-8.
pub fn decode_close(payload: &[u8]) -> Result<Option<CloseReason>, ProtocolViolation> {
    let Some((code, reason)) = payload.split_first_chunk::<2>() else {
        // Section 5.5.1: if there is a body, its first two bytes are the code.
        return if payload.is_empty() { Ok(None) } else { Err(ProtocolViolation::TruncatedCloseCode) };
    };
    let code = CloseCode(u16::from_be_bytes(*code));
    // Section 7.4.2: below 1000 unused, 1000 to 2999 defined codes only, from 5000 on not allowed.
    if !code.may_be_received() {
        return Err(ProtocolViolation::InvalidCloseCode { code: code.0 });
    }
    // Section 8.1 holds for the reason as well.
    let reason = std::str::from_utf8(reason).map_err(|_| ProtocolViolation::InvalidCloseReason)?;
    Ok(Some(CloseReason::new(code, reason)))
}

/// Appends a Close frame. `None`, or a code that may not be sent (such as 1005), gives an empty one; a reason longer
/// than [`MAX_REASON_BYTES`] is cut by [`truncate_reason`].
pub fn encode_close(out: &mut Vec<u8>, reason: Option<&CloseReason>, mask: Option<[u8; 4]>) {
    let mut payload = [0; MAX_CONTROL_PAYLOAD_BYTES];
    let payload_bytes = match reason {
        Some(CloseReason { code, reason }) if code.may_be_sent() => {
            let text = truncate_reason(reason).as_bytes();
            payload[..2].copy_from_slice(&code.0.to_be_bytes());
            payload[2..2 + text.len()].copy_from_slice(text);
            2 + text.len()
        }
        _ => 0,
    };
    encode_frame(out, true, Opcode::Close, &payload[..payload_bytes], mask);
}

/// The longest beginning of `reason` that fits a Close frame and does not split a code point.
#[must_use]
pub fn truncate_reason(reason: &str) -> &str {
    if reason.len() <= MAX_REASON_BYTES {
        return reason;
    }
    let mut end = MAX_REASON_BYTES;
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    &reason[..end]
}
