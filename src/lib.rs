//! Hawser: a WebSocket engine for the JVM.
//!
//! The way of one message:
//!
//! ```text
//!            Rust                                            |  Java
//! socket -> arena of the loop -> frame -> message -> event batch -> decode -> session's mailbox -> handler
//! socket <- write queue of the connection <- loop <- command queue <- native send <- session.sendMessage
//! ```
//!
//! Layers, each a module tree; an arrow means "may know":
//! `ffi -> engine -> bridge -> protocol`, and all may know [`config`].
//! [`protocol`] and [`bridge`] compile without tokio and JNI (`cargo check --no-default-features`),
//! only `ffi` contains `unsafe`. The rule is checked by `tests/layering.rs`.

pub mod bridge;
pub mod config;
#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "jni")]
mod ffi;
pub mod protocol;

/// The version of this crate and of the jar that carries it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
