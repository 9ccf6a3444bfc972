//! A buffer of the current thread into which Java encodes a text that it sends, in place of an array for each. Knows nothing
//! of sessions.

use std::cell::RefCell;

/// UTF-16 units of a text that fits.
pub const MAX_TEXT_UNITS: usize = (64 << 10) - 1;
/// Each unit is at most three bytes of UTF-8, and Java writes a zero behind the last.
const BUFFER_BYTES: usize = MAX_TEXT_UNITS * 3 + 1;
/// Bytes that are looked at together.
const BLOCK: usize = 64;

thread_local! {
    static TEXT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The buffer of the current thread; it stays where it is until the thread ends. Pages that nobody writes to cost nothing.
pub fn of_this_thread() -> (*mut u8, usize) {
    TEXT.with_borrow_mut(|bytes| {
        if bytes.is_empty() {
            *bytes = vec![0; BUFFER_BYTES];
        }
        (bytes.as_mut_ptr(), bytes.len())
    })
}

/// Uses the text of so many UTF-16 units that lies in the buffer of the current thread; less, if the buffer has less.
#[inline]
pub fn with_text<R>(units: usize, use_it: impl FnOnce(&[u8]) -> R) -> R {
    TEXT.with_borrow(|bytes| use_it(&bytes[..utf8_bytes(bytes, units)]))
}

/// How long a text is in UTF-8, if it begins here and has so many UTF-16 units.
#[inline]
fn utf8_bytes(bytes: &[u8], units: usize) -> usize {
    match bytes.get(..units) {
        Some(text) if text.is_ascii() => units,
        _ => utf8_bytes_beyond_ascii(bytes, units),
    }
}

#[inline(never)]
fn utf8_bytes_beyond_ascii(bytes: &[u8], units: usize) -> usize {
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let (mut at, mut left) = (0, units);
    for block in blocks {
        let units = usize::from(block.iter().map(|&byte| units_begun_by(byte)).sum::<u8>());
        // What is begun in this block may end in the next: only a block that leaves some cannot be the last.
        if units >= left {
            break;
        }
        left -= units;
        at += BLOCK;
    }
    while left > 0 && at < bytes.len() {
        left = left.saturating_sub(units_begun_by(bytes[at]).into());
        at += 1;
    }
    let continued = bytes[at..].iter().take_while(|&&byte| units_begun_by(byte) == 0).count();
    at + continued
}

/// A lead byte begins one UTF-16 unit, of four bytes two, a continuation byte none.
#[inline]
const fn units_begun_by(byte: u8) -> u8 {
    (byte & 0xC0 != 0x80) as u8 + (byte >= 0xF0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_again_by_its_number_of_utf16_units() {
        let texts =
            ["", "a", "grün", "日本語", "a🚢b", "🚢", "\0\0", &"日🚢x".repeat(100), &"x".repeat(64), &"é".repeat(32)];
        for text in texts {
            let units = text.encode_utf16().count();
            for garbage in ["\0", "\0zz", "\0日本語 and what came before"] {
                let buffer = format!("{text}{garbage}");
                assert_eq!(utf8_bytes(buffer.as_bytes(), units), text.len(), "{text:?}");
            }
        }
    }

    #[test]
    fn a_wrong_number_finds_no_more_than_the_buffer_has() {
        assert_eq!(utf8_bytes(b"abc", 4), 3);
        assert_eq!(utf8_bytes(b"", usize::MAX), 0);
        assert_eq!(with_text(7, <[u8]>::len), 0, "a thread that has no buffer");
    }

    #[test]
    fn each_thread_has_its_own() {
        let (here, bytes) = of_this_thread();
        assert_eq!((here, bytes), of_this_thread());
        assert_eq!(bytes, BUFFER_BYTES);
        let here = here as usize;
        let there = std::thread::spawn(|| of_this_thread().0 as usize).join().expect("the thread ends");
        assert_ne!(here, there);
    }
}
