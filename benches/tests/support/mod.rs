//! A server of this crate as a process, for the time of a test. Knows nothing of what it is asked.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

pub struct Baseline {
    pub process: Child,
    pub url: String,
}

impl Baseline {
    /// Starts `program` and reads its address.
    pub fn start(program: &str) -> Self {
        let mut process = Command::new(program).stdout(Stdio::piped()).spawn().expect("baseline starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("piped")).read_line(&mut line).expect("address");
        let url = line.trim().rsplit(' ').next().expect("a word").to_owned();
        Self { process, url }
    }
}

impl Drop for Baseline {
    fn drop(&mut self) {
        self.process.kill().expect("still runs");
        self.process.wait().expect("ends");
    }
}
