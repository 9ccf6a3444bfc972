//! The machine a run was measured on. Figures of different machines must not be compared.

use std::fs;

use serde::{Deserialize, Serialize};

/// What the kernel says of it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Machine {
    /// Processor as the kernel names it.
    pub processor: String,
    /// Logical processors.
    pub processors: usize,
    /// Kernel release.
    pub kernel: String,
}

impl Machine {
    /// Reads it; "unknown" where the kernel does not say.
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
