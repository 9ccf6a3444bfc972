//! Layer 4, the border to the JVM: native methods, memory, errors to exceptions.
//!
//! The only tree with `unsafe`. What it rests on:
//! - the JVM calls our functions with a valid environment and valid references (its specification);
//! - arena and event batch never move and live as long as their engine, and Java reads them only between two turns
//!   and lets go of them before `release` (the carriers' contract, `Carrier.java`);
//! - a thread's text buffer lives as long as the thread, and Java writes to it on that thread alone (`TextBuffer.java`);
//! - no panic and no Rust error leaves a native method except as a Java exception ([`exception`]).
//!
//! There is no upcall: nothing here calls a Java method or looks up a class but to throw.

mod calls;
mod driven;
mod exception;
mod exports;
mod memory;
mod registry;
mod text_buffer;
