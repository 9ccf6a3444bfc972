//! See `hawser_fuzz::reader_differential`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hawser_fuzz::reader_differential::check(data));
