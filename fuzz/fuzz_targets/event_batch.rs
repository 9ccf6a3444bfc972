//! See `hawser_fuzz::event_batch`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hawser_fuzz::event_batch::check(data));
