//! The limit on open files of this process and of those it starts. Knows nothing of what is opened.

use anyhow::{Context, Result, ensure};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files a process has open beside its connections: standard streams, polls, a JVM's jars and libraries.
const OTHER_FILES: u64 = 128;

/// Lifts the limit on open files to the most this process may have, and checks that it is enough for `connections`.
///
/// # Errors
/// Says how many files there may be and how to get more.
pub fn reserve(connections: usize) -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })
        .context("open file limit")?;
    let wanted = connections as u64 + OTHER_FILES;
    if let Some(maximum) = limit.maximum {
        ensure!(
            maximum >= wanted,
            "{wanted} open files are needed, {maximum} allowed: raise the hard limit (ulimit -Hn)"
        );
    }
    Ok(())
}
