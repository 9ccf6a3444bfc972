//! See `hawser_fuzz::reader_pieces`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hawser_fuzz::reader_pieces::check(data));
