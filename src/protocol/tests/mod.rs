//! Tests of the protocol layer, one file per subject. "Lines" are those of the list in docs/hostile-input.md.
//! Random input is in tests/fuzz_checks.rs.

mod client_opening;
mod close_frames;
mod compressed_messages;
mod deflate_negotiation;
mod deflate_offers;
mod deflate_round_trips;
mod exchanges;
mod fragments;
mod frame_headers;
mod inflate_bombs;
mod masking;
mod opening_handshake;
mod partial_delivery;
mod refusals;
mod support;
mod upstream_heads;
mod utf8_text;
