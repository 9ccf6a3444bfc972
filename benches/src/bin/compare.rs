//! `compare`: runs the cases on two servers in turn, prints the tables and writes `results.json`.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use hawser_bench::args::Flags;
use hawser_bench::case::{self, Case, CaseKind, IdleBudget};
use hawser_bench::file_limit;
use hawser_bench::idle_memory::{self, Side};
use hawser_bench::load::EchoLoad;
use hawser_bench::markdown;
use hawser_bench::results::{CaseResult, Outcome, Results, Skipped};
use hawser_bench::rounds::{self, Effort};
use hawser_bench::server::{self, Environment, Server};

const USAGE: &str = "\
compare [--cases default|all|NAME,NAME] [--rounds 9] [--seconds 2] [--trials 3] [--quick] [--check]
        [--subject SERVER] [--reference SERVER] [--java java] [--jar FILE] [--base-jar FILE]
        [--cores SERVER,LOAD] [--output DIRECTORY]
--subject and --reference put another server in place of each case's own; --base-jar is an older Hawser for the cases -base;
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
    "--base-jar",
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

/// What a case has found, and whether its budget is met.
type Measured = Result<(Outcome, Option<bool>)>;

struct Comparison {
    environment: Environment,
    cases: Vec<&'static Case>,
    /// Subject and reference instead of the cases' own.
    servers: [Option<&'static Server>; 2],
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
        let named = |flag| flags.text(flag).map(server::find).transpose();
        Ok(Self {
            environment: environment(flags)?,
            cases: case::select(flags.text("--cases").unwrap_or("default"))?,
            servers: [named("--subject")?, named("--reference")?],
            effort,
            trials: flags.value("--trials", defaults.2)?,
            quick,
        })
    }

    fn run(&self) -> Result<Results> {
        let mut results = Results::new(self.effort);
        for case in &self.cases {
            let servers = self.servers_of(case)?;
            if let Some(missing) = servers.iter().find_map(|server| server.missing(&self.environment)) {
                eprintln!("{}: skipped, it needs {missing}", case.name);
                results.skipped.push(Skipped { name: case.name, missing });
                continue;
            }
            eprintln!("{}: {}", case.name, case.title);
            results.cases.push(self.run_case(case, servers).with_context(|| format!("case {}", case.name))?);
            // After every case: an hour of `all` is not lost to a failure at its end.
            results.write_json(&self.environment.output.join("results.json"))?;
        }
        Ok(results)
    }

    fn servers_of(&self, case: &Case) -> Result<[&'static Server; 2]> {
        let [subject, reference] = self.servers;
        let or_own = |named: Option<_>, own| named.map_or_else(|| server::find(own), Ok);
        Ok([or_own(subject, case.servers[0])?, or_own(reference, case.servers[1])?])
    }

    fn run_case(&self, case: &Case, servers: [&'static Server; 2]) -> Result<CaseResult> {
        let (outcome, met) = match case.kind {
            CaseKind::Echo { connections, in_flight, traffic, least_ratio } => {
                self.run_echo(servers, EchoLoad { connections, in_flight, traffic }, least_ratio)?
            }
            CaseKind::Idle { connections, traffic, budget } => {
                let side = |index: usize| Side { server: servers[index], traffic: traffic[index] };
                self.run_idle([side(0), side(1)], connections, budget)?
            }
        };
        let [subject, reference] = servers.map(|server| server.name);
        Ok(CaseResult { name: case.name, title: case.title, subject, reference, outcome, met })
    }

    fn run_echo(&self, servers: [&'static Server; 2], load: EchoLoad, least_ratio: Option<f64>) -> Measured {
        let result = rounds::run(&self.environment, servers, load, self.effort, progress)?;
        let met = least_ratio.map(|least| result.ratio.median >= least);
        Ok((Outcome::Echo { result, least_ratio }, met))
    }

    fn run_idle(&self, sides: [Side; 2], connections: usize, budget: IdleBudget) -> Measured {
        let connections = if self.quick { connections.min(QUICK_CONNECTIONS) } else { connections };
        // Raised here, because the servers inherit it.
        file_limit::reserve(connections)?;
        let result = idle_memory::run(&self.environment, sides, connections, self.trials, progress)?;
        let (most_bytes, most_ratio, met) = match budget {
            IdleBudget::Bytes(most) => (Some(most), None, result.sides[0].total_bytes.median <= f64::from(most)),
            IdleBudget::Ratio(most) => (None, Some(most), result.ratio.median <= most),
        };
        Ok((Outcome::Idle { result, most_bytes, most_ratio }, Some(met)))
    }
}

fn progress(line: String) {
    eprintln!("  {line}");
}

fn environment(flags: &Flags) -> Result<Environment> {
    ensure!(cfg!(target_os = "linux"), "the comparison reads /proc and pins with taskset: Linux only");
    let program = std::env::current_exe()?;
    let cores = flags.text("--cores").unwrap_or("0,1");
    let (server_core, load_core) = cores.split_once(',').context("--cores must be SERVER,LOAD, for example 0,1")?;
    let output: PathBuf = flags.value("--output", "build/bench".into())?;
    fs::create_dir_all(&output).with_context(|| format!("{}", output.display()))?;
    let output = output.canonicalize()?;
    Ok(Environment {
        java: flags.value("--java", "java".into())?,
        jar: flags.text("--jar").map(Into::into),
        base_jar: flags.text("--base-jar").map(Into::into),
        here: program.parent().context("a program lies in a directory")?.to_owned(),
        output,
        server_core: server_core.parse().with_context(|| format!("--cores {cores:?}"))?,
        load_core: load_core.parse().with_context(|| format!("--cores {cores:?}"))?,
    })
}
