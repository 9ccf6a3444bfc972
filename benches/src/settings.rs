//! How a run was measured: two runs with the same settings may be put together. Knows no cases.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::pairs::Effort;
use crate::server::Environment;

/// How the name of its jar begins.
const STARTER: &str = "hawser-spring-boot-starter-";

/// Everything but the machine that makes figures differ.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Settings {
    /// Pairs per reference.
    pub rounds: usize,
    /// Measured seconds per run.
    pub seconds: f64,
    /// Trials per side of a case of idle connections.
    pub trials: usize,
    /// Whether it was only to see that everything works.
    pub quick: bool,
    /// What `java -version` says of itself.
    pub java: String,
    /// Fingerprint of Hawser's jar.
    pub jar: Option<String>,
    /// Fingerprint of the older jar.
    pub base_jar: Option<String>,
    /// Fingerprint of the Spring Boot starter.
    pub starter: Option<String>,
}

impl Settings {
    /// Collects them; asks `java` for its version.
    ///
    /// # Errors
    /// If there is no such `java`, or a jar cannot be read.
    pub fn read(environment: &Environment, effort: Effort, trials: usize, quick: bool) -> Result<Self> {
        let jar = |file: &Option<PathBuf>| file.as_deref().map(fingerprint).transpose();
        Ok(Self {
            rounds: effort.rounds,
            seconds: effort.seconds,
            trials,
            quick,
            java: java_version(&environment.java)?,
            jar: jar(&environment.jar)?,
            base_jar: jar(&environment.base_jar)?,
            starter: jar(&starter(environment))?,
        })
    }
}

/// The starter among the jars of the application that has it; `None`: they are not there.
fn starter(environment: &Environment) -> Option<PathBuf> {
    let jars = fs::read_dir(environment.peer_directory("spring-hawser")).ok()?;
    let mut files = jars.filter_map(|jar| Some(jar.ok()?.path()));
    files.find(|file| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(STARTER)))
}

fn java_version(java: &Path) -> Result<String> {
    let output = Command::new(java).arg("-version").output().with_context(|| format!("{}", java.display()))?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok(parse_java_version(&text).unwrap_or_else(|| text.trim().to_owned()))
}

/// The runtime's own name, for example `Temurin-25.0.1+8`, out of `OpenJDK Runtime Environment Temurin-25.0.1+8 (build 25.0.1+8-LTS)`.
fn parse_java_version(text: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.split_once("Runtime Environment "))?.1.trim();
    let (name, build) = line.split_once("(build ").unwrap_or((line, ""));
    let name = name.trim();
    Some(if name.is_empty() { build.trim_end_matches(')').to_owned() } else { name.to_owned() })
}

/// FNV-1a over the whole file: tells builds apart, no more.
fn fingerprint(file: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("{}", file.display()))?;
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    Ok(format!("{hash:016x}"))
}

#[cfg(test)]
mod tests {
    use super::parse_java_version;

    #[test]
    fn a_java_says_who_it_is() {
        let temurin = "openjdk version \"25.0.1\" 2025-10-21 LTS\n\
            OpenJDK Runtime Environment Temurin-25.0.1+8 (build 25.0.1+8-LTS)\nOpenJDK 64-Bit Server VM ...";
        assert_eq!(parse_java_version(temurin).as_deref(), Some("Temurin-25.0.1+8"));
        let debian = "openjdk version \"17\"\nOpenJDK Runtime Environment (build 17.0.15+6-Debian-1deb12u1)\n";
        assert_eq!(parse_java_version(debian).as_deref(), Some("17.0.15+6-Debian-1deb12u1"));
        assert_eq!(parse_java_version("no such thing"), None);
    }
}
