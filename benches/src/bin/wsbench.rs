//! `wsbench echo|idle`: the load generator. One thread; prints one JSON line per run.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use hawser_bench::args::Flags;
use hawser_bench::echo::{self, EchoPlan};
use hawser_bench::endpoint::Endpoint;
use hawser_bench::frame::MessageKind;
use hawser_bench::idle::IdleConnections;

const USAGE: &str = "\
wsbench echo --url ws://host:port/path [--conns 64] [--in-flight 1] [--bytes 64] [--binary] [--unicode]
             [--warm-messages 0] [--warm-seconds 0.5] [--seconds 5] [--pid SERVER]
wsbench idle --url ws://host:port/path [--conns 10000] [--bytes 64] [--binary]
             prints its JSON line when all connections are open, closes them after one line on stdin";

const VALUED: &[&str] =
    &["--url", "--conns", "--in-flight", "--bytes", "--warm-messages", "--warm-seconds", "--seconds", "--pid"];
const SWITCHES: &[&str] = &["--binary", "--unicode"];

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mode = arguments.next().unwrap_or_default();
    if !["echo", "idle"].contains(&mode.as_str()) {
        bail!("first argument {mode:?} is neither echo nor idle\n{USAGE}");
    }
    let flags = Flags::parse(arguments, VALUED, SWITCHES).context(USAGE)?;
    if mode == "echo" { echo(&flags) } else { idle(&flags) }
}

fn echo(flags: &Flags) -> Result<()> {
    let plan = EchoPlan {
        endpoint: endpoint(flags)?,
        connections: flags.value("--conns", 64)?,
        in_flight: flags.value("--in-flight", 1)?,
        kind: kind(flags),
        payload: payload(flags)?,
        warm_up_messages: flags.value("--warm-messages", 0)?,
        warm_up: seconds(flags, "--warm-seconds", 0.5)?,
        measured: seconds(flags, "--seconds", 5.0)?,
        server_pid: flags.text("--pid").map(str::parse).transpose().context("--pid must be a process id")?,
    };
    println!("{}", serde_json::to_string(&echo::run(&plan)?)?);
    Ok(())
}

fn idle(flags: &Flags) -> Result<()> {
    let count = flags.value("--conns", 10_000)?;
    let held = IdleConnections::open(&endpoint(flags)?, count, kind(flags), &payload(flags)?)?;
    println!("{}", serde_json::to_string(&held.report())?);
    io::stdout().flush()?;
    io::stdin().read_line(&mut String::new())?;
    held.close()
}

fn endpoint(flags: &Flags) -> Result<Endpoint> {
    flags.text("--url").context("--url is missing")?.parse()
}

fn kind(flags: &Flags) -> MessageKind {
    if flags.has("--binary") { MessageKind::Binary } else { MessageKind::Text }
}

fn seconds(flags: &Flags, name: &str, default: f64) -> Result<Duration> {
    let seconds = flags.value(name, default)?;
    Duration::try_from_secs_f64(seconds).with_context(|| format!("{name} {seconds} is no length of time"))
}

/// Text of exactly the asked number of bytes; `--unicode` mixes characters of one to four bytes.
fn payload(flags: &Flags) -> Result<Vec<u8>> {
    let bytes: usize = flags.value("--bytes", 64)?;
    let unit =
        if flags.has("--unicode") { "Grüße 你好 👋 " } else { "the quick brown fox jumps over the lazy dog. " };
    let mut payload = unit.repeat(bytes / unit.len()).into_bytes();
    payload.resize(bytes, b'.');
    Ok(payload)
}
