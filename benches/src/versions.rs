//! Which version of each server was measured, out of the files that decide it. Starts nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::server::{Environment, SERVERS, Server};

const LOCK: &str = "../Cargo.lock";
const NPM_LOCK: &str = "servers/npm-ws/package-lock.json";

/// The version of every server whose programs are there, by name. Servers that differ by their options alone share theirs.
pub fn read(environment: &Environment) -> BTreeMap<String, String> {
    let versions = SERVERS.iter().filter_map(|server| Some((server.name.to_owned(), of(server, environment)?)));
    versions.collect()
}

fn of(server: &Server, environment: &Environment) -> Option<String> {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = server.jar.map(|_| format!("hawser {}", env!("CARGO_PKG_VERSION")));
    if let Some(peer) = server.peer {
        let lines = fs::read_to_string(environment.peer_directory(peer).join("version")).ok()?;
        return Some(one_line(&[own.unwrap_or_default(), lines].join("\n")));
    }
    if own.is_some() {
        return own;
    }
    match server.name {
        name @ "tokio-tungstenite" => {
            let lock = fs::read_to_string(benches.join(LOCK)).ok()?;
            Some(format!("{name} {}", locked_version(&lock, name)?))
        }
        "epoll-baseline" => Some("benches/src/bin/epoll_baseline".to_owned()),
        name if name.starts_with("npm-ws") => {
            let lock = fs::read_to_string(benches.join(NPM_LOCK)).ok()?;
            Some(format!("ws {}", npm_version(&lock, "ws")?))
        }
        _ => None,
    }
}

fn one_line(lines: &str) -> String {
    lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The version of package `name` in a Cargo.lock.
fn locked_version(lock: &str, name: &str) -> Option<String> {
    let start = lock.find(&format!("name = \"{name}\"\n"))?;
    let line = lock[start..].lines().nth(1)?;
    Some(line.strip_prefix("version = \"")?.trim_end_matches('"').to_owned())
}

/// The version of package `name` in a package-lock.json.
fn npm_version(lock: &str, name: &str) -> Option<String> {
    let lock: Value = serde_json::from_str(lock).ok()?;
    let version = &lock["packages"][format!("node_modules/{name}")]["version"];
    version.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{locked_version, npm_version, one_line};

    #[test]
    fn versions_are_found_in_lock_files() {
        let cargo = "[[package]]\nname = \"tokio\"\nversion = \"1.2.3\"\n\n[[package]]\nname = \"tokio-x\"\nversion = \"0.4.0\"\n";
        assert_eq!(locked_version(cargo, "tokio-x").as_deref(), Some("0.4.0"));
        assert_eq!(locked_version(cargo, "toki"), None);
        let npm = r#"{"packages": {"": {"version": "9"}, "node_modules/ws": {"version": "8.23.0"}}}"#;
        assert_eq!(npm_version(npm, "ws").as_deref(), Some("8.23.0"));
        assert_eq!(npm_version("{", "ws"), None);
    }

    #[test]
    fn the_lines_of_a_peer_become_one() {
        assert_eq!(one_line("vertx-core 5.2.0\nnetty 4.2\n\n"), "vertx-core 5.2.0, netty 4.2");
    }
}
