//! The table of servers that can be compared. Data only: a new peer is a new line here. Starts nothing.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// A server that prints a line with its `ws://` or `wss://` address when it is ready. It echoes on `/echo`; what else it can do
/// is said by the cases it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    /// Name on the command line, in the table and in `results.json`.
    pub name: &'static str,
    /// Command that must have run before; empty: none. The same is filled in as below.
    pub preparation: &'static [&'static str],
    /// Program and arguments, of a JVM those behind its own options; `{jar}`, `{here}`, `{benches}`, `{output}` and `{port}` are
    /// filled in.
    pub command: &'static [&'static str],
    /// Further arguments.
    pub options: &'static [&'static str],
    /// What runs it.
    pub runtime: Runtime,
    /// The jar of Hawser that it needs.
    pub jar: Option<Jar>,
    /// Whose jars it needs, a directory that `./gradlew benchPeers` fills.
    pub peer: Option<&'static str>,
    /// Part of a line that it prints once it is, or the load has brought it, what is to be measured; `None`: it may be measured at once.
    pub says_when_ready: Option<&'static str>,
    /// Whether it is somebody else's server for the JVM: the best of these is what Hawser is asked to beat.
    pub is_jvm_peer: bool,
}

/// What runs a server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Runtime {
    /// A JVM: needs its warm-up, has a heap that `jcmd` measures.
    Jvm,
    /// Node: needs some of it.
    Node,
    /// Machine code from the start.
    Native,
}

/// Which jar of Hawser.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Jar {
    /// The one in question.
    Current,
    /// An older one, if there is one to compare with.
    Base,
}

impl Runtime {
    /// Part of a case's warm-up messages that it needs, so that compiled code runs in all rounds.
    pub const fn warm_up_share(self) -> f64 {
        match self {
            Self::Jvm => 1.0,
            Self::Node => 0.2,
            Self::Native => 0.07,
        }
    }
}

/// Options of every JVM; `{java}` and `{heap}` are filled in. A heap of one size, touched at the start: its part of the resident
/// memory never changes. Serial is what a JVM chooses by itself on one core. On new JDKs Netty does without `Unsafe` unless it is
/// allowed, and is the slower for it; JDK 17 does not know the option and needs not.
const JVM: &[&str] = &[
    "{java}",
    "-Xms{heap}",
    "-Xmx{heap}",
    "-XX:+AlwaysPreTouch",
    "-XX:+UseSerialGC",
    "--enable-native-access=ALL-UNNAMED",
    "-XX:+IgnoreUnrecognizedVMOptions",
    "--sun-misc-unsafe-memory-access=allow",
];

const NPM_WS: &[&str] = &["node", "{output}/npm-ws/server.js", "--port", "{port}"];
const INSTALL_NPM_WS: &[&str] = &["{benches}/servers/npm-ws/install.sh", "{output}/npm-ws"];
const MAKE_CERTIFICATE: &[&str] = &["{benches}/servers/certificate.sh", "{output}/certificate.pem", "{output}/key.pem"];
const DEFLATE: &[&str] = &["--deflate"];

/// A native server without arguments of its own.
const NATIVE: Server = Server {
    name: "",
    preparation: &[],
    command: &[],
    options: &[],
    runtime: Runtime::Native,
    jar: None,
    peer: None,
    says_when_ready: None,
    is_jvm_peer: false,
};
/// Hawser's bench server: one loop, everything else by default.
const HAWSER: Server = Server {
    name: "hawser",
    command: &["-cp", "{jar}:{output}/peers/hawser/*", "io.hawser.bench.hawser.HawserServer", "--port", "{port}"],
    runtime: Runtime::Jvm,
    jar: Some(Jar::Current),
    peer: Some("hawser"),
    ..NATIVE
};
/// The echo server that every jar of Hawser has, older ones too.
const HAWSER_CLI: Server = Server {
    name: "hawser-cli",
    command: &["-jar", "{jar}", "echo", "--port", "{port}", "--loops", "1", "--mode", "inline"],
    runtime: Runtime::Jvm,
    jar: Some(Jar::Current),
    ..NATIVE
};
const NPM_WS_SERVER: Server =
    Server { name: "npm-ws", preparation: INSTALL_NPM_WS, command: NPM_WS, runtime: Runtime::Node, ..NATIVE };
const VERTX: Server = Server {
    name: "vertx",
    command: &["-cp", "{output}/peers/vertx/*", "io.hawser.bench.vertx.VertxServer", "--port", "{port}"],
    runtime: Runtime::Jvm,
    peer: Some("vertx"),
    is_jvm_peer: true,
    ..NATIVE
};
const NETTY: Server = Server {
    name: "netty",
    command: &["-cp", "{output}/peers/netty/*", "io.hawser.bench.netty.NettyServer", "--port", "{port}"],
    peer: Some("netty"),
    ..VERTX
};
const SPRING_TOMCAT: Server = Server {
    name: "spring-tomcat",
    command: &["-cp", "{output}/peers/spring-tomcat/*", "io.hawser.bench.spring.SpringServer", "--port", "{port}"],
    peer: Some("spring-tomcat"),
    ..VERTX
};
/// The application of `SPRING_TOMCAT` with the starter, which says that it serves: without its native library it would not.
const SPRING_HAWSER: Server = Server {
    name: "spring-hawser",
    command: &[
        "-cp",
        "{jar}:{output}/peers/spring-hawser/*",
        "io.hawser.bench.spring.SpringServer",
        "--port",
        "{port}",
    ],
    peer: Some("spring-hawser"),
    says_when_ready: Some("WebSockets on this port are served by Hawser"),
    ..HAWSER
};
const JAVA_WEBSOCKET: Server = Server {
    name: "java-websocket",
    command: &[
        "-cp",
        "{output}/peers/java-websocket/*",
        "io.hawser.bench.javawebsocket.JavaWebSocketServer",
        "--port",
        "{port}",
    ],
    peer: Some("java-websocket"),
    ..VERTX
};

