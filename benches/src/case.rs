//! The table of what is measured. Data only: a new case is a new line here. Knows no servers.

use anyhow::{Context, Result};

/// One load and what its result must reach.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Name on the command line and in `results.json`.
    pub name: &'static str,
    /// Name in the table.
    pub title: &'static str,
    /// Whether it runs when no case is named.
    pub by_default: bool,
    /// What is done.
    pub kind: CaseKind,
}

/// What a case does.
#[derive(Clone, Copy, Debug)]
pub enum CaseKind {
    /// Echo in pairs; the result is the ratio of messages per server CPU second, subject by reference.
    Echo {
        /// Connections open at once.
        connections: usize,
        /// Messages in flight on each.
        in_flight: usize,
        /// Text payload of a message in bytes.
        message_bytes: usize,
        /// Least ratio that is good, if one was set.
        least_ratio: Option<f64>,
    },
    /// Idle connections; the result is the memory each of them costs.
    Idle {
        /// Connections held, each with one echo behind it.
        connections: usize,
        /// Most bytes that are good: growth outside the Java heap plus live heap.
        most_bytes: u32,
    },
}

const fn echo(connections: usize, in_flight: usize, message_bytes: usize, least_ratio: Option<f64>) -> CaseKind {
    CaseKind::Echo { connections, in_flight, message_bytes, least_ratio }
}

/// All cases, in the order in which they run.
pub const CASES: &[Case] = &[
    Case {
        name: "echo-64",
        title: "64 B, 1 in flight, 64 connections",
        by_default: true,
        kind: echo(64, 1, 64, Some(0.85)),
    },
    Case {
        name: "echo-64-pipelined",
        title: "64 B, 16 in flight, 64 connections",
        by_default: true,
        kind: echo(64, 16, 64, None),
    },
    Case {
        name: "echo-1k",
        title: "1 KiB, 1 in flight, 64 connections",
        by_default: false,
        kind: echo(64, 1, 1024, None),
    },
    Case {
        name: "echo-16k",
        title: "16 KiB, 1 in flight, 64 connections",
        by_default: false,
        kind: echo(64, 1, 16 * 1024, None),
    },
    Case {
        name: "echo-64-wide",
        title: "64 B, 1 in flight, 1,000 connections",
        by_default: false,
        kind: echo(1000, 1, 64, None),
    },
    Case {
        name: "idle",
        title: "10,000 idle connections",
        by_default: true,
        kind: CaseKind::Idle { connections: 10_000, most_bytes: 4096 },
    },
];

/// Picks cases out of `names`: a list with commas, `default` or `all`.
///
/// # Errors
/// Names the case that is not in the table.
pub fn select(names: &str) -> Result<Vec<&'static Case>> {
    match names {
        "all" => Ok(CASES.iter().collect()),
        "default" => Ok(CASES.iter().filter(|case| case.by_default).collect()),
        _ => names.split(',').map(find).collect(),
    }
}

fn find(name: &str) -> Result<&'static Case> {
    CASES.iter().find(|case| case.name == name).with_context(|| {
        let known: Vec<&str> = CASES.iter().map(|case| case.name).collect();
        format!("no case {name:?}; there are default, all, {}", known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::select;

    #[test]
    fn cases_are_picked_by_name_and_an_unknown_one_is_refused() {
        let picked = select("echo-1k,idle").expect("both exist");

        assert_eq!(picked.iter().map(|case| case.name).collect::<Vec<_>>(), ["echo-1k", "idle"]);
        assert!(select("default").expect("some").len() < select("all").expect("all").len());
        assert!(select("echo-2k").expect_err("unknown").to_string().contains("echo-2k"));
    }
}
