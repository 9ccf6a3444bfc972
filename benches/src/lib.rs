//! The benchmark of Hawser: a load generator, a baseline server and the comparison of two servers.
//!
//! Two halves that share [`report`], [`proc_stat`] and [`file_limit`]. The load (`wsbench`: [`text`], [`messages`],
//! [`frame`], [`deflate`], [`tls`], [`handshake`], [`connection`], [`echo`], [`idle`]) knows nothing of the servers it drives; the comparison (`compare`: [`case`],
//! [`server`], [`rounds`], [`idle_memory`], [`results`]) knows nothing of sockets and frames. `README.md` has the method.

pub mod args;
pub mod broadcast;
pub mod case;
pub mod connection;
pub mod connects;
pub mod deflate;
pub mod echo;
pub mod echo_connections;
pub mod endpoint;
pub mod file_limit;
pub mod frame;
pub mod handshake;
pub mod idle;
pub mod idle_memory;
pub mod interval;
pub mod java_heap;
pub mod latency;
pub mod load;
pub mod markdown;
pub mod message_reader;
pub mod messages;
pub mod pace;
pub mod proc_stat;
pub mod publications;
pub mod report;
pub mod results;
pub mod rounds;
pub mod server;
pub mod server_process;
pub mod sleeping;
pub mod stream;
pub mod subscribers;
pub mod tail;
pub mod text;
pub mod tls;
pub mod window;
