//! See `hawser_fuzz::exchanges`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hawser_fuzz::exchanges::check(data));
