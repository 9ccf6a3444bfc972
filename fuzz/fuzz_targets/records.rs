//! See `hawser_fuzz::records`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hawser_fuzz::records::check(data));
