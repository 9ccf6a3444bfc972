//! The load generator as a process, against servers inside the tests, right and wrong ones.

mod asking;
mod broadcast;
mod broadcast_server;
mod echoing;
mod http_server;
mod run;
mod stomp_broker;
