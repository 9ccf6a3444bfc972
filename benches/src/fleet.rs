//! Servers that are up: started when first needed, kept warm from case to case, ended when no case needs them. Knows no figures.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::load::{self, Span};
use crate::progress::Progress;
use crate::report::RunReport;
use crate::server::{Environment, Server};
use crate::server_process::ServerProcess;
use crate::traffic::Shape;

/// Warm-up inside every run, after its connections are open, in seconds.
const RUN_WARM_UP_SECONDS: f64 = 0.3;
/// How long the warm-up of a server is repeated that has not said that it may be measured.
const READY_TIMEOUT: Duration = Duration::from_secs(20);
/// How many times more warm-up a server gets that has just started: nothing of it is compiled yet.
const FRESH_FACTOR: f64 = 3.0;

/// Which of two servers: one that is compared with itself runs twice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// The one in question.
    Subject,
    /// The one it is compared with.
    Reference,
}

/// A server and what is done to it.
#[derive(Clone, Copy, Debug)]
pub struct Side {
    /// The server.
    pub server: &'static Server,
    /// Which of two it is.
    pub role: Role,
    /// The load.
    pub shape: Shape,
    /// Messages before the first run of this load on a JVM that is warm otherwise.
    pub warm_up_messages: u64,
}

/// The servers that are up; dropping it ends them.
#[derive(Debug)]
pub struct Fleet<'e> {
    environment: &'e Environment,
    /// Part of the warm-up messages that is sent, above 0.
    warm_up_share: f64,
    running: Vec<Running>,
}

#[derive(Debug)]
struct Running {
    process: ServerProcess,
    role: Role,
    /// Loads for which it is warm.
    warm: Vec<Shape>,
}

impl<'e> Fleet<'e> {
    /// Starts without servers.
    pub const fn new(environment: &'e Environment, warm_up_share: f64) -> Self {
        Self { environment, warm_up_share, running: Vec::new() }
    }

    /// Sees to it that the server of `side` is up and warm for its load.
    ///
    /// # Errors
    /// A server that did not start, or a load that failed.
    pub fn warm(&mut self, side: Side, progress: &Progress) -> Result<()> {
        let index = match self.index_of(side) {
            Some(index) => index,
            None => {
                let process = ServerProcess::start(side.server, self.environment)?;
                self.running.push(Running { process, role: side.role, warm: Vec::new() });
                self.running.len() - 1
            }
        };
        let running = &mut self.running[index];
        if running.warm.contains(&side.shape) {
            return Ok(());
        }
        progress.say(&format!("warm-up of {}", side.server.name));
        let freshness = if running.warm.is_empty() { FRESH_FACTOR } else { 1.0 };
        let share = side.server.runtime.warm_up_share() * freshness * self.warm_up_share;
        let warm_up_messages = (side.warm_up_messages as f64 * share) as u64;
        let span = Span { warm_up_messages, warm_up_seconds: 0.0, seconds: 0.0 };
        let begin = Instant::now();
        loop {
            for shape in side.shape.warm_ups() {
                load::run(self.environment, &running.process, shape, span)?;
            }
            if running.process.is_ready() {
                break;
            }
            let wanted = side.server.says_when_ready.unwrap_or_default();
            ensure!(begin.elapsed() < READY_TIMEOUT, "{} did not say {wanted:?}", side.server.name);
        }
        running.warm.push(side.shape);
        Ok(())
    }

    /// Measures `seconds` of the load of `side`, whose server is up.
    ///
    /// # Errors
    /// A load that failed.
    pub fn run(&self, side: Side, seconds: f64) -> Result<RunReport> {
        let index = self.index_of(side).ok_or_else(|| anyhow::anyhow!("{} is not up", side.server.name))?;
        let span = Span { warm_up_messages: 0, warm_up_seconds: RUN_WARM_UP_SECONDS, seconds };
        load::run(self.environment, &self.running[index].process, side.shape, span)
    }

    /// Ends what is none of `names`.
    pub fn keep_only(&mut self, names: &[&str]) {
        self.running.retain(|running| names.contains(&running.process.server.name));
    }

    /// Ends the servers called `name`: after a failure nobody knows what state they are in.
    pub fn end(&mut self, name: &str) {
        self.running.retain(|running| running.process.server.name != name);
    }

    fn index_of(&self, side: Side) -> Option<usize> {
        let is_it = |running: &Running| running.process.server.name == side.server.name && running.role == side.role;
        self.running.iter().position(is_it)
    }
}
