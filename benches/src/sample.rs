//! Results as a run would find them, for the tests of what is made of results.

use std::collections::BTreeMap;

use crate::case::{self, Figure};
use crate::idle_memory::{IdleResult, Trial};
use crate::interval::MedianInterval;
use crate::judge;
use crate::machine::Machine;
use crate::pairs::{Comparison, Pair};
use crate::report::RunReport;
use crate::results::{CaseResult, Gap, Outcome, Results};
use crate::settings::Settings;
use crate::tail_runs::TailResult;

fn report(per_cpu_second: f64) -> RunReport {
    RunReport {
        messages_per_cpu_second: Some(per_cpu_second),
        messages_per_second: per_cpu_second / 2.0,
        seconds: 2.0,
        client_cpu_seconds: 1.5,
        p50_us: 10.0,
        p99_us: 60.0,
        p999_us: 90.0,
        max_us: 300.0,
        ..RunReport::default()
    }
}

/// Three equal rounds.
pub fn comparison(server: &str, subject: f64, reference: f64) -> Comparison {
    let ratio = subject / reference;
    let pair = Pair { subject: report(subject), reference: report(reference), ratio };
    let same = |value| MedianInterval::of(&[value; 3]).expect("values");
    let (subject, reference, ratio) = (same(subject), same(reference), same(ratio));
    Comparison { server: server.to_owned(), pairs: vec![pair; 3], subject, reference, ratio }
}

fn idle(server: &str, native: f64, heap: f64, ratio: f64) -> IdleResult {
    let total = native + heap;
    let trial = Trial { native_bytes: native, heap_bytes: heap, total_bytes: total, connects_per_second: 9000.0 };
    let same = |value| MedianInterval::of(&[value; 3]).expect("values");
    IdleResult {
        server: server.to_owned(),
        label: server.to_owned(),
        connections: 10_000,
        trials: vec![trial; 3],
        total_bytes: same(total),
        ratio: same(ratio),
    }
}

fn tail(server: &str, p99_us: f64) -> TailResult {
    let run = RunReport { p99_us, send_lag_p99_us: Some(2.0), ..report(1.0) };
    TailResult { server: server.to_owned(), capacity_per_second: 80_000.0, per_second: 40_000.0, runs: vec![run; 3] }
}

fn case_result(name: &str, outcome: Outcome) -> CaseResult {
    let case = case::find(name).expect("a case");
    CaseResult {
        name: name.to_owned(),
        title: case.title.to_owned(),
        subject: case.subject.to_owned(),
        noun: case.noun().to_owned(),
        verdicts: judge::judge(case, &outcome),
        outcome,
        gaps: Vec::new(),
    }
}

/// One case of each kind; one budget is missed and one server has failed.
pub fn results() -> Results {
    let comparisons =
        vec![comparison("tokio-tungstenite", 100_000.0, 120_000.0), comparison("vertx", 101_000.0, 90_000.0)];
    let mut echo = case_result("echo-64", Outcome::Pairs { figure: Figure::PerCpuSecond, comparisons });
    echo.gaps.push(Gap { server: "netty".to_owned(), reason: "the load failed".to_owned(), failed: true });
    let sides = vec![idle("hawser", 2000.0, 900.0, 1.0), idle("tokio-tungstenite", 9000.0, 0.0, 0.322)];
    let settings = Settings {
        rounds: 9,
        seconds: 2.0,
        trials: 3,
        quick: false,
        java: "Temurin-25.0.1+8".to_owned(),
        jar: Some("0123456789abcdef".to_owned()),
        base_jar: None,
        starter: None,
    };
    let version = |server: &str, version: &str| (server.to_owned(), version.to_owned());
    let machine = Machine { processor: "Processor <X>".to_owned(), processors: 2, kernel: "6.1".to_owned() };
    Results {
        machine,
        settings,
        versions: BTreeMap::from([version("hawser", "hawser 0.1.0"), version("vertx", "vertx-core 5.2.0")]),
        cases: vec![
            echo,
            case_result("tail", Outcome::Tail { servers: vec![tail("hawser", 150.0), tail("vertx", 180.0)] }),
            case_result("idle", Outcome::Idle { sides }),
        ],
    }
}
