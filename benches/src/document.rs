//! `benchmarks.md` and its charts. Knows no case and no server by name.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::charts;
use crate::markdown;
use crate::results::{CaseResult, Results};

/// Directory of the charts, beside the document.
const CHARTS: &str = "benchmarks";

const BEGIN: &str = "\
# Benchmarks

Written by `HAWSER_BENCH_DOCS=1 ./gradlew bench`; how it is measured is said in full in [benches/README.md](../benches/README.md).

";

const METHOD: &str = "
## Method

- One server at a time works, on core 0, with everything it is made of: a JVM's compiler and collector too. The load generator has core 1.
- **Figure**: messages per CPU second of the server, user and system, from `/proc/<pid>/stat`. A message is an echo, a delivery to one
  receiver of a broadcast, a connection from connect to end, or an answered request. Every byte that comes back is compared.
- **Pairs**: Hawser and a reference run directly after each other, in swapping order, both warm (by number of messages). The result is
  the median of the rounds' ratios; its interval lies between two of them and covers the true median with at least 95 % (9 rounds).
  Idle connections have 3 trials with fresh servers each: their interval is the range of the three (75 %).
  A demand of 1.0 x is met when the interval reaches 1.0, every other one when the median does.
- **Servers**: one event loop or thread each, as one core wants it, Tomcat with its own pool; TCP_NODELAY everywhere; every JVM has the
  same heap, collector and options. permessage-deflate is off unless the case says so. Sources: `java/bench`, `benches/src/bin`.
- **Broadcast**: the next publication goes out when all 1,000 receivers have the one that is as many places before it as are in flight.
- **Tail**: messages are sent at the times that the rate gives, and timed from then on, so a server that is late is charged for all
  messages that it delays.
- **Stalled reader**: the one that never reads gets so much that its high mark of 1 MiB is passed in every run. A publication never waits, so it
  is ended (1013, though the full socket may have no room for the Close frame), which the load expects; the others' latency and the server's memory are compared with runs in
  which all read. Memory may have grown by the mark, one message and 4 MiB of noise more.
- **Spring**: `spring-hawser` and `spring-tomcat` are one application, with the starter on the class path and without; what its Tomcat does counts
  in both. `spring-http` has the path through the engine to Tomcat beside the direct one.
- **Idle**: growth of resident memory outside of the Java heap and of the live heap after a full collection, divided by the connections.

";

const LIMITS: &str = "
## What this does not show

- More than one core for the server, and machines where load and server do not share caches and memory.
- A network: everything goes over loopback, without loss, delay or a network card's work. What the kernel does for the sender of a packet
  on loopback is partly the receiver's work, so system time is spread differently than over a wire.
- Stalled readers beside the first: what a thousand of them cost, and what the other overflow strategies do. The noise of two JVMs is
  larger than the mark of one reader: memory shows that nothing is kept without bound, not the mark to the byte.
- Java-WebSocket with 1 KiB, 16 KiB, 1,000 connections and idle ones: nothing is demanded against it there.
- Applications: handlers do nothing but echo or publish. Where they do something, differences get smaller.
- Other versions, collectors, heap sizes and settings than those named here. Newer stable versions of the peers may exist. Each peer is configured as its documentation and its best
  users advise for one core; somebody may know better.
- Absolute figures of another machine. Compare ratios, and only within one run.
";

/// Writes `benchmarks.md` into `directory` and an SVG file for each case below it; a chart of an earlier run that has no case now
/// is left.
///
/// # Errors
/// Names the file that cannot be written.
pub fn write(results: &Results, directory: &Path) -> Result<()> {
    let charts = directory.join(CHARTS);
    fs::create_dir_all(&charts).with_context(|| format!("{}", charts.display()))?;
    for case in &results.cases {
        if let Some(chart) = charts::chart(case) {
            put(&charts.join(format!("{}.svg", case.name)), &chart.render())?;
        }
    }
    put(&directory.join("benchmarks.md"), &render(results))
}

fn put(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("{}", path.display()))
}

fn render(results: &Results) -> String {
    let mut text = format!("{BEGIN}{}{METHOD}{}\n## Results\n", markdown::machine(results), versions(results));
    for case in &results.cases {
        text += &section(case);
    }
    text + LIMITS
}

fn section(case: &CaseResult) -> String {
    let mut text = format!("\n### {}\n\n{}", case.name, markdown::case(case));
    if charts::chart(case).is_some() {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n![{}]({CHARTS}/{}.svg)\n", case.title, case.name);
    }
    text
}

fn versions(results: &Results) -> String {
    let mut text = "## Versions\n\n| server | version |\n|---|---|\n".to_owned();
    for (server, version) in results.versions.iter().filter(|(server, _)| is_in(results, server)) {
        let _ = writeln!(text, "| {server} | {version} |");
    }
    let (machine, settings) = (&results.machine, &results.settings);
    let _ = writeln!(
        text,
        "| JDK | {} |\n| Linux | {} |\n| processor | {} |",
        settings.java, machine.kernel, machine.processor
    );
    text
}

/// Whether `server` stands in one of the results.
fn is_in(results: &Results, server: &str) -> bool {
    results.cases.iter().any(|case| case.subject == server || case.outcome.servers().any(|name| name == server))
}

#[cfg(test)]
mod tests {
    use super::{render, write};
    use crate::sample;

    #[test]
    fn the_document_has_method_versions_results_and_limits() {
        let text = render(&sample::results());

        for part in [
            "## Method",
            "| vertx | vertx-core 5.2.0 |\n",
            "| JDK | Temurin-25.0.1+8 |\n",
            "### echo-64\n",
            "![64 B, 1 in flight, 64 connections](benchmarks/echo-64.svg)",
            "## What this does not show",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }

    #[test]
    fn every_chart_of_the_document_is_written() {
        let directory = std::env::temp_dir().join(format!("hawser-document-{}", std::process::id()));
        write(&sample::results(), &directory).expect("written");
        let text = std::fs::read_to_string(directory.join("benchmarks.md")).expect("a document");

        let charts: Vec<&str> = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
            .filter(|path| path.ends_with(".svg"))
            .collect();
        assert_eq!(charts, ["benchmarks/echo-64.svg", "benchmarks/tail.svg", "benchmarks/idle.svg"]);
        for chart in charts {
            assert!(std::fs::read_to_string(directory.join(chart)).expect(chart).starts_with("<svg "));
        }
        std::fs::remove_dir_all(directory).expect("removed");
    }
}
