//! `compare`: runs the cases on two servers in turn, prints the tables and writes `results.json`.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use hawser_bench::args::Flags;
use hawser_bench::case::{self, Case, CaseKind};
use hawser_bench::file_limit;
use hawser_bench::idle_memory;
use hawser_bench::load::EchoLoad;
use hawser_bench::markdown;
use hawser_bench::results::{CaseResult, Outcome, Results};
use hawser_bench::rounds::{self, Effort};
use hawser_bench::server::{self, Environment, Server};

const USAGE: &str = "\
compare [--cases default|all|NAME,NAME] [--rounds 9] [--seconds 2] [--trials 3] [--quick] [--check]
        [--subject hawser] [--reference tokio-tungstenite] [--java java] [--jar FILE]
        [--cores SERVER,LOAD] [--output DIRECTORY]
--quick shows in a minute that everything works, its figures mean nothing; --check fails when a budget is missed";

const VALUED: &[&str] = &[
    "--cases",
    "--rounds",
    "--seconds",
    "--trials",
    "--subject",
    "--reference",
    "--java",
    "--jar",
    "--cores",
    "--output",
];
const SWITCHES: &[&str] = &["--quick", "--check"];

/// Idle connections at most in a quick run.
const QUICK_CONNECTIONS: usize = 1000;

fn main() -> Result<ExitCode> {
    let flags = Flags::parse(std::env::args().skip(1), VALUED, SWITCHES).context(USAGE)?;
    let comparison = Comparison::parse(&flags)?;
    let results = comparison.run()?;
    println!("{}", markdown::render(&results));
    let failed = flags.has("--check") && !results.all_met();
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

struct Comparison {
    environment: Environment,
    cases: Vec<&'static Case>,
    servers: [&'static Server; 2],
    effort: Effort,
    trials: usize,
    quick: bool,
}

impl Comparison {
    fn parse(flags: &Flags) -> Result<Self> {
        let quick = flags.has("--quick");
        let defaults = if quick { (2, 0.5, 1) } else { (9, 2.0, 3) };
        let effort = Effort {
            rounds: flags.value("--rounds", defaults.0)?,
            seconds: flags.value("--seconds", defaults.1)?,
            warm_up_share: if quick { 0.05 } else { 1.0 },
        };
        ensure!(effort.rounds > 0 && effort.seconds > 0.0, "rounds and seconds must be above 0");
        let (subject, reference) = ("hawser".to_owned(), "tokio-tungstenite".to_owned());
        let subject = flags.value("--subject", subject)?;
        let reference = flags.value("--reference", reference)?;
        Ok(Self {
            environment: environment(flags)?,
            cases: case::select(flags.text("--cases").unwrap_or("default"))?,
            servers: [server::find(&subject)?, server::find(&reference)?],
            effort,
            trials: flags.value("--trials", defaults.2)?,
            quick,
        })
    }

    fn run(&self) -> Result<Results> {
        let mut results = Results::new(self.servers.map(|server| server.name), self.effort);
        for case in &self.cases {
            eprintln!("{}: {}", case.name, case.title);
            let (outcome, met) = self.run_case(case).with_context(|| format!("case {}", case.name))?;
            results.cases.push(CaseResult { name: case.name, title: case.title, outcome, met });
            // After every case: an hour of `all` is not lost to a failure at its end.
            results.write_json(&self.environment.output.join("results.json"))?;
        }
        Ok(results)
    }

    fn run_case(&self, case: &Case) -> Result<(Outcome, Option<bool>)> {
        let progress = |line: String| eprintln!("  {line}");
        match case.kind {
            CaseKind::Echo { connections, in_flight, message_bytes, least_ratio } => {
                let load = EchoLoad { connections, in_flight, message_bytes };
                let result = rounds::run(&self.environment, self.servers, load, self.effort, progress)?;
                let met = least_ratio.map(|least| result.ratio.median >= least);
                Ok((Outcome::Echo { result, least_ratio }, met))
            }
            CaseKind::Idle { connections, most_bytes } => {
                let connections = if self.quick { connections.min(QUICK_CONNECTIONS) } else { connections };
                // Raised here, because the servers inherit it.
                file_limit::reserve(connections)?;
                let run = |server| idle_memory::run(&self.environment, server, connections, self.trials, progress);
                let results = self.servers.into_iter().map(run).collect::<Result<Vec<_>>>()?;
                let met = results[0].total_bytes.median <= f64::from(most_bytes);
                Ok((Outcome::Idle { results, most_bytes }, Some(met)))
            }
        }
    }
}

fn environment(flags: &Flags) -> Result<Environment> {
    ensure!(cfg!(target_os = "linux"), "the comparison reads /proc and pins with taskset: Linux only");
    let program = std::env::current_exe()?;
    let cores = flags.text("--cores").unwrap_or("0,1");
    let (server_core, load_core) = cores.split_once(',').context("--cores must be SERVER,LOAD, for example 0,1")?;
    let output: PathBuf = flags.value("--output", "build/bench".into())?;
    fs::create_dir_all(&output).with_context(|| format!("{}", output.display()))?;
    Ok(Environment {
        java: flags.value("--java", "java".into())?,
        jar: flags.text("--jar").map(Into::into),
        here: program.parent().context("a program lies in a directory")?.to_owned(),
        output,
        server_core: server_core.parse().with_context(|| format!("--cores {cores:?}"))?,
        load_core: load_core.parse().with_context(|| format!("--cores {cores:?}"))?,
    })
}
