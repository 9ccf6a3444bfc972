//! Layer 2, the bridge: what crosses between the event loops and the JVM, as plain data.
//!
//! Events go up in batches ([`event_batch`]), commands come down through one queue per loop ([`command_queue`]).
//! Knows the protocol's types. Must not know tokio, sockets or JNI.

#![forbid(unsafe_code)]

pub mod admission;
pub mod buffer_budget;
pub mod command;
pub mod command_queue;
pub mod dropped;
pub mod event;
pub mod event_batch;
pub mod outbound_limits;
pub mod pressure;
pub mod publication;
pub mod request_record;
pub mod session_id;
pub mod shared_frame;
pub mod tls_record;
pub mod wake_gate;

pub use admission::{Admission, AdmissionLimits, OverLimit, Ticket};
pub use buffer_budget::{BudgetShare, BufferBudget};
pub use command::{Accept, Command, DeflateChoice, Outgoing, Respond, SendOutcome, Slowness, Subscribed, Target};
pub use command_queue::CommandQueue;
pub use dropped::{Dropped, DroppedAccount};
pub use event::{Event, EventKind, Payload};
pub use event_batch::EventBatch;
pub use outbound_limits::{OutboundLimits, OverflowStrategy, SharedLimits};
pub use pressure::Pressure;
pub use publication::{DeflateSet, FrameClass, Publication, TopicId};
pub use request_record::{Endpoints, encode_request};
pub use session_id::SessionId;
pub use shared_frame::SharedFrame;
pub use tls_record::{ClientAuth, IdentityRecord, MalformedRecord, TlsRecord};
pub use wake_gate::WakeGate;
