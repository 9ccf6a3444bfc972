//! The benchmark of Hawser: a load generator, baseline servers and the comparison of servers.
//!
//! Two halves that share [`report`], [`proc_stat`] and [`file_limit`]; `README.md` has the method.
//!
//! - The load (`wsbench`) knows nothing of the servers it drives: [`window`] measures a load, [`echo`], [`tail`], [`sleeping`],
//!   [`broadcast`], [`connects`], [`http`] and [`idle`] are loads; below them [`echo_connections`], [`connection`], [`subscribers`],
//!   [`publications`], [`stomp`], [`message_reader`], [`http_answer`], [`frame`], [`messages`], [`text`], [`deflate`], [`tls`], [`handshake`].
//! - The comparison (`compare`) knows nothing of sockets and frames: [`cases`], [`spring_cases`] and [`server`] are its tables, [`runner`] runs
//!   [`pairs`], [`tail_runs`] and [`idle_memory`] on the servers of a [`fleet`]; [`judge`], [`results`], [`markdown`], [`charts`] and
//!   [`document`] make something of what was found.

pub mod args;
pub mod broadcast;
pub mod case;
pub mod cases;
pub mod charts;
pub mod connection;
pub mod connects;
pub mod deflate;
pub mod document;
pub mod echo;
pub mod echo_connections;
pub mod endpoint;
pub mod file_limit;
pub mod fleet;
pub mod frame;
pub mod handshake;
pub mod http;
pub mod http_answer;
pub mod idle;
pub mod idle_memory;
pub mod interval;
pub mod java_heap;
pub mod judge;
pub mod latency;
pub mod load;
pub mod machine;
pub mod markdown;
pub mod message_reader;
pub mod messages;
pub mod pace;
pub mod pairs;
pub mod peak_memory;
pub mod proc_stat;
pub mod progress;
pub mod publications;
pub mod report;
pub mod results;
pub mod runner;
#[cfg(test)]
mod sample;
pub mod server;
pub mod server_process;
pub mod settings;
pub mod sleeping;
pub mod spring_cases;
pub mod stomp;
pub mod stream;
pub mod subscribers;
pub mod svg;
pub mod tail;
pub mod tail_runs;
pub mod text;
pub mod tls;
pub mod traffic;
pub mod versions;
pub mod window;
