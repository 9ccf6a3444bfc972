//! Live bytes in the heap of a running JVM, asked with the `jcmd` of its own JDK. Knows nothing of native memory.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Runs a full collection in JVM `pid` and returns the bytes of what is still reachable.
///
/// # Errors
/// If there is no `jcmd` beside `java`, or it fails; says what it printed.
pub fn live_bytes(java: &Path, pid: u32) -> Result<u64> {
    let jcmd = jcmd_beside(java)?;
    // The histogram counts live objects only, so it collects first, and it is exact for every collector.
    let output = Command::new(&jcmd)
        .args([&pid.to_string(), "GC.class_histogram"])
        .output()
        .with_context(|| format!("{}", jcmd.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "{} {pid}: {text}{}", jcmd.display(), String::from_utf8_lossy(&output.stderr));
    total_bytes(&text).with_context(|| format!("no total in the class histogram of {pid}"))
}

/// The JDK's tools lie beside its `java`; a link on the PATH is followed.
fn jcmd_beside(java: &Path) -> Result<PathBuf> {
    let found = if java.components().count() > 1 {
        Some(java.to_owned())
    } else {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path).map(|directory| directory.join(java)).find(|file| file.is_file())
    };
    let java = found.with_context(|| format!("no {} on the PATH", java.display()))?;
    let jcmd = java.canonicalize().with_context(|| format!("{}", java.display()))?.with_file_name("jcmd");
    ensure!(jcmd.is_file(), "{} does not exist: the memory case needs a JDK, not a JRE", jcmd.display());
    Ok(jcmd)
}

fn total_bytes(histogram: &str) -> Option<u64> {
    let total = histogram.lines().rev().find_map(|line| line.strip_prefix("Total"))?;
    total.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::total_bytes;

    #[test]
    fn the_total_line_ends_the_histogram() {
        let histogram =
            "123:\n num     #instances         #bytes\n   1:  10  1000  [B\nTotal          10           1000\n";

        assert_eq!(total_bytes(histogram), Some(1000));
    }
}
