//! The load generator as a process, against servers inside the tests, right and wrong ones.

mod broadcast;
mod broadcast_server;
mod echoing;
mod run;
