//! What this process holds. Linux only: read from /proc.

/// Resident memory of this process that no file backs, in bytes.
pub fn resident_bytes() -> usize {
    status("RssAnon:")
}

/// The most that was resident since [`begin_peak`].
pub fn peak_bytes() -> usize {
    status("VmHWM:")
}

/// Forgets earlier peaks; returns what is resident now, files included.
pub fn begin_peak() -> usize {
    std::fs::write("/proc/self/clear_refs", "5").expect("Linux 4.0");
    status("VmRSS:")
}

fn status(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with(name)).expect("a line of Linux 4.5");
    let kibibytes: usize = line.split_whitespace().nth(1).and_then(|field| field.parse().ok()).expect("a number");
    kibibytes * 1024
}
