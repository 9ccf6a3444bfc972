//! The results of all cases and the machine they were measured on. Knows no format; `markdown` prints them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::idle_memory::IdleResults;
use crate::rounds::{EchoResult, Effort};

/// Everything a run has found; also the layout of `results.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Results {
    /// Where it ran.
    pub machine: Machine,
    /// Pairs per case.
    pub rounds: usize,
    /// Measured seconds per run.
    pub seconds: f64,
    /// Cases in the order in which they ran.
    pub cases: Vec<CaseResult>,
    /// Cases that could not run, and why.
    pub skipped: Vec<Skipped>,
}

/// A case that was asked for and did not run.
#[derive(Clone, Debug, Serialize)]
pub struct Skipped {
    /// Name as on the command line.
    pub name: &'static str,
    /// What it needs.
    pub missing: &'static str,
}

/// One case of the table.
#[derive(Clone, Debug, Serialize)]
pub struct CaseResult {
    /// Name as on the command line.
    pub name: &'static str,
    /// Name as in the table.
    pub title: &'static str,
    /// Name of the server in question.
    pub subject: &'static str,
    /// Name of the server it is compared with.
    pub reference: &'static str,
    /// What came out.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Whether the budget is met by the median; `None` where none is set.
    pub met: Option<bool>,
}

/// What a case has found.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Pairs of echo runs.
    Echo {
        /// The rounds.
        result: EchoResult,
        /// Least ratio that is good.
        least_ratio: Option<f64>,
    },
    /// Memory of idle connections, the subject first.
    Idle {
        /// Both sides.
        result: IdleResults,
        /// Most bytes per connection that are good, for the subject.
        most_bytes: Option<u32>,
        /// Most in proportion to the reference.
        most_ratio: Option<f64>,
    },
}

/// What figures from different machines must not be compared without.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// Processor as the kernel names it.
    pub processor: String,
    /// Logical processors.
    pub processors: usize,
    /// Kernel release.
    pub kernel: String,
}

impl Machine {
    /// Reads what the kernel says; "unknown" where it does not.
    pub fn read() -> Self {
        let unknown = || "unknown".to_owned();
        let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = info.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split_once(": "));
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease");
        Self {
            processor: model.map_or_else(unknown, |(_, name)| name.to_owned()),
            processors: std::thread::available_parallelism().map_or(0, usize::from),
            kernel: kernel.map_or_else(|_| unknown(), |release| release.trim().to_owned()),
        }
    }
}

impl Results {
    /// Starts without cases.
    pub fn new(effort: Effort) -> Self {
        let (rounds, seconds) = (effort.rounds, effort.seconds);
        Self { machine: Machine::read(), rounds, seconds, cases: Vec::new(), skipped: Vec::new() }
    }

    /// Whether no budget was missed.
    pub fn all_met(&self) -> bool {
        self.cases.iter().all(|case| case.met != Some(false))
    }

    /// Writes them as JSON.
    ///
    /// # Errors
    /// Names the file that cannot be written.
    pub fn write_json(&self, path: &Path) -> Result<()> {
        let json = serde_json::to_string_pretty(self)?;
        fs::write(path, json + "\n").with_context(|| format!("{}", path.display()))
    }
}
