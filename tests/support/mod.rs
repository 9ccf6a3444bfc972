//! What the integration tests share: an engine with its carriers, an echo handler, clients. Knows no behaviour under
//! test; each test file uses a part of it.

#![allow(dead_code, unused_imports)] // Each test file is a crate of its own and uses a part.

mod client;
pub mod deflate;
mod engine;
mod event;
pub mod frames;
mod handler;
pub mod memory;
mod recorder;
pub mod slow;
pub mod tls;
mod upstream;
mod wait;

pub use client::{Client, Frame, Response};
pub use engine::{Counter, TestEngine, UPGRADE};
pub use event::{Kind, Request, TestEvent};
pub use handler::{accept, default_accept, echo, publish, publish_text, respond, send, send_text};
pub use recorder::Recorder;
pub use upstream::{Upstream, UpstreamConnection, header};
pub use wait::{DEADLINE, until};
