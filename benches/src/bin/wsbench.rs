//! `wsbench echo|idle`: the load generator. One thread; prints one JSON line per run.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use hawser_bench::args::Flags;
use hawser_bench::echo::{self, EchoPlan};
use hawser_bench::endpoint::Endpoint;
use hawser_bench::frame::MessageKind;
use hawser_bench::idle::IdleConnections;
use hawser_bench::messages::{Messages, Offer};
use hawser_bench::text;

const USAGE: &str = "\
wsbench echo --url ws://host:port/path [--conns 64] [--in-flight 1] [--bytes 64] [--binary]
             [--unicode|--json] [--offer EXTENSION] [--warm-messages 0] [--warm-seconds 0.5] [--seconds 5] [--pid SERVER]
wsbench idle --url ws://host:port/path [--conns 10000] [--bytes 64] [--binary] [--unicode|--json] [--offer EXTENSION]
             prints its JSON line when all connections are open, closes them after one line on stdin
wss:// believes every certificate. --json sends 64 different documents in turn. --offer is the value of
Sec-WebSocket-Extensions, for example permessage-deflate: messages are compressed, and so must the echoes be. --declined-offer is one
that the server must not take";

const VALUED: &[&str] = &[
    "--url",
    "--conns",
    "--in-flight",
    "--bytes",
    "--warm-messages",
    "--offer",
    "--declined-offer",
    "--warm-seconds",
    "--seconds",
    "--pid",
];
const SWITCHES: &[&str] = &["--binary", "--unicode", "--json"];

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
    let in_flight = flags.value("--in-flight", 1)?;
    let plan = EchoPlan {
        endpoint: endpoint(flags)?,
        connections: flags.value("--conns", 64)?,
        in_flight,
        messages: messages(flags, in_flight)?,
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
    let held = IdleConnections::open(&endpoint(flags)?, count, &messages(flags, 1)?)?;
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

fn messages(flags: &Flags, in_flight: usize) -> Result<Messages> {
    let offer = match (flags.text("--offer"), flags.text("--declined-offer")) {
        (None, None) => None,
        (Some(offer), None) => Some(Offer::Deflate(offer.to_owned())),
        (None, Some(offer)) => Some(Offer::Declined(offer.to_owned())),
        (Some(_), Some(_)) => bail!("--offer and --declined-offer exclude each other"),
    };
    Messages::new(kind(flags), payloads(flags)?, in_flight, offer)
}

/// Text of exactly the asked number of bytes; `--unicode` mixes characters of one to four bytes.
fn payloads(flags: &Flags) -> Result<Vec<Vec<u8>>> {
    let bytes: usize = flags.value("--bytes", 64)?;
    if flags.has("--json") {
        return text::json_messages(bytes);
    }
    let unit =
        if flags.has("--unicode") { "Grüße 你好 👋 " } else { "the quick brown fox jumps over the lazy dog. " };
    Ok(vec![text::repeated(unit, bytes)])
}
