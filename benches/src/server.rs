//! The table of servers that can be compared. Data only: a new peer is a new line here. Starts nothing.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// A server that echoes and prints a line with its `ws://` or `wss://` address when it is ready.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    /// Name on the command line, in the table and in `results.json`.
    pub name: &'static str,
    /// Command that must have run before; empty: none. The same is filled in as below.
    pub preparation: &'static [&'static str],
    /// Program and arguments; `{java}`, `{jar}`, `{here}`, `{benches}`, `{output}` and `{port}` are filled in.
    pub command: &'static [&'static str],
    /// Further arguments.
    pub options: &'static [&'static str],
    /// The jar of a JVM, whose heap is measured with `jcmd`; `None`: no JVM.
    pub jar: Option<Jar>,
    /// Echoes before the first round of a case, so that compiled code runs in all of them.
    pub warm_up_messages: u64,
}

/// Which jar of Hawser.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Jar {
    /// The one in question.
    Current,
    /// An older one, if there is one to compare with.
    Base,
}

// Heap of one size, touched at the start: its part of the resident memory never changes. Serial is what a JVM chooses by
// itself on one core.
const HAWSER: &[&str] = &[
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
];
const NPM_WS: &[&str] = &["node", "{output}/npm-ws/server.js", "--port", "{port}"];
const INSTALL_NPM_WS: &[&str] = &["{benches}/servers/npm-ws/install.sh", "{output}/npm-ws"];
const MAKE_CERTIFICATE: &[&str] = &["{benches}/servers/certificate.sh", "{output}/certificate.pem", "{output}/key.pem"];

/// A JVM with deflate needs fewer: it is slower, so the same code has run as long.
const DEFLATE_WARM_UP_MESSAGES: u64 = 500_000;

const HAWSER_SERVER: Server = Server {
    name: "hawser",
    preparation: &[],
    command: HAWSER,
    options: &[],
    jar: Some(Jar::Current),
    warm_up_messages: 1_500_000,
};
const NPM_WS_SERVER: Server = Server {
    name: "npm-ws",
    preparation: INSTALL_NPM_WS,
    command: NPM_WS,
    options: &[],
    jar: None,
    warm_up_messages: 50_000,
};

/// All servers.
pub const SERVERS: &[Server] = &[
    HAWSER_SERVER,
    Server { name: "hawser-base", jar: Some(Jar::Base), ..HAWSER_SERVER },
    Server {
        name: "hawser-deflate",
        options: &["--deflate"],
        warm_up_messages: DEFLATE_WARM_UP_MESSAGES,
        ..HAWSER_SERVER
    },
    Server {
        name: "hawser-tls",
        preparation: MAKE_CERTIFICATE,
        options: &["--tls-certificate", "{output}/certificate.pem", "--tls-key", "{output}/key.pem"],
        ..HAWSER_SERVER
    },
    Server {
        name: "tokio-tungstenite",
        preparation: &[],
        command: &["{here}/echo-baseline", "--port", "{port}"],
        options: &[],
        jar: None,
        warm_up_messages: 100_000,
    },
    NPM_WS_SERVER,
    Server { name: "npm-ws-level-1", options: &["--level", "1"], ..NPM_WS_SERVER },
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
    /// An older one to compare with.
    pub base_jar: Option<PathBuf>,
    /// Directory of `wsbench` and `echo-baseline`.
    pub here: PathBuf,
    /// Directory of the results, of the servers' logs and of what is made for servers. Absolute.
    pub output: PathBuf,
    /// Core of the server under measurement.
    pub server_core: usize,
    /// Core of the load generator.
    pub load_core: usize,
}

impl Server {
    /// What must be given before this server can be measured; `None`: nothing is missing.
    pub fn missing(&self, environment: &Environment) -> Option<&'static str> {
        let is_missing = self.jar == Some(Jar::Base) && environment.base_jar.is_none();
        is_missing.then_some("an older jar to compare with (HAWSER_BENCH_BASE_JAR or --base-jar)")
    }

    /// The command line of the preparation; empty: none.
    ///
    /// # Errors
    /// As [`command_line`](Self::command_line).
    pub fn preparation_line(&self, environment: &Environment) -> Result<Vec<String>> {
        self.fill(self.preparation, environment, 0)
    }

    /// The command line on `port`.
    ///
    /// # Errors
    /// If the jar is needed and was not given or does not exist.
    pub fn command_line(&self, environment: &Environment, port: u16) -> Result<Vec<String>> {
        self.fill(&[self.command, self.options].concat(), environment, port)
    }

    fn fill(&self, parts: &[&str], environment: &Environment, port: u16) -> Result<Vec<String>> {
        let jar = self.jar_file(environment)?;
        let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
        let fill = |part: &&str| {
            part.replace("{java}", &environment.java.to_string_lossy())
                .replace("{jar}", &jar.to_string_lossy())
                .replace("{here}", &environment.here.to_string_lossy())
                .replace("{benches}", &benches.to_string_lossy())
                .replace("{output}", &environment.output.to_string_lossy())
                .replace("{port}", &port.to_string())
        };
        Ok(parts.iter().map(fill).collect())
    }

    /// The jar; empty for a server that has none.
    fn jar_file(&self, environment: &Environment) -> Result<PathBuf> {
        let (given, cure) = match self.jar {
            None => return Ok(PathBuf::new()),
            Some(Jar::Current) => (&environment.jar, "build it with ./gradlew fatJar and set HAWSER_JAR or --jar"),
            Some(Jar::Base) => (&environment.base_jar, "set HAWSER_BENCH_BASE_JAR or --base-jar"),
        };
        let jar = given.clone().unwrap_or_default();
        ensure!(jar.is_file(), "{} needs a jar of Hawser, {:?} is none: {cure}", self.name, jar.display());
        Ok(jar)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Environment, find};

    fn environment(base_jar: Option<&str>) -> Environment {
        Environment {
            java: "java".into(),
            // Any file does, nothing is started.
            jar: Some(file!().into()),
            base_jar: base_jar.map(PathBuf::from),
            here: "/here".into(),
            output: "/out".into(),
            server_core: 0,
            load_core: 1,
        }
    }

    #[test]
    fn a_command_line_has_its_places_filled() {
        let line = find("npm-ws-level-1").expect("known").command_line(&environment(None), 9).expect("no jar needed");

        assert_eq!(line, ["node", "/out/npm-ws/server.js", "--port", "9", "--level", "1"]);
    }

    #[test]
    fn a_base_that_was_not_given_is_missing_and_one_that_is_no_file_an_error() {
        let base = find("hawser-base").expect("known");

        assert!(base.missing(&environment(None)).expect("missing").contains("--base-jar"));
        assert!(base.missing(&environment(Some("/nowhere.jar"))).is_none());
        let error = base.command_line(&environment(Some("/nowhere.jar")), 9).expect_err("no file");
        assert!(error.to_string().contains("/nowhere.jar"), "{error}");
        assert!(find("hawser").expect("known").missing(&environment(None)).is_none());
    }
}
