//! `compare`: runs the cases on servers in turn, prints the tables and writes them, charts and `results.json`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use hawser_bench::args::Flags;
use hawser_bench::case::{self, Case};
use hawser_bench::document;
use hawser_bench::markdown;
use hawser_bench::pairs::Effort;
use hawser_bench::results::Results;
use hawser_bench::runner::Runner;
use hawser_bench::server::{self, Environment};
use hawser_bench::settings::Settings;
use hawser_bench::versions;

const USAGE: &str = "\
compare [--cases default|all|NAME,NAME] [--rounds 9] [--seconds 1] [--trials 3] [--quick] [--check] [--resume]
        [--subject SERVER] [--reference SERVER] [--java java] [--jar FILE] [--base-jar FILE]
        [--cores SERVER,LOAD] [--output DIRECTORY] [--docs DIRECTORY]
--subject and --reference put another server in place of each case's own; --base-jar is an older Hawser for the cases -base;
--resume keeps what results.json in the output directory has of the same programs and settings; --docs writes benchmarks.md and its
charts there too; --quick shows in a few minutes that everything works, its figures mean nothing; --check fails when a budget is missed";

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
    "--docs",
];
const SWITCHES: &[&str] = &["--quick", "--check", "--resume"];

/// Heap of every JVM but those with idle connections: all servers of a case are up at once.
const HEAP: &str = "256m";

fn main() -> Result<ExitCode> {
    let flags = Flags::parse(std::env::args().skip(1), VALUED, SWITCHES).context(USAGE)?;
    let cases = case::select(flags.text("--cases").unwrap_or("default"))?;
    let runner = runner(&flags)?;
    let results = run(&runner, &cases, flags.has("--resume"))?;
    println!("{}", markdown::render(&results));
    let output = &runner.environment.output;
    document::write(&results, output)?;
    println!("written: {0}/results.json, {0}/benchmarks.md and its charts", output.display());
    if let Some(docs) = flags.text("--docs") {
        document::write(&results, Path::new(docs))?;
        println!("written: {docs}/benchmarks.md and its charts");
    }
    let is_good = results.all_measured() && (!flags.has("--check") || results.all_met());
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run(runner: &Runner, cases: &[&'static Case], resumes: bool) -> Result<Results> {
    let environment = &runner.environment;
    let path = environment.output.join("results.json");
    let settings = Settings::read(environment, runner.effort, runner.trials, runner.quick)?;
    let versions = versions::read(environment);
    let mut results = match resumes {
        true => Results::resume(&path, settings, versions),
        false => Results::new(settings, versions),
    };
    // After every step: most of an hour's work is not lost to a failure at its end.
    runner.run(cases, &mut results, |results| results.write_json(&path))?;
    Ok(results)
}

fn runner(flags: &Flags) -> Result<Runner> {
    let quick = flags.has("--quick");
    let defaults = if quick { (1, 0.3, 1) } else { (9, 1.0, 3) };
    let effort = Effort {
        rounds: flags.value("--rounds", defaults.0)?,
        seconds: flags.value("--seconds", defaults.1)?,
        warm_up_share: if quick { 0.01 } else { 1.0 },
    };
    ensure!(effort.rounds > 0 && effort.seconds > 0.0, "rounds and seconds must be above 0");
    let trials = flags.value("--trials", defaults.2)?;
    ensure!(trials > 0, "trials must be above 0");
    let named = |flag| flags.text(flag).map(server::find).transpose();
    let (subject, reference) = (named("--subject")?, named("--reference")?);
    Ok(Runner { environment: environment(flags)?, effort, trials, quick, subject, reference })
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
        heap: HEAP,
        jar: flags.text("--jar").map(Into::into),
        base_jar: flags.text("--base-jar").map(Into::into),
        here: program.parent().context("a program lies in a directory")?.to_owned(),
        output,
        server_core: server_core.parse().with_context(|| format!("--cores {cores:?}"))?,
        load_core: load_core.parse().with_context(|| format!("--cores {cores:?}"))?,
    })
}
