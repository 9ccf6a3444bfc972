//! See `hawser_fuzz::negotiation`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hawser_fuzz::negotiation::check(data));
