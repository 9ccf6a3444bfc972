//! Layer 3, the engine: loops, listener, connections, timers, write queues, on tokio.
//!
//! Knows bridge and protocol. Must not know JNI or Java: a loop is driven by whoever calls [`Engine::turn`].

#![forbid(unsafe_code)]

#[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
compile_error!("the engine needs the cryptography of TLS: switch on the feature `ring` (the default) or `aws-lc-rs`");

mod acceptor;
mod arena;
mod buffer_pool;
mod closing;
mod connection;
mod context_watch;
mod control_rate;
mod counters;
mod deadlines;
mod deflater_pool;
#[allow(clippy::module_inception)] // The noun of this layer.
mod engine;
mod event_loop;
mod held_bytes;
mod http;
mod log;
mod loop_context;
mod messages;
mod opening;
mod outbox;
mod outgoing;
mod overflow;
mod parcels;
mod proxy;
mod publications;
mod publishing;
mod ready_list;
mod sending;
mod session_deflate;
mod session_table;
mod stalling;
mod subscribers;
mod tls;
mod topics;
mod transport;
mod write_queue;

pub use arena::ARENA_BYTES;
pub use engine::{ApiMisuse, CloseRequest, Engine, StartError};
pub use event_loop::{BATCH_EVENTS, Turn, panic_text};
pub use publishing::{MAX_TOPIC_BYTES, Publish};
pub use sending::{MessageKind, Outbound, Recipient};
pub use session_deflate::Compress;
pub use session_table::{ReadyState, Session};
pub use tls::{TlsError, TlsServer};
