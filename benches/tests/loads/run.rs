//! Runs `wsbench` as a process, against servers of the tests.

use std::process::{Command, Output};

use hawser_bench::report::RunReport;

/// What `wsbench` prints for `mode` against `url` within a moment.
pub fn wsbench(mode: &str, url: &str, arguments: &[&str]) -> Output {
    let span = ["--warm-messages", "20", "--warm-seconds", "0", "--seconds", "0.25"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_wsbench"));
    command.args([mode, "--url", url]).args(span).args(arguments).output().expect("wsbench runs")
}

/// The report of a run that went well.
pub fn report(output: &Output) -> RunReport {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("a report")
}

/// What a run that went wrong says.
pub fn error(output: &Output) -> String {
    assert!(!output.status.success() && output.stdout.is_empty(), "there must be no figure");
    String::from_utf8_lossy(&output.stderr).into_owned()
}
