//! See `hawser_fuzz::deflate_round_trip`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hawser_fuzz::deflate_round_trip::check(data));
