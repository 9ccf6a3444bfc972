//! The table of servers that can be compared. Data only: a new peer is a new line here. Starts nothing.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

/// A server that echoes and prints a line with its `ws://` address when it is ready.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    /// Name on the command line, in the table and in `results.json`.
    pub name: &'static str,
    /// Program and arguments; `{java}`, `{jar}`, `{here}` and `{port}` are filled in.
    pub command: &'static [&'static str],
    /// Whether it is a JVM: its heap is then measured with `jcmd`.
    pub is_java: bool,
    /// Echoes before the first round of a case, so that compiled code runs in all of them.
    pub warm_up_messages: u64,
}

/// All servers.
pub const SERVERS: &[Server] = &[
    Server {
        name: "hawser",
        // Heap of one size, touched at the start: its part of the resident memory never changes. Serial is what a JVM
        // chooses by itself on one core.
        command: &[
            "{java}",
            "-Xms256m",
            "-Xmx256m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-jar",
            "{jar}",
            "echo",
            "--port",
            "{port}",
            "--loops",
            "1",
            "--mode",
            "inline",
        ],
        is_java: true,
        warm_up_messages: 1_500_000,
    },
    Server {
        name: "tokio-tungstenite",
        command: &["{here}/echo-baseline", "--port", "{port}"],
        is_java: false,
        warm_up_messages: 100_000,
    },
];

/// Looks a server up.
///
/// # Errors
/// Names the servers there are.
pub fn find(name: &str) -> Result<&'static Server> {
    SERVERS.iter().find(|server| server.name == name).with_context(|| {
        let known: Vec<&str> = SERVERS.iter().map(|server| server.name).collect();
        format!("no server {name:?}; there are {}", known.join(", "))
    })
}

/// Where programs and files are, and which core runs what.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The `java` command.
    pub java: PathBuf,
    /// Hawser's jar with everything in it.
    pub jar: Option<PathBuf>,
    /// Directory of `wsbench` and `echo-baseline`.
    pub here: PathBuf,
    /// Directory of the results and of the servers' logs.
    pub output: PathBuf,
    /// Core of the server under measurement.
    pub server_core: usize,
    /// Core of the load generator.
    pub load_core: usize,
}

impl Server {
    /// The command line on `port`.
    ///
    /// # Errors
    /// If the jar is needed and was not given or does not exist.
    pub fn command_line(&self, environment: &Environment, port: u16) -> Result<Vec<String>> {
        let jar = environment.jar.clone().unwrap_or_default();
        if self.command.contains(&"{jar}") {
            ensure!(
                jar.is_file(),
                "{} needs Hawser's jar, {:?} is none: build it with ./gradlew fatJar and set HAWSER_JAR or --jar",
                self.name,
                jar.display()
            );
        }
        let fill = |part: &&str| {
            part.replace("{java}", &environment.java.to_string_lossy())
                .replace("{jar}", &jar.to_string_lossy())
                .replace("{here}", &environment.here.to_string_lossy())
                .replace("{port}", &port.to_string())
        };
        Ok(self.command.iter().map(fill).collect())
    }
}
