//! Tests of the protocol layer, one file per subject. "Lines" are those of the list in docs/hostile-input.md.

mod client_opening;
mod close_frames;
mod fragments;
mod frame_headers;
mod masking;
mod opening_handshake;
mod partial_delivery;
mod properties;
mod reference;
mod refusals;
mod support;
mod utf8_text;
