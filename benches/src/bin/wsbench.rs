//! `wsbench echo|tail|sleep|broadcast|connects|http|idle`: the load generator. One thread; prints one JSON line per run.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use hawser_bench::args::Flags;
use hawser_bench::broadcast::{self, BroadcastPlan, Rhythm};
use hawser_bench::connects::{self, ConnectPlan};
use hawser_bench::echo::{self, EchoPlan};
use hawser_bench::endpoint::Endpoint;
use hawser_bench::frame::MessageKind;
use hawser_bench::http::{self, HttpPlan};
use hawser_bench::idle::IdleConnections;
use hawser_bench::messages::{Messages, Offer};
use hawser_bench::report::RunReport;
use hawser_bench::sleeping::{self, SleepPlan};
use hawser_bench::tail::{self, TailPlan};
use hawser_bench::text;
use hawser_bench::window::Window;

const USAGE: &str = "\
wsbench echo      [--conns 64] [--in-flight 1]
wsbench tail      --per-second RATE [--conns 64]    echoes at this rate, timed from when each should have been sent
wsbench sleep     [--conns 64] [--share 0.01]       echoes; this part of all messages begins with s and makes the handler sleep,
                  none of them on every other connection
wsbench broadcast [--conns 1000] [--stalled 0] [--in-flight 1 | --per-second RATE] [--subscribe /subscribe] [--publish /publish]
                  receivers, those of them that never read, publications under way; --stomp: all speak STOMP, on /stomp
wsbench connects  [--conns 64] [--no-echo]          connect, opening handshake, one echo, closing handshake, so many at a time
wsbench http      [--conns 64]                      GET on so many connections, each answered by the text of --bytes
wsbench idle      [--conns 10000]                   prints its JSON line when all connections are open, closes them after one line
                  on stdin
all: --url ws://host:port/path [--bytes 64] [--unicode|--json] [--offer EXTENSION]
all but idle: [--warm-messages 0] [--warm-seconds 0.5] [--most-warm-seconds 600] [--seconds 5] [--pid SERVER]; echo, tail and idle: [--binary]
wss:// believes every certificate. --json sends 64 different documents in turn. --offer is the value of
Sec-WebSocket-Extensions, for example permessage-deflate: messages are compressed, and so must what comes be (of a broadcast: what
receivers get). --declined-offer is one that the server must not take";

const VALUED: &[&str] = &[
    "--url",
    "--conns",
    "--in-flight",
    "--per-second",
    "--share",
    "--stalled",
    "--subscribe",
    "--publish",
    "--bytes",
    "--warm-messages",
    "--offer",
    "--declined-offer",
    "--warm-seconds",
    "--most-warm-seconds",
    "--seconds",
    "--pid",
];
const SWITCHES: &[&str] = &["--binary", "--unicode", "--json", "--stomp", "--no-echo"];

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mode = arguments.next().unwrap_or_default();
    let run = match mode.as_str() {
        "echo" => echo,
        "tail" => tail,
        "sleep" => sleep,
        "broadcast" => broadcast,
        "connects" => connects,
        "http" => http,
        "idle" => return idle(&Flags::parse(arguments, VALUED, SWITCHES).context(USAGE)?),
        _ => bail!("first argument {mode:?} is none of echo, tail, sleep, broadcast, connects, http, idle\n{USAGE}"),
    };
    let report = run(&Flags::parse(arguments, VALUED, SWITCHES).context(USAGE)?)?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

fn echo(flags: &Flags) -> Result<RunReport> {
    let in_flight = flags.value("--in-flight", 1)?;
    echo::run(&EchoPlan {
        endpoint: endpoint(flags)?,
        connections: flags.value("--conns", 64)?,
        in_flight,
        messages: messages(flags, in_flight)?,
        window: window(flags)?,
    })
}

fn tail(flags: &Flags) -> Result<RunReport> {
    tail::run(&TailPlan {
        endpoint: endpoint(flags)?,
        connections: flags.value("--conns", 64)?,
        per_second: per_second(flags)?.context("--per-second is missing")?,
        messages: messages(flags, 1)?,
        window: window(flags)?,
    })
}

fn sleep(flags: &Flags) -> Result<RunReport> {
    sleeping::run(&SleepPlan {
        endpoint: endpoint(flags)?,
        connections: flags.value("--conns", 64)?,
        message_bytes: flags.value("--bytes", 64)?,
        share: flags.value("--share", 0.01)?,
        window: window(flags)?,
    })
}

fn broadcast(flags: &Flags) -> Result<RunReport> {
    let endpoint = endpoint(flags)?;
    let is_stomp = flags.has("--stomp");
    let path = |name: &str, default: &str| {
        let default = if is_stomp { "/stomp" } else { default };
        endpoint.with_path(flags.text(name).unwrap_or(default))
    };
    let stalled = flags.value("--stalled", 0)?;
    let all: usize = flags.value("--conns", 1000)?;
    let rhythm = match per_second(flags)? {
        Some(rate) => Rhythm::PerSecond(rate),
        None => Rhythm::InFlight(flags.value("--in-flight", 1)?),
    };
    broadcast::run(&BroadcastPlan {
        subscribe: path("--subscribe", "/subscribe"),
        publish: path("--publish", "/publish"),
        receivers: all.saturating_sub(stalled),
        stalled,
        rhythm,
        payloads: payloads(flags)?,
        is_stomp,
        offer: flags.text("--offer").map(str::to_owned),
        window: window(flags)?,
    })
}

fn connects(flags: &Flags) -> Result<RunReport> {
    connects::run(&ConnectPlan {
        endpoint: endpoint(flags)?,
        at_once: flags.value("--conns", 64)?,
        messages: Messages::new(kind(flags), payloads(flags)?, 1, None)?,
        echoes: !flags.has("--no-echo"),
        window: window(flags)?,
    })
}

fn http(flags: &Flags) -> Result<RunReport> {
    http::run(&HttpPlan {
        endpoint: endpoint(flags)?,
        connections: flags.value("--conns", 64)?,
        body: payloads(flags)?.swap_remove(0),
        window: window(flags)?,
    })
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

fn per_second(flags: &Flags) -> Result<Option<f64>> {
    flags.text("--per-second").map(str::parse).transpose().context("--per-second must be a number")
}

fn window(flags: &Flags) -> Result<Window> {
    Ok(Window {
        warm_up_messages: flags.value("--warm-messages", 0)?,
        warm_up: seconds(flags, "--warm-seconds", 0.5)?,
        most_warm_up: seconds(flags, "--most-warm-seconds", 600.0)?,
        measured: seconds(flags, "--seconds", 5.0)?,
        server_pid: flags.text("--pid").map(str::parse).transpose().context("--pid must be a process id")?,
    })
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
