//! What a process has used, read from `/proc` (Linux). Knows nothing of what the process does.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// CPU time of the process, user and system, all its threads, ended ones included. Steps are one clock tick (10 ms).
///
/// # Errors
/// If there is no such process, or no `/proc`.
pub fn cpu_time(pid: u32) -> Result<Duration> {
    let path = format!("/proc/{pid}/stat");
    let stat = fs::read_to_string(&path).with_context(|| path.clone())?;
    let ticks = cpu_ticks(&stat).with_context(|| format!("{path} has an unknown form: {stat}"))?;
    Ok(Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64))
}

/// Resident memory of the process in bytes.
///
/// # Errors
/// If there is no such process, or it belongs to somebody else.
pub fn resident_bytes(pid: u32) -> Result<u64> {
    let path = format!("/proc/{pid}/smaps_rollup");
    let rollup = fs::read_to_string(&path).with_context(|| path.clone())?;
    field_bytes(&rollup, "Rss:").with_context(|| format!("{path} has no Rss line"))
}

/// Resident memory of the process in bytes, as the kernel counts along: off by a few pages, but no lock of the process is taken.
///
/// # Errors
/// If there is no such process.
pub fn counted_resident_bytes(pid: u32) -> Result<u64> {
    let path = format!("/proc/{pid}/statm");
    let statm = fs::read_to_string(&path).with_context(|| path.clone())?;
    let pages = statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok());
    Ok(pages.with_context(|| format!("{path} has an unknown form: {statm}"))? * rustix::param::page_size() as u64)
}

/// Number of files and sockets the process has open.
///
/// # Errors
/// If there is no such process, or it belongs to somebody else.
pub fn open_files(pid: u32) -> Result<usize> {
    let path = format!("/proc/{pid}/fd");
    Ok(fs::read_dir(&path).context(path)?.count())
}

/// utime + stime: fields 14 and 15 of proc(5). The name in field 2 may hold spaces, so counting starts behind it.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let mut behind_name = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: u64 = behind_name.next()?.parse().ok()?;
    let system: u64 = behind_name.next()?.parse().ok()?;
    Some(user + system)
}

fn field_bytes(rollup: &str, name: &str) -> Option<u64> {
    let line = rollup.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::{cpu_ticks, field_bytes};

    #[test]
    fn a_process_name_with_spaces_and_brackets_is_skipped() {
        let stat = "7 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 300 45 99 99";

        assert_eq!(cpu_ticks(stat), Some(345));
    }

    #[test]
    fn a_rollup_line_is_in_kib() {
        assert_eq!(field_bytes("0-1 rollup\nRss:        1848 kB\nPss: 1 kB\n", "Rss:"), Some(1848 * 1024));
    }
}