/// All servers.
pub const SERVERS: &[Server] = &[
    HAWSER,
    Server { name: "hawser-deflate", options: DEFLATE, ..HAWSER },
    Server { name: "hawser-inline", options: &["--mode", "inline"], ..HAWSER },
    Server { name: "hawser-workers", options: &["--mode", "workers"], ..HAWSER },
    Server {
        name: "hawser-adaptive",
        options: &["--mode", "adaptive"],
        says_when_ready: Some("handlers moved to workers: 1"),
        ..HAWSER
    },
    Server { name: "hawser-adaptive-no-move", options: &["--mode", "adaptive", "--no-move"], ..HAWSER },
    HAWSER_CLI,
    Server { name: "hawser-base", jar: Some(Jar::Base), ..HAWSER_CLI },
    Server {
        name: "hawser-tls",
        preparation: MAKE_CERTIFICATE,
        options: &["--tls-certificate", "{output}/certificate.pem", "--tls-key", "{output}/key.pem"],
        ..HAWSER_CLI
    },
    Server { name: "tokio-tungstenite", command: &["{here}/echo-baseline", "--port", "{port}"], ..NATIVE },
    Server { name: "epoll-baseline", command: &["{here}/epoll-baseline", "--port", "{port}"], ..NATIVE },
    VERTX,
    Server { name: "vertx-deflate", options: DEFLATE, ..VERTX },
    NETTY,
    Server { name: "netty-deflate", options: DEFLATE, ..NETTY },
    SPRING_TOMCAT,
    Server { name: "spring-tomcat-deflate", options: DEFLATE, ..SPRING_TOMCAT },
    SPRING_HAWSER,
    Server { name: "spring-hawser-deflate", options: DEFLATE, ..SPRING_HAWSER },
    JAVA_WEBSOCKET,
    Server { name: "java-websocket-deflate", options: DEFLATE, ..JAVA_WEBSOCKET },
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
    /// Heap of every JVM, as `-Xmx` has it.
    pub heap: &'static str,
    /// Hawser's jar with everything in it.
    pub jar: Option<PathBuf>,
    /// An older one to compare with.
    pub base_jar: Option<PathBuf>,
    /// Directory of `wsbench` and the baselines.
    pub here: PathBuf,
    /// Directory of the results, of the servers' logs, of the peers' jars and of what is made for servers. Absolute.
    pub output: PathBuf,
    /// Core of the server under measurement.
    pub server_core: usize,
    /// Core of the load generator.
    pub load_core: usize,
}

impl Environment {
    /// The directory of a peer's jars.
    pub fn peer_directory(&self, peer: &str) -> PathBuf {
        self.output.join("peers").join(peer)
    }
}

impl Server {
    /// What must be given before this server can be measured; `None`: nothing is missing.
    pub fn missing(&self, environment: &Environment) -> Option<&'static str> {
        if self.jar == Some(Jar::Base) && environment.base_jar.is_none() {
            return Some("an older jar to compare with (HAWSER_BENCH_BASE_JAR or --base-jar)");
        }
        let is_there = self.peer.is_none_or(|peer| environment.peer_directory(peer).is_dir());
        (!is_there).then_some("its jars (./gradlew benchPeers)")
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
        let machine = if self.runtime == Runtime::Jvm { JVM } else { &[] };
        self.fill(&[machine, self.command, self.options].concat(), environment, port)
    }

    fn fill(&self, parts: &[&str], environment: &Environment, port: u16) -> Result<Vec<String>> {
        let jar = self.jar_file(environment)?;
        let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
        let fill = |part: &&str| {
            part.replace("{java}", &environment.java.to_string_lossy())
                .replace("{heap}", environment.heap)
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

    use super::{Environment, SERVERS, find};

    fn environment(base_jar: Option<&str>) -> Environment {
        Environment {
            java: "java".into(),
            heap: "256m",
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
        let line =
            |name| find(name).expect("known").command_line(&environment(None), 9).expect("no jar needed").join(" ");

        assert_eq!(line("npm-ws-level-1"), "node /out/npm-ws/server.js --port 9 --level 1");
        assert_eq!(
            line("netty-deflate"),
            "java -Xms256m -Xmx256m -XX:+AlwaysPreTouch -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
             -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow -cp /out/peers/netty/* \
             io.hawser.bench.netty.NettyServer --port 9 --deflate"
        );
    }

    #[test]
    fn a_base_that_was_not_given_is_missing_and_one_that_is_no_file_an_error() {
        let base = find("hawser-base").expect("known");

        assert!(base.missing(&environment(None)).expect("missing").contains("--base-jar"));
        assert!(base.missing(&environment(Some("/nowhere.jar"))).is_none());
        let error = base.command_line(&environment(Some("/nowhere.jar")), 9).expect_err("no file");
        assert!(error.to_string().contains("/nowhere.jar"), "{error}");
    }

    #[test]
    fn a_peer_whose_jars_are_not_there_is_missing() {
        assert!(find("vertx").expect("known").missing(&environment(None)).expect("missing").contains("benchPeers"));
        assert!(find("tokio-tungstenite").expect("known").missing(&environment(None)).is_none());
    }

    #[test]
    fn every_server_has_its_own_name() {
        for (index, server) in SERVERS.iter().enumerate() {
            assert!(SERVERS[..index].iter().all(|other| other.name != server.name), "{}", server.name);
        }
    }
}
