//! What must hold for every input, as functions over bytes that panic where it does not hold. libFuzzer calls them from
//! `fuzz_targets`, and `tests/fuzz_checks.rs` of Hawser includes this file and runs them in `cargo test`; so these
//! files name each other with `super` and use nothing that one of the two does not have.
//!
//! In every input the first bytes choose: role, limits, where the stream is cut; the rest is a stream, or a plan of one.

pub mod deflate_arbitrary;
pub mod deflate_round_trip;
pub mod event_batch;
pub mod exchanges;
pub mod fixed_blocks;
pub mod handshake;
pub mod inflate;
pub mod input;
pub mod negotiation;
pub mod reader_differential;
pub mod reader_pieces;
pub mod reading;
pub mod records;
pub mod request;
pub mod seeds;
pub mod wire;

/// One check and the inputs to begin with.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its file in `src` and in `fuzz_targets`.
    pub name: &'static str,
    /// Panics if something does not hold for the input.
    pub check: fn(&[u8]),
    /// Inputs that get far.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub const TARGETS: [Target; 9] = [
    Target { name: "reader_differential", check: reader_differential::check, seeds: seeds::reader_differential },
    Target { name: "reader_pieces", check: reader_pieces::check, seeds: seeds::reader_pieces },
    Target { name: "deflate_round_trip", check: deflate_round_trip::check, seeds: seeds::deflate_round_trip },
    Target { name: "deflate_arbitrary", check: deflate_arbitrary::check, seeds: seeds::deflate_arbitrary },
    Target { name: "negotiation", check: negotiation::check, seeds: seeds::negotiation },
    Target { name: "handshake", check: handshake::check, seeds: seeds::handshake },
    Target { name: "exchanges", check: exchanges::check, seeds: seeds::exchanges },
    Target { name: "event_batch", check: event_batch::check, seeds: seeds::event_batch },
    Target { name: "records", check: records::check, seeds: seeds::records },
];
