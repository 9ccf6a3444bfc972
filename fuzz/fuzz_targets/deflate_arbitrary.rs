//! See `hawser_fuzz::deflate_arbitrary`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hawser_fuzz::deflate_arbitrary::check(data));
